#!/usr/bin/env python3
"""Tries contract_check.py: a small contract keeps every rule, and each rule, broken once in it, is found, and nothing else is.

`python3 tests/contract_check_test.py [--junit FILE]`.
"""

import argparse
import copy
import pathlib
import sys

import junit
from contract_check import Check

GOOD = {
    "info": {"license": {"name": "Apache-2.0"}, "contact": {"url": "https://example.com"}},
    "servers": [{"url": "http://127.0.0.1:8080"}],
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "parameters": [{"name": "ids", "schema": {"type": "array", "items": {"type": "string", "format": "uuid"}}}],
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}}},
            },
            "post": {
                "operationId": "createThing",
                "parameters": [{"name": "Idempotency-Key", "schema": {"type": "string"}}],
                "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}},
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id", "count"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "external_id": {"type": ["string", "null"]},
                    "count": {"type": "integer", "format": "int64"},
                    "percent": {"type": "integer", "format": "int32", "maximum": 100},
                    "shape": {"oneOf": [{"$ref": "#/components/schemas/Shape"}, {"type": "null"}]},
                },
            },
            "Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
            "NamedThing": {"allOf": [{"$ref": "#/components/schemas/Thing"}, {"$ref": "#/components/schemas/Named"}]},
            "Round": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": ["round"]}}},
            "Flat": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": ["flat"]}}},
            "Shape": {
                "oneOf": [{"$ref": "#/components/schemas/Round"}, {"$ref": "#/components/schemas/Flat"}],
                "discriminator": {"propertyName": "kind", "mapping": {"round": "#/components/schemas/Round", "flat": "#/components/schemas/Flat"}},
            },
        }
    },
}

SCHEMAS = ("components", "schemas")
MEMBERS = (*SCHEMAS, "Thing", "properties")
GET, POST = ("paths", "/things", "get"), ("paths", "/things", "post")

# What is done to the good contract (a path and what is put there), and what is then said.
BROKEN = [
    ("an inline object", (*MEMBERS, "extra"), {"type": "object", "properties": {"a": {"type": "string"}}}, "name it below components/schemas"),
    ("an inline choice of texts", (*MEMBERS, "extra"), {"type": "string", "enum": ["a", "b"]}, "name it below components/schemas"),
    ("const", (*MEMBERS, "extra"), {"const": "a"}, "const is read by few generators"),
    ("anyOf", (*MEMBERS, "extra"), {"anyOf": [{"type": "string"}]}, "anyOf is read by few generators"),
    ("a default of a member", (*MEMBERS, "count", "default"), 1, "write x-default"),
    ("something beside a $ref", (*MEMBERS, "extra"), {"$ref": "#/components/schemas/Named", "maxLength": 3}, "beside a $ref is ignored"),
    ("two types", (*MEMBERS, "extra"), {"type": ["string", "boolean"]}, "has several types"),
    ("nothing but null", (*MEMBERS, "extra"), {"type": "null"}, "is nothing but null"),
    ("an integer of no size", (*MEMBERS, "count"), {"type": "integer"}, "an integer has format int64"),
    ("an int32 without a maximum", (*MEMBERS, "count"), {"type": "integer", "format": "int32"}, "an integer has format int64"),
    ("a floating-point number", (*MEMBERS, "extra"), {"type": "number"}, "no floating point"),
    ("a pattern beside a format", (*MEMBERS, "id", "pattern"), "^[0-9a-f-]{36}$", "a pattern beside that format"),
    ("an id that is text", (*MEMBERS, "user_id"), {"type": "string"}, "an id is {$ref: Id}"),
    ("ids that are text", (*MEMBERS, "ids"), {"type": "array", "items": {"type": "string"}}, "an id is {$ref: Id}"),
    ("members beside allOf", (*SCHEMAS, "NamedThing", "properties"), {"a": {"type": "string"}}, "beside allOf"),
    ("an inline part of an allOf", (*SCHEMAS, "NamedThing", "allOf"), [{"type": "object"}], "each part of an allOf is a $ref"),
    ("a oneOf without a discriminator", (*SCHEMAS, "Shape"), {"oneOf": [{"$ref": "#/components/schemas/Round"}]}, "a oneOf has $refs only"),
    ("a part that does not require its tag", (*SCHEMAS, "Flat", "required"), [], "Flat must require kind"),
    ("a required member that is not there", (*SCHEMAS, "Named", "required"), ["name", "nothing"], "requires a member that it does not have"),
    ("a class that shadows a language's", (*SCHEMAS, "System"), {"type": "string"}, "cannot be a class's name"),
    ("a class with an underscore", (*SCHEMAS, "my_thing"), {"type": "string"}, "cannot be a class's name"),
    ("an example for all keys", (*POST, "parameters", 0, "example"), "k", "one example for all"),
    ("no operationId", (*GET, "operationId"), "", "needs an operationId"),
    ("one operationId twice", (*GET, "operationId"), "createThing", "two operations have this operationId"),
    ("a body that may be left out", (*POST, "requestBody", "required"), False, "a body is required and one named schema"),
    ("a body without a name", (*POST, "requestBody", "content", "application/json", "schema"), {"type": "object"}, "a body is required and one named schema"),
    ("an answer without a name", (*POST, "responses", "201", "content", "application/json", "schema"), {"type": "object"}, "an answer is a named schema"),
    ("a server without an address", ("servers", 0, "url"), "/", "the first one is a whole URL"),
    ("no license", ("info", "license"), None, "license is missing"),
]


def broken(path, value):
    api = copy.deepcopy(GOOD)
    place = api
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return api


def cases():
    said = Check(copy.deepcopy(GOOD)).run()
    yield "a contract that keeps every rule has nothing said against it", "; ".join(f"{where}: {text}" for where, text in said)
    for name, path, value, expected in BROKEN:
        texts = [text for _, text in Check(broken(path, value)).run()]
        strangers = [text for text in texts if expected not in text]
        problem = "it was not found" if not texts else "; ".join(f"also said: {text}" for text in strangers)
        yield f"{name} is found", problem


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--junit", type=pathlib.Path)
    options = arguments.parse_args()
    told = list(cases())
    wrong = [(name, problem) for name, problem in told if problem]
    for name, problem in wrong:
        print(f"contract_check: {name}: {problem}")
    print(f"contract_check: {len(told)} tried, {len(wrong)} wrong")
    if options.junit:
        junit.write(options.junit, "contract_check_test", told)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
