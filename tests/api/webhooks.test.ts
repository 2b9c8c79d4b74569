import { describe, expect, onTestFinished, test } from 'vitest'
import { makeUser, useServer } from '../harness/make.ts'
import { Receiver, verify, type Behaviour } from '../harness/receiver.ts'
import type { Event, NewlyMadeWebhookEndpoint, WebhookDelivery, WebhookDeliveryDetail, WebhookEndpoint } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T09:00:00Z', env: { BILLING_WEBHOOKS_TO_PRIVATE: '1' } })

async function receiver(behave?: Behaviour): Promise<Receiver> {
  const started = await Receiver.start(behave)
  onTestFinished(() => started.stop())
  return started
}
/** Deleted again at the test's end, so that it takes no part in those after it. */
async function endpoint(url: string, members: Record<string, unknown> = {}): Promise<NewlyMadeWebhookEndpoint> {
  const made = (await on.api.call<NewlyMadeWebhookEndpoint>('createWebhookEndpoint', {}, { body: { url, ...members } })).is(201)
  onTestFinished(async () => {
    await on.api.call('deleteWebhookEndpoint', { id: made.id })
  })
  return made
}
const get = async (id: string) => (await on.api.call<WebhookEndpoint>('getWebhookEndpoint', { id })).is(200)
const deliveries = async (id: string, query: Record<string, string | number> = {}) =>
  (await on.api.call<WebhookDelivery[]>('listWebhookDeliveries', { id }, { query })).is(200)
const arrived = (to: Receiver, count: number) => until(`${count} deliveries`, async () => to.received.length >= count)
/** Once all that there is was tried. */
const tried = (id: string) => until('everything was tried', async () => ((await get(id)).waiting as number) === 0 || undefined)
/** What is due again some time is due now. */
const hurry = (id: string) =>
  on.server.sql(`UPDATE webhook_deliveries SET due_at = now() WHERE endpoint_id = '${id}' AND due_at IS NOT NULL; UPDATE webhook_endpoints SET hold_until = NULL WHERE id = '${id}'`)
const answering = (status: number, headers: Record<string, string> = {}): Behaviour => (_request, response) => {
  response.writeHead(status, headers).end('as told')
}

describe('an endpoint', () => {
  test('is sent each event, signed so that a library of Standard Webhooks takes it, and as GET /events shows it', async () => {
    const to = await receiver()
    const made = await endpoint(to.url)
    const user = await makeUser(on.api)
    await arrived(to, 1)
    const [first] = to.received
    expect(verify(made.secret, first!)).toMatchObject({ type: 'user.created', user_id: user.id })
    expect(first!.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': first!.event.id })
    expect(Math.abs(Number(first!.headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60)
    const [event] = (await on.api.call<Event[]>('listEvents', {}, { query: { user_id: user.id } })).is(200)
    expect(first!.event).toEqual(JSON.parse(JSON.stringify(event)))
    expect(() => verify(`whsec_${Buffer.from('another secret, not the one').toString('base64')}`, first!)).toThrow()

    const [delivery] = await until('it is written down', async () => {
      const found = await deliveries(made.id)
      return found.length === 1 ? found : undefined
    })
    expect(delivery).toMatchObject({ kind: 'event', status: 'succeeded', attempts: 1, due_at: null, error: null, answer: { status: 204, body: '' }, event: { id: event!.id, type: 'user.created' } })
    const detail = (await on.api.call<WebhookDeliveryDetail>('getWebhookDelivery', { id: delivery!.id })).is(200)
    expect(JSON.parse(detail.request!)).toEqual(first!.event)
  })

  test('is sent only the types that it asked for', async () => {
    const to = await receiver()
    await endpoint(to.url, { types: ['user.updated', 'invoice.*'] })
    const user = await makeUser(on.api)
    ;(await on.api.updateUser(user.id, { name: 'Ada' })).is(200)
    await arrived(to, 1)
    expect(to.received.map((one) => one.event.type)).toEqual(['user.updated'])
  })

  test('shows its secret once, and nobody can send to a URL that cannot be one', async () => {
    const made = await endpoint('https://example.com/hooks', { types: ['payment.disputed'], description: 'accounting' })
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(await get(made.id)).toEqual(Object.fromEntries(Object.entries(made).filter(([name]) => name !== 'secret')))
    expect(JSON.stringify((await on.api.call('listWebhookEndpoints', {})).is(200))).not.toContain('whsec_')
    const create = (body: unknown) => on.api.call('createWebhookEndpoint', {}, { body })
    for (const url of ['ftp://example.com', 'example.com/hooks', 'https://', 'https://a:b@example.com', 'https://example.com/#a', 'https://exa mple.com']) {
      ;(await create({ url })).refused(422, 'unacceptable', '/url')
    }
    ;(await create({ url: 'https://example.com', types: ['invoice.lost'] })).refused(422, 'unacceptable', '/types')
    ;(await create({ url: 'https://example.com', types: [] })).refused(422, 'unacceptable', '/types')
    ;(await create({})).refused(422, 'unacceptable', '/url')
  })

  test('can be changed, stopped, and deleted; it goes on where it stopped', async () => {
    const to = await receiver()
    const made = await endpoint(to.url, { types: ['user.*'] })
    const patch = (body: unknown) => on.api.call<WebhookEndpoint>('updateWebhookEndpoint', { id: made.id }, { body })
    expect((await patch({ active: false, description: 'off for now' })).is(200)).toMatchObject({ status: 'inactive', active: false, description: 'off for now' })
    const users = [await makeUser(on.api), await makeUser(on.api)]
    await until('both have their sequence', async () => ((await get(made.id)).waiting as number) >= 2)
    expect(to.received).toEqual([])
    expect((await patch({ active: true, types: ['user.created'], description: null })).is(200)).toMatchObject({ status: 'active', types: ['user.created'], description: null })
    await arrived(to, 2)
    expect(to.received.map((one) => one.event.user_id)).toEqual(users.map((user) => user.id))
    expect((await patch({ types: null })).is(200).types).toBeNull()
    ;(await patch({ url: 'nonsense' })).refused(422, 'unacceptable', '/url')

    expect((await on.api.call('deleteWebhookEndpoint', { id: made.id })).status).toBe(204)
    for (const id of ['getWebhookEndpoint', 'deleteWebhookEndpoint', 'listWebhookDeliveries', 'rotateWebhookSecret', 'testWebhookEndpoint']) {
      ;(await on.api.call(id, { id: made.id })).refused(404, 'not_found')
    }
    ;(await patch({ active: true })).refused(404, 'not_found')
    ;(await on.api.call('replayWebhookEvents', { id: made.id }, { body: { from_sequence: 1 } })).refused(404, 'not_found')
    expect((await on.server.sql(`SELECT count(*) FROM webhook_endpoints WHERE id = '${made.id}' AND secret LIKE 'whsec%'`)).stdout.trim()).toBe('0')
  })

  test('signs with both secrets for a day after it was given a new one', async () => {
    const to = await receiver()
    const made = await endpoint(to.url)
    const rotated = (await on.api.call<NewlyMadeWebhookEndpoint>('rotateWebhookSecret', { id: made.id })).is(200)
    expect(rotated.secret).not.toBe(made.secret)
    expect(Date.parse(rotated.previous_secret_until!)).toBeGreaterThan(Date.now() + 23 * 3600_000)
    await makeUser(on.api)
    await arrived(to, 1)
    verify(made.secret, to.received[0]!)
    verify(rotated.secret, to.received[0]!)
    await on.server.sql(`UPDATE webhook_endpoints SET previous_until = now() - interval '1 second' WHERE id = '${made.id}'`)
    await makeUser(on.api)
    await arrived(to, 2)
    expect(() => verify(made.secret, to.received[1]!)).toThrow()
    verify(rotated.secret, to.received[1]!)
  })

  test('can be tested, and sent again what it has had', async () => {
    const to = await receiver()
    const made = await endpoint(to.url, { types: ['user.created'] })
    const test_ = (await on.api.call<WebhookDelivery>('testWebhookEndpoint', { id: made.id })).is(201)
    expect(test_).toMatchObject({ kind: 'test', status: 'pending', event: null })
    await arrived(to, 1)
    expect(verify(made.secret, to.received[0]!)).toMatchObject({ type: 'webhook_endpoint.test', sequence: null, data: { object: { id: made.id } } })

    await makeUser(on.api)
    await makeUser(on.api)
    await arrived(to, 3)
    const [one, two] = to.sequences
    const replay = (body: unknown) => on.api.call<{ deliveries: number }>('replayWebhookEvents', { id: made.id }, { body })
    expect((await replay({ from_sequence: one, to_sequence: two })).is(202)).toEqual({ deliveries: 2 })
    await arrived(to, 5)
    expect(to.received.slice(3).map((again) => again.event.sequence)).toEqual([one, two])
    expect(to.received[3]!.headers['webhook-id']).toBe(to.received[1]!.headers['webhook-id'])
    ;(await replay({ from_sequence: 2, to_sequence: 1 })).refused(422, 'unacceptable', '/to_sequence')

    const [last] = await deliveries(made.id, { limit: 1 })
    expect((await on.api.call<WebhookDelivery>('retryWebhookDelivery', { id: last!.id })).is(200)).toMatchObject({ status: 'pending' })
    await arrived(to, 6)
    expect(to.received[5]!.event.id).toBe(last!.event!.id)
    for (const id of ['getWebhookDelivery', 'retryWebhookDelivery']) (await on.api.call(id, { id: made.id })).refused(404, 'not_found')
  })
})

describe('a receiver', () => {
  test('that fails is sent the event again after five seconds, and what comes meanwhile is not lost', async () => {
    const to = await receiver((_request, response, n) => void response.writeHead(n === 1 ? 500 : 204).end(n === 1 ? 'out of order' : ''))
    const made = await endpoint(to.url)
    await makeUser(on.api)
    await arrived(to, 1)
    const [failed] = await until('the failure is written down', async () => {
      const found = await deliveries(made.id, { status: 'pending' })
      return found.length > 0 ? found : undefined
    })
    expect(failed).toMatchObject({ attempts: 1, answer: { status: 500, body: 'out of order' }, error: 'it answered 500' })
    const wait = Date.parse(failed!.due_at!) - Date.parse(failed!.attempted_at!)
    expect(wait).toBe(5000)
    expect((await get(made.id)).failing_since).not.toBeNull()
    await makeUser(on.api)
    await arrived(to, 3)
    await until('both succeeded', async () => (await deliveries(made.id, { status: 'succeeded' })).length === 2 || undefined)
    expect((await get(made.id)).failing_since).toBeNull()
    expect(to.received.filter((one) => one.event.id === to.received[0]!.event.id)).toHaveLength(2)
  })

  test('that goes on failing is tried ten times, later and later', async () => {
    const to = await receiver(answering(503))
    const made = await endpoint(to.url)
    await makeUser(on.api)
    const waits: number[] = []
    for (let attempt = 1; attempt <= 9; attempt++) {
      const [pending] = await until(`attempt ${attempt}`, async () => {
        const found = await deliveries(made.id, { status: 'pending' })
        return Number(found[0]?.attempts) === attempt ? found : undefined
      })
      waits.push(Math.round((Date.parse(pending!.due_at!) - Date.parse(pending!.attempted_at!)) / 1000))
      await hurry(made.id)
    }
    const hour = 3600
    expect(waits).toEqual([5, 300, 1800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour])
    const [failed] = await until('it has failed', async () => {
      const found = await deliveries(made.id, { status: 'failed' })
      return found.length > 0 ? found : undefined
    })
    expect(failed).toMatchObject({ attempts: 10, due_at: null })
    expect(to.received).toHaveLength(10)
  })

  test('that redirects is not followed', async () => {
    const elsewhere = await receiver()
    const to = await receiver(answering(302, { Location: elsewhere.url }))
    const made = await endpoint(to.url)
    await makeUser(on.api)
    const [failed] = await until('it is written down', async () => {
      const found = await deliveries(made.id, { status: 'pending' })
      return found.length > 0 ? found : undefined
    })
    expect(failed).toMatchObject({ answer: { status: 302 }, error: expect.stringMatching(/^it redirects/) })
    expect(elsewhere.received).toEqual([])
  })

  test('that asks to be left alone for a while is', async () => {
    const to = await receiver(answering(429, { 'Retry-After': '1800' }))
    const made = await endpoint(to.url)
    await makeUser(on.api)
    await arrived(to, 1)
    const held = await until('it is held', async () => {
      const now = await get(made.id)
      return now.hold_until ? now : undefined
    })
    expect(Date.parse(held.hold_until!) - Date.now()).toBeGreaterThan(1700_000)
    const [pending] = await deliveries(made.id)
    expect(Date.parse(pending!.due_at!) - Date.parse(pending!.attempted_at!)).toBe(1800_000)
    await makeUser(on.api)
    await until('the second one waits', async () => ((await get(made.id)).waiting as number) >= 1)
    expect(to.received).toHaveLength(1)
  })

  test('that answers 410 is sent nothing more, and the endpoint says so', async () => {
    const to = await receiver(answering(410))
    const made = await endpoint(to.url)
    await makeUser(on.api)
    const disabled = await until('it is disabled', async () => {
      const now = await get(made.id)
      return now.status === 'disabled' ? now : undefined
    })
    expect(disabled.disabled_reason).toMatch(/410/)
    expect((await deliveries(made.id))[0]).toMatchObject({ status: 'failed', attempts: 1 })
    to.behave = answering(204)
    await makeUser(on.api)
    await until('the second one waits', async () => ((await get(made.id)).waiting as number) >= 1)
    expect(to.received).toHaveLength(1)
    ;(await on.api.call('updateWebhookEndpoint', { id: made.id }, { body: { active: true } })).is(200)
    await arrived(to, 2)
  })

  test('of which nothing but failures was heard for five days is disabled', async () => {
    const to = await receiver(answering(500))
    const made = await endpoint(to.url)
    await makeUser(on.api)
    await until('it fails', async () => (await get(made.id)).failing_since !== null)
    await on.server.sql(`UPDATE webhook_endpoints SET failing_since = now() - interval '5 days' WHERE id = '${made.id}'`)
    await hurry(made.id)
    const disabled = await until('it is disabled', async () => {
      const now = await get(made.id)
      return now.status === 'disabled' ? now : undefined
    })
    expect(disabled).toMatchObject({ disabled_reason: 'nothing has reached it for five days', active: true })
  })

  test('that sends back a gigabyte is cut off, and has had its event', async () => {
    let sent = 0
    const to = await receiver((_request, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(1 << 16, 'x')
      const more = () => {
        while (!response.destroyed && sent < 1 << 30) {
          sent += chunk.length
          if (!response.write(chunk)) return void response.once('drain', more)
        }
      }
      more()
    })
    const made = await endpoint(to.url)
    await makeUser(on.api)
    const [delivery] = await until('it is written down', async () => {
      const found = await deliveries(made.id)
      return found.length > 0 ? found : undefined
    })
    expect(delivery).toMatchObject({ status: 'succeeded', answer: { status: 200 } })
    expect(sent).toBeLessThan(64 << 20)
  })

  test('that is slow or dead delays no other, and each gets its events in order', async () => {
    const release: (() => void)[] = []
    const slow = await receiver((_request, response) => void release.push(() => response.writeHead(204).end()))
    const quick = await receiver()
    const closed = await receiver()
    const gone = closed.url
    await closed.stop()
    const [, dead] = [await endpoint(slow.url), await endpoint(gone)]
    await endpoint(quick.url)
    const users = []
    for (let i = 0; i < 20; i++) users.push(await makeUser(on.api))
    await arrived(quick, 20)
    expect(quick.received.map((one) => one.event.user_id)).toEqual(users.map((user) => user.id))
    expect(slow.received.length).toBeLessThanOrEqual(1)
    const [failed] = await deliveries(dead.id, { status: 'pending' })
    expect(failed).toMatchObject({ answer: null, error: expect.stringMatching(/^not_connected/) })
    slow.behave = (_request, response) => void response.writeHead(204).end()
    await until('the slow one has the first', async () => release.length > 0)
    for (const answer of release) answer()
    await arrived(slow, 20)
    expect(slow.received.map((one) => one.event.user_id)).toEqual(users.map((user) => user.id))
  })

  test('that loses three of ten at random finds each gap by the sequence, and heals it by GET /events', async () => {
    const state = new Map<string, unknown>()
    let read = 0
    let healed = 0
    const take = (event: { sequence: number; data: { object_id: string; object: unknown } }) => {
      state.set(event.data.object_id, event.data.object)
      read = event.sequence
    }
    let turn = Promise.resolve()
    let random = 7
    const to = await receiver((delivered, response) => {
      response.writeHead(204).end() // taken, it says, and then loses it
      random = (random * 1103515245 + 12345) % 2 ** 31
      if (random / 2 ** 31 < 0.3) return
      const event = delivered.event as unknown as Parameters<typeof take>[0]
      turn = turn.then(async () => {
        while (event.sequence > read + 1) {
          healed++
          const missed = (await on.api.call<Event[]>('listEvents', {}, { query: { after: read, limit: 100 } })).is(200)
          for (const one of missed) take(one as unknown as Parameters<typeof take>[0])
        }
        if (event.sequence === read + 1) take(event)
      })
    })
    const made = await endpoint(to.url)
    read = Number(made.next_sequence) - 1
    const users = []
    for (let i = 0; i < 60; i++) users.push(await makeUser(on.api))
    await tried(made.id)
    for (const user of users) (await on.api.updateUser(user.id, { name: `Ada ${user.id}` })).is(200)
    await arrived(to, 120)
    await turn
    for (const event of (await on.api.call<Event[]>('listEvents', {}, { query: { after: read, limit: 100 } })).is(200)) take(event as unknown as Parameters<typeof take>[0])
    expect(healed).toBeGreaterThan(0)
    for (const user of users) expect(state.get(user.id)).toEqual(JSON.parse(JSON.stringify((await on.api.getUser(user.id)).is(200))))
  })
})

describe('what an endpoint must not be told', () => {
  test('its secrets and signatures are in no log', async () => {
    const to = await receiver()
    const made = await endpoint(to.url)
    await makeUser(on.api)
    await arrived(to, 1)
    const signature = to.received[0]!.headers['webhook-signature']!
    expect(on.server.log).not.toContain(made.secret)
    expect(on.server.log).not.toContain('whsec_')
    expect(on.server.log).not.toContain(signature.slice(3))
  })
})
