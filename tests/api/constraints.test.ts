import { beforeAll, expect, test } from 'vitest'
import { advanceDays, generate, makeCustomer, makePlan, paid, use, useServer } from '../harness/make.ts'
import type { PlanMigration } from '../harness/types.ts'
import { until } from '../harness/until.ts'

/**
 * The schema holds the invariants, whatever the code does: each constraint by name, and a statement that must run into it. The statements
 * are tried on a database with one of everything. A constraint that is missing here fails the last test, one that was dropped its own.
 */
const on = useServer({ start: '2026-03-01T12:00:00Z' })

/** A row like one that is there, but for some columns; generated ones follow by themselves. */
const copyOf = (table: string, columns: Record<string, string>, where = 'true'): string => {
  const sets = Object.entries(columns)
    .map(([column, value]) => `row.${column} := ${value};`)
    .join(' ')
  const names = `SELECT string_agg(quote_ident(attname), ',') FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND attgenerated = ''`
  return `DO $$ DECLARE old ${table}; row ${table}; names text := (${names}); BEGIN
    SELECT * INTO STRICT old FROM ${table} WHERE ${where} LIMIT 1; row := old; ${sets}
    EXECUTE format('INSERT INTO ${table} (%s) SELECT %s FROM (SELECT ($1).*) AS r', names, names) USING row; END $$`
}
const id = 'gen_random_uuid()'
const line = { id, position: '100', sequence: '100' }
const noteLine = { id, position: '100' }
/** One more note on the invoice of the first one, of a line of another invoice. */
const noteElsewhere = `
  WITH note AS (
    INSERT INTO credit_notes (id, kind, invoice_id, user_id, currency, amount_cents, applied_cents, to_balance_cents, reason, created_at)
    SELECT ${id}, 'correction', invoice_id, user_id, currency, 1, 0, 1, 'x', created_at FROM credit_notes LIMIT 1
    RETURNING id, invoice_id
  )
  INSERT INTO credit_note_lines (id, credit_note_id, position, line_id, amount_cents)
  SELECT ${id}, n.id, 0, (SELECT id FROM invoice_lines WHERE invoice_id <> n.invoice_id AND amount_cents > 0 AND NOT voided LIMIT 1), 1 FROM note n`
const ofVersion = { version: '99' }
const credit = "source = 'credit'"

const violations: [constraint: string, statement: string][] = [
  ['users_email_key', copyOf('users', { id, email: 'upper(old.email)' })],
  ['users_email_check', copyOf('users', { id, email: "''" })],
  ['users_external_id', copyOf('users', { id, email: id, email_key: id }, 'external_id IS NOT NULL')],
  ['users_address_check', `UPDATE users SET address = '[]'`],
  ['users_metadata_check', `UPDATE users SET metadata = '[]'`],
  ['users_net_days_check', 'UPDATE users SET net_days = 366'],

  ['coupons_code', copyOf('coupons', { id, code: 'lower(old.code)' })],
  ['coupons_code_check', copyOf('coupons', { id, code: "'-'" })],
  ['coupons_percent_check', copyOf('coupons', { id, code: "'x'", percent: '0' })],
  ['coupons_amount_cents_check', copyOf('coupons', { id, code: "'x'", percent: 'NULL', amount_cents: '0', currency: "'USD'" })],
  ['coupons_currency_check', copyOf('coupons', { id, code: "'x'", percent: 'NULL', amount_cents: '1', currency: "'usd'" })],
  ['coupons_periods_check', copyOf('coupons', { id, code: "'x'", periods: '0' })],
  ['coupons_max_per_user_check', copyOf('coupons', { id, code: "'x'", max_per_user: '0' })],
  ['coupons_percent_or_amount', copyOf('coupons', { id, code: "'x'", percent: 'NULL' })],
  ['coupons_redeemed_at_most', 'UPDATE coupons SET redemptions = max_redemptions + 1'],
  ['coupons_never_change', 'UPDATE coupons SET percent = 99'],
  ['coupons_never_change', 'DELETE FROM coupons'],
  ['subscription_discounts_subscription_id_fkey', copyOf('subscription_discounts', { id, subscription_id: id })],
  ['subscription_discounts_coupon_id_fkey', copyOf('subscription_discounts', { id, coupon_id: id })],
  ['subscription_discounts_never_change', "UPDATE subscription_discounts SET from_day = '2030-01-01'"],
  ['subscription_discounts_never_change', 'DELETE FROM subscription_discounts'],
  ['tax_rates_code', copyOf('tax_rates', { id })],
  ['tax_rates_code_check', copyOf('tax_rates', { id, code: "'Not A Code'" })],
  ['tax_rates_name_check', copyOf('tax_rates', { id, code: "'x'", name: "''" })],
  ['tax_rates_percent_check', copyOf('tax_rates', { id, code: "'x'", percent: '101' })],
  ['tax_rates_country_check', copyOf('tax_rates', { id, code: "'x'", country: "'de'" })],
  ['tax_rates_never_change', 'UPDATE tax_rates SET percent = 1'],
  ['tax_rates_never_change', 'DELETE FROM tax_rates'],
  ['sellers_address_check', `INSERT INTO sellers (version, address, shown, created_at) VALUES (99, '[]', '{}', now())`],
  ['sellers_shown_check', `INSERT INTO sellers (version, shown, created_at) VALUES (99, '[]', now())`],
  ['sellers_logo_check', `INSERT INTO sellers (version, logo, shown, created_at) VALUES (99, decode(repeat('00', 100001), 'hex'), '{}', now())`],
  ['sellers_never_change', "UPDATE sellers SET name = 'x'"],

  ['items_user_id_fkey', copyOf('items', { id, user_id: id })],
  ['items_subscription_id_fkey', copyOf('items', { id, subscription_id: id })],
  ['items_invoice_id_fkey', copyOf('items', { id, invoice_id: id })],
  ['items_description_check', copyOf('items', { id, description: "''" })],
  ['items_currency_check', copyOf('items', { id, currency: "'usd'" })],
  ['items_amount_cents_check', copyOf('items', { id, amount_cents: '0' })],
  ['items_quantity_check', copyOf('items', { id, quantity: '0', unit_price: '1' })],
  ['items_unit_price_check', copyOf('items', { id, unit_price: '0' })],
  ['items_quantity_of_price', copyOf('items', { id, quantity: '2', unit_price: 'NULL' })],
  ['items_never_change', 'UPDATE items SET amount_cents = amount_cents + 1'],
  ['items_never_change', 'UPDATE items SET invoice_id = (SELECT id FROM invoices ORDER BY id DESC LIMIT 1) WHERE invoice_id IS NOT NULL'],
  ['items_billed_stay', 'DELETE FROM items WHERE invoice_id IS NOT NULL'],

  ['plans_code_check', copyOf('plans', { code: "'Not A Code'" })],
  ['plans_currency_check', copyOf('plans', { code: "'x'", currency: "'usd'" })],
  ['plans_version', 'UPDATE plans SET version = 99'],
  ['plans_never_change', "UPDATE plans SET currency = 'EUR'"],
  ['plan_versions_version_check', copyOf('plan_versions', { version: '0' })],
  ['plan_versions_plan_code_fkey', copyOf('plan_versions', { plan_code: "'nowhere'" })],
  ['plan_versions_amount_cents_check', copyOf('plan_versions', { ...ofVersion, amount_cents: '-1' })],
  ['plan_versions_interval_check', copyOf('plan_versions', { ...ofVersion, interval: "'hour'" })],
  ['plan_versions_interval_count_check', copyOf('plan_versions', { ...ofVersion, interval_count: '0' })],
  ['plan_versions_trial_days_check', copyOf('plan_versions', { ...ofVersion, trial_days: '-1' })],
  ['plan_versions_minimum_cents_check', copyOf('plan_versions', { ...ofVersion, minimum_cents: '-1' })],
  ['plan_versions_never_change', 'UPDATE plan_versions SET amount_cents = amount_cents + 1'],
  ['plan_versions_never_change', "UPDATE plan_versions SET interval = 'year'"],
  ['plan_versions_never_change', 'UPDATE plan_versions SET interval_count = 7'],
  ['plan_versions_never_change', 'UPDATE plan_versions SET trial_days = trial_days + 1'],
  ['plan_versions_never_change', 'DELETE FROM plan_versions'],
  ['plan_charges_metric_check', copyOf('plan_charges', { metric: "'Not A Metric'" })],
  ['plan_charges_version', copyOf('plan_charges', { plan_code: "'nowhere'" })],
  ['plan_charges_included_check', copyOf('plan_charges', { metric: "'x'", included: '-1' })],
  ['plan_charges_unit_price_check', copyOf('plan_charges', { metric: "'x'", unit_price: '-1' }, "model = 'per_unit'")],
  ['plan_charges_package_size_check', copyOf('plan_charges', { metric: "'x'", package_size: '0' }, "model = 'package'")],
  ['plan_charges_package_price_check', copyOf('plan_charges', { metric: "'x'", package_price: '-1' }, "model = 'package'")],
  ['plan_charges_fields_of_model', copyOf('plan_charges', { metric: "'x'", unit_price: 'NULL' }, "model = 'per_unit'")],
  ['plan_charges_never_change', 'UPDATE plan_charges SET included = included + 1'],
  ['plan_charges_never_change', 'DELETE FROM plan_charges'],
  ['plan_charge_tiers_up_to_check', copyOf('plan_charge_tiers', { position: '9', up_to: '0' })],
  ['plan_charge_tiers_charge', copyOf('plan_charge_tiers', { metric: "'nowhere'" })],
  ['plan_charge_tiers_unit_price_check', copyOf('plan_charge_tiers', { position: '9', unit_price: '-1' })],
  ['plan_charge_tiers_flat_price_check', copyOf('plan_charge_tiers', { position: '9', flat_price: '-1' })],
  ['plan_charge_tiers_never_change', 'DELETE FROM plan_charge_tiers'],
  ['plan_charge_tiers_never_change', 'UPDATE plan_charge_tiers SET flat_price = 1'],

  ['subscriptions_one_live_per_plan', copyOf('subscriptions', { id }, "status = 'active'")],
  ['subscriptions_user_id_fkey', copyOf('subscriptions', { id, user_id: id })],
  ['subscriptions_plan_code_fkey', copyOf('subscriptions', { id, plan_code: "'nowhere'" })],
  ['subscriptions_period_not_empty', 'UPDATE subscriptions SET current_period_end = current_period_start'],
  ['subscriptions_canceled_at', "UPDATE subscriptions SET status = 'canceled' WHERE status = 'active'"],
  ['subscriptions_status_change', "UPDATE subscriptions SET status = 'trialing' WHERE status = 'active'"],
  ['subscriptions_never_change', 'DELETE FROM subscriptions'],
  ['subscriptions_anchor_day_check', copyOf('subscriptions', { id, anchor_day: '32' })],
  ['subscriptions_base_until_of_canceled', "UPDATE subscriptions SET base_until = current_period_end WHERE status = 'active'"],
  ['subscriptions_ends_when_canceled', "UPDATE subscriptions SET ends_on = current_period_end WHERE status = 'active'"],
  ['subscriptions_credit_to_of_canceled', "UPDATE subscriptions SET credit_to = 'refund' WHERE status = 'active'"],
  ['subscriptions_metadata_check', "UPDATE subscriptions SET metadata = '[]'"],
  ['subscriptions_not_before_its_start', "UPDATE subscriptions SET current_period_start = started_on - 1 WHERE status = 'active'"],
  ['subscriptions_live_are_due', "UPDATE subscriptions SET due_at = NULL WHERE status = 'active'"],
  [
    'subscription_periods_not_empty',
    copyOf('subscription_periods', { period_start: 'old.period_end', period_end: 'old.period_end', previous_end: 'old.period_end' }),
  ],
  ['subscription_periods_first_of_fkey', copyOf('subscription_periods', { subscription_id: id }, 'previous_end IS NULL')],
  ['subscription_periods_cut_short', 'UPDATE subscription_periods SET full_days = 1'],
  ['subscription_periods_one_end', copyOf('subscription_periods', { period_start: 'old.period_start + 1', previous_end: 'old.period_start + 1' }, 'period_end - period_start > 1')],
  [
    'subscription_periods_start_where_previous_ends',
    copyOf('subscription_periods', { period_start: 'old.period_end + 1', period_end: 'old.period_end + 2', previous_end: 'old.period_end' }),
  ],
  [
    'subscription_periods_tile',
    copyOf('subscription_periods', { period_start: 'old.period_end + 90', period_end: 'old.period_end + 91', previous_end: 'old.period_end + 90' }),
  ],
  [
    'subscription_periods_one_first',
    copyOf('subscription_periods', { period_start: 'old.period_start - 9', period_end: 'old.period_start - 8' }, 'previous_end IS NULL'),
  ],

  ['subscription_terms_subscription_id_fkey', copyOf('subscription_terms', { subscription_id: id }, 'previous_end IS NULL')],
  ['subscription_terms_version', 'UPDATE subscription_terms SET version = 99'],
  ['subscription_terms_quantity_check', copyOf('subscription_terms', { quantity: '0' })],
  ['subscription_terms_overrides', copyOf('subscription_terms', { overrides: "'[]'" })],
  ['subscription_terms_not_empty', copyOf('subscription_terms', { ends: 'old.starts' })],
  ['subscription_terms_one_end', copyOf('subscription_terms', { starts: 'old.starts + 1', previous_end: 'old.starts + 1' }, 'ends IS NULL')],
  ['subscription_terms_one_start', copyOf('subscription_terms', { starts: 'old.starts - 9', ends: 'old.starts' }, 'previous_end IS NULL')],
  ['subscription_terms_start_where_previous_ends', copyOf('subscription_terms', { previous_end: 'old.starts + 1' })],
  ['subscription_terms_tile', copyOf('subscription_terms', { starts: 'old.starts + 90', ends: 'old.starts + 91', previous_end: 'old.starts + 90' })],
  ['subscription_pauses_subscription_id_fkey', copyOf('subscription_pauses', { subscription_id: id })],
  ['subscription_pauses_not_empty', copyOf('subscription_pauses', { ends: 'old.starts' })],
  ['subscription_pauses_one_end', copyOf('subscription_pauses', { starts: 'old.starts + 5', previous_end: 'old.starts + 1' })],
  ['subscription_pauses_one_next', copyOf('subscription_pauses', { starts: 'old.starts - 5', ends: 'old.starts - 3' })],
  ['subscription_pauses_start_after_previous', copyOf('subscription_pauses', { previous_end: 'old.starts + 1' })],
  ['subscription_pauses_apart', copyOf('subscription_pauses', { starts: 'old.starts + 90', ends: 'old.starts + 91', previous_end: 'old.starts + 80' })],

  ['plan_migrations_version', copyOf('plan_migrations', { id, to_version: '99' })],
  ['plan_migrations_running_are_due', copyOf('plan_migrations', { id, due_at: 'now()' }, "status = 'done'")],
  ['plan_migrations_never_change', 'UPDATE plan_migrations SET keep_overrides = NOT keep_overrides'],
  ['plan_migration_subscriptions_migration_id_fkey', copyOf('plan_migration_subscriptions', { migration_id: id })],
  ['plan_migration_subscriptions_subscription_id_fkey', copyOf('plan_migration_subscriptions', { subscription_id: id })],
  ['plan_migration_subscriptions_problem_of_failed', copyOf('plan_migration_subscriptions', { problem: "'x'" }, "outcome <> 'failed'")],
  ['plan_migration_subscriptions_changed_at', copyOf('plan_migration_subscriptions', { changed_at: 'NULL' }, "outcome <> 'waiting'")],
  ['plan_migration_subscriptions_once', "UPDATE plan_migration_subscriptions SET changed_at = now() WHERE outcome <> 'waiting'"],

  ['usage_events_user', copyOf('usage_events', { id, user_id: id, event_id: 'NULL' })],
  ['usage_events_quantity_check', copyOf('usage_events', { id, event_id: 'NULL', quantity: '-1' })],
  ['usage_events_event_id', copyOf('usage_events', { id }, 'event_id IS NOT NULL')],
  ['usage_events_never_change', 'UPDATE usage_events SET quantity = quantity + 1'],
  ['usage_events_never_change', 'DELETE FROM usage_events'],

  ['usage_corrections_user', copyOf('usage_corrections', { id, user_id: id })],
  ['usage_corrections_quantity_check', copyOf('usage_corrections', { id, quantity: '-1' })],
  ['usage_corrections_quantity_of_event', copyOf('usage_corrections', { id, quantity: 'NULL' })],
  ['usage_corrections_reason_check', copyOf('usage_corrections', { id, reason: "''" })],
  ['usage_corrections_never_change', 'UPDATE usage_corrections SET delta = delta + 1'],
  ['usage_corrections_never_change', 'DELETE FROM usage_corrections'],
  ['usage_days_once', "INSERT INTO usage_days SELECT '01900000-0000-7000-8000-000000000000', 'm', '2026-01-01', NULL, 1 FROM generate_series(1, 2)"],
  ['usage_mark_only_row_check', "INSERT INTO usage_mark VALUES (false, 0, 'x')"],

  ['document_counters_series', "INSERT INTO document_counters VALUES ('receipt', 2026, 1)"],
  ['document_numbers_number_key', copyOf('document_numbers', { document_id: id })],
  ['document_numbers_never_change', "UPDATE document_numbers SET number = 'x'"],
  ['document_numbers_never_change', 'DELETE FROM document_numbers'],

  ['invoices_user_id_fkey', copyOf('invoices', { id, user_id: id })],
  ['invoices_never_negative', copyOf('invoices', { id, amount_cents: '-1' }, "status = 'void'")],
  ['invoices_period_not_empty', copyOf('invoices', { id, period_end: 'old.period_start' }, "status = 'paid'")],
  ['invoices_paid_at', copyOf('invoices', { id, paid_at: 'NULL' }, "status = 'paid'")],
  ['invoices_voided_at', copyOf('invoices', { id, voided_at: 'old.created_at' }, "status = 'paid'")],
  ['invoices_done_unless_open', "UPDATE invoices SET collection = 'done', next_attempt_at = NULL WHERE status = 'open'"],
  ['invoices_uncollected_are_given_up', "UPDATE invoices SET collection = 'uncollected', next_attempt_at = NULL WHERE status = 'open' AND NOT given_up"],
  ['invoices_attempt_due', copyOf('invoices', { id, next_attempt_at: 'now()' }, "status = 'paid'")],
  ['invoices_overdue_at', copyOf('invoices', { id, overdue_at: 'now()' }, "status = 'paid'")],
  ['invoices_charged_by_itself_or_due_on', "UPDATE invoices SET next_attempt_at = NULL WHERE collection IN ('pending', 'retrying')"],
  ['invoices_credited_cents_check', copyOf('invoices', { id, credited_cents: '-1' }, "status = 'void'")],
  ['invoices_from_balance_cents_check', copyOf('invoices', { id, from_balance_cents: '-1' }, "status = 'void'")],
  ['invoices_paid_cents_check', copyOf('invoices', { id, paid_cents: '-1' }, "status = 'void'")],
  ['invoices_tax_cents_check', copyOf('invoices', { id, tax_cents: '-1' }, "status = 'void'")],
  ['invoices_taxes_check', copyOf('invoices', { id, taxes: `'{}'` }, "status = 'void'")],
  ['invoices_buyer_check', copyOf('invoices', { id, buyer: `'[]'` }, "status = 'void'")],
  ['invoices_never_change', 'UPDATE invoices SET noted_exclusive_cents = -1'],
  ['invoices_due_never_negative', copyOf('invoices', { id, credited_cents: 'old.amount_cents + 1' }, "status = 'open'")],
  ['invoices_paid_when_nothing_is_due', copyOf('invoices', { id, credited_cents: 'old.amount_cents' }, "status = 'open'")],
  ['invoices_void_took_nothing', copyOf('invoices', { id, credited_cents: '1' }, "status = 'void'")],
  ['invoices_one_open_per_period', copyOf('invoices', { id }, "status = 'open'")],
  ['invoices_never_change', 'UPDATE invoices SET amount_cents = amount_cents + 1'],
  ['invoices_never_change', "UPDATE invoices SET status = 'open', collection = 'uncollected', paid_at = NULL WHERE status = 'paid'"],
  ['invoices_never_change', 'DELETE FROM invoices'],
  ['invoices_never_change', 'UPDATE invoices SET period_start = period_start - 1'],
  ['invoices_never_change', "UPDATE invoices SET created_at = created_at - interval '1 day'"],

  ['invoice_lines_invoice_id_position_key', copyOf('invoice_lines', { id })],
  ['invoice_lines_of_an_invoice', copyOf('invoice_lines', { ...line, invoice_id: id, quantity: '0' }, "kind = 'usage'")],
  ['invoice_lines_of_a_subscription', copyOf('invoice_lines', { ...line, subscription_id: id })],
  ['invoice_lines_quantity_check', copyOf('invoice_lines', { ...line, quantity: '-1' })],
  ['invoice_lines_metric_of_usage', copyOf('invoice_lines', { ...line, metric: 'NULL' }, "kind = 'usage'")],
  ['invoice_lines_billed_once', copyOf('invoice_lines', { id, position: '100' })],
  ['invoice_lines_billed_once', copyOf('invoice_lines', { id, position: '100' }, "kind = 'item'")],
  ['invoice_lines_sequence_check', copyOf('invoice_lines', { ...line, sequence: '-1' })],
  ['invoice_lines_item_of_kind', copyOf('invoice_lines', { ...line, item: "'minimum'" }, "kind = 'base'")],
  ['invoice_lines_subscription_unless_item', copyOf('invoice_lines', { ...line, version: 'NULL' })],
  ['invoice_lines_credited_at_most_whole', copyOf('invoice_lines', { ...line, credited_cents: 'old.amount_cents + 1' }, "kind = 'base'")],
  ['invoice_lines_withheld_of_void', copyOf('invoice_lines', { ...line, withheld: 'true' }, "kind = 'base' AND NOT voided")],
  ['invoice_lines_sum_to_amount', copyOf('invoice_lines', { ...line, amount_cents: '1' }, "kind = 'usage'")],
  ['invoice_lines_never_change', 'UPDATE invoice_lines SET amount_cents = amount_cents + 1'],
  ['invoice_lines_never_change', 'UPDATE invoice_lines SET voided = true WHERE voided'],
  ['invoice_lines_never_change', 'DELETE FROM invoice_lines'],

  ['credit_notes_invoice_id_fkey', copyOf('credit_notes', { id, invoice_id: id })],
  ['credit_notes_user_id_fkey', copyOf('credit_notes', { id, user_id: id })],
  ['credit_notes_amount_cents_check', copyOf('credit_notes', { id, amount_cents: '0' })],
  ['credit_notes_tax_cents_check', copyOf('credit_notes', { id, tax_cents: '-1' })],
  ['credit_notes_taxes_check', copyOf('credit_notes', { id, taxes: `'{}'` })],
  ['credit_notes_buyer_check', copyOf('credit_notes', { id, buyer: `'[]'` })],
  ['credit_notes_applied_cents_check', copyOf('credit_notes', { id, applied_cents: '-1' })],
  ['credit_notes_to_balance_cents_check', copyOf('credit_notes', { id, to_balance_cents: '-1', applied_cents: 'old.amount_cents + 1' })],
  ['credit_notes_refund_cents_check', copyOf('credit_notes', { id, refund_cents: '-1', applied_cents: 'old.applied_cents + 1' })],
  ['credit_notes_go_somewhere', copyOf('credit_notes', { id, applied_cents: 'old.applied_cents + 1' })],
  ['credit_notes_never_change', "UPDATE credit_notes SET memo = 'x'"],
  ['credit_notes_never_change', 'DELETE FROM credit_notes'],
  ['credit_note_lines_credit_note_id_fkey', copyOf('credit_note_lines', { id, credit_note_id: id })],
  ['credit_note_lines_line_id_fkey', copyOf('credit_note_lines', { ...noteLine, line_id: id })],
  ['credit_note_lines_credit_note_id_position_key', copyOf('credit_note_lines', { id })],
  ['credit_note_lines_line_once', copyOf('credit_note_lines', noteLine)],
  ['credit_note_lines_amount_cents_check', copyOf('credit_note_lines', { ...noteLine, amount_cents: '0' })],
  ['credit_note_lines_sum_to_amount', copyOf('credit_note_lines', { ...noteLine, line_id: '(SELECT l.id FROM invoice_lines l WHERE l.id <> old.line_id LIMIT 1)' })],
  ['credit_note_lines_of_its_invoice', noteElsewhere],
  ['credit_note_lines_never_change', 'UPDATE credit_note_lines SET amount_cents = 1'],

  ['grants_user_id_fkey', copyOf('grants', { id, user_id: id }, credit)],
  ['grants_credit_note_id_fkey', copyOf('grants', { id, source: "'credit_note'", credit_note_id: id }, credit)],
  ['grants_amount_cents_check', copyOf('grants', { id, amount_cents: '0' }, credit)],
  ['grants_currency_check', copyOf('grants', { id, currency: "'usd'" }, credit)],
  ['grants_used_at_most_whole', copyOf('grants', { id, used_cents: 'old.amount_cents + 1' }, credit)],
  ['grants_ended_at', copyOf('grants', { id, ended_cents: '1' }, credit)],
  ['grants_expired_at', copyOf('grants', { id, expires_on: "'2020-01-02'", expired_at: "'2020-01-01'" }, credit)],
  ['grants_expired_at', copyOf('grants', { id, expired_at: 'now()' }, credit)],
  ['grants_note_of_source', copyOf('grants', { id, source: "'credit_note'" }, credit)],
  ['grants_payment_id_fkey', copyOf('grants', { id, source: "'overpayment'", payment_id: id }, credit)],
  ['grants_payment_of_source', copyOf('grants', { id, source: "'overpayment'" }, credit)],
  ['grants_once_a_payment', copyOf('grants', { id }, "source = 'overpayment'")],
  ['grants_once_a_note', copyOf('grants', { id }, "source = 'credit_note'")],
  ['grants_refund_of_source', copyOf('grants', { id, refund_id: '(SELECT refunds.id FROM refunds LIMIT 1)' }, credit)],
  ['grants_once_a_refund', copyOf('grants', { id }, "source = 'failed_refund'")],
  ['grants_refund_id_fkey', copyOf('grants', { id, refund_id: id }, "source = 'failed_refund'")],
  ['grants_never_change', 'UPDATE grants SET amount_cents = amount_cents + 1'],
  ['grants_never_change', `${copyOf('grants', { id, expires_on: "'2020-01-01'", expired_at: "'2020-01-01'" }, credit)}; UPDATE grants SET expired_at = NULL`],
  ['grants_never_change', 'DELETE FROM grants'],
  ['grant_uses_grant_id_fkey', copyOf('grant_uses', { id, grant_id: id })],
  ['grant_uses_invoice_id_fkey', copyOf('grant_uses', { id, invoice_id: id, amount_cents: '1' })],
  ['grant_uses_amount_cents_check', copyOf('grant_uses', { id, amount_cents: '0' })],
  ['grant_uses_never_change', 'UPDATE grant_uses SET amount_cents = amount_cents + 1'],
  ['grant_uses_never_change', 'DELETE FROM grant_uses'],

  ['payments_attempt_key', copyOf('payments', { id }, "status = 'failed'")],
  ['payments_invoice_id_fkey', copyOf('payments', { id, invoice_id: id, attempt_key: "'x'" }, "status = 'failed'")],
  ['payments_amount_cents_check', copyOf('payments', { id, attempt_key: "'x'", amount_cents: '0' }, "status = 'failed'")],
  ['payments_recorded', copyOf('payments', { id, attempt_key: "'x'", received_on: 'NULL' }, "kind = 'recorded'")],
  ['payments_overpaid_at_most_whole', "UPDATE payments SET overpaid_cents = 1 WHERE status = 'failed'"],
  ['payments_decline_of_failed', "UPDATE payments SET decline = 'hard' WHERE status = 'succeeded'"],
  ['payments_action_of_pending', "UPDATE payments SET next_action_url = 'https://example.com' WHERE status = 'failed'"],
  ['payments_claim_of_pending', "UPDATE payments SET claimed_until = now() WHERE status = 'failed'"],
  ['payments_claimed_by_with_claim', `UPDATE payments SET claimed_by = ${id} WHERE status = 'failed'`],
  ['payments_one_succeeded', copyOf('payments', { id, attempt_key: "'x'" }, "status = 'succeeded' AND kind = 'scheduled'")],
  ['payments_one_pending', copyOf('payments', { id, attempt_key: "'x'" }, "status = 'pending'")],
  ['payments_refunded_at_most_paid', "UPDATE payments SET refunded_cents = amount_cents + 1 WHERE status = 'succeeded'"],
  ['payments_refunded_at_most_paid', "UPDATE payments SET refunded_cents = 1 WHERE status = 'failed'"],
  ['payments_never_change', 'DELETE FROM payments'],

  ['payments_resolution_of_ended', "UPDATE payments SET resolution = 'x' WHERE status = 'pending'"],
  ['refunds_resolution_of_ended', copyOf('refunds', { id, refund_key: "'x'", payment_id: '(SELECT payments.id FROM payments WHERE status = \'succeeded\' AND payments.id <> old.payment_id LIMIT 1)', amount_cents: '1', status: "'pending'", next_attempt_at: 'now()', resolution: "'x'" }, "status = 'failed'")],
  ['payment_setups_user_id_fkey', copyOf('payment_setups', { id, user_id: id, reference: id })],
  ['payment_setups_reference', copyOf('payment_setups', { id })],
  ['payment_setups_open_are_looked_at', 'UPDATE payment_setups SET next_look_at = NULL'],
  ['payment_setups_method_of_done', "UPDATE payment_setups SET payment_method = 'x'"],
  ['subscriptions_cancel_unpaid_of_past_due', "UPDATE subscriptions SET cancel_unpaid_at = now() WHERE NOT past_due AND status <> 'canceled'"],
  ['provider_customers_user_id_fkey', copyOf('provider_customers', { user_id: id, reference: id })],
  ['provider_customers_reference', copyOf('provider_customers', { provider: 'old.provider', user_id: '(SELECT id FROM users WHERE id <> old.user_id LIMIT 1)' })],
  ['provider_customers_reference_check', copyOf('provider_customers', { provider: "'x'", reference: "''" })],
  ['provider_customers_never_change', "UPDATE provider_customers SET reference = 'x'"],
  ['provider_customers_never_change', 'DELETE FROM provider_customers'],
  ['refunds_refund_key', copyOf('refunds', { id })],
  ['refunds_credit_note_id_fkey', copyOf('refunds', { id, credit_note_id: id, refund_key: "'x'", amount_cents: '1' })],
  ['refunds_payment_id_fkey', copyOf('refunds', { id, payment_id: id, refund_key: "'x'" })],
  ['refunds_once_a_note_and_payment', copyOf('refunds', { id, refund_key: "'x'" }, "status = 'failed'")],
  ['refunds_amount_cents_check', copyOf('refunds', { id, refund_key: "'x'", amount_cents: '0' })],
  ['refunds_pending_are_due', copyOf('refunds', { id, refund_key: "'x'", status: "'succeeded'", next_attempt_at: 'now()' }, "status = 'failed'")],
  ['refunds_claim_of_pending', copyOf('refunds', { id, refund_key: "'x'", claimed_until: 'now()' }, "status = 'failed'")],
  ['refunds_claimed_by_with_claim', copyOf('refunds', { id, refund_key: "'x'", claimed_by: id }, "status = 'failed'")],
  ['disputes_reference', copyOf('disputes', { id })],
  ['disputes_payment_id_fkey', copyOf('disputes', { id, payment_id: id, reference: "'x'" })],
  ['disputes_amount_cents_check', copyOf('disputes', { id, reference: "'x'", amount_cents: '0' })],
  ['disputes_status_check', copyOf('disputes', { id, reference: "'x'", status: "'open'" })],
  ['disputes_over_stay_so', "UPDATE disputes SET status = 'needs_response'"],
  ['disputes_never_change', 'DELETE FROM disputes'],
  ['provider_events_reference', copyOf('provider_events', { id })],
  ['provider_events_about_check', copyOf('provider_events', { id, reference: "'x'", about: "'weather'" })],
  ['provider_events_due_or_handled', copyOf('provider_events', { id, reference: "'x'", due_at: 'NULL', handled_at: 'NULL' })],
  ['refunds_never_change', "UPDATE refunds SET amount_cents = 1, status = 'pending'"],
  ['refunds_never_change', 'DELETE FROM refunds'],

  ['audit_events_never_change', "UPDATE audit_events SET actor = 'nobody'"],
  ['audit_events_never_change', 'DELETE FROM audit_events'],
  ['events_never_change', "UPDATE events SET type = 'x'"],
  ['event_mark_only_row_check', "INSERT INTO event_mark VALUES (false, 0, 0, 'x')"],
  ['event_types_object_check', "INSERT INTO event_types VALUES ('x', 'x', 'x')"],
  ['webhook_endpoints_url_check', copyOf('webhook_endpoints', { id, url: "'ftp://x'" })],
  ['webhook_endpoints_types_check', copyOf('webhook_endpoints', { id, types: "'{}'" })],
  ['webhook_endpoints_secret_check', copyOf('webhook_endpoints', { id, secret: "''" })],
  ['webhook_endpoints_deleted', copyOf('webhook_endpoints', { id, deleted_at: 'now()', active: 'true' })],
  ['webhook_endpoints_disabled', copyOf('webhook_endpoints', { id, disabled_at: 'now()' })],
  ['webhook_endpoints_previous', copyOf('webhook_endpoints', { id, previous_until: 'now()' })],
  ['webhook_deliveries_endpoint', copyOf('webhook_deliveries', { id, endpoint_id: id })],
  ['webhook_deliveries_kind_check', copyOf('webhook_deliveries', { id, kind: "'x'", sequence: '1' })],
  ['webhook_deliveries_status_check', copyOf('webhook_deliveries', { id, status: "'x'", due_at: 'NULL' })],
  ['webhook_deliveries_attempts_check', copyOf('webhook_deliveries', { id, attempts: '-1' })],
  ['webhook_deliveries_answer_body_check', copyOf('webhook_deliveries', { id, answer_body: "repeat('x', 1025)" })],
  ['webhook_deliveries_due', copyOf('webhook_deliveries', { id, due_at: 'NULL' })],
  ['webhook_deliveries_test', copyOf('webhook_deliveries', { id, sequence: '1' })],
  ['emails_attempts_check', copyOf('emails', { id, attempts: '-1' })],
  ['emails_reply_check', copyOf('emails', { id, reply: "repeat('x', 501)" })],
  ['emails_pending_are_due', copyOf('emails', { id, due_at: 'NULL' })],
  ['emails_sent_at', copyOf('emails', { id, sent_at: 'now()' })],
  ['emails_claimed', copyOf('emails', { id, claimed_until: 'now()' })],
  ['email_settings_only_row_check', 'INSERT INTO email_settings VALUES (false)'],
  ['email_settings_payment_url_check', "UPDATE email_settings SET payment_url = 'javascript:x'"],
  ['email_mark_only_row_check', 'INSERT INTO email_mark VALUES (false, 0, now())'],
  ['api_keys_name', copyOf('api_keys', { id, key_hash: "'x'" })],
  ['api_keys_name_check', copyOf('api_keys', { id, key_hash: "'x'", name: "''" })],
  ['api_keys_scope_check', copyOf('api_keys', { id, key_hash: "'x'", name: "'x'", scope: "'god'" })],
  ['api_keys_key_hash_key', copyOf('api_keys', { id, name: "'x'" })],
  ['installation_only_row_check', `INSERT INTO installation (only_row, id) VALUES (false, ${id})`],
  ['sessions_key_id_fkey', `INSERT INTO sessions (token_hash, key_id) VALUES (repeat('a', 64), ${id})`],
  ['plan_changes_only_row_check', 'INSERT INTO plan_changes (only_row, count) VALUES (false, 0)'],
  ['simulated_clock_only_row_check', 'INSERT INTO simulated_clock (only_row, now) VALUES (false, now())'],
]

beforeAll(async () => {
  ;(await on.api.createUser({ email: 'external@example.com', external_id: 'crm-1' })).is(201)
  ;(await on.api.createTaxRate({ code: 'nowhere', name: 'VAT', percent: '19', country: 'ZW' })).is(201)
  ;(await on.api.createCoupon({ code: 'Welcome', percent: '10', duration: 'once', max_redemptions: 5 })).is(201)
  const discounted = await makeCustomer(on.api, { amount_cents: 100 })
  ;(await on.api.createDiscount(discounted.subscription.id, 'welcome')).is(201)
  const tiers = [{ up_to: 10, unit_price: '0.01' }, { up_to: null, unit_price: '0.005' }]
  await makePlan(on.api, { charges: [{ metric: 'a', model: 'graduated', tiers }, { metric: 'b', model: 'package', package_size: 10, package_price: '1' }] })
  const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]
  const good = await makeCustomer(on.api, { amount_cents: 100, charges })
  await use(on.api, good.user.id, 'm', 5)
  ;(await on.api.recordUsage({ user_id: good.user.id, metric: 'm', quantity: 1, event_id: 'once' })).is(201)
  await paid(on.api, await generate(on.api, good.user.id))
  // A correction, a credit note, its grant and a credit with something used of it.
  ;(await on.api.correctUsage({ user_id: good.user.id, metric: 'm', event_id: 'once', quantity: 2, reason: 'Two' })).is(201)
  ;(await on.api.cancelSubscription(good.subscription.id, 'now')).is(200)
  const gifted = await makeCustomer(on.api, { amount_cents: 100 })
  ;(await on.api.createCredit(gifted.user.id, { amount_cents: 1000, currency: 'USD', reason: 'A gift' })).is(201)
  await generate(on.api, gifted.user.id)
  ;(await on.api.pauseSubscription(gifted.subscription.id)).is(200)
  ;(await on.api.call('createPlanVersion', { code: gifted.plan.code }, { body: { amount_cents: 200 } })).is(201)
  const migration = (await on.api.call<PlanMigration>('createPlanMigration', { code: gifted.plan.code }, { body: { to_version: 2, at: 'period_end' } })).is(202)
  await until('the migration is done', async () =>
    (await on.api.call<PlanMigration>('getPlanMigration', { code: gifted.plan.code, id: migration.id })).is(200).status === 'done')
  const unlucky = await makeCustomer(on.api, { amount_cents: 100 }, 'stub_refund_fails')
  const refunded = await paid(on.api, await generate(on.api, unlucky.user.id))
  ;(await on.api.createCreditNote({ user_id: unlucky.user.id, invoice_id: refunded.id, reason: 'other', credit_to: 'refund' })).is(201)
  await until('its refund has failed', async () =>
    (await on.api.listPayments({ invoice_id: refunded.id })).is(200).some((p) => p.kind === 'refund' && p.status === 'failed'))
  const bad = await makeCustomer(on.api, { amount_cents: 100 }, 'stub_decline')
  await generate(on.api, bad.user.id)
  const over = await makeCustomer(on.api, { amount_cents: 100 }, 'stub_decline')
  const overpaid = await generate(on.api, over.user.id)
  ;(await on.api.createPayment(over.user.id, overpaid.id, { amount_cents: 101 })).is(201)
  const away = await makeCustomer(on.api, { amount_cents: 100 }, 'stub_unreachable_99')
  await generate(on.api, away.user.id)
  const voided = await makeCustomer(on.api, { amount_cents: 100 }, 'stub_decline')
  const invoice = await generate(on.api, voided.user.id)
  await advanceDays(on.api, 0)
  ;(await on.api.voidInvoice(voided.user.id, invoice.id)).is(200)
  const item = (await on.api.createItem(good.user.id, { description: 'Setup', currency: 'USD', amount_cents: 5, bill: 'now' })).is(201)
  await paid(on.api, (await on.api.getInvoice(good.user.id, item.invoice_id!)).is(200))
  ;(await on.api.setUpPaymentMethod(good.user.id, 'https://example.com/account')).is(201)
  expect((await on.server.sql(`INSERT INTO provider_customers SELECT id, 'stripe', 'cus_1', now() FROM users LIMIT 1`)).code).toBe(0)
  const disputed = `INSERT INTO disputes SELECT ${id}, id, invoice_id, user_id, 'stripe', 'dp_1', 1, currency, 'won', 'x', NULL, now(), now(), now() FROM payments LIMIT 1`
  expect((await on.server.sql(disputed)).code).toBe(0)
  const told = `INSERT INTO provider_events VALUES (${id}, 'stripe', 'evt_1', 'x', 'charge', 'pi_1', NULL, NULL, 0, now(), now(), NULL)`
  expect((await on.server.sql(told)).code).toBe(0)
  // Nothing is sent to an endpoint that is not active, so the test of it stays due.
  const endpoint = (await on.api.call<{ id: string }>('createWebhookEndpoint', {}, { body: { url: 'https://example.com' } })).is(201)
  ;(await on.api.call('updateWebhookEndpoint', { id: endpoint.id }, { body: { active: false } })).is(200)
  ;(await on.api.call('testWebhookEndpoint', { id: endpoint.id })).is(201)
  await until('there are events', async () => (await on.api.call<unknown[]>('listEvents', {})).is(200).length > 0)
  // Mail is not configured here: nobody looks for it.
  const mail = `INSERT INTO emails (id, kind, user_id, invoice_id, due_at, created_at)
    SELECT id, 'invoice_issued', user_id, entity_id::uuid, now(), now() FROM audit_events WHERE action = 'invoice.created' AND user_id = '${good.user.id}' LIMIT 1`
  expect((await on.server.sql(mail)).stderr).toBe('')
  expect((await on.server.sql(`INSERT INTO api_keys SELECT ${id}, 'one', 'read', 'hash', now(), now() WHERE false`)).code).toBe(0)
})

test.each(violations)('%s holds', async (constraint, statement) => {
  // A key that exists would lock the other tests out: made and tried within one transaction.
  const key = constraint.startsWith('api_keys') ? `INSERT INTO api_keys VALUES (${id}, 'one', 'read', 'hash', now(), NULL); ` : ''
  const { code, stderr } = await on.server.sql(`BEGIN; ${key}${statement}; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK`)
  expect(stderr).toContain(`CONSTRAINT NAME:  ${constraint}`)
  expect(code).not.toBe(0)
})

test('an issued invoice never changes', async () => {
  for (const change of ["currency = 'EUR'", 'period_end = period_end + 1', "usage = '{}'", 'user_id = gen_random_uuid()']) {
    expect((await on.server.sql(`UPDATE invoices SET ${change} WHERE usage::text <> '{}'`)).stderr).toContain('invoices_never_change')
  }
  for (const change of ["explanation = '{}'", 'quantity = quantity + 1', "description = 'x'", 'voided = false']) {
    const { stderr } = await on.server.sql(`UPDATE invoice_lines SET ${change} WHERE voided OR kind = 'usage'`)
    expect(stderr).toContain('invoice_lines_never_change')
  }
})

test('every constraint of the schema is tried here', async () => {
  const { stdout } = await on.server.sql(`
    SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'f')
    UNION SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
      WHERE indisunique AND NOT indisprimary AND relnamespace = 'public'::regnamespace`)
  const tried = new Set(violations.map(([constraint]) => constraint))
  expect(stdout.trim().split('\n').filter((name) => !tried.has(name))).toEqual([])
})
