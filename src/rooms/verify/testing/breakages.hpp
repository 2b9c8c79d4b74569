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
    // Tax and the seller.
    {"sellers_are_known", "no_such_version", "UPDATE invoices SET seller_version = 99 WHERE id = id('invoice 9')"},
    {"coupons_are_counted", "one_too_many", R"(INSERT INTO coupons (id, code, percent, redemptions, created_at, updated_at)
      VALUES (id('coupon'), 'TEN', 10, 1, '2025-01-01', '2025-01-01'))"},
    {"notes_are_added_up", "too_much", "UPDATE invoices SET noted_exclusive_cents = noted_exclusive_cents + 1 WHERE id = id('invoice 9')"},
    {"documents_are_taxed", "a_rate_that_took_nothing",
     R"(UPDATE invoices SET taxes = '[{"code":"vat","name":"VAT","percent":"19","inclusive":false,"net_cents":1,"tax_cents":0}]' WHERE id = id('invoice 9'))"},
    {"lines_sum_to_invoice", "a_tax_that_no_line_has", "UPDATE invoices SET tax_cents = 1 WHERE id = id('invoice 9')"},
    // Invoices.
    {"lines_belong_to_invoice", "another_user", "UPDATE invoice_lines SET user_id = id('eve') WHERE id = id('line 5.1')"},
    {"lines_belong_to_invoice", "another_currency", "UPDATE invoices SET currency = 'EUR' WHERE id = id('invoice 9')"},
    {"lines_belong_to_invoice", "no_such_period", "UPDATE invoice_lines SET period_start = '2025-03-02' WHERE id = id('line 9.0')"},
    {"lines_belong_to_invoice", "another_plan", "UPDATE invoice_lines SET plan_code = 'rides' WHERE id = id('line 9.0')"},
    {"lines_belong_to_invoice", "no_such_version", "UPDATE invoice_lines SET version = 3 WHERE id = id('line 9.0')"},
    {"lines_belong_to_invoice", "a_period_to_come", R"(UPDATE invoices SET period_start = '2025-01-31', period_end = '2025-02-28'
      WHERE id = id('invoice 8'))"},
    {"lines_belong_to_invoice", "a_subscription_of_another",
     R"(UPDATE subscriptions SET user_id = id('eve') WHERE id = id('subscription dan');
      UPDATE subscription_periods SET user_id = id('eve') WHERE subscription_id = id('subscription dan'))"},
    {"lines_count_from_zero", "a_gap", "UPDATE invoice_lines SET sequence = 2 WHERE id = id('line 4.0')"},
    {"lines_count_from_zero", "one_twice", R"(ALTER TABLE invoice_lines DROP CONSTRAINT invoice_lines_billed_once;
      UPDATE invoice_lines SET sequence = 1 WHERE id = id('line 8.0'))"},
    {"due_is_what_is_left", "a_note_too_much", "UPDATE invoices SET credited_cents = 1100, paid_cents = 7400 WHERE id = id('invoice 12')"},
    {"due_is_what_is_left", "more_of_the_balance",
     "UPDATE invoices SET from_balance_cents = 600, paid_cents = 7400 WHERE id = id('invoice 12')"},
    {"due_is_what_is_left", "paid_with_something_due", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_paid_when_nothing_is_due;
      UPDATE invoices SET paid_cents = paid_cents - 1 WHERE id = id('invoice 5'))"},
    {"due_is_what_is_left", "below_zero", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_paid_when_nothing_is_due;
      ALTER TABLE invoices DROP CONSTRAINT invoices_due_never_negative;
      UPDATE invoices SET paid_cents = 5000 WHERE id = id('invoice 9'))"},
    {"due_is_what_is_left", "a_void_one_that_was_paid", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_void_took_nothing;
      UPDATE invoices SET paid_cents = 1 WHERE id = id('invoice 7'))"},
    {"one_open_invoice_per_period", "two_are_open", R"(DROP INDEX invoices_one_open_per_period;
      INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at, usage,
        created_at, updated_at)
      SELECT md5('copy')::uuid, kind, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at, usage,
        created_at, updated_at FROM invoices WHERE id = id('invoice 9'))"},
    {"numbers_are_gapless", "a_gap", "UPDATE document_numbers SET number = '2025-000014' WHERE document_id = id('invoice 12')"},
    {"numbers_are_gapless", "one_is_lost", "DELETE FROM invoices WHERE id = id('invoice 10')"},
    {"numbers_are_gapless", "one_twice", R"(ALTER TABLE document_numbers DROP CONSTRAINT document_numbers_number_key;
      UPDATE document_numbers SET number = '2025-000009' WHERE document_id = id('invoice 8'))"},
    {"numbers_are_gapless", "not_a_number", "UPDATE document_numbers SET number = 'draft' WHERE document_id = id('invoice 10')"},
    {"numbers_are_gapless", "of_the_other_series", "UPDATE document_numbers SET number = '2025-000099' WHERE document_id = id('note 2')"},
    {"numbers_are_gapless", "a_note_is_lost", "DELETE FROM credit_notes WHERE id = id('note 2')"},
    {"numbers_are_gapless", "none", "DELETE FROM document_numbers WHERE document_id = id('invoice 10')"},
    {"numbers_are_gapless", "another_year", "UPDATE document_numbers SET number = '2024-000010' WHERE document_id = id('invoice 10')"},
    {"numbers_are_gapless", "a_counter_ahead", "UPDATE document_counters SET last = 14 WHERE series = 'invoice'"},
    {"numbers_are_gapless", "no_counter", "DELETE FROM document_counters WHERE series = 'credit_note'"},

    // Items of their own.
    {"items_are_billed_once", "a_line_is_lost", "DELETE FROM invoice_lines WHERE id = id('line 13.0')"},
    {"items_are_billed_once", "the_item_is_lost", "DELETE FROM items WHERE id = id('item 1')"},
    {"items_are_billed_once", "not_noted", "UPDATE items SET invoice_id = NULL WHERE id = id('item 1')"},
    {"items_are_billed_once", "noted_without_a_line", "UPDATE items SET invoice_id = id('invoice 5') WHERE id = id('item 2')"},
    {"items_are_billed_once", "another_amount", "UPDATE items SET amount_cents = 7500 WHERE id = id('item 1')"},
    {"items_are_billed_once", "another_price", "UPDATE items SET unit_price = 25 WHERE id = id('item 1')"},
    {"items_are_billed_once", "another_user", "UPDATE items SET user_id = id('eve') WHERE id = id('item 1')"},
    {"items_are_billed_once", "twice",
     R"(INSERT INTO invoice_lines (id, invoice_id, user_id, position, kind, item, sequence, quantity, amount_cents,
      description, explanation) SELECT md5('copy')::uuid, id('invoice 5'), user_id, 9, kind, item, 1, quantity, amount_cents, description, explanation
      FROM invoice_lines WHERE id = id('line 13.0'))"},
    {"items_are_billed_once", "given_back_and_still_named",
     "UPDATE invoices SET status = 'void', paid_at = NULL, voided_at = now(), paid_cents = 0 WHERE id = id('invoice 13')"},
    {"item_lines_recompute", "another_amount", "UPDATE invoice_lines SET amount_cents = 7500 WHERE id = id('line 13.0')"},
    {"item_lines_recompute", "another_quantity", "UPDATE invoice_lines SET quantity = 4 WHERE id = id('line 13.0')"},
    {"item_lines_recompute", "another_rounding",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{rounding}', '"0"')::json
      WHERE id = id('line 13.0'))"},
    {"item_lines_recompute", "no_explanation", "UPDATE invoice_lines SET explanation = 'null' WHERE id = id('line 13.0')"},

    // What is owed, by core.
    {"billed_equals_owed", "usage_lost", "DELETE FROM usage_events WHERE id = id('event 2')"},
    {"billed_equals_owed", "usage_unbilled", "UPDATE usage_events SET quantity = quantity + 1000 WHERE id = id('event 2')"},
    {"billed_equals_owed", "graduated", "UPDATE usage_events SET quantity = quantity + 2 WHERE metric = 'calls' AND quantity = 1001"},
    {"billed_equals_owed", "volume", "UPDATE usage_events SET quantity = quantity + 1 WHERE metric = 'storage' AND quantity = 15"},
    {"billed_equals_owed", "package", "UPDATE usage_events SET quantity = 3001 WHERE metric = 'mails' AND quantity = 2001"},
    {"billed_equals_owed", "rounding", "UPDATE invoice_lines SET amount_cents = 100 WHERE id = id('line 6.1')"},
    {"billed_equals_owed", "a_metric_unbilled", R"(INSERT INTO usage_events
      VALUES (md5('new')::uuid, id('dan'), 'api_calls', 100500, '2025-04-09 23:00Z', NULL, NULL, '2025-04-09 23:00Z', 3))"},
    {"billed_equals_owed", "the_base_fee_unbilled", "DELETE FROM invoice_lines WHERE id = id('line 10.0')"},
    {"billed_equals_owed", "a_correction_lost", "DELETE FROM usage_corrections"},
    {"billed_equals_owed", "a_note_lost", "UPDATE invoice_lines SET corrected_cents = 0, credited_cents = 0 WHERE id = id('line 3.0')"},
    {"billed_equals_owed", "another_pause", "UPDATE subscription_pauses SET ends = '2025-04-28' WHERE starts = '2025-04-26'"},
    {"billed_equals_owed", "no_pause", "DELETE FROM subscription_pauses"},
    {"billed_equals_owed", "another_quantity",
     "UPDATE subscription_terms SET quantity = 3 WHERE subscription_id = id('subscription gus') AND starts = '2025-04-11'"},
    {"billed_equals_owed", "another_version",
     "UPDATE subscription_terms SET version = 1 WHERE subscription_id = id('subscription gus') AND starts = '2025-04-11'"},
    {"billed_equals_owed", "no_override", "UPDATE subscription_terms SET overrides = NULL WHERE starts = '2025-04-21'"},
    {"billed_equals_owed", "the_minimum", "UPDATE plan_versions SET minimum_cents = 0 WHERE plan_code = 'plus' AND version = 1"},
    {"billed_equals_owed", "a_void_line_counts",
     "UPDATE invoices SET status = 'open', voided_at = NULL, collection = 'uncollected', given_up = true WHERE id = id('invoice 7')"},
    {"billed_equals_owed", "a_trial", "UPDATE subscription_periods SET trial = true WHERE period_end = '2025-02-15'"},
    {"nothing_owed_is_forgotten", "late_usage", R"(UPDATE subscription_periods SET settled = false WHERE period_end = '2025-02-25';
      INSERT INTO usage_events
      VALUES (md5('new')::uuid, id('bob'), 'mails', 1000, '2025-02-23 12:00Z', NULL, NULL, '2025-02-26 12:00Z', 3))"},
    {"statuses_follow_the_facts", "active_in_its_trial", "UPDATE subscriptions SET status = 'active' WHERE id = id('subscription eve')"},
    {"statuses_follow_the_facts", "paused_without_a_pause", "UPDATE subscriptions SET status = 'paused' WHERE id = id('subscription gus')"},
    {"statuses_follow_the_facts", "past_due_by_its_status_only",
     "UPDATE subscriptions SET past_due = false WHERE id = id('subscription cleo')"},

    // Explanations, by core.
    {"lines_recompute", "the_line_is_off", "UPDATE invoice_lines SET amount_cents = 100 WHERE id = id('line 6.1')"},
    {"lines_recompute", "a_base_line_is_off", "UPDATE invoice_lines SET amount_cents = 4901 WHERE id = id('line 9.0')"},
    {"lines_recompute", "a_step_is_off", R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"0.9455"', '"0.9454"')::json
      WHERE id = id('line 2.0'))"},
    {"lines_recompute", "a_step_is_missing",
     R"(UPDATE invoice_lines SET explanation = (explanation::jsonb #- '{segments,0,after,steps,0}')::json
      WHERE id = id('line 2.0'))"},
    {"lines_recompute", "rounded_down", R"(UPDATE invoice_lines SET amount_cents = 100,
      explanation = replace(replace(explanation::text, '"rounding": "0.5"', '"rounding": "-0.5"'), '"owed": "101"', '"owed": "100"')::json
      WHERE id = id('line 6.1'))"},
    {"lines_recompute", "not_numbers",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"rated": "20"', '"rated": "x"')::json WHERE id = id('line 5.1'))"},
    {"lines_recompute", "no_explanation", "UPDATE invoice_lines SET explanation = 'null' WHERE id = id('line 5.1')"},
    {"lines_recompute", "segments_that_are_none",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments}', '[1]')::json WHERE id = id('line 5.1'))"},
    {"lines_recompute", "segments_that_are_no_list",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments}', '{}')::json WHERE id = id('line 5.1'))"},
    {"lines_recompute", "billable_is_off",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments,0,after,billable}', '1')::json WHERE id = id('line 8.2'))"},
    {"lines_recompute", "a_day_between_segments",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments,1,from}', '"2025-04-12"')::json WHERE id = id('line 11.1'))"},
    {"lines_recompute", "counted_from_zero_again",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments,1,count_before}', '0')::json WHERE id = id('line 11.1'))"},
    {"lines_recompute", "a_paused_day_is_charged",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments,2,paused_days}', '2')::json WHERE id = id('line 11.0'))"},
    {"lines_recompute", "too_few_days",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"days": 31', '"days": 30')::json WHERE id = id('line 9.0'))"},
    {"lines_recompute", "of_no_days",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"of_days": 31', '"of_days": 0')::json WHERE id = id('line 9.0'))"},
    {"lines_recompute", "a_minimum_that_counts_less",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"counted": "91"', '"counted": "90"')::json WHERE id = id('line 11.2'))"},
    {"lines_recompute", "a_minimum_that_requires_more",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"required": "101.33"', '"required": "102"')::json
      WHERE id = id('line 11.2'))"},
    {"lines_recompute", "more_units_than_there_are", "UPDATE invoice_lines SET quantity = 1501 WHERE id = id('line 11.1')"},
    {"lines_recompute", "a_note_is_off",
     R"(UPDATE credit_note_lines SET explanation = replace(explanation::text, '"owed": "3.571"', '"owed": "3.57"')::json WHERE id = id('credited 1'))"},
    {"explanations_use_the_plans_prices", "another_fee",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"fee": "49"', '"fee": "48"')::json WHERE id = id('line 9.0'))"},
    {"explanations_use_the_plans_prices", "another_price",
     R"(UPDATE invoice_lines SET explanation = replace(explanation::text, '"0.001"', '"0.002"')::json WHERE id = id('line 8.0'))"},
    {"explanations_use_the_plans_prices", "another_tier", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, '"up_to": 50', '"up_to": 60')::json WHERE id = id('line 1.1'))"},
    {"explanations_use_the_plans_prices", "a_package_too_few", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, '"quantity": 3', '"quantity": 2')::json WHERE id = id('line 2.1'))"},
    {"explanations_use_the_plans_prices", "more_included", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, '"included": 100000', '"included": 200000')::json WHERE id = id('line 8.2'))"},
    {"explanations_use_the_plans_prices", "another_model", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, 'per_unit', 'volume')::json WHERE id = id('line 8.2'))"},
    {"explanations_use_the_plans_prices", "another_version",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments,0,version}', '2')::json WHERE id = id('line 11.1'))"},
    {"explanations_use_the_plans_prices", "another_minimum",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments,0,minimum}', '"101"')::json WHERE id = id('line 11.2'))"},
    {"explanations_use_the_plans_prices", "own_prices_that_are_none",
     R"(UPDATE invoice_lines SET explanation = jsonb_set(explanation::jsonb, '{segments,2,overridden}', 'false')::json WHERE id = id('line 11.0'))"},
    {"earlier_billed_was_billed", "it_was_not", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, '"earlier_billed": "9"', '"earlier_billed": "8"')::json WHERE id = id('line 2.2'))"},
    {"earlier_billed_was_billed", "it_was_more", R"(UPDATE invoice_lines SET explanation =
      replace(explanation::text, '"earlier_billed": "10"', '"earlier_billed": "10.001"')::json WHERE id = id('line 4.0'))"},

    // Usage.
    {"usage_days_are_their_events", "a_sum_is_off", "UPDATE usage_days SET quantity = quantity + 1 WHERE user_id = id('cleo')"},
    {"usage_days_are_their_events", "a_sum_is_lost", "DELETE FROM usage_days WHERE user_id = id('cleo')"},
    {"usage_days_are_their_events", "folded_twice", "UPDATE usage_days SET quantity = 2 * quantity"},
    {"usage_days_are_their_events", "one_was_missed", "UPDATE usage_mark SET xid = 9223372036854775807"},
    {"usage_days_are_their_events", "a_correction_is_lost", "DELETE FROM usage_corrections"},
    {"no_day_is_below_zero", "corrected_too_far", "UPDATE usage_corrections SET delta = -501"},
    {"corrected_events_count_what_was_said", "another_delta", "UPDATE usage_corrections SET delta = -100"},
    {"corrected_events_count_what_was_said", "no_such_event", "UPDATE usage_corrections SET event_id = 'e9'"},

    // Terms, pauses, periods.
    {"terms_tile", "a_gap", "UPDATE subscription_terms SET ends = '2025-04-10' WHERE ends = '2025-04-11'"},
    {"terms_tile", "one_is_lost", "DELETE FROM subscription_terms WHERE starts = '2025-04-11'"},
    {"terms_tile", "none", "DELETE FROM subscription_terms WHERE subscription_id = id('subscription eve')"},
    {"terms_tile", "an_end", "UPDATE subscription_terms SET ends = '2025-12-01' WHERE subscription_id = id('subscription eve')"},
    {"terms_tile", "not_from_its_start", "UPDATE subscriptions SET started_on = '2025-03-31' WHERE id = id('subscription eve')"},
    {"pauses_are_apart", "one_within_another", R"(ALTER TABLE subscription_pauses DROP CONSTRAINT subscription_pauses_one_next;
      INSERT INTO subscription_pauses VALUES (id('subscription gus'), '2025-04-27', '2025-04-28', NULL))"},
    {"one_live_subscription_per_plan", "two", R"(ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_one_live_per_plan;
      UPDATE subscriptions SET user_id = id('ann') WHERE id = id('subscription dan'))"},

    // Payments.
    {"paid_is_what_payments_brought", "nothing_was_brought", "UPDATE payments SET status = 'failed' WHERE id = id('payment 5-1')"},
    {"paid_is_what_payments_brought", "an_open_one_was_charged", "UPDATE payments SET status = 'succeeded' WHERE id = id('payment 10-1')"},
    {"paid_is_what_payments_brought", "a_void_one_was_charged",
     "UPDATE payments SET decline = NULL, status = 'succeeded' WHERE id = id('payment 7-1')"},
    {"overpaid_became_balance", "lost", "DELETE FROM grants WHERE id = id('grant 4')"},
    {"overpaid_became_balance", "never_given", "UPDATE payments SET overpaid_cents = 1 WHERE id = id('payment 5-1')"},
    {"overpaid_became_balance", "of_another_currency", "UPDATE grants SET currency = 'EUR' WHERE id = id('grant 4')"},
    {"charged_once", "twice",
     R"(DROP INDEX payments_one_succeeded; UPDATE payments SET decline = NULL, status = 'succeeded' WHERE id = id('payment 8-1'))"},
    {"payments_are_of_the_invoices_amount", "more_than_it", "UPDATE payments SET amount_cents = 6901 WHERE id = id('payment 5-1')"},
    {"pending_payments_are_not_of_void_invoices", "of_a_void_one",
     "UPDATE payments SET decline = NULL, status = 'pending' WHERE id = id('payment 7-1')"},
    {"past_due_has_an_uncollected_invoice", "without_one", "UPDATE subscriptions SET past_due = true WHERE id = id('subscription dan')"},
    {"uncollected_makes_past_due", "overdue_and_active", "UPDATE invoices SET due_on = '2025-04-30' WHERE id = id('invoice 10')"},
    {"uncollected_makes_past_due", "active", "UPDATE subscriptions SET past_due = false WHERE id = id('subscription cleo')"},

    // Refunds.
    {"refunded_at_most_paid", "one_too_many", "UPDATE payments SET refunded_cents = 701 WHERE id = id('payment 8-2')"},
    {"refunded_at_most_paid", "more_than_it_brought", R"(ALTER TABLE payments DROP CONSTRAINT payments_refunded_at_most_paid;
      UPDATE refunds SET amount_cents = 9951 WHERE id = id('refund 3'); UPDATE payments SET refunded_cents = 9951 WHERE id = id('payment 8-2'))"},
    {"refunded_at_most_paid", "more_than_was_paid_of_the_invoice",
     "UPDATE invoices SET paid_cents = 699, from_balance_cents = 9251 WHERE id = id('invoice 8')"},
    {"refunded_at_most_paid", "of_one_that_failed", R"(ALTER TABLE payments DROP CONSTRAINT payments_refunded_at_most_paid;
      UPDATE payments SET status = 'failed' WHERE id = id('payment 8-2'))"},
    {"notes_sum_to_their_lines", "refunded_beyond_it", R"(ALTER TABLE credit_notes DROP CONSTRAINT credit_notes_go_somewhere;
      UPDATE credit_notes SET refund_cents = 701 WHERE id = id('note 3'))"},
    {"refunds_are_their_notes", "another_amount", "UPDATE refunds SET amount_cents = 699 WHERE id = id('refund 3')"},
    {"refunds_are_their_notes", "none", "DELETE FROM refunds WHERE id = id('refund 3')"},
    {"refunds_are_their_notes", "of_another_invoice", "UPDATE refunds SET payment_id = id('payment 5-1') WHERE id = id('refund 3')"},
    {"failed_refunds_became_balance", "lost", "DELETE FROM grants WHERE id = id('grant 5')"},
    {"failed_refunds_became_balance", "of_another_amount", "UPDATE grants SET amount_cents = 499 WHERE id = id('grant 5')"},
    {"failed_refunds_became_balance", "of_one_that_succeeded", "UPDATE refunds SET status = 'succeeded' WHERE id = id('refund 4')"},
    {"pending_refunds_are_due", "never", R"(ALTER TABLE refunds DROP CONSTRAINT refunds_pending_are_due;
      UPDATE refunds SET status = 'pending' WHERE id = id('refund 3'))"},
    {"pending_refunds_are_due", "ended_untold", "UPDATE refunds SET calls = 0 WHERE id = id('refund 3')"},
    {"refunds_are_audited", "never_started",
     "DELETE FROM audit_events WHERE action = 'payment.refund_started' AND entity_id = id('refund 3')::text"},
    {"refunds_are_audited", "never_ended", "DELETE FROM audit_events WHERE action = 'payment.refunded'"},

    // Sums, periods, attempts and the audit.
    {"lines_sum_to_invoice", "a_line_is_a_cent_too_much",
     "UPDATE invoice_lines SET amount_cents = amount_cents + 1 WHERE id = id('line 5.1')"},
    {"lines_sum_to_invoice", "the_lines_are_gone", "DELETE FROM invoice_lines WHERE invoice_id = id('invoice 4')"},
    {"lines_sum_to_invoice", "an_invoice_is_negative", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_never_negative;
      ALTER TABLE invoices DROP CONSTRAINT invoices_due_never_negative;
      ALTER TABLE invoices DROP CONSTRAINT invoices_paid_when_nothing_is_due;
      UPDATE invoices SET amount_cents = -5 WHERE id = id('invoice 4');
      UPDATE invoice_lines SET amount_cents = -2505 WHERE id = id('line 4.0'))"},
    {"void_gives_lines_back", "a_void_invoice_keeps_a_line", "UPDATE invoice_lines SET voided = false WHERE id = id('line 7.0')"},
    {"void_gives_lines_back", "a_paid_invoice_loses_one", "UPDATE invoice_lines SET voided = true WHERE id = id('line 8.1')"},
    {"invoice_usage_is_its_lines", "too_much", R"(UPDATE invoices SET usage = '{"api_calls":51501}' WHERE id = id('invoice 8'))"},
    {"invoice_usage_is_its_lines", "a_metric_too_many",
     R"(UPDATE invoices SET usage = '{"api_calls":51500,"x":1}' WHERE id = id('invoice 8'))"},
    {"invoice_usage_is_its_lines", "none", "UPDATE invoices SET usage = '[]' WHERE id = id('invoice 8')"},
    {"zero_invoices_are_paid_at_once", "later", "UPDATE invoices SET paid_at = '2025-03-01' WHERE id = id('invoice 4')"},
    {"zero_invoices_are_paid_at_once", "open", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_paid_when_nothing_is_due;
      UPDATE invoices SET status = 'open', collection = 'uncollected', given_up = true, paid_at = NULL WHERE id = id('invoice 4'))"},
    {"zero_invoices_are_paid_at_once", "with_a_payment", "UPDATE payments SET invoice_id = id('invoice 4') WHERE id = id('payment 3-1')"},
    {"events_count_once", "counted_twice", R"(DROP INDEX usage_events_event_id;
      UPDATE usage_events SET event_id = 'e1' WHERE id = id('event 2'))"},
    {"periods_tile", "a_gap", "UPDATE subscription_periods SET period_end = '2025-03-30' WHERE period_end = '2025-03-31'"},
    {"periods_tile", "one_is_lost", "DELETE FROM subscription_periods WHERE period_end = '2025-03-31'"},
    {"periods_tile", "two_first", R"(DROP INDEX subscription_periods_one_first;
      UPDATE subscription_periods SET previous_end = NULL WHERE period_end = '2025-03-31')"},
    {"periods_tile", "another_user", "UPDATE subscription_periods SET user_id = id('eve') WHERE period_end = '2025-03-31'"},
    {"current_period_is_the_last", "another_end",
     "UPDATE subscriptions SET current_period_end = '2025-05-01' WHERE id = id('subscription ann')"},
    {"current_period_is_the_last", "none", "DELETE FROM subscription_periods WHERE subscription_id = id('subscription eve')"},
    {"settled_periods_have_ended", "settled_too_early",
     R"(UPDATE subscription_periods SET period_end = '2999-01-01', full_days = 999999, settled = true
      WHERE subscription_id = id('subscription eve'))"},
    {"live_subscriptions_are_due", "never", R"(ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_live_are_due;
      UPDATE subscriptions SET due_at = NULL WHERE id = id('subscription dan'))"},
    {"live_subscriptions_are_due", "too_late", "UPDATE subscriptions SET due_at = '2025-05-11 00:00Z' WHERE id = id('subscription dan')"},
    {"payments_are_of_the_invoices_amount", "another_currency", "UPDATE payments SET currency = 'EUR' WHERE id = id('payment 5-1')"},
    {"payments_are_of_the_invoices_amount", "another_user", "UPDATE payments SET user_id = id('eve') WHERE id = id('payment 5-1')"},
    {"one_attempt_at_a_time", "two_pending",
     R"(DROP INDEX payments_one_pending; UPDATE payments SET decline = NULL, status = 'pending' WHERE invoice_id = id('invoice 6'))"},
    {"one_attempt_at_a_time", "one_key_twice", R"(ALTER TABLE payments DROP CONSTRAINT payments_attempt_key;
      UPDATE payments SET attempt_key = 'k' WHERE invoice_id = id('invoice 6'))"},
    {"status_and_collection_agree", "paid_never", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_paid_at;
      UPDATE invoices SET paid_at = NULL WHERE id = id('invoice 5'))"},
    {"status_and_collection_agree", "void_never", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_voided_at;
      UPDATE invoices SET voided_at = NULL WHERE id = id('invoice 7'))"},
    {"status_and_collection_agree", "open_and_done", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_done_unless_open;
      UPDATE invoices SET collection = 'done', next_attempt_at = NULL WHERE id = id('invoice 9'))"},
    {"status_and_collection_agree", "never_attempted", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_charged_by_itself_or_due_on;
      UPDATE invoices SET next_attempt_at = NULL WHERE id = id('invoice 9'))"},
    {"status_and_collection_agree", "to_be_found_overdue_though_paid", R"(ALTER TABLE invoices DROP CONSTRAINT invoices_overdue_at;
      UPDATE invoices SET overdue_at = '2025-04-01 00:00Z' WHERE id = id('invoice 5'))"},
    {"collection_follows_the_attempts", "a_decline_uncounted", "UPDATE invoices SET declined_count = 1 WHERE id = id('invoice 6')"},
    {"collection_follows_the_attempts", "unreachable_and_given_up",
     "UPDATE payments SET status = 'failed', kind = 'manual' WHERE id = id('payment 10-1')"},
    {"collection_follows_the_attempts", "declined_and_pending",
     "UPDATE invoices SET collection = 'pending', next_attempt_at = '2025-03-18' WHERE id = id('invoice 6')"},
    {"collection_follows_the_attempts", "uncollected_untried",
     R"(UPDATE invoices SET collection = 'uncollected', given_up = true, next_attempt_at = NULL
      WHERE id = id('invoice 9'))"},
    {"invoices_are_audited", "never_made",
     "DELETE FROM audit_events WHERE action = 'invoice.created' AND entity_id = id('invoice 5')::text"},
    {"invoices_are_audited", "never_paid", "DELETE FROM audit_events WHERE action = 'invoice.paid' AND entity_id = id('invoice 5')::text"},
    {"invoices_are_audited", "never_overdue", "UPDATE invoices SET due_on = '2025-04-30' WHERE id = id('invoice 9')"},
    {"invoices_are_audited", "never_void", "DELETE FROM audit_events WHERE action = 'invoice.void'"},
    {"invoices_are_audited", "never_uncollected", "DELETE FROM audit_events WHERE action = 'invoice.uncollected'"},
    {"subscriptions_are_audited", "never_made", "DELETE FROM audit_events WHERE action = 'subscription.created' AND to_state = 'trialing'"},
    {"subscriptions_are_audited", "never_canceled", "DELETE FROM audit_events WHERE action = 'subscription.canceled'"},
    {"payments_are_audited", "never_started",
     "DELETE FROM audit_events WHERE action = 'payment.started' AND entity_id = id('payment 6-manual-1')::text"},
    {"payments_are_audited", "never_ended",
     "DELETE FROM audit_events WHERE action = 'payment.failed' AND entity_id = id('payment 8-1')::text"},
    {"current_period_is_the_last", "another_start",
     "UPDATE subscriptions SET current_period_start = '2025-04-01' WHERE id = id('subscription ann')"},
    {"subscriptions_are_audited", "never_made_but_active",
     "UPDATE audit_events SET action = 'subscription.activated' WHERE entity_id = id('subscription dan')::text"},
};

}  // namespace billing::verify::test
