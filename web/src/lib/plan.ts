import type { Int } from './int.ts';
import { formatCount, formatMoney } from './money.ts';

type Interval = 'day' | 'week' | 'month' | 'year';

/** "a month", "every 3 months" */
export function sayInterval(interval: Interval, count: Int): string {
  return BigInt(count) === 1n ? `a ${interval}` : `every ${formatCount(count)} ${interval}s`;
}

/** "$49.00 a month and usage of api_calls" */
export function sayPlan(plan: { amount_cents: Int; currency: string; interval: Interval; interval_count: Int; charges: { metric: string }[] }): string {
  const base = `${formatMoney(plan.amount_cents, plan.currency)} ${sayInterval(plan.interval, plan.interval_count)}`;
  return plan.charges.length === 0 ? base : `${base} and usage of ${new Intl.ListFormat('en').format(plan.charges.map(({ metric }) => metric))}`;
}

/** "14 days" */
export function sayTrial(days: Int): string {
  return `${formatCount(days)} ${BigInt(days) === 1n ? 'day' : 'days'}`;
}
