import type { ElementHandle, Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { seriousFlaws, overflows, phone, useBrowser } from '../harness/browser.ts'
import { advanceDays, fresh, generate, makeCustomer, makeUser, use, useServer } from '../harness/make.ts'
import { button, dialog, says, visit } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-01-15T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

/** Clicks, and goes on when the answer is there: while the dialog fades away its button is still under the finger. */
async function clickOnAndOn(page: Page, target: Locator) {
  const element = (await target.elementHandle()) as ElementHandle<HTMLButtonElement>
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST' && !answer.url().endsWith('/preview'))
  await element.click()
  await answered
  for (let n = 0; n < 10; n++) {
    await element.evaluate((button) => button.click())
    await page.waitForTimeout(20)
  }
}

describe('a newcomer', () => {
  test('makes a plan, a user and a subscription, records usage, generates the invoice and sees it paid', async () => {
    const page = await browser.open('/')
    await says(page, 'Three steps to the first invoice')

    await page.getByRole('link', { name: 'Plans', exact: true }).click()
    await page.getByRole('link', { name: 'New plan' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Growth')
    await page.getByRole('textbox', { name: 'Price', exact: true }).fill('49.90')
    await button(page, /Add (a )?charge/).click()
    await page.getByRole('textbox', { name: 'Metric' }).fill('api_calls')
    await page.getByLabel('Included units').fill('100,000')
    await page.getByLabel('Price each, USD').fill('0.001')
    // The preview is the server's own rating.
    const prices = page.getByRole('table', { name: 'What api_calls costs' })
    await prices.getByText('100,001').waitFor()
    await button(page, 'Create plan').click()
    await page.getByRole('heading', { level: 1, name: 'Growth' }).waitFor()

    await page.getByRole('link', { name: 'Customers', exact: true }).click()
    await button(page, 'New customer').first().click()
    await dialog(page).getByLabel('E-mail address').fill('newcomer@example.com')
    await button(page, 'Create customer').click()
    await page.getByRole('heading', { level: 1, name: 'newcomer@example.com' }).waitFor()

    await button(page, 'Subscribe').first().click()
    await dialog(page).getByRole('combobox', { name: 'Plan' }).fill('Growth')
    await page.getByRole('option', { name: /Growth/ }).click()
    await dialog(page).getByRole('button', { name: 'Subscribe' }).click()
    await says(page, 'newcomer@example.com is on Growth now')

    await button(page, 'Actions').click()
    await page.getByRole('menuitem', { name: 'Record usage' }).click()
    await dialog(page).getByLabel('Quantity').fill('120,000')
    await dialog(page).getByRole('button', { name: 'Record usage' }).click()
    await says(page, '120,000 api_calls recorded')

    await button(page, 'Actions').click()
    await page.getByRole('menuitem', { name: 'Generate invoice' }).click()
    await dialog(page).getByRole('button', { name: 'Generate invoice' }).click()
    await page.getByRole('heading', { level: 1, name: /Invoice 2026-\d{6}/ }).waitFor()
    await says(page, '$69.90')
    await says(page, /^Paid on Jan 15, 2026/)

    await button(page, /^api_calls: 120,000 units/).click()
    const table = page.getByRole('table', { name: /How api_calls/ })
    expect(await table.innerText()).toMatch(/20,000 × \$0\.001\s+\$20\.00/)
    expect(await page.getByText('Succeeded').count()).toBeGreaterThan(0)
  })
})

describe('a card that is declined', () => {
  test('is tried again by the schedule, given up, and paid by hand once there is another', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 2500 }, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`, { refusals: true })
    await says(page, /Declined once; next attempt/)

    await button(page, 'Pay now').click()
    await button(page, 'Charge $25.00').click()
    await says(page, /declined the payment/)
    await button(page, 'Keep as it is').click()

    await page.getByRole('link', { name: 'System', exact: true }).click()
    await button(page, 'Advance a month').click()
    await says(page, /payments? attempted/)
    await page.goto(`${on.server.origin}/admin/invoices?collection=uncollected`)
    await page.getByRole('link', { name: invoice.number }).click()
    await says(page, /no retry is left/)

    ;(await on.api.updateUser(user.id, { payment_method: 'stub_ok' })).is(200)
    await button(page, 'Pay now').click()
    await button(page, 'Charge $25.00').click()
    await says(page, /^Paid on .*, after it was declined/)
  })
})

describe('among ten thousand users', () => {
  test('one is found as one types, and the URL keeps the search', async () => {
    const { code, stderr } = await on.server.sql(`INSERT INTO users (id, email, email_key, created_at, updated_at)
      SELECT gen_random_uuid(), 'crowd-' || n || '@example.com', 'crowd-' || n || '@example.com', '2026-01-01', '2026-01-01' FROM generate_series(1, 10000) AS n`)
    expect(`${code} ${stderr}`).toBe('0 ')
    const page = await browser.open('/admin/users')
    await page.getByLabel('Search customers').fill('crowd-7777')
    const found = page.getByRole('link', { name: 'crowd-7777@example.com' })
    await found.waitFor()
    await until('nobody else is listed', async () => (await page.getByRole('table', { name: 'Customers' }).getByRole('row').count()) === 2)
    expect(page.url()).toContain('q=crowd-7777')
    await page.reload()
    await found.click()
    await page.getByRole('heading', { level: 1, name: 'crowd-7777@example.com' }).waitFor()
    await page.goBack()
    await found.waitFor()
  })

  test('Ctrl-K finds one, and an invoice by its number, from anywhere', async () => {
    const user = await makeUser(on.api)
    const page = await browser.open('/admin/audit')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByLabel('Find customers, invoices, plans and pages').fill(user.email)
    await page.getByRole('dialog').getByText(user.email).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: user.email }).waitFor()

    const { user: billed } = await makeCustomer(on.api, { amount_cents: 1000, charges: [{ metric: 'calls', model: 'per_unit', unit_price: '0.01' }] })
    await use(on.api, billed.id, 'calls', 5)
    const { number } = await generate(on.api, billed.id)
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByLabel('Find customers, invoices, plans and pages').fill(number)
    await page.getByRole('dialog').getByText(number).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: `Invoice ${number}` }).waitFor()
  })
})

describe('a hasty hand', () => {
  test('clicks twice, and what was asked is done once', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 100, charges: [{ metric: 'calls', model: 'per_unit', unit_price: '0.01' }] })
    const page = await browser.open(`/admin/users/${user.id}`, { refusals: true })
    const posts: string[] = []
    page.on('request', (request) => void (request.method() === 'POST' && !request.url().endsWith('/preview') && posts.push(new URL(request.url()).pathname)))

    await button(page, 'Actions').click()
    await page.getByRole('menuitem', { name: 'Record usage' }).click()
    await dialog(page).getByLabel('Quantity').fill('7')
    await clickOnAndOn(page, dialog(page).getByRole('button', { name: 'Record usage' }))
    await says(page, '7 calls recorded')
    await dialog(page).waitFor({ state: 'hidden' })

    await button(page, /^Cancel the subscription/).click()
    await clickOnAndOn(page, button(page, 'Cancel at the period’s end'))
    await says(page, 'Ends with this period')
    await dialog(page).waitFor({ state: 'hidden' })
    expect(posts).toEqual(['/usage', expect.stringMatching(/cancel$/)])
    expect((await on.api.listSubscriptions({ user_id: user.id })).is(200)[0]!.status).toBe('active')
  })

  test('types a comma for a point, and is told so', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 100 })
    const page = await browser.open(`/admin/users/${user.id}`)
    await button(page, 'Actions').click()
    await page.getByRole('menuitem', { name: 'Record usage' }).click()
    await dialog(page).getByLabel('Metric').fill('calls')
    await dialog(page).getByLabel('Quantity').fill('1,5')
    await says(page, 'A whole number')
    expect(await dialog(page).getByRole('button', { name: 'Record usage' }).isDisabled()).toBe(true)
  })

  test('goes back, and the question about the page that was left goes too', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 1000 }, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    const page = await browser.open('/admin/invoices')
    await page.getByRole('link', { name: invoice.number }).click()
    await button(page, 'Void').click()
    await button(page, 'Void invoice').waitFor()
    await page.goBack()
    await dialog(page).waitFor({ state: 'hidden' })
  })
})

describe('what cannot be undone asks first', () => {
  test('a cancel at the period’s end, and then at once', async () => {
    const { user, plan } = await makeCustomer(on.api, { amount_cents: 3100 })
    const page = await browser.open(`/admin/users/${user.id}`)
    const cancel = button(page, `Cancel the subscription to ${plan.name}`)
    await cancel.click()
    await button(page, 'Keep as it is').click()
    expect((await on.api.listSubscriptions({ user_id: user.id })).is(200)[0]).toMatchObject({ status: 'active', cancel_at_period_end: false })
    await cancel.click()
    await button(page, 'Cancel at the period’s end').click()
    await says(page, 'Ends with this period')
    await cancel.click()
    await button(page, 'Cancel now').click()
    await until('it is canceled', async () => (await on.api.listSubscriptions({ user_id: user.id })).is(200)[0]!.status === 'canceled')
    await says(page, /^Canceled/)
  })

  test('a void', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 1000 }, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    await button(page, 'Void').click()
    await button(page, 'Void invoice').click()
    await says(page, /^Voided on/)
    expect((await on.api.getInvoice(user.id, invoice.id)).is(200).status).toBe('void')
    expect(await button(page, 'Pay now').count()).toBe(0)
  })
})

describe('every page', () => {
  async function everyPath(): Promise<string[]> {
    const charges = [{ metric: 'api_calls', model: 'graduated' as const, tiers: [{ up_to: 10, unit_price: '0.5' }, { up_to: null, unit_price: '0.1' }] }]
    const { user, plan } = await makeCustomer(on.api, { code: fresh('axe'), amount_cents: 900, charges }, 'stub_decline_2')
    ;(await on.api.recordUsage({ user_id: user.id, metric: 'api_calls', quantity: 25 })).is(201)
    const invoice = await generate(on.api, user.id)
    await advanceDays(on.api, 40)
    return ['/', '/users', `/users/${user.id}`, '/plans', `/plans/${plan.code}`, '/plans/_new', '/subscriptions', '/invoices', `/invoices/${user.id}/${invoice.id}`, '/payments', '/audit', '/system', '/nowhere']
  }

  test.each(['light', 'dark'] as const)('is without serious flaws for those who cannot see it, %s', async (colorScheme) => {
    const flaws: string[] = []
    const page = await browser.open('/admin/', { colorScheme, reducedMotion: 'reduce', refusals: true })
    for (const path of await everyPath()) {
      await visit(page, on.server.origin, path)
      for (const flaw of await seriousFlaws(page)) flaws.push(`${path}: ${flaw}`)
      const text = await page.locator('body').innerText()
      if (/undefined|NaN|\[object|not written yet/.test(text)) flaws.push(`${path}: says ${text}`)
    }
    expect(flaws).toEqual([])
  }, 180_000)

  test('fits a phone, and is without serious flaws there', async () => {
    const flaws: string[] = []
    const page = await browser.open('/admin/', { viewport: phone, refusals: true })
    for (const path of await everyPath()) {
      await visit(page, on.server.origin, path)
      if (await overflows(page)) flaws.push(`${path} is wider than a phone`)
      for (const flaw of await seriousFlaws(page)) flaws.push(`${path}: ${flaw}`)
    }
    expect(flaws).toEqual([])
  }, 180_000)
})
