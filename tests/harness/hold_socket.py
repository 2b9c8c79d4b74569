#!/usr/bin/env python3
"""Holds a listening socket and hands it to processes, as systemd does for billing-serve.socket: hold_socket.py COMMAND…

Prints `port N`. Then each line on stdin: `start` starts COMMAND with the socket as descriptor 3 and prints `started PID`; `stop PID` sends it
SIGTERM and prints `ended PID STATUS` once it has ended. When stdin ends, all that still runs is killed.
"""

import os
import signal
import socket
import subprocess
import sys
import threading

FIRST = 3  # SD_LISTEN_FDS_START


def say(*words):
    print(*words, flush=True)


def start(listener, command):
    # LISTEN_PID is the number of the process that is meant, which only it knows.
    script = f'exec env LISTEN_PID=$$ LISTEN_FDS=1 "$@" {FIRST}<&{listener.fileno()}'
    return subprocess.Popen(["/bin/sh", "-c", script, "sh", *command], pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL)


def stop(process):
    process.send_signal(signal.SIGTERM)
    threading.Thread(target=lambda: say("ended", process.pid, process.wait())).start()


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    running = {}
    say("port", listener.getsockname()[1])
    for line in sys.stdin:
        word, *numbers = line.split()
        if word == "start":
            process = start(listener, sys.argv[1:])
            running[process.pid] = process
            say("started", process.pid)
        else:
            stop(running[int(numbers[0])])
    for process in running.values():
        process.kill()
    os._exit(0)


if __name__ == "__main__":
    main()
