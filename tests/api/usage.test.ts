import { describe, expect, test } from 'vitest'
import { advanceTo, makeCustomer, makeUser, use, useServer } from '../harness/make.ts'
import type { UsageEvent } from '../harness/types.ts'

const on = useServer({ start: '2026-01-15T12:00:00Z', env: { BILLING_MAX_QUANTITY: '9223372036854775807' } })
const nobody = '01900000-0000-7000-8000-000000000000'
const today = '2026-01-15'
const max = 9_223_372_036_854_775_807n

async function total(userId: string, metric?: string): Promise<bigint> {
  const days = (await on.api.getUsage(userId, { metric, from: '2024-12-31', to: '2026-01-17' })).is(200)
  return days.reduce((sum, d) => sum + BigInt(d.quantity), 0n)
}

describe('recording an event', () => {
  test('counts on today, when it does not say when', async () => {
    const user = await makeUser(on.api)
    const answer = await on.api.recordUsage({ user_id: user.id, metric: 'api_calls', quantity: 120_000 })
    expect(answer.is(201)).toEqual({ ok: true })
    expect(answer.text).toBe('{"ok":true}')
    expect((await on.api.getUsage(user.id)).is(200)).toEqual([{ metric: 'api_calls', day: today, quantity: 120_000 }])
  })

  test('events without an event_id all count', async () => {
    const user = await makeUser(on.api)
    await Promise.all(Array.from({ length: 50 }, () => use(on.api, user.id, 'm', 3)))
    expect(await total(user.id)).toBe(150n)
  })

  test('an event_id sent 1,000 times, 50 at a time, counts once', async () => {
    const user = await makeUser(on.api)
    const event = { user_id: user.id, metric: 'm', quantity: 7, event_id: 'once' }
    for (let sent = 0; sent < 1000; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => on.api.recordUsage(event)))
      for (const answer of answers) expect(answer.is(201)).toEqual({ ok: true })
    }
    expect(await total(user.id)).toBe(7n)
  })

  test('an event_id that comes again with another quantity or time is a conflict, and counts as it came first', async () => {
    const user = await makeUser(on.api)
    const event = { user_id: user.id, metric: 'm', quantity: 7, event_id: 'first', at: '2026-01-15T10:00:00Z' }
    ;(await on.api.recordUsage(event)).is(201)
    ;(await on.api.recordUsage({ ...event, quantity: 100 })).refused(409, 'event_conflict')
    ;(await on.api.recordUsage({ ...event, at: '2026-01-10T00:00:00Z' })).refused(409, 'event_conflict')
    ;(await on.api.recordUsage({ ...event, at: '2026-01-15T12:00:00+02:00' })).is(201)
    ;(await on.api.recordUsage({ ...event, at: undefined })).is(201)
    expect((await on.api.getUsage(user.id)).is(200)).toEqual([{ metric: 'm', day: today, quantity: 7 }])
    ;(await on.api.recordUsage({ ...event, metric: 'other' })).is(201)
    expect(await total(user.id, 'other')).toBe(7n)
  })

  test('a time conflicts only where both name one', async () => {
    const user = await makeUser(on.api)
    const event = { user_id: user.id, metric: 'm', quantity: 7, event_id: 'whenever' }
    ;(await on.api.recordUsage(event)).is(201)
    ;(await on.api.recordUsage({ ...event, at: '2026-01-10T00:00:00Z' })).is(201)
    expect((await on.api.getUsage(user.id)).is(200)).toEqual([{ metric: 'm', day: today, quantity: 7 }])
  })

  test('an event_id is the user\'s own', async () => {
    const [a, b] = [await makeUser(on.api), await makeUser(on.api)]
    for (const user of [a, b]) (await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1, event_id: 'same' })).is(201)
    expect([await total(a.id), await total(b.id)]).toEqual([1n, 1n])
  })

  test('different event_ids at once all count', async () => {
    const user = await makeUser(on.api)
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1, event_id: `e${n}` })),
    )
    for (const answer of answers) answer.is(201)
    expect(await total(user.id)).toBe(200n)
  })

  test('a bad event does not spoil its neighbours', async () => {
    const user = await makeUser(on.api)
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => on.api.recordUsage({ user_id: n % 3 === 0 ? nobody : user.id, metric: 'm', quantity: 1 })),
    )
    answers.forEach((answer, n) => (n % 3 === 0 ? answer.refused(404, 'not_found') : answer.is(201)))
    expect(await total(user.id)).toBe(40n)
  })

  // Sent as text, so that numbers are exactly as written here.
  test.each([
    ['0', 0n],
    ['1', 1n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['9223372036854775807', max],
  ])('a quantity of %s is exact', async (text, quantity) => {
    const user = await makeUser(on.api)
    ;(await on.api.recordUsage(`{"user_id": "${user.id}", "metric": "m", "quantity": ${text}}`)).is(201)
    expect(await total(user.id)).toBe(quantity)
  })

  test.each(['-1', '9223372036854775808', '1.5', '1.0', '1e3', '-0.0', '"1"', 'true', 'null', '[]', '{}'])('refuses a quantity of %s', async (text) => {
    const user = await makeUser(on.api)
    ;(await on.api.recordUsage(`{"user_id": "${user.id}", "metric": "m", "quantity": ${text}}`)).refused(422, 'unacceptable', '/quantity')
    expect(await total(user.id)).toBe(0n)
  })

  test.each([
    ['no user', { user_id: undefined }, '/user_id'],
    ['a malformed user', { user_id: 'abc' }, '/user_id'],
    ['no metric', { metric: undefined }, '/metric'],
    ['an empty metric', { metric: '' }, '/metric'],
    ['a metric in upper case', { metric: 'API' }, '/metric'],
    ['a metric with a dash', { metric: 'a-b' }, '/metric'],
    ['a metric with NUL', { metric: 'a\u0000' }, '/metric'],
    ['a metric of 65 characters', { metric: 'm'.repeat(65) }, '/metric'],
    ['no quantity', { quantity: undefined }, '/quantity'],
    ['an empty event_id', { event_id: '' }, '/event_id'],
    ['an event_id of 256 characters', { event_id: 'e'.repeat(256) }, '/event_id'],
    ['an event_id with NUL', { event_id: 'e\u0000' }, '/event_id'],
    ['an event_id that is a number', { event_id: 5 }, '/event_id'],
    ['a time without an offset', { at: '2026-01-15T11:00:00' }, '/at'],
    ['a date', { at: '2026-01-15' }, '/at'],
    ['a day that there is not', { at: '2025-02-30T00:00:00Z' }, '/at'],
    ['an hour that there is not', { at: '2026-01-15T24:00:00Z' }, '/at'],
    ['a number of seconds', { at: 1768478400 }, '/at'],
    ['an unknown member', { value: 3 }, '/value'],
  ])('refuses %s, and points at it', async (_, change, pointer) => {
    const user = await makeUser(on.api)
    ;(await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1, ...change })).refused(422, 'unacceptable', pointer)
    expect(await total(user.id)).toBe(0n)
  })

  test('the user must be there', async () => {
    ;(await on.api.recordUsage({ user_id: nobody, metric: 'm', quantity: 1 })).refused(404, 'not_found')
  })

  test('a metric and an event_id as long as may be', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.recordUsage({ user_id: user.id, metric: 'm'.repeat(64), quantity: 1, event_id: 'e'.repeat(255) })).is(201)
    expect(await total(user.id, 'm'.repeat(64))).toBe(1n)
  })
})

describe('the time of an event', () => {
  test.each([
    ['5 minutes ahead', '2026-01-15T12:05:00Z', 201],
    ['a moment more', '2026-01-15T12:05:01Z', 422],
    ['366 days back', '2025-01-14T12:00:00Z', 201],
    ['a moment more', '2025-01-14T11:59:59Z', 422],
    ['now, with another offset', '2026-01-15T17:30:00+05:30', 201],
    ['too far ahead, with another offset', '2026-01-15T12:00:00-01:00', 422],
    ['a fraction of a second', '2026-01-15T11:59:59.123456Z', 201],
  ])('may be %s: %s is %d', async (_, at, status) => {
    const user = await makeUser(on.api)
    const answer = await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1, at })
    if (status === 201) answer.is(201)
    else answer.refused(422, 'unacceptable', '/at')
    expect(await total(user.id)).toBe(status === 201 ? 1n : 0n)
  })

  test.each([
    ['2026-01-14T23:59:59Z', '2026-01-14'],
    ['2026-01-15T00:00:00Z', '2026-01-15'],
    ['2026-01-15T01:30:00+02:00', '2026-01-14'],
    ['2026-01-14T23:30:00-02:00', '2026-01-15'],
  ])('decides its UTC day: %s is %s', async (at, day) => {
    const user = await makeUser(on.api)
    await use(on.api, user.id, 'm', 1, at)
    expect((await on.api.getUsage(user.id)).is(200)).toEqual([{ metric: 'm', day, quantity: 1 }])
  })
})

describe('a batch', () => {
  const events = (userId: string, count: number, more: (n: number) => Partial<UsageEvent> = () => ({})): UsageEvent[] =>
    Array.from({ length: count }, (_, n) => ({ user_id: userId, metric: 'm', quantity: 1, ...more(n) }))

  test('is recorded whole', async () => {
    const user = await makeUser(on.api)
    const result = (await on.api.recordUsageBatch(events(user.id, 3))).is(201)
    expect(result).toEqual({ accepted: 3, duplicates: 0, results: [{ status: 'accepted' }, { status: 'accepted' }, { status: 'accepted' }] })
    expect(await total(user.id)).toBe(3n)
  })

  test('may be of several users, metrics and days', async () => {
    const [a, b] = [await makeUser(on.api), await makeUser(on.api)]
    const batch = [
      { user_id: a.id, metric: 'm', quantity: 1, at: '2026-01-14T10:00:00Z' },
      { user_id: b.id, metric: 'm', quantity: 2 },
      { user_id: a.id, metric: 'n', quantity: 4 },
      { user_id: a.id, metric: 'm', quantity: 8, at: '2026-01-14T11:00:00Z' },
    ]
    expect((await on.api.recordUsageBatch(batch)).is(201).accepted).toBe(4)
    const days = (await on.api.getUsage(a.id)).is(200)
    expect(days).toHaveLength(2)
    expect(days).toContainEqual({ metric: 'm', day: '2026-01-14', quantity: 9 })
    expect(days).toContainEqual({ metric: 'n', day: today, quantity: 4 })
    expect(await total(b.id)).toBe(2n)
  })

  test('an event_id counts once within a batch, across batches and beside single events', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1, event_id: 'e0' })).is(201)
    const batch = events(user.id, 6, (n) => ({ event_id: `e${n % 3}` }))
    const result = (await on.api.recordUsageBatch(batch)).is(201)
    expect(result.accepted).toBe(2)
    expect(result.duplicates).toBe(4)
    expect(result.results.map((r) => r.status)).toEqual(['duplicate', 'accepted', 'accepted', 'duplicate', 'duplicate', 'duplicate'])
    const again = (await on.api.recordUsageBatch(batch)).is(201)
    expect(again).toMatchObject({ accepted: 0, duplicates: 6 })
    expect(await total(user.id)).toBe(3n)
  })

  test('20 equal batches at once, in different order, count once', async () => {
    const user = await makeUser(on.api)
    const batch = events(user.id, 100, (n) => ({ event_id: `e${n}`, quantity: n }))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => on.api.recordUsageBatch(n % 2 === 0 ? batch : [...batch].reverse())),
    )
    const accepted = answers.map((a) => a.is(201).accepted).reduce((a, b) => a + b)
    expect(accepted).toBe(100)
    expect(await total(user.id)).toBe(4950n)
  })

  test('single events and batches of the same event_ids at once count once', async () => {
    const user = await makeUser(on.api)
    const batch = events(user.id, 50, (n) => ({ event_id: `e${n}` }))
    await Promise.all([
      ...batch.map(async (event) => (await on.api.recordUsage(event)).is(201)),
      ...Array.from({ length: 5 }, async () => (await on.api.recordUsageBatch(batch)).is(201)),
    ])
    expect(await total(user.id)).toBe(50n)
  })

  test('one bad event refuses all of it, and each bad one is pointed at', async () => {
    const user = await makeUser(on.api)
    const batch: unknown[] = events(user.id, 8)
    batch[3] = { user_id: user.id, metric: 'm', quantity: -1 }
    batch[5] = { user_id: user.id, metric: 'NOT', quantity: 1, at: 'yesterday' }
    batch[7] = { user_id: user.id, metric: 'm', quantity: 1, colour: 'red' }
    ;(await on.api.recordUsageBatch(batch)).refused(
      422,
      'unacceptable',
      '/events/3/quantity',
      '/events/5/metric',
      '/events/5/at',
      '/events/7/colour',
    )
    expect(await total(user.id)).toBe(0n)
  })

  test('an unknown user refuses all of it', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.recordUsageBatch([...events(user.id, 1), ...events(nobody, 1)])).refused(422, 'unacceptable', '/events/1/user_id')
    expect(await total(user.id)).toBe(0n)
  })

  test('with partial=true the good ones are recorded, and the bad ones say why not', async () => {
    const user = await makeUser(on.api)
    const batch = [
      { user_id: user.id, metric: 'm', quantity: 1, event_id: 'a' },
      { user_id: user.id, metric: 'm', quantity: -1 },
      { user_id: nobody, metric: 'm', quantity: 1 },
      { user_id: user.id, metric: 'm', quantity: 10 },
      { user_id: user.id, metric: 'm', quantity: 1, event_id: 'a' },
      { user_id: user.id, metric: 'm', quantity: 100, at: '2027-01-01T00:00:00Z' },
      'not an event',
    ]
    const result = (await on.api.recordUsageBatch(batch, { query: { partial: true } })).is(201)
    expect(result.results.map((r) => r.status)).toEqual(['accepted', 'refused', 'refused', 'accepted', 'duplicate', 'refused', 'refused'])
    expect(result).toMatchObject({ accepted: 2, duplicates: 1 })
    expect(await total(user.id)).toBe(11n)
  })

  test('an event_id with another quantity refuses all of it, with its pointer; with partial=true it alone is refused', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1, event_id: 'taken' })).is(201)
    const batch = [
      { user_id: user.id, metric: 'm', quantity: 10, event_id: 'new' },
      { user_id: user.id, metric: 'm', quantity: 2, event_id: 'taken' },
      { user_id: user.id, metric: 'm', quantity: 1, event_id: 'taken' },
      { user_id: user.id, metric: 'm', quantity: 11, event_id: 'new' },
    ]
    ;(await on.api.recordUsageBatch(batch)).refused(422, 'unacceptable', '/events/1/event_id', '/events/3/event_id')
    expect(await total(user.id)).toBe(1n)
    const result = (await on.api.recordUsageBatch(batch, { query: { partial: true } })).is(201)
    expect(result.results.map((r) => r.status)).toEqual(['accepted', 'refused', 'duplicate', 'refused'])
    expect(await total(user.id)).toBe(11n)
  })

  test('with partial=true even a batch of bad ones is answered item by item', async () => {
    const result = (await on.api.recordUsageBatch(events(nobody, 2), { query: { partial: true } })).is(201)
    expect(result).toMatchObject({ accepted: 0, duplicates: 0 })
    expect(result.results.map((r) => r.status)).toEqual(['refused', 'refused'])
  })

  test('partial is true or false', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.recordUsageBatch(events(user.id, 1), { query: { partial: 'false' } })).is(201)
    ;(await on.api.recordUsageBatch(events(user.id, 1), { query: { partial: 'perhaps' } })).refused(422, 'unacceptable', '?partial')
  })

  test('10,000 events are recorded; 10,001 are refused', async () => {
    const user = await makeUser(on.api)
    const many = events(user.id, 10_000, (n) => ({ event_id: `e${n}` }))
    const result = (await on.api.recordUsageBatch(many)).is(201)
    expect(result.accepted).toBe(10_000)
    expect(result.results).toHaveLength(10_000)
    expect(await total(user.id)).toBe(10_000n)
    ;(await on.api.recordUsageBatch(events(user.id, 10_001))).refused(422, 'unacceptable', '/events')
    ;(await on.api.recordUsageBatch(events(user.id, 10_001), { query: { partial: true } })).refused(422, 'unacceptable', '/events')
    expect(await total(user.id)).toBe(10_000n)
  })

  test.each([
    ['an empty batch', { events: [] }, '/events'],
    ['no events', {}, '/events'],
    ['events that are no array', { events: {} }, '/events'],
    ['an event that is no object', { events: [5] }, '/events/0'],
    ['an unknown member', { events: [{ user_id: nobody, metric: 'm', quantity: 1 }], partial: true }, '/partial'],
  ])('refuses %s', async (_, body, pointer) => {
    ;(await on.api.call('recordUsageBatch', {}, { body })).refused(422, 'unacceptable', pointer)
  })
})

describe('reading usage', () => {
  test('gives totals by metric and day; from is included, to is not', async () => {
    const user = await makeUser(on.api)
    for (const [metric, quantity, at] of [
      ['m', 1, '2026-01-10T00:00:00Z'],
      ['m', 2, '2026-01-10T23:59:59Z'],
      ['m', 4, '2026-01-11T12:00:00Z'],
      ['m', 8, '2026-01-12T00:00:00Z'],
      ['n', 16, '2026-01-11T12:00:00Z'],
    ] as const) {
      await use(on.api, user.id, metric, quantity, at)
    }
    const days = async (query: object) =>
      (await on.api.getUsage(user.id, query)).is(200).map((d) => `${d.day} ${d.metric} ${d.quantity}`).sort()
    expect(await days({})).toEqual(['2026-01-10 m 3', '2026-01-11 m 4', '2026-01-11 n 16', '2026-01-12 m 8'])
    expect(await days({ metric: 'm' })).toEqual(['2026-01-10 m 3', '2026-01-11 m 4', '2026-01-12 m 8'])
    expect(await days({ from: '2026-01-11' })).toEqual(['2026-01-11 m 4', '2026-01-11 n 16', '2026-01-12 m 8'])
    expect(await days({ to: '2026-01-12' })).toEqual(['2026-01-10 m 3', '2026-01-11 m 4', '2026-01-11 n 16'])
    expect(await days({ from: '2026-01-11', to: '2026-01-12', metric: 'n' })).toEqual(['2026-01-11 n 16'])
    expect(await days({ metric: 'other' })).toEqual([])
  })

  test('shows the last 30 days when it is not told otherwise', async () => {
    const user = await makeUser(on.api)
    for (const at of ['2025-12-10T00:00:00Z', '2025-12-20T00:00:00Z', '2026-01-15T00:00:00Z']) await use(on.api, user.id, 'm', 1, at)
    expect((await on.api.getUsage(user.id)).is(200).map((d) => d.day).sort()).toEqual(['2025-12-20', '2026-01-15'])
    expect((await on.api.getUsage(user.id, { from: '2025-12-01' })).is(200)).toHaveLength(3)
  })

  test('a day whose sum does not fit 64 bits is there to the unit', async () => {
    const user = await makeUser(on.api)
    await use(on.api, user.id, 'm', max, '2026-01-14T10:00:00Z')
    await use(on.api, user.id, 'm', max, '2026-01-14T11:00:00Z')
    await use(on.api, user.id, 'n', 1)
    const days = await on.api.getUsage(user.id)
    expect(days.is(200)).toHaveLength(2)
    expect(days.text).toContain('"quantity":18446744073709551614}')
    expect((await on.api.getUsage(user.id, { metric: 'n' })).is(200)).toEqual([{ metric: 'n', day: today, quantity: 1 }])
  })

  test.each([
    [{ from: 'yesterday' }, '?from'],
    [{ from: '2026-02-30' }, '?from'],
    [{ to: '2026-1-1' }, '?to'],
    [{ to: '2026-01-15T00:00:00Z' }, '?to'],
  ])('refuses %j', async (query, pointer) => {
    const user = await makeUser(on.api)
    ;(await on.api.getUsage(user.id, query)).refused(422, 'unacceptable', pointer)
  })

  test('the user must be there', async () => {
    ;(await on.api.getUsage(nobody)).refused(404, 'not_found')
    ;(await on.api.getUsage('abc')).refused(404, 'not_found')
  })
})

describe('late usage by the real clock', () => {
  const day = 86_400_000
  const past = useServer({ start: new Date(Date.now() - 3 * day).toISOString() })

  test('opens a settled period again', async () => {
    const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]
    const { user } = await makeCustomer(past.api, { amount_cents: 0, interval: 'day', charges })
    await advanceTo(past.api, new Date().toISOString())
    const { api } = await past.server.also('serve', { BILLING_CLOCK: 'system' })
    const event = { user_id: user.id, metric: 'm', quantity: 7, at: new Date(Date.now() - 2 * day).toISOString() }
    ;(await api.recordUsage(event)).is(201)
    const first = (await api.generateInvoice(user.id)).is(201)
    expect(first.amount_cents).toBe(7)
    ;(await api.payInvoice(user.id, first.id)).is(200) // the worker's simulated clock is not there yet
    ;(await api.recordUsageBatch([{ ...event, quantity: 9 }])).is(201)
    expect((await api.generateInvoice(user.id)).is(201).amount_cents).toBe(9)
  })
})

describe('a quantity', () => {
  const on = useServer()

  test('is a slip beyond 10^12, where nothing else is set', async () => {
    const user = await makeUser(on.api)
    const event = { user_id: user.id, metric: 'm', quantity: 1_000_000_000_000 }
    ;(await on.api.recordUsage(event)).is(201)
    ;(await on.api.recordUsage({ ...event, quantity: 1_000_000_000_001 })).refused(422, 'unacceptable', '/quantity')
    ;(await on.api.recordUsageBatch([event, { ...event, quantity: max }])).refused(422, 'unacceptable', '/events/1/quantity')
    expect((await on.api.getUsage(user.id)).is(200)).toMatchObject([{ quantity: 1_000_000_000_000 }])
  })
})
