#!/usr/bin/env python3
"""What an invoice costs over a period with many events, beside one with ten: POST /invoices/generate/{user} of two users of `pro` in turns, each with a
new event before it. `script/bench --events-of-period` starts billing and runs it.

events_of_period.py [--events N] [--rounds N] DATABASE_URL URL
"""

import argparse
import http.client
import json
import statistics
import subprocess
import time
import urllib.parse

FEW = 10


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--events", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=100)
    arguments.add_argument("database")
    arguments.add_argument("url")
    given = arguments.parse_args()
    where = urllib.parse.urlsplit(given.url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)

    def post(path: str, body: object) -> dict:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status in (200, 201), f"{path}: {answer.status} {text!r}"
        return json.loads(text)

    def psql(statement: str) -> str:
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", given.database, "-c", statement]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def subscriber(events: int) -> str:
        user = post("/users", {"email": f"{events}-events@example.com"})["id"]
        post("/subscriptions", {"user_id": user, "plan_code": "pro"})
        psql("INSERT INTO usage_events (id, user_id, metric, quantity, at, created_at) "
             f"SELECT gen_random_uuid(), '{user}', 'api_calls', 1, now(), now() FROM generate_series(1, {events})")
        return user

    users = {events: subscriber(events) for events in (FEW, given.events)}
    while psql("SELECT EXISTS (SELECT FROM unfolded_usage())") != "f":
        time.sleep(0.2)
    took: dict[int, list[float]] = {events: [] for events in users}
    for _ in range(given.rounds):
        for events, user in users.items():
            post("/usage", {"user_id": user, "metric": "api_calls", "quantity": 200_000})
            began = time.perf_counter()
            invoice = post(f"/invoices/generate/{user}", {})
            took[events].append((time.perf_counter() - began) * 1000)
            assert invoice["generated"], "there was nothing to bill"
            while psql(f"SELECT EXISTS (SELECT FROM invoices WHERE user_id = '{user}' AND status = 'open')") != "f":
                time.sleep(0.01)
    medians = {events: statistics.median(each) for events, each in took.items()}
    for events, median in medians.items():
        print(f"an invoice over {events} events: {median:.2f} ms (median of {given.rounds})")
    print(f"ratio {medians[given.events] / medians[FEW]:.2f}")


main()
