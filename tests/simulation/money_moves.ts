/** Moves of documents and money. */

import { dueOf, type Invoice } from './books.ts'
import { textOf } from './calendar.ts'
import type { Life, Move } from './life.ts'
import { collectAnew, goodwill, noteOf } from './settle.ts'
import type { Taxpayer } from './tax.ts'

const cards = [null, 'stub_ok', 'stub_ok', 'stub_decline', 'stub_decline', 'stub_decline_1', 'stub_decline_3', 'stub_hard_decline', 'stub_refund_fails', 'stub_refund_fails']

/** Some invoice that has been seen. */
function anyInvoice(life: Life, of: (i: Invoice) => boolean): Invoice | undefined {
  const all = life.user.books.invoices.filter((i) => i.id !== null && of(i))
  return all.length === 0 ? undefined : life.random.pick(all)
}
const isOpen = (i: Invoice): boolean => i.status === 'open'

/** Whether it made an invoice. */
export async function generate(life: Life): Promise<boolean> {
  const hold = await life.foresee()
  const answer = await life.api.generateInvoice(life.user.id)
  life.granted('generate', '', answer)
  if (life.user.subscriptions.length === 0) return false
  const made = life.account.generate(life.now)
  hold(made)
  if ((answer.status === 201) !== made.invoices.length > 0) throw new Error(`generate answered ${answer.status}, must make ${made.invoices.length} invoices`)
  return answer.status === 201
}

async function voidOne(life: Life): Promise<void> {
  const invoice = anyInvoice(life, isOpen)
  if (!invoice) return
  const answer = await life.api.voidInvoice(life.user.id, invoice.id!)
  life.granted('void', invoice.id!, answer)
  if (life.user.books.notes.some((n) => n.invoice === invoice)) return void answer.refused(409, 'has_credit_notes')
  if (invoice.paid > 0n) return void answer.refused(409, 'has_payments')
  answer.is(200)
  life.account.voidIt(invoice)
}

export async function payOne(life: Life, invoice = anyInvoice(life, isOpen)): Promise<void> {
  if (!invoice) return
  const answer = await life.api.payInvoice(life.user.id, invoice.id!)
  life.granted('pay', invoice.id!, answer)
  life.account.payByHand(invoice, life.now)
  if (answer.status !== (invoice.status === 'paid' ? 200 : 402)) throw new Error(`pay answered ${answer.status}, the invoice must be ${invoice.status}`)
}

export async function changeCard(life: Life, card: string | null = life.random.pick(cards)): Promise<void> {
  if (!life.granted('card', String(card), await life.api.updateUser(life.user.id, { payment_method: card }))) return
  if (card !== null && card !== life.user.card) collectAnew(life.user.books, life.now)
  life.user.card = card
}

async function credit(life: Life): Promise<void> {
  const { random } = life
  const expires = random.chance(0.4) ? life.today + random.int(1, 90) : null
  const body = {
    amount_cents: random.int(1, 20_000),
    currency: random.pick(['USD', 'JPY', 'KWD']),
    reason: 'a present',
    ...(expires === null ? {} : { expires_on: textOf(expires) }),
  }
  const answer = await life.api.raw<{ id: string }>('POST', `/users/${life.user.id}/credits`, { body })
  life.granted('credit', JSON.stringify(body), answer)
  life.account.credit(answer.is(201).id, body.currency, BigInt(body.amount_cents), expires, life.now)
}
async function endCredit(life: Life): Promise<void> {
  const grants = life.user.books.grants.filter((g) => g.id !== null && g.ended === 0n && g.amount > g.used)
  if (grants.length === 0) return
  const grant = life.random.pick(grants)
  life.granted('end', grant.id!, await life.api.endCredit(life.user.id, grant.id!))
  grant.ended = grant.amount - grant.used
}

/** Some of what is left of an invoice is given back, or a debt waived, and stays billed. */
async function forgive(life: Life): Promise<void> {
  const { random, user } = life
  const { notes, charges, refunds: givenBack } = user.books
  const charged = charges.map((c) => c.invoice)
  const some = random.pick([[], notes.map((n) => n.invoice), charged, charged.filter((i) => i.fromBalance > 0n), givenBack.map((r) => r.note.invoice)])
  const invoice = anyInvoice(life, (i) => some.includes(i)) ?? anyInvoice(life, (i) => i.status !== 'void' && (random.chance(0.3) || dueOf(i) > 0n))
  if (!invoice) return
  const all = goodwill(user.books, invoice, null)
  const most = (all ?? []).reduce((sum, { amount }) => sum + amount, 0n)
  const amount = random.chance(0.3) ? null : BigInt(random.int(1, Math.max(1, Number(most) + (random.chance(0.1) ? 5 : 0))))
  const lines = goodwill(user.books, invoice, amount)
  const refunds = random.chance(0.5)
  const body = {
    user_id: user.id,
    invoice_id: invoice.id!,
    reason: 'goodwill',
    ...(amount === null ? {} : { amount_cents: Number(amount) }),
    ...(refunds ? { credit_to: 'refund' } : {}),
  }
  const answer = await life.api.createCreditNote(body)
  life.granted('forgive', JSON.stringify(body), answer)
  if (lines === null) return void (most === 0n ? answer.refused(409, 'nothing_left') : answer.refused(422, 'unacceptable'))
  answer.is(201)
  const note = noteOf(invoice, 'goodwill', lines)
  if (refunds) note.wanted = note.amount
  life.account.note(note, life.now)
}

/** Money that came by bank: some of what is due, all of it, or more. */
async function recordOne(life: Life): Promise<void> {
  const { random } = life
  const invoice = anyInvoice(life, isOpen)
  if (!invoice) return
  const due = Number(dueOf(invoice))
  const amount = random.pick([due, random.int(1, due), random.int(1, due), due + random.int(1, 3000)])
  const answer = await life.api.raw('POST', `/invoices/${life.user.id}/${invoice.id!}/payments`, { body: { amount_cents: amount } })
  life.granted('record', `${invoice.id!} ${amount}`, answer)
  answer.is(201)
  life.account.record(invoice, BigInt(amount), life.now)
}
/** By invoice from now on, or by card. */
async function collect(life: Life): Promise<void> {
  const netDays = life.random.pick([null, 0, 14, 30, life.random.int(0, 90)])
  const body = netDays === null ? { collection: 'automatic' } : { collection: 'manual', net_days: netDays }
  life.granted('collect', JSON.stringify(body), await life.api.updateUser(life.user.id, body))
  life.user.netDays = netDays
}

async function item(life: Life): Promise<void> {
  const { random, user } = life
  if (user.subscriptions.length === 0) return
  const bill = random.pick(['now', 'next', 'next'])
  const body = { description: 'Work', currency: random.pick(['USD', 'USD', 'JPY', 'KWD']), amount_cents: random.int(1, 30_000), bill }
  const answer = await life.api.createItem(user.id, body)
  life.granted('item', JSON.stringify(body), answer)
  const made = { id: answer.is(201).id, currency: body.currency, amount: BigInt(body.amount_cents), quantity: 1n, billed: false }
  user.books.items.push(made)
  if (bill === 'now') life.account.billItem(made, life.now)
}
async function dropItem(life: Life): Promise<void> {
  const { items } = life.user.books
  const some = items.filter((each) => !each.billed)
  const dropped = items.length === 0 ? undefined : life.random.pick(some.length > 0 ? some : items)
  if (!dropped) return
  const answer = await life.api.deleteItem(life.user.id, dropped.id)
  life.granted('drop', dropped.id, answer)
  if (dropped.billed) return void answer.refused(409, 'already_billed')
  answer.is(204)
  items.splice(items.indexOf(dropped), 1)
}

async function move(life: Life): Promise<void> {
  const taxpayer: Taxpayer = { status: life.random.pick(['taxable', 'taxable', 'exempt', 'reverse_charge'] as const), country: life.random.pick(['DE', 'CA', 'JP', null]) }
  const body = { tax_status: taxpayer.status, address: taxpayer.country === null ? null : { country: taxpayer.country } }
  life.granted('move', JSON.stringify(body), await life.api.updateUser(life.user.id, body))
  life.user.taxpayer = taxpayer
}

export const moneyMoves: Move[] = [
  [3, 'generate', generate],
  [3, 'void', voidOne],
  [2, 'pay', payOne],
  [2, 'card', changeCard],
  [2, 'credit', credit],
  [1, 'end', endCredit],
  [3, 'forgive', forgive],
  [1, 'move', move],
  [2, 'record', recordOne],
  [2, 'collect', collect],
  [3, 'item', item],
  [1, 'drop', dropItem],
]
