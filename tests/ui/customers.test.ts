import { describe, expect, test } from 'vitest'
import { phone, useBrowser } from '../harness/browser.ts'
import { advanceDays, changeCardOnly, fresh, generate, makeCustomer, makePlan, makeUser, subscribe, use, useServer } from '../harness/make.ts'
import { fact } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-01-15T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

describe('a customer of many days', () => {
  test('who owes shows it, however many invoices were paid since, and the timeline names every one', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 1000, interval: 'day' }, 'stub_decline')
    await advanceDays(on.api, 19)
    // Those that were given up by then stay so; what is retried is paid with the new card.
    await changeCardOnly(on, user.id, 'stub_ok')
    await advanceDays(on.api, 120)
    const { all } = await on.api.walk<{ status: string; amount_cents: number; number: string }>(`/invoices/${user.id}`, 100)
    const open = all.filter(({ status }) => status === 'open')
    expect(open.length).toBeGreaterThan(0)
    expect(all.length).toBeGreaterThan(130)

    const page = await browser.open(`/admin/users/${user.id}`)
    const owes = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(open.length * 10)
    await until('the account says what is open', async () => (await fact(page, 'Open').innerText()).startsWith(owes))
    await fact(page, 'Last payment').getByText('$10.00').waitFor()

    const older = page.getByRole('button', { name: 'Load older' })
    for (;;) {
      await page.waitForLoadState('networkidle')
      if ((await older.count()) === 0) break
      await older.click()
      await until('they have come', async () => (await page.locator('button[data-loading]').count()) === 0)
    }
    const nameless = () => page.getByRole('listitem').filter({ hasText: /^(Invoice|Payment) (issued|paid|succeeded|failed)\s*(\(no key\))?\s*\d* ?(days?|months?|yesterday|today|ago|just now)/ }).count()
    await until('every entry has its amount and number', async () => (await nameless()) === 0)
    await page.getByText(all.at(-1)!.number).first().waitFor()
  }, 180_000)
})

describe('a refusal', () => {
  test('goes once the value is another', async () => {
    const { email } = await makeUser(on.api)
    const page = await browser.open('/admin/users?new=1', { refusals: true })
    const dialog = page.getByRole('dialog')
    const field = dialog.getByLabel('E-mail address')
    await field.fill(email)
    await dialog.getByRole('button', { name: 'Create customer' }).click()
    await dialog.getByText(`${email} is a customer already`).waitFor()
    await field.fill(`${fresh('other')}@example.com`)
    await dialog.getByText('is a customer already').waitFor({ state: 'detached' })
    await field.fill(email)
    await dialog.getByText('is a customer already').waitFor()
  })
})

describe('usage', () => {
  test('of many metrics is a table that one unfolds, and an unused one has no chart', async () => {
    const charges = Array.from({ length: 55 }, (_, n) => ({ metric: `metric_${n}`, model: 'per_unit' as const, included: 1000, unit_price: '0.01' }))
    const { user } = await makeCustomer(on.api, { amount_cents: 100, charges })
    await use(on.api, user.id, 'metric_7', 1500)
    const page = await browser.open(`/admin/users/${user.id}`)
    const metrics = page.getByRole('list', { name: 'Usage by metric' })
    await metrics.waitFor()
    expect(await metrics.getByRole('button').count()).toBe(55)
    expect(await page.getByRole('figure').count()).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(4500)
    await metrics.getByRole('button', { name: /^metric_7 1,500 of 1,000 included, 500 beyond/ }).click()
    await page.getByRole('figure', { name: /^metric_7 in the period/ }).waitFor()
    await metrics.getByRole('button', { name: /^metric_8/ }).click()
    await page.getByText('None so far.').waitFor()
    expect(await page.getByRole('figure').count()).toBe(1)
  })

  test('of one metric is drawn at once, and says the numbers to who points at it', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 100, charges: [{ metric: 'calls', model: 'per_unit', included: 1000, unit_price: '0.01' }] })
    await use(on.api, user.id, 'calls', 1500)
    const page = await browser.open(`/admin/users/${user.id}`)
    const figure = page.getByRole('figure', { name: /^calls in the period/ })
    await figure.getByText('1K included').waitFor()
    await figure.getByText('1K included').hover({ force: true })
    await figure.getByText('In the period').last().waitFor()
    await figure.getByText('1,500').last().waitFor()
  })
})

describe('lists', () => {
  test('say how many there are in all, and keep their head in sight', async () => {
    const { stdout, stderr } = await on.server.sql(`INSERT INTO users (id, email, email_key, created_at, updated_at)
      SELECT gen_random_uuid(), 'many-' || n || '@example.com', 'many-' || n || '@example.com', '2026-01-01', '2026-01-01' FROM generate_series(1, 300) AS n`)
    expect(stderr + stdout).toBe('')
    const { users } = (await on.api.getStats()).is(200)
    const page = await browser.open('/admin/users')
    await page.getByText(`The newest 50 of ${users} are shown`).waitFor()
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByText(`The newest 100 of ${users} are shown`).waitFor()
    await page.reload()
    await page.getByText(`The newest 100 of ${users} are shown`).waitFor()
    await page.evaluate(() => window.scrollTo(0, 1200))
    const top = await page.getByRole('columnheader', { name: 'Customer' }).evaluate((head) => head.getBoundingClientRect().top)
    expect(top).toBe(0)
    await page.getByLabel('Search customers').fill('many-29')
    await until('only those are listed', async () => (await page.getByRole('row').count()) === 12)
    expect(await page.getByText(/are shown/).count()).toBe(0)
  })

  test('draw no row anew when more come', async () => {
    const page = await browser.open('/admin/users')
    await page.getByText(/^The newest 50/).waitFor()
    await page.evaluate(() => {
      const seen = { touched: 0 }
      Object.assign(window, { seen })
      new MutationObserver((changes) => {
        for (const { target } of changes) if (target instanceof HTMLElement && target.closest('tbody tr:nth-child(-n+50)')) seen.touched++
      }).observe(document.querySelector('tbody')!, { subtree: true, childList: true, characterData: true, attributes: true })
    })
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByText(/^The newest 100/).waitFor()
    expect(await page.evaluate(() => (window as unknown as { seen: { touched: number } }).seen.touched)).toBe(0)
  })

  test('say that their times are UTC, and payments are in the order that they show', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 500, interval: 'day' }, 'stub_decline_2')
    await advanceDays(on.api, 9)
    const page = await browser.open(`/admin/payments?user_id=${user.id}`, { timezoneId: 'America/Los_Angeles' })
    await page.getByRole('columnheader', { name: 'Started, UTC' }).waitFor()
    const times = await page.locator('tbody time').evaluateAll((all) => all.map((one) => one.getAttribute('datetime')!))
    expect(times.length).toBeGreaterThan(9)
    expect(times).toEqual([...times].sort().reverse())
    await page.goto(`${on.server.origin}/admin/audit`)
    await page.getByRole('columnheader', { name: 'When, UTC' }).waitFor()
    const [invoice] = (await on.api.raw<{ id: string }[]>('GET', `/invoices?user_id=${user.id}&status=paid`)).is(200)
    await page.goto(`${on.server.origin}/admin/invoices/${user.id}/${invoice!.id}`)
    await page.getByText(/\d (AM|PM) UTC$/).first().waitFor()
  })

  test('find an invoice by the end of its number', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 500 })
    const { number } = await generate(on.api, user.id)
    const page = await browser.open('/admin/invoices')
    const field = page.getByRole('searchbox', { name: 'Number' })
    await field.fill(String(Number(number.slice(5))))
    await field.press('Enter')
    await until('its row alone is there', async () => (await page.getByRole('row').count()) === 2)
    await page.getByRole('link', { name: number }).waitFor()
    expect(await field.inputValue()).toBe(number)
  })
})

describe('pay now', () => {
  test('promises no retries where none are left', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 2500 }, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    await page.getByRole('button', { name: 'Pay now' }).click()
    await page.getByRole('dialog').getByText('they go on as before').waitFor()
    await page.getByRole('button', { name: 'Keep as it is' }).click()
    await advanceDays(on.api, 30)
    await page.reload()
    await page.getByRole('button', { name: 'Pay now' }).click()
    await page.getByRole('dialog').getByText('stays uncollected until it is paid by hand or voided').waitFor()
    expect(await page.getByText('go on as before').count()).toBe(0)
  })
})

describe('long names', () => {
  test('wrap, on a customer’s page and on a phone', async () => {
    const plan = await makePlan(on.api, { code: 'c'.repeat(64), name: 'n'.repeat(200), amount_cents: 100 })
    const user = await makeUser(on.api)
    await subscribe(on.api, user.id, plan.code)
    const page = await browser.open(`/admin/plans/${plan.code}`, { viewport: phone })
    await page.getByRole('heading', { level: 1 }).waitFor()
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)
    expect(await fits()).toBe(true)
    for (const path of [`/users/${user.id}`, '/subscriptions', '/plans', '/audit']) {
      await page.goto(`${on.server.origin}/admin${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      expect([path, await fits()]).toEqual([path, true])
    }
    await page.goto(`${on.server.origin}/admin/users/${user.id}`)
    const name = page.getByRole('link', { name: plan.name, exact: true })
    await name.waitFor()
    expect(await name.evaluate((one) => one.scrollWidth <= one.clientWidth || getComputedStyle(one).display === 'inline')).toBe(true)
    expect((await name.boundingBox())!.x + (await name.boundingBox())!.width).toBeLessThanOrEqual(phone.width)
  })
})
