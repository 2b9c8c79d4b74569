/** A Stripe for tests: what it has in its books, and what happens in them when somebody asks, pays, disputes or waits. */

import { randomBytes } from 'node:crypto'
import { outcomeOf, shown, type Outcome } from './cards.ts'
import type { Tree } from './requests.ts'

export type Thing = { id: string; object: string; created: number; [name: string]: unknown }

/** An answer that is an error. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly error: Record<string, unknown>,
  ) {
    super(JSON.stringify(error))
  }
}

const missing = (kind: string, id: string) =>
  new Refused(404, { type: 'invalid_request_error', code: 'resource_missing', param: 'id', message: `No such ${kind}: '${id}'` })
const invalid = (code: string, message: string, more: object = {}) => new Refused(400, { type: 'invalid_request_error', code, message, ...more })
const seconds = () => Math.floor(Date.now() / 1000)

export class Books {
  readonly things = new Map<string, Thing>()
  /** The number of each payment method, which no object shows. */
  private readonly numbers = new Map<string, string>()
  readonly events: Thing[] = []
  /** What was really charged: intents in their order, each once a charge. */
  readonly charged: Thing[] = []
  onEvent: (event: Thing) => void = () => {}

  get(kind: string, id: unknown): Thing {
    const thing = this.things.get(String(id))
    if (!thing || thing.object !== kind) throw missing(kind, String(id))
    return thing
  }
  all(kind: string): Thing[] {
    return [...this.things.values()].filter((one) => one.object === kind)
  }
  private keep(prefix: string, object: string, members: object): Thing {
    const thing = { id: `${prefix}_${randomBytes(12).toString('hex')}`, object, created: seconds(), livemode: false, metadata: {}, ...members } as Thing
    this.things.set(thing.id, thing)
    return thing
  }
  private emit(type: string, thing: Thing): void {
    const event = {
      id: `evt_${randomBytes(12).toString('hex')}`,
      object: 'event',
      api_version: '2026-08-26.dahlia',
      created: seconds(),
      livemode: false,
      type,
      data: { object: structuredClone(thing) },
    } as Thing
    this.events.push(event)
    this.onEvent(event)
  }

  // Customers and what they pay with

  makeCustomer(form: Tree): Thing {
    return this.keep('cus', 'customer', { email: form.email ?? null, name: form.name ?? null, metadata: form.metadata ?? {} })
  }
  makeMethod(number: string, customer: string | null): Thing {
    const { type, details } = shown(number)
    const method = this.keep('pm', 'payment_method', { type, [type]: details, customer })
    this.numbers.set(method.id, number)
    return method
  }
  attach(id: string, customer: string): Thing {
    this.get('customer', customer)
    const method = id.startsWith('pm_card_') ? this.makeMethod('4242424242424242', null) : this.get('payment_method', id)
    method.customer = customer
    this.emit('payment_method.attached', method)
    return method
  }
  detach(id: string): Thing {
    const method = this.get('payment_method', id)
    if (method.customer === null) throw invalid('payment_method_unexpected_state', 'The payment method you provided is not attached to a customer.')
    method.customer = null
    this.emit('payment_method.detached', method)
    return method
  }
  /** From now on it behaves as another of the test cards: it has expired, there is money on it, its bank wants to see its customer. */
  change(method: string, number: string): void {
    this.numbers.set(method, number)
  }

  // Sessions: where a customer is

  makeSession(form: Tree): Thing {
    if (form.customer) this.get('customer', form.customer)
    const item = (form.line_items as Tree[] | undefined)?.[0] as { price_data: { unit_amount: string; currency: string } } | undefined
    const session = this.keep('cs_test', 'checkout.session', {
      mode: form.mode,
      status: 'open',
      customer: form.customer ?? null,
      metadata: form.metadata ?? {},
      payment_intent: null,
      setup_intent: null,
      amount_total: item ? Number(item.price_data.unit_amount) : null,
      currency: item?.price_data.currency ?? null,
      success_url: form.success_url,
      expires_at: seconds() + 86_400,
      payment_status: form.mode === 'setup' ? 'no_payment_required' : 'unpaid',
      _intent_metadata: (form.payment_intent_data as Tree | undefined)?.metadata ?? {},
    })
    session.url = `https://checkout.stripe.example/c/${session.id}`
    return session
  }
  private open(id: string): Thing {
    const session = this.get('checkout.session', id)
    if (session.status !== 'open') throw invalid('resource_invalid_state', `Only Checkout Sessions with a status in ["open"] can be used. This one is ${String(session.status)}.`)
    return session
  }
  /** The customer enters a card, and comes back. */
  enterCard(id: string, number: string): Thing {
    const session = this.open(id)
    const method = this.makeMethod(number, session.customer as string)
    const intent = this.keep('seti', 'setup_intent', { status: 'succeeded', payment_method: method.id, customer: session.customer })
    Object.assign(session, { status: 'complete', setup_intent: intent.id })
    this.emit('setup_intent.succeeded', intent)
    this.emit('checkout.session.completed', session)
    return method
  }
  /** The customer pays, and authenticates it. */
  payOnSession(id: string, number = '4242424242424242'): Thing {
    const session = this.open(id)
    const method = this.makeMethod(number, session.customer as string)
    const intent = this.makeIntent({ amount: session.amount_total, currency: session.currency, customer: session.customer, metadata: session._intent_metadata }, method)
    session.payment_intent = intent.id
    this.succeed(intent)
    Object.assign(session, { status: 'complete', payment_status: 'paid' })
    this.emit('checkout.session.completed', session)
    return intent
  }
  expireSession(id: string): Thing {
    const session = this.open(id)
    Object.assign(session, { status: 'expired', url: null })
    this.emit('checkout.session.expired', session)
    return session
  }

  // Intents

  private makeIntent(form: { [name: string]: unknown }, method: Thing): Thing {
    return this.keep('pi', 'payment_intent', {
      amount: Number(form.amount),
      currency: form.currency,
      customer: form.customer ?? null,
      payment_method: method.id,
      metadata: form.metadata ?? {},
      status: 'requires_confirmation',
      latest_charge: null,
      last_payment_error: null,
      cancellation_reason: null,
      amount_received: 0,
    })
  }
  private charge(intent: Thing, members: object): Thing {
    const charge = this.keep('ch', 'charge', {
      amount: intent.amount,
      currency: intent.currency,
      customer: intent.customer,
      payment_intent: intent.id,
      amount_refunded: 0,
      metadata: intent.metadata,
      ...members,
    })
    intent.latest_charge = charge.id
    return charge
  }
  private succeed(intent: Thing): void {
    this.charged.push(intent)
    const charge = this.charge(intent, { status: 'succeeded', paid: true })
    Object.assign(intent, { status: 'succeeded', amount_received: intent.amount })
    this.emit('charge.succeeded', charge)
    this.emit('payment_intent.succeeded', intent)
  }
  private fail(intent: Thing, outcome: Exclude<Outcome, string>, type = 'card_error'): Record<string, unknown> {
    const charge = this.charge(intent, { status: 'failed', paid: false })
    const error = { type, ...outcome, charge: charge.id }
    Object.assign(intent, { status: 'requires_payment_method', last_payment_error: error, payment_method: null })
    this.emit('charge.failed', charge)
    this.emit('payment_intent.payment_failed', intent)
    return error
  }

  chargeOffSession(form: Tree): Thing {
    const amount = Number(form.amount)
    if (amount < 50 && form.currency === 'usd') throw invalid('amount_too_small', 'Amount must be at least $0.50 usd', { param: 'amount' })
    this.get('customer', form.customer)
    const method = this.things.get(String(form.payment_method))
    if (!method) throw invalid('resource_missing', `No such PaymentMethod: '${String(form.payment_method)}'`, { param: 'payment_method' })
    if (method.customer !== form.customer) {
      throw invalid('payment_method_unexpected_state', 'The payment method does not belong to the Customer you supplied.', { param: 'payment_method' })
    }
    const intent = this.makeIntent(form, method)
    this.emit('payment_intent.created', intent)
    const outcome = outcomeOf(this.numbers.get(method.id)!)
    if (outcome === 'pays') this.succeed(intent)
    if (outcome === 'processing') {
      intent.status = 'processing'
      this.charge(intent, { status: 'pending', paid: false })
      this.emit('payment_intent.processing', intent)
    }
    const decline = {
      code: 'authentication_required',
      decline_code: 'authentication_required',
      message: 'Your card was declined. This transaction requires authentication.',
    }
    if (outcome === 'authenticate') throw new Refused(402, { ...this.fail(intent, decline), payment_intent: intent })
    if (typeof outcome === 'object') throw new Refused(402, { ...this.fail(intent, outcome), payment_intent: intent })
    return intent
  }
  /** What was processing has come, or come back. */
  settle(id: string, failure?: string): void {
    const intent = this.get('payment_intent', id)
    if (intent.status !== 'processing') throw new Error(`${id} is ${String(intent.status)}`)
    if (!failure) this.succeed(intent)
    else this.fail(intent, { code: 'payment_intent_payment_attempt_failed', decline_code: failure, message: 'The debit came back.' }, 'invalid_request_error')
  }
  cancelIntent(id: string, reason: unknown): Thing {
    const intent = this.get('payment_intent', id)
    if (!['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture', 'processing'].includes(String(intent.status))) {
      throw invalid('payment_intent_unexpected_state', `You cannot cancel this PaymentIntent because it has a status of ${String(intent.status)}.`, { payment_intent: intent })
    }
    Object.assign(intent, { status: 'canceled', cancellation_reason: reason ?? null })
    this.emit('payment_intent.canceled', intent)
    return intent
  }

  // Refunds and disputes

  refund(form: Tree): Thing {
    const intent = this.get('payment_intent', form.payment_intent)
    const charge = this.things.get(String(intent.latest_charge))
    if (charge?.status !== 'succeeded') throw invalid('charge_not_refundable', 'This PaymentIntent does not have a successful charge to refund.')
    const left = Number(charge.amount) - Number(charge.amount_refunded)
    const amount = Number(form.amount ?? left)
    if (left === 0) throw invalid('charge_already_refunded', `Charge ${charge.id} has already been refunded.`)
    if (amount > left) throw invalid('amount_too_large', `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, { param: 'amount' })
    charge.amount_refunded = Number(charge.amount_refunded) + amount
    const refund = this.keep('re', 'refund', {
      amount,
      currency: charge.currency,
      charge: charge.id,
      payment_intent: intent.id,
      status: this.refundsPend ? 'pending' : 'succeeded',
      metadata: form.metadata ?? {},
    })
    this.emit('refund.created', refund)
    return refund
  }
  refundsPend = false
  /** What was pending has gone, or a refund has come back from the bank. */
  endRefund(id: string, failure?: string): void {
    const refund = this.get('refund', id)
    if (failure) {
      const charge = this.get('charge', refund.charge)
      charge.amount_refunded = Number(charge.amount_refunded) - Number(refund.amount)
    }
    Object.assign(refund, failure ? { status: 'failed', failure_reason: failure } : { status: 'succeeded' })
    this.emit(failure ? 'refund.failed' : 'refund.updated', refund)
  }
  dispute(intentId: string, reason = 'fraudulent'): Thing {
    const intent = this.get('payment_intent', intentId)
    const dispute = this.keep('dp', 'dispute', {
      amount: intent.amount,
      currency: intent.currency,
      charge: intent.latest_charge,
      payment_intent: intent.id,
      reason,
      status: 'needs_response',
      evidence_details: { due_by: seconds() + 7 * 86_400, has_evidence: false, past_due: false, submission_count: 0 },
      is_charge_refundable: false,
    })
    this.emit('charge.dispute.created', dispute)
    return dispute
  }
  moveDispute(id: string, status: 'under_review' | 'won' | 'lost'): void {
    const dispute = this.get('dispute', id)
    dispute.status = status
    this.emit(status === 'under_review' ? 'charge.dispute.updated' : 'charge.dispute.closed', dispute)
  }
}
