-- A small world in which every check holds, with a case of each kind, written out by hand: for verify_test.cpp.

CREATE FUNCTION id(name text) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN md5(name)::uuid;

INSERT INTO plans (code, name, amount_cents, currency, interval, interval_count, trial_days, active, created_at, updated_at) VALUES
  ('pro',   'Pro',    4900, 'USD', 'month', 1,  0, true, '2025-01-01 00:00Z', '2025-01-01 00:00Z'),
  ('tiers', 'Tiers', 10000, 'KWD', 'month', 1, 14, true, '2025-01-01 00:00Z', '2025-01-01 00:00Z'),
  ('rides', 'Rides',   500, 'JPY', 'week',  2,  0, true, '2025-01-01 00:00Z', '2025-01-01 00:00Z');
INSERT INTO plan_charges (plan_code, metric, position, model, included, unit_price, package_size, package_price) VALUES
  ('pro',   'api_calls', 0, 'per_unit',  100000, 0.001, NULL, NULL),
  ('tiers', 'calls',     0, 'graduated',     10, NULL,  NULL, NULL),
  ('tiers', 'storage',   1, 'volume',         0, NULL,  NULL, NULL),
  ('tiers', 'mails',     2, 'package',        0, NULL,  1000, 2.5),
  ('rides', 'rides',     0, 'per_unit',       0, 33.5,  NULL, NULL);
INSERT INTO plan_charge_tiers (plan_code, metric, position, up_to, unit_price, flat_price) VALUES
  ('tiers', 'calls',   0, 100,  0.01,   1),
  ('tiers', 'calls',   1, NULL, 0.0005, 0.5),
  ('tiers', 'storage', 0, 50,   0.2,    0),
  ('tiers', 'storage', 1, NULL, 0.1,    0);

INSERT INTO users (id, email, email_key, created_at, updated_at)
SELECT id(name), name || '@example.com', name || '@example.com', '2025-01-01 00:00Z', '2025-01-01 00:00Z' FROM unnest('{ann,bob,cleo,dan,eve,fay}'::text[]) AS name;

-- ann: anchored on a 31st. bob: a trial, then canceled at once. cleo: past due. dan: his provider cannot be reached. eve: in her trial.
-- fay: canceled at the period's end.
INSERT INTO subscriptions (id, user_id, plan_code, status, current_period_start, current_period_end, anchor, period_index, canceled_at, due_at,
                           created_at, updated_at)
SELECT id('subscription ' || name), id(name), plan_code, status::subscription_status, start, ended, anchor, n, canceled_at, due_at,
       '2025-01-01 00:00Z', '2025-01-01 00:00Z'
FROM (VALUES
  ('ann',  'pro',   'active',   '2025-03-31'::date, '2025-04-30'::date, '2025-01-31'::date, 2, NULL::timestamptz,  '2025-04-30 00:00Z'::timestamptz),
  ('bob',  'tiers', 'canceled', '2025-02-15',       '2025-02-25',       '2025-01-15',       1, '2025-02-24 10:00Z', NULL),
  ('cleo', 'rides', 'past_due', '2025-03-16',       '2025-03-30',       '2025-03-02',       1, NULL,                '2025-03-30 00:00Z'),
  ('dan',  'pro',   'active',   '2025-04-10',       '2025-05-10',       '2025-03-10',       1, NULL,                '2025-05-10 00:00Z'),
  ('eve',  'tiers', 'trialing', '2025-04-01',       '2025-04-15',       '2025-04-15',      -1, NULL,                '2025-04-15 00:00Z'),
  ('fay',  'pro',   'canceled', '2025-03-01',       '2025-04-01',       '2025-03-01',       0, '2025-04-01 00:00Z', NULL)
) AS s (name, plan_code, status, start, ended, anchor, n, canceled_at, due_at);
INSERT INTO subscription_periods (subscription_id, user_id, period_start, period_end, previous_end, full_days, trial, settled)
SELECT id('subscription ' || name), id(name), start, ended, previous, days, trial, settled
FROM (VALUES
  ('ann',  '2025-01-31'::date, '2025-02-28'::date, NULL::date,   28, false, true),
  ('ann',  '2025-02-28',       '2025-03-31',       '2025-02-28', 31, false, true),
  ('ann',  '2025-03-31',       '2025-04-30',       '2025-03-31', 30, false, false),
  ('bob',  '2025-01-01',       '2025-01-15',       NULL,         14, true,  true),
  ('bob',  '2025-01-15',       '2025-02-15',       '2025-01-15', 31, false, true),
  ('bob',  '2025-02-15',       '2025-02-25',       '2025-02-15', 28, false, false),
  ('cleo', '2025-03-02',       '2025-03-16',       NULL,         14, false, true),
  ('cleo', '2025-03-16',       '2025-03-30',       '2025-03-16', 14, false, false),
  ('dan',  '2025-03-10',       '2025-04-10',       NULL,         31, false, true),
  ('dan',  '2025-04-10',       '2025-05-10',       '2025-04-10', 30, false, false),
  ('eve',  '2025-04-01',       '2025-04-15',       NULL,         14, true,  false),
  ('fay',  '2025-03-01',       '2025-04-01',       NULL,         31, false, true)
) AS p (name, start, ended, previous, days, trial, settled);

-- Ann's first 1500 of March came late: they are of February. Her 28th belongs to the second period, from its first instant on.
INSERT INTO usage_events (id, user_id, metric, quantity, at, event_id, created_at)
SELECT id('event ' || row_number() OVER ()), id(name), metric, quantity, at, event_id, at
FROM (VALUES
  ('ann',  'api_calls', 120000, '2025-02-10 12:00Z'::timestamptz, 'e1'),
  ('ann',  'api_calls',   1500, '2025-02-27 23:59:59.999999Z', 'e2'),
  ('ann',  'api_calls',      1, '2025-02-28 00:00Z', 'e3'),
  ('ann',  'api_calls',  49999, '2025-03-05 12:00Z', NULL),
  ('ann',  'unpriced',       7, '2025-03-05 12:00Z', NULL),
  ('bob',  'calls',        500, '2025-01-05 12:00Z', 'e1'),
  ('bob',  'storage',       45, '2025-01-16 12:00Z', NULL),
  ('bob',  'storage',       15, '2025-02-01 12:00Z', NULL),
  ('bob',  'calls',       1001, '2025-02-02 12:00Z', NULL),
  ('bob',  'mails',       2001, '2025-02-03 12:00Z', NULL),
  ('bob',  'mails',          1, '2025-02-22 12:00Z', NULL),
  ('cleo', 'rides',          3, '2025-03-04 12:00Z', NULL),
  ('eve',  'calls',         99, '2025-04-04 12:00Z', NULL)
) AS e (name, metric, quantity, at, event_id);

ALTER TABLE invoices DISABLE TRIGGER invoices_are_numbered; -- which numbers them by their ids
INSERT INTO document_counters (series, year, last) VALUES ('invoice', 2025, 10);
INSERT INTO document_numbers SELECT id('invoice ' || n), '2025-' || lpad(n::text, 6, '0') FROM generate_series(1, 10) n;
INSERT INTO invoices (id, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at,
                      declined_count, unreachable_count, usage, created_at, updated_at, paid_at, voided_at)
SELECT id('invoice ' || n), id(name), start, ended, amount, currency, status::invoice_status,
       collection::invoice_collection, next_at, declined, unreachable, usage::json, made, made, paid, voided
FROM (VALUES
  ( 1, 'bob',  '2025-01-15'::date, '2025-02-15'::date, 19000, 'KWD', 'paid', 'done', NULL::timestamptz, 0, 0, '{"storage":45}',
    '2025-01-20 12:00Z'::timestamptz, '2025-01-20 12:00Z'::timestamptz, NULL::timestamptz),
  ( 2, 'bob',  '2025-01-15', '2025-02-15',  7446, 'KWD', 'paid', 'done',        NULL, 0, 0, '{"calls":1001,"mails":2001,"storage":15}',
    '2025-02-15 00:00Z', '2025-02-15 00:00Z', NULL),
  ( 3, 'bob',  '2025-02-15', '2025-03-15', 10000, 'KWD', 'paid', 'done',        NULL, 0, 0, '{}', '2025-02-20 12:00Z', '2025-02-20 12:00Z', NULL),
  ( 4, 'bob',  '2025-02-15', '2025-02-25',     0, 'KWD', 'paid', 'done',        NULL, 0, 0, '{"mails":1}', '2025-02-24 10:00Z', '2025-02-24 10:00Z', NULL),
  ( 5, 'ann',  '2025-01-31', '2025-02-28',  6900, 'USD', 'paid', 'done',        NULL, 0, 0, '{"api_calls":120000}',
    '2025-02-28 00:00Z', '2025-02-28 00:00Z', NULL),
  ( 6, 'cleo', '2025-03-02', '2025-03-16',   601, 'JPY', 'open', 'uncollected', NULL, 2, 0, '{"rides":3}', '2025-03-16 00:00Z', NULL, NULL),
  ( 7, 'ann',  '2025-02-28', '2025-03-31',  5050, 'USD', 'void', 'done',        NULL, 1, 0, '{"api_calls":51500}',
    '2025-03-31 00:00Z', NULL, '2025-04-01 09:00Z'),
  ( 8, 'ann',  '2025-03-31', '2025-04-30',  9950, 'USD', 'paid', 'done',        NULL, 1, 0, '{"api_calls":51500}',
    '2025-04-01 10:00Z', '2025-04-02 10:00Z', NULL),
  ( 9, 'fay',  '2025-03-01', '2025-04-01',  4900, 'USD', 'open', 'pending', '2025-04-01 00:00Z', 0, 0, '{}', '2025-04-01 00:00Z', NULL, NULL),
  (10, 'dan',  '2025-03-10', '2025-04-10',  4900, 'USD', 'open', 'retrying', '2025-04-10 00:01Z', 0, 1, '{}', '2025-04-10 00:00Z', NULL, NULL)
) AS i (n, name, start, ended, amount, currency, status, collection, next_at, declined, unreachable, usage, made, paid, voided);

INSERT INTO invoice_lines (id, invoice_id, user_id, position, kind, subscription_id, plan_code, metric, period_start, period_end, quantity,
                           amount_cents, description, explanation, voided)
SELECT id('line ' || n || '.' || position), id('invoice ' || n), s.user_id, position, CASE WHEN metric IS NULL THEN 'base' ELSE 'usage' END::line_kind,
       s.id, s.plan_code, metric, start, ended, quantity, amount, coalesce(metric, 'base fee'), explanation::json, n = 7
FROM (VALUES
  ( 1, 0, 'bob', NULL,      '2025-01-15'::date, '2025-02-15'::date, 1, 10000, '{"amount":"10","days":31,"of_days":31,"earlier_billed":"0"}'),
  ( 1, 1, 'bob', 'storage', '2025-01-15', '2025-02-15',   45,  9000, '{"model":"volume","total_quantity":45,"included":0,"billable":45,"steps":[
    {"from":1,"up_to":50,"quantity":45,"unit_price":"0.2","flat_price":"0","amount":"9"}],"rated":"9","earlier_billed":"0","rounding":"0"}'),
  ( 2, 0, 'bob', 'calls',   '2025-01-15', '2025-02-15', 1001,  2946, '{"model":"graduated","total_quantity":1001,"included":10,"billable":991,"steps":[
    {"from":1,"up_to":100,"quantity":100,"unit_price":"0.01","flat_price":"1","amount":"2"},
    {"from":101,"up_to":null,"quantity":891,"unit_price":"0.0005","flat_price":"0.5","amount":"0.9455"}],
    "rated":"2.9455","earlier_billed":"0","rounding":"0.0005"}'),
  ( 2, 1, 'bob', 'mails',   '2025-01-15', '2025-02-15', 2001,  7500, '{"model":"package","total_quantity":2001,"included":0,"billable":2001,"steps":[
    {"from":1,"up_to":null,"quantity":3,"unit_price":"2.5","flat_price":"0","amount":"7.5"}],"rated":"7.5","earlier_billed":"0","rounding":"0"}'),
  ( 2, 2, 'bob', 'storage', '2025-01-15', '2025-02-15',   15, -3000, '{"model":"volume","total_quantity":60,"included":0,"billable":60,"steps":[
    {"from":1,"up_to":null,"quantity":60,"unit_price":"0.1","flat_price":"0","amount":"6"}],"rated":"6","earlier_billed":"9","rounding":"0"}'),
  ( 3, 0, 'bob', NULL,      '2025-02-15', '2025-03-15',    1, 10000, '{"amount":"10","days":28,"of_days":28,"earlier_billed":"0"}'),
  ( 4, 0, 'bob', NULL,      '2025-02-15', '2025-02-25',    1, -2500, '{"amount":"10","days":10,"of_days":28,"earlier_billed":"10","deferred":"-3.929"}'),
  ( 4, 1, 'bob', 'mails',   '2025-02-15', '2025-02-25',    1,  2500, '{"model":"package","total_quantity":1,"included":0,"billable":1,"steps":[
    {"from":1,"up_to":null,"quantity":1,"unit_price":"2.5","flat_price":"0","amount":"2.5"}],"rated":"2.5","earlier_billed":"0","rounding":"0"}'),
  ( 5, 0, 'ann', NULL,      '2025-01-31', '2025-02-28',    1,  4900, '{"amount":"49","days":28,"of_days":28,"earlier_billed":"0"}'),
  ( 5, 1, 'ann', 'api_calls', '2025-01-31', '2025-02-28', 120000, 2000, '{"model":"per_unit","total_quantity":120000,"included":100000,"billable":20000,
    "steps":[{"from":1,"up_to":null,"quantity":20000,"unit_price":"0.001","flat_price":"0","amount":"20"}],"rated":"20","earlier_billed":"0","rounding":"0"}'),
  ( 6, 0, 'cleo', NULL,     '2025-03-02', '2025-03-16',    1,   500, '{"amount":"500","days":14,"of_days":14,"earlier_billed":"0"}'),
  ( 6, 1, 'cleo', 'rides',  '2025-03-02', '2025-03-16',    3,   101, '{"model":"per_unit","total_quantity":3,"included":0,"billable":3,"steps":[
    {"from":1,"up_to":null,"quantity":3,"unit_price":"33.5","flat_price":"0","amount":"100.5"}],"rated":"100.5","earlier_billed":"0","rounding":"0.5"}'),
  ( 7, 0, 'ann', 'api_calls', '2025-01-31', '2025-02-28', 1500, 150, '{"model":"per_unit","total_quantity":121500,"included":100000,"billable":21500,
    "steps":[{"from":1,"up_to":null,"quantity":21500,"unit_price":"0.001","flat_price":"0","amount":"21.5"}],"rated":"21.5","earlier_billed":"20","rounding":"0"}'),
  ( 7, 1, 'ann', NULL,      '2025-02-28', '2025-03-31',    1,  4900, '{"amount":"49","days":31,"of_days":31,"earlier_billed":"0"}'),
  ( 7, 2, 'ann', 'api_calls', '2025-02-28', '2025-03-31', 50000,  0, '{"model":"per_unit","total_quantity":50000,"included":100000,"billable":0,
    "steps":[],"rated":"0","earlier_billed":"0","rounding":"0"}'),
  ( 8, 0, 'ann', 'api_calls', '2025-01-31', '2025-02-28', 1500, 150, '{"model":"per_unit","total_quantity":121500,"included":100000,"billable":21500,
    "steps":[{"from":1,"up_to":null,"quantity":21500,"unit_price":"0.001","flat_price":"0","amount":"21.5"}],"rated":"21.5","earlier_billed":"20","rounding":"0"}'),
  ( 8, 1, 'ann', NULL,      '2025-02-28', '2025-03-31',    1,  4900, '{"amount":"49","days":31,"of_days":31,"earlier_billed":"0"}'),
  ( 8, 2, 'ann', 'api_calls', '2025-02-28', '2025-03-31', 50000,  0, '{"model":"per_unit","total_quantity":50000,"included":100000,"billable":0,
    "steps":[],"rated":"0","earlier_billed":"0","rounding":"0"}'),
  ( 8, 3, 'ann', NULL,      '2025-03-31', '2025-04-30',    1,  4900, '{"amount":"49","days":30,"of_days":30,"earlier_billed":"0"}'),
  ( 9, 0, 'fay', NULL,      '2025-03-01', '2025-04-01',    1,  4900, '{"amount":"49","days":31,"of_days":31,"earlier_billed":"0"}'),
  (10, 0, 'dan', NULL,      '2025-03-10', '2025-04-10',    1,  4900, '{"amount":"49","days":31,"of_days":31,"earlier_billed":"0"}')
) AS l (n, position, name, metric, start, ended, quantity, amount, explanation)
JOIN subscriptions s ON s.id = id('subscription ' || name);

INSERT INTO payments (id, invoice_id, user_id, attempt_key, kind, provider, amount_cents, currency, status, failure_code, attempted_at,
                      created_at, updated_at)
SELECT id('payment ' || n || '-' || attempt), i.id, i.user_id, i.id || '-' || attempt, kind::payment_kind, 'stub', i.amount_cents, i.currency,
       p.status::payment_status, failure_code, at, at, at
FROM (VALUES
  ( 1, '1',        'scheduled', 'succeeded', NULL,          '2025-01-20 12:00Z'::timestamptz),
  ( 2, '1',        'scheduled', 'succeeded', NULL,          '2025-02-15 00:00Z'),
  ( 3, '1',        'scheduled', 'succeeded', NULL,          '2025-02-20 12:00Z'),
  ( 5, '1',        'scheduled', 'succeeded', NULL,          '2025-02-28 00:00Z'),
  ( 6, '1',        'scheduled', 'failed',    'declined',    '2025-03-16 00:00Z'),
  ( 6, 'manual-1', 'manual',    'failed',    'declined',    '2025-03-16 12:00Z'),
  ( 6, '2',        'scheduled', 'failed',    'declined',    '2025-03-17 00:00Z'),
  ( 7, '1',        'scheduled', 'failed',    'declined',    '2025-03-31 00:00Z'),
  ( 8, '1',        'scheduled', 'failed',    'declined',    '2025-04-01 10:00Z'),
  ( 8, '2',        'scheduled', 'succeeded', NULL,          '2025-04-02 10:00Z'),
  (10, '1',        'scheduled', 'pending',   'unreachable', '2025-04-10 00:00Z')
) AS p (n, attempt, kind, status, failure_code, at)
JOIN invoices i ON i.id = id('invoice ' || n);

INSERT INTO audit_events (id, at, actor, action, entity, entity_id, to_state)
SELECT gen_random_uuid(), '2025-01-01 00:00Z', 'test', action, split_part(action, '.', 1), entity_id, to_state
FROM (
  SELECT 'invoice.created', id, CASE amount_cents WHEN 0 THEN 'paid' ELSE 'open' END FROM invoices
  UNION ALL SELECT 'invoice.' || status, id, status::text FROM invoices WHERE status <> 'open' AND amount_cents > 0
  UNION ALL SELECT 'invoice.' || collection, id, collection::text FROM invoices WHERE collection IN ('retrying', 'uncollected')
  UNION ALL SELECT 'subscription.created', id, CASE WHEN anchor > '2025-01-01' AND plan_code = 'tiers' THEN 'trialing' ELSE 'active' END FROM subscriptions
  UNION ALL SELECT 'subscription.' || status, id, status::text FROM subscriptions WHERE status IN ('canceled', 'past_due')
  UNION ALL SELECT 'payment.started', id, 'pending' FROM payments
  UNION ALL SELECT 'payment.' || status, id, status::text FROM payments WHERE status <> 'pending'
) AS happened (action, entity_id, to_state);
