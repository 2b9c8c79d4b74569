-- Indexes for the filters of the lists and for the sums over time. Each is built in this transaction and holds up writers meanwhile; on large
-- tables make them beforehand, by hand and CONCURRENTLY (docs/operations.md, Upgrade).

CREATE INDEX IF NOT EXISTS subscriptions_plan ON subscriptions (plan_code, id);
CREATE INDEX IF NOT EXISTS invoices_in_collection ON invoices (collection, id) WHERE collection <> 'done';  -- few at any time
CREATE INDEX IF NOT EXISTS invoices_period ON invoices (period_start, id);
CREATE INDEX IF NOT EXISTS payments_user ON payments (user_id, id);
CREATE INDEX IF NOT EXISTS payments_attempted ON payments (attempted_at, status);
CREATE INDEX IF NOT EXISTS audit_events_user ON audit_events (user_id, id) WHERE user_id IS NOT NULL;

-- Rows come about in the order of these times, so a few bytes for every 128 pages find them, and an insert costs next to nothing.
CREATE INDEX IF NOT EXISTS usage_events_time ON usage_events USING brin (at);
CREATE INDEX IF NOT EXISTS invoices_created ON invoices USING brin (created_at);
