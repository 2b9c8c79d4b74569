import type { Schemas } from '../api/client.ts';
import { formatMoney } from './money.ts';
import { type Day, addDays, formatDay } from './time.ts';

const sources: Record<Schemas['Credit']['source'], string> = { credit: 'given by hand', credit_note: 'from a credit note', overpayment: 'paid beyond what was due', failed_refund: 'from a refund that failed' };

/** Where somebody's credit comes from. */
export const saySource = (source: Schemas['Credit']['source']) => sources[source];

/** Why one credits an invoice by hand. */
export const reasons: Record<Schemas['GoodwillReason'], string> = {
  goodwill: 'goodwill',
  duplicate: 'billed twice',
  product_unsatisfactory: 'not as it should be',
  uncollectible: 'uncollectible',
  other: 'another reason',
};

/** Why something was credited: a correction is billing's own. */
export const sayReason = (reason: string) => (reason === 'correction' ? 'less is owed than was billed' : (reasons[reason as Schemas['GoodwillReason']] ?? reason.replaceAll('_', ' ')));

type Credit = Schemas['Credit'];

/** Whether something is left of it that can still be used. */
export const lives = ({ left_cents, ended_at, expires_on }: Pick<Credit, 'left_cents' | 'ended_at' | 'expires_on'>, today: Day) => BigInt(left_cents) > 0n && ended_at === null && (expires_on === null || expires_on > today);

/** Until when it can be used, or since when what was left of it cannot. */
export function sayUntil({ amount_cents, used_cents, left_cents, currency, expires_on, ended_at }: Pick<Credit, 'amount_cents' | 'used_cents' | 'left_cents' | 'currency' | 'expires_on' | 'ended_at'>, today: Day): string {
  const ended = BigInt(amount_cents) - BigInt(used_cents) - BigInt(left_cents);
  if (ended_at !== null) return `${formatMoney(ended, currency)} ended on ${formatDay(ended_at)}`;
  if (expires_on === null) return BigInt(left_cents) === 0n ? '' : 'does not expire';
  if (expires_on > today) return `up to ${formatDay(addDays(expires_on, -1))}`;
  return BigInt(left_cents) === 0n ? `was good up to ${formatDay(addDays(expires_on, -1))}` : `${formatMoney(left_cents, currency)} expired on ${formatDay(expires_on)}`;
}
