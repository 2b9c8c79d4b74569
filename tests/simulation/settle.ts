/** Where money goes: notes, the balance, attempts: docs/billing-rules.md, "Credit notes" and "What is due, and who pays it". */

import { dueOf, enter, leftOf, leftOfGrant, leftOfKey, type Books, type Grant, type Invoice, type Note, type Refund } from './books.ts'
import type { Day } from './calendar.ts'
import { share } from './exact.ts'
import { taxOfNote } from './tax.ts'

export const dayMs = 86_400_000
export const dayAt = (now: number): Day => Math.floor(now / dayMs)

const retryDays = [1, 3, 5, 7]

/** What is to follow, since nothing is due on these any more. */
export type Paid = Invoice[]

function markPaid(invoice: Invoice, paid: Paid): void {
  if (invoice.status !== 'open' || dueOf(invoice) !== 0n) return
  Object.assign(invoice, { status: 'paid', collection: 'done', nextAttempt: null, overdueAt: null })
  paid.push(invoice)
}

/** Soonest expiry first, none last, then oldest; as far as they reach. */
function payBy(books: Books, grants: Grant[], invoice: Invoice, today: Day): void {
  const usable = grants.filter((g) => g.currency === invoice.currency && leftOfGrant(g) > 0n && (g.expires === null || g.expires > today))
  usable.sort((a, b) => (a.expires ?? Infinity) - (b.expires ?? Infinity) || books.grants.indexOf(a) - books.grants.indexOf(b))
  for (const grant of usable) {
    const due = dueOf(invoice)
    if (due === 0n) return
    const amount = due < leftOfGrant(grant) ? due : leftOfGrant(grant)
    grant.used += amount
    invoice.fromBalance += amount
    books.uses.push({ grant, invoice, amount, givenBack: false })
  }
}
export function payOpen(books: Books, grants: Grant[], today: Day, paid: Paid): void {
  for (const invoice of books.invoices.filter((i) => i.status === 'open')) {
    payBy(books, grants, invoice, today)
    markPaid(invoice, paid)
  }
}

/** Two parts of a credit: `goodwill` stays billed. */
export type NoteLines = { line: Note['lines'][number]['line']; amount: bigint }[]

export function noteOf(invoice: Invoice, kind: Note['kind'], lines: NoteLines): Note {
  const taxed = taxOfNote(lines.map(({ line, amount }) => ({ amount, inclusive: line.inclusive })), invoice.noted, invoice.taxes)
  for (const { line, amount } of lines) {
    if (kind === 'correction') line.corrected += amount
    else line.forgiven += amount
    if (line.inclusive) invoice.noted.inclusive += amount
    else invoice.noted.exclusive += amount
  }
  return { invoice, kind, lines: lines.map((l, i) => ({ ...l, tax: taxed.lines[i]! })), taxes: taxed.taxes, tax: taxed.tax, amount: taxed.total, applied: 0n, wanted: 0n, refunded: 0n }
}

/** Of what is asked to go back to the card what it paid of the invoice and was not given back yet, newest first; never more than the rest of the note. */
function refund(books: Books, note: Note): void {
  const rest = note.amount - note.applied
  let wanted = note.wanted < rest ? note.wanted : rest
  for (const charge of books.charges.filter((c) => c.invoice === note.invoice).reverse()) {
    const left = charge.amount - charge.refunded
    const amount = left < wanted ? left : wanted
    if (amount === 0n) continue
    books.refunds.push({ note, charge, amount, status: 'pending' })
    charge.refunded += amount
    note.refunded += amount
    wanted -= amount
  }
}

/** What cannot be given back is the user's balance, and pays what is open. */
export function sendRefund(books: Books, sent: Refund, today: Day, paid: Paid): void {
  sent.status = sent.charge.card === 'stub_refund_fails' ? 'failed' : 'succeeded'
  if (sent.status === 'succeeded') return
  sent.charge.refunded -= sent.amount
  const grant = { id: null, source: 'failed_refund', currency: sent.note.invoice.currency, amount: sent.amount, used: 0n, ended: 0n, expires: null }
  books.grants.push(grant)
  payOpen(books, [grant], today, paid)
}

/** Notes come off what is due, the rest goes back to the card or is balance, which pays what is open; then the balance pays the new invoices. */
export function settle(books: Books, made: { invoices: Invoice[]; notes: Note[] }, today: Day): Paid {
  const paid: Paid = []
  let granted = false
  for (const note of made.notes) {
    const due = note.invoice.status === 'open' ? dueOf(note.invoice) : 0n
    note.applied = note.amount < due ? note.amount : due
    note.invoice.credited += note.applied
    books.notes.push(note)
    refund(books, note)
    const rest = note.amount - note.applied - note.refunded
    if (rest === 0n) continue
    books.grants.push({ id: null, source: 'credit_note', currency: note.invoice.currency, amount: rest, used: 0n, ended: 0n, expires: null })
    granted = true
  }
  for (const note of made.notes) markPaid(note.invoice, paid)
  if (granted) payOpen(books, books.grants, today, paid)
  for (const invoice of made.invoices) {
    enter(books, invoice)
    payBy(books, books.grants, invoice, today)
    markPaid(invoice, [])
  }
  return paid
}

/** An amount over what is left of the lines, or all of that when null; null: nothing is left, or less than the amount. */
export function goodwill(books: Books, invoice: Invoice, amount: bigint | null): NoteLines | null {
  const left = invoice.lines.map((line) => {
    const [ofLine, ofKey] = [leftOf(line), leftOfKey(books, line.key)]
    const least = ofLine < ofKey ? ofLine : ofKey
    return least > 0n ? least : 0n
  })
  const all = left.reduce((a, b) => a + b, 0n)
  if (all === 0n || (amount !== null && amount > all)) return null
  const parts = share(amount ?? all, left)
  return invoice.lines.map((line, i) => ({ line, amount: parts[i]! })).filter((each) => each.amount > 0n)
}

/** What the balance that is beside an invoice pays before an attempt. */
export function payFromBalance(books: Books, invoices: Invoice[], now: number, paid: Paid): void {
  const usable = (g: Grant, i: Invoice) => g.currency === i.currency && leftOfGrant(g) > 0n && (g.expires === null || g.expires > dayAt(now))
  if (invoices.some((i) => i.status === 'open' && books.grants.some((g) => usable(g, i)))) payOpen(books, books.grants, dayAt(now), paid)
}

/** With it the schedule is over at once. */
export const hardDecline = 'stub_hard_decline'

function declines(card: string | null, failed: number): boolean {
  if (card === 'stub_decline' || card === hardDecline) return true
  const times = /^stub_decline_(\d+)$/.exec(card ?? '')
  return times !== null && failed < Number(times[1])
}

/** Charges what is due on it. Whether it was given up. */
export function attempt(books: Books, invoice: Invoice, card: string | null, byHand: boolean, now: number, paid: Paid): boolean {
  if (!declines(card, invoice.failed)) {
    books.charges.push({ invoice, card, amount: dueOf(invoice), refunded: 0n })
    invoice.paid += dueOf(invoice)
    markPaid(invoice, paid)
    return false
  }
  invoice.failed++
  const hard = card === hardDecline
  if (byHand && (!hard || invoice.dueOn !== null)) return false
  if (!byHand) invoice.declined++
  const wait = hard ? undefined : retryDays[invoice.declined - invoice.scheduleFrom - 1]
  invoice.nextAttempt = wait === undefined ? null : now + wait * dayMs
  invoice.collection = wait === undefined ? 'uncollected' : 'retrying'
  invoice.givenUp ||= wait === undefined
  return wait === undefined
}

/** Another card is charged at once for all that is open, and the schedule begins anew. */
export function collectAnew(books: Books, now: number): void {
  for (const invoice of books.invoices.filter((i) => i.status === 'open' && i.dueOn === null)) {
    invoice.nextAttempt = now
    invoice.scheduleFrom = invoice.declined
    invoice.collection = invoice.declined === 0 ? 'pending' : 'retrying'
  }
}

/** Money that came in some other way: what is beyond what is due becomes balance. */
export function record(books: Books, invoice: Invoice, amount: bigint, paid: Paid): Grant | null {
  const due = dueOf(invoice)
  invoice.paid += amount < due ? amount : due
  markPaid(invoice, paid)
  if (amount <= due) return null
  const grant = { id: null, source: 'overpayment', currency: invoice.currency, amount: amount - due, used: 0n, ended: 0n, expires: null }
  books.grants.push(grant)
  return grant
}

/** As if it had never been, but for its number. */
export function voidInvoice(books: Books, invoice: Invoice, isCanceled: (subscription: string) => boolean): void {
  Object.assign(invoice, { status: 'void', collection: 'done', nextAttempt: null, overdueAt: null, fromBalance: 0n })
  for (const item of books.items) if (invoice.lines.some((l) => l.item === `item:${item.id}`)) item.billed = false
  for (const line of invoice.lines) line.withheld = line.subscription !== null && isCanceled(line.subscription)
  for (const use of books.uses.filter((u) => u.invoice === invoice && !u.givenBack)) {
    use.givenBack = true
    use.grant.used -= use.amount
  }
}
