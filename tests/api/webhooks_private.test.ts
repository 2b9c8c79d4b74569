import { expect, onTestFinished, test } from 'vitest'
import { makeUser, useServer } from '../harness/make.ts'
import { Receiver } from '../harness/receiver.ts'
import type { NewlyMadeWebhookEndpoint, WebhookDelivery } from '../harness/types.ts'
import { until } from '../harness/until.ts'

/** As it is in production: only receivers on the public Internet. */
const on = useServer()
const create = (url: string) => on.api.call<NewlyMadeWebhookEndpoint>('createWebhookEndpoint', {}, { body: { url } })

test('an endpoint on an address of this machine or a private network is refused', async () => {
  const hosts = ['127.0.0.1', '10.1.2.3', '192.168.0.1', '172.16.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '[::1]', '[fe80::1]', '[fd00::1]', '[::ffff:10.0.0.1]', 'localhost']
  for (const host of hosts) (await create(`http://${host}:8080/hooks`)).refused(422, 'webhook_address_private')
  const made = (await create('https://example.com/hooks')).is(201)
  onTestFinished(async () => void (await on.api.call('deleteWebhookEndpoint', { id: made.id })))
  ;(await on.api.call('updateWebhookEndpoint', { id: made.id }, { body: { url: 'http://10.0.0.1/' } })).refused(422, 'webhook_address_private')
})

test('a name that leads to one is refused when it is connected to, and the receiver hears nothing', async () => {
  const to = await Receiver.start()
  onTestFinished(() => to.stop())
  const made = (await create('https://example.com/hooks')).is(201)
  // Names of this machine that no resolver but its own knows: as a name whose owner has it lead here.
  const name = to.url.replace('127.0.0.1', (await import('node:os')).hostname())
  await on.server.sql(`UPDATE webhook_endpoints SET url = '${name}' WHERE id = '${made.id}'`)
  await makeUser(on.api)
  const [failed] = await until('it was tried', async () => {
    const found = (await on.api.call<WebhookDelivery[]>('listWebhookDeliveries', { id: made.id })).is(200)
    return found.length > 0 ? found : undefined
  })
  expect(failed).toMatchObject({ status: 'pending', answer: null, error: expect.stringMatching(/^webhook_address_private/) })
  expect(to.received).toEqual([])
})
