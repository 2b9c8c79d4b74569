import { expect, test } from 'vitest'
import { advanceDays, advanceTo, fresh, invoicesOf, makeCustomer, now, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

// A process that did not move the clock itself hears of the move a moment later.
const on = useServer({ start: '2026-03-01T12:00:00Z' })

test('usage that comes through a process whose simulated clock is behind is billed', async () => {
  const front = await on.server.also('serve')
  const { user } = await makeCustomer(on.api, { amount_cents: 0, interval: 'day', charges: [{ metric: 'm', model: 'per_unit', unit_price: '0.01' }] })
  for (let n = 0; n < 10; n++) {
    await advanceDays(on.api, 3)
    ;(await front.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1 })).is(201)
    const { now: here } = (await on.api.getClock()).is(200)
    await until('both processes have the same time', async () => (await front.api.getClock()).is(200).now === here)
  }
  await advanceDays(on.api, 2)
  const billed = (await invoicesOf(on.api, user.id)).reduce((sum, i) => sum + BigInt(i.amount_cents), 0n)
  expect(billed).toBe(10n)
})

test('a cancel through a process whose simulated clock is behind ends the current period', async () => {
  const front = await on.server.also('serve')
  for (let n = 0; n < 5; n++) {
    const { subscription } = await makeCustomer(on.api, { amount_cents: 1000, interval: 'day' })
    await advanceTo(on.api, subscription.current_period_end)
    const canceled = (await front.api.cancelSubscription(subscription.id, 'now')).is(200)
    const today = (await now(on.api)).toISOString().slice(0, 10)
    expect(canceled).toMatchObject({ status: 'canceled', current_period_start: today })
  }
})

test('usage that waits for another transaction while a simulated clock leaps is billed', async () => {
  const front = await on.server.also('serve')
  const { user } = await makeCustomer(on.api, { amount_cents: 0, interval: 'day', charges: [{ metric: 'm', model: 'per_unit', unit_price: '0.01' }] })
  const event = fresh('e')
  const at = (await now(on.api)).toISOString()
  // Another event of that id, not committed yet, which comes to nothing.
  const other = on.server.sql(
    `BEGIN; INSERT INTO usage_events (id, user_id, metric, quantity, at, event_id, created_at) VALUES (gen_random_uuid(), '${user.id}', 'm', 1, '${at}', '${event}', '${at}'); SELECT pg_sleep(1); ROLLBACK`,
  )
  await until('it is there', async () => (await on.server.waiting('PgSleep')) === 1)
  const recorded = front.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1, event_id: event })
  await until('the event waits', async () => (await on.server.waiting('Lock')) > 0)
  await advanceDays(on.api, 3)
  ;(await recorded).is(201)
  await other
  await advanceDays(on.api, 2)
  expect((await invoicesOf(on.api, user.id)).map((i) => i.amount_cents)).toEqual([1])
})

test('a cancel that waits past the midnight of the period ends that period', async () => {
  const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, interval: 'day' })
  const other = on.server.sql(`BEGIN; SELECT FROM users WHERE id = '${user.id}' FOR UPDATE; SELECT pg_sleep(2); COMMIT`)
  await until('the user is locked', async () => (await on.server.waiting('PgSleep')) === 1)
  const canceled = on.api.cancelSubscription(subscription.id, 'now')
  await until('the cancel waits', async () => (await on.server.waiting('Lock')) > 0)
  const advanced = advanceTo(on.api, subscription.current_period_end)
  expect((await canceled).is(200)).toMatchObject({ status: 'canceled', current_period_end: subscription.current_period_end })
  await advanced
  await other
  expect((await invoicesOf(on.api, user.id)).map((i) => i.amount_cents)).toEqual([1000])
})
