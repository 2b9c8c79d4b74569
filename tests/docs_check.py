#!/usr/bin/env python3
"""Every fact in docs/billing-rules.md names its test, and so does what docs/review-of-release-1.md says is mended; this holds that the tests exist.

A test is named in backquotes: `Suite.Name` is a GoogleTest one, `api: a sentence` a test of that title below tests/.
`python3 tests/docs_check.py [--junit FILE] [ROOT]`; fails when a named test is not there, or none is named.
"""

import argparse
import pathlib
import re
import sys

import junit

DOCUMENTS = ("docs/billing-rules.md", "docs/review-of-release-1.md")
NAMED = re.compile(r"`(?:api: (?P<api>[^`]+)|(?P<unit>[A-Z]\w*\.[A-Za-z]\w*))`")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
UNIT = re.compile(r"\b(?:TYPED_)?(?:TEST(?:_F|_P)?|RC_GTEST_(?:PROP|FIXTURE_PROP))\s*\(\s*(\w+)\s*,\s*(\w+)")
# A title follows `test(` (a story's, in tests/api/rules.test.ts, `life(` or `story(`), or the table of a `test.each([…])(`.
API = re.compile(r"""(?:\b(?:it|test|life|story)(?:\.\w+)*(?:\([^()]*\))?\s*|\]\))\(\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`)""")


def unit_tests(root):
    return {f"{suite}.{name}" for path in (root / "src").rglob("*_test.cpp") for suite, name in UNIT.findall(path.read_text(encoding="utf-8"))}


def api_tests(root):
    paths = [path for path in (root / "tests").rglob("*.ts") if "node_modules" not in path.parts]
    titles = (title for path in paths for title in API.findall(path.read_text(encoding="utf-8")))
    return {re.sub(r"\\(.)", r"\1", "".join(title)) for title in titles}


def tests_named_in(document, units, apis):
    """Line, name, and whether there is such a test."""
    text = FENCE.sub(lambda found: "\n" * found[0].count("\n"), document.read_text(encoding="utf-8"))
    for found in NAMED.finditer(text):
        name = found["unit"] or " ".join(found["api"].split())
        yield text.count("\n", 0, found.start()) + 1, found[0].strip("`"), name in (units if found["unit"] else apis)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    arguments.add_argument("--junit", type=pathlib.Path)
    options = arguments.parse_args()
    units, apis = unit_tests(options.root), api_tests(options.root)
    results, missing, silent = [], 0, False
    for document in DOCUMENTS:
        named = list(tests_named_in(options.root / document, units, apis))
        for line, name, exists in named:
            if not exists:
                print(f"{document}:{line}: there is no test {name}")
                missing += 1
        print(f"{len(named)} tests named in {document}")
        silent = silent or not named
        results += named
    if options.junit:
        junit.write(options.junit, "docs_check", ((name, "" if exists else "no such test") for _, name, exists in results))
    return 1 if missing or silent else 0


if __name__ == "__main__":
    sys.exit(main())
