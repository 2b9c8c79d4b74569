import { beforeAll, expect, test } from 'vitest'
import { advanceDays, generate, makeCustomer, makePlan, paid, use, useServer } from '../harness/make.ts'

/**
 * The schema holds the invariants, whatever the code does: each constraint by name, and a statement that must run into it. The statements
 * are tried on a database with one of everything. A constraint that is missing here fails the last test, one that was dropped its own.
 */
const on = useServer({ start: '2026-03-01T12:00:00Z' })

const copyOf = (table: string, columns: Record<string, string>, where = 'true'): string => {
  const sets = Object.entries(columns)
    .map(([column, value]) => `row.${column} := ${value};`)
    .join(' ')
  return `DO $$ DECLARE old ${table}; row ${table}; BEGIN SELECT * INTO STRICT old FROM ${table} WHERE ${where} LIMIT 1; row := old; ${sets} INSERT INTO ${table} SELECT (row).*; END $$`
}
const id = 'gen_random_uuid()'
const line = { id, position: '100' }

const violations: [constraint: string, statement: string][] = [
  ['users_email_key', copyOf('users', { id, email: 'upper(old.email)' })],
  ['users_email_check', copyOf('users', { id, email: "''" })],

  ['plans_code_check', copyOf('plans', { code: "'Not A Code'" })],
  ['plans_amount_cents_check', copyOf('plans', { code: "'x'", amount_cents: '-1' })],
  ['plans_currency_check', copyOf('plans', { code: "'x'", currency: "'usd'" })],
  ['plans_interval_check', copyOf('plans', { code: "'x'", interval: "'hour'" })],
  ['plans_interval_count_check', copyOf('plans', { code: "'x'", interval_count: '0' })],
  ['plans_trial_days_check', copyOf('plans', { code: "'x'", trial_days: '-1' })],
  ['plans_prices_never_change', 'UPDATE plans SET amount_cents = amount_cents + 1'],
  ['plans_prices_never_change', "UPDATE plans SET currency = 'EUR'"],
  ['plans_prices_never_change', "UPDATE plans SET interval = 'year'"],
  ['plans_prices_never_change', 'UPDATE plans SET interval_count = 7'],
  ['plans_prices_never_change', 'UPDATE plans SET trial_days = trial_days + 1'],
  ['plan_charges_metric_check', copyOf('plan_charges', { metric: "'Not A Metric'" })],
  ['plan_charges_plan_code_fkey', copyOf('plan_charges', { plan_code: "'nowhere'" })],
  ['plan_charges_included_check', copyOf('plan_charges', { metric: "'x'", included: '-1' })],
  ['plan_charges_unit_price_check', copyOf('plan_charges', { metric: "'x'", unit_price: '-1' }, "model = 'per_unit'")],
  ['plan_charges_package_size_check', copyOf('plan_charges', { metric: "'x'", package_size: '0' }, "model = 'package'")],
  ['plan_charges_package_price_check', copyOf('plan_charges', { metric: "'x'", package_price: '-1' }, "model = 'package'")],
  ['plan_charges_fields_of_model', copyOf('plan_charges', { metric: "'x'", unit_price: 'NULL' }, "model = 'per_unit'")],
  ['plan_charges_never_change', 'UPDATE plan_charges SET included = included + 1'],
  ['plan_charges_never_change', 'DELETE FROM plan_charges'],
  ['plan_charge_tiers_up_to_check', copyOf('plan_charge_tiers', { position: '9', up_to: '0' })],
  ['plan_charge_tiers_plan_code_metric_fkey', copyOf('plan_charge_tiers', { metric: "'nowhere'" })],
  ['plan_charge_tiers_unit_price_check', copyOf('plan_charge_tiers', { position: '9', unit_price: '-1' })],
  ['plan_charge_tiers_flat_price_check', copyOf('plan_charge_tiers', { position: '9', flat_price: '-1' })],
  ['plan_charge_tiers_never_change', 'DELETE FROM plan_charge_tiers'],
  ['plan_charge_tiers_never_change', 'UPDATE plan_charge_tiers SET flat_price = 1'],

  ['subscriptions_one_live_per_plan', copyOf('subscriptions', { id }, "status = 'active'")],
  ['subscriptions_user_id_fkey', copyOf('subscriptions', { id, user_id: id })],
  ['subscriptions_plan_code_fkey', copyOf('subscriptions', { id, plan_code: "'nowhere'" })],
  ['subscriptions_period_not_empty', 'UPDATE subscriptions SET current_period_end = current_period_start'],
  ['subscriptions_canceled_at', "UPDATE subscriptions SET status = 'canceled' WHERE status = 'active'"],
  ['subscriptions_trial_index', "UPDATE subscriptions SET status = 'trialing' WHERE status = 'active'"],
  ['subscriptions_period_index_check', "UPDATE subscriptions SET period_index = -2 WHERE status = 'active'"],
  ['subscriptions_live_are_due', "UPDATE subscriptions SET due_at = NULL WHERE status = 'active'"],
  ['subscription_periods_not_empty', copyOf('subscription_periods', { period_start: 'old.period_end', period_end: 'old.period_end' }, 'previous_end IS NULL')],
  ['subscription_periods_subscription_id_fkey', copyOf('subscription_periods', { subscription_id: id }, 'previous_end IS NULL')],
  ['subscription_periods_cut_short', 'UPDATE subscription_periods SET full_days = 1'],
  ['subscription_periods_one_end', copyOf('subscription_periods', { period_start: 'old.period_start + 1', previous_end: 'old.period_start + 1' })],
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

  ['usage_events_user', copyOf('usage_events', { id, user_id: id, event_id: 'NULL' })],
  ['usage_events_quantity_check', copyOf('usage_events', { id, event_id: 'NULL', quantity: '-1' })],
  ['usage_events_event_id', copyOf('usage_events', { id }, 'event_id IS NOT NULL')],
  ['usage_events_never_change', 'UPDATE usage_events SET quantity = quantity + 1'],
  ['usage_events_never_change', 'DELETE FROM usage_events'],

  ['document_counters_series', "INSERT INTO document_counters VALUES ('receipt', 2026, 1)"],
  ['document_numbers_number_key', copyOf('document_numbers', { document_id: id })],
  ['document_numbers_never_change', "UPDATE document_numbers SET number = 'x'"],
  ['document_numbers_never_change', 'DELETE FROM document_numbers'],

  ['invoices_user_id_fkey', copyOf('invoices', { id, user_id: id })],
  ['invoices_never_negative', copyOf('invoices', { id, amount_cents: '-1' }, "status = 'paid'")],
  ['invoices_period_not_empty', copyOf('invoices', { id, period_end: 'old.period_start' }, "status = 'paid'")],
  ['invoices_paid_at', copyOf('invoices', { id, paid_at: 'NULL' }, "status = 'paid'")],
  ['invoices_voided_at', copyOf('invoices', { id, voided_at: 'old.created_at' }, "status = 'paid'")],
  ['invoices_done_unless_open', "UPDATE invoices SET collection = 'done', next_attempt_at = NULL WHERE status = 'open'"],
  ['invoices_attempt_due', "UPDATE invoices SET next_attempt_at = NULL WHERE status = 'open'"],
  ['invoices_one_open_per_period', copyOf('invoices', { id }, "status = 'open'")],
  ['invoices_never_change', 'UPDATE invoices SET amount_cents = amount_cents + 1'],
  ['invoices_never_change', "UPDATE invoices SET status = 'open', collection = 'uncollected', paid_at = NULL WHERE status = 'paid'"],
  ['invoices_never_change', 'DELETE FROM invoices'],
  ['invoices_never_change', 'UPDATE invoices SET period_start = period_start - 1'],
  ['invoices_never_change', "UPDATE invoices SET created_at = created_at - interval '1 day'"],

  ['invoice_lines_invoice_id_position_key', copyOf('invoice_lines', { id })],
  ['invoice_lines_invoice_id_fkey', copyOf('invoice_lines', { ...line, invoice_id: id, quantity: '0' }, "kind = 'usage'")],
  ['invoice_lines_subscription_id_fkey', copyOf('invoice_lines', { ...line, subscription_id: id })],
  ['invoice_lines_quantity_check', copyOf('invoice_lines', { ...line, quantity: '-1' })],
  ['invoice_lines_metric_of_usage', copyOf('invoice_lines', { ...line, metric: 'NULL' }, "kind = 'usage'")],
  ['invoice_lines_one_base_fee_per_period', copyOf('invoice_lines', line, "kind = 'base' AND NOT voided")],
  ['invoice_lines_sum_to_amount', copyOf('invoice_lines', { ...line, amount_cents: '1' }, "kind = 'usage'")],
  ['invoice_lines_never_change', 'UPDATE invoice_lines SET amount_cents = amount_cents + 1'],
  ['invoice_lines_never_change', 'UPDATE invoice_lines SET voided = true WHERE voided'],
  ['invoice_lines_never_change', 'DELETE FROM invoice_lines'],

  ['payments_attempt_key', copyOf('payments', { id }, "status = 'failed'")],
  ['payments_invoice_id_fkey', copyOf('payments', { id, invoice_id: id, attempt_key: "'x'" }, "status = 'failed'")],
  ['payments_amount_cents_check', copyOf('payments', { id, attempt_key: "'x'", amount_cents: '0' }, "status = 'failed'")],
  ['payments_claim_of_pending', "UPDATE payments SET claimed_until = now() WHERE status = 'failed'"],
  ['payments_one_succeeded', copyOf('payments', { id, attempt_key: "'x'" }, "status = 'succeeded'")],
  ['payments_one_pending', copyOf('payments', { id, attempt_key: "'x'" }, "status = 'pending'")],
  ['payments_never_change', 'DELETE FROM payments'],

  ['audit_events_never_change', "UPDATE audit_events SET actor = 'nobody'"],
  ['audit_events_never_change', 'DELETE FROM audit_events'],
  ['api_keys_name', copyOf('api_keys', { id, key_hash: "'x'" })],
  ['api_keys_name_check', copyOf('api_keys', { id, key_hash: "'x'", name: "''" })],
  ['api_keys_scope_check', copyOf('api_keys', { id, key_hash: "'x'", name: "'x'", scope: "'god'" })],
  ['api_keys_key_hash_key', copyOf('api_keys', { id, name: "'x'" })],
  ['installation_only_row_check', `INSERT INTO installation (only_row, id) VALUES (false, ${id})`],
  ['simulated_clock_only_row_check', 'INSERT INTO simulated_clock (only_row, now) VALUES (false, now())'],
]

beforeAll(async () => {
  const tiers = [{ up_to: 10, unit_price: '0.01' }, { up_to: null, unit_price: '0.005' }]
  await makePlan(on.api, { charges: [{ metric: 'a', model: 'graduated', tiers }, { metric: 'b', model: 'package', package_size: 10, package_price: '1' }] })
  const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]
  const good = await makeCustomer(on.api, { amount_cents: 100, charges })
  await use(on.api, good.user.id, 'm', 5)
  ;(await on.api.recordUsage({ user_id: good.user.id, metric: 'm', quantity: 1, event_id: 'once' })).is(201)
  await paid(on.api, await generate(on.api, good.user.id))
  const bad = await makeCustomer(on.api, { amount_cents: 100 }, 'stub_decline')
  await generate(on.api, bad.user.id)
  const away = await makeCustomer(on.api, { amount_cents: 100 }, 'stub_unreachable_99')
  await generate(on.api, away.user.id)
  const voided = await makeCustomer(on.api, { amount_cents: 100 }, 'stub_decline')
  const invoice = await generate(on.api, voided.user.id)
  await advanceDays(on.api, 0)
  ;(await on.api.voidInvoice(voided.user.id, invoice.id)).is(200)
  expect((await on.server.sql(`INSERT INTO api_keys SELECT ${id}, 'one', 'read', 'hash', now(), now() WHERE false`)).code).toBe(0)
})

test.each(violations)('%s holds', async (constraint, statement) => {
  // A key that exists would lock the other tests out: made and tried within one transaction.
  const key = constraint.startsWith('api_keys') ? `INSERT INTO api_keys VALUES (${id}, 'one', 'read', 'hash', now(), NULL); ` : ''
  const { code, stderr } = await on.server.sql(`BEGIN; ${key}${statement}; ROLLBACK`)
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
