#!/usr/bin/env python3
"""What the Overview costs whoever reports usage: the p99 of POST /usage alone and beside a browser that polls GET /stats*, over tables that
are filled with SQL. `script/bench --isolation` starts billing and runs it.

isolation.py [--events N] [--invoices N] [--rounds N] [--seconds N] [--connections N] DATABASE_URL URL
"""

import argparse
import http.client
import json
import statistics
import subprocess
import threading
import time
import urllib.parse

POLLED = ("/stats", "/stats/revenue", "/stats/usage")

# Set by set, in the order in which it would have come about; the index that is filled in no order is made afterwards.
FILL = """
SELECT pg_get_indexdef('idx_usage_user_time'::regclass) AS events_by_user \\gset
BEGIN;
SET LOCAL session_replication_role = replica;
SET LOCAL work_mem = '256MB';
SET LOCAL maintenance_work_mem = '512MB';
CREATE TEMP TABLE filled ON COMMIT DROP AS SELECT i AS n, gen_random_uuid() AS id, gen_random_uuid() AS subscription_id FROM generate_series(0, 9999) i;
INSERT INTO users (id, email, email_key, created_at, updated_at)
  SELECT id, 'filled-' || n || '@example.com', 'filled-' || n || '@example.com', now(), now() FROM filled;
INSERT INTO subscriptions (id, user_id, plan_code, status, started_on, anchor, current_period_start, current_period_end, due_at, created_at, updated_at)
  SELECT subscription_id, id, 'pro', 'active', current_date, current_date, current_date, current_date + 30, now() + interval '30 days', now(), now() FROM filled;
INSERT INTO subscription_terms (subscription_id, starts, plan_code, version, quantity)
  SELECT subscription_id, current_date, 'pro', 1, 1 FROM filled;
DROP INDEX idx_usage_user_time;
ALTER TABLE usage_events DROP CONSTRAINT usage_events_pkey;
INSERT INTO usage_events (id, user_id, metric, quantity, at, created_at, xid)
  SELECT lpad(to_hex(i), 32, '0')::uuid, f.id, 'api_calls', 1, now() - (1 - i / {events}::float8) * interval '40 days', now(), 1
  FROM generate_series(1, {events}) i JOIN filled f ON f.n = i % 10000;
ALTER TABLE usage_events ADD PRIMARY KEY (xid, id);
:events_by_user;
INSERT INTO usage_days (user_id, metric, day, quantity)
  SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date, sum(quantity) FROM usage_events WHERE xid = 1 GROUP BY 1, 2, 3;
UPDATE usage_mark SET xid = greatest(xid, 2);
INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, paid_cents, currency, status, collection, usage, created_at, updated_at,
                      paid_at)
  SELECT lpad(to_hex(i), 32, '0')::uuid, 'subscription', f.id, date '2020-01-01' + (i / 10000)::integer, date '2020-01-02' + (i / 10000)::integer,
         4900, 4900, 'USD', 'paid', 'done', '{{}}', made.at, now(), made.at
  FROM generate_series(1, {invoices}) i JOIN filled f ON f.n = i % 10000,
       LATERAL (SELECT now() - (1 - i / {invoices}::float8) * interval '360 days' AS at) made;
INSERT INTO document_numbers (document_id, number)
  SELECT id, '2020-' || lpad(row_number() OVER (ORDER BY id)::text, 7, '0') FROM invoices;
COMMIT;
VACUUM (ANALYZE) users, subscriptions, subscription_terms, usage_events, usage_days, invoices;
"""


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
    fill = FILL.format(events=given.events, invoices=given.invoices)
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", given.database], input=fill, text=True, check=True)
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
