/** The flow of the README through the packed package, as a program of somebody else's uses it. */

import assert from 'node:assert/strict'
import { Billing, BillingError, type NewCharge } from 'billing-client'

const billing = new Billing({ baseUrl: process.env.BILLING_URL! })
const user = await billing.createUser({ email: `own-typescript-${Date.now()}@example.com` })
await billing.createSubscription({ user_id: user.id, plan_code: 'pro' })
const event = { user_id: user.id, metric: 'api_calls', quantity: 120_000 }
for (let twice = 0; twice < 2; twice++) await billing.recordUsage(event, { idempotencyKey: `own-${user.id}` })
const made = await billing.generateInvoice(user.id)
assert.equal(made.amount_cents + 0, 6900)
const invoice = await billing.getInvoice(user.id, made.id)
for (const line of invoice.lines) {
  if (line.kind === 'usage') assert.equal(line.explanation.billable, 20_000)
  else if (line.kind === 'base') assert.equal(line.explanation.days, line.explanation.of_days)
}
assert.deepEqual(await billing.listUsers({ ids: [user.id] }), [user])
const all = []
for await (const each of billing.listUsers({ limit: 1 })) all.push(each.id)
assert.equal(new Set(all).size, all.length)
assert.ok(all.length >= 1)
const charge: NewCharge = { metric: 'm', model: 'per_unit', unit_price: '1' }
await billing.createPlan({ code: `try-${Date.now()}`, amount_cents: 1, charges: [charge] })
await assert.rejects(async () => billing.createUser({ email: user.email }), (error) => error instanceof BillingError && error.code === 'email_taken')
await billing.recordUsage({ ...event, metric: 'bytes', quantity: BigInt(2) ** BigInt(60) as never })
await assert.rejects(async () => billing.getUsage(user.id, { metric: 'bytes' }), RangeError)
