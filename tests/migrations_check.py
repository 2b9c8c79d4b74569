#!/usr/bin/env python3
"""Holds db/migrations to what two versions side by side need: a migration only adds, unless its first line begins with
`-- breaks older binaries`. To add is: a table, a type, a view, an index that is not unique, a column that may be null or has a default, rows
of the migration's own (INSERT, UPDATE), a comment. Names rise without a gap: 0001_….sql, 0002_….sql.

`python3 tests/migrations_check.py [--junit FILE] [ROOT]`; fails when one does not. The first migration makes the schema and is not asked.
"""

import argparse
import pathlib
import re
import sys

import junit

BREAKING = "-- breaks older binaries"  # src/app/process/migrate.cpp looks for it too
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
COLUMN = r"ADD COLUMN (IF NOT EXISTS )?\w+ (?![^,]*\b(UNIQUE|PRIMARY KEY|REFERENCES|CHECK)\b)(?=[^,]*\bDEFAULT\b|(?![^,]*\bNOT NULL\b))[^,]+"
ADDING = re.compile(rf"CREATE (TABLE|TYPE|VIEW|INDEX)\b.*|ALTER TABLE \w+ {COLUMN}(, {COLUMN})*|INSERT INTO .*|UPDATE .*|COMMENT ON .*", re.IGNORECASE)


def problems(path):
    text = path.read_text(encoding="utf-8")
    if text.startswith(BREAKING):
        return []
    statements = (" ".join(statement.split()) for statement in COMMENT.sub("", text).split(";"))
    return [f"does not only add, and does not begin with `{BREAKING}`: {statement[:120]}" for statement in statements
            if statement and not ADDING.fullmatch(statement)]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    arguments.add_argument("--junit", type=pathlib.Path)
    options = arguments.parse_args()
    found, paths = {}, sorted((options.root / "db/migrations").glob("*.sql"))
    for number, path in enumerate(paths, 1):
        found[path.name] = [] if path.name.startswith(f"{number:04}_") else [f"is not called {number:04}_….sql"]
        if number > 1:
            found[path.name] += problems(path)
    for name, texts in found.items():
        for text in texts:
            print(f"db/migrations/{name}: {text}")
    broken = sum(1 for texts in found.values() if texts)
    print(f"{len(found)} migrations, {broken} that an older binary may not survive")
    if options.junit:
        junit.write(options.junit, "migrations_check", ((name, "; ".join(texts)) for name, texts in found.items()))
    return 1 if broken or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
