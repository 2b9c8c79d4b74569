"""What processes cost, read from /proc, and how long one takes to answer."""

import collections
import http.client
import os
import pathlib
import signal
import socket
import subprocess
import time


def cpu_seconds(pid: int) -> float:
    """Of a process and of all that it started, those that have ended and were waited for too."""
    own, dead, children = {}, {}, collections.defaultdict(list)
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        each = int(stat.parent.name)
        own[each], dead[each] = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
        children[int(fields[1])].append(each)
    ticks, left = 0, [pid]
    while left:
        each = left.pop()
        ticks += own.get(each, 0) + dead.get(each, 0)
        left += children[each]
    return ticks / os.sysconf("SC_CLK_TCK")


class Costs:
    """What requests between two looks cost: the service's own CPU time and PostgreSQL's, in µs a request; nothing of one that is not named."""

    def __init__(self, service: int | None, postgres: int | None) -> None:
        self.pids = {"cpu": service, "postgres": postgres}
        self.before = self.look()

    def look(self) -> dict[str, float]:
        return {name: cpu_seconds(pid) for name, pid in self.pids.items() if pid}

    def since(self, requests: float) -> dict[str, float]:
        return {name: (after - self.before[name]) * 1e6 / max(1, requests) for name, after in self.look().items()}


def memory(pid: int, field: str = "VmRSS") -> float:
    """MB that are resident, or were at most (VmHWM)."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split(field + ":")[1].split()[0]) * 1024 / 1e6


def forget_peak(pid: int) -> None:
    """From now on VmHWM is the most since now."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def start(command: list[str], environment: dict[str, str], **given) -> subprocess.Popen:
    """A process that ends with this one."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], env=environment, stdin=subprocess.DEVNULL, **given)


def end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def time_to_answer(command: list[str], environment: dict[str, str], path: str) -> float:
    """Milliseconds from the start of a service to its first answer of 200; it is ended then."""
    port = free_port()
    began = time.monotonic()
    process = start(command, environment | {"PORT": str(port)})
    try:
        while time.monotonic() < began + 30 and process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return (time.monotonic() - began) * 1000
            except OSError:
                time.sleep(0.001)
            finally:
                connection.close()
        raise RuntimeError(f"{command} does not answer on {path}")
    finally:
        end(process)
