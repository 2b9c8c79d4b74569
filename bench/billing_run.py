#!/usr/bin/env python3
"""A month's billing run: users of `pro` who have used 120,000 calls, over the API on a simulated clock; then POST /clock/advance of 31 days, which bills
and pays them all. `script/bench --billing-run` starts the stores and runs it.

billing_run.py [--subscriptions N,N] [--rounds N] --postgres-pid PID DATABASE_URL REDIS_URL NAME=BINARY [NAME=BINARY]

Each run has a fresh database. With two binaries they take turns, and the ratio is the first one's invoices a second to the second one's. CPU is what the
process and all of PostgreSQL used for an invoice: it tells more than the rate where others use the machine too.
"""

import argparse
import concurrent.futures
import json
import pathlib
import socket
import statistics
import subprocess
import time

import multiply
import plain_run
from loads import Figures
from processes import Costs, end, free_port, start
from stores import Stores, psql, verify

CONNECTIONS = 16
TOGETHER = 32  # requests in one packet
BY_API = 10_000  # subscriptions: of more, the others are copies of these


class Client:
    """A connection that sends many requests at once, and takes their answers in order."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.file = self.socket.makefile("rb")

    def post(self, path: str, bodies: list[object]) -> list[tuple[int, bytes]]:
        texts = [json.dumps(body).encode() for body in bodies]
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ".encode()
        self.socket.sendall(b"".join(head + str(len(text)).encode() + b"\r\n\r\n" + text for text in texts))
        return [self.read() for _ in texts]

    def read(self) -> tuple[int, bytes]:
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, self.file.read(length)

    def make(self, path: str, bodies: list[object]) -> list[dict]:
        answers = self.post(path, bodies)
        for status, text in answers:
            assert status == 201, f"{path}: {status} {text!r}"
        return [json.loads(text) for _, text in answers]


def fill_by_api(port: int, subscriptions: int) -> None:
    def some(numbers: range) -> None:
        client = Client(port)
        for first in numbers:
            batch = range(first, min(first + TOGETHER, subscriptions))
            users = [user["id"] for user in client.make("/users", [{"email": f"user-{i}@example.com"} for i in batch])]
            client.make("/subscriptions", [{"user_id": user, "plan_code": "pro"} for user in users])
            client.make("/usage", [{"user_id": user, "metric": "api_calls", "quantity": 120_000} for user in users])

    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(some, [range(n * TOGETHER, subscriptions, CONNECTIONS * TOGETHER) for n in range(CONNECTIONS)]))


def fill(port: int, subscriptions: int, database: str) -> None:
    if subscriptions < 2 * BY_API:
        fill_by_api(port, subscriptions)
        return
    assert subscriptions % BY_API == 0, f"more than {2 * BY_API} subscriptions come in steps of {BY_API}"
    fill_by_api(port, BY_API)
    plain_run.wait_until_settled(database)
    multiply.multiply(database, subscriptions // BY_API - 1)


def advance(port: int) -> None:
    """A month on; where the run takes longer than a request may, it is asked to go on until it has got there."""
    client = Client(port)
    for _ in range(100):
        status, text = client.post("/clock/advance", [{"to": "2026-02-01T12:00:00Z"}])[0]
        if status == 200:
            return
        assert status == 503, text
    raise AssertionError("the billing run does not end")


def start_run(binary: str, environment: dict[str, str]) -> tuple[subprocess.Popen, int]:
    port = free_port()
    process = start([binary, "run", "--seed"], environment | {"PORT": str(port), "BILLING_CLOCK": "simulated", "BILLING_CLOCK_START": "2026-01-01T00:00:00Z"})
    for _ in range(300):
        try:
            Client(port)
            return process, port
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{binary} does not listen")


def run(binary: str, subscriptions: int, stores: Stores, plain_clients: tuple[int, ...] = ()) -> tuple[Figures, Figures]:
    """Invoices a second, and what one costs; with plain_clients also what plain SQL takes for the same rows."""
    name = f"billing_run_{time.time_ns()}"
    database = stores.create(name)
    process, port = start_run(binary, stores.environment(database))
    try:
        fill(port, subscriptions, database)
        if plain_clients:
            plain_run.remember(database)
        psql(database, "CHECKPOINT")
        costs, began, lsn = Costs(process.pid, stores.postgres_pid), time.monotonic(), psql(database, "SELECT pg_current_wal_lsn()")
        advance(port)
        took, used = time.monotonic() - began, costs.since(subscriptions)
        wal = float(psql(database, f"SELECT pg_current_wal_lsn() - '{lsn}'::pg_lsn"))
        invoices = int(psql(database, "SELECT count(*) FROM invoices WHERE status = 'paid'"))
        assert invoices == subscriptions, f"{invoices} invoices are paid, of {subscriptions}"
        if plain_clients:
            plain_run.wait_until_settled(database)
    finally:
        end(process)
    if broken := verify(binary, stores.environment(database)):
        raise RuntimeError(f"after a billing run, billing verify says: {broken}")
    plain = plain_run.plain_run(stores, name, binary, plain_clients) if plain_clients else {}
    stores.drop(name)
    return {"figure": invoices / took, **used, "wal": wal / invoices}, plain


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--subscriptions", default="10000,100000", help="runs of so many, separated by commas")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--postgres-pid", type=int, required=True)
    arguments.add_argument("database")
    arguments.add_argument("redis")
    arguments.add_argument("programs", nargs="+", metavar="NAME=BINARY")
    given = arguments.parse_args()
    programs = dict(each.split("=", 1) for each in given.programs)
    stores = Stores(given.database, given.redis, given.postgres_pid)
    sizes = [int(size) for size in given.subscriptions.split(",")]
    measured: dict[tuple[str, int], list[dict[str, float]]] = {(name, size): [] for size in sizes for name in programs}
    for number in range(given.rounds):
        for (name, size), results in measured.items():
            results.append(run(programs[name], size, stores)[0])
            print(f"round {number + 1}: {name}, {size} subscriptions: " + told(results[-1]), flush=True)
    medians = {which: {key: statistics.median(each[key] for each in results) for key in results[0]} for which, results in measured.items()}
    print("\nmedians")
    for (name, size), median in medians.items():
        print(f"{name}, {size} subscriptions: " + told(median))
    first = next(iter(programs))
    for other in list(programs)[1:]:
        for size in sizes:
            print(f"{first} to {other}, {size} subscriptions: {medians[first, size]['figure'] / medians[other, size]['figure']:.2f}")
    for name in programs:
        print(f"{name}, {sizes[-1]} to {sizes[0]} subscriptions: {medians[name, sizes[-1]]['figure'] / medians[name, sizes[0]]['figure']:.2f}")


def told(result: dict[str, float]) -> str:
    return (f"{result['figure']:.0f} invoices/s; for each {result['cpu']:.0f} µs of CPU here, {result['postgres']:.0f} µs in PostgreSQL, "
            f"{result['wal']:.0f} bytes of WAL")


if __name__ == "__main__":
    main()
