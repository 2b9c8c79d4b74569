/** What a run makes: differences, and the documents that they go on: docs/billing-rules.md, "When it is billed". */

import { billedOf, dueOf, leftOf, type Billed, type Books, type Invoice, type Item, type Line, type Note } from './books.ts'
import { textOf, type Day } from './calendar.ts'
import { claims, itemsOf, keyOf, type OwedItem } from './owed.ts'
import { current, termOn, type ModelSubscription, type ModelUser, type Period } from './model.ts'
import { netOf, ratesFor, taxOf, type Rate } from './tax.ts'
import { noteOf } from './settle.ts'

export type Kind = 'none' | 'start' | 'roll_over' | 'generate' | 'change_now' | 'cancel_now'

/** What every user has in common. */
export interface World {
  rates: Rate[]
  /** BILLING_MINIMUM_INVOICE */
  smallest: Record<string, bigint>
}

interface Difference {
  s: ModelSubscription
  kind: Kind
  period: Period
  key: string
  item: string
  invoicePeriod: { start: Day; end: Day }
  /** What no document has taken yet. */
  rest: bigint
  positive: boolean
  negative: boolean
  quantity: bigint
  sequence: number
  inclusive: boolean
  /** What is to be taken back may be put on an invoice: it was taxed as it would be now. */
  fits: boolean
}
export interface Waiting {
  subscription: string
  period: Day
  amount: bigint
}
export interface Made {
  invoices: Invoice[]
  notes: Note[]
  waiting: Waiting[]
}

const everything = (kind: Kind): boolean => kind === 'roll_over' || kind === 'generate' || kind === 'cancel_now'

function invoicePeriod(s: ModelSubscription, kind: Kind): { start: Day; end: Day } {
  const period = current(s)
  const before = s.periods.at(-2)
  const arrears = termOn(s, period.start).of.bill_in === 'arrears'
  return kind === 'roll_over' && arrears && !s.canceled && before ? before : period
}

/** Owed less billed, of a base not yet over only what is in advance; what is beyond what is left was forgiven before. */
function amountOf(owed: OwedItem, billed: Billed, wholeBase: boolean): bigint {
  const charged = owed.item === 'base' && !wholeBase ? owed.inAdvance : owed.amount
  if (charged > billed.amount) return charged - billed.amount
  if (owed.amount >= billed.amount) return 0n
  const [wanted, left] = [billed.amount - owed.amount, billed.left > 0n ? billed.left : 0n]
  return -(wanted < left ? wanted : left)
}

export class Run {
  private readonly books
  private readonly rates: Rate[]

  constructor(
    private readonly user: ModelUser,
    private readonly world: World,
    private readonly kinds: Map<ModelSubscription, Kind>,
    private readonly today: Day,
    /** A run that somebody asks for bills again what was voided of a canceled subscription. */
    private readonly withheldCounts: boolean,
  ) {
    this.books = user.books
    this.rates = ratesFor(user.taxpayer, world.rates)
  }

  make(): Made {
    const all = this.user.subscriptions.flatMap((s) => this.differencesOf(s))
    const credits = new Map<Line, bigint>()
    for (const d of all) this.credit(d, credits, (invoice) => dueOf(invoice) > 0n)
    const made: Made = { invoices: [], notes: [], waiting: [] }
    for (const group of this.groups(all)) {
      if (!group.some((d) => d.positive)) continue
      const of = group[0]!
      const open = this.books.invoices.find((i) => i.status === 'open' && i.kind === 'subscription' && this.isOf(i, of))
      if (open || this.isTooSmall(group)) {
        if (open) open.holdsBack = true
        made.waiting.push(...group.filter((d) => d.positive).map((d) => ({ subscription: d.s.id, period: d.period.start, amount: d.rest })))
      } else {
        made.invoices.push(this.invoiceOf(group))
      }
    }
    made.invoices.push(...this.itemsAlone())
    for (const d of all) this.credit(d, credits, () => true)
    for (const invoice of this.books.invoices) {
      const lines = invoice.lines.filter((l) => credits.has(l)).map((line) => ({ line, amount: credits.get(line)! }))
      if (lines.length > 0) made.notes.push(noteOf(invoice, 'correction', lines))
    }
    for (const note of made.notes) note.wanted = this.toTheCard(note)
    return made
  }

  /** Of a note what it credits of subscriptions that have ended by a cancel that gives back to the card, with the tax on top of it. */
  private toTheCard(note: Note): bigint {
    const ended = this.user.subscriptions.filter((s) => s.canceled && s.refunds).map((s) => s.id)
    const lines = note.lines.filter(({ line }) => line.subscription !== null && ended.includes(line.subscription))
    return lines.reduce((sum, { line, amount, tax }) => sum + amount + (line.inclusive ? 0n : tax!), 0n)
  }

  private isOf(i: Invoice, d: Difference): boolean {
    return i.start === d.invoicePeriod.start && i.end === d.invoicePeriod.end && i.currency === d.s.terms[0]!.of.currency
  }

  private differencesOf(s: ModelSubscription): Difference[] {
    const kind = this.kinds.get(s) ?? 'none'
    if (kind === 'none' || this.today < s.start) return []
    const unsettled = s.periods.findIndex((p) => !s.settled.has(p.start))
    const looksFrom = unsettled === -1 ? s.periods.length - 1 : unsettled
    return s.periods.flatMap((period, i) => {
      if (period.start >= period.end || ((kind === 'start' || kind === 'change_now') && period !== current(s))) return []
      if (s.quiet.has(period.start)) return []
      // A period that had nothing unbilled when it was looked at is not looked at for zero lines again; for anything else it is.
      const found = this.differencesIn(s, kind, period).filter((d) => i >= looksFrom || d.positive || d.negative)
      if (found.length === 0 && i < looksFrom && everything(kind)) s.quiet.add(period.start)
      return found
    })
  }

  private differencesIn(s: ModelSubscription, kind: Kind, period: Period): Difference[] {
    const over = period !== current(s) || s.canceled
    const all = kind === 'generate' || kind === 'cancel_now'
    const baseOnly = kind === 'start' || kind === 'change_now' || (kind === 'roll_over' && !over)
    const billed = [...(this.books.itemsOf.get(`${s.id} ${textOf(period.start)}`) ?? [])]
    const last = termOn(s, period.end - 1).of
    const inclusive = last.tax_inclusive
    const as = `${inclusive} ${this.rates.map((r) => r.code).join(',')}`
    this.user.claimed ??= claims(this.user)
    return itemsOf(s, period, this.user.claimed, { baseOnly, over, billed }).flatMap((owed) => {
      const key = keyOf(s, period, owed.item)
      const before = billedOf(this.books.lines.get(key) ?? [], this.withheldCounts)
      const amount = amountOf(owed, before, over || all)
      const usage = owed.item.startsWith('usage:')
      const quantity = !usage ? 1n : owed.quantity > before.quantity ? owed.quantity - before.quantity : 0n
      if (amount === 0n && !(usage && quantity > 0n)) return []
      const rest = { rest: amount, positive: amount > 0n, negative: amount < 0n }
      return [{ s, kind, period, key, item: owed.item, invoicePeriod: invoicePeriod(s, kind), ...rest, quantity, sequence: before.sequence, inclusive, fits: before.taxedAs === as }]
    })
  }

  /** Takes back what is negative off the lines of its key, newest first, as far as each has something left. */
  private credit(d: Difference, credits: Map<Line, bigint>, which: (invoice: Invoice) => boolean): void {
    for (const line of (this.books.lines.get(d.key) ?? []).toReversed()) {
      if (d.rest >= 0n) return
      if (line.invoice.status === 'void' || !which(line.invoice)) continue
      const left = leftOf(line) - (credits.get(line) ?? 0n)
      const amount = left < -d.rest ? left : -d.rest
      if (amount <= 0n) continue
      credits.set(line, (credits.get(line) ?? 0n) + amount)
      d.rest += amount
    }
  }

  private groups(all: Difference[]): Difference[][] {
    const groups = new Map<string, Difference[]>()
    for (const d of all) {
      const name = `${textOf(d.invoicePeriod.start)} ${textOf(d.invoicePeriod.end)} ${d.s.terms[0]!.of.currency}`
      groups.set(name, [...(groups.get(name) ?? []), d])
    }
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
  }

  private isTooSmall(group: Difference[]): boolean {
    const least = this.world.smallest[group[0]!.s.terms[0]!.of.currency]
    const final = group.some((d) => (d.kind !== 'roll_over' && d.kind !== 'generate') || d.s.canceled)
    if (least === undefined || final) return false
    const of = (inclusive: boolean) => group.filter((d) => d.positive && d.inclusive === inclusive).reduce((sum, d) => sum + d.rest, 0n)
    return of(false) + netOf(of(true), this.rates) + this.sumOfItems(group[0]!.s.terms[0]!.of.currency) < least
  }

  private itemsOf(currency: string): Item[] {
    return this.books.items.filter((item) => !item.billed && item.currency === currency)
  }
  private sumOfItems(currency: string): bigint {
    return this.itemsOf(currency).reduce((sum, item) => sum + item.amount, 0n)
  }

  /** Items that found no other invoice: of a generate, and of a last run, after which none would come. */
  private itemsAlone(): Invoice[] {
    const currencies = [...new Set(this.books.items.filter((item) => !item.billed).map((item) => item.currency))].sort()
    return currencies.flatMap((currency) => {
      const subscriptions = this.user.subscriptions.filter((s) => s.terms[0]!.of.currency === currency)
      const kindOf = (s: ModelSubscription) => this.kinds.get(s) ?? 'none'
      const last = subscriptions.every((s) => s.canceled || kindOf(s) === 'cancel_now') && subscriptions.some((s) => kindOf(s) !== 'none')
      const generates = [...this.kinds.values()].includes('generate') && this.sumOfItems(currency) >= (this.world.smallest[currency] ?? 0n)
      return last || generates ? [oneOff(this.itemsOf(currency), this.user, this.world, this.today)] : []
    })
  }

  private invoiceOf(group: Difference[]): Invoice {
    const { s, invoicePeriod: period } = group[0]!
    const invoice = emptyInvoice('subscription', period, s.terms[0]!.of.currency)
    const items = this.sumOfItems(invoice.currency)
    const room = new Map([false, true].map((inclusive) => [inclusive, group.filter((d) => d.positive && d.inclusive === inclusive).reduce((sum, d) => sum + d.rest, inclusive ? 0n : items)]))
    for (const d of group) {
      let amount = d.rest
      if (d.negative) {
        const left = room.get(d.inclusive)!
        amount = !d.fits ? 0n : -d.rest < left ? d.rest : -left
        if (amount === 0n) continue
        room.set(d.inclusive, left + amount)
      }
      d.rest -= amount
      invoice.lines.push({
        invoice, key: d.key, subscription: d.s.id, period: d.period.start, item: d.item, sequence: d.sequence, quantity: d.quantity, amount,
        inclusive: d.inclusive, tax: 0n, corrected: 0n, forgiven: 0n, withheld: false,
      })
    }
    addItems(invoice, this.itemsOf(invoice.currency), this.books)
    return taxed(invoice, this.rates)
  }
}

function emptyInvoice(kind: Invoice['kind'], { start, end }: { start: Day; end: Day }, currency: string): Invoice {
  return {
    id: null, kind, start, end, currency, lines: [], taxes: [], tax: 0n, amount: 0n, credited: 0n, fromBalance: 0n, paid: 0n, status: 'open',
    collection: 'pending', givenUp: false, nextAttempt: null, dueOn: null, overdueAt: null, declined: 0, scheduleFrom: 0, failed: 0, holdsBack: false, noted: { exclusive: 0n, inclusive: 0n },
  }
}
function addItems(invoice: Invoice, items: Item[], books: Books): void {
  for (const { id, quantity, amount } of items) {
    const key = `- - item:${id}`
    const sequence = billedOf(books.lines.get(key) ?? [], false).sequence
    const rest = { inclusive: false, tax: 0n, corrected: 0n, forgiven: 0n, withheld: false }
    invoice.lines.push({ invoice, key, subscription: null, period: null, item: `item:${id}`, sequence, quantity, amount, ...rest })
  }
  for (const item of items) item.billed = true
}
function taxed(invoice: Invoice, rates: Rate[]): Invoice {
  const of = taxOf(invoice.lines, rates)
  invoice.lines.forEach((line, i) => (line.tax = of.lines[i]!))
  return Object.assign(invoice, { taxes: of.taxes, tax: of.tax, amount: of.total })
}

/** An invoice of items alone, of today. */
export function oneOff(items: Item[], user: ModelUser, world: World, today: Day): Invoice {
  const invoice = emptyInvoice('one_off', { start: today, end: today + 1 }, items[0]!.currency)
  addItems(invoice, items, user.books)
  return taxed(invoice, ratesFor(user.taxpayer, world.rates))
}
