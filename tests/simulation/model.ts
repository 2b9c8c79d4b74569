/** The facts of a user's subscriptions, and what the calls of the API make of them. It knows nothing of how the server goes about it. */

import type { Charge, Overrides, PlanVersion } from '../harness/types.ts'
import { newBooks, type Books } from './books.ts'
import { anchorOn, nextAnchorDay, periodStart, sameRhythm, type Anchor, type Day, type Rhythm } from './calendar.ts'
import type { Discount } from './discounts.ts'
import type { Claims } from './owed.ts'
import type { Taxpayer } from './tax.ts'

export interface Term {
  from: Day
  of: PlanVersion
  quantity: number
  overrides: Overrides | null
}
export interface Pause {
  from: Day
  until: Day | null
}
export interface Period {
  start: Day
  end: Day
  fullDays: number
  trial: boolean
}
export interface ModelSubscription {
  id: string
  start: Day
  terms: Term[]
  pauses: Pause[]
  /** The first day that is not held any more. */
  end: Day | null
  endsWithPeriod: boolean
  canceled: boolean
  /** What its notes credit from its end on goes back to the card. */
  refunds: boolean
  /** Canceled without prorating: the last period's base is owed up to here. */
  baseUntil: Day | null
  anchor: Anchor
  anchorDay: number | null
  rhythm: Rhythm
  /** Which full period from the anchor comes next. */
  next: number
  periods: Period[]
  /** In the order in which they were added. */
  discounts: Discount[]
  /** When a run looks at it next, in ms. */
  due: number | null
  /** It has not begun for billing. */
  scheduled: boolean
  pastDue: boolean
  waiting: bigint
  /** The first days of periods that are over and had nothing unbilled when they were last looked at. */
  settled: Set<Day>
  /** Of periods in which the last run found nothing: forgotten with each change of a fact. */
  quiet: Set<Day>
}
export interface Units {
  metric: string
  day: Day
  subscription: string | null
  quantity: bigint
}
export interface ModelUser {
  id: string
  /** In the order in which they were made. */
  subscriptions: ModelSubscription[]
  usage: Map<string, Units>
  events: Map<string, Units>
  taxpayer: Taxpayer
  card: string | null
  /** From issue to due; null: charged by itself. */
  netDays: number | null
  books: Books
  /** Whose usage is whose, until a fact changes. */
  claimed: Claims | null
}

export const newUser = (id: string, taxpayer: Taxpayer = { status: 'taxable', country: null }): ModelUser => ({
  id, subscriptions: [], usage: new Map(), events: new Map(), taxpayer, card: null, netDays: null, books: newBooks(), claimed: null,
})
export const current = (s: ModelSubscription): Period => s.periods.at(-1)!

/** The term that holds a day; before the first one that one. */
export const termOn = (s: ModelSubscription, day: Day): Term => s.terms.findLast((t) => t.from <= day) ?? s.terms[0]!
export const holds = (s: ModelSubscription, day: Day): boolean => s.start <= day && (s.end === null || day < s.end)
export const pausedOn = (s: ModelSubscription, day: Day): boolean => s.pauses.some((p) => p.from <= day && (p.until === null || day < p.until))

export function chargeOf(term: Term, metric: string): Charge | undefined {
  return term.overrides?.charges?.find((c) => c.metric === metric) ?? term.of.charges.find((c) => c.metric === metric)
}
export const feeOf = (term: Term): bigint => BigInt(term.overrides?.amount_cents ?? term.of.amount_cents)

export interface Wish {
  quantity?: number
  overrides?: Overrides | null
  anchorDay?: number | null
  trialDays: number
  start: Day
}

export function subscribe(id: string, of: PlanVersion, wish: Wish): ModelSubscription {
  const { start, trialDays } = wish
  const paidFrom = start + trialDays
  const anchorDay = wish.anchorDay ?? null
  const s: ModelSubscription = {
    id,
    start,
    terms: [{ from: start, of, quantity: wish.quantity ?? 1, overrides: wish.overrides ?? null }],
    pauses: [],
    end: null,
    endsWithPeriod: false,
    canceled: false,
    refunds: false,
    baseUntil: null,
    anchor: anchorDay === null ? anchorOn(paidFrom) : nextAnchorDay(paidFrom, anchorDay),
    anchorDay,
    rhythm: of,
    next: 0,
    periods: [],
    discounts: [],
    due: null,
    scheduled: false,
    pastDue: false,
    waiting: 0n,
    settled: new Set(),
    quiet: new Set(),
  }
  if (trialDays > 0) s.periods.push({ start, end: paidFrom, fullDays: trialDays, trial: true })
  else addPeriod(s, start)
  return s
}

/** The period that begins on a day: a full one, or the part of one up to the anchor. */
function addPeriod(s: ModelSubscription, start: Day): void {
  const at = (n: number) => periodStart(s.anchor, s.rhythm, n)
  if (at(s.next) > start) s.next--
  const [from, end] = [at(s.next), at(s.next + 1)]
  s.periods.push({ start, end, fullDays: end - from, trial: false })
  s.next++
}

function anchorAnew(s: ModelSubscription, day: Day): void {
  s.anchor = anchorOn(day)
  s.anchorDay = null
  s.rhythm = termOn(s, day).of
  s.next = 0
}

/** What the end of the current period makes of it. */
export function rollOver(s: ModelSubscription): void {
  if (s.endsWithPeriod) {
    s.canceled = true
    return
  }
  const { end } = current(s)
  if (!sameRhythm(termOn(s, end).of, s.rhythm)) anchorAnew(s, end)
  addPeriod(s, end)
}

export interface Change {
  version?: PlanVersion
  /** Whether the plan was named, and not its version alone. */
  planNamed?: boolean
  quantity?: number
  overrides?: Overrides | null
}

/** Sets what it names in every term from a day on. Whether that made a roll-over at once. */
export function change(s: ModelSubscription, day: Day, today: Day, what: Change): boolean {
  const held = termOn(s, day)
  if (held.from < day) s.terms.splice(s.terms.indexOf(held) + 1, 0, { ...held, from: day })
  const was = held.of
  for (const term of s.terms.filter((t) => t.from >= day)) {
    if (what.version && (what.planNamed || term.of.plan_code === was.plan_code)) term.of = what.version
    if (what.quantity !== undefined) term.quantity = what.quantity
    if (what.overrides !== undefined) term.overrides = what.overrides
    else if (what.planNamed) term.overrides = null
  }
  const period = current(s)
  const another = !sameRhythm(termOn(s, day).of, was)
  if (another && period.trial && day < period.end) {
    // A trial is never cut: its end is the new anchor.
    s.anchor = anchorOn(period.end)
    s.anchorDay = null
    s.rhythm = termOn(s, day).of
    s.next = 0
  } else if (another && day === Math.max(today, s.start)) {
    if (period.start === day) s.periods.pop()
    else period.end = day
    anchorAnew(s, day)
    addPeriod(s, day)
    return true
  }
  return false
}

/** The first day on which two lists of terms say something else. */
export function firstDifference(before: Term[], after: Term[]): Day {
  const says = (terms: Term[], day: Day) => {
    const { of, quantity, overrides } = terms.findLast((t) => t.from <= day) ?? terms[0]!
    return JSON.stringify([of.plan_code, of.version, quantity, overrides])
  }
  return Math.min(...[...before, ...after].map((t) => t.from).filter((day) => says(before, day) !== says(after, day)))
}

/** A migration: the version of each term of the plan from a day on that has one of these. Whether anything changed. */
export function migrate(s: ModelSubscription, day: Day, to: PlanVersion, from: number[]): boolean {
  const among = (t: Term) => t.of.plan_code === to.plan_code && from.includes(t.of.version)
  const held = termOn(s, day)
  if (s.canceled || (s.end !== null && s.end <= day) || ![held, ...s.terms.filter((t) => t.from > day)].some(among)) return false
  if (held.from < day) s.terms.splice(s.terms.indexOf(held) + 1, 0, { ...held, from: day })
  for (const term of s.terms.filter((t) => t.from >= day && among(t))) term.of = to
  return true
}

export function dropPending(s: ModelSubscription, today: Day): void {
  s.terms = s.terms.filter((t, i) => i === 0 || t.from <= today)
}

export function pause(s: ModelSubscription, today: Day, until: Day | null): void {
  s.pauses.push({ from: Math.max(today + 1, s.start), until })
}
export function resume(s: ModelSubscription, today: Day): void {
  const last = s.pauses.at(-1)!
  if (last.from >= today) s.pauses.pop()
  else last.until = today
}

export function cancelNow(s: ModelSubscription, today: Day, prorate: boolean): void {
  const period = current(s)
  s.canceled = true
  s.endsWithPeriod = false
  if (today < s.start) {
    s.end = s.start
    period.end = period.start
    return
  }
  if (!prorate) s.baseUntil = period.end
  period.end = Math.min(period.end, today + 1)
  s.end = period.end
}
export function cancelAtPeriodEnd(s: ModelSubscription): void {
  s.endsWithPeriod = true
  s.end = current(s).end
}
export function uncancel(s: ModelSubscription): void {
  s.endsWithPeriod = false
  s.refunds = false
  s.end = null
}

/** Adds units to a day, of a subscription or of none. */
export function use(user: ModelUser, metric: string, day: Day, quantity: bigint, subscription: string | null, event?: string): Day {
  const key = `${metric} ${day} ${subscription ?? ''}`
  const units = user.usage.get(key) ?? { metric, day, subscription, quantity: 0n }
  units.quantity += quantity
  user.usage.set(key, units)
  if (event !== undefined) user.events.set(`${metric} ${event}`, { metric, day, subscription, quantity })
  return day
}
/** From now on the event counts `quantity`. */
export function correctEvent(user: ModelUser, metric: string, event: string, quantity: bigint): Day {
  const known = user.events.get(`${metric} ${event}`)!
  use(user, metric, known.day, quantity - known.quantity, known.subscription)
  known.quantity = quantity
  return known.day
}

export type Status = 'canceled' | 'scheduled' | 'paused' | 'trialing' | 'active'
export function statusOn(s: ModelSubscription, today: Day): Status {
  if (s.canceled) return 'canceled'
  if (today < s.start) return 'scheduled'
  if (pausedOn(s, today)) return 'paused'
  return current(s).trial ? 'trialing' : 'active'
}

/** Whoever had a trial of a plan gets none again. */
export function hadTrialOf(user: ModelUser, plan: string): boolean {
  return user.subscriptions.some((s) => s.periods.some((p) => p.trial && p.start < p.end && s.terms.some((t, i) => {
    const until = s.terms[i + 1]?.from ?? Infinity
    return t.of.plan_code === plan && t.from < p.end && until > p.start
  })))
}
