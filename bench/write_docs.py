#!/usr/bin/env python3
"""Writes tables of `script/bench --json FILE` into docs/performance.md, each between the two comments that name its kind. `script/bench --write-docs FILE…`

write_docs.py FILE…
"""

import json
import pathlib
import sys

import table
from loads import ROOT

PAGE = ROOT / "docs/performance.md"


def shown(written: dict) -> str:
    options = ", ".join(f"{name} {value}" for name, value in written["options"].items())
    head = (f"{written['date']}, commit {written['commit']}, {written['machine']}, PostgreSQL {written['postgres']}; {options}; "
            f"load of the machine over the last 15 minutes {written['load_average']:.1f}.")
    notes = "\n".join(f"- {note}" for note in written["notes"])
    return f"{head}\n\n{table.markdown(table.rows_of(written))}\n\n{notes}"


def between(page: str, kind: str, text: str) -> str:
    """The page with the text between the kind's comments."""
    begin, end = f"<!-- {kind}: written by script/bench --write-docs -->", f"<!-- end of {kind} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        sys.exit(f"{PAGE.relative_to(ROOT)} has no place for {kind}: a line `{begin}` and a line `{end}`")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    page = PAGE.read_text(encoding="utf-8")
    for name in sys.argv[1:]:
        written = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
        page = between(page, written["kind"], shown(written))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
