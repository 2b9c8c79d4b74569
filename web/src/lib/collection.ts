import type { Schemas } from '../api/client.ts';
import { formatDay, formatInstant, formatRelative } from './time.ts';
import { capital } from './words.ts';

type Invoice = Pick<Schemas['Invoice'], 'status' | 'collection' | 'next_attempt_at' | 'paid_at' | 'voided_at' | 'amount_cents' | 'due_on' | 'overdue'>;
type Attempt = Pick<Schemas['Payment'], 'status' | 'failure_code' | 'decline' | 'created_at'>;

const failures: Record<string, string> = {
  card_declined: 'Card declined',
  unreachable: 'Provider unreachable',
  processing: 'Provider is at it',
  action_required: 'Waits for the customer',
  authentication_required: 'Customer did not authenticate',
  never_charged: 'Never charged',
  canceled: 'Canceled for another card',
  not_needed: 'Not needed any more',
  ended_by_hand: 'Ended by hand',
  stolen_card: 'Stolen card',
  lost_card: 'Lost card',
  expired_card: 'Card expired',
  insufficient_funds: 'Not enough money on the account',
  unknown_payment_method: 'No such payment method',
};

/** Why an attempt failed, for a person; a code that is not known here is said as it is written. */
export function sayFailure(code: string | null): string {
  return code === null ? '' : (failures[code] ?? capital(code.replaceAll('_', ' ')));
}

/** What a decline means for the card. */
export function sayDecline(decline: Schemas['Payment']['decline']): string {
  if (decline === null) return '';
  return decline === 'hard' ? 'declined for good' : 'declined for now';
}

/** Who started an attempt: the schedule, or a person; or that it came in some other way, or gives back. */
export function sayKind(kind: Schemas['Payment']['kind']): string {
  if (kind === 'recorded' || kind === 'refund') return kind;
  return kind === 'manual' ? 'by hand' : 'automatic';
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

const on = (instant: string | null) => (instant === null ? '' : ` on ${formatInstant(instant)} UTC`);

function sayNext(next: string | null, now: Date): string {
  return next === null ? '' : `; next attempt ${formatRelative(next, now)},${on(next)}`;
}

function sayOpen({ collection, next_attempt_at, due_on, overdue }: Invoice, attempts: Attempt[], now: Date): string {
  const declined = attempts.filter(({ decline }) => decline !== null).length;
  const unanswered = attempts.find(({ status }) => status === 'pending');
  if (unanswered && unanswered.failure_code === null) return 'A payment attempt is running.';
  if (unanswered?.failure_code === 'processing') return `The payment provider has been at it since ${formatInstant(unanswered.created_at)} UTC${sayNext(next_attempt_at, now).replace('next attempt', 'it is asked again')}.`;
  if (unanswered?.failure_code === 'action_required') return 'The customer has to authenticate the payment: send the link below. It is given up after a week.';
  if (unanswered) return `The payment provider cannot be reached${sayNext(next_attempt_at, now)}.`;
  if (collection === 'uncollected' && attempts.find(({ decline }) => decline !== null)?.decline === 'hard') return 'Declined for good: the card will never pay. Ask the customer for another payment method; it is charged at once.';
  if (collection === 'uncollected') return `Declined ${times(declined)}, and no retry is left. Take the payment by hand, or void the invoice.`;
  if (declined > 0) return `Declined ${times(declined)}${sayNext(next_attempt_at, now)}.`;
  if (due_on !== null) return overdue ? `Overdue: it was due on ${formatDay(due_on)}.` : `To be paid by ${formatDay(due_on)}; it is not charged by itself.`;
  return next_attempt_at ? `Payment is not tried yet${sayNext(next_attempt_at, now).replace('next', 'first')}.` : 'Payment is not tried yet.';
}

/** What comes of taking the payment by hand, as it depends on how the collection stands. */
export function sayPayNow({ collection, due_on }: Pick<Invoice, 'collection' | 'due_on'>): string {
  if (due_on !== null) return 'The customer’s payment method is charged, by hand: it is not charged by itself.';
  const charged = 'The customer’s payment method is charged once more, by hand.';
  if (collection === 'uncollected') return `${charged} No retry is left: when it is declined, the invoice stays uncollected until it is paid by hand or voided.`;
  return `${charged} It uses up none of the scheduled attempts; when it is declined, they go on as before.`;
}

/** How the collection of an invoice stands, in a sentence or two. */
export function sayCollection(invoice: Invoice, attempts: Attempt[], now: Date): string {
  if (invoice.status === 'void') return `Voided${on(invoice.voided_at)}. What it billed is billed anew on a later invoice.`;
  if (invoice.status === 'open') return sayOpen(invoice, attempts, now);
  if (invoice.amount_cents === 0) return 'Nothing was owed, so nothing had to be collected.';
  const declined = attempts.filter(({ decline }) => decline !== null).length;
  return `Paid${on(invoice.paid_at)}${declined > 0 ? `, after it was declined ${times(declined)}` : ''}.`;
}
