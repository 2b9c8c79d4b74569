import { describe, expect, test } from 'vitest'
import type { Api } from '../harness/client.ts'
import { advanceDays, advanceTo, generate, makeCustomer, paid, useServer } from '../harness/make.ts'
import type { InvoiceDetail } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const yearly = { amount_cents: 5000, interval: 'year' as const }
const read = async (api: Api, invoice: { user_id: string; id: string }): Promise<InvoiceDetail> => (await api.getInvoice(invoice.user_id, invoice.id)).is(200)
const attempts = (invoice: InvoiceDetail) => [...invoice.payments].reverse().map((p) => p.failure_code ?? p.status)

/** An invoice of 50.00 once its first attempt came to what the payment method says. */
async function attempted(api: Api, method: string, code: string) {
  const { user, subscription } = await makeCustomer(api, yearly, method)
  const made = await generate(api, user.id)
  await until(`it is ${code}`, async () => (await read(api, made)).payments[0]?.failure_code === code)
  const invoice = await read(api, made) // anew: one that was read while the attempt ended may be of the moment before
  return { user, subscription, invoice, payment: invoice.payments[0]! }
}
const state = async (api: Api, id: string) => (await api.getSubscription(id)).is(200).status

describe('a hard decline', () => {
  const on = useServer()

  test('makes the invoice uncollected at once; nothing is tried again before there is another payment method', async () => {
    const { user, subscription, invoice, payment } = await attempted(on.api, 'stub_hard_decline', 'stolen_card')
    expect(payment).toMatchObject({ status: 'failed', decline: 'hard' })
    expect(invoice).toMatchObject({ status: 'open', collection: 'uncollected', next_attempt_at: null })
    expect(await state(on.api, subscription.id)).toBe('past_due')
    await advanceDays(on.api, 40)
    expect((await read(on.api, invoice)).payments).toHaveLength(1)
    ;(await on.api.payInvoice(user.id, invoice.id)).refused(402, 'declined')
    expect(await read(on.api, invoice)).toMatchObject({ collection: 'uncollected' })
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_ok' })).is(200)
    await paid(on.api, invoice)
    expect(await state(on.api, subscription.id)).toBe('active')
  })

  test('of a payment method that nobody knows is hard as well; of a plain one it is soft', async () => {
    const unknown = await attempted(on.api, 'no_such_card', 'unknown_payment_method')
    expect(unknown.payment.decline).toBe('hard')
    const plain = await attempted(on.api, 'stub_decline', 'card_declined')
    expect(plain.payment.decline).toBe('soft')
    expect(plain.invoice.collection).toBe('retrying')
  })
})

describe('a new payment method', () => {
  const on = useServer()

  test('makes every open invoice due at once, uncollected ones too, and starts the schedule anew', async () => {
    const { user, subscription, invoice } = await attempted(on.api, 'stub_decline', 'card_declined')
    await advanceDays(on.api, 20)
    expect(await read(on.api, invoice)).toMatchObject({ collection: 'uncollected' })
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_decline_9' })).is(200)
    await until('it was tried', async () => {
      const { payments } = await read(on.api, invoice)
      return payments.length === 6 && payments[0]!.status === 'failed'
    })
    const again = await read(on.api, invoice)
    expect(again.collection).toBe('retrying')
    expect(Date.parse(again.next_attempt_at!) - Date.parse(again.payments[0]!.attempted_at)).toBe(86_400_000)
    expect(await state(on.api, subscription.id)).toBe('past_due')
    await advanceDays(on.api, 16)
    expect((await read(on.api, invoice)).payments).toHaveLength(10)
    expect(await read(on.api, invoice)).toMatchObject({ status: 'paid' })
    expect(await state(on.api, subscription.id)).toBe('active')
  })

  test('that is the same as before, or none, begins nothing', async () => {
    const { user, invoice } = await attempted(on.api, 'stub_decline', 'card_declined')
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_decline' })).is(200)
    ;(await on.api.updateUser(user.id, { payment_method: null })).is(200)
    ;(await on.api.updateUser(user.id, { name: 'Ada' })).is(200)
    expect(await read(on.api, invoice)).toMatchObject({ collection: 'retrying', next_attempt_at: invoice.next_attempt_at })
  })

  test('charges nobody who pays by invoice', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    ;(await on.api.updateUser(user.id, { collection: 'manual' })).is(200)
    const invoice = await generate(on.api, user.id)
    ;(await on.api.createPaymentMethod(user.id, 'stub_ok')).is(201)
    await advanceDays(on.api, 1)
    expect(await read(on.api, invoice)).toMatchObject({ status: 'open', collection: 'pending', next_attempt_at: null, payments: [] })
  })
})

describe('payment methods', () => {
  const on = useServer()

  test('are as the provider knows them; one that is added is charged from then on', async () => {
    const { user, invoice } = await attempted(on.api, 'stub_decline', 'card_declined')
    expect((await on.api.listPaymentMethods(user.id)).is(200)).toMatchObject([{ payment_method: 'stub_decline', default: true }])
    ;(await on.api.createPaymentMethod(user.id, 'no_such_card')).refused(422, 'unacceptable', '/payment_method')
    expect((await on.api.createPaymentMethod(user.id, 'stub_ok')).is(201)).toMatchObject({ payment_method: 'stub_ok', default: true })
    expect((await on.api.getUser(user.id)).is(200).payment_method).toBe('stub_ok')
    await paid(on.api, invoice)
    ;(await on.api.deletePaymentMethod(user.id, 'stub_decline')).refused(404, 'not_found')
    ;(await on.api.deletePaymentMethod(user.id, 'stub_ok')).is(204)
    expect((await on.api.getUser(user.id)).is(200).payment_method).toBeNull()
    expect((await on.api.listPaymentMethods(user.id)).is(200)).toEqual([])
    const actions = (await on.api.listAudit({ user_id: user.id })).is(200).map((event) => event.action)
    expect(actions).toContain('user.payment_method_changed')
    expect(actions).toContain('user.payment_method_removed')
  })

  test('come of a link, and pay what is open, without any webhook', async () => {
    const { user, invoice } = await attempted(on.api, 'stub_hard_decline', 'stolen_card')
    ;(await on.api.setUpPaymentMethod(user.id, '/account')).refused(422, 'unacceptable', '/return_url')
    expect((await on.api.setUpPaymentMethod(user.id, 'https://example.com/account')).is(201)).toEqual({ url: 'https://example.com/account' })
    expect((await on.api.listAudit({ user_id: user.id })).is(200).map((event) => event.action)).toContain('user.payment_setup_started')
    await advanceTo(on.api, new Date(Date.parse(invoice.payments[0]!.attempted_at) + 61_000).toISOString())
    expect((await on.api.getUser(user.id)).is(200).payment_method).toBe('stub_ok')
    await paid(on.api, invoice)
  })

  test('of nobody are 404', async () => {
    const nobody = '019a8f3e-2b7c-7d41-9c55-0b1f6e3d2a90'
    ;(await on.api.listPaymentMethods(nobody)).refused(404, 'not_found')
    ;(await on.api.createPaymentMethod(nobody, 'stub_ok')).refused(404, 'not_found')
    ;(await on.api.setUpPaymentMethod(nobody, 'https://example.com')).refused(404, 'not_found')
    ;(await on.api.deletePaymentMethod(nobody, 'stub_ok')).refused(404, 'not_found')
  })
})

describe('an attempt that the provider is still at', () => {
  const on = useServer()

  test('is known after its time by the billing clock, and the invoice is paid by it', async () => {
    const { invoice, payment, user } = await attempted(on.api, 'stub_processing_60', 'processing')
    expect(payment).toMatchObject({ status: 'pending', provider: 'stub', payment_method: 'stub_processing_60', provider_reference: expect.stringMatching(/^stub_/) })
    expect((await on.api.payInvoice(user.id, invoice.id)).is(202)).toMatchObject({ status: 'open' })
    ;(await on.api.voidInvoice(user.id, invoice.id)).refused(409, 'has_payments')
    await advanceTo(on.api, new Date(Date.parse(payment.created_at) + 240_000).toISOString())
    const done = await read(on.api, invoice)
    expect(done).toMatchObject({ status: 'paid' })
    expect(attempts(done)).toEqual(['succeeded'])
  })

  test('is not charged by another card that comes meanwhile', async () => {
    const { invoice, payment, user } = await attempted(on.api, 'stub_processing_60', 'processing')
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_ok' })).is(200)
    await advanceTo(on.api, new Date(Date.parse(payment.created_at) + 240_000).toISOString())
    const done = await read(on.api, invoice)
    expect(done).toMatchObject({ status: 'paid' })
    expect(done.payments).toMatchObject([{ id: payment.id, status: 'succeeded', payment_method: 'stub_processing_60' }])
  })
})

describe('an attempt that needs its customer', () => {
  const on = useServer()

  test('says where, waits a week, and then counts as declined', async () => {
    const { invoice, payment, user } = await attempted(on.api, 'stub_action_required', 'action_required')
    expect(payment).toMatchObject({ status: 'pending', next_action_url: expect.stringMatching(/^https:/) })
    ;(await on.api.payInvoice(user.id, invoice.id)).refused(402, 'action_required')
    await advanceDays(on.api, 6)
    expect(attempts(await read(on.api, invoice))).toEqual(['action_required'])
    const told = (await on.api.listAudit({ entity_id: payment.id })).is(200).filter((event) => event.action === 'payment.action_required')
    expect(told).toHaveLength(1)
    await advanceDays(on.api, 1)
    const declined = await read(on.api, invoice)
    expect(declined.payments[0]).toMatchObject({ status: 'failed', failure_code: 'authentication_required', decline: 'soft', next_action_url: null })
    expect(declined.collection).toBe('retrying')
    await advanceDays(on.api, 1)
    expect(attempts(await read(on.api, invoice))).toEqual(['authentication_required', 'action_required'])
  })

  test('is canceled for another card, which is charged once', async () => {
    const { invoice, user } = await attempted(on.api, 'stub_action_required', 'action_required')
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_ok' })).is(200)
    const done = await paid(on.api, invoice)
    expect(attempts(done)).toEqual(['canceled', 'succeeded'])
    expect(done.payments[1]).toMatchObject({ decline: null })
  })
})

describe('resolving', () => {
  const on = useServer()
  const reason = 'Seen in the books of the provider'

  test('ends an attempt as succeeded: the invoice is paid', async () => {
    const { invoice, payment } = await attempted(on.api, 'stub_action_required', 'action_required')
    const ended = (await on.api.resolvePayment(payment.id, { status: 'succeeded', reason })).is(200)
    expect(ended).toMatchObject({ id: payment.id, status: 'succeeded', failure_code: null, resolution: reason, next_action_url: null })
    expect(await read(on.api, invoice)).toMatchObject({ status: 'paid', paid_cents: 5000 })
    const events = (await on.api.listAudit({ entity_id: payment.id })).is(200).map((event) => [event.action, event.actor])
    expect(events).toContainEqual(['payment.resolved', 'anonymous'])
    expect(events).toContainEqual(['payment.succeeded', 'anonymous'])
    ;(await on.api.resolvePayment(payment.id, { status: 'failed', reason })).refused(409, 'not_pending')
  })

  test('ends an attempt as failed: it counts as declined, and the schedule goes on', async () => {
    const { invoice, payment } = await attempted(on.api, 'stub_unreachable_99', 'unreachable')
    const ended = (await on.api.resolvePayment(payment.id, { status: 'failed', reason })).is(200)
    expect(ended).toMatchObject({ status: 'failed', decline: 'soft', failure_code: 'ended_by_hand', resolution: reason })
    const now = await read(on.api, invoice)
    expect(now).toMatchObject({ status: 'open', collection: 'retrying' })
    expect(Date.parse(now.next_attempt_at!) - Date.parse(ended.updated_at)).toBe(86_400_000)
  })

  test.each([
    ['succeeded', []],
    ['failed', [['failed_refund', 5000]]],
  ] as const)('ends a refund as %s', async (status, credits) => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_ok')
    const invoice = await paid(on.api, await generate(on.api, user.id))
    await on.server.sql(`UPDATE payments SET payment_method = 'stub_unreachable_99' WHERE invoice_id = '${invoice.id}'`)
    ;(await on.api.createCreditNote({ user_id: user.id, invoice_id: invoice.id, reason: 'other', credit_to: 'refund' })).is(201)
    const refund = await until('nobody knows', async () => (await read(on.api, invoice)).payments.find((p) => p.kind === 'refund' && p.failure_code === 'unreachable'))
    expect((await on.api.resolvePayment(refund.id, { status, reason })).is(200)).toMatchObject({ id: refund.id, kind: 'refund', status, resolution: reason })
    expect((await on.api.listCredits(user.id)).is(200).map((one) => [one.source, one.amount_cents])).toEqual(credits)
    ;(await on.api.resolvePayment(refund.id, { status, reason })).refused(409, 'not_pending')
  })

  test('is refused while the provider is being asked, without a reason, and of nothing', async () => {
    const { invoice, user } = await attempted(on.api, 'stub_decline', 'card_declined')
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_slow_3000' })).is(200)
    const running = await until('it is under way', async () => (await read(on.api, invoice)).payments.find((p) => p.status === 'pending'))
    ;(await on.api.resolvePayment(running.id, { status: 'failed', reason })).refused(409, 'attempt_running')
    ;(await on.api.resolvePayment(running.id, { status: 'pending', reason })).refused(422, 'unacceptable', '/status')
    ;(await on.api.resolvePayment(running.id, { status: 'failed' })).refused(422, 'unacceptable', '/reason')
    ;(await on.api.resolvePayment('019a8f3e-2b7c-7d41-9c55-0b1f6e3d2a90', { status: 'failed', reason })).refused(404, 'not_found')
    await paid(on.api, invoice)
  })
})

describe('BILLING_CANCEL_AFTER_DAYS', () => {
  const on = useServer({ env: { BILLING_CANCEL_AFTER_DAYS: '10' } })

  test('cancels what has been past due for so long, and what was paid meanwhile stays', async () => {
    const one = await attempted(on.api, 'stub_hard_decline', 'stolen_card')
    const other = await attempted(on.api, 'stub_hard_decline', 'stolen_card')
    await advanceDays(on.api, 9)
    expect(await state(on.api, one.subscription.id)).toBe('past_due')
    ;(await on.api.updateUser(other.user.id, { payment_method: 'stub_ok' })).is(200)
    await paid(on.api, other.invoice)
    await advanceDays(on.api, 1)
    const canceled = (await on.api.getSubscription(one.subscription.id)).is(200)
    expect(canceled.status).toBe('canceled')
    const events = (await on.api.listAudit({ entity_id: one.subscription.id })).is(200)
    expect(events[0]).toMatchObject({ action: 'subscription.canceled', actor: expect.stringMatching(/^(worker|schedule)$/) })
    expect(await state(on.api, other.subscription.id)).toBe('active')
    await advanceDays(on.api, 30)
    expect(await state(on.api, other.subscription.id)).toBe('active')
  })
})
