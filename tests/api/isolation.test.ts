/** Nobody waits for a stranger: what one request or one customer does costs the others nothing. */

import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../harness/client.ts'
import { advanceTo, fresh, generate, invoicesOf, makeCustomer, makePlan, makeUser, subscribe, use, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

/** Well above what a busy machine needs for any of these, and far below a lock's or a statement's time limit. */
const prompt = 1_500

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now()
  const result = await work()
  return [result, performance.now() - began]
}

describe('one thread', () => {
  const on = useServer({ env: { BILLING_THREADS: '1' } })

  /** As long as `work` runs, somebody holds the user's row; then it is free. */
  async function withUserLocked(userId: string, work: () => Promise<void>): Promise<void> {
    const held = on.server.sql(`SELECT FROM users WHERE id = '${userId}' FOR NO KEY UPDATE; SELECT pg_sleep(8)`)
    await until('the row is locked', async () => (await on.server.waiting('PgSleep')) > 0)
    await work()
    await on.server.sql(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`)
    await held
  }

  test('while a user is locked, every request for others is answered as fast as ever', async () => {
    const locked = await makeCustomer(on.api, 'pro')
    const other = await makeCustomer(on.api, 'pro')
    const waiting: Promise<Answer<unknown>>[] = []
    await withUserLocked(locked.user.id, async () => {
      for (let i = 0; i < 12; ++i) {
        waiting.push(on.api.updateUser(locked.user.id, { payment_method: 'stub_ok' }))
        waiting.push(on.api.generateInvoice(locked.user.id))
      }
      await until('somebody waits for the lock', async () => (await on.server.waiting('Lock')) >= 2)
      const requests: [string, () => Promise<Answer<unknown>>, number][] = [
        ['a user', () => on.api.getUser(other.user.id), 200],
        ['a payment method', () => on.api.updateUser(other.user.id, { payment_method: 'stub_ok' }), 200],
        ['usage', () => on.api.recordUsage({ user_id: other.user.id, metric: 'api_calls', quantity: 1 }), 201],
        ['usage of whom is locked', () => on.api.recordUsage({ user_id: locked.user.id, metric: 'api_calls', quantity: 1 }), 201],
        ['an invoice', () => on.api.generateInvoice(other.user.id), 201],
        ['a keyed request', () => on.api.raw('POST', '/users', { body: { email: `${fresh('k')}@example.com` }, idempotencyKey: fresh('key') }), 201],
        ['readiness', () => on.api.getReadiness(), 200],
      ]
      for (const [what, ask, status] of requests) {
        const [answer, ms] = await timed(ask)
        answer.is(status)
        expect(ms, what).toBeLessThan(prompt)
      }
    })
    for (const answer of await Promise.all(waiting)) expect([200, 201, 503]).toContain(answer.status)
  })

  test('late events of one customer wait for nobody, and all of them count', async () => {
    const { user } = await makeCustomer(on.api, 'pro')
    await withUserLocked(user.id, async () => {
      await Promise.all(Array.from({ length: 40 }, () => use(on.api, user.id, 'api_calls', 1)))
      expect(await on.server.waiting('PgSleep'), 'the user is still locked').toBe(1)
    })
    expect((await generate(on.api, user.id)).usage).toEqual({ api_calls: 40 })
  })

  test('a preview that asks for a million steps is refused at once', async () => {
    const tiers = Array.from({ length: 100 }, (_, i) => ({ up_to: i === 99 ? null : (i + 1) * 10, unit_price: '0.01' }))
    const charges = Array.from({ length: 100 }, (_, i) => ({ metric: `m${i}`, model: 'graduated' as const, tiers }))
    const [answer, ms] = await timed(() => on.api.previewPlan({ amount_cents: 0, charges }))
    answer.refused(422, 'unacceptable', '/charges')
    expect(ms).toBeLessThan(prompt)
    const one = (await on.api.previewPlan({ amount_cents: 0, charges: charges.slice(0, 1) })).is(200)
    expect(one.charges[0]!.points.length).toBeGreaterThan(200)
  })

  test('what changes nothing is not kept under an Idempotency-Key', async () => {
    const key = fresh('preview')
    for (let i = 0; i < 2; ++i) {
      const answer = await on.api.raw('POST', '/plans/preview', { body: { amount_cents: 100 }, idempotencyKey: key })
      answer.is(200)
      expect(answer.replayed).toBe(false)
    }
    expect((await on.server.sql(`SELECT count(*) FROM idempotency_keys WHERE key = '${key}'`)).stdout.trim()).toBe('0')
  })

  test('a metric that no plan of the user charges is not read when billing', async () => {
    const { user } = await makeCustomer(on.api, { charges: [{ metric: 'counted', model: 'per_unit', unit_price: '1' }] })
    await use(on.api, user.id, 'counted', 3)
    for (const metric of ['invented', 'another']) await use(on.api, user.id, metric, 1000)
    expect((await generate(on.api, user.id)).usage).toEqual({ counted: 3 })
  })

  test('a session of ours that the network has torn apart holds its locks for seconds only', async () => {
    const { user } = await makeCustomer(on.api, 'pro')
    const torn = await tornSession(process.env.BILLING_TEST_DATABASE_URL!, await databaseName(), `SELECT FROM users WHERE id = '${user.id}' FOR UPDATE`)
    try {
      await until('the torn session holds the lock', async () => (await on.api.updateUser(user.id, { payment_method: 'stub_ok' })).status === 503)
      await until('it is over', async () => (await on.api.updateUser(user.id, { payment_method: 'stub_ok' })).status === 200, 15_000)
    } finally {
      torn()
    }
  })

  async function databaseName(): Promise<string> {
    return (await on.server.sql('SELECT current_database()')).stdout.trim()
  }

  test('while PostgreSQL takes no changes they are 503, reads go on, and so does all by itself afterwards', async () => {
    const database = await databaseName()
    const user = await makeUser(on.api)
    await on.server.sql(`ALTER DATABASE ${database} SET default_transaction_read_only = on`)
    await on.server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}' AND pid <> pg_backend_pid()`)
    try {
      await until('a change is refused', async () => {
        const answer = await on.api.createUser({ email: `${fresh('ro')}@example.com` })
        const ended = answer.status === 503 && (answer.body as unknown as { type: string }).type === '/docs#outcome_unknown'
        if (answer.status === 201 || ended) return false // a connection from before, that still writes or was just ended
        answer.refused(503, 'database_unavailable')
        return true
      })
      ;(await on.api.getUser(user.id)).is(200)
    } finally {
      await on.server.sql(`BEGIN READ WRITE; ALTER DATABASE ${database} RESET default_transaction_read_only; COMMIT`)
    }
    await until('changes are taken again', async () => (await on.api.createUser({ email: `${fresh('rw')}@example.com` })).status === 201)
  })
})

/** A session that has run `lock` in a transaction and then stopped in the middle of a message; the function ends it. */
async function tornSession(url: string, database: string, lock: string): Promise<() => void> {
  const target = new URL(url)
  const directory = target.searchParams.get('host')
  const port = Number(target.port || target.searchParams.get('port') || 5432)
  const socket = directory?.startsWith('/') ? connect(`${directory}/.s.PGSQL.${port}`) : connect(port, target.hostname)
  await new Promise((resolve) => socket.once('connect', resolve))
  let received = ''
  socket.on('data', (data) => {
    received += data.toString('latin1')
  })
  socket.on('error', () => undefined)
  const message = (type: string, ...parts: (string | Buffer)[]): Buffer => {
    const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)))
    const head = Buffer.alloc(type.length + 4)
    head.write(type)
    head.writeInt32BE(body.length + 4, type.length)
    return Buffer.concat([head, body])
  }
  const zeros = (count: number) => Buffer.alloc(count)
  const user = target.searchParams.get('user') ?? (decodeURIComponent(target.username) || 'postgres')
  const version = Buffer.from([0, 3, 0, 0])
  socket.write(message('', version, 'user', user, 'database', database, 'application_name', 'billing', zeros(1)))
  await until('the session is open', async () => received.includes('Z\0\0\0\u0005I'))
  const run = (sql: string) => [message('P', '', sql, zeros(2)), message('B', '', '', zeros(6)), message('E', '', zeros(4))]
  socket.write(Buffer.concat([...run('BEGIN'), ...run(lock), message('P', '', 'SELECT 1', zeros(2)).subarray(0, 7)]))
  return () => socket.destroy()
}

describe('keys', () => {
  const on = useServer()

  test('who may not enter is told so before the body is read', async () => {
    await on.server.key('somebody', 'admin')
    await until('a key is needed', async () => (await on.api.as(undefined).listUsers()).status === 401)
    const { hostname, port } = new URL(on.server.origin)
    const answers = await Promise.all(
      Array.from({ length: 32 }, async () => {
        const socket = connect(Number(port), hostname)
        let text = ''
        socket.on('data', (data) => {
          text += data.toString()
        })
        socket.on('error', () => undefined)
        socket.write('POST /usage/batch HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 8388607\r\n\r\n{"events":')
        await until('an answer', async () => text.includes('\r\n\r\n'))
        socket.destroy()
        return text.split('\r\n')[0]
      }),
    )
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 401 Unauthorized']))
  })
})

test('a user whose billing takes longer than a statement may is put off with an error, and the others are billed meanwhile', { timeout: 180_000 }, async () => {
  const { Server } = await import('../harness/server.ts')
  const server = await Server.start({ start: '2026-03-01T12:00:00Z' })
  try {
    const plan = await makePlan(server.api, { amount_cents: 1000, interval: 'day' })
    const users = await Promise.all(Array.from({ length: 12 }, () => makeUser(server.api)))
    const slow = users[0]! // the one that has been due longest
    for (const user of users) await subscribe(server.api, user.id, plan.code)
    const { stderr } = await server.sql(`
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON invoices FOR EACH ROW WHEN (NEW.user_id = '${slow.id}') EXECUTE FUNCTION dawdle();
      CREATE TRIGGER slow BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION dawdle()`)
    expect(stderr).toBe('')
    const refused = server.api.createUser({ email: 'slow@example.com' })
    const advanced = advanceTo(server.api, '2026-03-02').catch(() => undefined)
    const [, ms] = await timed(() =>
      until(
        'the others are billed',
        async () => {
          const billed = await Promise.all(users.slice(1).map(async (user) => (await invoicesOf(server.api, user.id)).length > 0))
          return billed.every(Boolean)
        },
        60_000,
      ),
    )
    expect(ms).toBeLessThan(60_000)
    await until(
      'the slow one is put off',
      async () => {
        const found = (await server.api.listSubscriptions({ user_id: slow.id })).is(200)
        return found[0]!.billing_error !== null && found[0]!.billing_error.includes('longer')
      },
      90_000,
    )
    await advanced
    ;(await refused).refused(503, 'too_slow')
    await server.sql('DROP TRIGGER slow ON invoices; DROP TRIGGER slow ON users; DROP FUNCTION dawdle')
  } finally {
    await server.stop()
  }
})

test('SIGTERM ends a process within 20 seconds, also while PostgreSQL is frozen', { timeout: 90_000 }, async () => {
  const { Server } = await import('../harness/server.ts')
  const server = await Server.start({ relays: true })
  const { user } = await makeCustomer(server.api, 'pro')
  server.postgres!.freeze()
  const asked = [server.api.generateInvoice(user.id), server.api.createUser({ email: 'frozen@example.com' })].map((answer) => answer.catch(() => undefined))
  await sleep(300) // they are on their way: nothing tells of it while PostgreSQL stands still
  const [, ms] = await timed(() => server.terminate())
  expect(ms).toBeLessThan(25_000) // and the time that a busy machine takes to end it
  await Promise.all(asked)
  server.postgres!.thaw()
  await server.stop().catch(() => undefined)
})
