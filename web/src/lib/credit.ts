import type { Schemas } from '../api/client.ts';

const sources: Record<Schemas['Credit']['source'], string> = { credit: 'given by hand', credit_note: 'from a credit note', overpayment: 'paid beyond what was due', failed_refund: 'from a refund that failed' };

/** Where somebody's credit comes from. */
export const saySource = (source: Schemas['Credit']['source']) => sources[source];
