import type { Schemas } from '../api/client.ts';
import { sayCharge } from './charge.ts';
import { type Int } from './int.ts';
import { formatCount, formatMoney } from './money.ts';

type Term = Pick<Schemas['SubscriptionTerm'], 'plan_code' | 'version' | 'quantity' | 'overrides'>;

/** "pro v2 × 10": the shortest of words for what holds. */
export function sayTerm({ plan_code, version, quantity, overrides }: Term): string {
  return `${plan_code} v${version}${saySeats(quantity)}${overrides ? ', special price' : ''}`;
}

export function saySeats(quantity: Int): string {
  return quantity === 1 ? '' : ` × ${formatCount(quantity)}`;
}

/** "$39.00 a period; api_calls: 5 included, then $0.10 each" */
export function sayOverrides(overrides: Schemas['Overrides'], currency: string): string {
  if (!overrides) return '';
  const { amount_cents, charges = [] } = overrides;
  const said = charges.map((charge) => `${charge.metric}: ${sayCharge(charge, currency)}`);
  return [...(amount_cents === undefined ? [] : [`${formatMoney(amount_cents, currency)} in place of the base fee`]), ...said].join('; ');
}
