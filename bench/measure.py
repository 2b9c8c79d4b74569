#!/usr/bin/env python3
"""Measures billing beside what limits it, and beside others, in rounds in which all take turns; prints one table. script/bench starts what it measures.

measure.py [--rounds 3] [--seconds 2] [--connections 50] [--parts LIST] [--json FILE] … NAME=URL[=PID] [NAME=URL[=PID]]

The first service is ours. Each gets 1,000 users on plan `pro` who are only used, and 1,000 who are only invoiced: these have the same 20 usage events with
each service, and one more before each round, so that all have something new to bill. A ratio is the median, over the rounds, of our figure divided by the
other's. CPU is the time of the process and of PostgreSQL for a request, a row or an invoice: on a noisy machine it says more than the rate.
"""

import argparse
import os
import pathlib
import sys
import tempfile

import billing_run
import ingest
import peer_run
import table
from limits import Inserts, Nginx
from loads import LOADS, Contestants, Figures, Service, prime, run_load, service, take_turns
from processes import forget_peak, memory, time_to_answer
from stores import Stores, psql, verify
from table import Row, Target

PARTS = ("loads", "limits", "ingest", "start", "memory", "billing-run")
MANY = 150  # connections
BATCH = 1000
BATCHING_CLIENTS = 4
CLIENTS = {"one": (16, 32, 64, 150), "many": (2, 4, 8)}  # of pgbench: the best is taken
PLAIN_CLIENTS = (1, 2, 4)

NGINX, PGBENCH, UNNEST, PLAIN = "nginx, static file", "pgbench, one row", "unnest, 1,000 rows", "plain SQL"
INGEST, WITH_IDS, RUN, START = "POST /usage/batch", "with event ids", "billing run", "start to first answer"
OTHERS = {"peer": {"GET /plans": 11, "POST /users": 6, "POST /usage": 8, "POST /invoices/generate": 8, RUN: 15}}


class Bench:
    """What is measured, and how each of it is."""

    def __init__(self, given: argparse.Namespace, folder: pathlib.Path) -> None:
        self.given = given
        self.parts = given.parts.split(",")
        self.services = [service(each, folder) for each in given.services]
        self.ours = self.services[0]
        self.stores = Stores(given.database, given.redis, given.postgres_pid, given.directory)
        self.environment = self.stores.environment(given.database)
        self.plains: list[Figures] = []  # plain SQL writes what our billing run of the same round wrote, just after it
        self.plain_clients = PLAIN_CLIENTS if "limits" in self.parts else ()
        self.notes: list[str] = []
        self.nginx: Nginx | None = None
        self.inserts: Inserts | None = None

    def prepare(self) -> None:
        for each in self.services:
            prime(each)
        if "limits" not in self.parts:
            return
        if Nginx.program():
            self.nginx = Nginx(self.stores.directory, self.ours.url + "/plans")
        else:
            self.notes.append("nginx is missing (apt-get install nginx-light), and so is its row")
        self.notes.append(f"plain SQL of a billing run took as many clients of {', '.join(map(str, PLAIN_CLIENTS))} as were fastest in the first round")
        self.inserts = Inserts(self.stores, self.given.binary, BATCH)
        for script, counts in CLIENTS.items():
            best = self.inserts.find_best(script, counts, self.given.seconds)
            self.notes.append(f"pgbench was fastest with {best} clients of {', '.join(map(str, counts))}: {PGBENCH if script == 'one' else UNNEST}")

    def load(self, to: Service, title: str, connections: int) -> Figures:
        return run_load(to, title, connections, self.given.seconds, self.stores.postgres_pid)

    def ingest(self, to: Service, event_ids: bool) -> Figures:
        return ingest.run_ingest(to, BATCH, event_ids, BATCHING_CLIENTS, self.given.seconds, self.stores.postgres_pid)

    def run(self) -> Figures:
        figures, plain = billing_run.run(self.given.binary, self.given.subscriptions, self.stores, self.plain_clients)
        if plain:
            self.plain_clients = (plain.pop("clients"),)
            self.plains.append(plain)
        return figures

    def loads_at(self, connections: int, services: list[Service]) -> dict[str, Contestants]:
        return {f"{title}, {connections} connections": {each.name: lambda each=each, title=title: self.load(each, title, connections) for each in services}
                for title, *_ in LOADS if connections != MANY or title != "GET /healthz"}

    def groups(self) -> dict[str, Contestants]:
        """By title who takes turns."""
        groups: dict[str, Contestants] = {}
        if "loads" in self.parts:
            groups |= self.loads_at(self.given.connections, self.services) | self.loads_at(MANY, [self.ours])
        if self.nginx:
            for connections in (self.given.connections, MANY):
                groups.setdefault(f"GET /plans, {connections} connections", {})[NGINX] = lambda connections=connections: self.nginx.load(connections, self.given.seconds)
        if self.inserts:
            groups.setdefault(f"POST /usage, {MANY} connections", {})[PGBENCH] = lambda: self.inserts.load("one", self.given.seconds)
        if "ingest" in self.parts:
            groups[INGEST] = {each.name: lambda each=each: self.ingest(each, False) for each in self.services if each.name in (self.ours.name, "peer")}
            groups[INGEST][WITH_IDS] = lambda: self.ingest(self.ours, True)
        if self.inserts:
            groups.setdefault(INGEST, {})[UNNEST] = lambda: self.inserts.load("many", self.given.seconds)
        if "start" in self.parts:
            groups[START] = {self.ours.name: self.start}
        if "billing-run" in self.parts:
            groups[RUN] = {self.ours.name: self.run}
            if self.given.peer_database and peer_run.can_run(self.given.peer_database):
                groups[RUN]["peer"] = lambda: peer_run.run(self.given.peer_database, self.given.peer_redis, self.given.subscriptions)
        return groups

    def start(self) -> Figures:
        return {"figure": time_to_answer([self.given.binary, "run"], self.environment, "/plans")}

    def rows(self, results: dict[str, dict[str, list[Figures]]]) -> list[Row]:
        rows = []
        for title, by_name in results.items():
            load = title.split(",")[0]
            for name, rounds in by_name.items():
                rows.append(Row(title, name, unit(load), table.medians(rounds), target(title, name, self.ours.name)))
            ours = by_name.get(self.ours.name)
            for name, rounds in by_name.items():
                if ours and name not in (self.ours.name, WITH_IDS):
                    bound = {NGINX: 0.85, PGBENCH: 2, UNNEST: 0.75, PLAIN: 0.5}.get(name) or OTHERS.get(name, {}).get(load)
                    rows.append(Row(title, f"{self.ours.name} to {name}", "x", table.ratio(ours, rounds), Target("≥", bound) if bound else None))
            if WITH_IDS in by_name and UNNEST in by_name:
                rows.append(Row(title, f"{WITH_IDS} to {UNNEST}", "x", table.ratio(by_name[WITH_IDS], by_name[UNNEST]), Target("≥", 0.6)))
        return rows


def unit(load: str) -> str:
    return {INGEST: "rows/s", START: "ms", RUN: "invoices/s"}.get(load, "/s")


def target(title: str, name: str, ours: str) -> Target | None:
    if name != ours:
        return None
    if title == START:
        return Target("≤", 100)
    if title == RUN:
        return Target("≥", 8000)
    if title.endswith(f"{MANY} connections"):
        return Target("≤", 6 if title.startswith("GET") else 20, "p99")
    return None


def measure(bench: Bench) -> list[Row]:
    pid = bench.ours.pid
    with_memory = "memory" in bench.parts and pid
    used = {"idle": memory(pid)} if with_memory else {}
    bench.prepare()
    if with_memory:
        forget_peak(pid)
    results = take_turns(bench.groups(), bench.given.rounds)
    if bench.plains:
        results[RUN][PLAIN] = bench.plains
    rows = bench.rows(results)
    if with_memory:
        used |= {"the most under load": memory(pid, "VmHWM"), "after load": memory(pid)}
        large = ingest.memory_of_large_batches(bench.ours)
        bounds = {"idle": 25, "the most under load": 60}
        rows += [Row("memory", name, "MB", {"figure": used[name]}, Target("≤", bounds[name]) if name in bounds else None) for name in used]
        rows.append(Row("memory", "the most with 8 MiB batches by 8 clients", "MB", large, Target("≤", 150)))
    return rows


def options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("services", nargs="+", metavar="NAME=URL[=PID]")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=2)
    arguments.add_argument("--connections", type=int, default=50)
    arguments.add_argument("--subscriptions", type=int, default=10_000, help="of a billing run")
    arguments.add_argument("--parts", default=",".join(PARTS), help="what is measured, of: " + ", ".join(PARTS))
    arguments.add_argument("--json", type=pathlib.Path, help="the table goes there too")
    arguments.add_argument("--binary", required=True, help="of the first service")
    arguments.add_argument("--database", default=os.environ.get("DATABASE_URL"), help="of the first service")
    arguments.add_argument("--redis", default=os.environ.get("REDIS_URL"))
    arguments.add_argument("--peer-database")
    arguments.add_argument("--peer-redis")
    arguments.add_argument("--directory", type=pathlib.Path, required=True, help="for files of a run")
    arguments.add_argument("--postgres-pid", type=int, required=True)
    given = arguments.parse_args()
    unknown = set(given.parts.split(",")) - set(PARTS)
    if unknown:
        arguments.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return given


def main() -> None:
    given = options()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given, pathlib.Path(folder))
        try:
            rows = measure(bench)
        finally:
            if bench.nginx:
                bench.nginx.stop()
    broken = verify(given.binary, bench.environment)
    bench.notes.append("`billing verify` was " + ("not clean" if broken else "clean after every run"))
    print()
    table.print_table(rows)
    print("\n" + "\n".join(bench.notes))
    if given.json:
        kept = {"rounds": given.rounds, "seconds": given.seconds, "subscriptions": given.subscriptions}
        table.write(given.json, table.document("bench", rows, kept, bench.notes, psql(given.database, "SHOW server_version").split()[0]))
    if broken:
        sys.exit(f"billing verify says: {broken}")


if __name__ == "__main__":
    main()
