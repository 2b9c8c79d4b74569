import type { Schemas } from '../api/client.ts';
import type { Int } from './int.ts';
import { formatCount, formatMoney } from './money.ts';
import { formatPercent } from './percent.ts';

/** "10% off", "$5.00 off each period" */
export function sayOff({ percent, amount_cents, currency }: { percent: string | null; amount_cents: Int | null; currency: string | null }): string {
  return percent === null ? `${formatMoney(amount_cents ?? 0, currency ?? 'USD')} off each period` : `${formatPercent(percent)} off`;
}

/** Of how many periods: null is all. */
export function sayPeriods(periods: Int | null): string {
  if (periods === null) return 'for good';
  return periods === 1 ? 'for one period' : `for ${formatCount(periods)} periods`;
}

/** A coupon's `duration` as so many periods: null is all. */
export function periodsOf(duration: unknown): Int | null {
  if (typeof duration === 'object' && duration !== null && 'periods' in duration) return duration.periods as Int;
  return duration === 'once' ? 1 : null;
}

const items: Record<string, string> = { base: 'the base fee', minimum: 'the minimum', usage: 'usage' };
const sayItem = (item: string) => items[item] ?? `usage of ${item.replace(/^usage:/, '')}`;
const list = new Intl.ListFormat('en');

/** "Off the base fee and usage of api_calls, on pro and team" */
export function sayScope({ plans, items: some }: Schemas['CouponScope']): string {
  const of = some === null ? 'all that a subscription is billed for' : list.format(some.map(sayItem));
  return `Off ${of}${plans === null ? '' : `, on ${list.format(plans)}`}`;
}

/** "3 of 100" */
export function sayRedemptions({ redemptions, max_redemptions }: Pick<Schemas['Coupon'], 'redemptions' | 'max_redemptions'>): string {
  return max_redemptions === null ? formatCount(redemptions) : `${formatCount(redemptions)} of ${formatCount(max_redemptions)}`;
}

/** Whether it can still be redeemed, and if not, why. */
export function stateOf({ active, redeem_by, redemptions, max_redemptions }: Schemas['Coupon'], today: string): 'active' | 'retired' | 'expired' | 'used_up' {
  if (!active) return 'retired';
  if (redeem_by !== null && redeem_by < today) return 'expired';
  return max_redemptions !== null && redemptions >= max_redemptions ? 'used_up' : 'active';
}
