import type { Schemas } from '../api/client.ts';
import classes from './status.module.css';

type Tone = 'good' | 'info' | 'warn' | 'bad' | 'off';

/** One colour language: green is well, blue on its way, amber wants a look, red wants you, grey is over. */
const words: Record<string, [Tone, string, string?]> = {
  // subscriptions
  scheduled: ['info', 'Scheduled', 'Begins on a day to come'],
  paused: ['warn', 'Paused', 'Owes no base fee on these days'],
  trialing: ['info', 'Trialing', 'In its free trial'],
  active: ['good', 'Active'],
  past_due: ['bad', 'Past due', 'Live, with an uncollected invoice'],
  canceled: ['off', 'Canceled'],
  // invoices, and how their collection stands
  open: ['info', 'Open', 'Issued and not yet paid'],
  paid: ['good', 'Paid'],
  void: ['off', 'Void', 'Withdrawn; what it billed is billed anew'],
  pending: ['info', 'Pending', 'Not tried yet, or under way'],
  retrying: ['warn', 'Retrying', 'Payment failed and is tried again automatically'],
  uncollected: ['bad', 'Uncollected', 'Not tried again by itself: pay by hand, or void'],
  done: ['off', 'Done', 'Nothing left to do'],
  overdue: ['bad', 'Overdue', 'Its day to pay is over'],
  // payments
  succeeded: ['good', 'Succeeded'],
  failed: ['bad', 'Failed'],
  in_use: ['good', 'In use', 'What the customer is charged by'],
  // mails
  sent: ['good', 'Sent', 'The mail server has taken it on'],
  refused: ['bad', 'Refused', 'The mail server refused it for good'],
  given_up: ['bad', 'Given up', 'It could not be sent, time and again'],
  unknown: ['warn', 'Unknown', 'The mail server may have taken it on; it is not sent again'],
  not_sent: ['off', 'Not sent', 'There was nothing to tell any more'],
  // migrations of plans
  running: ['info', 'Running'],
  stopped: ['warn', 'Stopped'],
  // plans
  inactive: ['off', 'Not for sale', 'Takes no new subscriptions'],
  // customers
  anonymized: ['off', 'Anonymized', 'What named the customer is cleared'],
  // coupons and tax rates
  retired: ['off', 'Not in use', 'Was deactivated'],
  expired: ['off', 'Expired', 'Its last day is over'],
  used_up: ['off', 'Used up', 'Redeemed as often as it may be'],
  // webhook endpoints
  disabled: ['bad', 'Disabled', 'Nothing is sent to it any more'],
  failing: ['warn', 'Failing', 'Nothing that is sent arrives'],
  // the system
  ok: ['good', 'OK'],
  ready: ['good', 'Ready'],
  degraded: ['warn', 'Ready, without Redis', 'Requests are answered; limits, caches and the queue are away'],
  down: ['bad', 'Down'],
  unavailable: ['bad', 'Unavailable'],
};

export function StatusBadge({ status, label }: { status: string; label?: string }) {
  const [tone, word, title] = words[status] ?? ['off', status.replaceAll('_', ' ')];
  return (
    <span className={classes.badge} data-tone={tone} title={title}>
      {label ?? word}
    </span>
  );
}

/** A plan is for sale or it is not; "active" is what a subscription is. */
export function Sold({ active }: { active: boolean }) {
  return <StatusBadge status={active ? 'active' : 'inactive'} label={active ? 'For sale' : undefined} />;
}

/** An open invoice is told by how its collection stands: overdue, retrying and uncollected matter more than "open". */
export function InvoiceStatus({ invoice }: { invoice: Pick<Schemas['Invoice'], 'status' | 'collection' | 'overdue'> }) {
  const telling = invoice.status === 'open' && invoice.collection !== 'pending' && invoice.collection !== 'done';
  return <StatusBadge status={telling ? invoice.collection : invoice.overdue ? 'overdue' : invoice.status} />;
}
