/** What the rules say that each item of each period owes: a function of the facts alone, in BigInt, with one rounding an item. */

import { exponentOf, rate } from '../harness/decimal.ts'
import { textOf, type Day } from './calendar.ts'
import { takeDiscounts } from './discounts.ts'
import { over, ratio, same, times, whole, type Ratio } from './exact.ts'
import { chargeOf, feeOf, holds, pausedOn, termOn, type ModelSubscription, type ModelUser, type Period, type Term } from './model.ts'

export interface OwedItem {
  item: string
  amount: bigint
  /** Of a base: what of it is of days whose version bills in advance. */
  inAdvance: bigint
  /** Units, of usage. */
  quantity: bigint
}

export const keyOf = (s: ModelSubscription, period: Period, item: string): string => `${s.id} ${textOf(period.start)} ${item}`

/** The terms of some days, each with how many of these are not paused. */
function termsOf(s: ModelSubscription, from: Day, until: Day): { term: Term; days: bigint }[] {
  const all: { term: Term; days: bigint }[] = []
  for (let day = from; day < until; ) {
    const term = termOn(s, day)
    const next = s.terms[s.terms.indexOf(term) + 1]?.from ?? Infinity
    let days = 0
    for (const end = Math.min(next > day ? next : Infinity, until); day < end; day++) if (!pausedOn(s, day)) days++
    all.push({ term, days: BigInt(days) })
  }
  return all
}
/** Σ over the days that count: what ÷ D; days of a pause never do. */
function shares(s: ModelSubscription, period: Period, until: Day, what: (term: Term) => bigint): Ratio {
  if (period.trial) return ratio(0n)
  const sum = termsOf(s, period.start, until).reduce((all, { term, days }) => all + what(term) * days, 0n)
  return ratio(sum, BigInt(period.fullDays))
}

const fee = (term: Term): bigint => feeOf(term) * BigInt(term.quantity)
const baseEnd = (s: ModelSubscription, period: Period): Day => (s.baseUntil !== null && period === s.periods.at(-1) ? s.baseUntil : period.end)
const base = (s: ModelSubscription, period: Period): Ratio => shares(s, period, baseEnd(s, period), fee)

/** The base of those days whose version bills in advance. */
const inAdvance = (s: ModelSubscription, period: Period): Ratio =>
  shares(s, period, baseEnd(s, period), (term) => (term.of.bill_in === 'advance' ? fee(term) : 0n))

export const baseOf = (s: ModelSubscription, period: Period): bigint => whole(base(s, period))
export const baseInAdvance = (s: ModelSubscription, period: Period): bigint => whole(inAdvance(s, period))

/** Whose are the units of a day: the one's that they name; else of those that hold and charge the metric that day the one's made first. */
function claim(user: ModelUser, metric: string, day: Day, named: string | null): string | null {
  if (named !== null) return named
  return user.subscriptions.find((s) => holds(s, day) && chargeOf(termOn(s, day), metric))?.id ?? null
}

/** subscription → metric → day → units. */
export type Claims = Map<string, Map<string, Map<Day, bigint>>>

export function claims(user: ModelUser): Claims {
  const all: Claims = new Map()
  for (const { metric, day, subscription, quantity } of user.usage.values()) {
    const whose = claim(user, metric, day, subscription)
    if (whose === null) continue
    const metrics = all.get(whose) ?? new Map<string, Map<Day, bigint>>()
    all.set(whose, metrics)
    const days = metrics.get(metric) ?? new Map<Day, bigint>()
    metrics.set(metric, days)
    days.set(day, (days.get(day) ?? 0n) + quantity)
  }
  return all
}

/** Each day's units cost what the day's charge says of the units with their numbers. */
function usage(s: ModelSubscription, period: Period, days: Map<Day, bigint>, metric: string): { exact: Ratio; quantity: bigint } {
  let [count, sum] = [0n, 0n]
  const used = period.trial ? [] : [...days].filter(([day]) => period.start <= day && day < period.end).sort(([a], [b]) => a - b)
  for (const [day, units] of used) {
    const charge = chargeOf(termOn(s, day), metric)
    if (charge) sum += rate(charge, count + units).amount - rate(charge, count).amount
    count += units
  }
  const exact = ratio(sum * 10n ** BigInt(exponentOf(s.terms[0]!.of.currency)), 10n ** 12n)
  return { exact: sum > 0n ? exact : ratio(0n), quantity: count }
}

function metricsOf(s: ModelSubscription, period: Period, billed: string[]): string[] {
  const charged = termsOf(s, period.start, period.end).flatMap(({ term }) => [...term.of.charges, ...(term.overrides?.charges ?? [])].map((c) => c.metric))
  const known = billed.filter((item) => item.startsWith('usage:')).map((item) => item.slice('usage:'.length))
  return [...new Set([...charged, ...known])].sort()
}

/** What is looked at of a period, and which of its items are billed though the facts may not know them any more. */
export interface Scope {
  baseOnly: boolean
  over: boolean
  billed: string[]
}

/** What a period owes, item by item in the order of lines; the minimum once it is over. */
export function itemsOf(s: ModelSubscription, period: Period, claimed: Claims, { baseOnly, over: isOver, billed }: Scope): OwedItem[] {
  const exactBase = base(s, period)
  const items = [{ item: 'base', exact: exactBase, quantity: 1n }]
  if (!baseOnly) {
    for (const metric of metricsOf(s, period, billed)) {
      items.push({ item: `usage:${metric}`, ...usage(s, period, claimed.get(s.id)?.get(metric) ?? new Map<Day, bigint>(), metric) })
    }
    if (isOver) {
      const least = whole(shares(s, period, period.end, (term) => BigInt(term.of.minimum_cents)))
      const others = items.reduce((sum, { exact }) => sum + whole(exact), 0n)
      items.push({ item: 'minimum', exact: ratio(least > others ? least - others : 0n), quantity: 1n })
    }
  }
  const advance = inAdvance(s, period)
  const discounted = takeDiscounts(s, period, items)
  return items.map(({ item, exact, quantity }) => {
    const amount = whole(exact)
    const ofAdvance = item !== 'base' || advance.n === 0n ? 0n : !discounted ? whole(advance) : same(advance, exactBase) ? amount : whole(times(exact, over(advance, exactBase)))
    return { item, amount, quantity, inAdvance: ofAdvance }
  })
}

/** Everything that a subscription owes, by "<first day of the period> <item>". */
export type Owed = Map<string, bigint>
export function owed(s: ModelSubscription, claimed: Claims, today: Day): Owed {
  const all: Owed = new Map()
  for (const period of s.periods.filter((p) => p.start < p.end)) {
    const isOver = s.canceled || period.end <= today
    for (const { item, amount } of itemsOf(s, period, claimed, { baseOnly: false, over: isOver, billed: [] })) {
      if (item !== 'minimum' || isOver) all.set(`${textOf(period.start)} ${item}`, amount)
    }
  }
  return all
}
