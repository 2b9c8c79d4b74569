#!/usr/bin/env python3
"""Extracts from Stripe's published description of its API the requests that we make, for the tests: tests/stripe/extract_requests.py spec3.json >tests/stripe/requests.json

spec3.json is in https://github.com/stripe/openapi, and in the sources of stripe-mock; MIT licence."""

import json
import sys

USED = [
    ("post", "/v1/customers"), ("get", "/v1/customers"), ("get", "/v1/customers/{customer}/payment_methods"),
    ("post", "/v1/checkout/sessions"), ("get", "/v1/checkout/sessions"), ("get", "/v1/checkout/sessions/{session}"),
    ("post", "/v1/checkout/sessions/{session}/expire"),
    ("post", "/v1/payment_intents"), ("get", "/v1/payment_intents"), ("get", "/v1/payment_intents/{intent}"), ("post", "/v1/payment_intents/{intent}/cancel"),
    ("post", "/v1/refunds"), ("get", "/v1/refunds"), ("get", "/v1/refunds/{refund}"),
    ("get", "/v1/disputes"), ("get", "/v1/disputes/{dispute}"),
    ("get", "/v1/payment_methods/{payment_method}"), ("post", "/v1/payment_methods/{payment_method}/attach"), ("post", "/v1/payment_methods/{payment_method}/detach"),
]
PROSE = {"description", "title", "example", "x-expansionResources", "x-stripeBypassValidation", "x-expandableFields"}


def bare(schema):
    """The schema without prose; a property may be called "description" or "title"."""
    if isinstance(schema, list):
        return [bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    out = {name: ({key: bare(value) for key, value in part.items()} if name == "properties" else bare(part))
           for name, part in schema.items() if name not in PROSE}
    # As stripe-mock has it: a parameter that is not described is none.
    return out | {"additionalProperties": False} if "properties" in out and "additionalProperties" not in out else out


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    requests = []
    for method, path in USED:
        operation = spec["paths"][path][method]
        form = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {}).get("schema", {"type": "object", "properties": {}})
        query = {one["name"]: bare(one["schema"]) for one in operation.get("parameters", []) if one["in"] == "query"}
        requests.append({"method": method.upper(), "path": path, "form": bare(form),
                         "query": {"type": "object", "properties": query, "additionalProperties": False}})
    text = json.dumps({"source": "https://github.com/stripe/openapi openapi/spec3.json, extracted by extract_requests.py", "licence": "MIT, Copyright (c) 2018- Stripe, Inc.",
                       "version": spec["info"]["version"], "requests": requests}, separators=(",", ":"))
    if '"$ref"' in text:
        sys.exit("a request refers to another part of the description: extract that as well")
    print(text.replace('{"method"', '\n{"method"'))


if __name__ == "__main__":
    main()
