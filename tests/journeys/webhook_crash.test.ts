import { expect, onTestFinished, test } from 'vitest'
import { makeUser, useServer } from '../harness/make.ts'
import { Receiver } from '../harness/receiver.ts'
import type { NewlyMadeWebhookEndpoint, WebhookDelivery, WebhookEndpoint } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ env: { BILLING_WEBHOOKS_TO_PRIVATE: '1' }, relays: true })
const get = async (id: string) => (await on.api.call<WebhookEndpoint>('getWebhookEndpoint', { id })).is(200)

/** A process that was killed before others could tell leaves a claim that has to run out. */
const claim = 120_000

test('kill -9 in the middle of sending loses nothing: what was not written down is sent again, with the same id', async () => {
  const to = await Receiver.start((_delivered, response) => void setTimeout(() => response.writeHead(204).end(), 10))
  onTestFinished(() => to.stop())
  const made = (await on.api.call<NewlyMadeWebhookEndpoint>('createWebhookEndpoint', {}, { body: { url: to.url, types: ['user.created'] } })).is(201)
  const users: string[] = []
  for (let i = 0; i < 150; i++) users.push((await makeUser(on.api)).id)
  for (const enough of [10, 45, 90]) {
    await until(`${enough} have come`, async () => to.sequences.length >= enough, claim)
    await on.server.kill()
    await on.server.launch()
  }
  await until('all have come', async () => to.sequences.length >= users.length, claim)
  await until('all is written down', async () => ((await get(made.id)).waiting as number) === 0)
  expect(new Set(to.received.map((one) => one.event.user_id))).toEqual(new Set(users))
  for (const one of to.received) expect(one.headers['webhook-id']).toBe(one.event.id)
  // Each event has one delivery, whoever wrote it down.
  const { stdout } = await on.server.sql('SELECT count(*), count(DISTINCT sequence) FROM webhook_deliveries')
  expect(stdout.trim()).toBe(`${users.length}|${users.length}`)
  expect((await on.api.call('deleteWebhookEndpoint', { id: made.id })).status).toBe(204)
}, 5 * claim)

test('kill -9 between a failure and the time at which it is tried again: it is tried again', async () => {
  let good = false
  const to = await Receiver.start((_delivered, response) => void response.writeHead(good ? 204 : 500).end())
  onTestFinished(() => to.stop())
  const made = (await on.api.call<NewlyMadeWebhookEndpoint>('createWebhookEndpoint', {}, { body: { url: to.url, types: ['user.created'] } })).is(201)
  const user = await makeUser(on.api)
  const list = async () => (await on.api.call<WebhookDelivery[]>('listWebhookDeliveries', { id: made.id })).is(200)
  await until('it has failed', async () => (await list())[0]?.status === 'pending')
  await on.server.kill()
  good = true
  await on.server.launch()
  const done = await until('it has succeeded', async () => {
    const [one] = await list()
    return one?.status === 'succeeded' ? one : undefined
  }, claim)
  expect(Number(done.attempts)).toBeGreaterThan(1)
  expect(to.received.every((one) => one.event.user_id === user.id)).toBe(true)
}, 2 * claim)

test('PostgreSQL and Redis lost in the middle of sending: when they are back it goes on, and nothing is lost', async () => {
  const to = await Receiver.start((_delivered, response) => void setTimeout(() => response.writeHead(204).end(), 10))
  onTestFinished(() => to.stop())
  const made = (await on.api.call<NewlyMadeWebhookEndpoint>('createWebhookEndpoint', {}, { body: { url: to.url, types: ['user.created'] } })).is(201)
  const users: string[] = []
  for (let i = 0; i < 100; i++) users.push((await makeUser(on.api)).id)
  await until('some have come', async () => to.sequences.length >= 10)
  on.server.redis!.cut()
  on.server.postgres!.cut()
  await until('it is noticed', async () => (await on.api.getReadiness()).status === 503)
  on.server.postgres!.restore()
  await until('all have come', async () => to.sequences.length >= users.length)
  on.server.redis!.restore()
  await until('all is written down', async () => ((await get(made.id)).waiting as number) === 0)
  expect(new Set(to.received.map((one) => one.event.user_id))).toEqual(new Set(users))
})
