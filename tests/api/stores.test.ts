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

test('a connection that is lost while a change is under way leaves it open whether it was done; the same key again finds out', async () => {
  const dawdle = `
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()`
  expect((await on.server.sql(dawdle)).stderr).toBe('')
  const create = () => on.api.createUser({ email: 'open@example.com' }, { idempotencyKey: 'open' })
  const asked = create()
  await until('it commits', async () => (await on.server.waiting('PgSleep')) > 0)
  on.server.postgres!.cut()
  ;(await asked).refused(503, 'outcome_unknown')
  on.server.postgres!.restore()
  await until('the same request is answered', async () => (await create()).status === 201)
  expect((await on.server.sql("SELECT count(*) FROM users WHERE email = 'open@example.com'")).stdout.trim()).toBe('1')
  expect((await on.server.sql('DROP TRIGGER slow ON users; DROP FUNCTION dawdle')).stderr).toBe('')
})

const withoutRedis = async (body: () => Promise<void>) => {
  on.server.redis!.cut()
  try {
    await until('readyz sees that Redis is down', async () => {
      const answer = await on.api.getReadiness()
      return answer.status === 200 && answer.body.status === 'degraded' && answer.body.redis === 'down' && answer.body.postgres === 'ok'
    })
    await body()
  } finally {
    on.server.redis!.restore()
  }
  await until('Redis is back', async () => (await on.api.getReadiness()).is(200).status === 'ready')
}

test('while Redis cannot be reached, readyz is 200 and names it, writing goes on, and what is due is done all the same', async () => {
  await withoutRedis(async () => {
    expect((await on.api.listPlans()).is(200).length).toBeGreaterThan(2)
    const { user } = await makeCustomer(on.api, { amount_cents: 700 })
    await use(on.api, user.id, 'api_calls', 1)
    const done = await paid(on.api, (await on.api.generateInvoice(user.id)).is(201))
    expect(done.payments.map((p) => p.status)).toEqual(['succeeded'])
  })
  const { user } = await makeCustomer(on.api, { amount_cents: 800 })
  await paid(on.api, (await on.api.generateInvoice(user.id)).is(201))
})

test('an hour without Redis: periods that end are billed, payments are tried again and made', async () => {
  const clock = (after: string) => on.server.sql(`UPDATE simulated_clock SET now = now + interval '${after}'`)
  const due = '(SELECT count(*) FROM subscriptions WHERE due_at <= now) + (SELECT count(*) FROM invoices WHERE next_attempt_at <= now)'
  const { user } = await makeCustomer(on.api, { amount_cents: 700, interval: 'day' }, 'stub_unreachable_2')
  const { now } = (await on.api.getClock()).is(200)
  const tomorrow = new Date(Date.parse(now.slice(0, 10)) + 86_400_000 - 60_000)
  expect((await on.server.sql(`UPDATE simulated_clock SET now = '${tomorrow.toISOString()}'`)).code).toBe(0)
  await withoutRedis(async () => {
    for (let minutes = 0; minutes < 60; minutes += 10) {
      expect((await clock('10 minutes')).code).toBe(0)
      await until('nothing is due any more', async () => (await on.server.sql(`SELECT ${due} FROM simulated_clock`)).stdout.trim() === '0')
    }
    const invoices = (await on.api.listInvoices({ user_id: user.id })).is(200)
    expect(invoices.map((i) => i.status)).toEqual(['paid'])
  })
})

test('a process starts without Redis, and answers', async () => {
  const other = await on.server.also('serve', { REDIS_URL: 'redis://127.0.0.1:1' })
  expect((await other.api!.getReadiness()).is(200)).toEqual({ status: 'degraded', postgres: 'ok', redis: 'down' })
  expect((await other.api!.createUser({ email: 'without-redis@example.com' })).status).toBe(201)
  await other.terminate()
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
