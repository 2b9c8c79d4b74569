import type { Schemas } from '../api/client.ts';

const sources: Record<Schemas['Credit']['source'], string> = { credit: 'given by hand', credit_note: 'from a credit note', overpayment: 'paid beyond what was due' };

/** Where somebody's credit comes from. */
export const saySource = (source: Schemas['Credit']['source']) => sources[source];
