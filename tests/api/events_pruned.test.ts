import { expect, test } from 'vitest'
import { advanceDays, makeUser, useServer } from '../harness/make.ts'
import type { Event } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ env: { BILLING_EVENTS_DAYS: '30' } })

test('events are kept as long as it says, by the billing clock, and deliveries with them', async () => {
  const endpoint = (await on.api.call<{ id: string }>('createWebhookEndpoint', {}, { body: { url: 'http://127.0.0.1:1' } })).is(422)
  expect(endpoint).toBeDefined()
  const made = (await on.api.call<{ id: string }>('createWebhookEndpoint', {}, { body: { url: 'https://billing.invalid' } })).is(201)
  const old = await makeUser(on.api)
  await until('it was tried', async () => (await on.api.call<unknown[]>('listWebhookDeliveries', { id: made.id })).is(200).length === 1)
  ;(await on.api.call('updateWebhookEndpoint', { id: made.id }, { body: { active: false } })).is(200)
  await advanceDays(on.api, 31)
  const young = await makeUser(on.api)
  const kept = await until('the old one is gone', async () => {
    const events = (await on.api.call<Event[]>('listEvents', {})).is(200)
    return events.length === 1 && events[0]!.user_id === young.id ? events : undefined
  })
  expect(kept[0]!.sequence).toBe(2)
  expect((await on.api.getUser(old.id)).is(200).id).toBe(old.id)
  await until('its delivery too', async () => (await on.api.call<unknown[]>('listWebhookDeliveries', { id: made.id })).is(200).length === 0)
})
