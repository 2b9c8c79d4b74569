import { expect, test } from 'vitest'
import { advanceDays, advanceTo, amounts, changeCardOnly, generate, invoicesOf, makeCustomer, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-03-01T12:00:00Z' })
const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]

test('usage, generates and roll-overs at the same time bill each unit once', async () => {
  const customers = []
  for (let n = 0; n < 8; n++) customers.push(await makeCustomer(on.api, { amount_cents: 100, interval: 'day', charges }))
  const days = 6
  let advancing = true
  const clock = (async () => {
    for (let n = 0; n < days; n++) await advanceDays(on.api, 1)
    advancing = false
  })()
  const sent = customers.map(() => 0n)
  await Promise.all([
    clock,
    ...customers.map(async ({ user }, c) => {
      while (advancing) {
        ;(await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 3 })).is(201)
        sent[c]! += 3n
      }
    }),
    ...customers.map(async ({ user }) => {
      while (advancing) expect([200, 201]).toContain((await on.api.generateInvoice(user.id)).status)
    }),
  ])
  await advanceDays(on.api, 2)
  for (const [c, { user }] of customers.entries()) {
    await until('nothing more is to be billed', async () => (await on.api.generateInvoice(user.id)).status === 200)
    const invoices = await invoicesOf(on.api, user.id)
    const lines = invoices.flatMap((i) => i.lines)
    const sum = (kind: string) => lines.filter((l) => l.kind === kind).reduce((total, l) => total + BigInt(l.amount_cents), 0n)
    expect(sum('usage')).toBe(sent[c])
    // The days that are over, and today.
    expect(sum('base')).toBe(BigInt(days + 3) * 100n)
  }
})

test('of a payment and a void at the same time, one wins and the other is told', async () => {
  for (let n = 0; n < 10; n++) {
    const { user } = await makeCustomer(on.api, { amount_cents: 100, interval: 'year' }, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
    await changeCardOnly(on, user.id, 'stub_slow_5')
    const [pay, annul] = await Promise.all([on.api.payInvoice(user.id, invoice.id), on.api.voidInvoice(user.id, invoice.id)])
    const end = (await on.api.getInvoice(user.id, invoice.id)).is(200)
    expect([pay.status, annul.status].sort()).toEqual([200, 409])
    expect(end.status).toBe(pay.status === 200 ? 'paid' : 'void')
    expect(end.payments.filter((p) => p.status === 'succeeded')).toHaveLength(pay.status === 200 ? 1 : 0)
  }
})

test('of a cancel, generates and usage at the same time nothing is lost', async () => {
  const customers = []
  for (let n = 0; n < 10; n++) customers.push(await makeCustomer(on.api, { amount_cents: 0, charges }))
  await Promise.all(
    customers.flatMap(({ user, subscription }) => [
      on.api.cancelSubscription(subscription.id, 'now').then((a) => a.is(200)),
      ...Array.from({ length: 10 }, () => on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 5 }).then((a) => a.is(201))),
      ...Array.from({ length: 3 }, () => on.api.generateInvoice(user.id)),
    ]),
  )
  await advanceDays(on.api, 1)
  for (const { user } of customers) {
    const last = await on.api.generateInvoice(user.id)
    expect([200, 201, 409]).toContain(last.status)
    const invoices = await invoicesOf(on.api, user.id)
    expect(invoices.reduce((sum, i) => sum + BigInt(i.amount_cents), 0n)).toBe(50n)
  }
})

/** As a billing of the user does that takes two seconds: it has the user's row, and settles the period. */
async function settleSlowly(userId: string, periodStart: string) {
  const settling = on.server.sql(`BEGIN; SELECT FROM users WHERE id = '${userId}' FOR NO KEY UPDATE;
    UPDATE subscription_periods SET settled = true WHERE user_id = '${userId}' AND period_start = '${periodStart}'; SELECT pg_sleep(2); COMMIT`)
  await until('it has settled', async () => (await on.server.waiting('PgSleep')) === 1)
  return { settling }
}

test('a void waits for a billing of its user, and gives the period back', async () => {
  const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, interval: 'week' }, 'stub_decline')
  await advanceTo(on.api, subscription.current_period_end)
  await advanceDays(on.api, 1)
  const [first] = await invoicesOf(on.api, user.id)
  const { settling } = await settleSlowly(user.id, subscription.current_period_start)
  ;(await on.api.voidInvoice(user.id, first!.id)).is(200)
  expect((await settling).code).toBe(0)
  expect(amounts(await generate(on.api, user.id))).toEqual({ base: 1000, [`base ${subscription.current_period_start}`]: 1000 })
})

test.each(['alone', 'in a batch'])('late usage %s waits for a billing of its user, and is billed', async (how) => {
  const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]
  const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, interval: 'week', charges })
  await advanceTo(on.api, subscription.current_period_end)
  await advanceDays(on.api, 1)
  const event = { user_id: user.id, metric: 'm', quantity: 7, at: `${subscription.current_period_start}T23:00:00Z` }
  const { settling } = await settleSlowly(user.id, subscription.current_period_start)
  if (how === 'alone') (await on.api.recordUsage(event)).is(201)
  else (await on.api.recordUsageBatch([event])).is(201)
  expect((await settling).code).toBe(0)
  expect(amounts(await generate(on.api, user.id))).toEqual({ base: 1000, [`m ${subscription.current_period_start}`]: 7 })
})
