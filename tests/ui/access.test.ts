import { describe, expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { makeCustomer, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

describe('the API goes away and comes back', () => {
  const on = useServer({ relays: true })
  const browser = useBrowser(() => on.server.origin)

  test('the page says so, and goes on by itself', async () => {
    await makeCustomer(on.api, { amount_cents: 100 })
    const page = await browser.open('/admin/users', { refusals: true })
    await page.getByRole('table', { name: 'Users' }).waitFor()
    on.server.postgres!.cut()
    await page.getByRole('link', { name: 'Invoices', exact: true }).click()
    await page.getByRole('alert').getByText(/PostgreSQL cannot be reached/).waitFor()
    await page.getByRole('status').getByText(/What you see is as it was/).waitFor()
    on.server.postgres!.restore()
    await page.getByText('No invoices yet').waitFor()
    await until('the bar is gone', async () => (await page.getByText(/What you see is as it was/).count()) === 0)
  })

  test('so it does while the process is gone, and a page that was not fetched yet comes with it', async () => {
    const page = await browser.open('/admin/users', { refusals: true })
    await page.getByRole('table', { name: 'Users' }).waitFor()
    await on.server.kill()
    await page.getByRole('link', { name: 'Audit', exact: true }).click()
    await page.getByText('The server cannot be reached. What you see').waitFor()
    await on.server.launch({ PORT: new URL(on.server.origin).port })
    await page.getByRole('table', { name: /Audit/ }).waitFor()
  })
})

describe('keys', () => {
  const on = useServer()
  const browser = useBrowser(() => on.server.origin)

  test('once there are any the UI asks for one, keeps it for the tab, and lets it do what its scope says', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 100 })
    const admin = await on.server.key('ops', 'admin')
    const read = await on.server.key('looker', 'read')
    const ingest = await on.server.key('meter', 'ingest')
    await until('a key is needed', async () => (await on.api.getStats()).status === 401)

    const page = await browser.open(`/admin/users/${user.id}`, { refusals: true })
    const key = page.getByLabel('API key')
    await key.fill('nonsense')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('does not know this key').waitFor()
    await key.fill(ingest)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('may only record usage').waitFor()
    await key.fill(read)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: user.email }).waitFor()

    await page.reload()
    await page.getByRole('heading', { level: 1, name: user.email }).waitFor()
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Generate invoice' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Generate invoice' }).click()
    await page.getByText('the request needs write').waitFor()

    expect((await on.server.billing('keys', 'revoke', '--name', 'looker')).code).toBe(0)
    // Each thread of the server learns of it within a second.
    await until('the page asks for a key again', async () => {
      await page.reload()
      await page.getByLabel('API key').or(page.getByRole('heading', { level: 1 })).first().waitFor()
      return (await page.getByLabel('API key').count()) > 0
    })
    await page.getByLabel('API key').fill(admin)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: user.email }).waitFor()
  })
})
