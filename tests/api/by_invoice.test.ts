/** Who pays an invoice, and until when: money that is recorded, and users who are never charged by themselves. */

import { describe, expect, test } from 'vitest'
import type { Api } from '../harness/client.ts'
import { advanceDays, advanceTo, changeCardOnly, fresh, generate, makeCustomer, makePlan, makeUser, paid, subscribe, useServer } from '../harness/make.ts'
import type { Invoice, NewPayment, NewPlan } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const pro: Partial<NewPlan> = { amount_cents: 4900 }
const reader = (api: Api) => ({
  read: async (invoice: Invoice) => (await api.getInvoice(invoice.user_id, invoice.id)).is(200),
  record: async (invoice: Invoice, body: NewPayment) => (await api.createPayment(invoice.user_id, invoice.id, body)).is(201),
  balance: async (userId: string) => (await api.getBalance(userId)).is(200),
  status: async (id: string) => (await api.getSubscription(id)).is(200).status,
})

describe('money that came in some other way', () => {
  const on = useServer({ start: '2026-06-01T12:00:00Z' })
  const declined = async () => {
    const customer = await makeCustomer(on.api, pro, 'stub_decline')
    const made = await generate(on.api, customer.user.id)
    const { read } = reader(on.api)
    await until('it was declined', async () => (await read(made)).collection === 'retrying')
    return { ...customer, made }
  }

  test('pays an invoice in parts, and what is beyond what is due becomes balance', async () => {
    const { read, record, balance } = reader(on.api)
    const { user, made } = await declined()
    const part = await record(made, { amount_cents: 2000, received_on: '2026-05-30', reference: 'Transfer 17' })
    expect(part).toMatchObject({
      kind: 'recorded', provider: 'manual', status: 'succeeded', amount_cents: 2000, overpaid_cents: 0, received_on: '2026-05-30',
      provider_reference: 'Transfer 17', payment_method: null, failure_code: null, invoice_id: made.id, user_id: user.id,
    })
    expect(await read(made)).toMatchObject({ status: 'open', collection: 'retrying', paid_cents: 2000, due_cents: 2900 })
    const rest = await record(made, { amount_cents: 3000 })
    expect(rest).toMatchObject({ amount_cents: 3000, overpaid_cents: 100, received_on: '2026-06-01', provider_reference: null })
    const end = await read(made)
    expect(end).toMatchObject({ status: 'paid', collection: 'done', next_attempt_at: null, paid_cents: 4900, due_cents: 0 })
    expect(end.payments.map((p) => [p.kind, p.status])).toEqual([['recorded', 'succeeded'], ['recorded', 'succeeded'], ['scheduled', 'failed']])
    expect(end.payments.slice(0, 2)).toEqual([rest, part])
    expect((await on.api.listPayments({ invoice_id: made.id })).is(200)).toEqual(end.payments)
    expect(await balance(user.id)).toEqual([{ currency: 'USD', balance_cents: 100 }])
    expect((await on.api.listCredits(user.id)).is(200)).toMatchObject([{ source: 'overpayment', amount_cents: 100, payment_id: rest.id, credit_note_id: null }])
    const told = (await on.api.listAudit({ user_id: user.id })).is(200)
    expect(told.filter((e) => e.action === 'payment.recorded').map((e) => [e.entity, e.entity_id, e.to])).toEqual([
      ['payment', rest.id, 'succeeded'],
      ['payment', part.id, 'succeeded'],
    ])
    expect(told.filter((e) => e.action === 'invoice.paid')).toHaveLength(1)
  })

  test('due is the amount less what was credited, came from the balance and was paid; nothing due is paid, whatever paid last', async () => {
    const { read, record } = reader(on.api)
    const payLast: Record<string, (user: string, invoice: string) => Promise<unknown>> = {
      record: async (user, invoice) => (await on.api.createPayment(user, invoice, { amount_cents: 1900 })).is(201),
      card: async (user, invoice) => {
        await changeCardOnly(on, user, 'stub_ok')
        return (await on.api.payInvoice(user, invoice)).is(200)
      },
      note: async (user, invoice) => (await on.api.createCreditNote({ user_id: user, invoice_id: invoice, amount_cents: 1900, reason: 'goodwill' })).is(201),
      grant: async (user) => (await on.api.createCredit(user, { amount_cents: 1900, currency: 'USD', reason: 'Sorry' })).is(201),
    }
    const shares = { record: 'paid_cents', card: 'paid_cents', note: 'credited_cents', grant: 'from_balance_cents' } as const
    for (const [last, pay] of Object.entries(payLast)) {
      const { user, made } = await declined()
      ;(await on.api.createCreditNote({ user_id: user.id, invoice_id: made.id, amount_cents: 500, reason: 'goodwill' })).is(201)
      ;(await on.api.createCredit(user.id, { amount_cents: 1000, currency: 'USD', reason: 'Sorry' })).is(201)
      await record(made, { amount_cents: 1500 })
      const before = { credited_cents: 500, from_balance_cents: 1000, paid_cents: 1500 }
      expect(await read(made)).toMatchObject({ ...before, status: 'open', due_cents: 1900 })
      await pay(user.id, made.id)
      const share = shares[last as keyof typeof shares]
      expect(await read(made)).toMatchObject({ ...before, [share]: before[share] + 1900, status: 'paid', due_cents: 0 })
    }
    const { user, made } = await declined()
    expect((await on.api.voidInvoice(user.id, made.id)).is(200)).toMatchObject({ amount_cents: 4900, due_cents: 0 })
    const { user: forgiven, made: noted } = await declined()
    ;(await on.api.createCreditNote({ user_id: forgiven.id, invoice_id: noted.id, amount_cents: 1, reason: 'goodwill' })).is(201)
    ;(await on.api.voidInvoice(forgiven.id, noted.id)).refused(409, 'has_credit_notes')
  })

  test('leaves the schedule what is left to charge', async () => {
    const { read, record } = reader(on.api)
    const { user, made } = await declined()
    await record(made, { amount_cents: 900 })
    await changeCardOnly(on, user.id, 'stub_ok')
    await advanceDays(on.api, 1)
    const end = await read(made)
    expect(end).toMatchObject({ status: 'paid', paid_cents: 4900 })
    expect(end.payments.map((p) => [p.kind, Number(p.amount_cents)])).toEqual([['scheduled', 4000], ['recorded', 900], ['scheduled', 4900]])
  })

  test('more than is due pays what else is open', async () => {
    const { read, record, balance } = reader(on.api)
    const { user, made } = await declined()
    const yearly = await makePlan(on.api, { amount_cents: 9000, interval: 'year' })
    await subscribe(on.api, user.id, yearly.code)
    const other = await generate(on.api, user.id)
    await until('it was declined', async () => (await read(other)).collection === 'retrying')
    await record(made, { amount_cents: 10_000 })
    expect(await read(made)).toMatchObject({ status: 'paid', paid_cents: 4900, from_balance_cents: 0 })
    expect(await read(other)).toMatchObject({ status: 'open', paid_cents: 0, from_balance_cents: 5100, due_cents: 3900 })
    expect(await balance(user.id)).toEqual([])
  })

  test('while an attempt is under way: what the attempt brings beyond what is due by then becomes balance', async () => {
    const { read, record, balance } = reader(on.api)
    for (const [amount, left] of [[2000, 2000], [4900, 4900], [6000, 6000]] as const) {
      const { user, made } = await declined()
      await changeCardOnly(on, user.id, 'stub_slow_1000')
      const slow = on.api.payInvoice(user.id, made.id)
      await until('it is under way', async () => (await read(made)).payments.some((p) => p.status === 'pending'))
      const recorded = await record(made, { amount_cents: amount })
      expect(recorded.overpaid_cents).toBe(Math.max(0, amount - 4900))
      ;(await slow).is(200)
      const end = await read(made)
      expect(end).toMatchObject({ status: 'paid', paid_cents: 4900, due_cents: 0 })
      expect(end.payments.find((p) => p.kind === 'manual')).toMatchObject({ status: 'succeeded', amount_cents: 4900, overpaid_cents: Math.min(amount, 4900) })
      expect(await balance(user.id)).toEqual([{ currency: 'USD', balance_cents: left }])
    }
  })

  test('while nobody knows what became of an attempt: it is asked about, and not charged any more', async () => {
    const { read, record } = reader(on.api)
    const { user, made } = await declined()
    await changeCardOnly(on, user.id, 'stub_unreachable_1')
    ;(await on.api.payInvoice(user.id, made.id)).refused(503, 'provider_unreachable')
    await record(made, { amount_cents: 4900 })
    const end = await until('it has ended', async () => {
      const invoice = await read(made)
      return invoice.payments.every((p) => p.status !== 'pending') && invoice
    })
    expect(end).toMatchObject({ status: 'paid', paid_cents: 4900 })
    expect(end.payments.map((p) => [p.kind, p.status, p.failure_code])).toEqual([
      ['recorded', 'succeeded', null], ['manual', 'failed', 'not_needed'], ['scheduled', 'failed', 'card_declined'],
    ])
  })

  test('makes a subscription active again that was past due', async () => {
    const { read, record, status } = reader(on.api)
    const { made, subscription } = await declined()
    await advanceDays(on.api, 20)
    expect(await read(made)).toMatchObject({ collection: 'uncollected' })
    expect(await status(subscription.id)).toBe('past_due')
    await record(made, { amount_cents: 4899 })
    expect(await status(subscription.id)).toBe('past_due')
    await record(made, { amount_cents: 1 })
    expect(await status(subscription.id)).toBe('active')
  })

  test('in part, a void is refused, and a goodwill note goes first to what is due, the rest to the balance', async () => {
    const { read, record, balance } = reader(on.api)
    const { user, made } = await declined()
    await record(made, { amount_cents: 2000 })
    ;(await on.api.voidInvoice(user.id, made.id)).refused(409, 'has_payments')
    const note = (await on.api.createCreditNote({ user_id: user.id, invoice_id: made.id, reason: 'goodwill' })).is(201)
    expect(note).toMatchObject({ amount_cents: 4900, applied_cents: 2900, to_balance_cents: 2000 })
    expect(await read(made)).toMatchObject({ status: 'paid', paid_cents: 2000, credited_cents: 2900, due_cents: 0 })
    expect(await balance(user.id)).toEqual([{ currency: 'USD', balance_cents: 2000 }])
  })

  test('is refused for an invoice that is not open, and in what no payment is', async () => {
    const { record } = reader(on.api)
    const { user, made } = await declined()
    const pay = (body: unknown, invoice: string = made.id) => on.api.createPayment(user.id, invoice, body)
    for (const [body, ...pointers] of [
      [{}, '/amount_cents'],
      [{ amount_cents: 0 }, '/amount_cents'],
      [{ amount_cents: 1.5 }, '/amount_cents'],
      [{ amount_cents: 1, received_on: '2999-01-01' }, '/received_on'],
      [{ amount_cents: 1, received_on: '2026-02-30' }, '/received_on'],
      [{ amount_cents: 1, reference: '' }, '/reference'],
      [{ amount_cents: 1, reference: 'x'.repeat(256) }, '/reference'],
      [{ amount_cents: 1, currency: 'USD' }, '/currency'],
    ] as [unknown, ...string[]][]) {
      ;(await pay(body)).refused(422, 'unacceptable', ...pointers)
    }
    ;(await pay({ amount_cents: 1 }, user.id)).refused(404, 'not_found')
    const stranger = await makeUser(on.api)
    ;(await on.api.createPayment(stranger.id, made.id, { amount_cents: 1 })).refused(404, 'not_found')
    await record(made, { amount_cents: 4900 })
    ;(await pay({ amount_cents: 1 })).refused(409, 'not_open')
    const { user: other, made: mistake } = await declined()
    ;(await on.api.voidInvoice(other.id, mistake.id)).is(200)
    ;(await on.api.createPayment(other.id, mistake.id, { amount_cents: 1 })).refused(409, 'not_open')
  })

  test('the same request again with its key is the same payment', async () => {
    const { read } = reader(on.api)
    const { user, made } = await declined()
    const idempotencyKey = fresh('record')
    const send = () => on.api.createPayment(user.id, made.id, { amount_cents: 1000 }, { idempotencyKey })
    const [first, again] = [await send(), await send()]
    expect(again.replayed).toBe(true)
    expect(again.is(201)).toEqual(first.is(201))
    expect((await read(made)).paid_cents).toBe(1000)
  })
})

describe('a user who is billed by invoice', () => {
  const on = useServer({ start: '2026-06-01T12:00:00Z' })
  const byInvoice = async (net_days: number, plan: Partial<NewPlan> = { ...pro, bill_in: 'advance' }) => {
    const user = (await on.api.createUser({ email: `${fresh('net')}@example.com`, collection: 'manual', net_days, payment_method: 'stub_ok' })).is(201)
    expect(user).toMatchObject({ collection: 'manual', net_days })
    const made = await makePlan(on.api, plan)
    const subscription = await subscribe(on.api, user.id, made.code)
    const [invoice] = (await on.api.listUserInvoices(user.id)).is(200)
    return { user, plan: made, subscription, invoice: invoice! }
  }
  const today = async () => (await on.api.getClock()).is(200).now.slice(0, 10)
  const daysFrom = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

  test('is never charged by itself; due on issue day + n, overdue from the day after, and past due until it is paid', async () => {
    const { read, record, status } = reader(on.api)
    const { user, invoice, subscription } = await byInvoice(20)
    const issued = await today()
    expect(invoice).toMatchObject({ status: 'open', collection: 'pending', next_attempt_at: null, due_on: daysFrom(issued, 20), overdue: false })
    await advanceTo(on.api, `${daysFrom(issued, 20)}T23:59:59Z`)
    expect(await read(invoice)).toMatchObject({ status: 'open', overdue: false, payments: [] })
    expect(await status(subscription.id)).toBe('active')
    await advanceTo(on.api, `${daysFrom(issued, 21)}T00:00:00Z`)
    expect(await read(invoice)).toMatchObject({ status: 'open', collection: 'pending', overdue: true, payments: [] })
    expect(await status(subscription.id)).toBe('past_due')
    const told = (await on.api.listAudit({ user_id: user.id })).is(200)
    expect(told.slice(0, 2).map((e) => [e.action, e.entity_id, e.at])).toEqual([
      ['subscription.past_due', subscription.id, `${daysFrom(issued, 21)}T00:00:00Z`],
      ['invoice.overdue', invoice.id, `${daysFrom(issued, 21)}T00:00:00Z`],
    ])
    await record(invoice, { amount_cents: 4900, reference: 'Transfer' })
    expect(await read(invoice)).toMatchObject({ status: 'paid', overdue: false, due_cents: 0 })
    expect(await status(subscription.id)).toBe('active')
  })

  test('is charged by hand', async () => {
    const { read } = reader(on.api)
    const { user, invoice } = await byInvoice(0)
    expect((await on.api.payInvoice(user.id, invoice.id)).is(200)).toMatchObject({ status: 'paid', paid_cents: 4900 })
    expect((await read(invoice)).payments).toMatchObject([{ kind: 'manual', status: 'succeeded' }])
  })

  test('charged by hand and declined, the invoice waits as before, also when the provider could not be reached first', async () => {
    const { read } = reader(on.api)
    const { user, invoice } = await byInvoice(30)
    await changeCardOnly(on, user.id, 'stub_decline')
    ;(await on.api.payInvoice(user.id, invoice.id)).refused(402, 'declined')
    expect(await read(invoice)).toMatchObject({ status: 'open', collection: 'pending', next_attempt_at: null })
    await changeCardOnly(on, user.id, 'stub_unreachable_1')
    ;(await on.api.payInvoice(user.id, invoice.id)).refused(503, 'provider_unreachable')
    // The attempt keeps its method: only by hand does its card become one that is declined.
    expect((await on.server.sql(`UPDATE payments SET payment_method = 'stub_decline' WHERE invoice_id = '${invoice.id}' AND status = 'pending'`)).stderr).toBe('')
    ;(await on.api.payInvoice(user.id, invoice.id)).refused(402, 'declined')
    expect(await read(invoice)).toMatchObject({ status: 'open', collection: 'pending', next_attempt_at: null })
    await changeCardOnly(on, user.id, 'stub_ok')
    await advanceDays(on.api, 40)
    expect((await read(invoice)).payments.map((p) => p.status)).toEqual(['failed', 'failed'])
  })

  test('a change of collection counts from the next invoice on', async () => {
    const { read } = reader(on.api)
    const { user, invoice } = await byInvoice(10)
    ;(await on.api.updateUser(user.id, { collection: 'automatic', net_days: 3 })).is(200)
    await advanceDays(on.api, 31)
    expect(await read(invoice)).toMatchObject({ status: 'open', overdue: true, payments: [] })
    const [second] = (await on.api.listUserInvoices(user.id)).is(200)
    expect(second!.id).not.toBe(invoice.id)
    expect(await paid(on.api, second!)).toMatchObject({ due_on: null, overdue: false, payments: [{ kind: 'scheduled' }] })

    const { user: other } = await makeCustomer(on.api, { ...pro, bill_in: 'advance' }, 'stub_decline')
    const [automatic] = (await on.api.listUserInvoices(other.id)).is(200)
    await until('it was declined', async () => (await read(automatic!)).collection === 'retrying')
    ;(await on.api.updateUser(other.id, { collection: 'manual', net_days: 3, payment_method: 'stub_ok' })).is(200)
    await advanceDays(on.api, 31)
    expect(await read(automatic!)).toMatchObject({ status: 'paid', due_on: null })
    const [manual] = (await on.api.listUserInvoices(other.id)).is(200)
    expect(manual).toMatchObject({ status: 'open', due_on: daysFrom(manual!.created_at.slice(0, 10), 3) })
  })

  test('stays past due until nothing of the subscription is overdue any more, in whatever way', async () => {
    const { record, status } = reader(on.api)
    const { user, subscription, invoice: first } = await byInvoice(5)
    await advanceDays(on.api, 65)
    const all = (await on.api.listUserInvoices(user.id)).is(200)
    const [third, second] = all
    expect(all.map((i) => i.overdue)).toEqual([third!.overdue, true, true])
    await record(first, { amount_cents: 4900 })
    expect(await status(subscription.id)).toBe('past_due')
    ;(await on.api.voidInvoice(user.id, second!.id)).is(200)
    if (third!.overdue) {
      expect(await status(subscription.id)).toBe('past_due')
      ;(await on.api.createCredit(user.id, { amount_cents: 4900, currency: 'USD', reason: 'Sorry' })).is(201)
    }
    expect(await status(subscription.id)).toBe('active')
  })

  test('due on the day of issue with no net days; paid in time, it is never overdue', async () => {
    const { read, record, status } = reader(on.api)
    const late = await byInvoice(0)
    const inTime = await byInvoice(0)
    expect(late.invoice).toMatchObject({ due_on: await today(), overdue: false })
    await record(inTime.invoice, { amount_cents: 4900 })
    await advanceDays(on.api, 1)
    expect(await read(late.invoice)).toMatchObject({ overdue: true })
    expect(await status(late.subscription.id)).toBe('past_due')
    expect(await read(inTime.invoice)).toMatchObject({ overdue: false })
    expect(await status(inTime.subscription.id)).toBe('active')
    expect((await on.api.listAudit({ entity_id: inTime.invoice.id })).is(200).map((e) => e.action)).toEqual(['invoice.paid', 'invoice.created'])
  })

  test('what the balance pays when it is made is not due; a preview says until when the rest would be', async () => {
    const user = (await on.api.createUser({ email: `${fresh('net')}@example.com`, collection: 'manual', net_days: 14 })).is(201)
    ;(await on.api.createCredit(user.id, { amount_cents: 5900, currency: 'USD', reason: 'A gift' })).is(201)
    const plan = await makePlan(on.api, { ...pro, bill_in: 'advance' })
    await subscribe(on.api, user.id, plan.code)
    const [invoice] = (await on.api.listUserInvoices(user.id)).is(200)
    expect(invoice).toMatchObject({ status: 'paid', from_balance_cents: 4900, overdue: false })
    const preview = (await on.api.previewInvoices({ user_id: user.id, at: 'period_end' })).is(200)
    const issued = invoice!.period_end
    expect(preview.invoices).toMatchObject([{ due_cents: 3900, due_on: daysFrom(issued, 14), overdue: false, next_attempt_at: null }])
  })

  test('a process finds what is overdue by itself, when its time has come', async () => {
    const { read, status } = reader(on.api)
    const { invoice, subscription } = await byInvoice(2)
    expect((await on.server.sql(`UPDATE simulated_clock SET now = now + interval '3 days'`)).stderr).toBe('')
    await until('it is past due', async () => (await status(subscription.id)) === 'past_due')
    expect(await read(invoice)).toMatchObject({ overdue: true, collection: 'pending' })
  })

  test('collection is one of two, net_days 0 to 365', async () => {
    const user = await makeUser(on.api)
    expect(user).toMatchObject({ collection: 'automatic', net_days: 30 })
    ;(await on.api.updateUser(user.id, { collection: 'by_mail' })).refused(422, 'unacceptable', '/collection')
    ;(await on.api.updateUser(user.id, { net_days: 366 })).refused(422, 'unacceptable', '/net_days')
    ;(await on.api.updateUser(user.id, { net_days: -1 })).refused(422, 'unacceptable', '/net_days')
  })
})
