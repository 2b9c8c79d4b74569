#!/usr/bin/env python3
"""What the Overview costs whoever reports usage: the p99 of POST /usage alone and beside a browser that polls GET /stats*, over tables that
are filled with SQL. `script/bench --isolation` starts billing and runs it.

isolation.py [--events N] [--invoices N] [--rounds N] [--seconds N] [--connections N] DATABASE_URL URL
"""

import argparse
import http.client
import json
import statistics
import threading
import time
import urllib.parse

import fill

POLLED = ("/stats", "/stats/revenue", "/stats/usage")


class Client:
    def __init__(self, url: str) -> None:
        where = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def measure(url: str, users: list[str], seconds: float, connections: int) -> list[float]:
    """Milliseconds of each POST /usage, from so many connections one after the other."""
    took: list[float] = []
    until = time.monotonic() + seconds

    def report(number: int) -> None:
        client, i = Client(url), number
        while time.monotonic() < until:
            began = time.monotonic()
            status, text = client.ask("POST", "/usage", {"user_id": users[i % len(users)], "metric": "api_calls", "quantity": 1})
            took.append((time.monotonic() - began) * 1000)
            assert status == 201, text
            i += connections

    threads = [threading.Thread(target=report, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]


def beside_polling(url: str, users: list[str], seconds: float, connections: int) -> tuple[list[float], dict[int, int]]:
    over = threading.Event()
    statuses: dict[int, int] = {}

    def poll() -> None:
        client = Client(url)
        while not over.is_set():
            for path in POLLED:
                status, _ = client.ask("GET", path)
                statuses[status] = statuses.get(status, 0) + 1

    poller = threading.Thread(target=poll)
    poller.start()
    try:
        return measure(url, users, seconds, connections), statuses
    finally:
        over.set()
        poller.join()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--events", type=int, default=10_000_000)
    arguments.add_argument("--invoices", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--connections", type=int, default=4)
    arguments.add_argument("database")
    arguments.add_argument("url")
    given = arguments.parse_args()
    began = time.monotonic()
    fill.fill(given.database, given.events, given.invoices)
    print(f"filled with {given.events} events and {given.invoices} invoices in {time.monotonic() - began:.0f} s", flush=True)
    client = Client(given.url)
    users = [json.loads(client.ask("POST", "/users", {"email": f"bench-{i}@example.com"})[1])["id"] for i in range(100)]
    measure(given.url, users, 2, given.connections)  # warm
    alone, beside = [], []
    for number in range(given.rounds):
        alone.append(p99(measure(given.url, users, given.seconds, given.connections)))
        took, statuses = beside_polling(given.url, users, given.seconds, given.connections)
        beside.append(p99(took))
        print(f"round {number + 1}: p99 of POST /usage {alone[-1]:.2f} ms alone, {beside[-1]:.2f} ms beside GET /stats* {statuses}", flush=True)
    print(f"median: {statistics.median(alone):.2f} ms alone, {statistics.median(beside):.2f} ms beside, "
          f"ratio {statistics.median(beside) / statistics.median(alone):.2f}")


if __name__ == "__main__":
    main()
