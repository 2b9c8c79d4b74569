/** Whether the database says of a user what the model says: each document with its lines in their order, the balance, what is due and paid. */

import { leftOf, leftOfGrant, billedOf, type Grant, type Invoice, type Note } from './books.ts'
import { textOf, type Day } from './calendar.ts'
import { current, statusOn, type ModelUser } from './model.ts'
import { claims, owed } from './owed.ts'
import type { SeenGrant, SeenInvoice, SeenNote, SeenRefund, SeenTax, SeenUser } from './seen.ts'
import type { Tax } from './tax.ts'

const taxesOf = (taxes: Tax[]): SeenTax[] => taxes.map((t) => [t.code, t.inclusive, String(t.net), String(t.tax)])
const json = (thing: unknown) => JSON.stringify(thing)

function invoiceOf(i: Invoice, seen: SeenInvoice): string {
  const is = [
    i.kind, textOf(i.start), textOf(i.end), i.currency, i.amount, i.tax, 'credited', i.credited, i.fromBalance, i.paid, i.status, i.collection,
    i.nextAttempt ?? '-', i.dueOn === null ? '-' : textOf(i.dueOn), i.overdueAt ?? '-', i.declined, i.holdsBack ? 't' : 'f',
  ].join(' ')
  const lines = i.lines.map((l, at) => [
    l.subscription, l.period === null ? null : textOf(l.period), l.item, l.sequence, String(l.quantity), String(l.amount), l.inclusive,
    l.tax === null ? seen.lines[at]?.[7] : String(l.tax), String(l.corrected), String(l.corrected + l.forgiven), l.withheld,
  ])
  return json([is, taxesOf(i.taxes), lines])
}
function noteOf(n: Note, seen: SeenNote): string {
  const lines = n.lines.map(({ line, amount, tax }, at) => [n.invoice.lines.indexOf(line), String(amount), tax === null ? seen.lines[at]?.[2] : String(tax)])
  return json([n.invoice.id, `${n.kind} ${n.amount} ${n.tax} ${n.applied} ${n.refunded}`, taxesOf(n.taxes), lines])
}
const grantOf = (g: Grant): string => [g.source, g.currency, g.amount, g.used, g.ended, g.expires === null ? '-' : textOf(g.expires)].join(' ')

/** Compares one user again and again as time passes. */
export class Comparison {
  /** What was seen of each document. */
  private readonly invoices = new Map<string, SeenInvoice>()
  private readonly notes = new Map<string, SeenNote>()
  private readonly ids = new Map<Note, string>()

  constructor(private readonly user: ModelUser) {}

  /** Why what is seen is not what must be; empty when it is. */
  differences(seen: SeenUser, today: Day): string[] {
    return [...this.ofSubscriptions(seen, today), ...this.ofInvoices(seen), ...this.ofNotes(seen), ...this.ofRefunds(seen.refunds), ...this.ofGrants(seen.grants)]
  }

  private ofSubscriptions(seen: SeenUser, today: Day): string[] {
    return this.user.subscriptions.flatMap((s) => {
      const is = seen.subscriptions.find(([id]) => id === s.id)
      const status = statusOn(s, today)
      const period = current(s)
      const must = [s.id, status === 'active' && s.pastDue ? 'past_due' : status, textOf(period.start), textOf(period.end), String(s.waiting), null]
      return json(is) === json(must) ? [] : [`subscription is ${json(is)}\n              must be ${json(must)}`]
    })
  }

  private ofInvoices(seen: SeenUser): string[] {
    const { invoices } = this.user.books
    for (const i of seen.invoices) this.invoices.set(i.id, i)
    const made = seen.invoices.filter((i) => !invoices.some((known) => known.id === i.id))
    const meant = invoices.filter((i) => i.id === null)
    meant.forEach((i, at) => (i.id = made[at]?.id ?? null))
    const wrong = made.slice(meant.length).map((i) => `invoice too many: ${json(i)}`)
    const looked = new Set(seen.invoices.map((i) => i.id))
    for (const i of invoices.filter((each) => each.id === null || each.status === 'open' || looked.has(each.id))) {
      const is = i.id === null ? undefined : this.invoices.get(i.id)
      const [said, must] = [is && json([is.is, is.taxes, is.lines]), invoiceOf(i, is ?? { id: '', is: '', taxes: [], lines: [] })]
      if (said !== must) wrong.push(`invoice ${i.id} is ${said}\n             must be ${must}`)
    }
    return wrong
  }

  private ofNotes(seen: SeenUser): string[] {
    const { notes } = this.user.books
    const fresh = seen.notes.filter((n) => !this.notes.has(n.id))
    const wrong: string[] = []
    for (const n of fresh) {
      const meant = notes[this.notes.size]
      if (meant) this.ids.set(meant, n.id)
      this.notes.set(n.id, n)
      const [said, must] = [json([n.invoice, n.is, n.taxes, n.lines]), meant && noteOf(meant, n)]
      if (said !== must) wrong.push(`note ${n.id} is ${said}\n          must be ${must}`)
    }
    for (const n of notes.slice(this.notes.size)) wrong.push(`note is missing: ${noteOf(n, { id: '', invoice: '', is: '', taxes: [], lines: [] })}`)
    return wrong
  }

  private ofRefunds(seen: SeenRefund[]): string[] {
    const must = new Map<string, string[]>()
    for (const { note, charge, amount, status } of this.user.books.refunds) {
      const id = this.ids.get(note) ?? 'missing'
      must.set(id, [...(must.get(id) ?? []), [charge.card ?? '-', charge.amount, charge.refunded, amount, status].join(' ')])
    }
    const ids = new Set([...must.keys(), ...seen.map((r) => r.note)])
    return [...ids].flatMap((id) => {
      const [said, meant] = [seen.find((r) => r.note === id)?.is, must.get(id)?.join(', ')]
      return said === meant ? [] : [`refund of note ${id} is ${said}\n                  must be ${meant}`]
    })
  }

  private ofGrants(seen: SeenGrant[]): string[] {
    const { grants } = this.user.books
    grants.forEach((g, i) => (g.id ??= seen[i]?.id ?? null))
    const [said, must] = [json(seen.map((g) => [g.id, g.is])), json(grants.map((g) => [g.id, grantOf(g)]))]
    return said === must ? [] : [`balance is ${said}\n        must be ${must}`]
  }
}

/** When all is over: Σ billed less corrected is what is owed, or more where that was forgiven; nothing waits, nothing is open. */
export function notBilledAsOwed(user: ModelUser, today: Day): string[] {
  const { books } = user
  const wrong = books.invoices.filter((i) => i.status === 'open').map((i) => `invoice ${i.id} is open`)
  const claimed = claims(user)
  for (const s of user.subscriptions) {
    if (s.waiting !== 0n) wrong.push(`${s.id}: ${s.waiting} wait`)
    const must = owed(s, claimed, today)
    const keys = new Set([...must.keys(), ...[...books.lines.keys()].filter((key) => key.startsWith(s.id)).map((key) => key.slice(37))])
    for (const key of keys) {
      const { amount, left } = billedOf(books.lines.get(`${s.id} ${key}`) ?? [], false)
      const due = must.get(key) ?? 0n
      if (amount !== due && !(amount > due && left <= 0n)) wrong.push(`${s.id} ${key}: owed ${due}, billed ${amount}, left ${left}`)
    }
  }
  for (const g of books.grants) if (leftOfGrant(g) < 0n) wrong.push(`grant ${g.id} gave more than it had`)
  for (const c of books.charges) if (c.refunded < 0n || c.refunded > c.amount) wrong.push(`invoice ${c.invoice.id}: more was given back than paid`)
  for (const r of books.refunds) if (r.status === 'pending') wrong.push(`a refund of invoice ${r.charge.invoice.id} is pending`)
  for (const l of books.invoices.flatMap((i) => i.lines)) if (l.amount > 0n && leftOf(l) < 0n) wrong.push(`${l.key}: more was credited than billed`)
  return wrong
}
