"""The flow of the README through clients/python."""

import os
import time

from billing_client import Billing, BillingError

billing = Billing(os.environ["BILLING_URL"])
user = billing.create_user({"email": f"own-python-{time.time_ns()}@example.com"})
billing.create_subscription({"user_id": user["id"], "plan_code": "pro"})
billing.record_usage({"user_id": user["id"], "metric": "api_calls", "quantity": 120000}, idempotency_key=f"own-{user['id']}")
billing.record_usage({"user_id": user["id"], "metric": "api_calls", "quantity": 120000}, idempotency_key=f"own-{user['id']}")
made = billing.generate_invoice(user["id"])
assert made["amount_cents"] == 6900, made
invoice = billing.get_invoice(user["id"], made["id"])
for line in invoice["lines"]:
    if line["kind"] == "usage":
        assert line["explanation"]["billable"] == 20000, line
    elif line["kind"] == "base":
        assert line["explanation"]["days"] == line["explanation"]["of_days"], line
assert [each["id"] for each in billing.list_users(ids=[user["id"]])] == [user["id"]]
some = list(billing.list_users(limit=1))
assert len(some) >= 1 and len({each["id"] for each in some}) == len(some), "all pages, each user once"
billing.record_usage({"user_id": user["id"], "metric": "bytes", "quantity": 2**63 - 1})
assert {"metric": "bytes", "day": time.strftime("%Y-%m-%d", time.gmtime()), "quantity": 2**63 - 1} in billing.get_usage(user["id"], metric="bytes")
try:
    billing.create_user({"email": user["email"]})
    raise AssertionError("an address is taken once")
except BillingError as refused:
    assert (refused.status, refused.code) == (409, "email_taken") and refused.request_id, refused
try:
    billing.record_usage({"user_id": user["id"], "metric": "api_calls", "quantity": -1})
    raise AssertionError("a quantity is at least 0")
except BillingError as refused:
    assert refused.errors[0]["pointer"] == "/quantity", refused.errors
