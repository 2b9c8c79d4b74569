import { expect, test } from 'vitest'
import { advanceTo, amounts, invoicesOf, makeUser, paid, subscribe, use, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-01-31T09:00:00Z' })

test('a year in the life of a customer: month ends, an upgrade, a card that fails, usage that comes late, a goodbye', async () => {
  const ada = await makeUser(on.api)
  const on_day = (day: string) => advanceTo(on.api, `${day}T10:00:00Z`)
  const spend = (quantity: number, at?: string) => use(on.api, ada.id, 'api_calls', quantity, at)
  const status = async (id: string) => (await on.api.getSubscription(id)).is(200).status

  // Basic on the last day of January: 19.00, 10,000 calls included, 0.002 each beyond.
  const basic = await subscribe(on.api, ada.id, 'basic')
  await on_day('2026-02-10')
  await spend(12_500)
  await on_day('2026-03-15')
  await spend(10_000)
  await on_day('2026-04-01')
  await spend(10_001)
  await on_day('2026-05-05')
  await spend(10_300)

  // An upgrade: cancel, and subscribe to the other plan on the same day.
  await on_day('2026-05-10')
  ;(await on.api.cancelSubscription(basic.id, 'now')).is(200)
  const pro = await subscribe(on.api, ada.id, 'pro')
  await on_day('2026-05-20')
  await spend(120_000)
  await on_day('2026-06-15')
  await spend(250_000)

  // In July the card fails, for all five attempts.
  await on_day('2026-07-01')
  ;(await on.api.updateUser(ada.id, { payment_method: 'stub_decline' })).is(200)
  await on_day('2026-07-20')
  await spend(100_000)
  expect(await status(pro.id)).toBe('active')
  await on_day('2026-07-26')
  expect(await status(pro.id)).toBe('past_due')

  // A new card on August 20: what is open is charged at once, what was given up too.
  await on_day('2026-08-20')
  const uncollected = (await invoicesOf(on.api, ada.id)).filter((i) => i.collection === 'uncollected')
  expect(uncollected.map((i) => [i.period_start, i.payments.length])).toEqual([['2026-06-10', 5]])
  ;(await on.api.updateUser(ada.id, { payment_method: 'stub_ok' })).is(200)
  await paid(on.api, uncollected[0]!)
  await until('the subscription is active again', async () => (await status(pro.id)) === 'active')

  // Two weeks after July's period was closed, more of its usage comes in.
  await on_day('2026-08-25')
  await spend(50_000, '2026-08-09T23:00:00Z')

  // In November she says goodbye, at the period's end.
  await on_day('2026-11-01')
  ;(await on.api.cancelSubscription(pro.id, 'period_end')).is(200)
  expect(await status(pro.id)).toBe('active')
  await on_day('2027-01-31')
  expect(await status(pro.id)).toBe('canceled')

  const invoices = await invoicesOf(on.api, ada.id)
  expect(invoices.map((i) => [i.period_start, i.period_end, i.created_at.slice(0, 10), Number(i.amount_cents), amounts(i)])).toEqual([
    ['2026-01-31', '2026-02-28', '2026-02-28', 2400, { base: 1900, api_calls: 500 }],
    ['2026-02-28', '2026-03-31', '2026-03-31', 1900, { base: 1900, api_calls: 0 }],
    ['2026-03-31', '2026-04-30', '2026-04-30', 1900, { base: 1900, api_calls: 0 }],
    // 11 of 31 days: 1900 x 11 / 31 = 674.19
    ['2026-04-30', '2026-05-11', '2026-05-10', 734, { base: 674, api_calls: 60 }],
    ['2026-05-10', '2026-06-10', '2026-06-10', 6900, { base: 4900, api_calls: 2000 }],
    ['2026-06-10', '2026-07-10', '2026-07-10', 19_900, { base: 4900, api_calls: 15_000 }],
    ['2026-07-10', '2026-08-10', '2026-08-10', 4900, { base: 4900, api_calls: 0 }],
    ['2026-08-10', '2026-09-10', '2026-09-10', 9900, { base: 4900, 'api_calls 2026-07-10': 5000 }],
    ['2026-09-10', '2026-10-10', '2026-10-10', 4900, { base: 4900 }],
    ['2026-10-10', '2026-11-10', '2026-11-10', 4900, { base: 4900 }],
  ])
  for (const invoice of invoices) {
    expect(invoice.status).toBe('paid')
    expect(invoice.payments.filter((p) => p.status === 'succeeded').map((p) => p.amount_cents)).toEqual([invoice.amount_cents])
  }
  // August's was tried on the 10th, 11th, 14th, 19th and, with the new card, on the 20th.
  const august = invoices.find((i) => i.period_start === '2026-07-10')!
  expect([...august.payments].reverse().map((p) => [p.attempted_at.slice(0, 10), p.status])).toEqual([
    ['2026-08-10', 'failed'],
    ['2026-08-11', 'failed'],
    ['2026-08-14', 'failed'],
    ['2026-08-19', 'failed'],
    ['2026-08-20', 'succeeded'],
  ])
})
