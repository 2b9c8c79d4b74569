#!/usr/bin/env python3
"""The load test of the specification without k6: the profile of bench/k6/profile.json, virtual users that each ask, wait for the answer, pause,
and ask again. `script/bench --spec` starts billing and runs it; docs/load-test.md has what it measured.

load_test.py [--ramp SECONDS] [--steady SECONDS] [--pause SECONDS] [--key KEY] URL
"""

import argparse
import array
import asyncio
import json
import pathlib
import random
import sys
import time
import urllib.parse

PROFILE = json.loads((pathlib.Path(__file__).resolve().parent / "k6/profile.json").read_text(encoding="utf-8"))
PLANS, USERS, GENERATE = "GET /plans", "POST /users", "POST /invoices/generate/{user}"


class Results:
    """Seconds and statuses, by endpoint."""

    def __init__(self):
        self.seconds = {name: array.array("d") for name in (PLANS, USERS, GENERATE)}
        self.statuses = {name: {} for name in self.seconds}

    def add(self, name, seconds, status):
        self.seconds[name].append(seconds)
        self.statuses[name][status] = self.statuses[name].get(status, 0) + 1


class Client(asyncio.Protocol):
    """One keep-alive connection, one request at a time."""

    def __init__(self, target):
        self.target, self.transport, self.buffer, self.answer = target, None, b"", None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0] or 0)
        if len(self.buffer) < end + 4 + length:
            return
        body, self.buffer = self.buffer[end + 4:end + 4 + length], self.buffer[end + 4 + length:]
        if b"\r\nconnection: close" in head:
            self.transport.close()
        if not self.answer.done():
            self.answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc):
        self.transport = None
        if self.answer and not self.answer.done():
            self.answer.set_result((0, b""))  # broken: counts as an error

    async def ask(self, method, path, body=None):
        loop = asyncio.get_running_loop()
        if self.transport is None or self.transport.is_closing():
            self.buffer = b""
            await loop.create_connection(lambda: self, self.target.host, self.target.port)
        text = b"" if body is None else json.dumps(body).encode()
        self.answer = loop.create_future()
        self.transport.write(f"{method} {path} HTTP/1.1\r\n{self.target.headers}Content-Length: {len(text)}\r\n\r\n".encode() + text)
        try:
            return await asyncio.wait_for(self.answer, 60)
        except asyncio.TimeoutError:
            self.transport.abort()
            return 0, b""


class Target:
    def __init__(self, url, key):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname, parts.port or 80
        self.headers = f"Host: {parts.netloc}\r\nContent-Type: application/json\r\n" + (f"Authorization: Bearer {key}\r\n" if key else "")


serial = 0


def address():
    global serial
    serial += 1
    return f"load-{time.time_ns()}-{serial}@example.com"


async def timed(client, results, name, method, path, body=None):
    begin = time.perf_counter()
    status, _ = await client.ask(method, path, body)
    results.add(name, time.perf_counter() - begin, status)


async def prime(target):
    """Users on plan `pro` with 120,000 calls each, made slower than the guard rail allows."""
    async def make(client, path, body):
        status, answer = await client.ask("POST", path, body)
        if not 200 <= status < 300:
            sys.exit(f"POST {path}: {status} {answer.decode(errors='replace')}")
        return json.loads(answer)

    client, ids = Client(target), []
    for _ in range(PROFILE["primed_users"]):
        begin = time.perf_counter()
        user = (await make(client, "/users", {"email": address()}))["id"]
        await make(client, "/subscriptions", {"user_id": user, "plan_code": "pro"})
        await make(client, "/usage", {"user_id": user, "metric": "api_calls", "quantity": 120000})
        ids.append(user)
        await asyncio.sleep(max(0.0, 0.011 - (time.perf_counter() - begin)))
    return ids


async def virtual_user(target, results, ids, begin, end, pause):
    await asyncio.sleep(max(0.0, begin - time.perf_counter()))
    client, shares = Client(target), PROFILE["shares"]
    while time.perf_counter() < end:
        drawn = random.random()
        if drawn < shares[USERS]:
            await timed(client, results, USERS, "POST", "/users", {"email": address()})
        elif drawn < shares[USERS] + shares[GENERATE]:
            await timed(client, results, GENERATE, "POST", f"/invoices/generate/{random.choice(ids)}", {})
        else:
            await timed(client, results, PLANS, "GET", "/plans")
        await asyncio.sleep(pause)


async def hammer(target, results, begin, end):
    """Now and then somebody makes users as fast as one client can: the guard rail answers 429."""
    client, every = Client(target), PROFILE["hammering"]["every_seconds"]
    while begin < end:
        await asyncio.sleep(max(0.0, begin - time.perf_counter()))
        for _ in range(PROFILE["hammering"]["requests"]):
            await timed(client, results, USERS, "POST", "/users", {"email": address()})
        begin += every


async def run(options):
    target, results = Target(options.url, options.key), Results()
    print(f"making {PROFILE['primed_users']} users", file=sys.stderr)
    ids = await prime(target)
    first, last = PROFILE["virtual_users"]["first"], PROFILE["virtual_users"]["last"]
    print(f"{first} → {last} virtual users over {options.ramp:.0f} s, then {options.steady:.0f} s", file=sys.stderr)
    start = time.perf_counter()
    end = start + options.ramp + options.steady
    begins = [start + options.ramp * max(0, n - first) / (last - first) for n in range(last)]
    await asyncio.gather(*(virtual_user(target, results, ids, begin, end, options.pause) for begin in begins),
                         hammer(target, results, start + options.ramp, end))
    return results, time.perf_counter() - start


def print_table(results, seconds):
    print("| Endpoint | RPS (avg) | P50 | P95 | P99 | Error | of it 429 |\n|---|---|---|---|---|---|---|")
    for name, times in results.seconds.items():
        ordered, statuses = sorted(times) or [0.0], results.statuses[name]
        at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.95, 0.99)]
        errors = sum(count for status, count in statuses.items() if not 200 <= status < 300)
        shares = [100 * count / len(ordered) for count in (errors, statuses.get(429, 0))]
        print(f"| `{name}` | {len(times) / seconds:.1f} | " + " | ".join(f"{each:.1f} ms" for each in at) + " | "
              + " | ".join(f"{share:.2f} %" for share in shares) + " |")
    others = {name: {status: count for status, count in by.items() if status != 429 and not 200 <= status < 300} for name, by in results.statuses.items()}
    print(f"\n{sum(map(len, results.seconds.values()))} requests in {seconds:.0f} s; errors other than 429: "
          + (", ".join(f"{name}: {by}" for name, by in others.items() if by) or "none"))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("url")
    arguments.add_argument("--ramp", type=float, default=PROFILE["ramp_seconds"])
    arguments.add_argument("--steady", type=float, default=PROFILE["steady_seconds"])
    arguments.add_argument("--pause", type=float, default=PROFILE["pause_seconds"])
    arguments.add_argument("--key")
    options = arguments.parse_args()
    results, seconds = asyncio.run(run(options))
    print_table(results, seconds)


if __name__ == "__main__":
    main()
