#!/usr/bin/env python3
"""Adds up the JUnit files that script/test collected: one directory a suite, and ctest's own <suite>.ctest beside it.

Prints a line a suite and "N passed, M failed" at the end; fails when a test failed. A step that failed without a failed test of its
own (a crash before the report, no tests at all) counts as one failure.
"""

import argparse
import pathlib
import sys
import xml.etree.ElementTree as xml


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    skipped = case.find("skipped") is not None or case.get("status") == "notrun" or case.get("result") == "skipped"
    return "skipped" if skipped else "passed"


def count(path):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    try:
        cases = list(xml.parse(path).getroot().iter("testcase"))
    except (xml.ParseError, OSError):
        return {**counts, "failed": 1}
    for case in cases:
        counts[outcome(case)] += 1
    return counts


def crashed_programs(results, suite):
    """Test programs that failed and left no report."""
    report = results / f"{suite}.ctest"
    if not report.exists():
        return 0
    failed = [case.get("name") for case in xml.parse(report).getroot().iter("testcase") if case.get("status") == "fail"]
    return sum(1 for name in failed if not list((results / suite).glob(f"{name}_test*.xml")))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("results", type=pathlib.Path)
    arguments.add_argument("--broken-steps", type=int, default=0)
    options = arguments.parse_args()
    total = {"passed": 0, "failed": 0, "skipped": 0}
    suites_with_failures = 0
    for directory in sorted(path for path in options.results.iterdir() if path.is_dir()):
        counts = {"passed": 0, "failed": crashed_programs(options.results, directory.name), "skipped": 0}
        for report in directory.rglob("*.xml"):
            for name, value in count(report).items():
                counts[name] += value
        suites_with_failures += counts["failed"] > 0
        print(f"{directory.name:8} " + ", ".join(f"{value} {name}" for name, value in counts.items() if value or name == "passed"))
        for name, value in counts.items():
            total[name] += value
    total["failed"] += max(0, options.broken_steps - suites_with_failures)
    if total["skipped"]:
        print(f"{total['skipped']} skipped")
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 1 if total["failed"] or not total["passed"] else 0


sys.exit(main())
