#!/usr/bin/env python3
"""How long an invoice's PDF takes, and what PDFs of 40 pages, asked for without a pause, cost whoever reports usage. `script/bench --pdf` starts
billing and runs it.

pdf.py [--rounds N] [--seconds N] [--connections N] URL
"""

import argparse
import json
import re
import statistics
import threading
import time

from isolation import Client, measure, p99


def make_invoice(client: Client, name: str, lines: int) -> str:
    """The path of the PDF of an invoice with so many lines, most of them usage in tiers; a plan has at most 100 charges."""
    def post(path: str, body: object) -> dict:
        status, text = client.ask("POST", path, body)
        assert status in (200, 201), text
        return json.loads(text)

    user = post("/users", {"email": f"{name}@example.com"})["id"]
    for number in range(0, lines, 100):
        metrics = [f"{name}.{number + n}" for n in range(min(99, lines - number - 1))]
        tiers = [{"up_to": 1000, "unit_price": "0.01"}, {"up_to": None, "unit_price": "0.005"}]
        charges = [{"metric": metric, "model": "graduated", "included": 100, "tiers": tiers} for metric in metrics]
        post("/plans", {"code": f"{name}-{number}", "name": "Bench", "amount_cents": 4900, "charges": charges})
        post("/subscriptions", {"user_id": user, "plan_code": f"{name}-{number}"})
        if metrics:
            post("/usage/batch", {"events": [{"user_id": user, "metric": metric, "quantity": 2000} for metric in metrics]})
    invoice = post(f"/invoices/generate/{user}", {})
    return f"/invoices/{user}/{invoice['id']}.pdf"


def timed(client: Client, path: str, times: int) -> tuple[list[float], bytes]:
    took = []
    for _ in range(times):
        began = time.monotonic()
        status, pdf = client.ask("GET", path)
        took.append((time.monotonic() - began) * 1000)
        assert status == 200, pdf
    return took, pdf


def beside(url: str, path: str, users: list[str], seconds: float, connections: int) -> tuple[list[float], int]:
    over = threading.Event()
    made = 0

    def ask() -> None:
        nonlocal made
        client = Client(url)
        while not over.is_set():
            client.ask("GET", path)
            made += 1

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        return measure(url, users, seconds, connections), made
    finally:
        over.set()
        asker.join()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--connections", type=int, default=4)
    arguments.add_argument("url")
    given = arguments.parse_args()
    client = Client(given.url)
    for name, lines in (("one", 1), ("some", 20), ("many", 200), ("most", 700)):
        path = make_invoice(client, name, lines)
        took, pdf = timed(client, path, 20)
        pages = len(re.findall(rb"/Type /Page\b", pdf))
        print(f"{lines} lines, {pages} pages, {len(pdf) // 1024} KiB: median {statistics.median(took):.1f} ms, slowest {max(took):.1f} ms", flush=True)
    users = [json.loads(client.ask("POST", "/users", {"email": f"bench-{i}@example.com"})[1])["id"] for i in range(100)]
    measure(given.url, users, 2, given.connections)  # warm
    alone, disturbed = [], []
    for number in range(given.rounds):
        alone.append(p99(measure(given.url, users, given.seconds, given.connections)))
        took, made = beside(given.url, path, users, given.seconds, given.connections)
        disturbed.append(p99(took))
        print(f"round {number + 1}: p99 of POST /usage {alone[-1]:.2f} ms alone, {disturbed[-1]:.2f} ms beside {made} PDFs of {pages} pages", flush=True)
    print(f"median: {statistics.median(alone):.2f} ms alone, {statistics.median(disturbed):.2f} ms beside")


main()
