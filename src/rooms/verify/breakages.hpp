#pragma once

#include <string_view>

namespace billing::verify::test {

/// A change to world.sql, with triggers off, that the named check must notice.
struct Breakage {
  std::string_view check;
  std::string_view what;  // names the test
  const char* sql;
};

inline constexpr Breakage breakages[] = {
    // Invoices.
    {"lines_sum_to_invoice", "a_line_is_a_cent_too_much",
     "UPDATE invoice_lines SET amount_cents = amount_cents + 1 WHERE id = id('line 5.1')"},
    {"lines_sum_to_invoice", "the_lines_are_gone", "DELETE FROM invoice_lines WHERE invoice_id = id('invoice 4')"},
    {"lines_sum_to_invoice", "an_invoice_is_negative", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_never_negative;
      UPDATE invoices SET amount_cents = -5 WHERE id = id('invoice 4');
      UPDATE invoice_lines SET amount_cents = -2505 WHERE id = id('line 4.0'))"},
    {"lines_belong_to_invoice", "another_user", "UPDATE invoice_lines SET user_id = id('eve') WHERE id = id('line 5.1')"},
    {"lines_belong_to_invoice", "another_currency", "UPDATE invoices SET currency = 'EUR' WHERE id = id('invoice 9')"},
    {"lines_belong_to_invoice", "no_such_period", "UPDATE invoice_lines SET period_start = '2025-03-02' WHERE id = id('line 9.0')"},
    {"lines_belong_to_invoice", "a_period_of_nobody", "UPDATE invoices SET period_end = '2025-04-02' WHERE id = id('invoice 9')"},
    {"void_gives_lines_back", "a_void_invoice_keeps_a_line", "UPDATE invoice_lines SET voided = false WHERE id = id('line 7.0')"},
    {"void_gives_lines_back", "a_paid_invoice_loses_one", "UPDATE invoice_lines SET voided = true WHERE id = id('line 8.1')"},
    {"one_open_invoice_per_period", "two_are_open", R"(DROP INDEX invoices_one_open_per_period;
      INSERT INTO invoices SELECT md5('copy')::uuid, user_id, period_start, period_end, amount_cents, currency, status, collection,
        next_attempt_at, declined_count, unreachable_count, usage, created_at, updated_at FROM invoices WHERE id = id('invoice 9'))"},
    {"numbers_are_gapless", "a_gap", "UPDATE document_numbers SET number = '2025-000011' WHERE document_id = id('invoice 10')"},
    {"numbers_are_gapless", "one_is_lost", "DELETE FROM invoices WHERE id = id('invoice 10')"},
    {"numbers_are_gapless", "one_twice", R"(ALTER TABLE document_numbers DROP CONSTRAINT document_numbers_number_key;
      UPDATE document_numbers SET number = '2025-000009' WHERE document_id = id('invoice 8'))"},
    {"numbers_are_gapless", "not_a_number", "UPDATE document_numbers SET number = 'draft' WHERE document_id = id('invoice 10')"},
    {"numbers_are_gapless", "none", "DELETE FROM document_numbers WHERE document_id = id('invoice 10')"},
    {"numbers_are_gapless", "another_year", "UPDATE document_numbers SET number = '2024-000010' WHERE document_id = id('invoice 10')"},
    {"numbers_are_gapless", "a_counter_ahead", "UPDATE document_counters SET last = 11"},
    {"numbers_are_gapless", "no_counter", "DELETE FROM document_counters"},
    {"invoice_usage_is_its_lines", "too_much", R"(UPDATE invoices SET usage = '{"api_calls":51501}' WHERE id = id('invoice 8'))"},
    {"invoice_usage_is_its_lines", "a_metric_too_many",
     R"(UPDATE invoices SET usage = '{"api_calls":51500,"x":1}' WHERE id = id('invoice 8'))"},
    {"invoice_usage_is_its_lines", "none", "UPDATE invoices SET usage = '[]' WHERE id = id('invoice 8')"},
    {"zero_invoices_are_paid_at_once", "later", "UPDATE invoices SET paid_at = '2025-03-01' WHERE id = id('invoice 4')"},
    {"zero_invoices_are_paid_at_once", "open",
     "UPDATE invoices SET status = 'open', collection = 'uncollected', paid_at = NULL WHERE id = id('invoice 4')"},
    {"zero_invoices_are_paid_at_once", "with_a_payment", "UPDATE payments SET invoice_id = id('invoice 4') WHERE id = id('payment 3-1')"},

    // Explanations.
    {"usage_lines_recompute", "the_line_is_off", "UPDATE invoice_lines SET amount_cents = 100 WHERE id = id('line 6.1')"},
    {"usage_lines_recompute", "a_step_is_off",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"0.9455"', '"0.9454"')::json
      WHERE id = id('line 2.0'))"},
    {"usage_lines_recompute", "a_step_is_missing", R"(UPDATE invoice_lines SET explanation = (explanation::jsonb #- '{steps,0}')::json
      WHERE id = id('line 2.0'))"},
    {"usage_lines_recompute", "rounded_down", R"(UPDATE invoice_lines SET amount_cents = 100,
      explanation = replace(explanation::text, '"rounding":"0.5"', '"rounding":"-0.5"')::json WHERE id = id('line 6.1'))"},
    {"usage_lines_recompute", "not_numbers",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"rated":"20"', '"rated":"x"')::json
      WHERE id = id('line 5.1'))"},
    {"usage_lines_recompute", "no_explanation", "UPDATE invoice_lines SET explanation = 'null' WHERE id = id('line 5.1')"},
    {"usage_lines_recompute", "steps_that_are_none",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{steps}', '[1]')::json
      WHERE id = id('line 5.1'))"},
    {"usage_lines_recompute", "steps_that_are_no_list",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{steps}', '{}')::json
      WHERE id = id('line 5.1'))"},
    {"usage_lines_recompute", "billable_is_off",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"billable":0', '"billable":1')::json
      WHERE id = id('line 8.2'))"},
    {"base_lines_recompute", "the_line_is_off", "UPDATE invoice_lines SET amount_cents = 4901 WHERE id = id('line 9.0')"},
    {"base_lines_recompute", "rounded_down", "UPDATE invoice_lines SET amount_cents = -2501 WHERE id = id('line 4.0')"},
    {"base_lines_recompute", "another_fee", R"(UPDATE invoice_lines SET amount_cents = 4800,
      explanation = replace(explanation::text, '"49"', '"48"')::json WHERE id = id('line 9.0'))"},
    {"base_lines_recompute", "too_few_days", R"(UPDATE invoice_lines SET amount_cents = 4742,
      explanation = replace(explanation::text, '"days":31', '"days":30')::json WHERE id = id('line 9.0'))"},
    {"base_lines_recompute", "of_no_days",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"of_days":31', '"of_days":0')::json
      WHERE id = id('line 9.0'))"},
    {"explanations_use_the_plans_prices", "another_price", R"(UPDATE invoice_lines SET explanation =
      replace(replace(replace(explanation::text, '"0.001"', '"0.002"'), '"21.5"', '"43"'), '"earlier_billed":"20"', '"earlier_billed":"41.5"')::json
      WHERE id = id('line 8.0'))"},
    {"explanations_use_the_plans_prices", "another_tier", R"(UPDATE invoice_lines SET explanation =
      replace(replace(explanation::text, '"up_to":50', '"up_to":null'), '"unit_price":"0.2"', '"unit_price":"0.1"')::json WHERE id = id('line 1.1'))"},
    {"explanations_use_the_plans_prices", "a_package_too_few", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, '"quantity":3', '"quantity":2')::json WHERE id = id('line 2.1'))"},
    {"explanations_use_the_plans_prices", "more_included", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, '"included":100000', '"included":200000')::json WHERE id = id('line 8.2'))"},
    {"explanations_use_the_plans_prices", "another_model", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, 'per_unit', 'volume')::json WHERE id = id('line 8.2'))"},
    {"earlier_billed_was_billed", "it_was_not", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, '"earlier_billed":"9"', '"earlier_billed":"8"')::json WHERE id = id('line 2.2'))"},

    // What is owed.
    {"billed_equals_owed", "usage_lost", "DELETE FROM usage_events WHERE id = id('event 2')"},
    {"billed_equals_owed", "usage_unbilled", "UPDATE usage_events SET quantity = quantity + 1000 WHERE id = id('event 2')"},
    {"billed_equals_owed", "graduated", "UPDATE usage_events SET quantity = quantity + 2 WHERE metric = 'calls' AND quantity = 1001"},
    {"billed_equals_owed", "volume", "UPDATE usage_events SET quantity = quantity + 1 WHERE metric = 'storage' AND quantity = 15"},
    {"billed_equals_owed", "package", "UPDATE usage_events SET quantity = 3001 WHERE metric = 'mails' AND quantity = 2001"},
    {"billed_equals_owed", "rounding", "UPDATE invoice_lines SET amount_cents = 100 WHERE id = id('line 6.1')"},
    {"billed_equals_owed", "a_metric_unbilled", R"(INSERT INTO usage_events
      VALUES (md5('new')::uuid, id('dan'), 'api_calls', 100500, '2025-04-09 23:00Z', NULL, '2025-04-09 23:00Z'))"},
    {"billed_equals_owed", "the_base_fee_unbilled", "DELETE FROM invoice_lines WHERE id = id('line 10.0')"},
    {"billed_equals_owed", "the_base_fee_of_a_cut_period",
     "UPDATE subscription_periods SET settled = true WHERE subscription_id = id('subscription bob')"},
    {"billed_equals_owed", "a_void_line_counts",
     "UPDATE invoices SET status = 'open', voided_at = NULL, collection = 'uncollected' WHERE id = id('invoice 7')"},
    {"billed_equals_owed", "a_trial", "UPDATE invoice_lines SET period_start = '2025-01-01' WHERE id = id('line 2.0')"},
    {"nothing_owed_is_forgotten", "late_usage", R"(INSERT INTO usage_events
      VALUES (md5('new')::uuid, id('bob'), 'mails', 1000, '2025-02-23 12:00Z', NULL, '2025-02-26 12:00Z'))"},
    {"base_fee_billed_once", "billed_twice", R"(DROP INDEX invoice_lines_one_base_fee_per_period;
      UPDATE invoice_lines SET period_start = '2025-02-28', period_end = '2025-03-31' WHERE id = id('line 5.0'))"},
    {"base_fee_billed_once", "more_than_the_fee", "UPDATE invoice_lines SET amount_cents = 4901 WHERE id = id('line 9.0')"},
    {"usage_is_covered_once", "covered_twice", "UPDATE invoice_lines SET quantity = 2000 WHERE id = id('line 8.0')"},
    {"trials_bill_nothing", "a_line_of_a_trial", "UPDATE invoice_lines SET period_start = '2025-01-01' WHERE id = id('line 2.0')"},
    {"events_count_once", "counted_twice", R"(DROP INDEX usage_events_event_id;
      UPDATE usage_events SET event_id = 'e1' WHERE id = id('event 2'))"},

    // Periods.
    {"periods_tile", "a_gap", "UPDATE subscription_periods SET period_end = '2025-03-30' WHERE period_end = '2025-03-31'"},
    {"periods_tile", "one_is_lost", "DELETE FROM subscription_periods WHERE period_end = '2025-03-31'"},
    {"periods_tile", "two_first", R"(DROP INDEX subscription_periods_one_first;
      UPDATE subscription_periods SET previous_end = NULL WHERE period_end = '2025-03-31')"},
    {"periods_tile", "another_user", "UPDATE subscription_periods SET user_id = id('eve') WHERE period_end = '2025-03-31'"},
    {"current_period_is_the_last", "another_end",
     "UPDATE subscriptions SET current_period_end = '2025-05-01' WHERE id = id('subscription ann')"},
    {"current_period_is_the_last", "none", "DELETE FROM subscription_periods WHERE subscription_id = id('subscription eve')"},
    {"periods_follow_the_anchor", "counted_from_the_end_before",
     R"(UPDATE subscription_periods SET period_end = '2025-04-28', full_days = 28
      WHERE period_end = '2025-04-30')"},
    {"periods_follow_the_anchor", "another_anchor", "UPDATE subscriptions SET anchor = '2025-01-30' WHERE id = id('subscription ann')"},
    {"periods_follow_the_anchor", "another_index", "UPDATE subscriptions SET period_index = 3 WHERE id = id('subscription ann')"},
    {"periods_follow_the_anchor", "cut_short_while_live",
     "UPDATE subscription_periods SET period_end = '2025-05-09' WHERE period_end = '2025-05-10'"},
    {"periods_follow_the_anchor", "cut_on_another_day",
     "UPDATE subscription_periods SET period_end = '2025-02-24' WHERE period_end = '2025-02-25'"},
    {"periods_follow_the_anchor", "canceled_before_its_end", R"(UPDATE subscriptions SET canceled_at = '2025-03-15 00:00Z'
      WHERE id = id('subscription fay'))"},
    {"periods_follow_the_anchor", "a_trial_too_long", R"(UPDATE subscription_periods SET full_days = 15, period_end = '2025-04-16'
      WHERE subscription_id = id('subscription eve'))"},
    {"periods_follow_the_anchor", "a_trial_too_many", "UPDATE subscription_periods SET trial = true WHERE period_end = '2025-02-15'"},
    {"periods_follow_the_anchor", "no_trial", R"(UPDATE subscriptions SET plan_code = 'tiers' WHERE id = id('subscription dan'))"},
    {"settled_periods_have_ended", "settled_too_early",
     R"(UPDATE subscription_periods SET period_end = '2999-01-01', full_days = 999999, settled = true
      WHERE subscription_id = id('subscription eve'))"},
    {"live_subscriptions_are_due", "never", R"(ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_live_are_due;
      UPDATE subscriptions SET due_at = NULL WHERE id = id('subscription dan'))"},
    {"live_subscriptions_are_due", "too_late", "UPDATE subscriptions SET due_at = '2025-05-11 00:00Z' WHERE id = id('subscription dan')"},
    {"one_live_subscription_per_plan", "two", R"(DROP INDEX subscriptions_one_live_per_plan;
      UPDATE subscriptions SET user_id = id('ann') WHERE id = id('subscription dan'))"},
    {"trialing_is_in_its_trial", "active_in_its_trial", R"(ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_trial_index;
      UPDATE subscriptions SET status = 'active' WHERE id = id('subscription eve'))"},

    // Payments.
    {"paid_once", "never", "UPDATE payments SET status = 'failed' WHERE id = id('payment 5-1')"},
    {"paid_once", "twice", R"(DROP INDEX payments_one_succeeded; UPDATE payments SET status = 'succeeded' WHERE id = id('payment 8-1'))"},
    {"unpaid_took_no_money", "open", "UPDATE payments SET status = 'succeeded' WHERE id = id('payment 10-1')"},
    {"unpaid_took_no_money", "void", "UPDATE payments SET status = 'succeeded' WHERE id = id('payment 7-1')"},
    {"payments_are_of_the_invoices_amount", "another_amount", "UPDATE payments SET amount_cents = 1 WHERE id = id('payment 5-1')"},
    {"payments_are_of_the_invoices_amount", "another_currency", "UPDATE payments SET currency = 'EUR' WHERE id = id('payment 5-1')"},
    {"payments_are_of_the_invoices_amount", "another_user", "UPDATE payments SET user_id = id('eve') WHERE id = id('payment 5-1')"},
    {"pending_payments_are_of_open_invoices", "of_a_void_one", "UPDATE payments SET status = 'pending' WHERE id = id('payment 7-1')"},
    {"one_attempt_at_a_time", "two_pending",
     R"(DROP INDEX payments_one_pending; UPDATE payments SET status = 'pending' WHERE invoice_id = id('invoice 6'))"},
    {"one_attempt_at_a_time", "one_key_twice", R"(ALTER TABLE payments DROP CONSTRAINT payments_attempt_key;
      UPDATE payments SET attempt_key = 'k' WHERE invoice_id = id('invoice 6'))"},
    {"status_and_collection_agree", "paid_never", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_paid_at;
      UPDATE invoices SET paid_at = NULL WHERE id = id('invoice 5'))"},
    {"status_and_collection_agree", "void_never", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_voided_at;
      UPDATE invoices SET voided_at = NULL WHERE id = id('invoice 7'))"},
    {"status_and_collection_agree", "open_and_done", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_done_unless_open;
      UPDATE invoices SET collection = 'done', next_attempt_at = NULL WHERE id = id('invoice 9'))"},
    {"status_and_collection_agree", "never_attempted", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_attempt_due;
      UPDATE invoices SET next_attempt_at = NULL WHERE id = id('invoice 9'))"},
    {"collection_follows_the_attempts", "a_decline_uncounted", "UPDATE invoices SET declined_count = 1 WHERE id = id('invoice 6')"},
    {"collection_follows_the_attempts", "unreachable_and_given_up",
     "UPDATE payments SET status = 'failed', kind = 'manual' WHERE id = id('payment 10-1')"},
    {"collection_follows_the_attempts", "declined_and_pending",
     R"(UPDATE invoices SET collection = 'pending', next_attempt_at = '2025-03-18'
      WHERE id = id('invoice 6'))"},
    {"collection_follows_the_attempts", "uncollected_untried", R"(UPDATE invoices SET collection = 'uncollected', next_attempt_at = NULL
      WHERE id = id('invoice 9'))"},
    {"past_due_has_an_uncollected_invoice", "without_one",
     "UPDATE subscriptions SET status = 'past_due' WHERE id = id('subscription dan')"},
    {"uncollected_makes_past_due", "active", "UPDATE subscriptions SET status = 'active' WHERE id = id('subscription cleo')"},

    // Audit.
    {"invoices_are_audited", "never_made",
     "DELETE FROM audit_events WHERE action = 'invoice.created' AND entity_id = id('invoice 5')::text"},
    {"invoices_are_audited", "never_paid", "DELETE FROM audit_events WHERE action = 'invoice.paid' AND entity_id = id('invoice 5')::text"},
    {"invoices_are_audited", "never_void", "DELETE FROM audit_events WHERE action = 'invoice.void'"},
    {"invoices_are_audited", "never_uncollected", "DELETE FROM audit_events WHERE action = 'invoice.uncollected'"},
    {"subscriptions_are_audited", "never_made", "DELETE FROM audit_events WHERE action = 'subscription.created' AND to_state = 'trialing'"},
    {"subscriptions_are_audited", "never_canceled", "DELETE FROM audit_events WHERE action = 'subscription.canceled'"},
    {"payments_are_audited", "never_started",
     "DELETE FROM audit_events WHERE action = 'payment.started' AND entity_id = id('payment 8-2')::text"},
    {"payments_are_audited", "never_ended",
     "DELETE FROM audit_events WHERE action = 'payment.failed' AND entity_id = id('payment 8-1')::text"},
    // Each clause of a check alone.
    {"lines_belong_to_invoice", "another_plan", "UPDATE invoice_lines SET plan_code = 'rides' WHERE id = id('line 9.0')"},
    {"lines_belong_to_invoice", "a_period_to_come", R"(UPDATE invoices SET period_start = '2025-02-28', period_end = '2025-03-31'
      WHERE id = id('invoice 8'))"},
    {"lines_belong_to_invoice", "a_subscription_of_another",
     R"(UPDATE subscriptions SET user_id = id('eve') WHERE id = id('subscription dan');
      UPDATE subscription_periods SET user_id = id('eve') WHERE subscription_id = id('subscription dan'))"},
    {"lines_belong_to_invoice", "an_end_beyond_its_period", "UPDATE invoice_lines SET period_end = '2025-04-02' WHERE id = id('line 9.0')"},
    {"current_period_is_the_last", "another_start",
     "UPDATE subscriptions SET current_period_start = '2025-04-01' WHERE id = id('subscription ann')"},
    {"periods_follow_the_anchor", "other_full_days",
     "UPDATE subscription_periods SET full_days = 32 WHERE subscription_id = id('subscription dan') AND period_start = '2025-03-10'"},
    {"base_fee_billed_once", "in_two_parts", R"(DROP INDEX invoice_lines_one_base_fee_per_period;
      UPDATE invoice_lines SET amount_cents = 2450 WHERE id = id('line 9.0');
      INSERT INTO invoice_lines SELECT id('line 9.1'), invoice_id, user_id, 1, kind, subscription_id, plan_code, metric, period_start, period_end,
        quantity, amount_cents, description, explanation, voided FROM invoice_lines WHERE id = id('line 9.0'))"},
    {"subscriptions_are_audited", "never_made_but_active",
     "UPDATE audit_events SET action = 'subscription.activated' WHERE entity_id = id('subscription dan')::text"},
};

}  // namespace billing::verify::test
