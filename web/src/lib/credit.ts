import type { Schemas } from '../api/client.ts';

const sources: Record<Schemas['Credit']['source'], string> = { credit: 'given by hand', credit_note: 'from a credit note', overpayment: 'paid beyond what was due' };

/** Where somebody's credit comes from. */
export const saySource = (source: Schemas['Credit']['source']) => sources[source] ?? String(source).replaceAll('_', ' ');

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
