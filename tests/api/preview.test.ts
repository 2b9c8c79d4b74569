import { describe, expect, test } from 'vitest'
import { advanceDays, advanceTo, fresh, generate, makeCustomer, makePlan, makeUser, now, paid, subscribe, use, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'
import type { CreditNote, InvoiceDetail, InvoicePreview, NewPlan, Subscription } from '../harness/types.ts'

const on = useServer({ start: '2026-06-01T09:00:00Z' })

const pro: Partial<NewPlan> = { amount_cents: 4900, charges: [{ metric: 'api_calls', model: 'per_unit', included: 100_000, unit_price: '0.001' }] }
const ent: Partial<NewPlan> = { amount_cents: 19_900, charges: [{ metric: 'api_calls', model: 'per_unit', included: 1_000_000, unit_price: '0.0005' }] }

const preview = async (body: Record<string, unknown>) => (await on.api.previewInvoices(body)).is(200)
const today = async () => (await now(on.api)).toISOString().slice(0, 10)
const days = (from: string, n: number) => new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10)

/** What is left of documents without ids, times and numbers, and without what became of them since. */
const invoiceContent = (invoice: InvoiceDetail) => ({
  period: [invoice.period_start, invoice.period_end],
  kind: invoice.kind,
  amounts: [invoice.amount_cents, invoice.currency, invoice.from_balance_cents, invoice.subtotal_cents, invoice.discount_cents, invoice.tax_cents],
  taxes: invoice.taxes,
  buyer: invoice.buyer,
  seller: invoice.seller,
  usage: invoice.usage,
  lines: invoice.lines.map(({ id: _, subscription_id: __, ...line }) => ({ ...line, credited_cents: 0 })),
})
const noteContent = (note: CreditNote) => ({
  kind: note.kind,
  amounts: [note.amount_cents, note.tax_cents, note.applied_cents, note.to_balance_cents, note.currency],
  taxes: note.taxes,
  lines: note.lines.map(({ id: _, line_id: __, ...line }) => line),
})
type Documents = { invoices: InvoiceDetail[]; credit_notes: CreditNote[] }
const content = (made: Documents) => ({
  invoices: made.invoices.map(invoiceContent),
  credit_notes: made.credit_notes.map(noteContent),
})

/** The documents that the user has now and had not before, oldest first. */
async function documents(userId: string): Promise<{ invoices: InvoiceDetail[]; credit_notes: CreditNote[] }> {
  const invoices = []
  for (const one of (await on.api.listUserInvoices(userId)).is(200).reverse()) invoices.push((await on.api.getInvoice(userId, one.id)).is(200))
  return { invoices, credit_notes: (await on.api.listCreditNotes({ user_id: userId })).is(200).reverse() }
}
async function newSince(userId: string, before: { invoices: InvoiceDetail[]; credit_notes: CreditNote[] }) {
  const after = await documents(userId)
  return { invoices: after.invoices.slice(before.invoices.length), credit_notes: after.credit_notes.slice(before.credit_notes.length) }
}

/** Asks, does it, and compares; gives back what was foreseen. */
async function foreseen(userId: string, question: Record<string, unknown>, doIt: () => Promise<unknown>): Promise<InvoicePreview> {
  const settled = async () => {
    const now = await documents(userId)
    return now.invoices.every((invoice) => invoice.collection !== 'pending') && now
  }
  const before = await until('no payment is under way', settled)
  const expected = await preview({ user_id: userId, ...question })
  expect(await documents(userId), 'a preview writes nothing').toEqual(before)
  await doIt()
  expect(content(await newSince(userId, before))).toEqual(content(expected as Documents))
  return expected
}

const change = (subscription: Subscription, body: Record<string, unknown>) => on.api.changeSubscription(subscription.id, body)

describe('a preview, then the same done', () => {
  test('of now is what generate makes', async () => {
    const { user } = await makeCustomer(on.api, pro)
    await use(on.api, user.id, 'api_calls', 120_000)
    const seen = await foreseen(user.id, {}, () => generate(on.api, user.id))
    expect(seen.total_cents).toEqual({ USD: 6900 })
    expect(seen.invoices[0]).toMatchObject({ id: null, number: null, created_at: null, amount_cents: 6900, payments: [] })
    expect(await preview({ user_id: user.id })).toEqual({ invoices: [], credit_notes: [], total_cents: {} })
  })

  test('of a change that is billed at once', async () => {
    const { user, subscription } = await makeCustomer(on.api, { ...pro, bill_in: 'advance' })
    const plan = await makePlan(on.api, { ...ent, bill_in: 'advance' })
    const body = { plan_code: plan.code, invoice: 'now' }
    const question = { changes: [{ action: 'change', subscription_id: subscription.id, ...body }] }
    const seen = await foreseen(user.id, question, async () => (await change(subscription, body)).is(200))
    expect(seen.total_cents).toEqual({ USD: 15_000 })
    expect((await on.api.getSubscription(subscription.id)).is(200)).toMatchObject({ plan_code: plan.code })
  })

  test('of a cancel: the credit note', async () => {
    const { user, subscription } = await makeCustomer(on.api, pro)
    const first = await paid(on.api, await generate(on.api, user.id))
    const question = { changes: [{ action: 'cancel', subscription_id: subscription.id, at: 'now' }] }
    const seen = await foreseen(user.id, question, async () => (await on.api.cancelSubscription(subscription.id, 'now')).is(200))
    expect(seen).toMatchObject({ invoices: [], credit_notes: [{ id: null, number: null, invoice_id: first.id }] })
    expect(BigInt(seen.total_cents.USD!)).toBe(-BigInt(seen.credit_notes[0]!.amount_cents))
  })

  test('of a new subscription, for a user who has none', async () => {
    const user = await makeUser(on.api)
    const plan = await makePlan(on.api, { ...pro, bill_in: 'advance' })
    const question = { changes: [{ action: 'subscribe', plan_code: plan.code, quantity: 3 }] }
    const seen = await foreseen(user.id, question, () => subscribe(on.api, user.id, plan.code, { quantity: 3 }))
    expect(seen.total_cents).toEqual({ USD: 14_700 })
  })

  test('of the period\'s end, with a change, a pause and use before it', async () => {
    const { user, subscription } = await makeCustomer(on.api, pro)
    await use(on.api, user.id, 'api_calls', 130_000)
    const plan = await makePlan(on.api, ent)
    const day = await today()
    const changes = [
      { action: 'change', subscription_id: subscription.id, plan_code: plan.code, at: days(day, 10) },
      { action: 'pause', subscription_id: subscription.id, until: days(day, 5) },
    ]
    await foreseen(user.id, { at: 'period_end', changes }, async () => {
      ;(await change(subscription, { plan_code: plan.code, at: days(day, 10) })).is(200)
      ;(await on.api.pauseSubscription(subscription.id, { until: days(day, 5) })).is(200)
      await advanceTo(on.api, subscription.current_period_end)
    })
  })

  test('of one-off items, with a coupon, tax and usage', async () => {
    const country = 'ZM'
    for (const [code, percent] of [['a', '6'], ['b', '1.25']] as const) (await on.api.createTaxRate({ code: fresh(code), name: code, percent, country })).is(201)
    const user = (await on.api.createUser({ email: `${fresh('u')}@example.com`, address: { country } })).is(201)
    const code = (await on.api.createCoupon({ code: fresh('C'), percent: '10', duration: 'forever' })).is(201).code
    const made = await subscribe(on.api, user.id, (await makePlan(on.api, pro)).code, { coupon: code })
    await use(on.api, user.id, 'api_calls', 120_000)
    const item = (more: Record<string, unknown> = {}) => on.api.createItem(user.id, { description: 'Setup', currency: 'USD', amount_cents: 1499, bill: 'next', ...more })
    ;(await item()).is(201)
    ;(await item({ currency: 'EUR' })).is(201)
    const seen = await foreseen(user.id, {}, () => generate(on.api, user.id))
    expect(seen.invoices.map((one) => [one.kind, one.currency, one.discount_cents, one.subtotal_cents, one.tax_cents])).toEqual([
      ['subscription', 'USD', 690, 7709, 463 + 96],
      ['one_off', 'EUR', 0, 1499, 90 + 19],
    ])

    ;(await item()).is(201)
    const { id } = await subscribe(on.api, user.id, (await makePlan(on.api, { ...ent, bill_in: 'advance' })).code)
    expect((await on.api.listItems(user.id)).is(200)[0]!.invoice_id).not.toBeNull()
    ;(await item()).is(201)
    const changes = [{ action: 'cancel', subscription_id: id, at: 'now' }]
    await foreseen(user.id, { changes }, async () => (await on.api.cancelSubscription(id, 'now')).is(200))
    await foreseen(user.id, { at: 'period_end' }, () => advanceTo(on.api, made.current_period_end))
  })

  test('of a day: all roll-overs up to it, balance and all', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 700, interval: 'week' })
    await subscribe(on.api, user.id, (await makePlan(on.api, { ...pro, bill_in: 'advance' })).code)
    await paid(on.api, (await documents(user.id)).invoices[0]!)
    ;(await on.api.createCredit(user.id, { amount_cents: 1000, currency: 'USD', reason: 'A gift' })).is(201)
    const day = days(await today(), 40)
    const seen = await foreseen(user.id, { at: day }, async () => advanceTo(on.api, day))
    expect(seen.invoices.map((one) => one.from_balance_cents)).toEqual([700, 300, 0, 0, 0, 0])
  })
})

describe('a preview', () => {
  test('takes an Idempotency-Key and does not remember it', async () => {
    const { user } = await makeCustomer(on.api, pro)
    const ask = async () => await on.api.previewInvoices({ user_id: user.id }, { idempotencyKey: 'once' })
    expect((await ask()).is(200).total_cents).toEqual({ USD: 4900 })
    await use(on.api, user.id, 'api_calls', 101_000)
    const again = await ask()
    expect(again.replayed).toBe(false)
    expect(again.is(200).total_cents).toEqual({ USD: 5000 })
  })

  test('takes no number: the next invoice has the one after the last', async () => {
    const first = await makeCustomer(on.api, pro)
    const number = async (userId: string) => Number((await generate(on.api, userId)).number.slice(5))
    const last = await number(first.user.id)
    const second = await makeCustomer(on.api, pro)
    await preview({ user_id: second.user.id })
    expect(await number(second.user.id)).toBe(last + 1)
  })

  test('refuses what the calls refuse, with pointers into it', async () => {
    const { user, subscription } = await makeCustomer(on.api, pro)
    const other = await makeCustomer(on.api, pro)
    const ask = (changes: unknown[], more: Record<string, unknown> = {}) => on.api.previewInvoices({ user_id: user.id, changes, ...more })
    const of = { subscription_id: subscription.id }
    ;(await ask([{ action: 'resume', ...of }])).refused(409, 'not_paused')
    ;(await ask([{ action: 'change', quantity: 2, ...of }, { action: 'change', ...of, quantity: 3, at: '2020-01-01' }])).refused(422, 'unacceptable', '/changes/1/at')
    ;(await ask([{ action: 'change', quantity: 2, subscription_id: other.subscription.id }])).refused(422, 'unacceptable', '/changes/0/subscription_id')
    ;(await ask([{ action: 'forget', ...of }])).refused(422, 'unacceptable', '/changes/0/action')
    ;(await ask([{ action: 'pause', ...of, quantity: 2 }])).refused(422, 'unacceptable', '/changes/0/quantity')
    ;(await ask(Array.from({ length: 11 }, () => ({ action: 'pause', ...of })))).refused(422, 'unacceptable', '/changes')
    ;(await ask([], { at: days(await today(), 367) })).refused(422, 'unacceptable', '/at')
    ;(await ask([], { at: days(await today(), -1) })).refused(422, 'unacceptable', '/at')
    ;(await on.api.previewInvoices({ user_id: '01900000-0000-7000-8000-000000000000' })).refused(404, 'not_found')
    await advanceDays(on.api, 0)
    expect((await on.api.getSubscription(subscription.id)).is(200)).toMatchObject({ quantity: 1, paused_from: null })
  })
})
