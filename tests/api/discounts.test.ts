import { describe, expect, test } from 'vitest'
import { detail, fresh, generate, makeCustomer, makePlan, makeUser, paid, subscribe, use, useServer } from '../harness/make.ts'
import type { NewPlan } from '../harness/types.ts'

const on = useServer({ start: '2026-06-01T09:00:00Z' })

const pro: Partial<NewPlan> = { amount_cents: 4900, charges: [{ metric: 'api_calls', model: 'per_unit', included: 100_000, unit_price: '0.001' }] }
async function coupon(members: Record<string, unknown> = { percent: '10' }): Promise<string> {
  const code = fresh('C')
  return (await on.api.createCoupon({ code, duration: 'forever', ...members })).is(201).code
}

describe('a discount', () => {
  test('is inside what each item owes, in the order in which they were added, and the explanation says what each took', async () => {
    const { user, subscription } = await makeCustomer(on.api, pro)
    const [ten, five] = [await coupon(), await coupon({ amount_cents: 500, currency: 'USD' })]
    expect((await on.api.createDiscount(subscription.id, ten.toLowerCase())).is(201)).toMatchObject({ coupon: ten, percent: '10', added_on: '2026-06-01', ends_on: null })
    ;(await on.api.createDiscount(subscription.id, five)).is(201)
    await use(on.api, user.id, 'api_calls', 120_000)
    const invoice = await generate(on.api, user.id)
    expect(invoice).toMatchObject({ amount_cents: 5710, discount_cents: 1190 })
    expect(invoice.lines.map((line) => [line.amount_cents, line.discount_cents])).toEqual([[3910, 990], [1800, 200]])
    expect(invoice.lines[0]!.description).toBe(`${pro.name ?? invoice.lines[0]!.plan_code}: 2026-06-01 to 2026-06-30, less USD 4.90 by ${ten}, less USD 5.00 by ${five}`)
    expect((await on.api.getSubscription(subscription.id)).is(200).discounts.map((d) => d.coupon)).toEqual([ten, five])
  })

  test('given when subscribing in advance holds from the first day on', async () => {
    const plan = await makePlan(on.api, { ...pro, bill_in: 'advance' })
    const user = await makeUser(on.api)
    const made = await subscribe(on.api, user.id, plan.code, { coupon: await coupon({ percent: '10', duration: 'once' }) })
    const invoice = (await on.api.getInvoice(user.id, made.invoices[0]!)).is(200)
    expect(await detail(on.api, invoice)).toMatchObject({ amount_cents: 4410, discount_cents: 490 })
    expect(made.discounts).toMatchObject([{ periods: 1, ends_on: '2026-07-01' }])
  })

  test('that is deleted holds to the end of its period, and added again it counts from the next', async () => {
    const { user, subscription } = await makeCustomer(on.api, pro)
    const code = await coupon()
    const made = (await on.api.createDiscount(subscription.id, code)).is(201)
    ;(await on.api.createDiscount(subscription.id, code)).refused(409, 'already_applied')
    ;(await on.api.deleteDiscount(subscription.id, made.id)).is(204)
    ;(await on.api.deleteDiscount(subscription.id, made.id)).is(204)
    ;(await on.api.createDiscount(subscription.id, code)).is(201)
    expect((await on.api.getSubscription(subscription.id)).is(200).discounts.map((d) => d.ends_on)).toEqual(['2026-07-01', null])
    expect(await generate(on.api, user.id)).toMatchObject({ amount_cents: 4410 })
    expect((await on.api.getCoupon(code)).is(200).redemptions).toBe(2)
  })

  test('is refused where the coupon is not for it', async () => {
    const { subscription, plan } = await makeCustomer(on.api, pro)
    const add = async (members: Record<string, unknown>) => on.api.createDiscount(subscription.id, await coupon(members))
    ;(await add({ amount_cents: 5, currency: 'EUR' })).refused(409, 'coupon_not_applicable')
    ;(await add({ percent: '5', applies_to: { plans: ['other'] } })).refused(409, 'coupon_not_applicable')
    ;(await add({ percent: '5', applies_to: { plans: [plan.code] } })).is(201)
    ;(await add({ percent: '5', redeem_by: '2026-05-31' })).refused(409, 'coupon_expired')
    ;(await add({ percent: '5', redeem_by: '2026-06-01' })).is(201)
    const off = await coupon()
    ;(await on.api.updateCoupon(off, { active: false })).is(200)
    ;(await on.api.createDiscount(subscription.id, off)).refused(409, 'coupon_expired')
    const once = await coupon({ percent: '5', max_per_user: 1 })
    const made = (await on.api.createDiscount(subscription.id, once)).is(201)
    ;(await on.api.deleteDiscount(subscription.id, made.id)).is(204)
    ;(await on.api.createDiscount(subscription.id, once)).refused(409, 'coupon_used_up')
    ;(await on.api.createDiscount(subscription.id, 'nowhere')).refused(404, 'not_found')
  })

  test('30 at once ask for the last redemption, and one has it', async () => {
    const code = await coupon({ percent: '10', max_redemptions: 1 })
    const customers = await Promise.all(Array.from({ length: 30 }, () => makeCustomer(on.api, pro)))
    const answers = await Promise.all(customers.map((c) => on.api.createDiscount(c.subscription.id, code)))
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1)
    for (const answer of answers.filter((a) => a.status !== 201)) answer.refused(409, 'coupon_used_up')
  })
})

describe('a coupon', () => {
  test.each([
    ['neither', {}, '/percent'],
    ['both', { percent: '1', amount_cents: 1, currency: 'USD' }, '/percent'],
    ['0 %', { percent: '0' }, '/percent'],
    ['no currency', { amount_cents: 1 }, '/currency'],
    ['an item that there is not', { percent: '1', applies_to: { items: ['tax'] } }, '/applies_to/items'],
    ['another duration', { percent: '1', duration: 'twice' }, '/duration'],
    ['no periods', { percent: '1', duration: { periods: 0 } }, '/duration/periods'],
  ])('refuses %s', async (_, members, pointer) => {
    ;(await on.api.createCoupon({ code: fresh('C'), duration: 'once', ...members })).refused(422, 'unacceptable', pointer)
  })

  test('has a code of its own, in any letter case', async () => {
    const code = await coupon()
    ;(await on.api.createCoupon({ code: code.toLowerCase(), percent: '1', duration: 'once' })).refused(409, 'coupon_exists')
    expect((await on.api.updateCoupon(code.toLowerCase(), { name: 'Ten off' })).is(200)).toMatchObject({ code, name: 'Ten off', duration: 'forever' })
  })
})

describe('a goodwill note', () => {
  const credit = (userId: string, invoiceId: string, members: Record<string, unknown> = {}) =>
    on.api.createCreditNote({ user_id: userId, invoice_id: invoiceId, reason: 'goodwill', ...members })

  test('over all that is left makes what is due nothing, and it stays billed', async () => {
    const { user } = await makeCustomer(on.api, pro, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    expect((await credit(user.id, invoice.id, { memo: 'Sorry' })).is(201)).toMatchObject({ kind: 'goodwill', amount_cents: 4900, applied_cents: 4900, to_balance_cents: 0, memo: 'Sorry' })
    expect(await detail(on.api, invoice)).toMatchObject({ status: 'paid', credited_cents: 4900, due_cents: 0 })
    ;(await credit(user.id, invoice.id)).refused(409, 'nothing_left')
    expect((await on.api.generateInvoice(user.id)).is(200).generated).toEqual([])
  })

  test('over a paid invoice becomes balance, by line or by amount, and never more than is left', async () => {
    const { user } = await makeCustomer(on.api, pro)
    await use(on.api, user.id, 'api_calls', 120_000)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const [base, calls] = invoice.lines.map((line) => line.id)
    ;(await credit(user.id, invoice.id, { lines: [{ line_id: calls, amount_cents: 2001 }] })).refused(422, 'unacceptable', '/lines/0/amount_cents')
    expect((await credit(user.id, invoice.id, { lines: [{ line_id: calls, amount_cents: 1500 }] })).is(201)).toMatchObject({ to_balance_cents: 1500 })
    const spread = (await credit(user.id, invoice.id, { amount_cents: 540 })).is(201)
    expect(spread.lines.map((line) => [line.line_id, line.amount_cents])).toEqual([[base, 490], [calls, 50]])
    ;(await credit(user.id, invoice.id, { amount_cents: 4861 })).refused(422, 'unacceptable', '/amount_cents')
    expect((await on.api.getBalance(user.id)).is(200)).toEqual([{ currency: 'USD', balance_cents: 2040 }])
  })

  test('of four quarters gives the tax of the whole', async () => {
    ;(await on.api.createTaxRate({ code: fresh('vat'), name: 'VAT', percent: '19', country: 'ZA' })).is(201)
    const { user } = await makeCustomer(on.api, { amount_cents: 1000 }, 'stub_decline')
    ;(await on.api.updateUser(user.id, { address: { country: 'ZA' } })).is(200)
    const invoice = await generate(on.api, user.id)
    const taxes = []
    for (let i = 0; i < 4; i++) taxes.push((await credit(user.id, invoice.id, { amount_cents: 250 })).is(201).tax_cents)
    expect(taxes).toEqual([48, 47, 48, 47])
    expect(await detail(on.api, invoice)).toMatchObject({ status: 'paid', due_cents: 0 })
  })

  test('ten at once over all that is left make one', async () => {
    const { user } = await makeCustomer(on.api, pro)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const answers = await Promise.all(Array.from({ length: 10 }, () => credit(user.id, invoice.id)))
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1)
    for (const answer of answers.filter((a) => a.status !== 201)) answer.refused(409, 'nothing_left')
    expect((await on.api.getBalance(user.id)).is(200)).toEqual([{ currency: 'USD', balance_cents: 4900 }])
  })

  test('while an attempt runs: what the card pays beyond what is due is the user\'s to good', async () => {
    const { user } = await makeCustomer(on.api, pro, 'stub_slow_1500')
    const invoice = (await on.api.generateInvoice(user.id)).is(201)
    ;(await credit(user.id, invoice.id, { amount_cents: 900 })).is(201)
    const done = await paid(on.api, invoice)
    const balance = (await on.api.getBalance(user.id)).is(200)
    expect(Number(done.paid_cents) + Number(done.credited_cents)).toBe(4900)
    expect(balance.reduce((sum, b) => sum + Number(b.balance_cents), 0)).toBe(Number(done.payments[0]!.amount_cents) - Number(done.paid_cents))
  })

  test('is refused on a void invoice, and on another user\'s', async () => {
    const { user } = await makeCustomer(on.api, pro, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    const other = await makeUser(on.api)
    ;(await credit(other.id, invoice.id)).refused(404, 'not_found')
    ;(await on.api.voidInvoice(user.id, invoice.id)).is(200)
    ;(await credit(user.id, invoice.id)).refused(409, 'invoice_void')
  })
})
