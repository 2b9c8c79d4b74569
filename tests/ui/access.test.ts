import { describe, expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { generate, makeCustomer, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

describe('the API goes away and comes back', () => {
  const on = useServer({ relays: true })
  const browser = useBrowser(() => on.server.origin)

  test('the page says so, and goes on by itself', async () => {
    await makeCustomer(on.api, { amount_cents: 100 })
    const page = await browser.open('/admin/users', { refusals: true })
    await page.getByRole('table', { name: 'Customers' }).waitFor()
    on.server.postgres!.cut()
    await page.getByRole('link', { name: 'Invoices', exact: true }).click()
    await page.getByRole('alert').getByText(/PostgreSQL cannot serve this right now/).waitFor()
    await page.getByRole('status').getByText(/What you see is as it was/).waitFor()
    on.server.postgres!.restore()
    await page.getByText('No invoices yet').waitFor()
    await until('the bar is gone', async () => (await page.getByText(/What you see is as it was/).count()) === 0)
  })

  test('so it does while the process is gone, and a page that was not fetched yet comes with it', async () => {
    const page = await browser.open('/admin/users', { refusals: true })
    await page.getByRole('table', { name: 'Customers' }).waitFor()
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

  test('once there are any the UI asks for one, and lets it do what its scope says', async () => {
    const { user, plan, subscription } = await makeCustomer(on.api, { amount_cents: 100 })
    const invoice = await generate(on.api, user.id)
    const coupon = 'WELCOME'
    ;(await on.api.call('createCoupon', {}, { body: { code: coupon, percent: '10', duration: 'once' } })).is(201)
    ;(await on.api.call('createTaxRate', {}, { body: { code: 'vat', name: 'VAT', percent: '19' } })).is(201)
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
    const customer = page.getByRole('heading', { level: 1, name: user.email })
    await customer.waitFor()

    // Nothing is offered that the key may not do.
    await page.getByText('may only read').waitFor()
    await page.getByRole('link', { name: /^Plan/ }).first().waitFor()
    for (const name of ['Actions', 'Subscribe', 'Change payment method', 'Edit details…', 'Give credit…', /^Cancel the subscription/]) expect(await page.getByRole('button', { name }).count(), String(name)).toBe(0)
    for (const [path, heading, offer] of [['/plans', 'Plans', 'New plan'], ['/users', 'Customers', 'New customer'], ['/system', 'System', 'Advance a day'], ['/coupons', 'Coupons', 'New coupon'], [`/coupons/${coupon}`, coupon, 'Name it'], ['/tax_rates', 'Tax rates', 'New tax rate'], ['/tax_rates', 'Tax rates', 'Deactivate…'], [`/invoices/${user.id}/${invoice.id}`, `Invoice ${invoice.number}`, 'Credit…'], [`/users/${user.id}/balance`, `Balance of ${user.email}`, 'Give credit…'], [`/subscriptions/${subscription.id}`, plan.code, 'Add a coupon…'], ['/settings', 'Settings', 'Save seller']] as const) {
      await page.goto(`${on.server.origin}/admin${path}`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await page.waitForLoadState('networkidle')
      expect(await page.getByText(offer).count(), offer).toBe(0)
    }

    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0)

    expect((await on.server.billing('keys', 'revoke', '--name', 'looker')).code).toBe(0)
    await page.goto(`${on.server.origin}/admin/users/${user.id}`)
    await key.fill(admin)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await customer.waitFor()
    await page.getByText('may do everything').waitFor()
    await page.getByRole('button', { name: 'Subscribe', exact: true }).waitFor()
  })

  test('one who has signed in is signed in in every tab, until they sign out', async () => {
    const { user } = await makeCustomer(on.api.as(await on.server.key('setup', 'admin')), { amount_cents: 100 })
    const admin = await on.server.key('tabs', 'admin')
    const page = await browser.open('/admin/users', { refusals: true })
    await page.getByLabel('API key').fill(admin)
    await page.getByRole('button', { name: 'Sign in' }).click()
    const row = page.getByRole('link', { name: user.email })
    await row.waitFor()
    const [tab] = await Promise.all([page.context().waitForEvent('page'), row.click({ modifiers: ['Control'] })])
    await tab.getByRole('heading', { level: 1, name: user.email }).waitFor()
    expect(await tab.evaluate(() => document.cookie)).toBe('') // no script can read it
    expect(await tab.evaluate(() => Object.values(sessionStorage).concat(Object.values(localStorage)).join())).not.toContain(admin)

    await tab.getByRole('button', { name: 'Sign out' }).click()
    await tab.getByLabel('API key').waitFor()
    await page.reload()
    await page.getByLabel('API key').waitFor()
  })
})
