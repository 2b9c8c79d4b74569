import { describe, expect, onTestFinished, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { makeUser, useServer } from '../harness/make.ts'
import { button, dialog, fact, says, visit } from '../harness/page.ts'
import { Receiver, verify, type Behaviour } from '../harness/receiver.ts'
import type { NewlyMadeWebhookEndpoint } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ env: { BILLING_WEBHOOKS_TO_PRIVATE: '1' } })
const browser = useBrowser(() => on.server.origin)

async function receiver(behave?: Behaviour): Promise<Receiver> {
  const to = await Receiver.start(behave)
  onTestFinished(() => to.stop())
  return to
}
async function endpoint(url: string, members: Record<string, unknown> = {}): Promise<NewlyMadeWebhookEndpoint> {
  const made = (await on.api.call<NewlyMadeWebhookEndpoint>('createWebhookEndpoint', {}, { body: { url, ...members } })).is(201)
  onTestFinished(async () => void (await on.api.call('deleteWebhookEndpoint', { id: made.id })))
  return made
}
const delivery = (page: Awaited<ReturnType<typeof browser.open>>, name: RegExp) => page.getByRole('list', { name: 'Deliveries' }).getByRole('button', { name, expanded: false })

describe('an endpoint', () => {
  test('is added, shows its secret once, and a test arrives that is signed with it', async () => {
    const to = await receiver()
    const page = await browser.open('/admin/webhooks')
    await says(page, 'Nobody is told yet')
    await button(page, 'New endpoint').first().click()
    await dialog(page).getByLabel('URL').fill(to.url)
    await dialog(page).getByLabel('Events').fill('invoice.*, user.created')
    await dialog(page).getByLabel('Description').fill('Our shop')
    await dialog(page).getByRole('button', { name: 'Add endpoint' }).click()
    const secret = (await dialog(page).getByText(/whsec_/).first().textContent())!
    await dialog(page).getByRole('button', { name: 'I have copied it' }).click()
    await page.waitForURL('**/webhooks/*-*')
    await page.getByRole('heading', { level: 1, name: 'Our shop' }).waitFor()
    await fact(page, 'Sent').getByText('all of invoices, user.created').waitFor()
    expect(await page.content()).not.toContain('whsec_')

    await button(page, 'Send a test').click()
    await until('the test has come', async () => to.received.length === 1)
    expect(verify(secret, to.received[0]!)).toMatchObject({ type: 'webhook_endpoint.test' })
    await delivery(page, /^Test .*answered 204/).click()
    await page.getByText('"type": "webhook_endpoint.test"').waitFor()

    await button(page, 'Delete endpoint…').click()
    await dialog(page).getByRole('button', { name: 'Delete endpoint' }).click()
    await page.waitForURL('**/webhooks')
    await says(page, 'Nobody is told yet')
  })

  test('is refused in words where it cannot be sent to', async () => {
    const page = await browser.open('/admin/webhooks?new=1', { refusals: true })
    await dialog(page).getByLabel('URL').fill('example.com/hooks')
    await dialog(page).getByLabel('Events').fill('invoice.lost')
    await dialog(page).getByRole('button', { name: 'Add endpoint' }).click()
    await says(page, 'must begin with https:// or http://')
    await says(page, /must be types of events/)
  })

  test('whose receiver fails shows request and answer, is told on the overview, and is sent to again by hand', async () => {
    const to = await receiver((_request, response) => void response.writeHead(500).end('the shop is closed'))
    const made = await endpoint(to.url, { types: ['user.*'], description: 'The shop' })
    const user = await makeUser(on.api)
    const page = await browser.open(`/admin/webhooks/${made.id}`)
    await page.getByRole('heading', { name: 'Failing' }).waitFor()
    await delivery(page, /user\.created .*answered 500/).click()
    await page.getByText('the shop is closed').waitFor()
    await page.getByText(`"user_id": "${user.id}"`).first().waitFor()

    await visit(page, on.server.origin, '/')
    await page.getByRole('heading', { name: 'Webhooks do not arrive' }).waitFor()
    await page.getByRole('link', { name: new RegExp(to.url) }).click()
    to.behave = (_request, response) => void response.writeHead(204).end()
    await delivery(page, /user\.created/).click()
    await button(page, 'Send again').first().click()
    await delivery(page, /user\.created/).or(page.getByText('Succeeded').first()).first().waitFor()
    await page.getByText('Active', { exact: true }).waitFor()
  })

  test('that is disabled says why, and goes on where it stopped', async () => {
    const to = await receiver((_request, response) => void response.writeHead(410).end())
    const made = await endpoint(to.url, { types: ['user.created'] })
    await makeUser(on.api)
    const page = await browser.open(`/admin/webhooks/${made.id}`)
    await page.getByRole('heading', { name: 'Disabled' }).waitFor()
    await says(page, /it answered 410/)
    to.behave = (_request, response) => void response.writeHead(204).end()
    const late = await makeUser(on.api)
    await button(page, 'Send again').first().click()
    await until('what came meanwhile has come', async () => to.received.some((one) => one.event.user_id === late.id))
    await page.getByText('Active', { exact: true }).waitFor()

    const first = to.sequences[0]!
    await button(page, 'Replay').click()
    await dialog(page).getByLabel('From number').fill(String(first))
    await dialog(page).getByLabel('To number').fill(String(first))
    await dialog(page).getByRole('button', { name: 'Replay' }).click()
    await until('it has come again', async () => to.received.filter((one) => one.event.sequence === first).length === 2)
    await delivery(page, /replayed, answered 204/).waitFor()
  })

  test('is switched off, changed, and given a new secret', async () => {
    const to = await receiver()
    const made = await endpoint(to.url)
    const page = await browser.open(`/admin/webhooks/${made.id}`)
    await page.getByRole('switch', { name: 'Events are sent' }).click()
    await dialog(page).getByRole('button', { name: 'Stop sending' }).click()
    await page.getByText('Switched off').waitFor()
    await button(page, 'Change').click()
    await dialog(page).getByLabel('Events').fill('payment.*')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await fact(page, 'Sent').getByText('all of payments').waitFor()
    await button(page, 'New secret…').click()
    await dialog(page).getByRole('button', { name: 'Make a new secret' }).click()
    expect(await dialog(page).getByText(/whsec_/).first().textContent()).not.toContain(made.secret)
    await dialog(page).getByRole('button', { name: 'I have copied it' }).click()
    await fact(page, 'Secret').getByText(/two of them until/).waitFor()
  })
})

test('the pages of webhooks have no serious flaw, and fit a phone', async () => {
  const to = await receiver((_request, response) => void response.writeHead(500).end('closed'))
  const made = await endpoint(to.url)
  await makeUser(on.api)
  await until('it failed', async () => to.received.length > 0)
  const page = await browser.open('/admin/webhooks')
  for (const path of ['/webhooks', `/webhooks/${made.id}`]) {
    await visit(page, on.server.origin, path)
    expect(await seriousFlaws(page)).toEqual([])
  }
  const small = await browser.open('/admin/webhooks', { viewport: phone })
  for (const path of ['/webhooks', `/webhooks/${made.id}`]) {
    await visit(small, on.server.origin, path)
    expect(await overflows(small)).toBe(false)
  }
})
