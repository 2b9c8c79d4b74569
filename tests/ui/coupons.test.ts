import { describe, expect, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { advanceDays, fresh, makeCustomer, makePlan, makeUser, useServer } from '../harness/make.ts'
import { button, dialog, fact, says, visit } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

const makeCoupon = async (wish: object) => {
  const code = fresh('c').toUpperCase()
  ;(await on.api.call('createCoupon', {}, { body: { code, duration: 'once', ...wish } })).is(201)
  return code
}

describe('a coupon', () => {
  test('of a percentage is made for some plans, items and periods, and says what it takes', async () => {
    const plan = await makePlan(on.api, { code: fresh('pro'), charges: [{ metric: 'api_calls', model: 'per_unit', unit_price: '0.01' }] })
    const page = await browser.open('/admin/coupons')
    await button(page, 'New coupon').first().click()
    const field = (name: string) => dialog(page).getByRole('textbox', { name })
    await field('Code').fill('WELCOME')
    await field('Percent off').fill('0')
    await says(page, 'Above 0 and up to 100, such as 10 or 12.5')
    await field('Percent off').fill('12.5')
    await dialog(page).getByRole('combobox', { name: 'For how long' }).click()
    await page.getByRole('option', { name: 'Some periods' }).click()
    await field('Periods').fill('6')
    await dialog(page).getByLabel('Only on the plans').fill(plan.code)
    await page.getByRole('option', { name: plan.code }).click()
    await dialog(page).getByLabel('Only off').fill('usage:api')
    await page.getByRole('option', { name: 'usage:api_calls' }).click()
    await field('Can be redeemed so often').fill('100')
    await field('And by one customer').fill('1')
    await dialog(page).getByLabel('Last day to redeem it').fill('2026-12-31')
    await says(page, `12.5% off, for 6 periods. Off usage of api_calls, on ${plan.code}.`)
    await dialog(page).getByRole('button', { name: 'Create coupon' }).click()
    await page.waitForURL('**/coupons/WELCOME')
    await fact(page, 'Redeemed').getByText('0 of 100').waitFor()
    expect((await on.api.call('getCoupon', { code: 'welcome' })).is(200)).toMatchObject({
      percent: '12.5', applies_to: { plans: [plan.code], items: ['usage:api_calls'] }, duration: { periods: 6 }, redeem_by: '2026-12-31', max_redemptions: 100, max_per_user: 1,
    })
  })

  test('of an amount is made, renamed, and taken out of use', async () => {
    const page = await browser.open('/admin/coupons?new=1')
    await dialog(page).getByRole('textbox', { name: 'Code' }).fill('FIVER')
    await button(page, 'An amount a period').click()
    await dialog(page).getByRole('textbox', { name: 'Amount off' }).fill('5')
    await dialog(page).getByLabel('Currency').fill('eur')
    await dialog(page).getByRole('button', { name: 'Create coupon' }).click()
    await fact(page, 'Takes').getByText('€5.00 off each period').waitFor()
    await button(page, 'Name it').click()
    await dialog(page).getByLabel('Name').fill('Spring sale')
    await dialog(page).getByRole('button', { name: 'Save name' }).click()
    await page.getByText('Spring sale').waitFor()
    await page.getByRole('switch', { name: 'Can be redeemed' }).click()
    await dialog(page).getByRole('button', { name: 'Deactivate' }).click()
    await page.getByText('Not in use').waitFor()
    expect((await on.api.call('getCoupon', { code: 'FIVER' })).is(200)).toMatchObject({ amount_cents: 500, currency: 'EUR', duration: 'once', name: 'Spring sale', active: false })
    await page.getByRole('link', { name: 'Coupons' }).first().click()
    await page.getByRole('row', { name: /FIVER/ }).getByText('Not in use').waitFor()
  })

  test('whose code is taken is refused in words', async () => {
    const code = await makeCoupon({ percent: '10' })
    const page = await browser.open('/admin/coupons?new=1', { refusals: true })
    await dialog(page).getByRole('textbox', { name: 'Code' }).fill(code.toLowerCase())
    await dialog(page).getByRole('textbox', { name: 'Percent off' }).fill('5')
    await dialog(page).getByRole('button', { name: 'Create coupon' }).click()
    await says(page, 'coupons never change, so give this one another code')
  })
})

describe('a discount', () => {
  test('is given when subscribing, by a coupon that is offered', async () => {
    const [plan, user, code] = [await makePlan(on.api, { code: fresh('pro'), name: 'Pro', amount_cents: 4900 }), await makeUser(on.api), await makeCoupon({ percent: '10', duration: { periods: 3 } })]
    const page = await browser.open(`/admin/users/${user.id}`)
    await button(page, 'Subscribe').first().click()
    await dialog(page).getByRole('combobox', { name: 'Plan' }).fill(plan.code)
    await page.getByRole('option', { name: plan.code }).click()
    await dialog(page).getByLabel('Coupon').fill(code)
    await page.getByRole('option', { name: code }).click()
    await says(page, '10% off, for 3 periods. It holds from the first period on.')
    await dialog(page).getByRole('button', { name: 'Subscribe' }).click()
    await says(page, `${user.email} is on Pro now`)
    const [subscription] = (await on.api.listSubscriptions({ user_id: user.id })).is(200)
    expect(subscription!.discounts).toMatchObject([{ coupon: code, percent: '10', periods: 3 }])
  })

  test('is added to a subscription, counted, and ended with its period', async () => {
    const { subscription } = await makeCustomer(on.api, { amount_cents: 4900 })
    const code = await makeCoupon({ amount_cents: 500, currency: 'USD', duration: 'forever', max_redemptions: 1 })
    const page = await browser.open(`/admin/subscriptions/${subscription.id}`)
    await button(page, 'Add a coupon…').click()
    await dialog(page).getByLabel('Coupon').fill(code.toLowerCase())
    await page.keyboard.press('Tab') // which closes what is offered
    await dialog(page).getByRole('button', { name: 'Redeem coupon' }).click()
    const list = page.getByRole('list', { name: 'Discounts' })
    await list.getByText(`${code}: $5.00 off each period, for good`).waitFor()
    await button(page, `End the discount ${code}`).click()
    await dialog(page).getByRole('button', { name: 'End discount' }).click()
    await list.getByText('holds up to Jun 30, 2026').waitFor()
    expect(await button(page, `End the discount ${code}`).count()).toBe(0)
    await list.getByRole('link', { name: code }).click()
    await page.getByText('Used up').waitFor()
    await fact(page, 'Redeemed').getByText('1 of 1').waitFor()
  })

  test('that cannot be given is refused in words', async () => {
    const { subscription } = await makeCustomer(on.api, { amount_cents: 4900 })
    const code = await makeCoupon({ percent: '10', max_redemptions: 1 })
    const page = await browser.open(`/admin/subscriptions/${subscription.id}`, { refusals: true })
    ;(await on.api.call('createDiscount', { id: (await makeCustomer(on.api)).subscription.id }, { body: { coupon: code } })).is(201)
    await button(page, 'Add a coupon…').click()
    await dialog(page).getByLabel('Coupon').fill(code)
    await page.keyboard.press('Tab')
    await dialog(page).getByRole('button', { name: 'Redeem coupon' }).click()
    await dialog(page).getByRole('alert').waitFor()
    expect((await on.api.getSubscription(subscription.id)).is(200).discounts).toEqual([])
  })

  test('is told on the line that it took something off, to the cent', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 4900 })
    const code = await makeCoupon({ percent: '10' })
    ;(await on.api.call('createDiscount', { id: subscription.id }, { body: { coupon: code } })).is(201)
    await advanceDays(on.api, 30)
    const invoice = await until('it is billed', async () => (await on.api.listUserInvoices(user.id)).is(200)[0])
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    await page.locator('li > button[aria-expanded=false]').first().click()
    const table = page.getByRole('table', { name: /came about/ })
    expect(await table.innerText()).toMatch(new RegExp(`Base fee\\s+\\$49\\.00\\s+Discount ${code}\\s+10% off\\s+-\\$4\\.90\\s+This line\\s+\\$44\\.10`))
  })
})

describe('these pages', () => {
  async function paths() {
    const { subscription } = await makeCustomer(on.api)
    const code = await makeCoupon({ percent: '10', redeem_by: '2027-12-31' })
    ;(await on.api.call('createDiscount', { id: subscription.id }, { body: { coupon: code } })).is(201)
    return ['/coupons', `/coupons/${code}`, '/coupons?new=1', `/subscriptions/${subscription.id}`]
  }

  test.each(['light', 'dark'] as const)('are without serious flaws for those who cannot see them, %s', async (colorScheme) => {
    const page = await browser.open('/admin/', { colorScheme, reducedMotion: 'reduce' })
    for (const path of await paths()) {
      await visit(page, on.server.origin, path)
      expect(await seriousFlaws(page), path).toEqual([])
    }
  })

  test.each([phone, { width: 320, height: 640 }])('fit a screen of $width', async (viewport) => {
    const page = await browser.open('/admin/', { viewport, reducedMotion: 'reduce' })
    for (const path of await paths()) {
      await visit(page, on.server.origin, path)
      expect([path, await overflows(page)]).toEqual([path, false])
      expect(await seriousFlaws(page), path).toEqual([])
    }
  })
})
