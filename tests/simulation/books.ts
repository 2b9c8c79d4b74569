/** A user's documents and money, as the model says that they must be. */

import type { Day } from './calendar.ts'
import type { Noted, Tax } from './tax.ts'

export interface Line {
  invoice: Invoice
  /** "<subscription> <first day of the period> <item>" */
  key: string
  subscription: string | null
  period: Day | null
  item: string
  sequence: number
  quantity: bigint
  amount: bigint
  inclusive: boolean
  tax: bigint | null
  corrected: bigint
  forgiven: bigint
  /** Of a void invoice, and its subscription was canceled by then: only a generate bills it again. */
  withheld: boolean
}
export interface Invoice {
  id: string | null
  kind: 'subscription' | 'one_off'
  start: Day
  end: Day
  currency: string
  lines: Line[]
  taxes: Tax[]
  tax: bigint
  amount: bigint
  credited: bigint
  fromBalance: bigint
  paid: bigint
  status: 'open' | 'paid' | 'void'
  collection: 'pending' | 'retrying' | 'uncollected' | 'done'
  /** It was uncollected once: its subscriptions are past due until it is paid, also while it is tried anew. */
  givenUp: boolean
  nextAttempt: number | null
  /** The last day on which it is not overdue, and when it becomes so; null: it is charged by itself. */
  dueOn: Day | null
  overdueAt: number | null
  /** Scheduled attempts that were declined. */
  declined: number
  /** How many of them there were when its schedule began, or began anew. */
  scheduleFrom: number
  /** Attempts of any kind that were. */
  failed: number
  /** A run had to leave something waiting beside it. */
  holdsBack: boolean
  /** What notes took of its lines. */
  noted: Noted
}
/** What a card paid of an invoice. */
export interface Charge {
  invoice: Invoice
  card: string | null
  amount: bigint
  /** By refunds that have not failed. */
  refunded: bigint
}
export interface Refund {
  note: Note
  charge: Charge
  amount: bigint
  status: 'pending' | 'succeeded' | 'failed'
}
export interface Note {
  invoice: Invoice
  kind: 'correction' | 'goodwill'
  lines: { line: Line; amount: bigint; tax: bigint | null }[]
  taxes: Tax[]
  tax: bigint
  amount: bigint
  applied: bigint
  /** What of it is asked to go back to the card; what then goes. */
  wanted: bigint
  refunded: bigint
}
export interface Grant {
  id: string | null
  source: string
  currency: string
  amount: bigint
  used: bigint
  ended: bigint
  /** The first day on which it cannot be used any more. */
  expires: Day | null
}
export interface Use {
  grant: Grant
  invoice: Invoice
  amount: bigint
  givenBack: boolean
}
/** What is owed once, tax on top. */
export interface Item {
  id: string
  currency: string
  amount: bigint
  quantity: bigint
  /** On a document that stands. */
  billed: boolean
}
/** Each in the order in which they were made. */
export interface Books {
  items: Item[]
  invoices: Invoice[]
  notes: Note[]
  charges: Charge[]
  refunds: Refund[]
  grants: Grant[]
  uses: Use[]
  /** By key; and which items have lines, by "<subscription> <first day of the period>". */
  lines: Map<string, Line[]>
  itemsOf: Map<string, Set<string>>
}
export const newBooks = (): Books => ({ items: [], invoices: [], notes: [], charges: [], refunds: [], grants: [], uses: [], lines: new Map(), itemsOf: new Map() })

export function enter(books: Books, invoice: Invoice): void {
  books.invoices.push(invoice)
  for (const line of invoice.lines) {
    books.lines.set(line.key, [...(books.lines.get(line.key) ?? []), line])
    const of = line.key.slice(0, line.key.length - line.item.length - 1)
    books.itemsOf.set(of, (books.itemsOf.get(of) ?? new Set<string>()).add(line.item))
  }
}

export const dueOf = (i: Invoice): bigint => (i.status === 'void' ? 0n : i.amount - i.credited - i.fromBalance - i.paid)
/** What a note may still take off a line; what is left of its key may be less. */
export const leftOf = (l: Line): bigint => l.amount - l.corrected - l.forgiven
export const leftOfGrant = (g: Grant): bigint => g.amount - g.used - g.ended
export const taxedAs = (l: Line): string => `${l.inclusive} ${l.invoice.taxes.filter((t) => t.inclusive === l.inclusive).map((t) => t.code).join(',')}`

export interface Billed {
  /** Lines that stand, less corrections; less all notes. */
  amount: bigint
  left: bigint
  quantity: bigint
  sequence: number
  /** How the newest line that stands was taxed. */
  taxedAs: string | null
}
/** What is billed of a key. What is withheld counts as billed, with nothing left of it, but for a generate. */
export function billedOf(lines: Line[], withheldCounts: boolean): Billed {
  const billed: Billed = { amount: 0n, left: 0n, quantity: 0n, sequence: 0, taxedAs: null }
  let newest = -1
  for (const line of lines) {
    billed.sequence = Math.max(billed.sequence, line.sequence + 1)
    const kept = withheldCounts && line.withheld
    if (line.invoice.status === 'void' && !kept) continue
    billed.amount += line.amount - line.corrected
    if (!kept) billed.left += leftOf(line)
    billed.quantity += line.quantity
    if (line.sequence > newest) billed.taxedAs = taxedAs(line)
    newest = Math.max(newest, line.sequence)
  }
  return billed
}
/** Over all invoices that are not void. */
export const leftOfKey = (books: Books, key: string): bigint =>
  (books.lines.get(key) ?? []).filter((l) => l.invoice.status !== 'void').reduce((sum, l) => sum + leftOf(l), 0n)
