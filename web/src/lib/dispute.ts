import type { Schemas } from '../api/client.ts';
import { formatInstant } from './time.ts';

type Dispute = Pick<Schemas['Dispute'], 'status' | 'reason' | 'respond_by'>;

/** What a customer's bank says against a payment, and how it stands; the reason is the provider's. */
export function sayDispute({ status, reason, respond_by }: Dispute): string {
  const disputed = `Disputed, as ${reason.replaceAll('_', ' ')}`;
  if (status === 'won') return `${disputed}: won, the money stays`;
  if (status === 'lost') return `${disputed}: lost, the money has gone back`;
  if (status === 'closed') return `${disputed}: closed, nothing came of it`;
  if (status === 'under_review') return `${disputed}: the bank looks at what was said against it`;
  return `${disputed}: say what there is to say against it at the provider${respond_by === null ? '' : `, by ${formatInstant(respond_by)} UTC`}`;
}
