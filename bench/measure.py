#!/usr/bin/env python3
"""Measures running services with wrk, turn by turn, and prints the medians; script/bench starts them.

measure.py [--rounds 3] [--seconds 5] [--connections 50] NAME=URL [NAME=URL]

Each service gets 1,000 users on plan `pro` who are only used, and 1,000 who are only invoiced: these have the same 20 usage events with each
service, and one more before each round, so that all have something new to bill. With two services the last column is the first one's
requests a second divided by the second one's.
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


def measure(services, options, folder):
    """results[title][service] = a list with a measurement a round; the services take turns."""
    results = {title: {name: [] for name in services} for title, *_ in LOADS}
    for turn in range(options.rounds):
        for title, path, script, kind in LOADS:
            for name, url in services.items():
                argument = {None: None, "word": f"load-{time.time_ns()}"}.get(kind, str(folder / f"{name}.{kind}"))
                if kind == "payers":
                    use_once_more(url, folder / f"{name}.payers")
                results[title][name].append(run_wrk(url, path, script, argument, options))
        print(f"round {turn + 1} of {options.rounds} done", file=sys.stderr)
    return results


def print_table(results, services):
    print(f"\n{'':24} {'':10} {'req/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'errors':>7}" + (f" {'ratio':>7}" if len(services) > 1 else ""))
    for title, by_service in results.items():
        medians = {name: {key: statistics.median(each[key] for each in runs) for key in ("rps", "p50", "p99")} for name, runs in by_service.items()}
        for at, (name, median) in enumerate(medians.items()):
            errors = sum(run["errors"] for run in by_service[name])
            line = f"{title if at == 0 else '':24} {name:10} {median['rps']:9.0f} {median['p50']:8.2f} {median['p99']:8.2f} {errors:7d}"
            if at == 0 and len(medians) > 1:
                line += f" {median['rps'] / max(1.0, list(medians.values())[1]['rps']):6.1f}x"
            print(line)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("services", nargs="+", metavar="NAME=URL")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--connections", type=int, default=50)
    options = arguments.parse_args()
    services = dict(each.split("=", 1) for each in options.services)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for service, url in services.items():
            print(f"making {2 * USERS} users on {service}", file=sys.stderr)
            prime(url, folder / f"{service}.users", 1)
            prime(url, folder / f"{service}.payers", 20)
        results = measure(services, options, folder)
    print_table(results, services)


if __name__ == "__main__":
    main()
