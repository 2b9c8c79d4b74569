-- A small world in which every check holds, with a case of each kind, written out by hand: for verify_test.cpp.

CREATE FUNCTION id(name text) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN md5(name)::uuid;

INSERT INTO plans (code, name, currency, active, version, created_at, updated_at) VALUES
  ('pro',   'Pro',   'USD', true, 1, '2025-01-01 00:00Z', '2025-01-01 00:00Z'),
  ('tiers', 'Tiers', 'KWD', true, 1, '2025-01-01 00:00Z', '2025-01-01 00:00Z'),
  ('rides', 'Rides', 'JPY', true, 1, '2025-01-01 00:00Z', '2025-01-01 00:00Z'),
  ('plus',  'Plus',  'USD', true, 2, '2025-01-01 00:00Z', '2025-01-01 00:00Z');
INSERT INTO plan_versions (plan_code, version, amount_cents, interval, interval_count, trial_days, bill_in, tax_inclusive, minimum_cents, created_at)
SELECT code, n, amount, every, times, trial, 'arrears', false, minimum, '2025-01-01 00:00Z'
FROM (VALUES ('pro', 1, 4900, 'month', 1, 0, 0), ('tiers', 1, 10000, 'month', 1, 14, 0), ('rides', 1, 500, 'week', 2, 0, 0),
             ('plus', 1, 3000, 'month', 1, 0, 10000), ('plus', 2, 6000, 'month', 1, 0, 12000)) AS v (code, n, amount, every, times, trial, minimum);
INSERT INTO plan_charges (plan_code, version, metric, position, model, included, unit_price, package_size, package_price) VALUES
  ('pro',   1, 'api_calls', 0, 'per_unit',  100000, 0.001, NULL, NULL),
  ('tiers', 1, 'calls',     0, 'graduated',     10, NULL,  NULL, NULL),
  ('tiers', 1, 'storage',   1, 'volume',         0, NULL,  NULL, NULL),
  ('tiers', 1, 'mails',     2, 'package',        0, NULL,  1000, 2.5),
  ('rides', 1, 'rides',     0, 'per_unit',       0, 33.5,  NULL, NULL),
  ('plus',  1, 'api_calls', 0, 'per_unit',       0, 0.01,  NULL, NULL),
  ('plus',  2, 'api_calls', 0, 'per_unit',       0, 0.02,  NULL, NULL);
INSERT INTO plan_charge_tiers (plan_code, version, metric, position, up_to, unit_price, flat_price) VALUES
  ('tiers', 1, 'calls',   0, 100,  0.01,   1),
  ('tiers', 1, 'calls',   1, NULL, 0.0005, 0.5),
  ('tiers', 1, 'storage', 0, 50,   0.2,    0),
  ('tiers', 1, 'storage', 1, NULL, 0.1,    0);

INSERT INTO users (id, email, email_key, created_at, updated_at)
SELECT id(name), name || '@example.com', name || '@example.com', '2025-01-01 00:00Z', '2025-01-01 00:00Z' FROM unnest('{ann,bob,cleo,dan,eve,fay,gus}'::text[]) AS name;

-- ann: anchored on a 31st. bob: a trial, then canceled at once. cleo: past due. dan: his provider cannot be reached. eve: in her trial.
-- fay: canceled at the period's end. gus: another version, seats, an own price and a pause within a month, and usage corrected after it.
INSERT INTO subscriptions (id, user_id, plan_code, status, started_on, anchor, current_period_start, current_period_end, ends_on,
                           cancel_at_period_end, canceled_at, past_due, due_at, created_at, updated_at)
SELECT id('subscription ' || name), id(name), plan_code, status::subscription_status, started, anchor, start, ended, ends_on,
       name = 'fay', canceled_at, status = 'past_due', due_at, '2025-01-01 00:00Z', '2025-01-01 00:00Z'
FROM (VALUES
  ('ann',  'pro',   'active',   '2025-01-31'::date, '2025-01-31'::date, '2025-03-31'::date, '2025-04-30'::date, NULL::date,
   NULL::timestamptz, '2025-04-30 00:00Z'::timestamptz),
  ('bob',  'tiers', 'canceled', '2025-01-01', '2025-01-15', '2025-02-15', '2025-02-25', '2025-02-25', '2025-02-24 10:00Z', NULL),
  ('cleo', 'rides', 'past_due', '2025-03-02', '2025-03-02', '2025-03-16', '2025-03-30', NULL, NULL, '2025-03-30 00:00Z'),
  ('dan',  'pro',   'active',   '2025-03-10', '2025-03-10', '2025-04-10', '2025-05-10', NULL, NULL, '2025-05-10 00:00Z'),
  ('eve',  'tiers', 'trialing', '2025-04-01', '2025-04-15', '2025-04-01', '2025-04-15', NULL, NULL, '2025-04-15 00:00Z'),
  ('fay',  'pro',   'canceled', '2025-03-01', '2025-03-01', '2025-03-01', '2025-04-01', '2025-04-01', '2025-04-01 00:00Z', NULL),
  ('gus',  'plus',  'active',   '2025-04-01', '2025-04-01', '2025-05-01', '2025-06-01', NULL, NULL, '2025-06-01 00:00Z')
) AS s (name, plan_code, status, started, anchor, start, ended, ends_on, canceled_at, due_at);
INSERT INTO subscription_terms (subscription_id, starts, ends, previous_end, plan_code, version, quantity)
SELECT id, started_on, NULL, NULL, plan_code, 1, 1 FROM subscriptions WHERE id <> id('subscription gus');
INSERT INTO subscription_terms (subscription_id, starts, ends, previous_end, plan_code, version, quantity, overrides, reason) VALUES
  (id('subscription gus'), '2025-04-01', '2025-04-11', NULL,         'plus', 1, 1, NULL, NULL),
  (id('subscription gus'), '2025-04-11', '2025-04-21', '2025-04-11', 'plus', 2, 2, NULL, NULL),
  (id('subscription gus'), '2025-04-21', NULL,         '2025-04-21', 'plus', 2, 2, '{"amount_cents": 4500}', 'loyal');
INSERT INTO subscription_pauses (subscription_id, starts, ends, previous_end) VALUES (id('subscription gus'), '2025-04-26', '2025-04-29', NULL);
INSERT INTO subscription_periods (subscription_id, user_id, period_start, period_end, previous_end, full_days, trial, settled)
SELECT id('subscription ' || name), id(name), start, ended, previous, days, trial, settled
FROM (VALUES
  ('ann',  '2025-01-31'::date, '2025-02-28'::date, NULL::date,   28, false, true),
  ('ann',  '2025-02-28',       '2025-03-31',       '2025-02-28', 31, false, true),
  ('ann',  '2025-03-31',       '2025-04-30',       '2025-03-31', 30, false, false),
  ('bob',  '2025-01-01',       '2025-01-15',       NULL,         14, true,  true),
  ('bob',  '2025-01-15',       '2025-02-15',       '2025-01-15', 31, false, true),
  ('bob',  '2025-02-15',       '2025-02-25',       '2025-02-15', 28, false, true),
  ('cleo', '2025-03-02',       '2025-03-16',       NULL,         14, false, true),
  ('cleo', '2025-03-16',       '2025-03-30',       '2025-03-16', 14, false, false),
  ('dan',  '2025-03-10',       '2025-04-10',       NULL,         31, false, true),
  ('dan',  '2025-04-10',       '2025-05-10',       '2025-04-10', 30, false, false),
  ('eve',  '2025-04-01',       '2025-04-15',       NULL,         14, true,  false),
  ('fay',  '2025-03-01',       '2025-04-01',       NULL,         31, false, true),
  ('gus',  '2025-04-01',       '2025-05-01',       NULL,         30, false, true),
  ('gus',  '2025-05-01',       '2025-06-01',       '2025-05-01', 31, false, false)
) AS p (name, start, ended, previous, days, trial, settled);

-- Ann's 1500 of February 27 came late. Her 28th belongs to the second period, from its first instant on. Folded but for eve's.
INSERT INTO usage_events (id, user_id, metric, quantity, at, event_id, created_at, xid)
SELECT id('event ' || row_number() OVER ()), id(name), metric, quantity, at, event_id, at, 3
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
  ('gus',  'api_calls',   1000, '2025-04-05 12:00Z', NULL),
  ('gus',  'api_calls',    500, '2025-04-20 12:00Z', 'e1')
) AS e (name, metric, quantity, at, event_id);
INSERT INTO usage_corrections (id, user_id, metric, event_id, quantity, delta, at, reason, created_at, xid) VALUES
  (id('correction 1'), id('gus'), 'api_calls', 'e1', 300, -200, '2025-04-20 12:00Z', 'counted twice', '2025-05-02 12:00Z', 3);
SELECT fold_usage(1000, '2025-01-01');
INSERT INTO usage_events (id, user_id, metric, quantity, at, created_at)
VALUES (id('event eve'), id('eve'), 'calls', 99, '2025-04-04 12:00Z', '2025-04-04 12:00Z');

ALTER TABLE invoices DISABLE TRIGGER invoices_are_numbered; -- which numbers them by their ids
ALTER TABLE credit_notes DISABLE TRIGGER credit_notes_are_numbered;
INSERT INTO document_counters (series, year, last) VALUES ('invoice', 2025, 13), ('credit_note', 2025, 4);
INSERT INTO document_numbers SELECT id('invoice ' || n), '2025-' || lpad(n::text, 6, '0') FROM generate_series(1, 13) n;
INSERT INTO document_numbers SELECT id('note ' || n), 'CN-2025-' || lpad(n::text, 6, '0') FROM generate_series(1, 4) n;
INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, credited_cents, from_balance_cents, paid_cents, currency, status,
                      collection, next_attempt_at, declined_count, unreachable_count, given_up, usage, created_at, updated_at, paid_at, voided_at)
SELECT id('invoice ' || n), 'subscription', id(name), start, ended, amount, credited, balance,
       CASE status WHEN 'paid' THEN amount - credited - balance ELSE 0 END, currency, status::invoice_status,
       collection::invoice_collection, next_at, declined, unreachable, collection = 'uncollected', usage::json, made, made, paid, voided
FROM (VALUES
  ( 1, 'bob',  '2025-01-15'::date, '2025-02-15'::date, 19000, 0, 0, 'KWD', 'paid', 'done', NULL::timestamptz, 0, 0, '{"storage":45}',
    '2025-01-20 12:00Z'::timestamptz, '2025-01-20 12:00Z'::timestamptz, NULL::timestamptz),
  ( 2, 'bob',  '2025-01-15', '2025-02-15',  7446, 0, 0, 'KWD', 'paid', 'done', NULL, 0, 0, '{"calls":1001,"mails":2001,"storage":15}',
    '2025-02-15 00:00Z', '2025-02-15 00:00Z', NULL),
  ( 3, 'bob',  '2025-02-15', '2025-03-15', 10000, 0, 0, 'KWD', 'paid', 'done', NULL, 0, 0, '{}', '2025-02-20 12:00Z', '2025-02-20 12:00Z', NULL),
  ( 4, 'bob',  '2025-02-15', '2025-02-25',     0, 0, 0, 'KWD', 'paid', 'done', NULL, 0, 0, '{"mails":1}', '2025-02-24 10:00Z', '2025-02-24 10:00Z', NULL),
  ( 5, 'ann',  '2025-01-31', '2025-02-28',  6900, 0, 0, 'USD', 'paid', 'done', NULL, 0, 0, '{"api_calls":120000}',
    '2025-02-28 00:00Z', '2025-02-28 00:00Z', NULL),
  ( 6, 'cleo', '2025-03-02', '2025-03-16',   601, 0, 0, 'JPY', 'open', 'uncollected', NULL, 2, 0, '{"rides":3}', '2025-03-16 00:00Z', NULL, NULL),
  ( 7, 'ann',  '2025-02-28', '2025-03-31',  5050, 0, 0, 'USD', 'void', 'done', NULL, 1, 0, '{"api_calls":51500}',
    '2025-03-31 00:00Z', NULL, '2025-04-01 09:00Z'),
  ( 8, 'ann',  '2025-03-31', '2025-04-30',  9950, 0, 0, 'USD', 'paid', 'done', NULL, 1, 0, '{"api_calls":51500}',
    '2025-04-01 10:00Z', '2025-04-02 10:00Z', NULL),
  ( 9, 'fay',  '2025-03-01', '2025-04-01',  4900, 0, 0, 'USD', 'open', 'pending', '2025-04-01 00:00Z', 0, 0, '{}', '2025-04-01 00:00Z', NULL, NULL),
  (10, 'dan',  '2025-03-10', '2025-04-10',  4900, 0, 0, 'USD', 'open', 'retrying', '2025-04-10 00:01Z', 0, 1, '{}', '2025-04-10 00:00Z', NULL, NULL),
  (11, 'gus',  '2025-04-01', '2025-05-01', 10133, 0, 0, 'USD', 'paid', 'done', NULL, 0, 0, '{"api_calls":1500}',
    '2025-05-01 00:00Z', '2025-05-01 00:00Z', NULL),
  (12, 'gus',  '2025-05-01', '2025-06-01',  9000, 1000, 500, 'USD', 'paid', 'done', NULL, 0, 0, '{"api_calls":0}',
    '2025-05-03 00:00Z', '2025-05-03 00:00Z', NULL)
) AS i (n, name, start, ended, amount, credited, balance, currency, status, collection, next_at, declined, unreachable, usage, made, paid, voided);

-- A line's explanation where one term held all the time, from what is special about it.
CREATE FUNCTION explained(told jsonb, metric text, plan text, start date, ended date) RETURNS json LANGUAGE sql RETURN CASE
  WHEN told ? 'segments' THEN told
  WHEN metric IS NULL THEN jsonb_build_object('owed', told -> 'amount') || told || jsonb_build_object('segments', jsonb_build_array(jsonb_build_object(
    'from', start, 'until', ended, 'days', ended - start, 'paused_days', 0, 'plan_code', plan, 'version', 1, 'quantity', 1, 'fee', told -> 'amount',
    'overridden', false, 'reason', NULL)))
  ELSE jsonb_build_object('owed', told -> 'rated') || told || jsonb_build_object('segments', jsonb_build_array(jsonb_build_object(
    'from', start, 'until', ended, 'days', ended - start, 'plan_code', plan, 'version', 1, 'model', told -> 'model', 'overridden', false, 'reason', NULL,
    'count_before', 0, 'count_after', told -> 'total_quantity', 'amount', told -> 'rated',
    'before', jsonb_build_object('total_quantity', 0, 'included', told -> 'included', 'billable', 0, 'steps', '[]'::jsonb, 'rated', '0'),
    'after', told - 'model' - 'earlier_billed' - 'rounding' - 'owed')))
END::json;
-- Units at a price, from the first one on.
CREATE FUNCTION units(n int, price text, amount text) RETURNS jsonb LANGUAGE sql RETURN jsonb_build_object(
  'total_quantity', n, 'included', 0, 'billable', n, 'rated', amount, 'steps', CASE n WHEN 0 THEN '[]'::jsonb ELSE jsonb_build_array(
    jsonb_build_object('from', 1, 'up_to', NULL, 'quantity', n, 'unit_price', price, 'flat_price', '0', 'amount', amount)) END);
-- Gus' calls of April: 1000 on the first version, and then so many more on the second.
CREATE FUNCTION gus_calls(more int, after text, amount text, rated text, earlier text) RETURNS text LANGUAGE sql RETURN
  units(1000 + more, '0.02', after) || jsonb_build_object('model', 'per_unit', 'rated', rated, 'rounding', '0', 'owed', rated, 'earlier_billed', earlier,
    'segments', jsonb_build_array(
      jsonb_build_object('from', '2025-04-01', 'until', '2025-04-11', 'days', 10, 'plan_code', 'plus', 'version', 1, 'model', 'per_unit',
        'overridden', false, 'reason', NULL, 'count_before', 0, 'count_after', 1000, 'before', units(0, '', '0'), 'after', units(1000, '0.01', '10'),
        'amount', '10'),
      jsonb_build_object('from', '2025-04-11', 'until', '2025-05-01', 'days', 20, 'plan_code', 'plus', 'version', 2, 'model', 'per_unit',
        'overridden', false, 'reason', NULL, 'count_before', 1000, 'count_after', 1000 + more, 'before', units(1000, '0.02', '20'),
        'after', units(1000 + more, '0.02', after), 'amount', amount)));
CREATE FUNCTION gus_minimum(counted text, owed text, earlier text) RETURNS text LANGUAGE sql RETURN
  jsonb_build_object('required', '101.33', 'counted', counted, 'of_days', 30, 'owed', owed, 'earlier_billed', earlier, 'segments', jsonb_build_array(
    jsonb_build_object('from', '2025-04-01', 'until', '2025-04-11', 'days', 10, 'paused_days', 0, 'plan_code', 'plus', 'version', 1, 'minimum', '100'),
    jsonb_build_object('from', '2025-04-11', 'until', '2025-05-01', 'days', 20, 'paused_days', 3, 'plan_code', 'plus', 'version', 2, 'minimum', '120')));

INSERT INTO invoice_lines (id, invoice_id, user_id, position, kind, item, sequence, subscription_id, plan_code, version, metric, period_start,
                           period_end, quantity, amount_cents, description, explanation, voided)
SELECT id('line ' || n || '.' || position), id('invoice ' || n), s.user_id, position, kind::line_kind,
       CASE kind WHEN 'usage' THEN 'usage:' || metric ELSE kind END,
       row_number() OVER (PARTITION BY s.id, start, kind, metric ORDER BY n) - 1,
       s.id, s.plan_code, CASE s.plan_code WHEN 'plus' THEN 2 ELSE 1 END, metric, start, ended, quantity, amount, coalesce(metric, kind),
       explained(explanation::jsonb, metric, s.plan_code, start, ended), n = 7
FROM (SELECT *, CASE WHEN metric IS NOT NULL THEN 'usage' WHEN explanation LIKE '%required%' THEN 'minimum' ELSE 'base' END AS kind FROM (VALUES
  ( 1, 0, 'bob', NULL,      '2025-01-15'::date, '2025-02-15'::date, 1, 10000, '{"amount":"10","days":31,"of_days":31,"earlier_billed":"0"}'),
  ( 1, 1, 'bob', 'storage', '2025-01-15', '2025-02-15',   45,  9000, '{"model":"volume","total_quantity":45,"included":0,"billable":45,"steps":[
    {"from":1,"up_to":50,"quantity":45,"unit_price":"0.2","flat_price":"0","amount":"9"}],"rated":"9","earlier_billed":"0","rounding":"0"}'),
  ( 2, 0, 'bob', 'calls',   '2025-01-15', '2025-02-15', 1001,  2946, '{"model":"graduated","total_quantity":1001,"included":10,"billable":991,"steps":[
    {"from":1,"up_to":100,"quantity":100,"unit_price":"0.01","flat_price":"1","amount":"2"},
    {"from":101,"up_to":null,"quantity":891,"unit_price":"0.0005","flat_price":"0.5","amount":"0.9455"}],
    "rated":"2.9455","owed":"2.946","earlier_billed":"0","rounding":"0.0005"}'),
  ( 2, 1, 'bob', 'mails',   '2025-01-15', '2025-02-15', 2001,  7500, '{"model":"package","total_quantity":2001,"included":0,"billable":2001,"steps":[
    {"from":1,"up_to":null,"quantity":3,"unit_price":"2.5","flat_price":"0","amount":"7.5"}],"rated":"7.5","earlier_billed":"0","rounding":"0"}'),
  ( 2, 2, 'bob', 'storage', '2025-01-15', '2025-02-15',   15, -3000, '{"model":"volume","total_quantity":60,"included":0,"billable":60,"steps":[
    {"from":1,"up_to":null,"quantity":60,"unit_price":"0.1","flat_price":"0","amount":"6"}],"rated":"6","earlier_billed":"9","rounding":"0"}'),
  ( 3, 0, 'bob', NULL,      '2025-02-15', '2025-03-15',    1, 10000, '{"amount":"10","days":28,"of_days":28,"earlier_billed":"0"}'),
  ( 4, 0, 'bob', NULL,      '2025-02-15', '2025-02-25',    1, -2500,
    '{"amount":"10","days":10,"of_days":28,"owed":"3.571","earlier_billed":"10","deferred":"-3.929"}'),
  ( 4, 1, 'bob', 'mails',   '2025-02-15', '2025-02-25',    1,  2500, '{"model":"package","total_quantity":1,"included":0,"billable":1,"steps":[
    {"from":1,"up_to":null,"quantity":1,"unit_price":"2.5","flat_price":"0","amount":"2.5"}],"rated":"2.5","earlier_billed":"0","rounding":"0"}'),
  ( 5, 0, 'ann', NULL,      '2025-01-31', '2025-02-28',    1,  4900, '{"amount":"49","days":28,"of_days":28,"earlier_billed":"0"}'),
  ( 5, 1, 'ann', 'api_calls', '2025-01-31', '2025-02-28', 120000, 2000, '{"model":"per_unit","total_quantity":120000,"included":100000,"billable":20000,
    "steps":[{"from":1,"up_to":null,"quantity":20000,"unit_price":"0.001","flat_price":"0","amount":"20"}],"rated":"20","earlier_billed":"0","rounding":"0"}'),
  ( 6, 0, 'cleo', NULL,     '2025-03-02', '2025-03-16',    1,   500, '{"amount":"500","days":14,"of_days":14,"earlier_billed":"0"}'),
  ( 6, 1, 'cleo', 'rides',  '2025-03-02', '2025-03-16',    3,   101, '{"model":"per_unit","total_quantity":3,"included":0,"billable":3,"steps":[
    {"from":1,"up_to":null,"quantity":3,"unit_price":"33.5","flat_price":"0","amount":"100.5"}],"rated":"100.5","owed":"101","earlier_billed":"0",
    "rounding":"0.5"}'),
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
  (10, 0, 'dan', NULL,      '2025-03-10', '2025-04-10',    1,  4900, '{"amount":"49","days":31,"of_days":31,"earlier_billed":"0"}'),
  (11, 0, 'gus', NULL,      '2025-04-01', '2025-05-01',    1,  7100, '{"amount":"45","days":27,"of_days":30,"owed":"71","earlier_billed":"0","segments":[
    {"from":"2025-04-01","until":"2025-04-11","days":10,"paused_days":0,"plan_code":"plus","version":1,"quantity":1,"fee":"30","overridden":false,"reason":null},
    {"from":"2025-04-11","until":"2025-04-21","days":10,"paused_days":0,"plan_code":"plus","version":2,"quantity":2,"fee":"60","overridden":false,"reason":null},
    {"from":"2025-04-21","until":"2025-05-01","days":10,"paused_days":3,"plan_code":"plus","version":2,"quantity":2,"fee":"45","overridden":true,
     "reason":"loyal"}]}'),
  (11, 1, 'gus', 'api_calls', '2025-04-01', '2025-05-01', 1500, 2000, gus_calls(500, '30', '10', '20', '0')),
  (11, 2, 'gus', NULL,      '2025-04-01', '2025-05-01',    1,  1033, gus_minimum('91', '10.33', '0')),
  (12, 0, 'gus', 'api_calls', '2025-04-01', '2025-05-01',  0,  -400, gus_calls(300, '26', '6', '16', '20')),
  (12, 1, 'gus', NULL,      '2025-04-01', '2025-05-01',    1,   400, gus_minimum('87', '14.33', '10.33')),
  (12, 2, 'gus', NULL,      '2025-05-01', '2025-06-01',    1,  9000, '{"amount":"45","days":31,"of_days":31,"owed":"90","earlier_billed":"0","segments":[
    {"from":"2025-05-01","until":"2025-06-01","days":31,"paused_days":0,"plan_code":"plus","version":2,"quantity":2,"fee":"45","overridden":true,
     "reason":"loyal"}]}')
) AS l (n, position, name, metric, start, ended, quantity, amount, explanation)) AS l
JOIN subscriptions s ON s.id = id('subscription ' || name);

-- An item of ann's that was billed at once, and one that waits.
INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, paid_cents, currency, status, collection, usage, created_at, updated_at, paid_at)
VALUES (id('invoice 13'), 'one_off', id('ann'), '2025-05-10', '2025-05-11', 7501, 7501, 'USD', 'paid', 'done', '{}', '2025-05-10 00:00Z', '2025-05-10 00:00Z',
        '2025-05-10 00:00Z');
INSERT INTO items (id, user_id, description, currency, amount_cents, quantity, unit_price, invoice_id, created_at) VALUES
  (id('item 1'), id('ann'), 'Hours', 'USD', 7501, 3, 25.002, id('invoice 13'), '2025-05-10 00:00Z'),
  (id('item 2'), id('ann'), 'Setup', 'USD', 500,  1, NULL,   NULL,             '2025-05-10 00:00Z');
INSERT INTO invoice_lines (id, invoice_id, user_id, position, kind, item, sequence, quantity, amount_cents, description, explanation) VALUES
  (id('line 13.0'), id('invoice 13'), id('ann'), 0, 'item', 'item:' || id('item 1'), 0, 3, 7501, 'Hours',
   '{"quantity":3,"unit_price":"25.002","amount":"75.006","rounding":"0.004","owed":"75.01","earlier_billed":"0"}');

-- What bob's cancel gave back beyond invoice 4 became balance. Gus was forgiven 10.00 while he was being charged for all that was due. Ann has 7.00 back on her
-- card; another 5.00 did not get there.
INSERT INTO credit_notes (id, kind, invoice_id, user_id, currency, amount_cents, applied_cents, refund_cents, to_balance_cents, reason, created_at) VALUES
  (id('note 1'), 'correction', id('invoice 3'),  id('bob'), 'KWD', 3929, 0, 0, 3929, 'correction', '2025-02-24 10:00Z'),
  (id('note 2'), 'goodwill',   id('invoice 12'), id('gus'), 'USD', 1000, 1000, 0, 0, 'an outage', '2025-05-03 00:00Z'),
  (id('note 3'), 'goodwill',   id('invoice 8'),  id('ann'), 'USD',  700, 0, 700, 0,  'an outage', '2025-04-05 00:00Z'),
  (id('note 4'), 'goodwill',   id('invoice 8'),  id('ann'), 'USD',  500, 0, 500, 0,  'an outage', '2025-04-06 00:00Z');
INSERT INTO credit_note_lines (id, credit_note_id, position, line_id, amount_cents, explanation)
SELECT id('credited ' || n), id('note ' || n), 0, id(line), amount, explanation
FROM (VALUES (1, 'line 3.0', 3929, (SELECT explanation FROM invoice_lines WHERE id = id('line 4.0'))), (2, 'line 12.2', 1000, NULL), (3, 'line 8.1', 700, NULL),
      (4, 'line 8.1', 500, NULL))
  AS c (n, line, amount, explanation);
INSERT INTO grants (id, user_id, amount_cents, currency, expires_on, source, credit_note_id, created_at) VALUES
  (id('grant 1'), id('bob'), 3929, 'KWD', NULL,         'credit_note', id('note 1'), '2025-02-24 10:00Z'),
  (id('grant 2'), id('ann'),  300, 'USD', NULL,         'credit',      NULL,         '2025-03-01 00:00Z'),
  (id('grant 3'), id('gus'),  500, 'USD', '2025-12-31', 'credit',      NULL,         '2025-05-01 00:00Z');
INSERT INTO grant_uses (id, grant_id, invoice_id, amount_cents, created_at) VALUES
  (id('use 1'), id('grant 2'), id('invoice 7'),  300, '2025-03-31 00:00Z'),
  (id('use 2'), id('grant 3'), id('invoice 12'), 500, '2025-05-03 00:00Z');
UPDATE grant_uses SET given_back = true WHERE id = id('use 1');
INSERT INTO grants (id, user_id, amount_cents, currency, expires_on, source, created_at, expired_at)
VALUES (id('grant 6'), id('bob'), 200, 'USD', '2025-04-01', 'credit', '2025-03-01 00:00Z', '2025-04-01 00:00Z');

INSERT INTO payments (id, invoice_id, user_id, attempt_key, kind, provider, amount_cents, currency, status, failure_code, decline, attempted_at,
                      created_at, updated_at)
SELECT id('payment ' || n || '-' || attempt), i.id, i.user_id, i.id || '-' || attempt, p.kind::payment_kind, 'stub', i.amount_cents - i.from_balance_cents,
       i.currency, p.status::payment_status, failure_code, CASE p.status WHEN 'failed' THEN 'soft'::payment_decline END, at, at, at
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
  (10, '1',        'scheduled', 'pending',   'unreachable', '2025-04-10 00:00Z'),
  (11, '1',        'scheduled', 'succeeded', NULL,          '2025-05-01 00:00Z'),
  (12, '1',        'scheduled', 'succeeded', NULL,          '2025-05-03 00:00Z'),
  (13, '1',        'scheduled', 'succeeded', NULL,          '2025-05-10 00:00Z')
) AS p (n, attempt, kind, status, failure_code, at)
JOIN invoices i ON i.id = id('invoice ' || n);
UPDATE payments SET overpaid_cents = 1000 WHERE id = id('payment 12-1');
INSERT INTO grants (id, user_id, amount_cents, currency, source, payment_id, created_at)
VALUES (id('grant 4'), id('gus'), 1000, 'USD', 'overpayment', id('payment 12-1'), '2025-05-03 00:00Z');

INSERT INTO refunds (id, credit_note_id, payment_id, invoice_id, user_id, provider, currency, refund_key, amount_cents, calls, next_attempt_at,
                     attempted_at, created_at, updated_at)
SELECT id('refund ' || n), c.id, p.id, p.invoice_id, p.user_id, p.provider, p.currency, 'refund-' || n, c.amount_cents, 1, c.created_at, c.created_at,
       c.created_at, c.created_at
FROM generate_series(3, 4) n JOIN credit_notes c ON c.id = id('note ' || n) JOIN payments p ON p.id = id('payment 8-2');
UPDATE refunds SET status = 'succeeded', next_attempt_at = NULL WHERE id = id('refund 3');
UPDATE refunds SET status = 'failed', failure_code = 'expired_or_canceled_card', next_attempt_at = NULL WHERE id = id('refund 4');
INSERT INTO grants (id, user_id, amount_cents, currency, source, credit_note_id, refund_id, created_at)
VALUES (id('grant 5'), id('ann'), 500, 'USD', 'failed_refund', id('note 4'), id('refund 4'), '2025-04-06 00:00Z');

INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id, to_state, xid)
SELECT id(action || ' ' || entity_id), '2025-01-01 00:00Z', 'test', action, split_part(action, '.', 1), entity_id, user_id, to_state, 3
FROM (
  SELECT 'invoice.created', id, CASE amount_cents WHEN 0 THEN 'paid' ELSE 'open' END, user_id FROM invoices
  UNION ALL SELECT 'invoice.' || status, id, status::text, user_id FROM invoices WHERE status <> 'open' AND amount_cents > 0
  UNION ALL SELECT 'invoice.' || collection, id, collection::text, user_id FROM invoices WHERE collection IN ('retrying', 'uncollected')
  UNION ALL SELECT 'subscription.created', id, CASE plan_code WHEN 'tiers' THEN 'trialing' ELSE 'active' END, user_id FROM subscriptions
  UNION ALL SELECT 'subscription.' || status, id, status::text, user_id FROM subscriptions WHERE status IN ('canceled', 'past_due')
  UNION ALL SELECT 'payment.refund_started', id, 'pending', user_id FROM refunds
  UNION ALL SELECT CASE status WHEN 'failed' THEN 'payment.refund_failed' ELSE 'payment.refunded' END, id, status::text, user_id FROM refunds
  UNION ALL SELECT 'payment.started', id, 'pending', user_id FROM payments WHERE kind <> 'scheduled'
  UNION ALL SELECT 'payment.' || status, id, status::text, user_id FROM payments WHERE status <> 'pending'
  UNION ALL SELECT 'credit.expired', id, NULL, user_id FROM grants WHERE expired_at IS NOT NULL
) AS happened (action, entity_id, to_state, user_id);

-- All of that has been told; the first three are kept no longer. An endpoint has been sent all but the last, ann has had two mails and waits for one.
INSERT INTO events (sequence, id, type, at, user_id, object, object_id)
SELECT row_number() OVER (ORDER BY a.xid, a.id), a.id, t.type, a.at, a.user_id, t.object, CASE t.object WHEN 'balance' THEN a.user_id ELSE a.entity_id::uuid END
FROM audit_events a JOIN event_types t USING (action);
UPDATE event_mark SET xid = 4, sequence = (SELECT max(sequence) FROM events);
DELETE FROM events WHERE sequence <= 3;
INSERT INTO webhook_endpoints (id, url, secret, next_sequence, created_at, updated_at)
SELECT id('endpoint'), 'https://example.com', 'whsec_', sequence, '2025-01-01 00:00Z', '2025-01-01 00:00Z' FROM event_mark;
INSERT INTO webhook_deliveries (id, endpoint_id, sequence, kind, status, due_at, created_at) VALUES
  (id('delivery 1'), id('endpoint'), 4,    'event',  'succeeded', NULL,                '2025-01-01 00:00Z'),
  (id('delivery 2'), id('endpoint'), 5,    'event',  'pending',   '2025-01-01 00:05Z', '2025-01-01 00:00Z'),
  (id('delivery 3'), id('endpoint'), 4,    'replay', 'failed',    NULL,                '2025-01-01 00:00Z'),
  (id('delivery 4'), id('endpoint'), NULL, 'test',   'succeeded', NULL,                '2025-01-01 00:00Z');
INSERT INTO email_mark (sequence, looked_at) SELECT sequence, '2025-01-01 00:00Z' FROM event_mark;
INSERT INTO emails (id, kind, user_id, invoice_id, payment_id, status, attempts, due_at, attempted_at, ending_at, sent_at, created_at)
SELECT a.id, kind::email_kind, a.user_id, id(invoice), id(payment), status::email_status, attempts, CASE status WHEN 'pending' THEN a.at END, a.at,
       CASE status WHEN 'sent' THEN a.at END, CASE status WHEN 'sent' THEN a.at END, a.at
FROM (VALUES
  ('invoice_issued',    'invoice.created',   'invoice 5', NULL,          'invoice 5',   'sent',    1),
  ('payment_succeeded', 'payment.succeeded', 'invoice 5', 'payment 5-1', 'payment 5-1', 'pending', 0),
  ('payment_failed',    'payment.failed',    'invoice 8', 'payment 8-1', 'payment 8-1', 'sent',    2)
) AS m (kind, action, invoice, payment, entity, status, attempts)
JOIN audit_events a ON a.action = m.action AND a.entity_id = id(m.entity)::text;
