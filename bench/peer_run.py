"""The billing run of a peer that is FastAPI and Celery with tables as its own: subscriptions whose period is over, billed and paid by its task
`billing.rollover`, which its scheduler would ring for at night."""

import subprocess
import time

from loads import Figures
from stores import psql

FILL = """
WITH made AS (INSERT INTO users (email) SELECT 'run-{stamp}-' || n || '@example.com' FROM generate_series(1, {subscriptions}) n RETURNING id),
subscribed AS (
  INSERT INTO subscriptions (user_id, plan_code, current_period_start, current_period_end)
  SELECT id, 'pro', (current_date - interval '1 month')::date, current_date FROM made
)
INSERT INTO usage_events (user_id, metric, quantity, at) SELECT id, 'api_calls', 120000, current_date - interval '1 day' FROM made
"""
PAID = "SELECT count(*) FROM invoices WHERE period_end = current_date AND status = 'paid'"
TOOK = """
SELECT extract(epoch FROM max(paid_at) - min(created_at)) FROM (
  SELECT paid_at, created_at FROM invoices WHERE period_end = current_date ORDER BY created_at DESC LIMIT {subscriptions}) AS run
"""
PATIENCE = 900  # seconds


def can_run(database: str) -> bool:
    """Whether the peer has tables and a scheduler as this knows them."""
    columns = "SELECT count(*) FROM information_schema.columns WHERE (table_name, column_name) IN (('subscriptions', 'current_period_end'), ('invoices', 'paid_at'))"
    return psql(database, columns) == "2"


def run(database: str, redis: str, subscriptions: int) -> Figures:
    """Invoices a second, from the first one made to the last one paid."""
    psql(database, FILL.format(stamp=time.time_ns(), subscriptions=subscriptions))
    psql(database, "ANALYZE")
    psql(database, "CHECKPOINT")
    wanted = int(psql(database, PAID)) + subscriptions
    subprocess.run(["/usr/bin/python3", "-m", "celery", "-b", redis, "call", "billing.rollover"], check=True, stdout=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while int(psql(database, PAID)) < wanted:
        if time.monotonic() > until:
            raise RuntimeError("the peer's billing run does not end")
        time.sleep(0.5)
    return {"figure": subscriptions / float(psql(database, TOOK.format(subscriptions=subscriptions)))}
