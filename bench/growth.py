#!/usr/bin/env python3
"""What size costs: a billing run of few and of many subscriptions; loads on an empty database and, in turns, on one with 10⁷ events and 10⁶ invoices;
lists and statistics of the filled one, and POST /usage beside them. `script/bench --growth` starts what it measures.

growth.py [--subscriptions N,N] [--events N] [--invoices N] [--rounds N] [--seconds N] [--json FILE] … EMPTY=URL[=PID] FILLED=URL[=PID]
"""

import argparse
import pathlib
import statistics
import sys
import tempfile
import threading
import time

import billing_run
import fill
import table
from isolation import Client, p99
from loads import LOADS, Figures, Service, prime, run_load, service, take_turns
from stores import Stores, psql
from table import Row, Target

LOADED = ("POST /usage", "POST /invoices/generate")
LISTS = ("/invoices", "/invoices?user_id={user}", "/invoices?status=open", "/invoices?from=2020-03-01&to=2020-03-02", "/users", "/users?q=filled-77",
         "/subscriptions", "/subscriptions?plan_code=pro&status=active", "/payments", "/payments?user_id={user}", "/payments?status=failed", "/audit",
         "/audit?user_id={user}")
STATISTICS = ("/stats", "/stats/revenue", "/stats/usage")
BESIDE = 4  # connections that report usage


def runs(given: argparse.Namespace, stores: Stores) -> list[Row]:
    """Time for an invoice by size; the sizes take turns."""
    sizes = [int(size) for size in given.subscriptions.split(",")]

    def one(size: int) -> Figures:
        figures, _ = billing_run.run(given.binary, size, stores)
        return {"figure": 1e6 / figures["figure"], "cpu": figures["cpu"], "postgres": figures["postgres"]}

    results = take_turns({"billing run": {f"{size:,} subscriptions": lambda size=size: one(size) for size in sizes}}, given.rounds)["billing run"]
    rows = [Row("billing run", name, "µs an invoice", table.medians(rounds)) for name, rounds in results.items()]
    least = f"{min(sizes):,} subscriptions"
    return rows + [Row("billing run", f"{name} to {least}", "x", table.ratio(rounds, results[least]), Target("≤", 1.3))
                   for name, rounds in results.items() if name != least]


def loads(given: argparse.Namespace, stores: Stores, empty: Service, filled: Service) -> list[Row]:
    def of(title: str) -> dict:
        return {each.name: lambda each=each: run_load(each, title, given.connections, given.seconds, stores.postgres_pid) for each in (empty, filled)}

    rows = []
    for title, by_name in take_turns({title: of(title) for title, *_ in LOADS if title in LOADED}, given.rounds).items():
        rows += [Row(title, name, "/s", table.medians(rounds)) for name, rounds in by_name.items()]
        rows.append(Row(title, "time on the filled one to the empty one", "x", table.ratio(by_name[empty.name], by_name[filled.name]), Target("≤", 1.2)))
    return rows


def ask(url: str, path: str, over: threading.Event, took: list[float], failed: list[int]) -> None:
    client = Client(url)
    while not over.is_set():
        began = time.monotonic()
        status, _ = client.ask("GET", path)
        took.append((time.monotonic() - began) * 1000)
        if status != 200:
            failed.append(status)


def asked(to: Service, path: str, seconds: float) -> Figures:
    over, took, failed = threading.Event(), [], []
    asker = threading.Thread(target=ask, args=(to.url, path, over, took, failed))
    asker.start()
    over.wait(seconds)
    over.set()
    asker.join()
    at = {"p50": statistics.median(took), "p99": p99(took) if len(took) > 1 else took[0]}
    return {"figure": 1000 * len(took) / sum(took), **at, "errors": len(failed)}


def beside(to: Service, path: str, given: argparse.Namespace) -> Figures:
    """POST /usage while somebody asks for the path without a pause."""
    over = threading.Event()
    asker = threading.Thread(target=ask, args=(to.url, path, over, [], []))
    asker.start()
    try:
        return run_load(to, "POST /usage", BESIDE, given.seconds, None)
    finally:
        over.set()
        asker.join()


def reads(given: argparse.Namespace, filled: Service, database: str) -> list[Row]:
    """The p99 of each, and that of POST /usage alone and beside it."""
    user = psql(database, "SELECT user_id FROM invoices LIMIT 1")
    paths = [path.format(user=user) for path in LISTS + STATISTICS]
    groups = {}
    for path in paths:
        groups["GET " + path] = {"alone": lambda path=path: asked(filled, path, given.seconds)}
        groups["POST /usage beside GET " + path] = {
            "alone": lambda: run_load(filled, "POST /usage", BESIDE, given.seconds, None), "beside": lambda path=path: beside(filled, path, given)}
    results = take_turns(groups, given.rounds)
    rows = []
    for path in paths:
        shown = "GET " + path.replace(user, "…")
        bound = 500 if path.startswith("/stats") else 50
        rows.append(Row(shown, filled.name, "/s", table.medians(results["GET " + path]["alone"]), Target("≤", bound, "p99")))
        usage = results["POST /usage beside GET " + path]
        disturbed = {key: value for key, value in table.medians(usage["beside"]).items() if key != "cpu"}
        rows.append(Row(shown, "POST /usage beside it, its p99 to that alone", "x", disturbed | table.ratio(usage["beside"], usage["alone"], "p99"), Target("≤", 2)))
    return rows


def options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("empty", metavar="EMPTY=URL[=PID]")
    arguments.add_argument("filled", metavar="FILLED=URL[=PID]")
    arguments.add_argument("--subscriptions", default="10000,100000,1000000", help="billing runs of so many, separated by commas")
    arguments.add_argument("--events", type=int, default=10_000_000)
    arguments.add_argument("--invoices", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=2)
    arguments.add_argument("--connections", type=int, default=50)
    arguments.add_argument("--json", type=pathlib.Path, help="the table goes there too")
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--database", required=True, help="the filled one")
    arguments.add_argument("--redis", required=True)
    arguments.add_argument("--postgres-pid", type=int, required=True)
    return arguments.parse_args()


def main() -> None:
    given = options()
    stores = Stores(given.database, given.redis, given.postgres_pid)
    with tempfile.TemporaryDirectory() as folder:
        empty, filled = (service(each, pathlib.Path(folder)) for each in (given.empty, given.filled))
        rows = runs(given, stores)
        began = time.monotonic()
        fill.fill(given.database, given.events, given.invoices)
        print(f"filled with {given.events:,} events and {given.invoices:,} invoices in {time.monotonic() - began:.0f} s", file=sys.stderr)
        for each in (empty, filled):
            prime(each)
        rows += loads(given, stores, empty, filled) + reads(given, filled, given.database)
    notes = [f"`{filled.name}` has {given.events:,} usage events, {given.invoices:,} invoices with a payment and 3 audit rows each, and 10,000 subscribers; "
             f"`{empty.name}` nothing but the load's own", "`billing verify` was clean after every billing run"]
    table.print_table(rows)
    print("\n" + "\n".join(notes))
    if given.json:
        kept = {"rounds": given.rounds, "seconds": given.seconds, "connections": given.connections}
        table.write(given.json, table.document("growth", rows, kept, notes, psql(given.database, "SHOW server_version").split()[0]))


if __name__ == "__main__":
    main()
