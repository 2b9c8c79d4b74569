#pragma once

#include <fmt/format.h>

#include <string>

namespace billing::invoices::test {

/// The id of one of `customers_in_january`, and of that customer's subscription.
inline std::string customer(int number) { return fmt::format("00000000-0000-7000-8000-{:012}", number); }

/// SQL: customers 0 to count - 1, each in the January 2026 of a plan that costs 49.00 a month; it is due on February 1.
inline std::string customers_in_january(int count) {
  return fmt::format(R"(
    INSERT INTO plans (code, name, currency, active, version, created_at, updated_at)
    VALUES ('pro', 'Pro', 'USD', true, 1, '2026-01-01Z', '2026-01-01Z');
    INSERT INTO plan_versions (plan_code, version, amount_cents, interval, interval_count, trial_days, bill_in, tax_inclusive, minimum_cents,
                               created_at)
    VALUES ('pro', 1, 4900, 'month', 1, 0, 'arrears', false, 0, '2026-01-01Z');
    INSERT INTO users (id, email, email_key, created_at, updated_at)
    SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@example.com', n || '@example.com', '2026-01-01Z', '2026-01-01Z'
    FROM generate_series(0, {} - 1) n;
    INSERT INTO subscriptions (id, user_id, plan_code, status, started_on, anchor, current_period_start, current_period_end, due_at, created_at,
                               updated_at)
    SELECT id, id, 'pro', 'active', '2026-01-01', '2026-01-01', '2026-01-01', '2026-02-01', '2026-02-01Z', '2026-01-01Z', '2026-01-01Z' FROM users;
    INSERT INTO subscription_terms (subscription_id, starts, plan_code, version, quantity)
    SELECT id, started_on, plan_code, 1, 1 FROM subscriptions;
    INSERT INTO subscription_periods (subscription_id, user_id, period_start, period_end, full_days, trial, settled)
    SELECT id, user_id, current_period_start, current_period_end, 31, false, false FROM subscriptions)",
                     count);
}

/// SQL: the database refuses that customer's invoices.
inline std::string refuse_invoices_of(int number) {
  return fmt::format(R"(
    CREATE FUNCTION refuse_invoice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
    CREATE TRIGGER broken BEFORE INSERT ON invoices FOR EACH ROW WHEN (NEW.user_id = '{}') EXECUTE FUNCTION refuse_invoice())",
                     customer(number));
}

}  // namespace billing::invoices::test
