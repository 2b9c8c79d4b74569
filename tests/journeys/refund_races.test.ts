import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { generate, makeUser, makePlan, paid, subscribe, useServer } from '../harness/make.ts'
import { Random, seedOfThisRun } from '../harness/random.ts'
import { raceRounds, rounds } from '../harness/rounds.ts'
import type { ChangedSubscription, CreditNote, InvoiceDetail } from '../harness/types.ts'
import { until } from '../harness/until.ts'

/** Two that want the same money at the same moment: a few rounds here, a thousand with script/races. */
const on = useServer({ start: '2026-06-01T09:00:00Z' })
const patient = 60_000 + raceRounds(10) * 2_000

let plan: Promise<string> | undefined
const yearly = () => (plan ??= makePlan(on.api, { amount_cents: 4900, interval: 'year' }).then((made) => made.code))

async function customer(paymentMethod?: string) {
  const user = await makeUser(on.api, paymentMethod)
  return { user, subscription: await subscribe(on.api, user.id, await yearly()) }
}
const credit = (userId: string, invoiceId: string, members: Record<string, unknown> = {}) =>
  on.api.createCreditNote({ user_id: userId, invoice_id: invoiceId, reason: 'other', credit_to: 'refund', ...members })
const balanceOf = async (userId: string) => Number((await on.api.getBalance(userId)).is(200)[0]?.balance_cents ?? 0)

/** The invoice once nobody is at its payments any more, and what its notes came to. */
async function settled(userId: string, invoiceId: string) {
  const invoice = await until('all payments have ended', async () => {
    const now = (await on.api.getInvoice(userId, invoiceId)).is(200)
    return now.status === 'paid' && now.payments.every((p) => p.status !== 'pending') ? now : undefined
  })
  const notes = (await on.api.listCreditNotes({ user_id: userId })).is(200)
  const sum = (of: (note: CreditNote) => number) => notes.reduce((total, note) => total + of(note), 0)
  return {
    invoice,
    notes: sum((note) => Number(note.amount_cents)),
    applied: sum((note) => Number(note.applied_cents)),
    charged: sumOf(invoice, 'scheduled'),
    refunded: sumOf(invoice, 'refund'),
    balance: await balanceOf(userId),
  }
}
function sumOf(invoice: InvoiceDetail, kind: string): number {
  return invoice.payments.filter((p) => p.kind === kind && p.status === 'succeeded').reduce((sum, p) => sum + Number(p.amount_cents), 0)
}

test('two notes that want the last of a payment at once: it gives back what it brought, the rest is balance', { timeout: patient }, () =>
  rounds(10, async () => {
    const { user } = await customer()
    ;(await on.api.createCredit(user.id, { amount_cents: 2000, currency: 'USD', reason: 'A gift' })).is(201)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const notes = await Promise.all([credit(user.id, invoice.id, { amount_cents: 2450 }), credit(user.id, invoice.id, { amount_cents: 2450 })])
    for (const note of notes) note.is(201)
    expect(await settled(user.id, invoice.id)).toMatchObject({ notes: 4900, applied: 0, charged: 2900, refunded: 2900, balance: 2000 })
  }))

test('two refunds of all that is left at once: one is made', { timeout: patient }, () =>
  rounds(10, async () => {
    const { user } = await customer()
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const answers = await Promise.all([credit(user.id, invoice.id), credit(user.id, invoice.id)])
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409])
    expect(await settled(user.id, invoice.id)).toMatchObject({ notes: 4900, charged: 4900, refunded: 4900, balance: 0 })
  }))

test('a note and a cancel at once, both to the card: no more goes back than came', { timeout: patient }, () =>
  rounds(10, async () => {
    const { user, subscription } = await customer()
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const [note, cancel] = await Promise.all([
      credit(user.id, invoice.id, { amount_cents: 3000 }),
      on.api.call<ChangedSubscription>('cancelSubscription', { id: subscription.id }, { body: { at: 'now', credit_to: 'refund' } }),
    ])
    cancel.is(200)
    if (note.status !== 201) note.refused(422, 'unacceptable', '/amount_cents')
    const end = await settled(user.id, invoice.id)
    expect(end).toMatchObject({ applied: 0, charged: 4900, balance: 0 })
    expect(end.refunded).toBe(end.notes)
    expect(end.notes).toBeGreaterThan(4800)
    expect(end.notes).toBeLessThanOrEqual(4900)
  }))

test('a note to the card while an attempt runs: whoever comes first, the customer has back what the card brought', { timeout: patient }, () => {
  const seed = seedOfThisRun()
  console.log(`notes while attempts run: SIM_SEED=${seed}`)
  const random = new Random(seed)
  return rounds(10, async () => {
    const { user } = await customer('stub_slow_50')
    const invoice = (await on.api.generateInvoice(user.id)).is(201)
    await sleep(random.int(0, 120))
    const note = (await credit(user.id, invoice.id)).is(201)
    const end = await settled(user.id, invoice.id)
    expect(end).toMatchObject({ notes: 4900 })
    expect(end.applied + Number(note.refund?.amount_cents ?? 0)).toBe(4900)
    expect(end.refunded).toBe(Number(note.refund?.amount_cents ?? 0))
    // Charged before the note: refunded. Under way: what it brought beyond what was due is balance. Not begun: not charged.
    expect(end.charged).toBe(end.refunded + end.balance)
  })
})

test('a ring too many, from wherever it comes, gives nothing back twice', { timeout: patient }, () =>
  rounds(5, async () => {
    const { user } = await customer('stub_slow_50')
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const note = (await credit(user.id, invoice.id)).is(201)
    for (let n = 0; n < 5; n++) await on.server.ring('send_refunds', [note.refund!.id!])
    expect(await settled(user.id, invoice.id)).toMatchObject({ charged: 4900, refunded: 4900, balance: 0 })
    expect((await on.server.sql(`SELECT calls FROM refunds WHERE invoice_id = '${invoice.id}'`)).stdout.trim()).toBe('1')
  }))
