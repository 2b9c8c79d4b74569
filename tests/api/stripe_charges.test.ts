import { describe, expect, test } from 'vitest'
import { advanceDays, paid } from '../harness/make.ts'
import { until } from '../harness/until.ts'
import { authenticates, chargesOf, customerWith, declinedWhenCharged, enterCard, insufficient, invoice, later, mastercard, payment, secretsIn, sepa, stolen, unanswered, useStripe, visa } from '../stripe/story.ts'

const on = useStripe({ start: '2026-03-01T12:00:00Z' })

describe('a charge', () => {
  test('is an intent with the attempt key as its idempotency key and in its notes, once', async () => {
    const { user, method } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    const [charge] = made.payments
    expect(charge).toMatchObject({ provider: 'stripe', status: 'succeeded', amount_cents: 4900, payment_method: method, failure_code: null, next_action_url: null })
    const [intent, ...more] = chargesOf(on, made)
    expect(more).toEqual([])
    expect(charge!.provider_reference).toBe(intent!.id)
    expect(intent).toMatchObject({ amount: 4900, currency: 'usd', metadata: { attempt_key: charge!.attempt_key, payment_id: charge!.id, invoice_id: made.id, user_id: user.id } })
    const sent = on.stripe.requests.filter((one) => one.path === '/v1/payment_intents' && one.key === charge!.attempt_key)
    expect(sent).toHaveLength(1)
    expect(sent[0]!.form).toMatchObject({ off_session: 'true', confirm: 'true', payment_method: method })
  })

  test('of yen is in yen, and of dinars in tens of fils', async () => {
    const yen = await customerWith(on, visa, { amount_cents: 500, currency: 'JPY' })
    expect(chargesOf(on, await paid(on.api, await invoice(on, yen.user)))[0]).toMatchObject({ amount: 500, currency: 'jpy' })
    const dinars = await customerWith(on, visa, { amount_cents: 5120, currency: 'KWD' })
    expect(chargesOf(on, await paid(on.api, await invoice(on, dinars.user)))[0]).toMatchObject({ amount: 5120, currency: 'kwd' })
    const fils = await customerWith(on, visa, { amount_cents: 5124, currency: 'KWD' })
    const refused = await invoice(on, fils.user)
    await payment(on, refused, { status: 'failed', failure_code: 'amount_not_chargeable', decline: 'hard' })
    expect(chargesOf(on, refused)).toEqual([])
  })

  test('without a card is declined for good without a call, until there is one', async () => {
    const { user } = await customerWith(on, visa)
    ;(await on.api.updateUser(user.id, { payment_method: null })).is(200)
    const made = await invoice(on, user)
    await payment(on, made, { status: 'failed', failure_code: 'no_payment_method', decline: 'hard' })
    expect(chargesOf(on, made)).toEqual([])
    await enterCard(on, user, mastercard)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('below the least that Stripe takes is declined for good', async () => {
    const { user } = await customerWith(on, visa, { amount_cents: 49 })
    const made = await invoice(on, user)
    await payment(on, made, { status: 'failed', failure_code: 'amount_too_small', decline: 'hard' })
  })
})

describe('a decline', () => {
  test('that may not be one tomorrow is soft, and tried again by the schedule', async () => {
    const { user, method } = await customerWith(on, insufficient)
    const made = await invoice(on, user)
    const declined = await payment(on, made, { status: 'failed', failure_code: 'insufficient_funds', decline: 'soft' })
    expect(declined.provider_reference).toMatch(/^pi_/)
    await until('it is to be tried again', async () => (await on.api.getInvoice(user.id, made.id)).is(200).collection === 'retrying')
    on.stripe.books.change(method, visa)
    await advanceDays(on.api, 2)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('of a stolen card is hard: nothing is tried again by itself', async () => {
    const { user } = await customerWith(on, stolen)
    const made = await invoice(on, user)
    await payment(on, made, { status: 'failed', failure_code: 'stolen_card', decline: 'hard' })
    await until('nothing is tried any more', async () => (await on.api.getInvoice(user.id, made.id)).is(200).collection === 'uncollected')
  })

  test('with a code of no particular meaning is soft', async () => {
    const { user } = await customerWith(on, declinedWhenCharged)
    await payment(on, await invoice(on, user), { status: 'failed', failure_code: 'generic_decline', decline: 'soft' })
  })
})

describe('3-D Secure', () => {
  test('needs the customer, who authenticates on a page of Stripe, and is charged once', async () => {
    const { user } = await customerWith(on, authenticates)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'action_required' })
    const session = on.stripe.books.get('checkout.session', waiting.provider_reference)
    expect(waiting.next_action_url).toBe(session.url)
    expect(chargesOf(on, made)).toEqual([])
    // While there is something that the customer can pay, there is nothing else that could be paid as well.
    const intents = on.stripe.books.all('payment_intent').filter((one) => (one.metadata as Record<string, string>).invoice_id === made.id)
    expect(intents.map((one) => one.status)).toEqual(['canceled'])
    const intent = on.stripe.books.payOnSession(session.id)
    const done = await paid(on.api, made)
    expect(done.payments).toHaveLength(1)
    expect(done.payments[0]).toMatchObject({ id: waiting.id, status: 'succeeded', provider_reference: intent.id, next_action_url: null })
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('is completed without any webhook as well', async () => {
    const { user } = await customerWith(on, authenticates)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'action_required' })
    await on.stripe.silently(() => on.stripe.books.payOnSession(waiting.provider_reference!))
    await advanceDays(on.api, 1)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('that was completed meanwhile cannot be given up', async () => {
    const { user } = await customerWith(on, authenticates)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'action_required' })
    await on.stripe.settled()
    await until('every doorbell is answered', async () => (await on.server.sql('SELECT count(*) FROM provider_events WHERE due_at IS NOT NULL')).stdout.trim() === '0')
    await on.stripe.silently(() => on.stripe.books.payOnSession(waiting.provider_reference!))
    ;(await on.api.resolvePayment(waiting.id, { status: 'failed', reason: 'The customer never came back.' })).refused(409, 'not_failed')
    await advanceDays(on.api, 1)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('has another link when the first one has run out', async () => {
    const { user } = await customerWith(on, authenticates)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'action_required' })
    on.stripe.books.expireSession(waiting.provider_reference!)
    const again = await until('there is another link', async () => {
      const [now] = (await on.api.getInvoice(user.id, made.id)).is(200).payments
      return now!.next_action_url !== waiting.next_action_url && now!.next_action_url !== null && now
    })
    on.stripe.books.payOnSession(again.provider_reference!)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('is over when the customer enters another card instead: that one is charged, and the link leads nowhere', async () => {
    const { user } = await customerWith(on, authenticates)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'action_required' })
    await enterCard(on, user, visa)
    await paid(on.api, made)
    expect(on.stripe.books.get('checkout.session', waiting.provider_reference).status).toBe('expired')
    expect(chargesOf(on, made)).toHaveLength(1)
  })
})

describe('a charge whose answer is lost', () => {
  test('is found again, and not made twice', async () => {
    const { user } = await customerWith(on, visa)
    const made = await unanswered(on, user, 'lost')
    expect(chargesOf(on, made)).toHaveLength(1)
    await later(on, 2)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('is found again after its idempotency key has expired', async () => {
    const { user } = await customerWith(on, visa)
    const made = await unanswered(on, user, 'lost')
    on.stripe.expireKeys()
    await later(on, 2)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('is found again after the card was changed: the old card was charged, and the new one is not', async () => {
    const { user, method } = await customerWith(on, visa)
    const made = await unanswered(on, user, 'lost')
    await enterCard(on, user, mastercard)
    await later(on, 2)
    const done = await paid(on.api, made)
    expect(done.payments[0]).toMatchObject({ payment_method: method })
    expect(chargesOf(on, made)).toHaveLength(1)
  })
})

describe('a charge that never arrived', () => {
  test('is made with the same key', async () => {
    const { user } = await customerWith(on, visa)
    const made = await unanswered(on, user, 'refused')
    await later(on, 2)
    const done = await paid(on.api, made)
    expect(done.payments).toHaveLength(1)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('is made with the card of its attempt, and once, though the customer has changed it meanwhile', async () => {
    const { user, method } = await customerWith(on, visa)
    const made = await unanswered(on, user, 'refused')
    await enterCard(on, user, mastercard)
    await later(on, 2)
    const done = await paid(on.api, made)
    expect(chargesOf(on, made).map((one) => one.payment_method)).toEqual([method])
    expect(done.payments.map((one) => one.status)).toEqual(['succeeded'])
  })

  test.each([500, 503, 429, 401, 409])('because Stripe answered %i is tried again, and is no decline', async (status) => {
    const { user } = await customerWith(on, visa)
    const made = await unanswered(on, user, { status })
    await later(on, 2)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })
})

describe('a debit that takes days', () => {
  test('is processing until it has come', async () => {
    const { user } = await customerWith(on, sepa)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'processing' })
    await advanceDays(on.api, 3)
    expect((await on.api.getInvoice(user.id, made.id)).is(200).status).toBe('open')
    on.stripe.books.settle(waiting.provider_reference!)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('that comes back is a decline, of its bank’s kind', async () => {
    const { user } = await customerWith(on, sepa)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'processing' })
    on.stripe.books.settle(waiting.provider_reference!, 'account_closed')
    await payment(on, made, { status: 'failed', failure_code: 'account_closed', decline: 'hard' })
    expect(chargesOf(on, made)).toEqual([])
  })
})

test('what is looked for in the logs would be found there', () => {
  const log = `{"key":"sk_test_abc"} whsec_x v1=${'a'.repeat(64)} Bearer x "last4" exp_month client_secret 4242424242424242 DE89370400440532013000`
  expect(secretsIn(log)).toHaveLength(9)
  expect(secretsIn('{"event":"stripe_refused","path":"/v1/payment_intents/pi_1","request_id":"req_1"}')).toEqual([])
})
