import { describe, expect, test } from 'vitest'
import type { Api } from '../harness/client.ts'
import { advanceDays, advanceTo, generate, makeCustomer, makePlan, paid, subscribe, use, useServer } from '../harness/make.ts'
import type { ChangedSubscription, CreditNote, InvoiceDetail, InvoicePreview, Payment } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const minute = 60_000
const on = useServer({ start: '2026-06-01T09:00:00Z' })

/** Yearly, so that no roll-over comes between. */
const yearly = { amount_cents: 4900, interval: 'year' as const }

/** A user whose invoice of 49.00 was paid by card. */
async function paidCustomer(paymentMethod?: string, plan: Parameters<typeof makeCustomer>[1] = yearly) {
  const customer = await makeCustomer(on.api, plan, paymentMethod)
  return { ...customer, invoice: await paid(on.api, await generate(on.api, customer.user.id)) }
}
const credit = (invoice: { user_id: string; id: string }, members: Record<string, unknown> = {}) =>
  on.api.createCreditNote({ user_id: invoice.user_id, invoice_id: invoice.id, reason: 'goodwill', credit_to: 'refund', ...members })
const cancel = async (id: string, body: Record<string, unknown>) =>
  (await on.api.call<ChangedSubscription>('cancelSubscription', { id }, { body })).is(200)
const read = async (invoice: { user_id: string; id: string }): Promise<InvoiceDetail> => (await on.api.getInvoice(invoice.user_id, invoice.id)).is(200)
const refundsOf = async (invoice: { user_id: string; id: string }): Promise<Payment[]> => (await read(invoice)).payments.filter((p) => p.kind === 'refund')
const balanceOf = async (userId: string) => Number((await on.api.getBalance(userId)).is(200)[0]?.balance_cents ?? 0)

function ended(api: Api, note: CreditNote): Promise<CreditNote> {
  return until(`the refund of ${note.id} has ended`, async () => {
    const now = (await api.getCreditNote(note.id)).is(200)
    return now.refund?.status === 'pending' ? undefined : now
  })
}

describe('a note that gives back to the card', () => {
  test('refunds what was paid, the invoice stays paid, and nothing becomes balance', async () => {
    const { user, invoice } = await paidCustomer()
    const made = (await credit(invoice)).is(201)
    expect(made).toMatchObject({ amount_cents: 4900, applied_cents: 0, to_balance_cents: 0, refund: { id: expect.any(String), amount_cents: 4900, failed_cents: 0 } })
    expect((await ended(on.api, made)).refund).toMatchObject({ amount_cents: 4900, failed_cents: 0, status: 'succeeded' })

    const now = await read(invoice)
    expect(now).toMatchObject({ status: 'paid', paid_cents: 4900, due_cents: 0, credited_cents: 0, paid_at: invoice.paid_at })
    const [refund, charge, ...more] = now.payments
    expect(more).toEqual([])
    expect(refund).toMatchObject({
      id: made.refund!.id, kind: 'refund', status: 'succeeded', amount_cents: 4900, refunded_cents: 0, credit_note_id: made.id, refund_of: charge!.id, provider: 'stub',
      provider_reference: expect.any(String), user_id: user.id, invoice_id: invoice.id,
    })
    expect(charge).toMatchObject({ kind: 'scheduled', status: 'succeeded', amount_cents: 4900, refunded_cents: 4900, credit_note_id: null, refund_of: null })
    expect((await on.api.listPayments({ user_id: user.id })).is(200)).toEqual(now.payments)
    expect((await on.api.listPayments({ user_id: user.id, status: 'succeeded', limit: 1 })).is(200)).toEqual([refund])
    expect((await on.api.listPayments({ user_id: user.id, limit: 1, after: refund!.id })).is(200)).toEqual([charge])
    expect(await balanceOf(user.id)).toBe(0)
    expect((await on.api.listCredits(user.id)).is(200)).toEqual([])
  })

  test('first takes off what is due: of an open invoice nothing is refunded', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    expect((await credit(invoice)).is(201)).toMatchObject({ applied_cents: 4900, to_balance_cents: 0, refund: null })
    expect(await refundsOf(invoice)).toEqual([])
  })

  test('gives the card no more than it paid: what the balance paid becomes balance again', async () => {
    const { user } = await makeCustomer(on.api, yearly)
    ;(await on.api.createCredit(user.id, { amount_cents: 1000, currency: 'USD', reason: 'A gift' })).is(201)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    expect(invoice).toMatchObject({ from_balance_cents: 1000, paid_cents: 3900 })
    const made = (await credit(invoice)).is(201)
    expect(made).toMatchObject({ amount_cents: 4900, applied_cents: 0, to_balance_cents: 1000, refund: { amount_cents: 3900 } })
    expect((await ended(on.api, made)).refund!.status).toBe('succeeded')
    expect(await balanceOf(user.id)).toBe(1000)
  })

  test('never gives back more than paid less refunded, however many notes there are', async () => {
    const { user, invoice } = await paidCustomer()
    for (const [amount_cents, refunded] of [[3000, 3000], [1000, 4000], [900, 4900]] as const) {
      expect((await credit(invoice, { amount_cents })).is(201)).toMatchObject({ to_balance_cents: 0, refund: { amount_cents } })
      expect((await read(invoice)).payments.find((p) => p.kind === 'scheduled')!.refunded_cents).toBe(refunded)
    }
    ;(await credit(invoice)).refused(409, 'nothing_left')
    expect(await balanceOf(user.id)).toBe(0)
  })

  test('of what was credited to the balance before nothing is refunded', async () => {
    const { user, invoice } = await paidCustomer()
    ;(await credit(invoice, { amount_cents: 4000, credit_to: 'balance' })).is(201)
    expect((await credit(invoice)).is(201)).toMatchObject({ amount_cents: 900, refund: { amount_cents: 900 } })
    expect(await balanceOf(user.id)).toBe(4000)
  })

  test('gives back the tax on top as well', async () => {
    ;(await on.api.createTaxRate({ code: 'nz', name: 'GST', percent: '15', country: 'NZ' })).is(201)
    const { user } = await makeCustomer(on.api, yearly)
    ;(await on.api.updateUser(user.id, { address: { country: 'NZ' } })).is(200)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    expect((await credit(invoice, { amount_cents: 1000 })).is(201)).toMatchObject({ amount_cents: 1150, tax_cents: 150, refund: { amount_cents: 1150 } })
    expect((await credit(invoice)).is(201)).toMatchObject({ amount_cents: 4485, refund: { amount_cents: 4485 } })
  })

  test('what the card paid beyond what was due is balance already, and is not refunded once more', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_slow_1500')
    const invoice = (await on.api.generateInvoice(user.id)).is(201)
    const first = (await credit(invoice, { amount_cents: 900 })).is(201)
    const done = await paid(on.api, invoice)
    const overpaid = Number(done.payments.find((p) => p.kind === 'scheduled')!.amount_cents) - Number(done.paid_cents)
    expect(overpaid).toBe(first.applied_cents === 900 ? await balanceOf(user.id) : 0)
    const rest = (await credit(invoice)).is(201)
    expect(rest).toMatchObject({ amount_cents: 4000, to_balance_cents: 0, refund: { amount_cents: 4000 } })
    expect(await balanceOf(user.id)).toBe(overpaid)
  })

  test('goes to the card that was charged, whatever card the user has now', async () => {
    const { user, invoice } = await paidCustomer('stub_ok')
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_refund_fails' })).is(200)
    const note = await ended(on.api, (await credit(invoice)).is(201))
    expect(note.refund!.status).toBe('succeeded')
    expect((await refundsOf(invoice))[0]).toMatchObject({ payment_method: 'stub_ok', status: 'succeeded' })
  })

  test('to anything but the balance or the card is refused', async () => {
    const { subscription, invoice } = await paidCustomer()
    ;(await credit(invoice, { credit_to: 'cash' })).refused(422, 'unacceptable', '/credit_to')
    ;(await on.api.call('cancelSubscription', { id: subscription.id }, { body: { at: 'now', credit_to: 'cash' } })).refused(422, 'unacceptable', '/credit_to')
  })

  test('is told in the history of the user', async () => {
    const { user, invoice } = await paidCustomer()
    const note = await ended(on.api, (await credit(invoice)).is(201))
    const events = (await on.api.listAudit({ entity_id: note.refund!.id! })).is(200)
    expect(events.map((event) => [event.action, event.entity, event.user_id, event.from, event.to])).toEqual([
      ['payment.refunded', 'payment', user.id, 'pending', 'succeeded'],
      ['payment.refund_started', 'payment', user.id, null, 'pending'],
    ])
  })

  test('is summed in the statistics', async () => {
    const { invoice } = await paidCustomer()
    const sums = async () => {
      const amounts = (await on.api.getStats()).is(200).amounts.find((a) => a.currency === 'USD')!
      const months = (await on.api.getRevenue()).is(200).filter((point) => point.currency === 'USD')
      return [amounts.refunded_30d_cents, amounts.paid_cents, months.reduce((sum, m) => sum + Number(m.refunded_cents), 0)].map(Number)
    }
    const underWay = async () => (await on.server.sql("SELECT count(*) FROM refunds WHERE status = 'pending'")).stdout.trim()
    await until('no other refund is under way', async () => (await underWay()) === '0')
    const before = await sums()
    await ended(on.api, (await credit(invoice, { amount_cents: 1234 })).is(201))
    const after = await sums()
    expect(after.map((sum, i) => sum - before[i]!)).toEqual([1234, 0, 1234])
  })
})

describe('a refund that fails', () => {
  test('becomes balance, of a source of its own', async () => {
    const { user, invoice } = await paidCustomer('stub_refund_fails')
    const note = await ended(on.api, (await credit(invoice, { amount_cents: 2000 })).is(201))
    expect(note).toMatchObject({ amount_cents: 2000, applied_cents: 0, to_balance_cents: 0, refund: { amount_cents: 2000, failed_cents: 2000, status: 'failed' } })
    const [refund] = await refundsOf(invoice)
    expect(refund).toMatchObject({ status: 'failed', failure_code: 'expired_or_canceled_card', amount_cents: 2000 })
    expect((await on.api.listCredits(user.id)).is(200)).toMatchObject([
      { source: 'failed_refund', credit_note_id: note.id, refund_id: refund!.id, amount_cents: 2000, left_cents: 2000, expires_on: null },
    ])
    expect(await balanceOf(user.id)).toBe(2000)
    // What failed was not given back: the payment has it still, and so has what is left of the invoice.
    const now = await read(invoice)
    expect(now.payments.find((p) => p.kind === 'scheduled')!.refunded_cents).toBe(0)
    expect(now).toMatchObject({ status: 'paid', paid_cents: 4900 })
    expect((await on.api.listAudit({ entity_id: refund!.id })).is(200)[0]).toMatchObject({ action: 'payment.refund_failed', to: 'failed' })
  })

  test('pays what is open at once', async () => {
    const { user, invoice } = await paidCustomer('stub_refund_fails')
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_decline' })).is(200)
    await subscribe(on.api, user.id, (await makePlan(on.api, { amount_cents: 1900, interval: 'year' })).code)
    const open = await generate(on.api, user.id)
    await until('it was declined', async () => (await read(open)).collection === 'retrying')
    ;(await credit(invoice)).is(201)
    expect(await paid(on.api, open)).toMatchObject({ from_balance_cents: 1900, paid_cents: 0 })
    expect(await balanceOf(user.id)).toBe(3000)
  })
})

describe('a provider that cannot be reached', () => {
  test('is asked for a refund again after 1 minute, then 2, and gives back once', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_unreachable_2')
    const invoice = (await on.api.generateInvoice(user.id)).is(201)
    await until('it is not reached', async () => (await read(invoice)).collection === 'retrying')
    await advanceDays(on.api, 1)
    await paid(on.api, invoice)
    const made = (await credit(invoice)).is(201)
    const [refund] = await until('it is not reached', async () => {
      const refunds = await refundsOf(invoice)
      return refunds[0]!.failure_code === 'unreachable' ? refunds : undefined
    })
    expect(refund).toMatchObject({ status: 'pending', failure_code: 'unreachable' })
    const at = async (minutes: number) => {
      await advanceTo(on.api, new Date(Date.parse(refund!.created_at) + minutes * minute).toISOString())
      return (await refundsOf(invoice))[0]!.status
    }
    expect(await at(1)).toBe('pending')
    expect((await on.api.getStats()).is(200).oldest_due_at).toBe(null)
    expect(await at(2)).toBe('pending')
    expect(await at(3)).toBe('succeeded')
    expect((await ended(on.api, made)).refund!.status).toBe('succeeded')
    expect((await on.server.sql(`SELECT calls, unreachable_count FROM refunds WHERE invoice_id = '${invoice.id}'`)).stdout.trim()).toBe('3|0')
    expect((await read(invoice)).payments.find((p) => p.kind !== 'refund')!.refunded_cents).toBe(4900)
  })
})

describe('a cancel that gives back to the card', () => {
  test('refunds what is not used any more, as the preview says', async () => {
    const server = on.api
    const { user, subscription, invoice } = await paidCustomer(undefined, { amount_cents: 4900 })
    await advanceDays(server, 9)
    const preview = (await server.previewInvoices({ user_id: user.id, changes: [{ action: 'cancel', subscription_id: subscription.id, at: 'now', credit_to: 'refund' }] })).is(200) as InvoicePreview
    const canceled = await cancel(subscription.id, { at: 'now', credit_to: 'refund' })
    const note = (await server.getCreditNote(canceled.credit_notes[0]!)).is(200)
    expect(note).toMatchObject({ kind: 'correction', invoice_id: invoice.id, applied_cents: 0, to_balance_cents: 0, refund: { amount_cents: note.amount_cents } })
    expect(preview.credit_notes).toMatchObject([{ id: null, amount_cents: note.amount_cents, to_balance_cents: 0, refund: { id: null, amount_cents: note.amount_cents, failed_cents: 0, status: 'pending' } }])
    expect((await ended(server, note)).refund!.status).toBe('succeeded')
    expect(await balanceOf(user.id)).toBe(0)
  })

  test('at the period\'s end holds for what is credited then; taken back it holds no longer', async () => {
    const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]
    for (const again of [true, false]) {
      const { user, subscription } = await makeCustomer(on.api, { amount_cents: 0, interval: 'week', charges })
      ;(await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1000, event_id: 'e' })).is(201)
      const invoice = await paid(on.api, await generate(on.api, user.id))
      await cancel(subscription.id, { at: 'period_end', credit_to: 'refund' })
      if (again) {
        ;(await on.api.call('uncancelSubscription', { id: subscription.id })).is(200)
        await cancel(subscription.id, { at: 'period_end' })
      }
      ;(await on.api.correctUsage({ user_id: user.id, metric: 'm', event_id: 'e', quantity: 400, reason: 'Too many' })).is(201)
      await advanceTo(on.api, subscription.current_period_end)
      await advanceDays(on.api, 1)
      const [note] = (await on.api.listCreditNotes({ user_id: user.id })).is(200)
      expect(note).toMatchObject({ kind: 'correction', invoice_id: invoice.id, amount_cents: 600, refund: again ? null : { amount_cents: 600 } })
      expect(await balanceOf(user.id)).toBe(again ? 600 : 0)
    }
  })

  test('gives back what is corrected after it too', async () => {
    const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 0, interval: 'year', charges })
    await use(on.api, user.id, 'm', 1)
    ;(await on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 1000, event_id: 'e' })).is(201)
    const canceled = await cancel(subscription.id, { at: 'now', credit_to: 'refund' })
    await paid(on.api, (await on.api.getInvoice(user.id, canceled.invoices[0]!)).is(200))
    ;(await on.api.correctUsage({ user_id: user.id, metric: 'm', event_id: 'e', quantity: 0, reason: 'A test of theirs' })).is(201)
    await advanceDays(on.api, 2)
    const note = await until('it is credited', async () => (await on.api.listCreditNotes({ user_id: user.id })).is(200)[0])
    expect(note).toMatchObject({ amount_cents: 1000, to_balance_cents: 0, refund: { amount_cents: 1000 } })
  })
})
