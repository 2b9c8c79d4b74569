"""POST /usage/batch from a few clients that wait for each answer: rows a second, and the memory that the largest bodies take."""

import socket
import threading
import time
import typing
import urllib.parse

from loads import Figures, Service
from processes import Costs, forget_peak, memory

BODY_LIMIT = 8 * 1024 * 1024
EVENTS_LIMIT = 10_000
FRESH = b"@@@@@@@@"  # in event ids: another word in each body
ID_LENGTH = 255


class Sender:
    """One connection; it sends bodies that are made already, so that it takes little of the cores."""

    def __init__(self, url: str) -> None:
        where = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((where.hostname, where.port), timeout=120)
        self.file = self.socket.makefile("rb")

    def send(self, body: bytes) -> int:
        head = f"POST /usage/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.socket.sendall(head.encode() + body)
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.file.read(length)
        return status


def batch(users: list[str], events: int, event_ids: bool, size: int = 0) -> bytes:
    """A body of so many events; with a size, ids are as long as they may be, and spaces fill what is left."""
    def event(number: int) -> str:
        text = f'{{"user_id":"{users[number % len(users)]}","metric":"api_calls","quantity":1'
        return text + (f',"event_id":"{(FRESH.decode() + str(number)).ljust(ID_LENGTH if size else 0, "x")}"}}' if event_ids else "}")

    body = '{"events":[' + ",".join(map(event, range(events))) + "]}"
    return body.ljust(size).encode()


def send_all(url: str, clients: int, body: bytes, go_on: typing.Callable[[int], bool]) -> tuple[list[float], list[int]]:
    """Milliseconds and statuses of all batches, while each client is to go on with its next one."""
    took: list[float] = []
    statuses: list[int] = []

    def work(client: int) -> None:
        sender, sent = Sender(url), 0
        while go_on(sent):
            fresh = body.replace(FRESH, f"{time.monotonic_ns() % 16**7:07x}{client:x}".encode())
            began = time.monotonic()
            statuses.append(sender.send(fresh))
            took.append((time.monotonic() - began) * 1000)
            sent += 1

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, statuses


def run_ingest(to: Service, events: int, event_ids: bool, clients: int, seconds: int, postgres_pid: int | None) -> Figures:
    """Rows a second; the CPU is for a row."""
    body = batch(to.users(), events, event_ids)
    costs, began = Costs(to.pid, postgres_pid), time.monotonic()
    took, statuses = send_all(to.url, clients, body, lambda _: time.monotonic() < began + seconds)
    rows, elapsed = events * sum(status < 300 for status in statuses), time.monotonic() - began
    ordered = sorted(took)
    at = {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    return {"figure": rows / elapsed, **at, "errors": sum(status >= 300 for status in statuses)} | costs.since(rows)


def memory_of_large_batches(to: Service, clients: int = 8, each: int = 3) -> Figures:
    """The most MB that were resident while so many clients sent batches as large as they may be."""
    body = batch(to.users(), EVENTS_LIMIT, True, BODY_LIMIT)
    forget_peak(to.pid)
    _, statuses = send_all(to.url, clients, body, lambda sent: sent < each)
    return {"figure": memory(to.pid, "VmHWM"), "errors": sum(status >= 300 for status in statuses)}
