/** Races about money: what they are, and what must hold of a user's money whoever came first. */

import { expect } from 'vitest'
import type { Answer, Api } from '../harness/client.ts'
import { fresh, makePlan, subscribe } from '../harness/make.ts'
import type { Server } from '../harness/server.ts'
import type { Int } from '../harness/json.ts'
import type { Credit, Invoice, Payment, User } from '../harness/types.ts'

export interface On {
  readonly server: Server
  readonly api: Api
}

/** Once `prepare` is done its rounds may run side by side; a round throws where something came out wrong. */
export interface Race {
  name: string
  prepare: (on: On) => Promise<() => Promise<void>>
}

export const sum = (values: Int[]): bigint => values.reduce<bigint>((total, value) => total + BigInt(value), 0n)
export const oneOf = <T>(...values: [T, ...T[]]): T => values[Math.floor(Math.random() * values.length)]!

/** Told apart by what they were answered: one of these, or the race went wrong. */
export function outcome<T>(answer: Answer<T>, good: number, ...refusals: string[]): T | undefined {
  if (answer.status === good) return answer.body
  const type = (answer.body as { type?: string } | null)?.type?.replace('/docs#', '') ?? ''
  expect(refusals, `${answer.request}: ${answer.status} ${answer.text}`).toContain(type)
  return undefined
}

/** Makes users with one open invoice of 49.00 each, which is charged by hand only. */
export async function invoicesOf49(on: On, method: () => string = () => 'stub_ok') {
  const plan = await makePlan(on.api, { amount_cents: 4900, bill_in: 'advance' })
  return async (): Promise<{ user: User; invoice: Invoice }> => {
    const wish = { email: `${fresh('race')}@example.com`, payment_method: method(), collection: 'manual' as const }
    const user = (await on.api.createUser(wish)).is(201)
    await subscribe(on.api, user.id, plan.code)
    const [invoice] = (await on.api.listUserInvoices(user.id)).is(200)
    return { user, invoice: invoice! }
  }
}

/** What a user has and was billed, all of it. */
export interface Books {
  invoices: Invoice[]
  payments: Payment[]
  credits: Credit[]
  balance: bigint
}

/** Reads them, having held them to what is true at any time. */
export async function books(on: On, userId: string): Promise<Books> {
  const { all: invoices } = await on.api.walk<Invoice>(`/invoices/${userId}`, 100)
  const { all: payments } = await on.api.walk<Payment>(`/payments?user_id=${userId}`, 100)
  const { all: credits } = await on.api.walk<Credit>(`/users/${userId}/credits`, 100)
  const balance = sum((await on.api.getBalance(userId)).is(200).map((b) => b.balance_cents))
  const told = JSON.stringify({ invoices, payments, credits }, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  const same = (what: string, is: bigint, ought: bigint) => expect(is, `${what}: ${told}`).toBe(ought)

  for (const invoice of invoices) {
    const took = sum([invoice.credited_cents, invoice.from_balance_cents, invoice.paid_cents])
    same('due', BigInt(invoice.due_cents), invoice.status === 'void' ? 0n : BigInt(invoice.amount_cents) - took)
    if (invoice.status !== 'void') expect(invoice.status === 'paid', told).toBe(BigInt(invoice.due_cents) === 0n)
    const of = payments.filter((p) => p.invoice_id === invoice.id && p.status === 'succeeded' && p.kind !== 'refund')
    same('paid', BigInt(invoice.paid_cents), sum(of.map((p) => p.amount_cents)) - sum(of.map((p) => p.overpaid_cents)))
    expect(of.filter((p) => p.kind !== 'recorded').length, `charged once: ${told}`).toBeLessThanOrEqual(1)
  }
  for (const payment of payments) {
    const of = credits.filter((c) => c.payment_id === payment.id)
    same('overpaid', BigInt(payment.overpaid_cents), sum(of.map((c) => c.amount_cents)))
    const refunds = payments.filter((p) => p.refund_of === payment.id && p.status !== 'failed')
    same('refunded', BigInt(payment.refunded_cents), sum(refunds.map((p) => p.amount_cents)))
    const most = payment.kind === 'recorded' ? 0n : BigInt(payment.amount_cents) - BigInt(payment.overpaid_cents)
    expect(BigInt(payment.refunded_cents), `refunded at most paid: ${told}`).toBeLessThanOrEqual(most)
    if (payment.kind === 'refund') {
      const failed = credits.filter((c) => c.refund_id === payment.id)
      same('failed', payment.status === 'failed' ? BigInt(payment.amount_cents) : 0n, sum(failed.map((c) => c.amount_cents)))
    }
  }
  same('granted', sum(credits.map((c) => c.amount_cents)), sum(credits.flatMap((c) => [c.used_cents, c.left_cents])))
  same('used', sum(credits.map((c) => c.used_cents)), sum(invoices.map((i) => i.from_balance_cents)))
  same('left', sum(credits.map((c) => c.left_cents)), balance)
  return { invoices, payments, credits, balance }
}

/** What came in: by card and otherwise. */
export const broughtBy = (payments: Payment[]): bigint =>
  sum(payments.filter((p) => p.status === 'succeeded' && p.kind !== 'refund').map((p) => p.amount_cents))
/** What went back to cards. */
export const givenBackOf = (payments: Payment[]): bigint =>
  sum(payments.filter((p) => p.status === 'succeeded' && p.kind === 'refund').map((p) => p.amount_cents))
