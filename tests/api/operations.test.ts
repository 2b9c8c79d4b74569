import { describe, expect, test } from 'vitest'
import { advanceDays, generate, makeCustomer, makePlan, makeUser, paid, subscribe, use, useServer } from '../harness/make.ts'
import { send } from '../harness/http.ts'
import { until } from '../harness/until.ts'

describe('stats', () => {
  const on = useServer()

  test('count nothing at first', async () => {
    const stats = (await on.api.getStats()).is(200)
    expect(stats).toMatchObject({
      users: 0,
      subscriptions: { trialing: 0, active: 0, past_due: 0, canceled: 0 },
      invoices: { open: 0, paid: 0, void: 0, uncollected: 0 },
      oldest_due_at: null,
    })
    for (const amount of stats.amounts) expect(amount).toMatchObject({ open_cents: 0, uncollected_cents: 0, paid_cents: 0, mrr_cents: 0 })
  })

  test.each(['/stats', '/stats/revenue', '/stats/usage'])('%s says how old its figures are', async (path) => {
    const answer = await send(on.server.origin, { method: 'GET', path })
    expect(answer.headers.age).toMatch(/^\d+$/)
  })

  test('count what there is, and bring base fees to a month', async () => {
    const { user: rich } = await makeCustomer(on.api, { amount_cents: 1200 })
    await paid(on.api, await generate(on.api, rich.id))
    const { user: poor } = await makeCustomer(on.api, { amount_cents: 12_000, interval: 'year' }, 'stub_decline')
    const open = await generate(on.api, poor.id)
    const { user: wrong } = await makeCustomer(on.api, { amount_cents: 500, currency: 'EUR', interval: 'year', interval_count: 5 }, 'stub_decline')
    const voided = await generate(on.api, wrong.id)
    for (const invoice of [open, voided]) {
      await until('it was declined', async () => (await on.api.getInvoice(invoice.user_id, invoice.id)).is(200).collection === 'retrying')
    }
    ;(await on.api.voidInvoice(wrong.id, voided.id)).is(200)
    await makeCustomer(on.api, { amount_cents: 7700, trial_days: 30 })
    const { subscription: left } = await makeCustomer(on.api, { amount_cents: 0 })
    ;(await on.api.cancelSubscription(left.id, 'now')).is(200)
    const quarterly = await makePlan(on.api, { amount_cents: 3000, interval: 'month', interval_count: 3 })
    await subscribe(on.api, (await makeUser(on.api)).id, quarterly.code)

    const stats = (await on.api.getStats()).is(200)
    expect(stats).toMatchObject({
      users: 6,
      subscriptions: { trialing: 1, active: 4, past_due: 0, canceled: 1 },
      invoices: { open: 1, paid: 1, void: 1, uncollected: 0 },
    })
    const usd = stats.amounts.find((a) => a.currency === 'USD')
    // 12.00 a month, 120.00 a year and 30.00 a quarter.
    expect(usd).toEqual({ currency: 'USD', open_cents: 12_000, overdue_cents: 0, retrying_cents: 12_000, uncollected_cents: 0, paid_cents: 1200, paid_30d_cents: 1200, refunded_30d_cents: 0, mrr_cents: 1200 + 1000 + 1000, waiting_cents: 0 })
    expect(stats.invoices.retrying).toBe(1)
    expect(stats.payments).toEqual({ pending: 0, succeeded_30d: 1, failed_30d: 2 })

    await advanceDays(on.api, 17)
    const later = (await on.api.getStats()).is(200)
    expect(later.invoices).toMatchObject({ open: 1, uncollected: 1 })
    expect(later.subscriptions).toMatchObject({ active: 3, past_due: 1 })
    expect(later.amounts.find((a) => a.currency === 'USD')).toMatchObject({ uncollected_cents: 12_000 })
    await until('the queue has run dry', async () => {
      const { queue } = (await on.api.getStats()).is(200)
      return queue.waiting === 0 && queue.in_flight === 0
    })
  })
})

describe('revenue and usage over time', () => {
  const on = useServer({ start: '2026-01-15T12:00:00Z', env: { BILLING_MAX_QUANTITY: '9223372036854775807' } })

  test('are nothing at first', async () => {
    expect((await on.api.getRevenue()).is(200)).toEqual([])
    expect((await on.api.getUsageTotals()).is(200)).toEqual([])
  })

  test('are summed by month, week and day, per currency and metric; void invoices and what lies outside are left out', async () => {
    const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0' }]
    const { user } = await makeCustomer(on.api, { amount_cents: 1000, charges })
    const { user: european } = await makeCustomer(on.api, { amount_cents: 700, currency: 'EUR' }, 'stub_decline')
    await use(on.api, user.id, 'm', 5, '2026-01-11T23:59:59Z')
    await use(on.api, user.id, 'm', 7, '2026-01-12T00:00:00Z')
    await use(on.api, user.id, 'other', 1, '2026-01-14T00:00:00Z')
    const { user: wrong } = await makeCustomer(on.api, { amount_cents: 900 }, 'stub_decline')
    const mistake = await generate(on.api, wrong.id)
    await until('it was declined', async () => (await on.api.getInvoice(wrong.id, mistake.id)).is(200).collection === 'retrying')
    ;(await on.api.voidInvoice(wrong.id, mistake.id)).is(200)
    ;(await on.api.cancelSubscription(mistake.lines[0]!.subscription_id!, 'now')).is(200)
    await advanceDays(on.api, 40)
    expect((await on.api.listUserInvoices(european.id)).is(200)).toHaveLength(1)

    const months = (await on.api.getRevenue()).is(200)
    const usd = months.filter((row) => row.currency === 'USD')
    // The canceled one's only day is a thirty-first of 900.
    expect(usd).toEqual([
      { currency: 'USD', date: '2026-01-01', invoiced_cents: 29, paid_cents: 0, refunded_cents: 0 },
      { currency: 'USD', date: '2026-02-01', invoiced_cents: 1000, paid_cents: 1000, refunded_cents: 0 },
    ])
    expect(months.filter((row) => row.currency === 'EUR')).toEqual([{ currency: 'EUR', date: '2026-02-01', invoiced_cents: 700, paid_cents: 0, refunded_cents: 0 }])
    expect((await on.api.getRevenue({ from: '2026-02-15', to: '2026-02-16', by: 'day' })).is(200).map((row) => [row.currency, row.date])).toEqual([
      ['EUR', '2026-02-15'],
      ['USD', '2026-02-15'],
    ])
    expect((await on.api.getRevenue({ from: '2026-02-16', to: '2026-03-01' })).is(200)).toEqual([])

    const span = { from: '2026-01-01', to: '2026-02-01' }
    const rows = async (query: Record<string, string>) => (await on.api.getUsageTotals({ ...span, ...query })).is(200)
    expect(await rows({ metric: 'm' })).toEqual([
      { metric: 'm', date: '2026-01-11', quantity: 5 },
      { metric: 'm', date: '2026-01-12', quantity: 7 },
    ])
    // January 12th was a Monday.
    expect(await rows({ metric: 'm', by: 'week' })).toEqual([
      { metric: 'm', date: '2026-01-05', quantity: 5 },
      { metric: 'm', date: '2026-01-12', quantity: 7 },
    ])
    expect((await rows({ by: 'month' })).sort((a, b) => a.metric.localeCompare(b.metric))).toEqual([
      { metric: 'm', date: '2026-01-01', quantity: 12 },
      { metric: 'other', date: '2026-01-01', quantity: 1 },
    ])
  })

  test.each<Record<string, string>>([{ by: 'year' }, { from: 'soon' }, { to: '2026-02-30' }, { from: '2026-03-01', to: '2026-02-01' }, { by: 'day', from: '2020-01-01' }, { color: 'red' }])(
    'a query that means nothing is refused: %j',
    async (query) => {
      ;(await on.api.getRevenue(query)).refused(422, 'unacceptable')
      ;(await on.api.getUsageTotals(query)).refused(422, 'unacceptable')
    },
  )

  test('a sum beyond 64 bits is null, and nothing fails', async () => {
    const user = await makeUser(on.api)
    for (const event_id of ['a', 'b']) (await on.api.recordUsage({ user_id: user.id, metric: 'huge', quantity: 9223372036854775807n, event_id })).is(201)
    expect((await on.api.getUsageTotals({ metric: 'huge' })).is(200)).toMatchObject([{ metric: 'huge', quantity: null }])
  })
})

describe('the system', () => {
  const on = useServer({ relays: true })

  test('names its processes, what they have in hand, the queue, and what is due when', async () => {
    const work = await on.server.also('work')
    await makeCustomer(on.api, { amount_cents: 100 })
    const system = await until('both processes and a tick are there', async () => {
      const now = (await on.api.getSystem()).is(200)
      return now.workers.length === 2 && now.schedule.last_tick_at ? now : undefined
    })
    expect(system).toMatchObject({ clock: { now: '2026-01-15T12:00:00Z', simulated: true }, postgres: 'ok', redis: 'ok', queue: { in_flight: 0 } })
    expect(system.workers.map((w) => w.role).sort()).toEqual(['run', 'work'])
    for (const worker of system.workers) expect(Math.abs(Date.now() - Date.parse(worker.seen_at))).toBeLessThan(12_000)
    expect(system.due).toContainEqual({ job: 'bill_users', oldest_due_at: null, next_due_at: '2026-02-15T00:00:00Z' })
    await work.terminate()
    await until('the one that left is gone', async () => (await on.api.getSystem()).is(200).workers.length === 1)
  })

  test('while Redis is away says so, and shows what it can', async () => {
    on.server.redis!.cut()
    const system = await until('it is noticed', async () => {
      const now = (await on.api.getSystem()).is(200)
      return now.redis === 'down' ? now : undefined
    })
    expect(system).toMatchObject({ postgres: 'ok', workers: [], schedule: { last_tick_at: null } })
    expect(system.due.length).toBeGreaterThan(0)
    on.server.redis!.restore()
    await until('it is back', async () => (await on.api.getSystem()).is(200).redis === 'ok')
  })
})

describe('metrics', () => {
  const on = useServer()

  const value = (text: string, line: RegExp): number | undefined => {
    const match = text.split('\n').find((l) => line.test(l))
    return match === undefined ? undefined : Number(match.split(' ').at(-1))
  }

  test('are in the text format of Prometheus', async () => {
    const answer = await on.api.getMetrics()
    expect(answer.status).toBe(200)
    expect(answer.header('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const names = new Set<string>()
    for (const line of answer.text.trimEnd().split('\n')) {
      if (line.startsWith('# TYPE ')) names.add(line.split(' ')[2]!)
      else if (!line.startsWith('#')) expect(line).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_]+="([^"\\\n]|\\.)*",?)*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)$/)
    }
    expect([...names].every((name) => name.startsWith('billing_'))).toBe(true)
  })

  test('count requests by route and status, and their latencies', async () => {
    const requests = /^billing_http_requests_total\{(?=.*route="\/users\/\{id\}")(?=.*method="GET")(?=.*status="404").*\}/
    const before = value((await on.api.getMetrics()).text, requests) ?? 0
    for (let n = 0; n < 5; n++) (await on.api.getUser('01900000-0000-7000-8000-000000000000')).refused(404, 'not_found')
    const { text } = await on.api.getMetrics()
    expect(value(text, requests)).toBe(before + 5)
    expect(text).toMatch(/^billing_http_request_duration_seconds_bucket\{.*le="\+Inf".*\} \d+$/m)
    // The route, never the path: an id must not make a new time series.
    expect(text).not.toContain('01900000')
  })

  test('count invoices and payments, and show the queue', async () => {
    const { user } = await makeCustomer(on.api)
    await paid(on.api, await generate(on.api, user.id))
    const { text } = await on.api.getMetrics()
    expect(text).toMatch(/^billing_\w*invoices?\w*(\{.*\})? [1-9]\d*$/m)
    expect(text).toMatch(/^billing_\w*payments?\w*\{.*succeeded.*\} 1$/m)
    expect(text).toMatch(/^billing_\w*queue\w*(\{.*\})? \d/m)
  })
})

describe('the metrics of several threads', () => {
  const on = useServer({ env: { BILLING_THREADS: '3' } })

  test('say of each thread and pool what it holds, whichever thread is asked; and of each job what came of it', async () => {
    const { user } = await makeCustomer(on.api)
    await paid(on.api, await generate(on.api, user.id))
    await until('each thread has told', async () => {
      const { text } = await on.api.getMetrics()
      const told = (pool: string) => [0, 1, 2].every((thread) => text.includes(`billing_postgres_waiting{pool="${pool}",thread="${thread}"} 0`))
      return told('requests') && told('jobs') && /^billing_postgres_connections\{.*state="open".*\} [1-9]/m.test(text)
    })
    expect((await on.api.getMetrics()).text).toMatch(/^billing_jobs_total\{job="attempt_payments",outcome="done"\} [1-9]/m)
  })
})

describe('METRICS_PORT', () => {
  const on = useServer({ clock: 'system' })

  test('is a port of a worker or a schedule for what watches it, and has nothing of the API', async () => {
    const worker = await on.server.also('work', { METRICS_PORT: '0' })
    const schedule = await on.server.also('schedule', { METRICS_PORT: '0' })
    for (const { api, origin } of [worker, schedule]) {
      expect((await api.getHealth()).is(200)).toBe('ok')
      expect((await api.getReadiness()).is(200)).toMatchObject({ postgres: 'ok', redis: 'ok' })
      for (const path of ['/plans', '/docs', '/stats']) {
        const answer = await send(origin, { method: 'GET', path })
        expect(answer.status).toBe(404)
        expect(answer.text).toContain('/metrics')
      }
    }
    await on.server.terminate() // of several schedules one is active: its own, as long as it lives
    await until('the schedule has ticked, and has counted what hangs', async () => {
      const { text } = await schedule.api.getMetrics()
      const wanted = ['billing_schedule_last_tick_seconds', 'billing_oldest_due_seconds{job="bill_users"}', 'billing_queue_depth', 'billing_subscriptions_not_billed 0', 'billing_payments_stuck 0']
      return wanted.every((name) => text.includes(`\n${name}`))
    })
    await on.server.launch()
    // Two do the work, this one and the server's own.
    await until('the worker has paid for somebody', async () => {
      const { user } = await makeCustomer(on.api)
      await paid(on.api, await generate(on.api, user.id))
      return (await worker.api.getMetrics()).text.includes('billing_payments_total{outcome="succeeded"}')
    })
  })

  test('is beside the API of a server, where each of several on one port can be told apart', async () => {
    const server = await on.server.also('serve', { METRICS_PORT: '0' })
    const metricsPort = /"metrics_listening".*"port":(\d+)/.exec(server.log)?.[1]
    const answer = await send(`http://127.0.0.1:${metricsPort}`, { method: 'GET', path: '/metrics' })
    expect(answer.status).toBe(200)
    expect((await server.api.getMetrics()).status).toBe(200)
  })

  test('needs a key once there is one, and on any address but loopback from the start', async () => {
    const refused = await on.server.runWith({ HOST: '0.0.0.0', METRICS_PORT: '0' }, 'work')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('billing keys create')
    const worker = await on.server.also('work', { METRICS_PORT: '0' })
    const key = await on.server.key('prometheus', 'read')
    await until('the worker has seen the key', async () => (await worker.api.getMetrics()).status === 401)
    expect((await worker.api.as(key).getMetrics()).status).toBe(200)
    expect((await worker.api.getHealth()).is(200)).toBe('ok')
  })
})
