/** What the rules say that each item of each period owes: a function of the facts alone, in BigInt, with one rounding an item. */

import { divideRounded, rate, rounded } from '../harness/decimal.ts'
import { textOf, type Day } from './calendar.ts'
import { chargeOf, feeOf, holds, pausedOn, termOn, type ModelSubscription, type ModelUser, type Period } from './model.ts'

/** Of a subscription: "<first day of the period> <item>" → minor units. */
export type Owed = Map<string, bigint>
export const keyOf = (period: Period, item: string): string => `${textOf(period.start)} ${item}`

/** round(Σ over the days that count: what ÷ D); days of a pause never do. */
function shares(s: ModelSubscription, period: Period, until: Day, what: (day: Day) => bigint): bigint {
  let sum = 0n
  for (let day = period.start; day < until; day++) if (!pausedOn(s, day)) sum += what(day)
  return divideRounded(sum, BigInt(period.fullDays))
}

function fee(s: ModelSubscription, day: Day): bigint {
  const term = termOn(s, day)
  return feeOf(term) * BigInt(term.quantity)
}
const baseEnd = (s: ModelSubscription, period: Period): Day => (s.baseUntil !== null && period === s.periods.at(-1) ? s.baseUntil : period.end)

export function baseOf(s: ModelSubscription, period: Period): bigint {
  if (period.trial) return 0n
  return shares(s, period, baseEnd(s, period), (day) => fee(s, day))
}

/** The base of those days whose version bills in advance. */
export function baseInAdvance(s: ModelSubscription, period: Period): bigint {
  if (period.trial) return 0n
  return shares(s, period, period.end, (day) => (termOn(s, day).of.bill_in === 'advance' ? fee(s, day) : 0n))
}

export function minimumOf(s: ModelSubscription, period: Period, others: bigint): bigint {
  if (period.trial) return 0n
  const least = shares(s, period, period.end, (day) => BigInt(termOn(s, day).of.minimum_cents))
  return least > others ? least - others : 0n
}

/** Whose are the units of a day: the one's that they name; else of those that hold and charge the metric that day the one's made first. */
function claim(user: ModelUser, metric: string, day: Day, named: string | null): string | null {
  if (named !== null) return named
  return user.subscriptions.find((s) => holds(s, day) && chargeOf(termOn(s, day), metric))?.id ?? null
}

export type Claims = Map<string, Map<string, Map<Day, bigint>>>

/** subscription → metric → day → units. */
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
export function usageOf(s: ModelSubscription, period: Period, metric: string, days: Map<Day, bigint>): bigint {
  if (period.trial) return 0n
  let [count, sum] = [0n, 0n]
  for (let day = period.start; day < period.end; day++) {
    const units = days.get(day) ?? 0n
    if (units === 0n) continue
    const charge = chargeOf(termOn(s, day), metric)
    if (charge) sum += rate(charge, count + units).amount - rate(charge, count).amount
    count += units
  }
  const cents = rounded(sum, s.terms[0]!.of.currency)
  return cents > 0n ? cents : 0n
}

/** What a subscription owes of the periods that satisfy `of`; the minimum of those that are over by then. */
export function owed(s: ModelSubscription, claimed: Claims, today: Day, of: (period: Period) => boolean = () => true): Owed {
  const all: Owed = new Map()
  for (const period of s.periods.filter(of)) {
    if (period.start >= period.end) continue
    const base = baseOf(s, period)
    let others = base
    all.set(keyOf(period, 'base'), base)
    for (const [metric, days] of claimed.get(s.id) ?? []) {
      const usage = usageOf(s, period, metric, days)
      others += usage
      all.set(keyOf(period, `usage:${metric}`), usage)
    }
    const over = s.canceled || period.end <= today
    if (over) all.set(keyOf(period, 'minimum'), minimumOf(s, period, others))
  }
  return all
}
