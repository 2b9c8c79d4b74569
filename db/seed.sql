-- The seed plans, made at the billing clock's time. Safe to run again: what is there stays as it is.
WITH seed (code, name, amount_cents, included, unit_price) AS (
  VALUES ('basic', 'Basic', 1900, 10000, 0.002), ('pro', 'Pro', 4900, 100000, 0.001), ('ent', 'Enterprise', 19900, 1000000, 0.0005)
), clock (now) AS (
  SELECT coalesce((SELECT now FROM simulated_clock), now())
), made AS (
  INSERT INTO plans (code, name, currency, active, version, created_at, updated_at)
  SELECT code, name, 'USD', true, 1, clock.now, clock.now FROM seed, clock
  ON CONFLICT DO NOTHING
  RETURNING code
), versions AS (
  INSERT INTO plan_versions (plan_code, version, amount_cents, interval, interval_count, trial_days, bill_in, tax_inclusive, minimum_cents, created_at)
  SELECT seed.code, 1, seed.amount_cents, 'month', 1, 0, 'arrears', false, 0, clock.now FROM clock, seed JOIN made USING (code)
)
INSERT INTO plan_charges (plan_code, version, metric, position, model, included, unit_price)
SELECT seed.code, 1, 'api_calls', 0, 'per_unit', seed.included, seed.unit_price FROM seed JOIN made USING (code);
