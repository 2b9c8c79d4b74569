#!/usr/bin/env python3
"""Holds openapi.yaml to what keeps client generators happy (its header says it in words), so that a generated client compiles and reads every answer.

Each rule was broken once and cost somebody an answer: see "What generators need" in tests/README.md. `python3 tests/contract_check.py [--junit FILE] [ROOT]`.
"""

import argparse
import pathlib
import re
import sys

import junit
import yaml

METHODS = ("get", "put", "post", "delete", "patch")
BESIDE_ALL_OF = {"allOf", "description", "examples", "unevaluatedProperties"}
BESIDE_REF = {"$ref", "description", "x-default"}
# Classes of these names shadow what java.lang, java.util, Python or TypeScript have.
SHADOWING = set("""Boolean Character Class Collection Date Double Enum Error Exception Float Integer Iterable List Long Map Number Object Optional
Override Package Process Promise Record Runtime Set String Symbol System Thread Type Void""".split())
LANGUAGES = re.compile(r"^[A-Z][A-Za-z0-9]*$")


class Check:
    def __init__(self, api):
        self.api = api
        self.found = []

    def fail(self, where, text):
        self.found.append((where, text))

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.api
            for step in node["$ref"].lstrip("#/").split("/"):
                target = target[step]
            node = target
        return node

    # -- schemas ---------------------------------------------------------------------------------------------------------------------

    def schema(self, schema, where, named=False):
        """What a schema may be; `named` for one below components/schemas, the only place for objects, enumerations and choices."""
        if "$ref" in schema:
            self.reference(schema, where)
            return
        for keyword in ("properties", "oneOf", "allOf", "enum", "additionalProperties"):
            one_value = keyword == "enum" and len(schema["enum"]) == 1 if keyword in schema else False
            if keyword in schema and not named and not one_value and not self.nullable(schema):
                self.fail(where, f"has {keyword} of its own: name it below components/schemas, generators make up a name otherwise")
        for keyword in ("const", "anyOf", "not", "if", "patternProperties", "propertyNames", "prefixItems"):
            if keyword in schema:
                self.fail(where, f"{keyword} is read by few generators: say it with enum, oneOf or in words")
        if "default" in schema and not where.startswith(("GET ", "parameter ", "POST ", "PATCH ")):
            self.fail(where, "default makes the member required (openapi-typescript) or sent (Java): write x-default")
        self.types(schema, where)
        self.composition(schema, where)
        for name, member in schema.get("properties", {}).items():
            self.schema(member, f"{where}.{name}")
        if set(schema.get("required", ())) - set(schema.get("properties", {})):
            self.fail(where, "requires a member that it does not have")
        if isinstance(schema.get("items"), dict):
            self.schema(schema["items"], where + "[]")
        if isinstance(schema.get("additionalProperties"), dict):
            self.schema(schema["additionalProperties"], where + "{}")

    def reference(self, schema, where):
        extra = set(schema) - BESIDE_REF
        if extra:
            self.fail(where, f"{', '.join(sorted(extra))} beside a $ref is ignored by generators: name a schema that has it")
        self.resolve(schema)

    def nullable(self, schema):
        """A named object or null: the one choice that needs no name."""
        options = schema.get("oneOf", [])
        return len(options) == 2 and {"type": "null"} in options and any("$ref" in each for each in options)

    def types(self, schema, where):
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if len([kind for kind in kinds if kind != "null"]) > 1:
            self.fail(where, "has several types: one, or one and null")
        if kinds == ["null"]:
            self.fail(where, "is nothing but null: OpenAPI 3.0 has no such type")
        if "integer" in kinds:
            form = schema.get("format")
            if form not in ("int32", "int64") or (form == "int32" and schema.get("maximum", 2**31) >= 2**31):
                self.fail(where, "an integer has format int64, or int32 and a maximum: generators take 32 bits otherwise")
        if "number" in kinds:
            self.fail(where, "no floating point: an integer of minor units, or decimal text")
        if schema.get("format") in ("uuid", "date-time", "date") and "pattern" in schema:
            self.fail(where, "a pattern beside that format makes it text in some languages: the tests hold answers to more than the format")
        if where.rsplit(".", 1)[-1].rstrip("[]") in ("id", "ids") or re.search(r"_ids?(\[\])?$", where):
            if "string" in kinds and schema.get("format") != "uuid" and where.rsplit(".", 1)[-1] not in TEXT_IDS:
                self.fail(where, "an id is {$ref: Id}, or has format uuid when it may be null")

    def composition(self, schema, where):
        if "allOf" in schema:
            if set(schema) - BESIDE_ALL_OF:
                self.fail(where, f"{', '.join(sorted(set(schema) - BESIDE_ALL_OF))} beside allOf: put members of its own into one more named part")
            if not all(set(part) == {"$ref"} for part in schema["allOf"]):
                self.fail(where, "each part of an allOf is a $ref and nothing else")
        if "oneOf" in schema and not self.nullable(schema):
            self.choice(schema, where)

    def choice(self, schema, where):
        mapping = schema.get("discriminator", {}).get("mapping", {})
        tag = schema.get("discriminator", {}).get("propertyName")
        parts = [part.get("$ref") for part in schema["oneOf"]]
        if None in parts or sorted(mapping.values()) != sorted(parts):
            self.fail(where, "a oneOf has $refs only, and a discriminator whose mapping names each once")
            return
        for value, target in mapping.items():
            part = self.resolve({"$ref": target})
            if part.get("properties", {}).get(tag, {}).get("enum") != [value] or tag not in part.get("required", ()):
                self.fail(where, f"{target.rsplit('/', 1)[-1]} must require {tag}: {{type: string, enum: [{value}]}}")

    # -- operations ------------------------------------------------------------------------------------------------------------------

    def parameter(self, parameter, where):
        parameter = self.resolve(parameter)
        where = f"parameter {parameter['name']} of {where}"
        self.schema(parameter["schema"], where)
        if parameter["name"] == "Idempotency-Key" and ("example" in parameter or "examples" in parameter):
            self.fail(where, "one example for all: whoever tries the second documented request gets idempotency_mismatch")

    def operation(self, path, item, method):
        operation = item[method]
        where = f"{method.upper()} {path}"
        for parameter in item.get("parameters", []) + operation.get("parameters", []):
            self.parameter(parameter, where)
        if not re.fullmatch(r"[a-z][A-Za-z0-9]*", operation.get("operationId", "")):
            self.fail(where, "needs an operationId in camelCase: it names the method of every client")
        body = operation.get("requestBody")
        if body and (not body.get("required") or [set(c["schema"]) for c in body["content"].values()] != [{"$ref"}]):
            self.fail(where, "a body is required and one named schema; one that may be left out is not documented at all")
        for status, answer in operation["responses"].items():
            for media, content in self.resolve(answer).get("content", {}).items():
                schema = content["schema"]
                if media == "application/json" and "$ref" not in schema and "$ref" not in schema.get("items", {}):
                    self.fail(f"{where} {status}", "an answer is a named schema or an array of one")

    def run(self):
        api = self.api
        for name, schema in api["components"]["schemas"].items():
            if not LANGUAGES.match(name) or name in SHADOWING:
                self.fail(name, "cannot be a class's name in every language")
            self.schema(schema, name, named=True)
        for path, item in api["paths"].items():
            for method in METHODS:
                if method in item:
                    self.operation(path, item, method)
        ids = [item[method].get("operationId") for item in api["paths"].values() for method in METHODS if method in item]
        for twice in {each for each in ids if ids.count(each) > 1}:
            self.fail(twice, "two operations have this operationId")
        if not api["servers"][0]["url"].startswith("http"):
            self.fail("servers", "the first one is a whole URL: clients have no address otherwise")
        for member in ("license", "contact"):
            if member not in api["info"]:
                self.fail("info", f"{member} is missing")
        return self.found


# Ids that are somebody else's, or of more than one kind.
TEXT_IDS = {"entity_id", "event_id", "request_id", "external_id", "tax_id"}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    arguments.add_argument("--junit", type=pathlib.Path)
    options = arguments.parse_args()
    api = yaml.safe_load((options.root / "openapi.yaml").read_text(encoding="utf-8"))
    found = Check(api).run()
    for where, text in found:
        print(f"openapi.yaml: {where}: {text}")
    names = list(api["components"]["schemas"]) + [f"{m.upper()} {p}" for p, item in api["paths"].items() for m in METHODS if m in item]
    print(f"openapi.yaml: {len(names)} schemas and operations, {len(found)} broken rules")
    if options.junit:
        told = {name: "; ".join(text for where, text in found if where == name or where.startswith((name + ".", name + " ", name + "["))) for name in names}
        told["everything"] = "; ".join(f"{where}: {text}" for where, text in found)
        junit.write(options.junit, "contract_check", told.items())
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
