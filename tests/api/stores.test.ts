import { expect, test } from 'vitest'
import { generate, makeCustomer, paid, use, useServer } from '../harness/make.ts'
import { Server } from '../harness/server.ts'
import { until } from '../harness/until.ts'

const on = useServer({ relays: true })

test('while PostgreSQL cannot be reached, readyz names it, requests are 503 with Retry-After, and healthz stays well; then all goes on', async () => {
  const { user } = await makeCustomer(on.api, 'pro')
  on.server.postgres!.cut()
  try {
    await until('readyz sees that PostgreSQL is down', async () => {
      const answer = await on.api.getReadiness()
      return answer.status === 503 && answer.body.postgres === 'down' && answer.body.redis === 'ok'
    })
    expect((await on.api.getHealth()).is(200)).toBe('ok')
    for (const answer of [await on.api.listUsers(), await on.api.createUser({ email: 'away@example.com' }), await on.api.generateInvoice(user.id)]) {
      answer.refused(503, 'database_unavailable')
      expect(Number(answer.header('retry-after'))).toBeGreaterThan(0)
    }
  } finally {
    on.server.postgres!.restore()
  }
  await until('PostgreSQL is back', async () => (await on.api.getReadiness()).status === 200)
  await until('users can be made again', async () => (await on.api.createUser({ email: 'back@example.com' })).status === 201)
  await paid(on.api, (await on.api.generateInvoice(user.id)).is(201))
})

test('while Redis cannot be reached, readyz names it and writing goes on; what was rung for in the meantime is done afterwards', async () => {
  on.server.redis!.cut()
  let invoice
  try {
    await until('readyz sees that Redis is down', async () => {
      const answer = await on.api.getReadiness()
      return answer.status === 503 && answer.body.redis === 'down' && answer.body.postgres === 'ok'
    })
    expect((await on.api.listPlans()).is(200).length).toBeGreaterThan(2)
    const { user } = await makeCustomer(on.api, { amount_cents: 700 })
    await use(on.api, user.id, 'api_calls', 1)
    invoice = (await on.api.generateInvoice(user.id)).is(201)
  } finally {
    on.server.redis!.restore()
  }
  await until('Redis is back', async () => (await on.api.getReadiness()).status === 200)
  const done = await paid(on.api, invoice)
  expect(done.payments.map((p) => p.status)).toEqual(['succeeded'])
})

test('losing all that Redis holds loses nothing', async () => {
  const { user } = await makeCustomer(on.api, { amount_cents: 900 }, 'stub_slow_300')
  const invoice = (await on.api.generateInvoice(user.id)).is(201)
  await on.server.forgetRedis()
  const done = await paid(on.api, invoice)
  expect(done.payments.filter((p) => p.status === 'succeeded')).toHaveLength(1)
})

test('what the environment says of times and dates to PostgreSQL changes nothing', async () => {
  const server = await Server.start({ env: { PGTZ: 'America/Los_Angeles', PGDATESTYLE: 'German', PGGEQO: 'off' } })
  const { user } = await makeCustomer(server.api, 'pro')
  const invoice = await generate(server.api, user.id)
  expect(invoice.created_at).toBe('2026-01-15T12:00:00Z')
  expect(invoice.period_start).toBe('2026-01-15')
  await server.stop()
})
