"""Loads on running services with wrk, and whoever takes turns with them."""

import concurrent.futures
import http.client
import json
import pathlib
import subprocess
import sys
import threading
import time
import typing
import urllib.parse

from processes import Costs

ROOT = pathlib.Path(__file__).resolve().parent.parent
USERS = 1000
PAYERS = {"payers": 1000, "payers once": 8000}  # who are made for each look: they have one usage event, and no invoice
LOADS = [  # title, path, script, which argument it takes
    ("GET /healthz", "/healthz", "report.lua", None),
    ("GET /plans", "/plans", "report.lua", None),
    ("POST /usage", "/usage", "usage.lua", "users"),
    ("POST /users", "/users", "users.lua", "word"),
    ("POST /invoices/generate", "/", "generate.lua", "payers"),
    ("POST /invoices/generate each once", "/", "generate_once.lua", "payers once"),
]
Figures = dict[str, float]
Contestants = dict[str, typing.Callable[[], Figures]]
connections = threading.local()


class Service(typing.NamedTuple):
    """One that answers the loads. `folder` holds its users, of whom some only use (users) and some are only invoiced (PAYERS)."""

    name: str
    url: str
    pid: int | None
    folder: pathlib.Path

    @property
    def address(self) -> str:
        return urllib.parse.urlsplit(self.url).netloc

    def file(self, kind: str) -> pathlib.Path:
        return self.folder / f"{self.name}.{kind}"

    def users(self, kind: str = "users") -> list[str]:
        return self.file(kind).read_text(encoding="utf-8").split()


def service(text: str, folder: pathlib.Path) -> Service:
    """NAME=URL[=PID]"""
    name, url, *pid = text.split("=")
    return Service(name, url, int(pid[0]) if pid else None, folder)


def post(address: str, path: str, body: object) -> dict:
    if not hasattr(connections, address):
        setattr(connections, address, http.client.HTTPConnection(address, timeout=30))
    connection = getattr(connections, address)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 300:
        sys.exit(f"{address}{path}: {answer.status} {text.decode(errors='replace')}")
    return json.loads(text)


def for_all(work: typing.Callable, items: typing.Iterable) -> list:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(work, items))


def make_users(to: Service, kind: str, count: int) -> None:
    """Subscribed users with a usage event."""
    def one(number: int) -> str:
        user = post(to.address, "/users", {"email": f"primed-{time.time_ns()}-{number}@example.com"})["id"]
        post(to.address, "/subscriptions", {"user_id": user, "plan_code": "pro"})
        post(to.address, "/usage", {"user_id": user, "metric": "api_calls", "quantity": 120000})
        return user

    to.file(kind).write_text("\n".join(for_all(one, range(count))) + "\n", encoding="utf-8")


def prime(to: Service) -> None:
    print(f"making {USERS} users on {to.name}", file=sys.stderr)
    make_users(to, "users", USERS)


def run_wrk(url: str, script: str, argument: str | None, connections: int, seconds: int) -> Figures:
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "-s", f"bench/{script}", url]
    if argument:
        command += ["--", argument]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds + 60, check=False)
    line = next((line for line in output.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        sys.exit(f"wrk failed on {url}:\n{output.stdout}{output.stderr}")
    requests, microseconds, *percentiles, refused, broken = map(int, line.split()[1:])
    p50, p95, p99 = (each / 1000 for each in percentiles)
    return {"figure": requests * 1e6 / microseconds, "p50": p50, "p95": p95, "p99": p99, "errors": refused + broken}


def run_load(to: Service, title: str, connections: int, seconds: int, postgres_pid: int | None) -> Figures:
    path, script, kind = next(load[1:] for load in LOADS if load[0] == title)
    argument = {None: None, "word": f"load-{time.time_ns()}"}.get(kind, str(to.file(kind)) if kind else None)
    if kind in PAYERS:
        make_users(to, kind, PAYERS[kind])
    costs = Costs(to.pid, postgres_pid)
    result = run_wrk(to.url + path, script, argument, connections, seconds)
    return result | costs.since(result["figure"] * seconds)


def take_turns(groups: dict[str, Contestants], rounds: int) -> dict[str, dict[str, list[Figures]]]:
    """What each measured, round by round; in every other round those of a group go in reverse order."""
    results = {title: {name: [] for name in contestants} for title, contestants in groups.items()}
    for turn in range(rounds):
        began = time.monotonic()
        for title, contestants in groups.items():
            for name, measure in list(contestants.items())[:: 1 if turn % 2 == 0 else -1]:
                results[title][name].append(measure())
        print(f"round {turn + 1} of {rounds} took {time.monotonic() - began:.0f} s", file=sys.stderr)
    return results
