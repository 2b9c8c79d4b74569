export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

type Event = { action: string; entity: string; from: string | null; to: string | null };

const sentences: Record<string, [string, Tone]> = {
  'user.created': ['Customer created', 'quiet'],
  'user.updated': ['Customer’s data changed', 'quiet'],
  'user.anonymized': ['Customer anonymized', 'warn'],
  'user.payment_method_changed': ['Payment method changed', 'quiet'],
  'user.payment_method_removed': ['Payment method removed', 'quiet'],
  'user.payment_setup_started': ['Link to enter a card made', 'quiet'],
  'coupon.created': ['Coupon created', 'quiet'],
  'coupon.updated': ['Coupon changed', 'quiet'],
  'tax_rate.created': ['Tax rate created', 'quiet'],
  'tax_rate.updated': ['Tax rate switched', 'quiet'],
  'settings.updated': ['Seller changed', 'quiet'],
  'settings.emails_updated': ['E-mails to customers changed', 'quiet'],
  'plan.created': ['Plan created', 'quiet'],
  'plan.updated': ['Plan updated', 'quiet'],
  'plan.version_created': ['New version of a plan', 'quiet'],
  'plan.migration_started': ['Migration started', 'quiet'],
  'plan.migration_done': ['Migration done', 'good'],
  'plan.migration_stopped': ['Migration stopped', 'warn'],
  'subscription.created': ['Subscribed', 'good'],
  'subscription.activated': ['Subscription is active', 'good'],
  'subscription.past_due': ['Subscription is past due', 'bad'],
  'subscription.cancel_scheduled': ['Cancel scheduled', 'warn'],
  'subscription.canceled': ['Subscription canceled', 'quiet'],
  'subscription.cancel_taken_back': ['Cancel taken back', 'good'],
  'subscription.changed': ['Subscription changed', 'quiet'],
  'subscription.discount_added': ['Coupon redeemed', 'good'],
  'subscription.discount_deleted': ['Discount ends with its period', 'quiet'],
  'subscription.pending_dropped': ['Coming changes taken back', 'quiet'],
  'subscription.pause_scheduled': ['Pause scheduled', 'warn'],
  'subscription.paused': ['Subscription paused', 'warn'],
  'subscription.resumed': ['Subscription resumed', 'good'],
  'subscription.pause_taken_back': ['Pause taken back', 'good'],
  'subscription.term_begun': ['A coming change has begun', 'quiet'],
  'subscription.trial_ending': ['Trial ends soon', 'quiet'],
  'webhook_endpoint.created': ['Webhook endpoint added', 'quiet'],
  'webhook_endpoint.updated': ['Webhook endpoint changed', 'quiet'],
  'webhook_endpoint.deleted': ['Webhook endpoint deleted', 'quiet'],
  'webhook_endpoint.secret_rotated': ['New secret of a webhook endpoint', 'quiet'],
  'webhook_endpoint.replayed': ['Events sent once more', 'quiet'],
  'usage.corrected': ['Usage corrected', 'warn'],
  'credit_note.created': ['Credit note issued', 'quiet'],
  'credit.granted': ['Credit given', 'good'],
  'credit.used': ['Balance used', 'quiet'],
  'credit.given_back': ['Balance given back', 'quiet'],
  'credit.ended': ['Credit ended', 'warn'],
  'credit.expired': ['Credit expired', 'warn'],
  'item.created': ['Charged once', 'quiet'],
  'item.deleted': ['One-off item deleted', 'warn'],
  'invoice.created': ['Invoice issued', 'quiet'],
  'invoice.paid': ['Invoice paid', 'good'],
  'invoice.voided': ['Invoice voided', 'quiet'],
  'invoice.retrying': ['Payment will be tried again', 'warn'],
  'invoice.uncollected': ['Given up: not tried again', 'bad'],
  'invoice.overdue': ['Invoice is overdue', 'bad'],
  'payment.recorded': ['Payment recorded', 'good'],
  'payment.started': ['Payment started', 'quiet'],
  'payment.succeeded': ['Payment succeeded', 'good'],
  'payment.refund_started': ['Refund started', 'quiet'],
  'payment.refunded': ['Refunded to the card', 'quiet'],
  'payment.refund_failed': ['Refund failed', 'bad'],
  'payment.failed': ['Payment failed', 'bad'],
  'payment.action_required': ['Payment waits for the customer', 'warn'],
  'payment.resolved': ['Payment ended by hand', 'warn'],
};

/** An audit event in words, and how it is to be taken. One that is not known here is said as it is written. */
export function sayEvent({ action, from, to }: Event): { text: string; tone: Tone } {
  if (action === 'subscription.created' && to === 'trialing') return { text: 'Subscribed, on trial', tone: 'good' };
  if (action === 'subscription.activated' && from === 'trialing') return { text: 'Trial over: subscription is active', tone: 'good' };
  if (action === 'subscription.activated' && from === 'past_due') return { text: 'Nothing uncollected any more: subscription is active again', tone: 'good' };
  if (action === 'subscription.created' && to === 'scheduled') return { text: 'Subscribed, to begin later', tone: 'good' };
  if (action === 'subscription.activated' && from === 'scheduled') return { text: 'Subscription has begun', tone: 'good' };
  if (action === 'plan.updated' && from !== to) return { text: to === 'active' ? 'Plan is for sale again' : 'Plan is not for sale any more', tone: 'quiet' };
  const [text, tone] = sentences[action] ?? [`${action.replaceAll(/[._]/g, ' ')}`, 'quiet'];
  return { text, tone };
}

/** Who did it: the key's name, that no key was needed, or that billing did it by itself. */
export function sayActor(actor: string): string {
  if (actor.startsWith('key:')) return actor.slice(4);
  return actor === 'anonymous' ? 'no key' : 'automatic';
}

/** The same after a sentence, where nothing need be said of what is automatic. */
export function sayBy(actor: string): string {
  const who = sayActor(actor);
  if (who === 'automatic') return '';
  return actor === 'anonymous' ? `(${who})` : `by ${who}`;
}
