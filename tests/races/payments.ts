/** Money that comes from two sides at once. */

import { expect } from 'vitest'
import { fresh, makePlan, makeUser, subscribe } from '../harness/make.ts'
import { books, broughtBy, invoicesOf49, oneOf, outcome, type On, type Race } from './race.ts'

const slowCard = () => `stub_slow_${oneOf(0, 1, 3, 10, 30)}`
const amount = () => oneOf(1, 1000, 4899, 4900, 4901, 9800)
const pause = () => new Promise((resolve) => setTimeout(resolve, oneOf(0, 0, 1, 3, 10)))

async function voidAndRecord(on: On) {
  const make = await invoicesOf49(on)
  return async () => {
    const { user, invoice } = await make()
    const [voided, recorded] = await Promise.all([
      pause().then(() => on.api.voidInvoice(user.id, invoice.id)),
      pause().then(() => on.api.createPayment(user.id, invoice.id, { amount_cents: amount() })),
    ])
    const gone = outcome(voided, 200, 'has_payments', 'not_open')
    const payment = outcome(recorded, 201, 'not_open')
    expect(gone === undefined).toBe(payment !== undefined)
    const { invoices, payments } = await books(on, user.id)
    expect(invoices[0]!.status === 'void').toBe(gone !== undefined)
    expect(payments).toHaveLength(gone ? 0 : 1)
  }
}

/** By the schedule for one half of them, by hand for the other. */
async function recordAndCharge(on: On) {
  const make = await invoicesOf49(on, slowCard)
  const plan = await makePlan(on.api, { amount_cents: 4900, bill_in: 'advance' })
  const scheduled = async () => {
    const user = await makeUser(on.api, slowCard())
    await subscribe(on.api, user.id, plan.code)
    const [invoice] = (await on.api.listUserInvoices(user.id)).is(200)
    return { user, invoice: invoice! }
  }
  return async () => {
    const byHand = oneOf(true, false)
    const { user, invoice } = await (byHand ? make() : scheduled())
    const [recorded, charged] = await Promise.all([
      pause().then(() => on.api.createPayment(user.id, invoice.id, { amount_cents: amount() })),
      pause().then(() => on.api.payInvoice(user.id, invoice.id)),
    ])
    outcome(recorded, 201, 'not_open')
    outcome(charged, 200, 'not_open', 'attempt_running')
    await ended(on, user.id)
    const { invoices, payments, balance } = await books(on, user.id)
    expect(invoices[0]).toMatchObject({ status: 'paid', due_cents: 0, paid_cents: 4900, from_balance_cents: 0 })
    expect(balance).toBe(broughtBy(payments) - 4900n)
  }
}

/** Until no attempt of the user is under way. */
async function ended(on: On, userId: string): Promise<void> {
  while ((await on.api.listPayments({ user_id: userId, status: 'pending' })).is(200).length > 0) await pause()
}

async function recordTwice(on: On) {
  const make = await invoicesOf49(on)
  return async () => {
    const { user, invoice } = await make()
    const record = () => on.api.createPayment(user.id, invoice.id, { amount_cents: amount() })
    const made = (await Promise.all([record(), record()])).map((answer) => outcome(answer, 201, 'not_open'))
    const { invoices, payments, balance } = await books(on, user.id)
    const brought = broughtBy(payments)
    expect(payments).toHaveLength(made.filter(Boolean).length)
    expect(invoices[0]!.status).toBe(brought < 4900n ? 'open' : 'paid')
    expect(BigInt(invoices[0]!.paid_cents)).toBe(brought < 4900n ? brought : 4900n)
    expect(balance).toBe(brought < 4900n ? 0n : brought - 4900n)
  }
}

/** A grant pays no invoice with an attempt under way: so no card is charged for what the balance has paid. */
async function grantAndCharge(on: On) {
  const make = await invoicesOf49(on, slowCard)
  return async () => {
    const { user, invoice } = await make()
    const credit = amount()
    const [granted, charged] = await Promise.all([
      pause().then(() => on.api.createCredit(user.id, { amount_cents: credit, currency: 'USD', reason: 'A race' })),
      pause().then(() => on.api.payInvoice(user.id, invoice.id)),
    ])
    granted.is(201)
    outcome(charged, 200, 'not_open')
    const { invoices, payments, balance } = await books(on, user.id)
    expect(invoices[0]).toMatchObject({ status: 'paid', due_cents: 0 })
    for (const payment of payments) expect(payment.overpaid_cents).toBe(0)
    expect(balance).toBe(BigInt(credit) - BigInt(invoices[0]!.from_balance_cents))
    expect(broughtBy(payments)).toBe(4900n - BigInt(invoices[0]!.from_balance_cents))
  }
}

async function forgiveAndCharge(on: On) {
  const make = await invoicesOf49(on, slowCard)
  return async () => {
    const { user, invoice } = await make()
    const forgiven = oneOf(1, 1000, 4899, 4900)
    const [note, charged] = await Promise.all([
      pause().then(() => on.api.createCreditNote({ user_id: user.id, invoice_id: invoice.id, amount_cents: forgiven, reason: 'goodwill' })),
      pause().then(() => on.api.payInvoice(user.id, invoice.id)),
    ])
    const { applied_cents, to_balance_cents } = note.is(201)
    expect(BigInt(applied_cents) + BigInt(to_balance_cents)).toBe(BigInt(forgiven))
    outcome(charged, 200, 'not_open')
    const { invoices, payments, balance } = await books(on, user.id)
    expect(invoices[0]).toMatchObject({ status: 'paid', due_cents: 0, credited_cents: applied_cents, from_balance_cents: 0 })
    expect(balance).toBe(broughtBy(payments) + BigInt(forgiven) - 4900n)
  }
}

async function redeemTheLast(on: On) {
  const plan = await makePlan(on.api, { amount_cents: 0 })
  const subscriptions = await Promise.all(
    Array.from({ length: 30 }, async () => subscribe(on.api, (await makeUser(on.api)).id, plan.code)),
  )
  return async () => {
    const left = oneOf(1, 2)
    const { code } = (await on.api.createCoupon({ code: fresh('last'), percent: '1', duration: 'once', max_redemptions: left })).is(201)
    const answers = await Promise.all(subscriptions.map(({ id }) => on.api.createDiscount(id, code)))
    expect(answers.filter((answer) => outcome(answer, 201, 'coupon_used_up'))).toHaveLength(left)
    expect((await on.api.getCoupon(code)).is(200).redemptions).toBe(left)
  }
}

export const paymentRaces: Race[] = [
  { name: 'a void, and a payment that is recorded', prepare: voidAndRecord },
  { name: 'a payment that is recorded, and the card that is charged', prepare: recordAndCharge },
  { name: 'two payments that are recorded', prepare: recordTwice },
  { name: 'a grant of balance, and the card that is charged', prepare: grantAndCharge },
  { name: 'a goodwill note, and the card that is charged', prepare: forgiveAndCharge },
  { name: 'the last redemption of a coupon, asked for by 30', prepare: redeemTheLast },
]
