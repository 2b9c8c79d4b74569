import type { Int } from '../lib/int.ts';
import { formatCount, formatMoney, formatPrice } from '../lib/money.ts';

/** An amount of minor units. Null is what the API says for a sum beyond 64 bits. */
export function Money({ cents, currency }: { cents: Int | null; currency: string }) {
  return <span className="number">{cents === null ? 'too large to add up' : formatMoney(cents, currency)}</span>;
}

/** Exact decimal text in the major unit: a unit price, a step of an explanation. */
export function Price({ value, currency }: { value: string; currency: string }) {
  return <span className="number">{formatPrice(value, currency)}</span>;
}

export function Count({ value }: { value: Int }) {
  return <span className="number">{formatCount(value)}</span>;
}
