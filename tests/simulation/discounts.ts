/** Coupons, and in which periods of a subscription they hold. */

import type { Day } from './calendar.ts'
import { less, millionths, minus, ratio, times, type Ratio } from './exact.ts'
import type { ModelSubscription, Period } from './model.ts'

export interface Coupon {
  code: string
  percent: string | null
  amount: bigint | null
  currency: string | null
  /** What it is for: every item when null. */
  items: string[] | null
  /** In how many periods; null: in all. */
  periods: number | null
}
export interface Discount {
  id: string
  coupon: Coupon
  /** The first period that it may hold in is the one that holds this day. */
  from: Day
  /** Added again while it still held: only periods that begin after this day. */
  after: Day | null
  deletedOn: Day | null
}

const mayHold = (d: Discount, p: Period): boolean =>
  !p.trial && p.end > d.from && (d.after === null || p.start > d.after) && (d.deletedOn === null || p.start <= d.deletedOn)

function periodsOf(d: Discount, s: ModelSubscription): Period[] {
  const all = s.periods.filter((p) => mayHold(d, p))
  return d.coupon.periods === null ? all : all.slice(0, d.coupon.periods)
}
export const holdsIn = (d: Discount, s: ModelSubscription, period: Period): boolean => periodsOf(d, s).includes(period)

/** The first day on which it holds no more, where that is known. */
function endOf(d: Discount, s: ModelSubscription): Day | null {
  const held = periodsOf(d, s)
  if (d.coupon.periods !== null && held.length === d.coupon.periods) return held.at(-1)!.end
  if (d.deletedOn === null) return null
  return s.periods.find((p) => p.start <= d.deletedOn! && d.deletedOn! < p.end)?.end ?? d.deletedOn
}

export type Refusal = 'canceled' | 'coupon_not_applicable' | 'already_applied'

/** What the call must be refused with; else the discount is the subscription's. */
export function addDiscount(s: ModelSubscription, coupon: Coupon, from: Day, today: Day): Refusal | ((id: string) => void) {
  if (coupon.currency !== null && coupon.currency !== s.terms[0]!.of.currency) return 'coupon_not_applicable'
  const holding = s.discounts.filter((d) => {
    const end = endOf(d, s)
    return d.coupon.code === coupon.code && (end === null || end > today)
  })
  if (holding.some((d) => d.deletedOn === null)) return 'already_applied'
  const after = holding.length > 0 ? today : null
  return (id) => void s.discounts.push({ id, coupon, from, after, deletedOn: null })
}

/** An item as discounts see it. */
export interface Discounted {
  item: string
  /** What is left of it. */
  exact: Ratio
}
const isFor = (coupon: Coupon, item: string): boolean => coupon.items === null || coupon.items.some((of) => item === of || (of === 'usage' && item.startsWith('usage:')))

/** Each in its turn on what the ones before it left: a percentage takes its share of each item, an amount is used up item by item. */
export function takeDiscounts(s: ModelSubscription, period: Period, items: Discounted[]): boolean {
  const holding = s.discounts.filter((d) => holdsIn(d, s, period))
  for (const { coupon } of holding) {
    let available = ratio(coupon.amount ?? 0n)
    for (const item of items.filter((each) => isFor(coupon, each.item))) {
      const taken = coupon.percent !== null ? times(item.exact, ratio(millionths(coupon.percent), 1_000_000n)) : less(item.exact, available) ? item.exact : available
      item.exact = minus(item.exact, taken)
      if (coupon.percent === null) available = minus(available, taken)
    }
  }
  return holding.length > 0
}
