#!/usr/bin/env python3
"""Holds deploy/observability to what it says: the rules are valid and their unit tests pass, each alert has a unit test and a section in
docs/operations.md, the dashboard's queries are PromQL, and every metric that a rule or a panel names is one that src/ makes.

`python3 tests/observability_check.py [--junit FILE] [ROOT]`; without promtool (Debian: prometheus) it says so loudly and checks the rest.
`… --prometheus http://127.0.0.1:9090` asks a Prometheus that scrapes billing instead: each query of the dashboard and each alert's expression
must evaluate, and each metric they name must have data there.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import yaml

import junit

OBSERVABILITY = "deploy/observability"
SELECTOR = re.compile(r"\b(billing_[a-z_]+|up)\b")
FOREIGN = ("up",)  # Prometheus' own
COUNTED = re.compile(r'metrics\.(count|set)\("([a-z_]+)"')
NAMED = re.compile(r'Name\("(billing_[a-z_]+)"\)')
VARIABLES = {"$__rate_interval": "1m", "$instance": ".+", "${datasource}": "prometheus"}


def alerts_of(root):
    rules = yaml.safe_load((root / OBSERVABILITY / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in rules["groups"] for rule in group["rules"]]


def panels_of(root):
    """(panel's title, query) of each target, the variables filled in."""
    board = json.loads((root / OBSERVABILITY / "grafana/billing.json").read_text(encoding="utf-8"))
    queries = []
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            query = target["expr"]
            for name, value in VARIABLES.items():
                query = query.replace(name, value)
            queries.append((panel["title"], query))
    return queries


def made_metrics(root):
    """The names of the series that the binary makes."""
    names = set()
    for path in (root / "src").rglob("*.cpp"):
        if path.name.endswith("_test.cpp"):
            continue
        text = path.read_text(encoding="utf-8")
        for kind, name in COUNTED.findall(text):
            names.add(f"billing_{name}_total" if kind == "count" else f"billing_{name}")
        for name in NAMED.findall(text):
            names.add(name)
            if name.endswith("_seconds"):
                names.update(name + end for end in ("_bucket", "_count", "_sum"))
    return names


def without_strings(query):
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', query)


def metrics_in(query):
    return set(SELECTOR.findall(without_strings(query)))


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()


def check_with_promtool(root, queries):
    directory = root / OBSERVABILITY
    yield "promtool check config", promtool("check", "config", "--syntax-only", directory / "prometheus.yml")
    yield "promtool check config for compose", promtool("check", "config", "--syntax-only", directory / "compose/prometheus.yml")
    yield "promtool check rules", promtool("check", "rules", directory / "alerts.yml")
    yield "promtool test rules", promtool("test", "rules", directory / "alerts_test.yml")
    rules = [{"record": f"panel:{number}", "expr": query} for number, (_, query) in enumerate(queries)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}, file)
        file.flush()
        yield "the dashboard's queries are PromQL", promtool("check", "rules", file.name)


def anchors_of(document):
    headings = re.findall(r"^#+ (.+)$", document, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_files(root, alerts, queries):
    manual = root / "docs/operations.md"
    anchors = anchors_of(manual.read_text(encoding="utf-8")) if manual.exists() else set()
    tests = yaml.safe_load((root / OBSERVABILITY / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    fired = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case["exp_alerts"]}
    made = made_metrics(root) | set(FOREIGN)
    for alert in alerts:
        name = alert["alert"]
        runbook = alert["annotations"].get("runbook", "")
        yield f"{name} has its runbook", None if runbook == f"docs/operations.md#{name.lower()}" and name.lower() in anchors else f"there is no {runbook}"
        yield f"{name} fires in a unit test", None if name in fired else "no test in alerts_test.yml expects it"
    for title, query in [(alert["alert"], alert["expr"]) for alert in alerts] + queries:
        unknown = metrics_in(query) - made
        yield f"{title}: metrics", None if not unknown else f"nobody makes {', '.join(sorted(unknown))}"


def ask(server, query):
    url = server.rstrip("/") + "/api/v1/query?" + urllib.parse.urlencode({"query": query})
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]["result"]
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error).get("error", str(error))) from error


def check_live(server, alerts, queries):
    """A panel must have data. An alert's expression must evaluate, and so must all that it is made of: its metrics must be there."""
    for title, query in queries:
        try:
            found = ask(server, query)
            yield f"panel {title}: {query}", None if found else "no data"
        except ValueError as error:
            yield f"panel {title}: {query}", str(error)
    for alert in alerts:
        try:
            firing = ask(server, alert["expr"])
            missing = [metric for metric in sorted(metrics_in(alert["expr"])) if not ask(server, f"count({metric})")]
            yield f"alert {alert['alert']}{' (true now)' if firing else ''}", f"no data for {', '.join(missing)}" if missing else None
        except ValueError as error:
            yield f"alert {alert['alert']}", str(error)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    arguments.add_argument("--junit", type=pathlib.Path)
    arguments.add_argument("--prometheus", help="URL of a Prometheus that scrapes billing")
    options = arguments.parse_args()
    alerts, queries = alerts_of(options.root), panels_of(options.root)
    if options.prometheus:
        results = list(check_live(options.prometheus, alerts, queries))
        for name, _ in results:
            print(f"  {name}")
    else:
        results = list(check_files(options.root, alerts, queries))
        if shutil.which("promtool"):
            results += check_with_promtool(options.root, queries)
        else:
            print("SKIPPED: promtool is not installed, so neither the rules nor their unit tests were run (Debian: apt-get install prometheus)")
    failed = [(name, problem) for name, problem in results if problem]
    for name, problem in failed:
        print(f"FAILED {name}: {problem}")
    print(f"{len(alerts)} alerts, {len(queries)} queries on the dashboard; {len(results)} checks, {len(failed)} failed")
    if options.junit:
        junit.write(options.junit, "observability_check", results)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
