import { describe, expect, test } from 'vitest'
import { advanceDays, paid } from '../harness/make.ts'
import { until } from '../harness/until.ts'
import type { Thing } from '../stripe/books.ts'
import { chargesOf, customerWith, invoice, lastEvent, payment, sepa, useStripe, visa } from '../stripe/story.ts'
import type { Dispute, User } from '../harness/types.ts'

const on = useStripe({ start: '2026-03-01T12:00:00Z' })
const kept = async (event: Thing) => Number((await on.server.sql(`SELECT count(*) FROM provider_events WHERE reference = '${event.id}'`)).stdout)
const handled = (event: Thing) =>
  until(`${String(event.type)} is acted on`, async () => {
    return (await on.server.sql(`SELECT handled_at IS NOT NULL FROM provider_events WHERE reference = '${event.id}'`)).stdout.trim() === 't'
  })
const disputesOf = async (user: User) => (await on.api.raw<Dispute[]>('GET', `/disputes?user_id=${user.id}`)).is(200)

/** A debit that has come, of which no webhook has told. */
async function settledInSilence() {
  const { user } = await customerWith(on, sepa)
  const made = await invoice(on, user)
  const waiting = await payment(on, made, { status: 'pending', failure_code: 'processing' })
  await handled(lastEvent(on, 'payment_intent.processing')) // or its doorbell would be answered with what has come since
  await on.stripe.silently(() => on.stripe.books.settle(waiting.provider_reference!))
  return { user, made, event: lastEvent(on, 'payment_intent.succeeded') }
}

describe('a webhook', () => {
  test('is a doorbell: Stripe is asked, and the invoice is paid', async () => {
    const { made, event } = await settledInSilence()
    expect(await on.stripe.deliver(event)).toBe(200)
    await paid(on.api, made)
    await handled(event)
  })

  test('that never comes is not needed', async () => {
    const { made } = await settledInSilence()
    await advanceDays(on.api, 1)
    await paid(on.api, made)
  })

  test('that comes five times at once counts once', async () => {
    const { made, event } = await settledInSilence()
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => on.stripe.deliver(event)))).toEqual([200, 200, 200, 200, 200])
    const done = await paid(on.api, made)
    expect(await kept(event)).toBe(1)
    expect(done.payments).toHaveLength(1)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('may come before those that were sent before it', async () => {
    const { made, event } = await settledInSilence()
    const of = (type: string) => on.stripe.books.events.filter((one) => one.type === type).at(-1)!
    expect(await on.stripe.deliver(event)).toBe(200)
    await paid(on.api, made)
    for (const type of ['payment_intent.processing', 'payment_intent.created']) {
      expect(await on.stripe.deliver({ ...of(type), id: `${of(type).id}late` })).toBe(200)
      await handled({ ...of(type), id: `${of(type).id}late` })
    }
    expect((await on.api.getInvoice(made.user_id, made.id)).is(200)).toMatchObject({ status: 'paid' })
  })

  test('that is late by a day, and was signed when it was sent at last, counts', async () => {
    const { made, event } = await settledInSilence()
    expect(await on.stripe.deliver({ ...event, created: event.created - 86_400 })).toBe(200)
    await paid(on.api, made)
  })

  test('is taken for five minutes after it was signed, and not longer', async () => {
    const { made, event } = await settledInSilence()
    const now = Math.floor(Date.now() / 1000)
    expect(await on.stripe.deliver(event, { at: now - 400 })).toBe(400)
    expect(await on.stripe.deliver(event, { at: now + 400 })).toBe(400)
    expect(await kept(event)).toBe(0)
    expect(await on.stripe.deliver(event, { at: now - 200 })).toBe(200)
    await paid(on.api, made)
  })

  test('that is forged is refused, and changes nothing', async () => {
    const { made, event } = await settledInSilence()
    expect(await on.stripe.deliver(event, { secret: 'whsec_of_somebody_else' })).toBe(400)
    const unsigned = await on.api.raw('POST', '/webhooks/stripe', { body: event })
    unsigned.refused(400, 'not_signed')
    expect(await kept(event)).toBe(0)
    expect((await on.api.getInvoice(made.user_id, made.id)).is(200).status).toBe('open')
    expect(await on.stripe.deliver(event)).toBe(200)
  })

  test('that lies is not believed, for what it says is asked', async () => {
    const { user } = await customerWith(on, sepa)
    const made = await invoice(on, user)
    await payment(on, made, { status: 'pending', failure_code: 'processing' })
    const processing = lastEvent(on, 'payment_intent.processing')
    const lie = { ...processing, id: 'evt_lie', type: 'payment_intent.succeeded', data: { object: { ...(processing.data as { object: object }).object, status: 'succeeded' } } }
    expect(await on.stripe.deliver(lie)).toBe(200)
    await handled(lie)
    expect((await on.api.getInvoice(user.id, made.id)).is(200)).toMatchObject({ status: 'open' })
  })

  test('may be signed with any of the secrets', async () => {
    const { made, event } = await settledInSilence()
    expect(await on.stripe.deliver(event, { secret: 'whsec_theOneBefore' })).toBe(200)
    await paid(on.api, made)
  })

  test('of something that is not ours is answered, and no more', async () => {
    const product = { id: 'evt_product', object: 'event', created: 1, type: 'product.created', data: { object: { id: 'prod_1', object: 'product' } } }
    expect(await on.stripe.deliver(product)).toBe(200)
    expect(await kept(product)).toBe(0)
    const shop = { id: 'evt_shop', object: 'event', created: 1, type: 'payment_intent.succeeded', data: { object: { id: 'pi_shop', object: 'payment_intent', metadata: { order: '7' } } } }
    expect(await on.stripe.deliver(shop)).toBe(200)
    await handled(shop)
  })

  test('that could not be acted on, because Stripe was away, is acted on later', async () => {
    const { user } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    on.stripe.fail((request) => request.path.startsWith('/v1/disputes/'), { status: 503 })
    on.stripe.books.dispute(chargesOf(on, made)[0]!.id)
    await until('the dispute is known', async () => (await disputesOf(user)).length === 1)
  })
})

describe('a dispute', () => {
  test.each(['won', 'lost'] as const)('that is %s is shown so, and changes nothing that is owed', async (end) => {
    const { user } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    const dispute = on.stripe.books.dispute(chargesOf(on, made)[0]!.id, 'product_not_received')
    const [opened] = await until('it is known', async () => {
      const all = await disputesOf(user)
      return all.length > 0 && all
    })
    expect(opened).toMatchObject({ payment_id: made.payments[0]!.id, invoice_id: made.id, provider: 'stripe', provider_reference: dispute.id, amount_cents: 4900, currency: 'USD', status: 'needs_response', reason: 'product_not_received' })
    on.stripe.books.moveDispute(dispute.id, 'under_review')
    on.stripe.books.moveDispute(dispute.id, end)
    await until(`it is ${end}`, async () => (await disputesOf(user))[0]!.status === end)
    expect((await on.api.raw<Dispute[]>('GET', `/disputes?payment_id=${made.payments[0]!.id}&status=${end}`)).is(200)).toHaveLength(1)
    // What was sent before it comes once more.
    const first = on.stripe.books.events.find((one) => one.type === 'charge.dispute.created' && (one.data as { object: Thing }).object.id === dispute.id)!
    const late = { ...first, id: `${first.id}late` }
    expect(await on.stripe.deliver(late)).toBe(200)
    await handled(late)
    expect((await disputesOf(user))[0]!.status).toBe(end)
    expect((await on.api.getInvoice(user.id, made.id)).is(200)).toMatchObject({ status: 'paid', due_cents: 0, paid_cents: 4900 })
    const told = (await on.api.raw<{ action: string; to: string }[]>('GET', `/audit?entity_id=${made.payments[0]!.id}`)).is(200)
    expect(told.filter((one) => one.action === 'payment.disputed').map((one) => one.to)[0]).toBe(end)
  })

  test('of which no webhook told is found when the books are looked through', async () => {
    const { user } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    await on.stripe.silently(() => on.stripe.books.dispute(chargesOf(on, made)[0]!.id))
    await on.server.sql('UPDATE provider_sweeps SET due_at = now()')
    await until('it is known', async () => (await disputesOf(user)).length === 1)
  })

  test('is listed by what it can be asked for alone', async () => {
    ;(await on.api.raw('GET', '/disputes?status=open')).refused(422, 'unacceptable', '?status')
    ;(await on.api.raw('GET', '/disputes?limit=1')).is(200)
  })
})

describe('a refund', () => {
  const refund = async () => {
    const { user } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    const note = (await on.api.createCreditNote({ user_id: user.id, invoice_id: made.id, amount_cents: 1900, reason: 'goodwill', credit_to: 'refund' })).is(201)
    const find = () => on.stripe.books.all('refund').find((one) => one.payment_intent === chargesOf(on, made)[0]!.id)
    await until('Stripe has it', async () => find() !== undefined)
    return { user, made, note, reference: find()!.id }
  }
  const statusOf = async (note: { id: string }) => (await on.api.getCreditNote(note.id)).is(200).refund!.status
  const balanceOf = async (user: User) => (await on.api.getBalance(user.id)).is(200).find((one) => one.currency === 'USD')?.balance_cents ?? 0

  test('goes back to the card once, with its key in its notes', async () => {
    const { made, note, reference } = await refund()
    await until('it has gone', async () => (await statusOf(note)) === 'succeeded')
    const theirs = on.stripe.books.get('refund', reference)
    expect(theirs).toMatchObject({ amount: 1900, payment_intent: made.payments[0]!.provider_reference })
    expect(on.stripe.requests.filter((one) => one.path === '/v1/refunds' && one.method === 'POST' && one.key === (theirs.metadata as Record<string, string>).refund_key)).toHaveLength(1)
  })

  test('whose answer is lost is found again', async () => {
    on.stripe.fail((request) => request.method === 'POST' && request.path === '/v1/refunds', 'lost')
    const { made, note } = await refund()
    await advanceDays(on.api, 1)
    await until('it has gone', async () => (await statusOf(note)) === 'succeeded')
    expect(on.stripe.books.all('refund').filter((one) => one.payment_intent === chargesOf(on, made)[0]!.id)).toHaveLength(1)
  })

  test('that fails after days of waiting becomes balance', async () => {
    on.stripe.books.refundsPend = true
    const { user, note, reference } = await refund()
    on.stripe.books.refundsPend = false
    await until('Stripe is at it', async () => (await statusOf(note)) === 'pending')
    on.stripe.books.endRefund(reference, 'lost_or_stolen_card')
    await until('it has failed', async () => (await statusOf(note)) === 'failed')
    expect(await balanceOf(user)).toBe(1900)
  })

  test('that had gone and comes back becomes balance, once', async () => {
    const { user, made, note, reference } = await refund()
    await until('it has gone', async () => (await statusOf(note)) === 'succeeded')
    on.stripe.books.endRefund(reference, 'expired_or_canceled_card')
    await until('it has failed', async () => (await statusOf(note)) === 'failed')
    const again = { ...lastEvent(on, 'refund.failed'), id: 'evt_failed_again' }
    expect(await on.stripe.deliver(again)).toBe(200)
    await handled(again)
    expect(await balanceOf(user)).toBe(1900)
    expect((await on.api.getInvoice(user.id, made.id)).is(200).payments.find((one) => one.kind !== 'refund')!.refunded_cents).toBe(0)
  })
})

test('webhooks are taken where Stripe is who moves the money, and nowhere else', async () => {
  const other = await on.server.also('serve', { BILLING_PROVIDER: 'stub', STRIPE_API_KEY: '', STRIPE_WEBHOOK_SECRET: '' })
  const event = { id: 'evt_anywhere', object: 'event', created: 1, type: 'product.created', data: { object: { id: 'prod_1', object: 'product' } } }
  ;(await other.api.raw('POST', '/webhooks/stripe', on.stripe.signed(event))).refused(404, 'not_found')
  expect((await on.api.raw('POST', '/webhooks/stripe', on.stripe.signed(event))).is(200)).toEqual({ received: true })
})
