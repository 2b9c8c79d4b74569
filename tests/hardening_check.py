#!/usr/bin/env python3
"""Looks whether a binary is hardened as Debian hardens what it ships (BILLING_HARDEN of CMakeLists.txt): position-independent, relocations
read-only and bound at the start, no executable stack, stack protector, fortified calls of libc, and on x86-64 control-flow protection.

`python3 tests/hardening_check.py [--junit FILE] BINARY`. Prints what is missing, then "N passed, M failed", and fails when something is.
"""

import argparse
import pathlib
import platform
import re
import subprocess
import sys

import junit


def readelf(option, binary):
    return subprocess.run(["readelf", "--wide", option, binary], check=True, capture_output=True, text=True).stdout


def findings(binary):
    """Pairs of what is looked for and what is wrong."""
    header, segments, dynamic, symbols = (readelf(option, binary) for option in ("-h", "-l", "-d", "--dyn-syms"))
    yield "is position-independent (PIE)", "" if re.search(r"Type:\s+DYN", header) else "its type is not DYN: -fPIE -pie"
    yield "has read-only relocations", "" if "GNU_RELRO" in segments else "no GNU_RELRO segment: -z relro"
    yield "binds all symbols at its start", "" if re.search(r"\bBIND_NOW\b|FLAGS_1.*\bNOW\b", dynamic) else "no BIND_NOW: -z now"
    yield "has no executable stack", "" if re.search(r"GNU_STACK.* RW\s", segments) else "its stack is executable: -z noexecstack"
    yield "protects its stack", "" if "__stack_chk_fail" in symbols else "never calls __stack_chk_fail: -fstack-protector-strong"
    fortified = set(re.findall(r"\b(__\w+_chk)\b", symbols)) - {"__stack_chk_fail"}
    yield "calls libc's fortified functions", "" if fortified else "no __…_chk is called: -D_FORTIFY_SOURCE=3"
    if platform.machine() == "x86_64":
        # The linker writes IBT into the notes only where each object has it, and Debian 12's crt files and static libraries do not all: so the code.
        starts = subprocess.run(["objdump", "-d", "--no-show-raw-insn", "--disassemble=main", binary], check=True, capture_output=True, text=True).stdout
        yield "protects its control flow", "" if "endbr64" in starts else "main does not begin with endbr64: -fcf-protection"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("binary")
    arguments.add_argument("--junit", type=pathlib.Path)
    options = arguments.parse_args()
    results = [(f"The binary {name}", problem) for name, problem in findings(options.binary)]
    return junit.conclude("hardening", results, options.junit)


sys.exit(main())
