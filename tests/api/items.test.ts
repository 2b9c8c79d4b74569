/** What is charged once: rules of one-off items, section 5 and 6. */

import { describe, expect, test } from 'vitest'
import { advanceDays, advanceTo, amounts, detail, fresh, generate, invoicesOf, makeCustomer, makePlan, makeUser, now, paid, subscribe, useServer } from '../harness/make.ts'
import type { Item, NewPlan } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T09:00:00Z' })

const free: Partial<NewPlan> = { amount_cents: 0 }
const nobody = '01900000-0000-7000-8000-000000000000'
const charge = async (userId: string, members: Record<string, unknown> = {}): Promise<Item> =>
  (await on.api.createItem(userId, { description: 'Setup', currency: 'USD', amount_cents: 1500, bill: 'next', ...members })).is(201)
const today = async () => (await now(on.api)).toISOString().slice(0, 10)
const nextDay = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
const billOf = async (userId: string, item: Item) => {
  const { invoice_id } = (await on.api.getItem(userId, item.id)).is(200)
  return invoice_id === null ? null : detail(on.api, (await on.api.getInvoice(userId, invoice_id)).is(200))
}
const kinds = async (userId: string) => (await invoicesOf(on.api, userId)).map((one) => [one.kind, amounts(one)])

describe('an item that is billed now', () => {
  test('has an invoice of its own, of that day, and is paid like any other', async () => {
    const user = await makeUser(on.api)
    const answer = await on.api.createItem(user.id, { description: 'Workshop', currency: 'EUR', amount_cents: 75_000, bill: 'now' })
    const item = answer.is(201)
    expect(answer.header('location')).toBe(`/users/${user.id}/items/${item.id}`)
    expect(item).toMatchObject({ user_id: user.id, amount_cents: 75_000, quantity: 1, unit_price: null, subscription_id: null })
    const invoice = await billOf(user.id, item)
    const day = await today()
    expect(invoice).toMatchObject({ kind: 'one_off', period_start: day, period_end: nextDay(day), amount_cents: 75_000, currency: 'EUR', usage: {} })
    expect(invoice!.lines).toMatchObject([{ kind: 'item', item: `item:${item.id}`, sequence: 0, description: 'Workshop', quantity: 1, tax_inclusive: false }])
    expect((await paid(on.api, invoice!)).payments).toMatchObject([{ status: 'succeeded', amount_cents: 75_000 }])
    expect((await on.api.generateInvoice(user.id)).is(200)).toMatchObject({ id: invoice!.id, generated: [] })
  })

  test('leaves alone what waits for the next invoice, and the periods', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900 })
    const waiting = await charge(user.id)
    const item = await charge(user.id, { amount_cents: 100, bill: 'now' })
    expect(amounts((await billOf(user.id, item))!)).toEqual({ 'item Setup': 100 })
    expect(await billOf(user.id, waiting)).toBeNull()
  })

  test('takes the balance first, as other invoices do', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.createCredit(user.id, { amount_cents: 1000, currency: 'USD', reason: 'A gift' })).is(201)
    expect(await billOf(user.id, await charge(user.id, { bill: 'now' }))).toMatchObject({ from_balance_cents: 1000 })
  })
})

describe('an item for the next invoice', () => {
  test('goes on the first invoice of its currency that a run makes, after its lines, taxed on top and not discounted', async () => {
    const country = 'ZM'
    ;(await on.api.createTaxRate({ code: fresh('vat'), name: 'VAT', percent: '20', country })).is(201)
    const user = (await on.api.createUser({ email: `${fresh('u')}@example.com`, address: { country } })).is(201)
    const plan = await makePlan(on.api, { amount_cents: 1200, tax_inclusive: true, interval: 'week' })
    const coupon = (await on.api.createCoupon({ code: fresh('C'), percent: '10', duration: 'forever' })).is(201).code
    const made = await subscribe(on.api, user.id, plan.code, { coupon })
    const item = await charge(user.id, { subscription_id: made.id })
    const other = await charge(user.id, { currency: 'EUR' })
    expect(item).toMatchObject({ subscription_id: made.id, invoice_id: null })
    await advanceTo(on.api, made.current_period_end)
    const invoice = await until('it rolled over', async () => (await billOf(user.id, item)) ?? undefined)
    // 12.00 at 20 % with 10 % off: 10.80 = 9.00 + 1.80; the item 15.00 + 3.00.
    expect(invoice).toMatchObject({ kind: 'subscription', amount_cents: 2880, tax_cents: 480, discount_cents: 120 })
    expect(invoice.lines.map((line) => [line.kind, line.amount_cents, line.tax_cents, line.discount_cents])).toEqual([['base', 1080, 180, 120], ['item', 1500, 300, 0]])
    expect(await billOf(user.id, other)).toBeNull()
  })

  test('makes an invoice one_off where a generate has only items, one a currency, also of a user without a subscription', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
    const [a, b, c] = [await charge(user.id, { amount_cents: 100 }), await charge(user.id, { amount_cents: 7, currency: 'EUR' }), await charge(user.id, { description: 'More' })]
    const made = (await on.api.generateInvoice(user.id)).is(201)
    expect(made.generated).toHaveLength(2)
    expect(await kinds(user.id)).toEqual([['one_off', { 'item Setup': 7 }], ['one_off', { 'item Setup': 100, 'item More': 1500 }]])
    expect((await billOf(user.id, a))!.id).toBe((await billOf(user.id, c))!.id)
    expect(await billOf(user.id, b)).toMatchObject({ currency: 'EUR' })
    expect((await on.api.generateInvoice(user.id)).is(200).generated).toEqual([])
  })

  test('is not billed by a roll-over that makes no invoice, and by a generate beside an open one alone', async () => {
    const { user, subscription } = await makeCustomer(on.api, { ...free, interval: 'week' }, 'stub_decline')
    const item = await charge(user.id)
    await advanceTo(on.api, subscription.current_period_end)
    await advanceDays(on.api, 1)
    expect(await billOf(user.id, item)).toBeNull()
    ;(await on.api.changeSubscription(subscription.id, { overrides: { amount_cents: 700 } })).is(200)
    const open = await generate(on.api, user.id)
    expect(amounts(open)).toEqual({ base: 600, 'item Setup': 1500 })
    ;(await on.api.changeSubscription(subscription.id, { overrides: { amount_cents: 1400 } })).is(200)
    const late = await charge(user.id)
    expect(amounts(await generate(on.api, user.id))).toEqual({ 'item Setup': 1500 })
    expect(await billOf(user.id, late)).toMatchObject({ kind: 'one_off' })
    expect((await on.api.getSubscription(subscription.id)).is(200).waiting_cents).toBe(600)
  })

  test('is billed by the run that ends the last subscription of its currency, even if by itself', async () => {
    const { user, subscription } = await makeCustomer(on.api, free)
    const european = await subscribe(on.api, user.id, (await makePlan(on.api, { ...free, currency: 'EUR', interval: 'week' })).code)
    const second = await subscribe(on.api, user.id, (await makePlan(on.api, free)).code)
    const [dollars, euros] = [await charge(user.id), await charge(user.id, { currency: 'EUR' })]
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    expect(await kinds(user.id)).toEqual([])  // another goes on
    const ended = (await on.api.cancelSubscription(second.id, 'now')).is(200)
    expect(ended.invoices).toEqual([(await billOf(user.id, dollars))!.id])
    expect(await kinds(user.id)).toEqual([['one_off', { 'item Setup': 1500 }]])
    ;(await on.api.cancelSubscription(european.id, 'period_end')).is(200)
    expect(await billOf(user.id, euros)).toBeNull()
    await advanceTo(on.api, european.current_period_end)
    expect(await until('its last run has billed it', () => billOf(user.id, euros))).toMatchObject({ kind: 'one_off', currency: 'EUR' })
  })

  test('of a user whose subscriptions have ended waits for a generate, or for the first invoice of a new one', async () => {
    const { user, subscription } = await makeCustomer(on.api, free)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    await advanceDays(on.api, 2)  // it is looked at once more after its last day
    const item = await charge(user.id)
    await advanceDays(on.api, 40)
    expect(await billOf(user.id, item)).toBeNull()
    const again = await subscribe(on.api, user.id, (await makePlan(on.api, { amount_cents: 900, bill_in: 'advance' })).code)
    expect(again.invoices).toEqual([(await billOf(user.id, item))!.id])
    expect(await kinds(user.id)).toEqual([['subscription', { base: 900, 'item Setup': 1500 }]])
  })
})

describe('what an item comes to', () => {
  test.each([
    ['3 × 250 in dollars', 'USD', 3, '250', 75_000],
    ['3 × 0.333, rounded once', 'USD', 3, '0.333', 100],
    ['1 × 0.005, half away from zero', 'USD', 1, '0.005', 1],
    ['1000 × 0.0015 in yen', 'JPY', 1000, '0.0015', 2],
    ['7 × 1.0005 in dinars', 'KWD', 7, '1.0005', 7004],
  ])('%s', async (_, currency, quantity, unit_price, amount_cents) => {
    const user = await makeUser(on.api)
    const item = (await on.api.createItem(user.id, { description: 'Hours', currency, quantity, unit_price, bill: 'now' })).is(201)
    expect(item).toMatchObject({ amount_cents, quantity, unit_price })
    expect((await billOf(user.id, item))!.lines).toMatchObject([{ amount_cents, quantity, explanation: { quantity, unit_price } }])
  })

  test.each([
    ['no amount', { amount_cents: undefined }, '/amount_cents'],
    ['nothing', { amount_cents: 0 }, '/amount_cents'],
    ['both an amount and a price', { quantity: 1, unit_price: '1' }, '/quantity', '/unit_price'],
    ['a price without a quantity', { amount_cents: undefined, unit_price: '1' }, '/quantity'],
    ['a price that is none', { amount_cents: undefined, quantity: 1, unit_price: '-1' }, '/unit_price'],
    ['less than a cent', { amount_cents: undefined, quantity: 1, unit_price: '0.0049' }, '/unit_price'],
    ['more than fits', { amount_cents: undefined, quantity: 9_000_000_000_000_000n, unit_price: '999999999999999' }, '/unit_price'],
    ['a currency that is none', { currency: 'XXQ' }, '/currency'],
    ['a time that is none', { bill: 'later' }, '/bill'],
    ['no description', { description: '' }, '/description'],
    ['an unknown member', { price: 1 }, '/price'],
    ['a label that is no id', { subscription_id: 'mine' }, '/subscription_id'],
  ])('is refused: %s', async (_, members, ...pointers) => {
    const user = await makeUser(on.api)
    const body = { description: 'Setup', currency: 'USD', amount_cents: 1500, bill: 'next', ...members }
    ;(await on.api.createItem(user.id, body)).refused(422, 'unacceptable', ...(pointers as string[]))
  })

  test('is refused where its tax does not fit, having made nothing', async () => {
    const country = 'ZW'
    ;(await on.api.createTaxRate({ code: fresh('vat'), name: 'VAT', percent: '20', country })).is(201)
    const user = (await on.api.createUser({ email: `${fresh('u')}@example.com`, address: { country } })).is(201)
    const body = { description: 'Everything', currency: 'USD', amount_cents: 9_223_372_036_854_775_807n, bill: 'now' }
    ;(await on.api.createItem(user.id, body)).refused(422, 'amount_overflow')
    expect((await on.api.listItems(user.id)).is(200)).toEqual([])
  })

  test('is labelled with a subscription of the same user only', async () => {
    const { subscription } = await makeCustomer(on.api)
    const user = await makeUser(on.api)
    const body = { description: 'Setup', currency: 'USD', amount_cents: 1, bill: 'next' }
    ;(await on.api.createItem(user.id, { ...body, subscription_id: subscription.id })).refused(422, 'unacceptable', '/subscription_id')
    ;(await on.api.createItem(user.id, { ...body, subscription_id: nobody })).refused(404, 'not_found')
    ;(await on.api.createItem(nobody, body)).refused(404, 'not_found')
  })
})

describe('the items of a user', () => {
  test('are listed newest first, page by page, and seen one by one by their user only', async () => {
    const user = await makeUser(on.api)
    const made = [await charge(user.id), await charge(user.id, { bill: 'now' }), await charge(user.id)]
    const { all } = await on.api.walk<Item>(`/users/${user.id}/items`, 2)
    expect(all).toEqual(made.toReversed())
    expect((await on.api.listItems(user.id, { limit: 1 })).is(200)).toEqual([made[2]])
    expect((await on.api.getItem(user.id, made[0]!.id)).is(200)).toEqual(made[0])
    const other = await makeUser(on.api)
    ;(await on.api.getItem(other.id, made[0]!.id)).refused(404, 'not_found')
    ;(await on.api.deleteItem(other.id, made[0]!.id)).refused(404, 'not_found')
    ;(await on.api.getItem(user.id, 'x')).refused(404, 'not_found')
    ;(await on.api.listItems(nobody)).refused(404, 'not_found')
    expect((await on.api.listItems(other.id)).is(200)).toEqual([])
  })

  test('are deleted while on no document that stands', async () => {
    const user = await makeUser(on.api, 'stub_decline')
    const item = await charge(user.id)
    ;(await on.api.deleteItem(user.id, item.id)).is(204)
    ;(await on.api.deleteItem(user.id, item.id)).refused(404, 'not_found')
    ;(await on.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')

    const billed = await charge(user.id, { bill: 'now' })
    ;(await on.api.deleteItem(user.id, billed.id)).refused(409, 'already_billed')
    await until('it was declined', async () => (await billOf(user.id, billed))!.collection === 'retrying')
    ;(await on.api.voidInvoice(user.id, billed.invoice_id!)).is(200)
    expect((await on.api.getItem(user.id, billed.id)).is(200).invoice_id).toBeNull()
    ;(await on.api.deleteItem(user.id, billed.id)).is(204)
    const { all } = await on.api.walk<{ action: string; entity: string }>('/audit', 100)
    expect(all.filter((e) => e.entity === 'item').map((e) => e.action)).toEqual(expect.arrayContaining(['item.created', 'item.deleted']))
  })

  test('are billed again by the next run when their invoice was voided', async () => {
    const user = await makeUser(on.api, 'stub_decline')
    const item = await charge(user.id, { bill: 'now' })
    await until('it was declined', async () => (await billOf(user.id, item))!.collection === 'retrying')
    ;(await on.api.voidInvoice(user.id, item.invoice_id!)).is(200)
    const again = await generate(on.api, user.id)
    expect(again.lines).toMatchObject([{ item: `item:${item.id}`, sequence: 1, amount_cents: 1500 }])
    expect((await billOf(user.id, item))!.id).toBe(again.id)
  })

  test('are forgiven by a goodwill note like other lines, and stay billed', async () => {
    const user = await makeUser(on.api, 'stub_decline')
    const item = await charge(user.id, { bill: 'now' })
    const invoice = (await billOf(user.id, item))!
    await until('it was declined', async () => (await billOf(user.id, item))!.collection === 'retrying')
    const lines = [{ line_id: invoice.lines[0]!.id, amount_cents: 500 }]
    const note = (await on.api.createCreditNote({ user_id: user.id, invoice_id: invoice.id, lines, reason: 'goodwill' })).is(201)
    expect(note).toMatchObject({ amount_cents: 500, applied_cents: 500 })
    ;(await on.api.createCreditNote({ user_id: user.id, invoice_id: invoice.id, amount_cents: 1001, reason: 'goodwill' })).refused(422, 'unacceptable')
    expect((await on.api.createCreditNote({ user_id: user.id, invoice_id: invoice.id, reason: 'other' })).is(201)).toMatchObject({ amount_cents: 1000 })
    expect((await on.api.generateInvoice(user.id)).is(200)).toMatchObject({ id: invoice.id, status: 'paid', generated: [] })
    ;(await on.api.deleteItem(user.id, item.id)).refused(409, 'already_billed')
  })
})

describe('whoever bills at the same time', () => {
  test('an item is billed once or deleted, never both', async () => {
    const outcomes = { billed: 0, deleted: 0 }
    for (let round = 0; round < 12; round++) {
      const { user } = await makeCustomer(on.api, { amount_cents: 4900 })
      const item = await charge(user.id)
      const [gone] = await Promise.all([
        on.api.deleteItem(user.id, item.id),
        ...Array.from({ length: 6 }, () => on.api.generateInvoice(user.id)),
        charge(user.id, { amount_cents: 100, bill: 'now' }),
      ])
      const lines = (await invoicesOf(on.api, user.id)).flatMap((invoice) => invoice.lines)
      const times = lines.filter((line) => line.item === `item:${item.id}`).length
      expect(times).toBe((gone as { status: number }).status === 204 ? 0 : 1)
      expect(lines.map((line) => line.amount_cents).toSorted((a, b) => Number(a) - Number(b))).toEqual([100, ...(times ? [1500] : []), 4900])
      outcomes[times ? 'billed' : 'deleted']++
    }
    expect(outcomes.billed + outcomes.deleted).toBe(12)
  })

  test('30 at once for an item with the same key make one', async () => {
    const user = await makeUser(on.api)
    const body = { description: 'Setup', currency: 'USD', amount_cents: 1500, bill: 'now' }
    const key = fresh('once')
    const answers = await Promise.all(Array.from({ length: 30 }, () => on.api.createItem(user.id, body, { idempotencyKey: key })))
    for (const answer of answers) if (answer.status !== 201) answer.refused(409, 'idempotency_running')
    expect((await on.api.listItems(user.id)).is(200)).toHaveLength(1)
    expect(await kinds(user.id)).toEqual([['one_off', { 'item Setup': 1500 }]])
  })
})

describe('BILLING_MINIMUM_INVOICE', () => {
  const least = useServer({ start: '2026-06-01T09:00:00Z', env: { BILLING_MINIMUM_INVOICE: 'USD:1000,EUR:50' } })
  const item = async (userId: string, amount_cents: number, more: Record<string, unknown> = {}) =>
    (await least.api.createItem(userId, { description: 'Setup', currency: 'USD', amount_cents, bill: 'next', ...more })).is(201)

  test('holds back a roll-over and a generate that come to less; they add up, and the subscription says what waits', async () => {
    const { user, subscription } = await makeCustomer(least.api, { amount_cents: 400, interval: 'week' })
    ;(await least.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
    const waiting = async () => (await least.api.getSubscription(subscription.id)).is(200).waiting_cents
    expect(await waiting()).toBe(400)
    await advanceTo(least.api, subscription.current_period_end)
    await advanceDays(least.api, 1)
    expect(await invoicesOf(least.api, user.id)).toEqual([])
    expect(await waiting()).toBe(400)
    await advanceDays(least.api, 14)  // the third of them makes 12.00
    expect((await invoicesOf(least.api, user.id)).map((one) => one.amount_cents)).toEqual([1200])
    expect(await waiting()).toBe(0)
  })

  test('counts items with them: what is owed of a period takes them along', async () => {
    const { user, subscription } = await makeCustomer(least.api, { amount_cents: 400, interval: 'week' })
    await item(user.id, 599)
    ;(await least.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
    await item(user.id, 1)
    await advanceTo(least.api, subscription.current_period_end)
    await advanceDays(least.api, 1)
    expect((await invoicesOf(least.api, user.id)).map((one) => [one.kind, one.lines.map((line) => line.amount_cents)])).toEqual([['subscription', [400, 599, 1]]])
  })

  test('counts items before tax, and holds a generate of items alone back likewise', async () => {
    const country = 'ZM'
    ;(await least.api.createTaxRate({ code: fresh('vat'), name: 'VAT', percent: '50', country })).is(201)
    const user = (await least.api.createUser({ email: `${fresh('u')}@example.com`, address: { country } })).is(201)
    await item(user.id, 999)
    ;(await least.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
    await item(user.id, 49, { currency: 'EUR' })
    ;(await least.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
    await item(user.id, 1)
    expect(await generate(least.api, user.id)).toMatchObject({ kind: 'one_off', amount_cents: 1500, subtotal_cents: 1000 })
  })

  test('holds back neither an item that is billed now nor a final run', async () => {
    const { user, subscription } = await makeCustomer(least.api, { amount_cents: 0 })
    const now = await item(user.id, 5, { bill: 'now' })
    expect(now.invoice_id).not.toBeNull()
    const next = await item(user.id, 7)
    ;(await least.api.cancelSubscription(subscription.id, 'now')).is(200)
    expect((await least.api.getItem(user.id, next.id)).is(200).invoice_id).not.toBeNull()
  })
})
