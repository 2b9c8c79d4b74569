-- The seed plans, made at the billing clock's time. Safe to run again: what is there stays as it is.
WITH seed (code, name, amount_cents, included, unit_price) AS (
  VALUES ('basic', 'Basic', 1900, 10000, 0.002), ('pro', 'Pro', 4900, 100000, 0.001), ('ent', 'Enterprise', 19900, 1000000, 0.0005)
), clock (now) AS (
  SELECT coalesce((SELECT now FROM simulated_clock), now())
), made AS (
  INSERT INTO plans (code, name, amount_cents, currency, interval, interval_count, trial_days, active, created_at, updated_at)
  SELECT code, name, amount_cents, 'USD', 'month', 1, 0, true, clock.now, clock.now FROM seed, clock
  ON CONFLICT DO NOTHING
  RETURNING code
)
INSERT INTO plan_charges (plan_code, metric, position, model, included, unit_price)
SELECT seed.code, 'api_calls', 0, 'per_unit', seed.included, seed.unit_price FROM seed JOIN made USING (code);
