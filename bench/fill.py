"""Fills a database with 10,000 subscribers, their usage events and paid invoices, with SQL: as much in minutes as comes about in years. It need not be
clean for `billing verify`: the invoices have no lines."""

from stores import psql

# Set by set, in the order in which it would have come about; the index that is filled in no order is made afterwards.
FILL = """
SELECT pg_get_indexdef('idx_usage_user_time'::regclass) AS events_by_user \\gset
BEGIN;
SET LOCAL session_replication_role = replica;
SET LOCAL work_mem = '256MB';
SET LOCAL maintenance_work_mem = '512MB';
CREATE TEMP TABLE filled ON COMMIT DROP AS SELECT i AS n, gen_random_uuid() AS id, gen_random_uuid() AS subscription_id FROM generate_series(0, 9999) i;
INSERT INTO users (id, email, email_key, created_at, updated_at)
  SELECT id, 'filled-' || n || '@example.com', 'filled-' || n || '@example.com', now(), now() FROM filled;
INSERT INTO subscriptions (id, user_id, plan_code, status, started_on, anchor, current_period_start, current_period_end, due_at, created_at, updated_at)
  SELECT subscription_id, id, 'pro', 'active', current_date, current_date, current_date, current_date + 30, now() + interval '30 days', now(), now() FROM filled;
INSERT INTO subscription_terms (subscription_id, starts, plan_code, version, quantity)
  SELECT subscription_id, current_date, 'pro', 1, 1 FROM filled;
INSERT INTO subscription_periods (subscription_id, user_id, period_start, period_end, full_days, trial)
  SELECT subscription_id, id, current_date, current_date + 30, 30, false FROM filled;
DROP INDEX idx_usage_user_time;
ALTER TABLE usage_events DROP CONSTRAINT usage_events_pkey;
INSERT INTO usage_events (id, user_id, metric, quantity, at, created_at, xid)
  SELECT lpad(to_hex(i), 32, '0')::uuid, f.id, 'api_calls', 1, now() - (1 - i / {events}::float8) * interval '40 days', now(), 1
  FROM generate_series(1, {events}) i JOIN filled f ON f.n = i % 10000 ORDER BY i;
ALTER TABLE usage_events ADD PRIMARY KEY (xid, id);
:events_by_user;
INSERT INTO usage_days (user_id, metric, day, quantity)
  SELECT user_id, metric, (at AT TIME ZONE 'UTC')::date, sum(quantity) FROM usage_events WHERE xid = 1 GROUP BY 1, 2, 3;
UPDATE usage_mark SET xid = greatest(xid, 2);
INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, paid_cents, currency, status, collection, usage, created_at, updated_at,
                      paid_at)
  SELECT lpad(to_hex(i), 32, '0')::uuid, 'subscription', f.id, date '2020-01-01' + (i / 10000)::integer, date '2020-01-02' + (i / 10000)::integer,
         4900, 4900, 'USD', 'paid', 'done', '{{}}', made.at, now(), made.at
  FROM generate_series(1, {invoices}) i JOIN filled f ON f.n = i % 10000,
       LATERAL (SELECT now() - (1 - i / {invoices}::float8) * interval '360 days' AS at) made ORDER BY i;
INSERT INTO document_numbers (document_id, number)
  SELECT id, '2020-' || lpad(row_number() OVER (ORDER BY id)::text, 7, '0') FROM invoices;
INSERT INTO payments (id, invoice_id, user_id, attempt_key, kind, provider, amount_cents, currency, status, attempted_at, created_at, updated_at)
  SELECT id, id, user_id, id::text, 'scheduled', 'stub', amount_cents, currency, 'succeeded', paid_at, paid_at, paid_at FROM invoices ORDER BY invoices.id;
INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id, to_state, xid)
  SELECT lpad(to_hex(4 * n.i + a.i), 32, '0')::uuid, n.paid_at, 'worker', a.action, a.entity, n.id::text, n.user_id, a.state, 1
  FROM (SELECT row_number() OVER (ORDER BY id) AS i, * FROM invoices) n,
       (VALUES (0, 'invoice.created', 'invoice', 'open'), (1, 'payment.succeeded', 'payment', 'succeeded'), (2, 'invoice.paid', 'invoice', 'paid')) AS a (i, action, entity, state)
  ORDER BY 1;
INSERT INTO events (sequence, id, type, at, user_id, object, object_id)
  SELECT m.sequence + row_number() OVER (ORDER BY a.id), a.id, t.type, a.at, a.user_id, t.object, a.entity_id::uuid
  FROM audit_events a JOIN event_types t USING (action), event_mark m WHERE a.xid = 1;
UPDATE event_mark SET sequence = greatest(sequence, (SELECT max(sequence) FROM events)), xid = greatest(xid, 2);
COMMIT;
VACUUM (ANALYZE) users, subscriptions, subscription_terms, subscription_periods, usage_events, usage_days, invoices, document_numbers, payments, audit_events, events;
"""


def fill(database: str, events: int, invoices: int) -> None:
    psql(database, FILL.format(events=events, invoices=invoices))
