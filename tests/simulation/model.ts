/** What the rules say that each user owes, in BigInt. It knows nothing of how the server goes about it. */

import { prorated, rate, rounded } from '../harness/decimal.ts'
import type { Charge, Invoice, InvoiceDetail, Plan } from '../harness/types.ts'
import { periodStart, textOf, type Day } from './calendar.ts'

export interface ModelPeriod {
  start: Day
  end: Day
  fullDays: number
  trial: boolean
}
export interface ModelSubscription {
  id: string
  plan: Plan
  anchor: Day
  index: number
  periods: ModelPeriod[]
  endsWithPeriod: boolean
  canceled: boolean
}
export interface ModelUser {
  id: string
  subscriptions: ModelSubscription[]
  /** metric → day → units */
  usage: Map<string, Map<Day, bigint>>
  /** The quantity by metric and event_id: an id counts once for the user and metric. */
  seenEvents: Map<string, number>
}

export const current = (s: ModelSubscription): ModelPeriod => s.periods.at(-1)!

export function subscribeModel(id: string, plan: Plan, today: Day): ModelSubscription {
  const trial = plan.trial_days > 0
  const anchor = trial ? today + plan.trial_days : today
  const end = trial ? anchor : periodStart(anchor, plan.interval, plan.interval_count, 1)
  return {
    id,
    plan,
    anchor,
    index: trial ? -1 : 0,
    periods: [{ start: today, end, fullDays: end - today, trial }],
    endsWithPeriod: false,
    canceled: false,
  }
}

/** All roll-overs up to and including today's midnight. */
export function rollOver(s: ModelSubscription, today: Day): void {
  while (!s.canceled && current(s).end <= today) {
    if (s.endsWithPeriod) {
      s.canceled = true
      return
    }
    s.index++
    const at = (n: number) => periodStart(s.anchor, s.plan.interval, s.plan.interval_count, n)
    const [start, end] = [at(s.index), at(s.index + 1)]
    s.periods.push({ start, end, fullDays: end - start, trial: false })
  }
}

export function cancelNow(s: ModelSubscription, today: Day): void {
  const period = current(s)
  period.end = Math.min(period.end, today + 1)
  s.canceled = true
}

export function record(user: ModelUser, metric: string, day: Day, quantity: bigint): void {
  const days = user.usage.get(metric) ?? new Map<Day, bigint>()
  user.usage.set(metric, days)
  days.set(day, (days.get(day) ?? 0n) + quantity)
}

function used(user: ModelUser, metric: string, period: ModelPeriod): bigint {
  let sum = 0n
  for (const [day, quantity] of user.usage.get(metric) ?? []) if (period.start <= day && day < period.end) sum += quantity
  return sum
}

/** What something is owed for: the base fee or a metric, of a period of a subscription. */
export type Item = string
export const item = (subscriptionId: string, periodStartText: string, metric: string | null): Item => `${subscriptionId} ${periodStartText} ${metric ?? 'base'}`

export function owed(user: ModelUser, s: ModelSubscription): Map<Item, bigint> {
  const all = new Map<Item, bigint>()
  for (const period of s.periods) {
    if (period.trial) continue
    const start = textOf(period.start)
    all.set(item(s.id, start, null), prorated(s.plan.amount_cents, period.end - period.start, period.fullDays))
    for (const charge of s.plan.charges as Charge[]) {
      all.set(item(s.id, start, charge.metric), rounded(rate(charge, used(user, charge.metric, period)).amount, s.plan.currency))
    }
  }
  return all
}

export function billed(invoices: InvoiceDetail[]): Map<Item, bigint> {
  const all = new Map<Item, bigint>()
  for (const invoice of invoices.filter((i) => i.status !== 'void')) {
    for (const line of invoice.lines) {
      const key = item(line.subscription_id, line.period_start, line.metric)
      all.set(key, (all.get(key) ?? 0n) + BigInt(line.amount_cents))
    }
  }
  return all
}

/** The invoices that a generate must make now, as "start end currency amount"; sorted. */
export function expectedInvoices(user: ModelUser, invoices: InvoiceDetail[]): string[] {
  const done = billed(invoices)
  const groups = new Map<string, { sum: bigint; positive: boolean }>()
  for (const s of user.subscriptions) {
    if (!s.canceled && current(s).trial) continue
    const key = `${textOf(current(s).start)} ${textOf(current(s).end)} ${s.plan.currency}`
    const group = groups.get(key) ?? { sum: 0n, positive: false }
    groups.set(key, group)
    for (const [what, amount] of owed(user, s)) {
      const difference = amount - (done.get(what) ?? 0n)
      group.sum += difference
      if (difference > 0n) group.positive = true
    }
  }
  const open = new Set(invoices.filter((i: Invoice) => i.status === 'open').map((i) => `${i.period_start} ${i.period_end} ${i.currency}`))
  return [...groups]
    .filter(([key, { positive }]) => positive && !open.has(key))
    .map(([key, { sum }]) => `${key} ${sum > 0n ? sum : 0n}`)
    .sort()
}
