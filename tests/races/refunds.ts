/** Money that goes back, wanted from two sides at once. */

import { expect } from 'vitest'
import { fresh, makePlan, subscribe } from '../harness/make.ts'
import type { ChangedSubscription, CreditNote, Subscription, User } from '../harness/types.ts'
import { books, broughtBy, givenBackOf, oneOf, outcome, sum, type On, type Race } from './race.ts'

const slowCard = () => `stub_slow_${oneOf(0, 1, 3, 10, 30)}`
const pause = () => new Promise((resolve) => setTimeout(resolve, oneOf(0, 0, 1, 3, 10)))

/** Makes users on a plan of 49.00 in advance, with its open invoice, which is charged by hand only. */
async function customers(on: On) {
  const plan = await makePlan(on.api, { amount_cents: 4900, bill_in: 'advance', interval: 'year' })
  return async (method: string): Promise<{ user: User; invoice: { id: string }; subscription: Subscription }> => {
    const wish = { email: `${fresh('refund')}@example.com`, payment_method: method, collection: 'manual' as const }
    const user = (await on.api.createUser(wish)).is(201)
    const subscription = await subscribe(on.api, user.id, plan.code)
    return { user, subscription, invoice: { id: subscription.invoices[0]! } }
  }
}

const credit = (on: On, user: User, invoice: { id: string }, members: Record<string, unknown> = {}) =>
  pause().then(() => on.api.createCreditNote({ user_id: user.id, invoice_id: invoice.id, reason: 'other', credit_to: 'refund', ...members }))

/** Once all payments and refunds of the user have ended: its books, which hold whoever came first, and what its notes came to. */
async function settled(on: On, user: User) {
  while ((await on.api.listPayments({ user_id: user.id, status: 'pending' })).is(200).length > 0) await pause()
  const { payments, balance, invoices } = await books(on, user.id)
  const notes = (await on.api.listCreditNotes({ user_id: user.id })).is(200)
  const of = (cents: (note: CreditNote) => CreditNote['amount_cents']) => sum(notes.map(cents))
  const refund = of((note) => note.refund?.amount_cents ?? 0)
  const failed = of((note) => note.refund?.failed_cents ?? 0)
  expect(of((note) => note.amount_cents)).toBe(of((note) => note.applied_cents) + refund + of((note) => note.to_balance_cents))
  expect(givenBackOf(payments)).toBe(refund - failed)
  return { invoices, notes: of((note) => note.amount_cents), brought: broughtBy(payments), givenBack: givenBackOf(payments), balance }
}

/** A part of it was paid in another way, so that the notes together want more than the card brought. */
async function twoNotes(on: On) {
  const make = await customers(on)
  return async () => {
    const method = oneOf(slowCard(), 'stub_refund_fails')
    const { user, invoice } = await make(method)
    const recorded = oneOf(true, false)
    if (recorded) (await on.api.createPayment(user.id, invoice.id, { amount_cents: 2000 })).is(201)
    else (await on.api.createCredit(user.id, { amount_cents: 2000, currency: 'USD', reason: 'A race' })).is(201)
    ;(await on.api.payInvoice(user.id, invoice.id)).is(200)
    for (const note of await Promise.all([credit(on, user, invoice, { amount_cents: 2450 }), credit(on, user, invoice, { amount_cents: 2450 })])) note.is(201)
    const end = await settled(on, user)
    expect(end).toMatchObject({ notes: 4900n, brought: recorded ? 4900n : 2900n })
    if (method === 'stub_refund_fails') expect(end).toMatchObject({ givenBack: 0n, balance: 4900n })
    else expect(end).toMatchObject({ givenBack: 2900n, balance: 2000n })
  }
}

async function allTwice(on: On) {
  const make = await customers(on)
  return async () => {
    const { user, invoice } = await make(slowCard())
    ;(await on.api.payInvoice(user.id, invoice.id)).is(200)
    const made = (await Promise.all([credit(on, user, invoice), credit(on, user, invoice)])).map((answer) => outcome(answer, 201, 'nothing_left'))
    expect(made.filter(Boolean)).toHaveLength(1)
    expect(await settled(on, user)).toMatchObject({ notes: 4900n, brought: 4900n, givenBack: 4900n, balance: 0n })
  }
}

async function noteAndCancel(on: On) {
  const make = await customers(on)
  return async () => {
    const { user, invoice, subscription } = await make(slowCard())
    ;(await on.api.payInvoice(user.id, invoice.id)).is(200)
    const [note, canceled] = await Promise.all([
      credit(on, user, invoice, { amount_cents: 3000 }),
      pause().then(() => on.api.call<ChangedSubscription>('cancelSubscription', { id: subscription.id }, { body: { at: 'now', credit_to: 'refund' } })),
    ])
    canceled.is(200)
    outcome(note, 201, 'unacceptable') // the cancel has left less than that
    const end = await settled(on, user)
    expect(end).toMatchObject({ brought: 4900n, balance: 0n })
    expect(end.givenBack).toBe(end.notes)
    expect(end.notes).toBeLessThanOrEqual(4900n)
  }
}

/** Charged before the note: refunded. Under way: what it brought is beyond what is due, and balance. Not begun: not charged. */
async function noteAndCharge(on: On) {
  const make = await customers(on)
  return async () => {
    const { user, invoice } = await make(slowCard())
    const [note, charged] = await Promise.all([credit(on, user, invoice), pause().then(() => on.api.payInvoice(user.id, invoice.id))])
    const { applied_cents, refund } = note.is(201)
    expect(BigInt(applied_cents) + BigInt(refund?.amount_cents ?? 0)).toBe(4900n)
    outcome(charged, 200, 'not_open')
    const end = await settled(on, user)
    expect(end.invoices[0]).toMatchObject({ status: 'paid', due_cents: 0 })
    expect(end.givenBack).toBe(BigInt(refund?.amount_cents ?? 0))
    expect(end.brought).toBe(end.givenBack + end.balance)
  }
}

async function ringsTooMany(on: On) {
  const make = await customers(on)
  return async () => {
    const { user, invoice } = await make('stub_slow_30')
    ;(await on.api.payInvoice(user.id, invoice.id)).is(200)
    const note = (await credit(on, user, invoice)).is(201)
    await Promise.all([1, 2, 3].map(() => on.server.ring('send_refunds', [note.refund!.id!, note.refund!.id!])))
    expect(await settled(on, user)).toMatchObject({ givenBack: 4900n, balance: 0n })
    expect((await on.server.sql(`SELECT calls FROM refunds WHERE id = '${note.refund!.id}'`)).stdout.trim()).toBe('1')
  }
}

export const refundRaces: Race[] = [
  { name: 'two refunds that want the last of a payment', prepare: twoNotes },
  { name: 'two refunds of all that is left', prepare: allTwice },
  { name: 'a refund, and a cancel that refunds', prepare: noteAndCancel },
  { name: 'a refund, and the card that is charged', prepare: noteAndCharge },
  { name: 'a refund, and rings too many for it', prepare: ringsTooMany },
]
