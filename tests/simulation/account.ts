/** A user's billing as time passes: who is looked at when, by which run, and what follows when an invoice is paid. */

import { dueOf, type Books, type Invoice, type Item, type Refund } from './books.ts'
import type { Day } from './calendar.ts'
import { oneOff, Run, type Kind, type Made, type World } from './documents.ts'
import { current, rollOver, type ModelSubscription, type ModelUser } from './model.ts'
import { attempt, dayAt, dayMs, payFromBalance, payOpen, record, sendRefund, settle, voidInvoice, type Paid } from './settle.ts'

/** Stragglers of its last minutes have come by then. */
const graceMs = 2 * 3_600_000

const isWhole = (kind: Kind | undefined): boolean => kind === 'roll_over' || kind === 'generate' || kind === 'cancel_now'

const isOverdue = (i: Invoice): boolean => i.status === 'open' && i.dueOn !== null && i.overdueAt === null

/** When something of it is to be looked at next. */
export function dueAfter(s: ModelSubscription, today: Day): number {
  if (s.canceled) return s.end! * dayMs + graceMs
  const toCome = [s.start, ...s.terms.map((t) => t.from), ...s.pauses.flatMap((p) => [p.from, p.until ?? 0])].filter((day) => day > today)
  return Math.min(current(s).end, ...toCome) * dayMs
}

export class Account {
  constructor(
    readonly user: ModelUser,
    private readonly world: World,
  ) {}

  private get books(): Books {
    return this.user.books
  }

  /** Time goes from due instant to due instant. */
  advance(to: number): void {
    for (;;) {
      const due = Math.min(...this.user.subscriptions.map((s) => s.due ?? Infinity), ...this.books.invoices.map((i) => Math.min(i.nextAttempt ?? Infinity, i.overdueAt ?? Infinity)))
      if (due > to) return
      this.doWhatIsDue(due)
    }
  }
  doWhatIsDue(now: number): void {
    const until = (at: number | null) => at !== null && at <= now
    const unsent = () => this.books.refunds.filter((r) => r.status === 'pending')
    const isDue = () => unsent().length > 0 || this.user.subscriptions.some((s) => until(s.due)) || this.books.invoices.some((i) => until(i.nextAttempt) || until(i.overdueAt))
    while (isDue()) {
      while (this.pass(now));
      this.pay(this.books.invoices.filter((i) => until(i.nextAttempt)), false, now)
      for (const refund of unsent()) this.send(refund, now)
      const overdue = this.books.invoices.filter((i) => until(i.overdueAt))
      for (const invoice of overdue) invoice.overdueAt = null
      this.markPastDue(overdue)
    }
  }

  /** The periods that end on the earliest day of those that are over; once none is, whatever else is due. */
  private pass(now: number): boolean {
    const today = dayAt(now)
    const due = this.user.subscriptions.filter((s) => s.due !== null && s.due <= now)
    const over = due.filter((s) => !s.canceled && current(s).end <= today)
    const kinds = new Map<ModelSubscription, Kind>()
    if (over.length > 0) {
      const day = Math.min(...over.map((s) => current(s).end))
      for (const s of over.filter((each) => current(each).end === day)) {
        rollOver(s)
        s.scheduled = false
        s.quiet.clear()
        kinds.set(s, 'roll_over')
      }
      this.run(kinds, day, now, true)
      for (const s of kinds.keys()) s.due = dueAfter(s, day)
      return this.follow([], now)
    }
    const released = this.books.invoices.filter((i) => i.status === 'paid' && i.holdsBack)
    if (due.length === 0) return false
    for (const s of this.user.subscriptions) {
      if (released.length > 0 || (s.canceled && due.includes(s))) kinds.set(s, 'roll_over')
      else if (s.scheduled && due.includes(s)) kinds.set(s, 'start')
    }
    const ended = new Set(this.user.subscriptions.filter((s) => s.canceled))
    this.run(kinds, today, now, true)
    for (const i of released) i.holdsBack = false
    for (const s of this.user.subscriptions.filter((each) => kinds.has(each) || due.includes(each))) {
      if (today >= s.start) s.scheduled = false
      s.due = ended.has(s) ? null : dueAfter(s, today)
    }
    return this.follow([], now)
  }

  private paidLately: Paid = []

  private run(kinds: Map<ModelSubscription, Kind>, day: Day, now: number, withheldCounts: boolean): Made {
    const made = new Run(this.user, this.world, kinds, day, withheldCounts).make()
    for (const [s, kind] of kinds) {
      if (!isWhole(kind)) continue
      const waiting = made.waiting.filter((w) => w.subscription === s.id)
      s.waiting = waiting.reduce((sum, w) => sum + w.amount, 0n)
      for (const p of s.periods) {
        const withheld = withheldCounts && this.books.invoices.some((i) => i.lines.some((l) => l.withheld && l.subscription === s.id && l.period === p.start))
        if (p.end <= day && !withheld && !waiting.some((w) => w.period === p.start)) s.settled.add(p.start)
      }
    }
    for (const invoice of made.invoices) this.issue(invoice, now)
    this.paidLately.push(...settle(this.books, made, dayAt(now)))
    return made
  }

  /** It is charged at once, or due some days after. */
  private issue(invoice: Invoice, now: number): void {
    const { netDays } = this.user
    invoice.nextAttempt = netDays === null ? now : null
    invoice.dueOn = netDays === null ? null : dayAt(now) + netDays
    invoice.overdueAt = invoice.dueOn === null ? null : (invoice.dueOn + 1) * dayMs
  }

  /** An invoice that is paid frees subscriptions that were past due for it, and makes way for what waited beside it. Returns true. */
  private follow(paid: Paid, now: number): true {
    const all = [...paid, ...this.paidLately.splice(0)]
    this.free(all)
    if (!all.some((i) => i.holdsBack)) return true
    for (const s of this.user.subscriptions) {
      if ((s.due === null || s.due > now) && s.periods.some((p) => !s.settled.has(p.start))) s.due = now
    }
    return true
  }

  private free(paid: Invoice[]): void {
    const on = (i: Invoice, s: ModelSubscription) => i.lines.some((l) => l.subscription === s.id)
    for (const s of this.user.subscriptions.filter((each) => each.pastDue && !each.canceled && paid.some((i) => on(i, each)))) {
      if (!this.books.invoices.some((i) => !paid.includes(i) && ((i.givenUp && i.status === 'open') || isOverdue(i)) && on(i, s))) s.pastDue = false
    }
  }

  private pay(invoices: Invoice[], byHand: boolean, now: number): void {
    const fromBalance: Paid = []
    payFromBalance(this.books, invoices, now, fromBalance)
    this.follow(fromBalance, now)
    const paid: Paid = []
    const givenUp = invoices.filter((i) => i.status === 'open').filter((i) => attempt(this.books, i, this.user.card, byHand, now, paid))
    this.follow(paid, now)
    this.markPastDue(givenUp)
  }
  private send(refund: Refund, now: number): void {
    const paid: Paid = []
    sendRefund(this.books, refund, dayAt(now), paid)
    this.follow(paid, now)
  }
  private markPastDue(invoices: Invoice[]): void {
    for (const s of this.user.subscriptions.filter((each) => !each.canceled)) {
      if (invoices.some((i) => i.lines.some((l) => l.subscription === s.id))) s.pastDue = true
    }
  }

  // What people ask for.

  generate(now: number): Made {
    const made = this.run(new Map(this.user.subscriptions.map((s) => [s, 'generate'])), dayAt(now), now, false)
    for (const line of this.books.invoices.flatMap((i) => i.lines)) line.withheld = false
    this.follow([], now)
    return made
  }
  single(s: ModelSubscription, kind: Kind, day: Day, now: number): Made {
    const made = this.run(new Map([[s, kind]]), day, now, false)
    this.follow([], now)
    return made
  }
  payByHand(invoice: Invoice, now: number): void {
    this.pay([invoice], true, now)
  }
  record(invoice: Invoice, amount: bigint, now: number): void {
    const paid: Paid = []
    const over = record(this.books, invoice, amount, paid)
    this.follow(paid, now)
    const after: Paid = []
    if (over) payOpen(this.books, [over], dayAt(now), after)
    this.follow(after, now)
  }
  /** An item that is billed at once. */
  billItem(item: Item, now: number): void {
    const invoice = oneOff([item], this.user, this.world, dayAt(now))
    this.issue(invoice, now)
    this.follow(settle(this.books, { invoices: [invoice], notes: [] }, dayAt(now)), now)
  }
  credit(id: string, currency: string, amount: bigint, expires: Day | null, now: number): void {
    const grant = { id, source: 'credit', currency, amount, used: 0n, ended: 0n, expires }
    this.books.grants.push(grant)
    const paid: Paid = []
    payOpen(this.books, [grant], dayAt(now), paid)
    this.follow(paid, now)
  }
  /** A note by hand: off what is due, the rest to the balance or back to the card. */
  note(note: Made['notes'][number], now: number): void {
    this.follow(settle(this.books, { invoices: [], notes: [note] }, dayAt(now)), now)
  }
  voidIt(invoice: Invoice): void {
    this.free([invoice])
    voidInvoice(this.books, invoice, (id) => this.user.subscriptions.find((s) => s.id === id)!.canceled)
    for (const line of invoice.lines.filter((l) => l.subscription !== null)) {
      const s = this.user.subscriptions.find((each) => each.id === line.subscription)!
      s.settled.delete(line.period!)
      s.quiet.delete(line.period!)
    }
  }

  // What a change of a fact brings with it.

  private forget(): void {
    this.user.claimed = null
    for (const s of this.user.subscriptions) s.quiet.clear()
  }
  subscribed(s: ModelSubscription, now: number): void {
    s.scheduled = s.start > dayAt(now)
    s.due = dueAfter(s, dayAt(now))
    this.user.subscriptions.push(s)
    this.forget()
  }
  /** Facts of it from a day on are others now: when that is in the past, whoever was canceled may owe something else. */
  changed(s: ModelSubscription, from: Day, now: number): void {
    this.forget()
    s.due = dueAfter(s, dayAt(now))
    if (from > dayAt(now)) return
    for (const each of this.user.subscriptions) {
      for (const p of each.periods) if (p.end > from) each.settled.delete(p.start)
      if (each.canceled && each.due === null && each.periods.some((p) => !each.settled.has(p.start))) each.due = now
    }
  }
  discounted(): void {
    this.forget()
  }
  /** Usage of a day came, or was corrected: its periods are open again, and who was canceled is looked at after the day. */
  used(day: Day, now: number): void {
    this.forget()
    for (const s of this.user.subscriptions) {
      const held = s.periods.find((p) => p.start <= day && day < p.end && !p.trial)
      if (!held) continue
      s.settled.delete(held.start)
      if (s.canceled && s.due === null) s.due = (dayAt(now) + 1) * dayMs
    }
  }
  open(): Invoice[] {
    return this.books.invoices.filter((i) => i.status === 'open' && dueOf(i) > 0n)
  }
}
