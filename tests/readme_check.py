#!/usr/bin/env python3
"""Does what README.md says. In a fresh copy of the repository, in a network of its own where that can be made (so that the ports are free):

  every block of commands is pasted, word for word, into one empty shell, one after the other, and each command succeeds
  what an answer below a block shows is what comes: the same members, and the same values but for ids, times and days
  every script/… and every `billing …` that the text names is there, with the options that it names

`BILLING_BINARY=… python3 tests/readme_check.py [--junit FILE]`: the binary that the scripts take instead of building one.
"""

import argparse
import ctypes
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import junit

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(bash|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NOT_TO_PASTE = "## Contribute"  # what follows is said, not pasted: it would run the tests within the tests
PATIENCE = 300  # seconds for all of it
CHANGES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}$|\d{4}-\d\d-\d\d|\d{4}-\d{6}$")  # ids, times and days, numbers of invoices


def own_network():
    """A network namespace with nothing but loopback; stays in the one that it is in where that is not allowed."""
    CLONE_NEWUSER, CLONE_NEWNET, SIOCSIFFLAGS, IFF_UP = 0x10000000, 0x40000000, 0x8914, 1
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNET | (CLONE_NEWUSER if user else 0)) != 0:
        return
    if user:
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        pathlib.Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def fresh_copy(directory):
    """What a clone of the working tree would hold, and the admin UI's files, which are built already, as the binary is."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard", "--deduplicate"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, directory / name)
    shutil.copytree(ROOT / "web/dist", directory / "web/dist")


def blocks(text):
    """Pairs of commands and the answer that is shown below them, or None."""
    found = []
    for language, body in BLOCK.findall(text.partition(NOT_TO_PASTE)[0]):
        if language == "bash":
            found.append([body, None])
        else:
            found[-1][1] = body
    return found


def paste(commands, directory, environment):
    """One shell for all blocks; the output of each. bash -e: a command that fails ends it, and so shows which."""
    script = directory.parent / "pasted.sh"
    outputs = [directory.parent / f"output.{number}" for number in range(len(commands))]
    parts = [f"exec >{output} 2>&1\n{block}\n" for block, output in zip(commands, outputs)]
    script.write_text("set -m\nset -e -o pipefail\n" + "".join(parts) + f"echo >{directory.parent}/done\n", encoding="utf-8")
    shell = subprocess.Popen(["bash", "--noprofile", "--norc", script], cwd=directory, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        status = shell.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        status = "no end"
    finally:
        end_session(shell.pid)
    return status, [output.read_text(encoding="utf-8") if output.exists() else None for output in outputs]


def members(session):
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                yield int(entry.name)
        except ProcessLookupError:
            pass


def end_session(session):
    """Ends what the shell left running, and waits for it: each job has its own process group, but the session is one."""
    deadline = time.monotonic() + 60
    for process in members(session):
        os.kill(process, signal.SIGTERM)
    while any(members(session)) and time.monotonic() < deadline:
        time.sleep(0.05)


def difference(shown, came, where="the answer"):
    """How what came differs from what the README shows, but for what always changes; empty when it does not."""
    if isinstance(shown, dict) and isinstance(came, dict):
        if list(shown) != list(came):
            return f"{where} has the members {', '.join(came)}; shown are {', '.join(shown)}"
        # How many days a month has is not the same each day that this is run.
        return next(filter(None, (difference(shown[name], came[name], f"{name}") for name in shown if name != "days")), "")
    if isinstance(shown, list) and isinstance(came, list) and len(shown) == len(came):
        return next(filter(None, (difference(*pair, where) for pair in zip(shown, came))), "")
    if isinstance(shown, str) and isinstance(came, str) and CHANGES.match(shown) and CHANGES.match(came):
        return ""
    return "" if shown == came else f"{where} is {json.dumps(came)}; shown is {json.dumps(shown)}"


def answer_in(output, shown):
    """The JSON of an output that may hold log lines beside it; of an invoice with lines what the README shows of one of them."""
    values = []
    for line in output.splitlines():
        try:
            values.append(json.JSONDecoder().raw_decode(line)[0])  # curl ends no line: a log line may follow in the same one
        except ValueError:
            continue
    values = [value for value in values if isinstance(value, dict) and "event" not in value]
    for value in values:
        for line in value.get("lines", []):
            if line.get("kind") == shown.get("kind"):
                return {name: line.get(name) for name in shown}
    return values[-1] if values else None


def check_blocks(text, environment):
    with tempfile.TemporaryDirectory(prefix="billing-readme-", dir="/tmp") as top:
        os.chmod(top, 0o755)
        directory = pathlib.Path(top) / "billing"
        directory.mkdir()
        fresh_copy(directory)
        pairs = blocks(text)
        status, outputs = paste([commands for commands, _ in pairs], directory, environment)
        last = max((number for number, output in enumerate(outputs) if output is not None), default=0)
        for number, (commands, shown) in enumerate(pairs):
            name = f"README: {commands.strip().splitlines()[-1][:100]}"
            if number > last:
                yield name, "an earlier block failed"
            elif number == last and status != 0:
                yield name, f"ended with {status}: {outputs[number][-1500:]}"
            elif shown:
                came = answer_in(outputs[number], json.loads(shown))
                yield name, difference(json.loads(shown), came) if came else f"no answer: {outputs[number][-1500:]}"
            else:
                yield name, ""


def check_names(text, binary):
    for script in sorted(set(re.findall(r"\bscript/([a-z_]+)\b", text))):
        path = ROOT / "script" / script
        yield f"README: script/{script} is there", "" if os.access(path, os.X_OK) else "it is not, or may not be executed"
        options = set(re.findall(rf"script/{script}[^\n`|]*?(--[a-z-]+)", text)) if script != "server" else set()
        missing = sorted(option for option in options if path.exists() and option not in path.read_text(encoding="utf-8"))
        yield f"README: script/{script} has the options that are named", f"not {', '.join(missing)}" if missing else ""
    listed = subprocess.run([binary, "--help"], check=True, capture_output=True, text=True).stdout
    for command in sorted(set(re.findall(r"`billing ([a-z]+)", text))):
        yield f"README: billing {command} is a subcommand", "" if re.search(rf"^  {command}\b", listed, re.MULTILINE) else "it is not"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--junit", type=pathlib.Path)
    options = arguments.parse_args()
    binary = str(pathlib.Path(os.environ["BILLING_BINARY"]).resolve())
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    own_network()
    environment = {"BILLING_BINARY": binary, "HOME": "/tmp", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    results = [*check_blocks(text, environment), *check_names(text, binary)]
    return junit.conclude("readme", results, options.junit)


sys.exit(main())
