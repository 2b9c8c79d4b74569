"""The one table of a run: its rows, beside their targets, for a terminal, as JSON, and as Markdown."""

import dataclasses
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess

from loads import ROOT, Figures

COLUMNS = [("p50 ms", "p50", 2), ("p95 ms", "p95", 2), ("p99 ms", "p99", 2), ("errors", "errors", 0), ("CPU µs", "cpu", 1), ("PG µs", "postgres", 1)]


@dataclasses.dataclass(frozen=True)
class Target:
    """At least or at most so much of one of a row's figures."""

    sign: str  # ≥ or ≤
    bound: float
    of: str = "figure"

    def met(self, figures: Figures) -> bool:
        return figures[self.of] >= self.bound if self.sign == "≥" else figures[self.of] <= self.bound

    def told(self, unit: str) -> str:
        return f"{'' if self.of == 'figure' else self.of + ' '}{self.sign} {self.bound:,g} {unit if self.of == 'figure' else 'ms'}"


@dataclasses.dataclass(frozen=True)
class Row:
    what: str
    who: str
    unit: str
    figures: Figures
    target: Target | None = None

    def cells(self) -> list[str]:
        figure = self.figures["figure"]
        cells = [self.what, self.who, f"{figure:,.{0 if figure >= 100 else 2 if figure < 10 else 1}f} {self.unit}"]
        cells += [f"{self.figures[key]:,.{digits}f}" if key in self.figures else "" for _, key, digits in COLUMNS]
        if self.target is None:
            return [*cells, "", ""]
        return [*cells, self.target.told(self.unit), "met" if self.target.met(self.figures) else "not met"]


HEADS = ["", "", "figure", *(head for head, *_ in COLUMNS), "target", ""]


def medians(rounds: list[Figures]) -> Figures:
    """Of each figure; errors are summed up."""
    keys = rounds[0].keys()
    return {key: sum(each[key] for each in rounds) if key == "errors" else statistics.median(each[key] for each in rounds) for key in keys}


def ratio(ours: list[Figures], others: list[Figures], of: str = "figure") -> Figures:
    """How many times the other's the first one's is: the median of what the rounds say."""
    return {"figure": statistics.median(a[of] / max(1e-9, b[of]) for a, b in zip(ours, others, strict=True))}


def print_table(rows: list[Row]) -> None:
    lines = [HEADS, *(row.cells() for row in rows)]
    lines = [line if at < 2 or line[0] != lines[at - 1][0] else ["", *line[1:]] for at, line in enumerate(lines)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADS))]
    for line in lines:
        print("  ".join(cell.ljust(width) if at in (0, 1, 9, 10) else cell.rjust(width) for at, (cell, width) in enumerate(zip(line, widths))).rstrip())


def machine() -> str:
    cpu = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB of memory, Linux {platform.release().split('-')[0]}"


def document(kind: str, rows: list[Row], options: dict, notes: list[str], postgres: str) -> dict:
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "kind": kind, "date": datetime.date.today().isoformat(), "commit": commit, "machine": machine(), "postgres": postgres,
        "load_average": os.getloadavg()[2], "options": options, "notes": notes,
        "rows": [{"what": row.what, "who": row.who, "unit": row.unit, "figures": row.figures,
                  "target": dataclasses.asdict(row.target) | {"met": row.target.met(row.figures)} if row.target else None} for row in rows],
    }


def rows_of(written: dict) -> list[Row]:
    """The rows of a document, as they were."""
    def target(found: dict | None) -> Target | None:
        return Target(found["sign"], found["bound"], found["of"]) if found else None

    return [Row(row["what"], row["who"], row["unit"], row["figures"], target(row["target"])) for row in written["rows"]]


def markdown(rows: list[Row]) -> str:
    lines = [HEADS, ["---"] * 2 + ["---:"] * (len(HEADS) - 4) + ["---"] * 2]
    before = None
    for row in rows:
        what, *others = row.cells()
        lines.append(["" if what == before else what, *others])
        before = what
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write(file: pathlib.Path, written: dict) -> None:
    file.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
