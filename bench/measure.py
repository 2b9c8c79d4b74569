#!/usr/bin/env python3
"""Measures running services with wrk, turn by turn, and prints the medians; script/bench starts them.

measure.py [--rounds 3] [--seconds 5] [--connections 50] [--postgres-pid PID] NAME=URL[=PID] [NAME=URL[=PID]]

Each service gets 1,000 users on plan `pro` who are only used, and 1,000 who are only invoiced: these have the same 20 usage events with each
service, and one more before each round, so that all have something new to bill. Two services take turns, each the first in every
other round; the last column is the median, over the rounds, of the first one's requests a second divided by the second one's. Where the
processes are named, a request's CPU time is shown, the service's own and PostgreSQL's: on a noisy machine it says more than the rate.
"""

import argparse
import concurrent.futures
import http.client
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from processes import cpu_seconds

ROOT = pathlib.Path(__file__).resolve().parent.parent
USERS = 1000
LOADS = [  # title, path, script, which argument it takes
    ("GET /healthz", "/healthz", "report.lua", None),
    ("GET /plans", "/plans", "report.lua", None),
    ("POST /usage", "/usage", "usage.lua", "users"),
    ("POST /users", "/users", "users.lua", "word"),
    ("POST /invoices/generate", "/", "generate.lua", "payers"),
]

connections = threading.local()


def post(address, path, body):
    if not hasattr(connections, address):
        setattr(connections, address, http.client.HTTPConnection(address, timeout=30))
    connection = getattr(connections, address)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 300:
        sys.exit(f"{address}{path}: {answer.status} {text.decode(errors='replace')}")
    return json.loads(text)


def record_usage(address, user):
    post(address, "/usage", {"user_id": user, "metric": "api_calls", "quantity": 60000})


def for_all(work, items):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(work, items))


def prime(url, file, events):
    """1,000 subscribed users with usage; their ids go to `file`."""
    address = urllib.parse.urlsplit(url).netloc

    def one(number):
        user = post(address, "/users", {"email": f"primed-{time.time_ns()}-{number}@example.com"})["id"]
        post(address, "/subscriptions", {"user_id": user, "plan_code": "pro"})
        for _ in range(events):
            record_usage(address, user)
        return user

    file.write_text("\n".join(for_all(one, range(USERS))) + "\n", encoding="utf-8")


def use_once_more(url, file):
    address = urllib.parse.urlsplit(url).netloc
    for_all(lambda user: record_usage(address, user), file.read_text(encoding="utf-8").split())


def run_wrk(url, path, script, argument, options):
    command = ["wrk", "-t2", f"-c{options.connections}", f"-d{options.seconds}s", "-s", f"bench/{script}", url + path]
    if argument:
        command += ["--", argument]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=options.seconds + 60, check=False)
    line = next((line for line in output.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        sys.exit(f"wrk failed on {url}{path}:\n{output.stdout}{output.stderr}")
    requests, microseconds, p50, p99, refused, broken = map(int, line.split()[1:])
    return {"rps": requests * 1e6 / microseconds, "p50": p50 / 1000, "p99": p99 / 1000, "errors": refused + broken}


class Processes:
    """What the requests between two looks cost: the service's own CPU time and PostgreSQL's, in µs a request; nothing of one that is not named."""

    def __init__(self, service, postgres):
        self.pids = {"cpu": service, "postgres": postgres}
        self.before = self.look()

    def look(self):
        return {name: cpu_seconds(pid) for name, pid in self.pids.items() if pid}

    def since(self, requests):
        return {name: (after - self.before[name]) * 1e6 / max(1, requests) for name, after in self.look().items()}


def measure(services, options, folder):
    """results[title][service] = a list with a measurement a round; the services take turns, and take turns at being first."""
    results = {title: {name: [] for name in services} for title, *_ in LOADS}
    for turn in range(options.rounds):
        for title, path, script, kind in LOADS:
            for name, (url, pid) in list(services.items())[:: 1 if turn % 2 == 0 else -1]:
                argument = {None: None, "word": f"load-{time.time_ns()}"}.get(kind, str(folder / f"{name}.{kind}"))
                if kind == "payers":
                    use_once_more(url, folder / f"{name}.payers")
                processes = Processes(pid, options.postgres_pid)
                result = run_wrk(url, path, script, argument, options)
                results[title][name].append(result | processes.since(result["rps"] * options.seconds))
        print(f"round {turn + 1} of {options.rounds} done", file=sys.stderr)
    return results


def ratio(by_service):
    """How many times as fast as the second service the first is: the median of what the rounds say."""
    ours, theirs = by_service.values()
    return statistics.median(a["rps"] / max(1.0, b["rps"]) for a, b in zip(ours, theirs, strict=True))


COLUMNS = [("req/s", "rps", 9, 0), ("p50 ms", "p50", 8, 2), ("p99 ms", "p99", 8, 2), ("CPU µs", "cpu", 8, 1), ("PG µs", "postgres", 8, 1)]


def print_table(results, services):
    print(f"\n{'':24} {'':10}" + "".join(f" {title:>{width}}" for title, _, width, _ in COLUMNS) + f" {'errors':>7}" + (f" {'ratio':>7}" if len(services) > 1 else ""))
    for title, by_service in results.items():
        for at, (name, runs) in enumerate(by_service.items()):
            line = f"{title if at == 0 else '':24} {name:10}"
            for _, key, width, digits in COLUMNS:
                seen = [run[key] for run in runs if key in run]
                line += f" {statistics.median(seen):{width}.{digits}f}" if seen else " " * (width + 1)
            line += f" {sum(run['errors'] for run in runs):7d}"
            print(line + (f" {ratio(by_service):6.2f}x" if at == 0 and len(services) > 1 else ""))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("services", nargs="+", metavar="NAME=URL[=PID]")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--connections", type=int, default=50)
    arguments.add_argument("--postgres-pid", type=int)
    options = arguments.parse_args()
    services = {}
    for each in options.services:
        name, url, *pid = each.split("=")
        services[name] = (url, int(pid[0]) if pid else None)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for service, (url, _) in services.items():
            print(f"making {2 * USERS} users on {service}", file=sys.stderr)
            prime(url, folder / f"{service}.users", 1)
            prime(url, folder / f"{service}.payers", 20)
        results = measure(services, options, folder)
    print_table(results, services)


if __name__ == "__main__":
    main()
