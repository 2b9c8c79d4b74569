import { describe, expect, test } from 'vitest'
import type { Int } from '../harness/json.ts'
import {
  changeCardOnly,
  advanceDays,
  advanceTo,
  amounts,
  detail,
  fresh,
  generate,
  invoicesOf,
  makeCustomer,
  makePlan,
  makeUser,
  now,
  paid,
  subscribe,
  use,
  useServer,
} from '../harness/make.ts'
import type { Invoice, NewCharge } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const nobody = '01900000-0000-7000-8000-000000000000'

describe('the example of the specification', () => {
  const on = useServer({ clock: 'system' })

  test('pro and 120,000 api_calls make 6900, paid within 5 seconds', async () => {
    const { id } = (await on.api.createUser({ email: 'demo@example.com' })).is(201)
    ;(await on.api.createSubscription({ user_id: id, plan_code: 'pro' })).is(201)
    ;(await on.api.recordUsage({ user_id: id, metric: 'api_calls', quantity: 120_000 })).is(201)
    const answer = await on.api.generateInvoice(id)
    const made = answer.is(201)
    expect(made).toMatchObject({ user_id: id, amount_cents: 6900, currency: 'USD', usage: { api_calls: 120_000 }, generated: [made.id] })
    expect(answer.header('location')).toBe(`/invoices/${id}/${made.id}`)

    const done = await paid(on.api, made)
    expect(done).toMatchObject({ status: 'paid', collection: 'done', next_attempt_at: null, voided_at: null })
    expect(done.payments).toHaveLength(1)
    expect(done.payments[0]).toMatchObject({ invoice_id: made.id, user_id: id, kind: 'scheduled', provider: 'stub', amount_cents: 6900, currency: 'USD', status: 'succeeded', failure_code: null })

    const [base, usage] = (await detail(on.api, made)).lines
    expect(base).toMatchObject({ kind: 'base', metric: null, plan_code: 'pro', quantity: 1, amount_cents: 4900 })
    expect(usage).toMatchObject({ kind: 'usage', metric: 'api_calls', quantity: 120_000, amount_cents: 2000 })
    expect(usage!.explanation).toEqual({
      model: 'per_unit',
      total_quantity: 120_000,
      included: 100_000,
      billable: 20_000,
      steps: [{ from: 1, up_to: null, quantity: 20_000, unit_price: '0.001', flat_price: '0', amount: '20' }],
      rated: '20',
      rounding: '0',
      owed: '20',
      earlier_billed: '0',
      segments: [
        expect.objectContaining({ plan_code: 'pro', version: 1, model: 'per_unit', count_before: 0, count_after: 120_000, amount: '20' }),
      ],
    })
    // What is paid is the only one that there is.
    expect((await on.api.listUserInvoices(id)).is(200).map((i) => i.id)).toEqual([made.id])
  })
})

const graduated: NewCharge = {
  metric: 'm',
  model: 'graduated',
  tiers: [
    { up_to: 10, unit_price: '1', flat_price: '5' },
    { up_to: 20, unit_price: '0.5', flat_price: '2' },
    { up_to: null, unit_price: '0.1' },
  ],
}
const volume: NewCharge = {
  metric: 'm',
  model: 'volume',
  tiers: [
    { up_to: 10, unit_price: '10' },
    { up_to: null, unit_price: '8' },
  ],
}
const volumeFlat: NewCharge = {
  metric: 'm',
  model: 'volume',
  tiers: [
    { up_to: 100, unit_price: '0.5', flat_price: '3' },
    { up_to: null, unit_price: '0.25', flat_price: '20' },
  ],
}
const perUnit = (unit_price: string, included = 0): NewCharge => ({ metric: 'm', model: 'per_unit', included, unit_price })
const pack: NewCharge = { metric: 'm', model: 'package', package_size: 1000, package_price: '2.50' }

describe('what usage costs', () => {
  const on = useServer({ env: { BILLING_MAX_QUANTITY: '9223372036854775807' } })

  // Each beside a base fee of 1.00; computed by hand. undefined: no line.
  test.each<[string, NewCharge, string, Int[], Int | undefined]>([
    ['per_unit: nothing', perUnit('0.01', 100), 'USD', [], undefined],
    ['per_unit: an event of nothing', perUnit('0.01', 100), 'USD', [0], undefined],
    ['per_unit: within what is included', perUnit('0.01', 100), 'USD', [60, 40], 0],
    ['per_unit: one beyond', perUnit('0.01', 100), 'USD', [101], 1],
    ['per_unit: many events', perUnit('0.01', 100), 'USD', [100, 100, 50], 150],
    ['per_unit: a price of nothing', perUnit('0'), 'USD', [5], 0],
    ['rounding: 0.4999 cents is 0', perUnit('0.004999'), 'USD', [1], 0],
    ['rounding: half a cent is 1', perUnit('0.005'), 'USD', [1], 1],
    ['rounding: 1.5 cents is 2', perUnit('0.005'), 'USD', [3], 2],
    ['rounding: 2.5 cents is 3, not 2', perUnit('0.005'), 'USD', [5], 3],
    ['rounding: once a line, not once a unit', perUnit('0.001'), 'USD', [1, 1, 1, 1], 0],
    ['a millionth: 4,999 are 0', perUnit('0.000001'), 'USD', [4999], 0],
    ['a millionth: 5,000 are 1', perUnit('0.000001'), 'USD', [5000], 1],
    ['a millionth of a millionth: 10^13 are 10.00', perUnit('0.000000000001'), 'USD', [10_000_000_000_000n], 1000],
    ['no minor unit: 0.4 yen are 0', perUnit('0.4'), 'JPY', [1], 0],
    ['no minor unit: 0.5 yen are 1', perUnit('0.5'), 'JPY', [1], 1],
    ['no minor unit: 7 at 1.5 yen', perUnit('1.5'), 'JPY', [7], 11],
    ['three decimals: 0.0005 dinars are a fils', perUnit('0.0005'), 'KWD', [1], 1],
    ['three decimals: 7 at 0.25 dinars', perUnit('0.25'), 'KWD', [7], 1750],
    ['graduated: nothing', graduated, 'USD', [], undefined],
    ['graduated: the first unit', graduated, 'USD', [1], 600],
    ['graduated: the last of the first tier', graduated, 'USD', [10], 1500],
    ['graduated: the first of the second tier', graduated, 'USD', [11], 1750],
    ['graduated: the last of the second tier', graduated, 'USD', [20], 2200],
    ['graduated: the first of the third tier', graduated, 'USD', [21], 2210],
    ['graduated: far', graduated, 'USD', [120], 3200],
    ['graduated: within what is included', { ...graduated, included: 5 }, 'USD', [5], 0],
    ['graduated: one beyond', { ...graduated, included: 5 }, 'USD', [6], 600],
    ['graduated: what is included comes off first', { ...graduated, included: 5 }, 'USD', [16], 1750],
    ['volume: nothing', volumeFlat, 'USD', [], undefined],
    ['volume: the last at the first price', volume, 'USD', [10], 10_000],
    ['volume: one more makes all cheaper', volume, 'USD', [11], 8800],
    ['volume: the flat price of the tier reached', volumeFlat, 'USD', [1], 350],
    ['volume: the last of the first tier', volumeFlat, 'USD', [100], 5300],
    ['volume: only the flat price of the tier reached', volumeFlat, 'USD', [101], 4525],
    ['volume: what is included comes off first', { ...volumeFlat, included: 1 }, 'USD', [101], 5300],
    ['package: nothing', pack, 'USD', [], undefined],
    ['package: a started block', pack, 'USD', [1], 250],
    ['package: a full block', pack, 'USD', [1000], 250],
    ['package: the next one started', pack, 'USD', [1001], 500],
    ['package: events fill blocks together', pack, 'USD', [600, 600], 500],
    ['package: within what is included', { ...pack, included: 500 }, 'USD', [500], 0],
    ['package: one beyond', { ...pack, included: 500 }, 'USD', [501], 250],
    ['package: what is included comes off first', { ...pack, included: 500 }, 'USD', [1501], 500],
    ['a metric that the plan does not charge', { ...perUnit('1'), metric: 'other' }, 'USD', [5], undefined],
  ])('%s', async (_, charge, currency, quantities, expected) => {
    const { user } = await makeCustomer(on.api, { amount_cents: 100, currency, charges: [charge] })
    for (const quantity of quantities) await use(on.api, user.id, 'm', quantity)
    const invoice = await generate(on.api, user.id)
    expect(amounts(invoice)).toEqual(expected === undefined ? { base: 100 } : { base: 100, m: expected })
    expect(invoice.currency).toBe(currency)
    const units = quantities.reduce<bigint>((sum, q) => sum + BigInt(q), 0n)
    expect(BigInt(invoice.usage.m ?? 0)).toBe(expected === undefined ? 0n : units)
  })

  test('several metrics make a line each, in the order of their names', async () => {
    const { user } = await makeCustomer(on.api, {
      amount_cents: 100,
      charges: ['zebra', 'ant', 'mule'].map((metric) => ({ metric, model: 'per_unit' as const, unit_price: '1' })),
    })
    for (const [metric, quantity] of Object.entries({ zebra: 1, ant: 2, mule: 3, unknown: 4 })) await use(on.api, user.id, metric, quantity)
    const invoice = await generate(on.api, user.id)
    expect(invoice.lines.map((l) => [l.metric, l.amount_cents])).toEqual([[null, 100], ['ant', 200], ['mule', 300], ['zebra', 100]])
    expect(invoice.amount_cents).toBe(700)
    expect(invoice.usage).toEqual({ ant: 2, mule: 3, zebra: 1 })
  })

  test('a usage line alone makes an invoice, a line of nothing alone makes none', async () => {
    const plan = await makePlan(on.api, { amount_cents: 0, charges: [perUnit('0.01', 100)] })
    const [used, idle] = [await makeUser(on.api), await makeUser(on.api)]
    for (const user of [used, idle]) await subscribe(on.api, user.id, plan.code)
    await use(on.api, used.id, 'm', 101)
    await use(on.api, idle.id, 'm', 100)
    expect(amounts(await generate(on.api, used.id))).toEqual({ m: 1 })
    ;(await on.api.generateInvoice(idle.id)).refused(409, 'nothing_to_bill')
  })

  test('usage from before the subscription began is not its business', async () => {
    const user = await makeUser(on.api)
    await use(on.api, user.id, 'm', 50, '2026-01-14T23:59:59Z')
    await use(on.api, user.id, 'm', 5, '2026-01-15T00:00:00Z')
    await subscribe(on.api, user.id, (await makePlan(on.api, { amount_cents: 0, charges: [perUnit('1')] })).code)
    expect(amounts(await generate(on.api, user.id))).toEqual({ m: 500 })
  })

  test('the largest amounts are exact', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 9_223_372_036_854_775_806n, charges: [perUnit('0.01')] })
    await use(on.api, user.id, 'm', 1)
    const invoice = await generate(on.api, user.id)
    expect(invoice.amount_cents).toBe(9_223_372_036_854_775_807n)
    expect(amounts(invoice)).toEqual({ base: 9_223_372_036_854_775_806n, m: 1 })
  })

  test.each<[string, Int, NewCharge, Int[]]>([
    ['a total', 9_223_372_036_854_775_807n, perUnit('0.01'), [1]],
    ['a line', 0, perUnit('999999999999999'), [9_223_372_036_854_775_807n]],
    ['the usage', 0, perUnit('0.000000000001'), [9_223_372_036_854_775_807n, 1]],
  ])('%s beyond 64 bits is refused, not wrapped', async (_, amount_cents, charge, quantities) => {
    // A period of a day, so that canceling today cuts nothing off.
    const { user, subscription } = await makeCustomer(on.api, { amount_cents, interval: 'day', charges: [charge] })
    for (const quantity of quantities) await use(on.api, user.id, 'm', quantity)
    ;(await on.api.generateInvoice(user.id)).refused(422, 'amount_overflow')
    ;(await on.api.cancelSubscription(subscription.id, 'now')).refused(422, 'amount_overflow')
    expect(subscription).toMatchObject((await on.api.getSubscription(subscription.id)).is(200))
    expect((await on.api.listUserInvoices(user.id)).is(200)).toEqual([])
  })
})

describe('generating', () => {
  const on = useServer({ env: { BILLING_MAX_QUANTITY: '9223372036854775807' } })

  test('twice bills nothing twice', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900, charges: [perUnit('0.01')] })
    await use(on.api, user.id, 'm', 10)
    const first = (await on.api.generateInvoice(user.id)).is(201)
    const second = (await on.api.generateInvoice(user.id)).is(200)
    expect(second.id).toBe(first.id)
    expect(second.generated).toEqual([])
    expect(await invoicesOf(on.api, user.id)).toHaveLength(1)
  })

  test('for many users at once, some of them twice, gives each its own answer', async () => {
    const customers = await Promise.all(
      Array.from({ length: 120 }, (_, n) => makeCustomer(on.api, { amount_cents: 1000 + n, interval: 'day', charges: [perUnit('999999999999999')] })),
    )
    const tooMuch = customers.slice(40, 43)
    for (const { user } of tooMuch) await use(on.api, user.id, 'm', 9_223_372_036_854_775_807n)
    const stranger = (await makeUser(on.api)).id

    const asked = [...customers, ...customers.slice(0, 30)].map(({ user }) => user.id)
    const key = (n: number) => (n % 2 ? { idempotencyKey: fresh('one_of_many') } : {})
    const answers = await Promise.all([...asked.map((id, n) => on.api.generateInvoice(id, key(n))), on.api.generateInvoice(stranger)])
    answers.pop()!.refused(409, 'nothing_to_bill')
    const made = new Map<string, string>()
    answers.forEach((answer, n) => {
      if (answer.status === 201) {
        const invoice = answer.is(201)
        expect(invoice.user_id).toBe(asked[n])
        expect(invoice.amount_cents).toBe(1000 + (n % 120))
        expect(invoice.generated).toEqual([invoice.id])
        expect(made.has(invoice.user_id)).toBe(false)
        made.set(invoice.user_id, invoice.id)
      }
    })
    expect(made.size).toBe(117)
    answers.forEach((answer, n) => {
      const user_id = asked[n]!
      if (tooMuch.some(({ user }) => user.id === user_id)) answer.refused(422, 'amount_overflow')
      else if (answer.status !== 201) expect(answer.is(200)).toMatchObject({ id: made.get(user_id), generated: [] })
    })
  })

  test.each([
    ['with an Idempotency-Key each', 66_666],
    ['without keys', 77_777],
  ])('for many users at once, %s, fails for the one alone whose invoice PostgreSQL refuses', async (how, spoiled) => {
    const headers = () => (how.startsWith('with ') ? { 'Idempotency-Key': fresh('spoiled') } : undefined)
    const customers = await Promise.all(Array.from({ length: 40 }, (_, n) => makeCustomer(on.api, { amount_cents: n === 17 ? spoiled : 700 })))
    expect((await on.server.sql(`ALTER TABLE invoices ADD CONSTRAINT spoiled CHECK (amount_cents <> ${spoiled})`)).code).toBe(0)
    const statuses = await Promise.all(
      customers.map(async ({ user }) => (await fetch(`${on.server.origin}/invoices/generate/${user.id}`, { method: 'POST', headers: headers() })).status),
    )
    expect((await on.server.sql('ALTER TABLE invoices DROP CONSTRAINT spoiled')).code).toBe(0)
    expect(statuses).toEqual(customers.map((_, n) => (n === 17 ? 500 : 201)))
    ;(await on.api.generateInvoice(customers[17]!.user.id)).is(201)
  })

  test('50 times at once makes one invoice, charged once', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900, charges: [perUnit('0.01')] })
    await use(on.api, user.id, 'm', 10)
    const answers = await Promise.all(Array.from({ length: 50 }, () => on.api.generateInvoice(user.id)))
    const made = answers.filter((a) => a.status === 201)
    expect(made).toHaveLength(1)
    const invoice = made[0]!.body
    for (const answer of answers.filter((a) => a !== made[0])) expect(answer.is(200).id).toBe(invoice.id)
    const done = await paid(on.api, invoice)
    expect(done.payments.map((p) => p.status)).toEqual(['succeeded'])
    expect(await invoicesOf(on.api, user.id)).toHaveLength(1)
  })

  test('bills what came since, and the roll-over only what came after that', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, charges: [perUnit('0.01', 10)] })
    await use(on.api, user.id, 'm', 15)
    const first = await generate(on.api, user.id)
    expect(amounts(first)).toEqual({ base: 1000, m: 5 })
    await paid(on.api, first)

    await use(on.api, user.id, 'm', 7)
    const second = await generate(on.api, user.id)
    expect(amounts(second)).toEqual({ m: 7 })
    expect(second.usage).toEqual({ m: 7 })
    const [line] = second.lines
    expect(line!.explanation).toMatchObject({ total_quantity: 22, billable: 12, rated: '0.12', earlier_billed: '0.05' })
    await paid(on.api, second)

    await use(on.api, user.id, 'm', 3)
    await advanceTo(on.api, subscription.current_period_end)
    const [, , third, ...more] = await invoicesOf(on.api, user.id)
    expect(more).toEqual([])
    expect(third).toMatchObject({ period_start: subscription.current_period_start, period_end: subscription.current_period_end })
    expect(amounts(third!)).toEqual({ m: 3 })
  })

  test('the base fee is billed once, on demand or at the end', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000 })
    await paid(on.api, await generate(on.api, user.id))
    await advanceTo(on.api, subscription.current_period_end)
    expect(await invoicesOf(on.api, user.id)).toHaveLength(1)
  })

  test('while the period has an open invoice nothing is added beside it; once it is paid, the rest is billed', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 1000, charges: [perUnit('0.01')] }, 'stub_decline')
    const first = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, first.id)).is(200).collection === 'retrying')
    await use(on.api, user.id, 'm', 50)
    const again = (await on.api.generateInvoice(user.id)).is(200)
    expect(again).toMatchObject({ id: first.id, status: 'open', amount_cents: 1000, generated: [] })
    await changeCardOnly(on, user.id, 'stub_ok')
    ;(await on.api.payInvoice(user.id, first.id)).is(200)
    expect(amounts(await generate(on.api, user.id))).toEqual({ m: 50 })
  })

  test('what an open invoice kept out at the roll-over is billed with a later one', async () => {
    const { user, subscription } = await makeCustomer(
      on.api,
      { amount_cents: 1000, interval: 'week', charges: [perUnit('0.01')] },
      'stub_decline',
    )
    const first = await generate(on.api, user.id)
    await use(on.api, user.id, 'm', 50)
    await advanceTo(on.api, subscription.current_period_end)
    expect((await on.api.listUserInvoices(user.id)).is(200).map((i) => i.id)).toEqual([first.id])
    await advanceDays(on.api, 7)
    const invoices = await invoicesOf(on.api, user.id)
    const billed = invoices.flatMap((i) => i.lines).filter((l) => l.metric === 'm' && l.period_start === subscription.current_period_start)
    expect(billed.map((l) => l.amount_cents)).toEqual([50])
  })

  test('takes no body, or an empty object', async () => {
    const { user } = await makeCustomer(on.api)
    ;(await on.api.generateInvoice(user.id)).is(201)
    ;(await on.api.generateInvoice(user.id, { body: {} })).is(200)
    ;(await on.api.generateInvoice(user.id.toUpperCase())).is(200)
    ;(await on.api.generateInvoice(user.id, { body: { force: true } })).refused(422, 'unacceptable', '/force')
    ;(await on.api.generateInvoice(user.id, { body: '{' })).refused(400, 'not_json')
  })

  test('the user must be there', async () => {
    ;(await on.api.generateInvoice(nobody)).refused(404, 'not_found')
    ;(await on.api.generateInvoice('abc')).refused(404, 'not_found')
  })

  test('has nothing to bill without a subscription, with a free one, and answers with the last invoice after the last one is canceled and billed', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
    const free = await subscribe(on.api, user.id, (await makePlan(on.api, { amount_cents: 0 })).code)
    ;(await on.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
    ;(await on.api.cancelSubscription(free.id, 'now')).is(200)
    ;(await on.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')

    const { user: leaver, subscription } = await makeCustomer(on.api)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const [final, ...more] = await invoicesOf(on.api, leaver.id)
    expect(more).toEqual([])
    await advanceDays(on.api, 3)
    expect((await on.api.generateInvoice(leaver.id)).is(200)).toMatchObject({ id: final!.id, generated: [], credit_notes: [] })
  })
})

describe('several subscriptions', () => {
  const on = useServer()

  test('the end of one’s period bills no other early', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 700, interval: 'week' })
    await subscribe(on.api, user.id, (await makePlan(on.api, { amount_cents: 1000 })).code)
    await advanceTo(on.api, subscription.current_period_end)
    expect((await invoicesOf(on.api, user.id)).map((invoice) => invoice.amount_cents)).toEqual([700])
  })

  test('of the same period and currency share an invoice', async () => {
    const { user, plan, subscription } = await makeCustomer(on.api, { amount_cents: 1000 })
    const other = await makePlan(on.api, { amount_cents: 300, charges: [perUnit('0.01')] })
    const second = await subscribe(on.api, user.id, other.code)
    await use(on.api, user.id, 'm', 5)
    const invoice = await generate(on.api, user.id)
    expect(invoice.amount_cents).toBe(1305)
    expect(invoice.lines.map((l) => [l.subscription_id, l.plan_code, l.kind, l.amount_cents])).toEqual([
      [subscription.id, plan.code, 'base', 1000],
      [second.id, other.code, 'base', 300],
      [second.id, other.code, 'usage', 5],
    ])
    await advanceTo(on.api, subscription.current_period_end)
    await advanceDays(on.api, 31)
    const [, next] = await invoicesOf(on.api, user.id)
    expect(next!.amount_cents).toBe(1300)
  })

  test.each([
    ['periods', { interval: 'week' as const }],
    ['currencies', { currency: 'EUR' }],
  ])('of different %s make an invoice each', async (_, difference) => {
    const { user } = await makeCustomer(on.api, { amount_cents: 1000 })
    const other = await makePlan(on.api, { amount_cents: 300, ...difference })
    await subscribe(on.api, user.id, other.code)
    const answer = (await on.api.generateInvoice(user.id)).is(201)
    expect(answer.generated).toHaveLength(2)
    expect(answer.generated).toContain(answer.id)
    const invoices = await invoicesOf(on.api, user.id)
    expect(invoices.map((i) => i.id).sort()).toEqual([...answer.generated].sort())
    expect(invoices.at(-1)!.id).toBe(answer.id)
    expect(invoices.map((i) => Number(i.amount_cents)).sort()).toEqual([1000, 300])
    expect((await on.api.generateInvoice(user.id)).is(200).generated).toEqual([])
  })

  test('that charge the same metric bill its usage once: the one made first claims it', async () => {
    const charges = [perUnit('0.01')]
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 0, charges })
    const second = await subscribe(on.api, user.id, (await makePlan(on.api, { amount_cents: 0, charges })).code)
    await use(on.api, user.id, 'm', 10)
    ;(await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 7, subscription_id: second.id })).is(201)
    const invoice = await generate(on.api, user.id)
    expect(invoice).toMatchObject({ amount_cents: 17, usage: { m: 17 } })
    expect(invoice.lines.map((l) => [l.subscription_id, l.quantity])).toEqual([
      [subscription.id, 10],
      [second.id, 7],
    ])
  })
})

describe('to the unit', () => {
  const on = useServer({ start: '2026-01-15T12:00:00Z' })

  test('a usage event belongs to the period whose days hold its UTC timestamp', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 0, interval: 'day', charges: [perUnit('0.01')] })
    await advanceTo(on.api, '2026-01-18T12:00:00Z')
    await use(on.api, user.id, 'm', 1, '2026-01-15T23:59:59.999999Z')
    await use(on.api, user.id, 'm', 20, '2026-01-16T00:00:00Z')
    await use(on.api, user.id, 'm', 300, '2026-01-17T01:30:00+02:00') // still the 16th in UTC
    await use(on.api, user.id, 'm', 4000, '2026-01-16T23:00:00-01:00') // the 17th already
    const invoice = await generate(on.api, user.id)
    const days = Object.fromEntries(invoice.lines.map((line) => [line.period_start, line.quantity]))
    expect(days).toEqual({ '2026-01-15': 1, '2026-01-16': 320, '2026-01-17': 4000 })
  })

  test('a zero-amount invoice is paid at once without a call to the provider', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 3100, interval: 'day', interval_count: 31, charges: [perUnit('0.01')] })
    await paid(on.api, await generate(on.api, user.id))
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_decline' })).is(200)
    await use(on.api, user.id, 'm', 3000)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const last = (await invoicesOf(on.api, user.id)).at(-1)!
    expect(amounts(last)).toEqual({ base: -3000, m: 3000 })
    expect(last).toMatchObject({ amount_cents: 0, status: 'paid', collection: 'done', next_attempt_at: null, payments: [] })
  })
})

describe('what comes late', () => {
  const on = useServer()

  test('is billed on the next invoice, on a line that names the earlier period', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, charges: [perUnit('0.01', 100)] })
    await use(on.api, user.id, 'm', 150)
    await advanceTo(on.api, '2026-02-20T00:00:00Z')
    const [closed] = await invoicesOf(on.api, user.id)
    expect(amounts(closed!)).toEqual({ base: 1000, m: 50 })

    await use(on.api, user.id, 'm', 30, '2026-02-10T00:00:00Z')
    await use(on.api, user.id, 'm', 20)
    const next = await generate(on.api, user.id)
    expect(next).toMatchObject({ period_start: '2026-02-15', period_end: '2026-03-15' })
    expect(amounts(next)).toEqual({ base: 1000, m: 0, 'm 2026-01-15': 30 })
    expect(next.usage).toEqual({ m: 50 })
    const late = next.lines.find((l) => l.period_start === '2026-01-15')!
    expect(late).toMatchObject({ quantity: 30, period_end: '2026-02-15', subscription_id: subscription.id })
    expect(late.explanation).toMatchObject({ total_quantity: 180, billable: 80, rated: '0.8', earlier_billed: '0.5' })
    // The closed one stays as it was issued.
    expect((await on.api.getInvoice(user.id, closed!.id)).is(200).amount_cents).toBe(1050)
  })

  test('is billed at the roll-over too, and once', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, interval: 'week', charges: [perUnit('0.01')] })
    const first = subscription.current_period_start
    await advanceTo(on.api, subscription.current_period_end)
    await advanceDays(on.api, 3)
    await use(on.api, user.id, 'm', 9, `${first}T23:00:00Z`)
    await advanceDays(on.api, 14)
    const invoices = await invoicesOf(on.api, user.id)
    expect(invoices.map(amounts)).toEqual([{ base: 1000 }, { base: 1000, [`m ${first}`]: 9 }, { base: 1000 }])
  })

  test('for a subscription that has been canceled is still billed', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, charges: [perUnit('0.01')] })
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const [final] = await invoicesOf(on.api, user.id)
    await paid(on.api, final!)
    await advanceDays(on.api, 5)
    await use(on.api, user.id, 'm', 12, `${subscription.current_period_start}T23:59:59Z`)
    const late = await generate(on.api, user.id)
    expect(amounts(late)).toEqual({ m: 12 })
  })

  test('after a cancel is billed by itself, and paid by what the cancel credited', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 4900, charges: [perUnit('0.01', 100)] })
    await paid(on.api, await generate(on.api, user.id))
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const canceledAt = await now(on.api)
    await advanceDays(on.api, 3)
    expect(await invoicesOf(on.api, user.id)).toHaveLength(1)
    await use(on.api, user.id, 'm', 1_000_100, canceledAt.toISOString())
    await advanceDays(on.api, 2)
    const last = (await invoicesOf(on.api, user.id)).at(-1)
    expect(amounts(last!)).toEqual({ m: 1_000_000 })
    const [note] = (await on.api.listCreditNotes({ user_id: user.id })).is(200)
    expect(last!.from_balance_cents).toBe(note!.to_balance_cents)
  })
})

describe('what falls', () => {
  const on = useServer()

  test('a volume price that fell is credited at once, and pays the next invoices', async () => {
    const { user } = await makeCustomer(on.api, {
      amount_cents: 1000,
      interval: 'week',
      charges: [{ metric: 'm', model: 'volume', tiers: [{ up_to: 100, unit_price: '1' }, { up_to: null, unit_price: '0.5' }] }],
    })
    await use(on.api, user.id, 'm', 100)
    const first = await generate(on.api, user.id)
    expect(amounts(first)).toEqual({ base: 1000, m: 10_000 })
    await paid(on.api, first)
    // 120 units come to 60.00, and 100.00 are billed.
    await use(on.api, user.id, 'm', 20)
    const answer = (await on.api.generateInvoice(user.id)).is(200)
    expect(answer).toMatchObject({ id: first.id, generated: [] })
    const note = (await on.api.getCreditNote(answer.credit_notes[0]!)).is(200)
    expect(note).toMatchObject({ kind: 'correction', invoice_id: first.id, amount_cents: 4000, applied_cents: 0, to_balance_cents: 4000 })

    await advanceDays(on.api, 7 * 7)
    const invoices = await invoicesOf(on.api, user.id)
    for (const invoice of invoices) expect(BigInt(invoice.amount_cents) >= 0n).toBe(true)
    // Seven weeks of base fee and 60.00 of usage, to the cent.
    expect(invoices.reduce((sum, i) => sum + BigInt(i.amount_cents), 0n) - BigInt(note.amount_cents)).toBe(7n * 1000n + 6000n)
    expect(invoices.map((i) => i.from_balance_cents)).toEqual([0, 1000, 1000, 1000, 1000, 0, 0])
    // An invoice with nothing due is paid at once, by nobody.
    for (const invoice of invoices.slice(1, 5)) {
      expect(invoice).toMatchObject({ status: 'paid', collection: 'done', paid_at: invoice.created_at, payments: [] })
    }
  })

  test('it fits where there is room for it', async () => {
    const { user } = await makeCustomer(on.api, {
      amount_cents: 0,
      charges: [
        { metric: 'm', model: 'volume', tiers: [{ up_to: 10, unit_price: '1' }, { up_to: null, unit_price: '0.5' }] },
        { metric: 'n', model: 'per_unit', unit_price: '1' },
      ],
    })
    await use(on.api, user.id, 'm', 10)
    await paid(on.api, await generate(on.api, user.id))
    await use(on.api, user.id, 'm', 2)
    await use(on.api, user.id, 'n', 5)
    const second = await generate(on.api, user.id)
    expect(amounts(second)).toEqual({ m: -400, n: 500 })
    expect(second.amount_cents).toBe(100)
  })
})

describe('voiding', () => {
  const on = useServer()

  test('gives back what was billed, for the next generate', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 1000, charges: [perUnit('0.01')] }, 'stub_decline')
    await use(on.api, user.id, 'm', 70)
    const first = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, first.id)).is(200).collection === 'retrying')
    const voided = (await on.api.voidInvoice(user.id, first.id)).is(200)
    expect(voided).toMatchObject({ id: first.id, status: 'void', collection: 'done', next_attempt_at: null, paid_at: null, amount_cents: 1070 })
    expect(voided.voided_at).not.toBe(null)

    const second = await generate(on.api, user.id)
    expect(second.id).not.toBe(first.id)
    expect(amounts(second)).toEqual({ base: 1000, m: 70 })
    for (const line of second.lines) expect(line.explanation.earlier_billed).toBe('0')
    // A void one is never attempted again.
    const attempts = (await on.api.listPayments({ invoice_id: first.id })).is(200).length
    await advanceDays(on.api, 10)
    expect((await on.api.listPayments({ invoice_id: first.id })).is(200)).toHaveLength(attempts)
  })

  test('gives back for the roll-over', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000 }, 'stub_decline')
    const first = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, first.id)).is(200).collection === 'retrying')
    ;(await on.api.voidInvoice(user.id, first.id)).is(200)
    await advanceTo(on.api, subscription.current_period_end)
    const [, second] = await invoicesOf(on.api, user.id)
    expect(amounts(second!)).toEqual({ base: 1000 })
  })

  test('of a closed period comes back with the current one', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, interval: 'week' }, 'stub_decline')
    await advanceTo(on.api, subscription.current_period_end)
    await advanceDays(on.api, 3)
    const [first] = await invoicesOf(on.api, user.id)
    ;(await on.api.voidInvoice(user.id, first!.id)).is(200)
    const second = await generate(on.api, user.id)
    expect(amounts(second)).toEqual({ base: 1000, [`base ${subscription.current_period_start}`]: 1000 })
  })

  test('the final invoice of a canceled subscription leaves what it billed void until a generate; what comes late is billed by the next run', async () => {
    const charges = [{ metric: 'late', model: 'per_unit' as const, unit_price: '0.01' }]
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 3100, charges }, 'stub_decline')
    const at = (await now(on.api)).toISOString()
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const final = (await on.api.listUserInvoices(user.id)).is(200)[0]!
    await until('it was declined', async () => (await on.api.getInvoice(user.id, final.id)).is(200).collection === 'retrying')
    ;(await on.api.voidInvoice(user.id, final.id)).is(200)
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_ok' })).is(200)
    const daily = await makePlan(on.api, { amount_cents: 100, interval: 'day' })
    await subscribe(on.api, user.id, daily.code)
    await advanceDays(on.api, 3)
    await use(on.api, user.id, 'late', 500, at)
    await advanceDays(on.api, 3)

    const others = (await invoicesOf(on.api, user.id)).filter((i) => i.id !== final.id)
    expect(others.filter((i) => i.status === 'paid').length).toBeGreaterThan(3)
    const linesOf = (invoices: typeof others) =>
      invoices.flatMap((i) => i.lines).filter((l) => l.subscription_id === subscription.id).map((l) => [l.kind, Number(l.amount_cents)])
    expect(linesOf(others)).toEqual([['usage', 500]])
    await generate(on.api, user.id) // an invoice a period: that of the daily plan is another one
    const all = (await invoicesOf(on.api, user.id)).filter((i) => i.id !== final.id)
    expect(linesOf(all).sort()).toEqual([['base', Number(final.amount_cents)], ['usage', 500]])
  })

  test('is for open invoices only', async () => {
    const { user } = await makeCustomer(on.api)
    const invoice = await generate(on.api, user.id)
    await paid(on.api, invoice)
    ;(await on.api.voidInvoice(user.id, invoice.id)).refused(409, 'not_open')

    const { user: poor } = await makeCustomer(on.api, {}, 'stub_decline')
    const open = await generate(on.api, poor.id)
    await until('it was declined', async () => (await on.api.getInvoice(poor.id, open.id)).is(200).collection === 'retrying')
    ;(await on.api.voidInvoice(poor.id, open.id)).is(200)
    ;(await on.api.voidInvoice(poor.id, open.id)).refused(409, 'not_open')
    ;(await on.api.payInvoice(poor.id, open.id)).refused(409, 'not_open')
  })

  test('10 voids at once void once', async () => {
    const { user } = await makeCustomer(on.api, {}, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
    const answers = await Promise.all(Array.from({ length: 10 }, () => on.api.voidInvoice(user.id, invoice.id)))
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
    for (const answer of answers.filter((a) => a.status !== 200)) answer.refused(409, 'not_open')
  })
})

describe('reading invoices', () => {
  const on = useServer()

  test('an invoice is its own user\'s', async () => {
    const { user } = await makeCustomer(on.api)
    const other = await makeUser(on.api)
    const invoice = await generate(on.api, user.id)
    ;(await on.api.getInvoice(other.id, invoice.id)).refused(404, 'not_found')
    ;(await on.api.payInvoice(other.id, invoice.id)).refused(404, 'not_found')
    ;(await on.api.voidInvoice(other.id, invoice.id)).refused(404, 'not_found')
    ;(await on.api.getInvoice(user.id, nobody)).refused(404, 'not_found')
    ;(await on.api.getInvoice(user.id, 'abc')).refused(404, 'not_found')
    ;(await on.api.getInvoice('abc', invoice.id)).refused(404, 'not_found')
    expect((await on.api.getInvoice(user.id.toUpperCase(), invoice.id.toUpperCase())).is(200).id).toBe(invoice.id)
  })

  test('a user without invoices has an empty list, an unknown one is 404', async () => {
    expect((await on.api.listUserInvoices((await makeUser(on.api)).id)).is(200)).toEqual([])
    ;(await on.api.listUserInvoices(nobody)).refused(404, 'not_found')
    ;(await on.api.listUserInvoices('abc')).refused(404, 'not_found')
  })

  test('lists filter by status', async () => {
    const { user } = await makeCustomer(on.api, {}, 'stub_decline')
    const open = await generate(on.api, user.id)
    const { user: rich } = await makeCustomer(on.api)
    const done = await paid(on.api, await generate(on.api, rich.id))
    const ids = async (status?: string) => (await on.api.walk<Invoice>(`/invoices${status ? `?status=${status}` : ''}`, 100)).all.map((i) => i.id)
    expect(await ids()).toEqual(expect.arrayContaining([open.id, done.id]))
    expect(await ids('open')).toContain(open.id)
    expect(await ids('open')).not.toContain(done.id)
    expect(await ids('paid')).toContain(done.id)
    expect(await ids('paid')).not.toContain(open.id)
    expect(await ids('void')).not.toContain(open.id)
    ;(await on.api.listInvoices({ status: 'lost' })).refused(422, 'unacceptable', '?status')
  })

  test('lists filter by user, collection and the start of the period, and by all of them together', async () => {
    const { user } = await makeCustomer(on.api, { interval: 'year' }, 'stub_decline')
    const open = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, open.id)).is(200).collection === 'retrying')
    const { user: rich } = await makeCustomer(on.api, { interval: 'year' })
    const done = await paid(on.api, await generate(on.api, rich.id))
    const ids = async (query: Parameters<typeof on.api.listInvoices>[0]) => (await on.api.listInvoices({ limit: 100, ...query })).is(200).map((i) => i.id)
    expect(await ids({ user_id: user.id.toUpperCase() })).toEqual([open.id])
    expect(await ids({ user_id: nobody })).toEqual([])
    expect(await ids({ collection: 'retrying' })).toContain(open.id)
    expect(await ids({ collection: 'retrying' })).not.toContain(done.id)
    expect(await ids({ collection: 'done', user_id: rich.id })).toEqual([done.id])
    expect(await ids({ collection: 'pending', user_id: user.id })).toEqual([])
    const start = open.period_start
    const next = new Date(Date.parse(start) + 86_400_000).toISOString().slice(0, 10)
    for (const [query, found] of [
      [{ from: start }, true],
      [{ from: next }, false],
      [{ to: start }, false],
      [{ to: next }, true],
      [{ from: start, to: next }, true],
      [{ from: next, to: start }, false],
      [{ from: start, to: next, status: 'open', collection: 'retrying', user_id: user.id }, true],
      [{ from: start, to: next, status: 'paid', collection: 'retrying', user_id: user.id }, false],
      [{ from: '1970-01-01', to: '9999-12-31', user_id: user.id }, true],
    ] as const) {
      expect((await ids(query)).includes(open.id), JSON.stringify(query)).toBe(found)
    }
    for (const [query, pointer] of [
      [{ collection: 'lost' }, '?collection'],
      [{ user_id: 'abc' }, '?user_id'],
      [{ from: '2026-02-30' }, '?from'],
      [{ from: '0000-01-01' }, '?from'],
      [{ to: 'today' }, '?to'],
    ] as const) {
      ;(await on.api.listInvoices(query)).refused(422, 'unacceptable', pointer)
    }
  })

  test('an invoice is found by its number', async () => {
    const { user } = await makeCustomer(on.api)
    const invoice = await generate(on.api, user.id)
    const { user: other } = await makeCustomer(on.api)
    await generate(on.api, other.id)
    const { number } = invoice
    const ids = async (query: Parameters<typeof on.api.listInvoices>[0]) => (await on.api.listInvoices(query)).is(200).map((i) => i.id)
    expect(await ids({ number })).toEqual([invoice.id])
    expect(await ids({ number, limit: 1 })).toEqual([invoice.id])
    expect(await ids({ number, user_id: user.id, from: invoice.period_start })).toEqual([invoice.id])
    expect(await ids({ number, user_id: other.id })).toEqual([])
    expect(await ids({ number, status: 'void' })).toEqual([])
    expect(await ids({ number: '2026-999999' })).toEqual([])
    expect(await ids({ number: `${number}0` })).toEqual([])
    for (const malformed of ['', '2026', '2026-1', '2026-00001', '20260-00001', 'x026-000001', '2026-00000x', ` ${number}`, `${number}%`, '２０２６-000001', '2026_000001']) {
      ;(await on.api.listInvoices({ number: malformed })).refused(422, 'unacceptable', '?number')
    }
  })

  test('numbers are gapless within their year', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, () => makeCustomer(on.api)))
    await Promise.all(users.map(({ user }) => on.api.generateInvoice(user.id)))
    await advanceTo(on.api, '2027-01-20')
    const { all } = await on.api.walk<Invoice>('/invoices', 100)
    const years = new Map<string, number[]>()
    for (const { number, created_at } of all) {
      const [year, n] = number.split('-')
      expect(year).toBe(created_at.slice(0, 4))
      years.set(year!, [...(years.get(year!) ?? []), Number(n)])
    }
    expect([...years.keys()].sort()).toEqual(['2026', '2027'])
    for (const numbers of years.values()) expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, n) => n + 1))
  })
})

describe('a subscription that cannot be billed', () => {
  const on = useServer()

  test('keeps its error where an operator sees it, and nobody else waits for it', async () => {
    const { user: stuck, subscription } = await makeCustomer(on.api, { amount_cents: 9_223_372_036_854_775_807n, interval: 'day', charges: [perUnit('0.01')] })
    const { user: other } = await makeCustomer(on.api, { amount_cents: 100, interval: 'day' })
    await use(on.api, stuck.id, 'm', 1)
    await advanceDays(on.api, 2)
    expect((await on.api.getSubscription(subscription.id)).is(200).billing_error).toEqual(expect.stringMatching(/./))
    expect(await invoicesOf(on.api, stuck.id)).toEqual([])
    expect((await invoicesOf(on.api, other.id)).map((i) => i.amount_cents)).toEqual([100, 100])
  })

  test('what does not fit beside another subscription keeps the error too, and is billed an hour later', async () => {
    const { user, subscription: most } = await makeCustomer(on.api, { amount_cents: 9_223_372_036_854_775_807n })
    const cent = await subscribe(on.api, user.id, (await makePlan(on.api, { amount_cents: 1 })).code)
    ;(await on.api.generateInvoice(user.id)).refused(422, 'amount_overflow')
    await advanceTo(on.api, most.current_period_end)
    const errors = async () => Promise.all([most, cent].map(async ({ id }) => (await on.api.getSubscription(id)).is(200).billing_error))
    expect(await errors()).toEqual([null, expect.stringMatching(/64 bits/)])
    expect((await on.api.getSubscription(cent.id)).is(200).current_period_end).toBe(most.current_period_end)
    await paid(on.api, (await invoicesOf(on.api, user.id))[0]!)
    await advanceDays(on.api, 1)
    expect(await errors()).toEqual([null, null])
    expect((await invoicesOf(on.api, user.id)).map((i) => i.amount_cents).sort()).toEqual([1, 9_223_372_036_854_775_807n])
  })

  test('beside an item that is too large keeps the error, the neighbours do not wait, and without the item it is billed', async () => {
    const { user: stuck, subscription } = await makeCustomer(on.api, { amount_cents: 100, interval: 'month' })
    const { user: other } = await makeCustomer(on.api, { amount_cents: 100, interval: 'month' })
    const item = (await on.api.createItem(stuck.id, { description: 'A slip', currency: 'USD', amount_cents: 9_223_372_036_854_775_807n, bill: 'next' })).is(201)
    await advanceTo(on.api, subscription.current_period_end)
    const seen = async () => (await on.api.getSubscription(subscription.id)).is(200)
    expect(await seen()).toMatchObject({ billing_error: expect.stringMatching(/64 bits/) as string, current_period_end: subscription.current_period_end })
    expect(await invoicesOf(on.api, stuck.id)).toEqual([])
    expect((await invoicesOf(on.api, other.id)).map((i) => i.amount_cents)).toEqual([100])
    ;(await on.api.deleteItem(stuck.id, item.id)).is(204)
    await advanceDays(on.api, 1)
    expect((await seen()).billing_error).toBe(null)
    expect((await invoicesOf(on.api, stuck.id)).map((i) => i.amount_cents)).toEqual([100])
  })
})
