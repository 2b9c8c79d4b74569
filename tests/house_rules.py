#!/usr/bin/env python3
"""Holds src/ to the house rules (docs/architecture.md): who may include whom, and how long things may be.

  main → app/cli → demo, standalone, app/process → app/http → app/work → app → rooms → core, platform → base
  a room sees another only through its store.hpp or a verb's header, never handlers.hpp, and only a lower one:
    emails, webhooks → events; events, verify, preview, paper → payments, subscriptions, migrations, balance → invoices → usage → facts → plans, users → audit, keys, idempotency → numbers
  within core: documents → owed → facts → catalog → time, money; documents → tax → money; collecting, balance → time, money
  within platform: postgres, http, redis, json, pdf, observe → runtime; outbound → observe; queue → redis
  core includes nothing but std, base and core
  a table is written (INSERT, UPDATE, DELETE) only by the room whose README owns it; those of no room only by app
  a folder has at most 25 files; a file at most 300 lines (reported; more than 350 fails), a function at most 70; tests are only reported

`python3 tests/house_rules.py [--junit FILE] [ROOT]`; fails when a rule is broken.
"""

import argparse
import collections
import pathlib
import re
import sys

import junit

# A room may include the rooms of a smaller number. Rooms of the same number do not see each other.
ROOMS = {
    "emails": 7,
    "webhooks": 7,
    "events": 6,
    "verify": 6,
    "preview": 6,
    "paper": 6,
    "subscriptions": 5,
    "migrations": 5,
    "provider_events": 6,
    "payments": 5,
    "payment_methods": 5,
    "balance": 5,
    "invoices": 4,
    "usage": 3,
    "facts": 2,
    "plans": 1,
    "grants": 1,
    "refunds": 1,
    "disputes": 1,
    "credit_notes": 1,
    "users": 1,
    "tax_rates": 1,
    "coupons": 1,
    "settings": 2,
    "items": 2,
    "stats": 0,
    "audit": 0,
    "keys": 0,
    "idempotency": 0,
    "providers": 0,
    "numbers": -1,
}
# What a folder may include beside itself, always going down. What is not named here is a room.
APP = ("app", "rooms", "core", "platform", "base")
FLOORS = {
    "main": ("app/cli",),
    "app/cli": ("demo", "standalone", "app/process", "app/http", "app/work", *APP),
    "demo": ("app/process", "app/http", "app/work", *APP),
    "app/process": ("app/http", "app/work", *APP),
    "app/http": ("app/work", *APP),
    "app/work": APP,
    "app": APP,
    "standalone": ("platform", "base"),
    "rooms": ("rooms", "core", "platform", "base"),
    "core": ("core", "base"),
    "platform": ("platform", "base"),
    "base": (),
}
# The same within core and within platform.
CORE = {
    "core/documents": ("core", "core/owed", "core/tax", "core/facts", "core/catalog", "core/time", "core/money"),
    "core/owed": ("core", "core/facts", "core/catalog", "core/time", "core/money"),
    "core/facts": ("core", "core/catalog", "core/time", "core/money"),
    "core/tax": ("core", "core/money"),
    "core/balance": ("core", "core/money"),
    "core/collecting": ("core/time", "core/money"),
    "core/catalog": ("core", "core/time", "core/money"),
    "core/time": (),
    "core/money": (),
    "core": ("core/catalog", "core/tax", "core/time", "core/money"),  # testing.hpp; ids.hpp needs none
}
PLATFORM = {
    "platform/runtime": (),
    "platform/json": ("platform/runtime",),
    "platform/observe": ("platform/runtime",),
    "platform/http": ("platform/json", "platform/runtime"),
    "platform/pdf": ("platform/runtime",),
    "platform/outbound": ("platform/observe", "platform/runtime"),
    "platform/postgres": ("platform/runtime",),
    "platform/redis": ("platform/observe", "platform/runtime"),
    "platform/queue": ("platform/redis", "platform/observe", "platform/runtime"),
}
# Written in the statement of what it records, where that does all of a room's work at once.
WRITTEN_BY_MANY = {"audit_events"}
FOLDER_LIMIT = 25
FILE_HABIT, FILE_LIMIT, FUNCTION_LIMIT = 300, 350, 70

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', re.MULTILINE)
SQL_TEXT = re.compile(r'R"\((.*?)\)"|"((?:\\.|[^"\\\n])*)"', re.DOTALL)
WRITES = re.compile(r"\b(?:INSERT\s+INTO|DELETE\s+FROM|(?<!FOR\s)(?<!KEY\s)(?<!DO\s)UPDATE)\s+([a-z_]+)\b")
OWNS = re.compile(r"^Owns: (.*?)^(?:Does not own|\s*$)", re.DOTALL | re.MULTILINE)
STANDARD = re.compile(r"^[a-z_0-9]+$")
OF_TESTS = re.compile(r"_test\.cpp$|/testing(_[a-z]+)?\.hpp$")
# Comments, raw strings, strings, characters (not the ' of 1'000), in the order in which they are tried.
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*',
                   re.DOTALL | re.MULTILINE)
SCOPE = re.compile(r"\b(?:namespace|class|struct|union|enum)\b(?![^;{}]*[^:\w\s]\s*\()")

# After a brace in a constructor's initializers: another one or the body follows.
INITIALIZER_ENDS = re.compile(r"\}\s*[,{]")

Finding = collections.namedtuple("Finding", "path line text")


def floor_of(path):
    """The floor and, for a room, its name."""
    folder = pathlib.PurePosixPath(path).parent
    if str(folder) == ".":
        return "main", None
    if folder.parts[0] == "rooms":
        return "rooms", folder.parts[1] if len(folder.parts) > 1 else None
    return (str(folder) if str(folder) in FLOORS else folder.parts[0]), None


def part_of(path, depth):
    return "/".join(pathlib.PurePosixPath(path).parent.parts[:depth])


def include_problem(path, quote, target):
    floor, room = floor_of(path)
    if quote == "<":
        if floor in ("core", "base") and not STANDARD.match(target) and not OF_TESTS.search(path):
            return f"{floor} is std only, and this includes <{target}>"
        return None
    if "/" not in target or target.startswith("."):
        return f'write the path from src/: "{target}"'
    seen_floor, seen_room = floor_of(target)
    if seen_floor != floor and seen_floor not in FLOORS.get(floor, ()):
        return f"{room or floor} must not see {seen_room or seen_floor}: {target}"
    for parts in (CORE, PLATFORM):
        here, there = part_of(path, 2), part_of(target, 2)
        if here in parts and there in parts and here != there and there not in parts[here] and not path.endswith("_test.cpp"):
            return f"{here} must not see {there}: {target}"
    if floor != "rooms" or seen_floor != "rooms" or room == seen_room or seen_room is None:
        return None
    if target.endswith("/handlers.hpp"):
        return f"a room sees another only through its store.hpp or a verb's header: {target}"
    for name in (room, seen_room):
        if name not in ROOMS:
            return f"room {name} has no place in the order of the rooms: give it one in tests/house_rules.py"
    if ROOMS[seen_room] >= ROOMS[room]:
        return f"{room} must not see {seen_room}: {target}"
    return None


def owners(root):
    """table → the room that owns it, as the rooms' READMEs say."""
    owned = {}
    for readme in sorted((root / "src/rooms").glob("*/README.md")):
        found = OWNS.search(readme.read_text(encoding="utf-8"))
        for table in re.findall(r"`([a-z_]+)`", found[1]) if found else ():
            owned[table] = readme.parent.name
    return owned


def write_problems(path, text, owned):
    """Statements that write another room's table, and tables that nobody owns."""
    floor, room = floor_of(path)
    if "verify/testing/breakages" in path or path.endswith(("_test.cpp", "/testing.hpp")) or floor not in ("rooms", "app", "app/work", "app/process", "app/http", "app/cli", "demo"):
        return
    for quoted in SQL_TEXT.finditer(text):
        for write in WRITES.finditer(quoted[1] or quoted[2] or ""):
            table, owner = write[1], owned.get(write[1])
            line = text.count("\n", 0, quoted.start() + write.start()) + 1
            if table in WRITTEN_BY_MANY or owner == room:
                continue
            if owner:
                yield Finding(path, line, f"{room or floor} must not write {table}: {owner} owns it")
            elif room:
                yield Finding(path, line, f"no room's README owns {table}, which {room} writes")


def folder_problems(paths):
    """Folders with more files than one looks through."""
    count = collections.Counter(str(pathlib.PurePosixPath(path).parent) for path in paths)
    return [Finding(folder, 1, f"{files} files; {FOLDER_LIMIT} is the limit") for folder, files in count.items() if files > FOLDER_LIMIT]


def without_noise(text):
    """Code only, with the same line numbers: strings become "", comments and preprocessor lines vanish."""
    return NOISE.sub(lambda found: '""' * (found[0][0] in "\"'R") + "\n" * found[0].count("\n"), text)


def functions(text):
    """(first line, number of lines, heading) of each function at namespace or class scope."""
    code = without_noise(text)
    open_blocks, heading, line, heading_line = [], "", 1, 1
    for at, character in enumerate(code):
        if character == "{":
            in_scope = all(kind == "scope" for kind, _, _ in open_blocks)
            name = heading.strip()
            if not in_scope:
                kind = "inner"
            elif SCOPE.search(name) and not name.endswith(")"):
                kind = "scope"
            elif "(" in name and not name.endswith(("=", ",", "(")):
                kind = "function"
            else:
                kind = "inner"
            open_blocks.append((kind, heading_line, name))
            heading = ""
        elif character == "}":
            if open_blocks:
                kind, first, name = open_blocks.pop()
                if kind == "function" and not INITIALIZER_ENDS.match(code, at):
                    yield first, line - first + 1, " ".join(name.split())
                elif kind == "function":
                    heading, heading_line = name, first
                    continue
            heading = ""
        elif character == ";":
            heading = ""
        else:
            if not heading.strip():
                heading_line = line
            heading += character
        line += character == "\n"


def check_file(root, path, owned):
    """Findings that fail and findings that are only told."""
    text = (root / "src" / path).read_text(encoding="utf-8")
    failures, notes = [], []
    for found in INCLUDE.finditer(text):
        problem = include_problem(path, found[1], found[2])
        if problem:
            failures.append(Finding(path, text.count("\n", 0, found.start()) + 1, problem))
    failures += write_problems(path, text, owned)
    is_test = path.endswith("_test.cpp")
    length = text.count("\n")
    if length > FILE_HABIT:
        (failures if length > FILE_LIMIT and not is_test else notes).append(Finding(path, 1, f"{length} lines; {FILE_HABIT} is the habit, {FILE_LIMIT} the limit"))
    for line, lines, heading in functions(text):
        if lines > FUNCTION_LIMIT:
            (notes if is_test else failures).append(Finding(path, line, f"a function of {lines} lines, {FUNCTION_LIMIT} is the limit: {heading[:80]}"))
    return failures, notes


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    arguments.add_argument("--junit", type=pathlib.Path)
    options = arguments.parse_args()
    source = options.root / "src"
    paths = sorted(str(path.relative_to(source)) for path in source.rglob("*") if path.suffix in (".cpp", ".hpp"))
    failures, notes = folder_problems(paths), []
    owned = owners(options.root)
    for path in paths:
        failed, told = check_file(options.root, path, owned)
        failures += failed
        notes += told
    for finding in notes:
        print(f"note: src/{finding.path}:{finding.line}: {finding.text}")
    for finding in failures:
        print(f"src/{finding.path}:{finding.line}: {finding.text}")
    print(f"{len(paths)} files, {len(failures)} broken rules")
    if options.junit:
        by_path = collections.defaultdict(list)
        for failure in failures:
            by_path[failure.path].append(f"{failure.line}: {failure.text}")
        junit.write(options.junit, "house_rules", ((path, "; ".join(by_path[path])) for path in paths))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
