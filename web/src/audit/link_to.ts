import type { Schemas } from '../api/client.ts';

type Event = Pick<Schemas['AuditEvent'], 'entity' | 'entity_id' | 'user_id'>;

/** The page on which one finds what an event happened to. */
export function linkTo({ entity, entity_id, user_id }: Event): string | null {
  if (entity === 'plan') return `/plans/${entity_id}`;
  if (entity === 'user') return `/users/${entity_id}`;
  if (entity === 'subscription') return `/subscriptions/${entity_id}`;
  if (entity === 'credit_note') return `/credit_notes/${entity_id}`;
  if (entity === 'coupon') return `/coupons/${entity_id}`;
  if (entity === 'tax_rate') return '/tax_rates';
  if (entity === 'webhook_endpoint') return `/webhooks/${entity_id}`;
  if (entity === 'settings') return '/settings';
  if (user_id === null) return null;
  if (entity === 'usage_correction') return `/users/${user_id}/usage`;
  if (entity === 'invoice') return `/invoices/${user_id}/${entity_id}`;
  return entity === 'payment' ? `/payments?user_id=${user_id}` : `/users/${user_id}`;
}
