import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { advanceDays, advanceTo, detail, fresh, makeCustomer, makePlan, use, useServer } from '../harness/make.ts'
import { button, dialog, says } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

const choose = async (page: Page, item: string) => {
  await button(page, 'Actions').click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
const costs = (page: Page) => dialog(page).getByRole('region', { name: 'What it costs' })
/** What the preview says once it is of what is in the fields. */
const foreseen = (page: Page) =>
  until('the preview is there', async () => {
    const box = costs(page)
    return (await box.getAttribute('aria-busy')) === 'false' ? box.innerText() : undefined
  })
const get = async (id: string) => (await on.api.getSubscription(id)).is(200)

/** A month of pro, begun today. */
async function customer(wish: { bill_in?: 'advance' } = {}) {
  const plan = { code: fresh('pro'), name: 'Pro', amount_cents: 4900, interval: 'day' as const, interval_count: 30, charges: [{ metric: 'api_calls', model: 'per_unit' as const, included: 100000, unit_price: '0.001' }], ...wish }
  const made = await makeCustomer(on.api, plan)
  return { ...made, open: () => browser.open(`/admin/subscriptions/${made.subscription.id}`, { refusals: true }) }
}

describe('the plan', () => {
  test('is changed after one has seen what it costs now and at the period’s end, and both lines add up in words', async () => {
    const { user, subscription, open } = await customer()
    const ent = await makePlan(on.api, { code: fresh('ent'), name: 'Enterprise', amount_cents: 19900, interval: 'day', interval_count: 30 })
    await use(on.api, user.id, 'api_calls', 120000)
    await advanceDays(on.api, 10)
    const page = await open()
    await button(page, 'Change plan').click()
    await costs(page).getByText('Choose a plan, and see').waitFor()
    await dialog(page).getByRole('combobox', { name: 'Plan' }).fill('Enterprise')
    await page.getByRole('option', { name: new RegExp(ent.code) }).click()
    await costs(page).getByText('Nothing is billed at once.').waitFor()
    await costs(page).getByText('$149.00').waitFor()
    await costs(page).getByText('Without the change: $69.00.').waitFor()
    expect((await get(subscription.id)).plan_code, 'nothing is changed by looking').toBe(subscription.plan_code)
    await dialog(page).getByLabel('Reason').fill('They grew')
    await dialog(page).getByRole('button', { name: 'Change plan' }).click()
    await says(page, 'The subscription is changed')
    await page.getByRole('heading', { level: 1, name: 'Enterprise' }).waitFor()
    const terms = page.getByRole('table', { name: 'Terms' })
    await terms.getByText('They grew').waitFor()
    expect(await page.getByRole('list', { name: 'Terms' }).getByRole('listitem').count()).toBe(2)

    await advanceTo(on.api, subscription.current_period_end)
    const [invoice] = (await on.api.listUserInvoices(user.id)).is(200)
    const { lines } = await detail(on.api, invoice!)
    expect(lines[0]!.amount_cents).toBe(14900)
    await page.goto(`${on.server.origin}/admin/invoices/${user.id}/${invoice!.id}`)
    await button(page, /^Pro: .*then Enterprise/).click()
    const shares = page.getByRole('table', { name: /^How Pro/ })
    expect(await shares.innerText()).toMatch(/\$49\.00 × 10 of 30 days\s+\$16\.33[\s\S]*\(They grew\)\s+\$199\.00 × 20 of 30 days\s+\$132\.67[\s\S]*\$149\.00/)
    await button(page, /^api_calls/).click()
    expect(await page.getByRole('table', { name: /^How api_calls/ }).innerText()).toMatch(/units 100,001 to 120,000\s+20,000 × \$0\.001\s+\$20\.00/)
  })

  test('that is paid in advance is billed at once where one wants it so', async () => {
    const { user, open } = await customer({ bill_in: 'advance' })
    const ent = await makePlan(on.api, { code: fresh('ent'), name: 'Enterprise', amount_cents: 19900, interval: 'day', interval_count: 30, bill_in: 'advance' })
    await advanceDays(on.api, 10)
    const page = await open()
    await button(page, 'Change plan').click()
    await dialog(page).getByRole('combobox', { name: 'Plan' }).fill(ent.code)
    await page.getByRole('option', { name: new RegExp(ent.code) }).click()
    await costs(page).getByText('Nothing is billed at once.').waitFor()
    await dialog(page).getByRole('radio', { name: 'At once' }).check()
    await costs(page).getByText('$100.00').first().waitFor()
    await dialog(page).getByRole('button', { name: 'Change plan' }).click()
    await says(page, 'The subscription is changed')
    expect((await on.api.listUserInvoices(user.id)).is(200).map(({ amount_cents }) => amount_cents)).toEqual([10000, 4900])
  })

  test('that cannot be is refused in words before one confirms', async () => {
    const { open, user } = await customer()
    const other = await makePlan(on.api, { code: fresh('other'), amount_cents: 100, interval: 'day', interval_count: 30 })
    ;(await on.api.createSubscription({ user_id: user.id, plan_code: other.code })).is(201)
    const page = await open()
    await button(page, 'Change plan').click()
    await dialog(page).getByRole('combobox', { name: 'Plan' }).fill(other.code)
    await page.getByRole('option', { name: new RegExp(other.code) }).click()
    await costs(page).getByRole('alert').waitFor()
    expect(await costs(page).innerText()).toContain('Another subscription of the user has the same plan')
    expect(await dialog(page).getByRole('button', { name: 'Change plan' }).isDisabled()).toBe(true)
  })
})

describe('seats and prices', () => {
  test('more seats from a day to come are pending, and can be taken back', async () => {
    const { subscription, open } = await customer()
    const page = await open()
    await choose(page, 'Change seats')
    await dialog(page).getByLabel('Seats').fill('10')
    await dialog(page).getByRole('radio', { name: /^The next period/ }).check()
    expect(await foreseen(page)).toContain('Nothing is billed at once.')
    await dialog(page).getByRole('button', { name: 'Change seats' }).click()
    await says(page, /^From .*v1 × 10/)
    expect((await get(subscription.id)).pending).toMatchObject({ at: subscription.current_period_end, quantity: 10 })
    await button(page, 'Take the change back').click()
    await dialog(page).getByRole('button', { name: 'Take the change back' }).click()
    await says(page, 'What was to come is taken back')
    expect((await get(subscription.id)).pending).toBeNull()
  })

  test('a special price has a reason, is shown, and ends', async () => {
    const { subscription, open } = await customer()
    const page = await open()
    await choose(page, 'Special price')
    await dialog(page).getByLabel('Base fee of a full period, USD').fill('39')
    await button(page, 'Add a charge').click()
    await dialog(page).getByRole('textbox', { name: 'Metric' }).fill('api_calls')
    await dialog(page).getByLabel('Price each, USD').fill('0.0005')
    expect(await foreseen(page)).toContain('$39.00')
    const set = dialog(page).getByRole('button', { name: 'Set special price' })
    expect(await set.isDisabled(), 'without a reason').toBe(true)
    await dialog(page).getByLabel('Reason').fill('Agreed with sales')
    await set.click()
    await page.getByRole('table', { name: 'Terms' }).getByText('$39.00 in place of the base fee; api_calls: $0.0005 each').waitFor()
    expect((await get(subscription.id)).overrides).toMatchObject({ amount_cents: 3900, charges: [{ metric: 'api_calls', unit_price: '0.0005' }] })
    await choose(page, 'Special price')
    await dialog(page).getByRole('button', { name: 'End them' }).click()
    await dialog(page).getByRole('button', { name: 'End special price' }).click()
    await until('it is over', async () => (await get(subscription.id)).overrides === null)
  })
})

describe('a pause', () => {
  test('is planned, shown, taken back; and one in force is resumed', async () => {
    const { subscription, open } = await customer()
    const page = await open()
    await choose(page, 'Pause')
    await foreseen(page)
    await dialog(page).getByRole('button', { name: 'Pause', exact: true }).click()
    await says(page, /^Paused from .*until it is resumed/)
    await button(page, 'Take the pause back').click()
    await dialog(page).getByRole('button', { name: 'Take the pause back' }).click()
    await until('it is taken back', async () => (await get(subscription.id)).paused_from === null)

    ;(await on.api.pauseSubscription(subscription.id)).is(200)
    await advanceDays(on.api, 3)
    await page.reload()
    await page.getByRole('list', { name: 'Pauses' }).getByText('Paused until resumed').waitFor()
    await button(page, 'Resume').click()
    await dialog(page).getByRole('button', { name: 'Resume' }).click()
    await until('it goes on', async () => (await get(subscription.id)).status === 'active')
    await page.getByRole('button', { name: 'Actions' }).waitFor()
  })

  test('that is too short is refused in words', async () => {
    const { open } = await customer()
    const page = await open()
    await choose(page, 'Pause')
    await dialog(page).getByLabel('First day that is not paused').evaluate((field) => field.removeAttribute('min'))
    await dialog(page).getByLabel('First day that is not paused').fill('2026-06-01')
    await costs(page).getByRole('alert').waitFor()
  })
})

describe('a cancel', () => {
  test('at the period’s end can be taken back; now shows its final invoice first', async () => {
    const { subscription, user, open } = await customer()
    await advanceDays(on.api, 9)
    const page = await open()
    await choose(page, 'Cancel')
    await button(page, 'Cancel at the period’s end').click()
    await says(page, /^Ends with this period/)
    await button(page, 'Take the cancel back').click()
    await dialog(page).getByRole('button', { name: 'Take the cancel back' }).click()
    await until('it goes on', async () => !(await get(subscription.id)).cancel_at_period_end)
    await dialog(page).waitFor({ state: 'hidden' })

    await choose(page, 'Cancel')
    await dialog(page).getByRole('radio', { name: 'Now' }).check()
    await costs(page).getByText('$16.33').first().waitFor()
    const prorate = dialog(page).getByRole('switch', { name: 'Prorate the base fee' })
    await prorate.click()
    await costs(page).getByText('$49.00').first().waitFor()
    await prorate.click()
    await costs(page).getByText('$16.33').first().waitFor()
    await button(page, 'Cancel now').click()
    await until('it is canceled', async () => (await get(subscription.id)).status === 'canceled')
    expect((await on.api.listUserInvoices(user.id)).is(200)[0]!.amount_cents).toBe(1633)
    await page.getByText('Canceled', { exact: true }).first().waitFor()
    await until('nothing can be done to it any more', async () => (await button(page, 'Change plan').count()) === 0)
  })
})

test('a subscription is found from its list, its customer, their timeline and the audit', async () => {
  const { subscription, user } = await customer()
  const page = await browser.open(`/admin/subscriptions?user_id=${user.id}`)
  const there = () => page.waitForURL(`**/subscriptions/${subscription.id}`)
  await page.getByRole('table', { name: 'Subscriptions' }).getByRole('link', { name: user.email }).click()
  await there()
  await page.goto(`${on.server.origin}/admin/users/${user.id}`)
  await page.getByRole('link', { name: 'Change the subscription to Pro' }).click()
  await there()
  await page.goto(`${on.server.origin}/admin/users/${user.id}?show=subscription`)
  await page.getByRole('listitem').getByRole('link', { name: subscription.plan_code }).click()
  await there()
  await page.goto(`${on.server.origin}/admin/audit?entity_id=${subscription.id}`)
  await page.getByRole('link', { name: 'Subscribed' }).click()
  await there()
})

test('a change is made with the keyboard alone, and the focus goes back to where it was', async () => {
  const { subscription, open } = await customer()
  const page = await open()
  await button(page, 'Actions').focus()
  await page.keyboard.press('Enter')
  const seats = page.getByRole('menuitem', { name: 'Change seats' })
  await seats.waitFor()
  await page.keyboard.press('ArrowDown')
  await until('the first item has the focus', () => seats.evaluate((item) => item === document.activeElement))
  await page.keyboard.press('Enter')
  await dialog(page).getByLabel('Seats').waitFor()
  await until('the field has the focus', () => dialog(page).getByLabel('Seats').evaluate((field) => field === document.activeElement))
  await page.keyboard.press('Control+a')
  await page.keyboard.type('3')
  await foreseen(page)
  await page.keyboard.press('Enter')
  await until('there are three', async () => (await get(subscription.id)).quantity === 3)
})

describe('a life with everything in it', () => {
  async function life() {
    const { subscription, plan } = await customer()
    const { id } = subscription
    await advanceDays(on.api, 40)
    ;(await on.api.changeSubscription(id, { quantity: 5 })).is(200)
    ;(await on.api.pauseSubscription(id, { until: new Date(Date.parse((await get(id)).current_period_start) + 15 * 86_400_000).toISOString().slice(0, 10) })).is(200)
    await advanceDays(on.api, 2)
    ;(await on.api.changeSubscription(id, { overrides: { amount_cents: 3900 }, at: 'period_end', reason: 'Agreed with sales' })).is(200)
    return { id, plan }
  }
  const dialogs = ['Change seats', 'Special price', 'Cancel']

  test.each(['light', 'dark'] as const)('and its dialogs are without serious flaws for those who cannot see it, %s', async (colorScheme) => {
    const { id } = await life()
    const page = await browser.open(`/admin/subscriptions/${id}`, { colorScheme, reducedMotion: 'reduce' })
    await page.getByRole('table', { name: 'Terms' }).waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    for (const name of dialogs) {
      await choose(page, name)
      await foreseen(page)
      expect(await seriousFlaws(page), name).toEqual([])
      await page.keyboard.press('Escape')
      await dialog(page).waitFor({ state: 'hidden' })
    }
  })

  test('fits a phone', async () => {
    const { id } = await life()
    const page = await browser.open(`/admin/subscriptions/${id}`, { viewport: phone, reducedMotion: 'reduce' })
    await page.getByRole('table', { name: 'Terms' }).waitFor()
    expect(await overflows(page)).toBe(false)
    expect(await seriousFlaws(page)).toEqual([])
    await button(page, 'Change plan').click()
    await costs(page).waitFor()
    expect(await overflows(page)).toBe(false)
    expect(await seriousFlaws(page)).toEqual([])
  })
})
