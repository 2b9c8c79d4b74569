import { expect, test } from 'vitest'
import { advanceDays, generate, invoicesOf, makeCustomer, paid, useServer } from '../harness/make.ts'
import { Server } from '../harness/server.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-03-01T12:00:00Z' })

/** Until the workers have taken everything that was rung for. */
const quiet = () =>
  until('the queue is empty', async () => {
    const { queue } = (await on.api.getStats()).is(200)
    return queue.waiting === 0 && queue.in_flight === 0
  })

test('a ring for a payment that is not due attempts nothing', async () => {
  const { user } = await makeCustomer(on.api, { amount_cents: 100, interval: 'year' }, 'stub_decline')
  const invoice = await generate(on.api, user.id)
  const declined = async () => (await on.api.getInvoice(user.id, invoice.id)).is(200)
  await until('it was declined', async () => (await declined()).collection === 'retrying')
  for (let n = 0; n < 50; n++) await on.server.ring('attempt_payments', [invoice.id])
  await quiet()
  expect((await declined()).payments).toHaveLength(1)
  await advanceDays(on.api, 1)
  for (let n = 0; n < 50; n++) await on.server.ring('attempt_payments', [invoice.id])
  await quiet()
  expect((await declined()).payments).toHaveLength(2)
})

test('a ring for a paid invoice attempts nothing', async () => {
  const { user } = await makeCustomer(on.api, { amount_cents: 100, interval: 'year' })
  const invoice = await paid(on.api, await generate(on.api, user.id))
  for (let n = 0; n < 20; n++) await on.server.ring('attempt_payments', [invoice.id])
  await quiet()
  expect((await on.api.getInvoice(user.id, invoice.id)).is(200).payments).toHaveLength(1)
})

test('a ring for a user who is not due bills nothing', async () => {
  const { user, subscription } = await makeCustomer(on.api, { amount_cents: 100, interval: 'month' })
  for (let n = 0; n < 20; n++) await on.server.ring('bill_users', [user.id, user.id])
  await quiet()
  expect(await invoicesOf(on.api, user.id)).toEqual([])
  expect((await on.api.getSubscription(subscription.id)).is(200).current_period_end).toBe(subscription.current_period_end)
})

test('rings that make no sense are put away', async () => {
  await on.server.ring('no_such_job', ['x'])
  await on.server.ring('attempt_payments', ['not-an-id', '00000000-0000-0000-0000-000000000000'])
  await on.server.ring('bill_users', ['not-an-id'])
  await on.server.ring('bill_users', ['00000000-0000-0000-0000-000000000000'])
  await quiet()
  const { user } = await makeCustomer(on.api, { amount_cents: 100 })
  await paid(on.api, await generate(on.api, user.id))
})

test.each([
  ['begun', 'INSERT', "NEW.status = 'pending'"],
  ['finished', 'UPDATE', "NEW.status = 'succeeded'"],
])('a payment that cannot be %s holds up none of the same ring', async (_, event, when) => {
  const first = await makeCustomer(on.api, { amount_cents: 100 })
  const ids = [first.user.id]
  while (ids.length < 5) ids.push((await makeCustomer(on.api, { amount_cents: 100 })).user.id)
  const broken = await on.server.sql(`
    CREATE FUNCTION refuse_payment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
    CREATE TRIGGER broken BEFORE ${event} ON payments FOR EACH ROW WHEN (NEW.user_id = '${first.user.id}' AND ${when}) EXECUTE FUNCTION refuse_payment()`)
  expect(broken.stderr).toBe('')
  const advanced = on.api.advanceClock({ to: first.subscription.current_period_end })
  const all = ids.map((id) => `'${id}'`).join()
  const paidOnes = async () => (await on.server.sql(`SELECT count(*) FROM invoices WHERE status = 'paid' AND user_id IN (${all})`)).stdout.trim()
  await until('the others are paid', async () => (await paidOnes()) === '4').finally(() => on.server.sql('DROP TRIGGER broken ON payments; DROP FUNCTION refuse_payment'))
  // The claim of the one that was charged but could not be finished runs out.
  await on.server.sql(`UPDATE payments SET claimed_until = now() - interval '1 second' WHERE claimed_until IS NOT NULL`)
  ;(await advanced).is(200)
  expect(await paidOnes()).toBe('5')
})

test('what a worker could not do is rung for again', async () => {
  const server = await Server.start({ clock: 'system' })
  try {
    const { user } = await makeCustomer(server.api, { amount_cents: 100 })
    await server.sql(`CREATE FUNCTION refuse_payment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
      CREATE TRIGGER broken BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION refuse_payment()`)
    const invoice = await generate(server.api, user.id)
    await until('a worker has tried', async () => server.log.includes('not now'))
    await server.sql('DROP TRIGGER broken ON payments')
    await paid(server.api, invoice)
  } finally {
    await server.stop()
  }
})
