"""The flow of the README through what openapi-python-client makes (package `made`)."""

import os
import time

from made.api.invoices import generate_invoice, get_invoice
from made.api.operations import get_usage_totals
from made.api.plans import create_plan
from made.api.subscriptions import create_subscription
from made.api.usage import record_usage
from made.api.users import create_user, list_users
from made.client import Client
from made.models import BaseLine, GeneratedInvoice, InvoiceDetail, NewPerUnitCharge, NewPerUnitChargeModel, NewPlan, NewSubscription, NewUsageEvent, NewUser, Plan, UsageLine, User

client = Client(base_url=os.environ["BILLING_URL"])
user = create_user.sync(client=client, body=NewUser(email=f"python-{time.time_ns()}@example.com"))
assert isinstance(user, User), user
create_subscription.sync(client=client, body=NewSubscription(user_id=user.id, plan_code="pro"))
record_usage.sync(client=client, body=NewUsageEvent(user_id=user.id, metric="api_calls", quantity=120000))
made = generate_invoice.sync(user.id, client=client)
assert isinstance(made, GeneratedInvoice) and made.amount_cents == 6900, made
invoice = get_invoice.sync(user.id, made.id, client=client)
assert isinstance(invoice, InvoiceDetail), invoice
base, usage = invoice.lines
assert isinstance(base, BaseLine) and base.explanation.days == base.explanation.of_days, base
assert isinstance(usage, UsageLine) and usage.explanation.billable == 20000, usage
listed = list_users.sync(client=client, ids=[user.id, user.id])
assert isinstance(listed, list) and len(listed) == 1, listed
plan = create_plan.sync(client=client, body=NewPlan(code=f"try-{time.time_ns()}", amount_cents=1, charges=[NewPerUnitCharge("m", NewPerUnitChargeModel.PER_UNIT, "1")]))
assert isinstance(plan, Plan), plan
assert get_usage_totals.sync(client=client)
