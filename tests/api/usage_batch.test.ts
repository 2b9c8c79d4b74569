import { describe, expect, test } from 'vitest'
import { advanceTo, makeUser, useServer } from '../harness/make.ts'
import type { UsageEvent } from '../harness/types.ts'

const on = useServer({ start: '2026-01-15T12:00:00Z' })
const nobody = '01900000-0000-7000-8000-000000000000'

const send = (body: string | Buffer, partial = false) => on.api.call('recordUsageBatch', {}, { body, query: { partial } })

async function total(userId: string): Promise<bigint> {
  const days = (await on.api.getUsage(userId)).is(200)
  return days.reduce((sum, d) => sum + BigInt(d.quantity), 0n)
}

describe('the body of a batch', () => {
  test.each<[string, (event: string) => string | Buffer, string]>([
    ['ends in an event', (event) => `{"events":[${event},${event.slice(0, -9)}`, 'it ends too early'],
    ['ends between events', (event) => `{"events":[${event},`, 'it ends too early'],
    ['goes on after its end', (event) => `{"events":[${event}]} {}`, 'something follows the value'],
    ['has a comma too many', (event) => `{"events":[${event},]}`, 'a syntax error'],
    ['has an event that names a member twice', (event) => `{"events":[${event},{"metric":"m","metric":"m"}]}`, 'the member "metric" is given twice'],
    ['has its events twice', (event) => `{"events":[${event}],"events":[${event}]}`, 'the member "events" is given twice'],
    ['has its events twice, once escaped', (event) => `{"events":[${event}],"\\u0065vents":0}`, 'the member "events" is given twice'],
    ['is nested too deeply', (event) => `{"events":[${event},${'['.repeat(31)}${']'.repeat(31)}]}`, 'it is nested deeper than 32 levels'],
    ['has half a surrogate pair', (event) => `{"events":[${event},{"event_id":"\\ude00"}]}`, 'half a surrogate pair stands alone'],
    ['is not UTF-8', (event) => Buffer.from(`{"events":[${event},{"event_id":"\xff"}]}`, 'latin1'), 'it is not UTF-8'],
    ['has a number that is none', (event) => `{"events":[${event},{"quantity":NaN}]}`, 'a syntax error'],
  ])('that %s records nothing of it', async (_, bodyOf, reason) => {
    const user = await makeUser(on.api)
    const body = bodyOf(JSON.stringify({ user_id: user.id, metric: 'm', quantity: 1 }))
    for (const partial of [false, true]) {
      const problem = (await send(body, partial)).refused(400, 'not_json')
      expect(problem.detail).toContain(`The body is not valid JSON: ${reason}`)
    }
    expect(await total(user.id)).toBe(0n)
  })

  test.each(['1e3', '1.0', '1.5', '-1', '9223372036854775808', '1e400', '"1"', 'null', '[]'])('with the quantity %s points at it', async (quantity) => {
    const user = await makeUser(on.api)
    const event = (text: string) => `{"user_id":"${user.id}","metric":"m","quantity":${text}}`
    ;(await send(`{"events":[${event('-0')},${event(quantity)}]}`)).refused(422, 'unacceptable', '/events/1/quantity')
    expect(await total(user.id)).toBe(0n)
  })

  test('may have its events anywhere and name them in escapes', async () => {
    const user = await makeUser(on.api)
    const event = JSON.stringify({ user_id: user.id, metric: 'm', quantity: 2, event_id: 'e' }).replace('"e"', '"\\u0065"')
    expect((await send(` {"\\u0065vents" : [ ${event} , ${event} ] } `)).is(201)).toMatchObject({ accepted: 1, duplicates: 1 })
    const refused = await send(`{"event":[{"events":[${event}]}],"events":[${event},{"events":[]}],"more":{"events":[1]}}`)
    refused.refused(422, 'unacceptable', '/events/1/user_id', '/events/1/metric', '/events/1/quantity', '/events/1/events', '/event', '/more')
    expect(await total(user.id)).toBe(2n)
  })
})

describe('what a batch records', () => {
  const awkward = ['NULL', '{}', 'a,b', '"', '\\', '\\"', '\n', "'", '😀', 'é', ' ', '{"a":"b"}', 'x'.repeat(255)]

  test('event_ids are what was sent, whatever they consist of', async () => {
    const user = await makeUser(on.api)
    const batch = awkward.map((event_id, n): UsageEvent => ({ user_id: user.id, metric: 'm', quantity: n, event_id }))
    expect((await on.api.recordUsageBatch(batch)).is(201).accepted).toBe(batch.length)
    for (const event of batch) (await on.api.recordUsage(event)).is(201)
    ;(await on.api.recordUsageBatch(batch.map((event, n) => ({ ...event, quantity: n + 1 })))).refused(
      422,
      'unacceptable',
      ...awkward.map((_, n) => `/events/${n}/event_id`),
    )
    expect(await total(user.id)).toBe(BigInt((awkward.length * (awkward.length - 1)) / 2))
  })

  test('each event of one that is larger than a statement has its own outcome', async () => {
    const users = [await makeUser(on.api), await makeUser(on.api), await makeUser(on.api)]
    const idOf = (n: number) => `${n % 5_000}`.padEnd(255, '-')  // the second half repeats the first
    const batch = Array.from({ length: 10_000 }, (_, n): UsageEvent => {
      const event = { user_id: users[n % 2]!.id, metric: 'm'.repeat(64), quantity: 1, event_id: idOf(n) }
      if (n % 1_000 === 999) return { user_id: nobody, metric: 'm', quantity: 1 }
      if (n % 1_000 === 998) return { user_id: users[2]!.id, metric: 'm', quantity: 1 }
      return n === 7_500 ? { ...event, quantity: 2 } : event
    })
    const result = (await on.api.recordUsageBatch(batch, { query: { partial: true } })).is(201)
    const expected = batch.map((event, n) => {
      if (event.user_id === nobody || n === 7_500) return 'refused'
      return n < 5_000 || event.event_id === undefined ? 'accepted' : 'duplicate'
    })
    expect(result.results.map((r) => r.status)).toEqual(expected)
    const totals = await Promise.all(users.map((user) => total(user.id)))
    expect(totals).toEqual([2_495n, 2_495n, 10n])
  })

  test('the time of an event tells it from another of its id only where it was named', async () => {
    const user = await makeUser(on.api)
    const event = { user_id: user.id, metric: 'm', quantity: 1 }
    const named = { ...event, event_id: 'named', at: '2026-01-15T12:00:00Z' }  // when it came, as it happens
    const unnamed = { ...event, event_id: 'unnamed' }
    expect((await on.api.recordUsageBatch([named, unnamed])).is(201).accepted).toBe(2)
    await advanceTo(on.api, '2026-01-15T13:00:00Z')
    const earlier = '2026-01-15T11:00:00+00:00'
    expect((await on.api.recordUsageBatch([named, unnamed, { ...unnamed, at: earlier }])).is(201).duplicates).toBe(3)
    const late = { ...event, event_id: 'late', at: earlier }
    ;(await on.api.recordUsageBatch([late])).is(201)
    ;(await on.api.recordUsageBatch([late, { ...late, at: '2026-01-15T11:00:01Z' }])).refused(422, 'unacceptable', '/events/1/event_id')
  })
})
