import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { fresh, generate, makeCustomer, paid, useServer } from '../harness/make.ts'
import { button } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-09-20T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

const asked = (page: Page, name: string) => new URL(page.url()).searchParams.get(name)
/** Waits until the URL has this filter, or with null has it no more. */
const filtersBy = (page: Page, name: string, value: string | null) => until(`the URL has ${name}=${value}`, async () => asked(page, name) === value)
const hasFocus = (page: Page, name: string) => page.evaluate((label) => document.activeElement?.getAttribute('aria-label') === label, name)

describe('what a list comes to', () => {
  test('is said of the overdue ones, which the overview leads to, and of any other filter', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900, bill_in: 'arrears' })
    ;(await on.api.updateUser(user.id, { collection: 'manual', net_days: 0 })).is(200)
    const late = await generate(on.api, user.id)
    ;(await on.api.createPayment(user.id, late.id, { amount_cents: 900 })).is(201)
    ;(await on.api.advanceClock({ days: 1 })).is(200)
    const page = await browser.open('/admin/')
    const tile = page.getByRole('link', { name: /^Overdue/ })
    expect(await tile.innerText()).toMatch(/\$40\.00\s+1 invoice: the day to pay by has passed/)
    await tile.click()
    await page.getByRole('link', { name: late.number }).waitFor()
    expect(await button(page, 'Overdue').getAttribute('aria-pressed')).toBe('true')
    const sums = page.getByRole('list', { name: 'Sums' })
    await sums.waitFor()
    expect(await sums.innerText()).toMatch(/^\$49\.00, of it due \$40\.00$/)
    expect(await page.getByRole('status').getByText('1 in all').count()).toBe(1)

    await page.goto(`${on.server.origin}/admin/payments?user_id=${user.id}`)
    await sums.waitFor()
    expect(await sums.innerText()).toBe('Paid $9.00')
  })
})

describe('the day on which a period starts', () => {
  test('is typed digit by digit, and filters once it is whole', async () => {
    const { user } = await makeCustomer(on.api)
    const invoice = await generate(on.api, user.id)
    const page = await browser.open('/admin/invoices')
    await button(page, 'Period starts').click()
    const from = page.getByRole('dialog', { name: 'Period starts' }).getByLabel('From')
    await from.focus()
    const seen: (string | null)[] = []
    page.on('framenavigated', () => seen.push(asked(page, 'from')))
    await page.keyboard.type('09152026', { delay: 50 })
    await filtersBy(page, 'from', '2026-09-15')
    expect(await from.inputValue()).toBe('2026-09-15')
    expect(seen).toEqual(['2026-09-15'])
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: invoice.number }).waitFor()

    // Typed over, it is still one step back to the list without it.
    await button(page, /^Period starts/).click()
    await from.focus()
    await page.keyboard.type('10012027', { delay: 50 })
    await filtersBy(page, 'from', '2027-10-01')
    expect(await from.inputValue()).toBe('2027-10-01')
    await page.keyboard.press('Enter')
    await page.getByText('No invoice matches').waitFor()
    await page.goBack()
    await filtersBy(page, 'from', '2026-09-15')
    await page.goBack()
    await filtersBy(page, 'from', null)
    await page.getByRole('link', { name: invoice.number }).waitFor()
  })
})

describe('the search for users', () => {
  test('takes every key, however slowly one types, and stays where one types', async () => {
    const name = fresh('tony')
    const user = (await on.api.createUser({ email: `${name}@example.com` })).is(201)
    const page = await browser.open('/admin/users')
    const search = page.getByLabel('Search customers')
    await search.focus()
    for (const delay of [190, 260]) {
      await page.keyboard.type(name, { delay })
      await filtersBy(page, 'q', name)
      expect(await search.inputValue()).toBe(name)
      await page.getByRole('link', { name: user.email }).waitFor()
      await page.keyboard.press('Control+a')
      await page.keyboard.press('Delete')
      await filtersBy(page, 'q', null)
      expect(await hasFocus(page, 'Search customers')).toBe(true)
    }
    await page.keyboard.type('nobody ')
    await page.getByText('No customer matches “nobody”').waitFor()
    expect(await search.inputValue()).toBe('nobody ')
    await button(page, 'Show all customers').click()
    await page.getByRole('link', { name: user.email }).waitFor()
    expect(await search.inputValue()).toBe('')
  })
})

describe('Back', () => {
  test('undoes one choice after another before it leaves the list', async () => {
    const { user } = await makeCustomer(on.api)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const page = await browser.open('/admin/')
    await page.getByRole('link', { name: 'Invoices', exact: true }).click()
    const row = page.getByRole('link', { name: invoice.number })
    await row.waitFor()
    await button(page, 'Paid').click()
    await filtersBy(page, 'status', 'paid')
    await button(page, 'Void').click()
    await page.getByText('No invoice matches').waitFor()
    await page.goBack()
    await filtersBy(page, 'status', 'paid')
    await row.waitFor()
    await page.goBack()
    await filtersBy(page, 'status', null)
    expect(await button(page, 'All').getAttribute('aria-pressed')).toBe('true')
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  })

  test('closes the form for a new user, and the list stays', async () => {
    const page = await browser.open('/admin/users')
    await button(page, 'New customer').first().click()
    await page.getByRole('dialog').getByLabel('E-mail address').waitFor()
    await page.goBack()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor()
  })
})

describe('a row', () => {
  test('says what its status means to who points at it, and a click there opens it as anywhere else', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 1000 }, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    const page = await browser.open(`/admin/invoices?user_id=${user.id}`)
    const status = page.getByRole('row', { name: invoice.number }).getByTitle('Payment failed and is tried again automatically')
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
    await page.reload()
    await status.click() // which Playwright refuses where something else lies above it
    await page.getByRole('heading', { level: 1, name: new RegExp(invoice.number) }).waitFor()
  })
})

describe('a list as a file', () => {
  test.each([
    ['/admin/users', 'Download CSV', 'users'],
    ['/admin/subscriptions', 'Download CSV', 'subscriptions'],
    ['/admin/invoices', 'Download CSV', 'invoices'],
    ['/admin/invoices', 'Lines CSV', 'invoice_lines'],
    ['/admin/credit_notes', 'Download CSV', 'credit_notes'],
    ['/admin/payments', 'Download CSV', 'payments'],
  ])('%s: “%s” is had with the keyboard', async (path, name, list) => {
    const page = await browser.open(path)
    const link = page.getByRole('link', { name, exact: true })
    await link.focus()
    const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
    expect(file.suggestedFilename()).toMatch(new RegExp(`^${list}-2026-\\d\\d-\\d\\d\\.csv$`))
    expect(readFileSync(await file.path(), 'utf8')).toMatch(/^\uFEFFid,.*\r\n/)
  })

  test('has what the page shows', async () => {
    const { user } = await makeCustomer(on.api)
    const invoice = await generate(on.api, user.id)
    const other = await generate(on.api, (await makeCustomer(on.api)).user.id)
    const page = await browser.open(`/admin/invoices?user_id=${user.id}`)
    await page.getByRole('link', { name: invoice.number }).waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download CSV' }).click()])
    const text = readFileSync(await file.path(), 'utf8')
    expect(text).toContain(invoice.number)
    expect(text).not.toContain(other.number)
  })
})
