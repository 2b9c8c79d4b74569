/** The kinds of events that one may ask for as a whole. */
export const kinds = ['user', 'subscription', 'invoice', 'payment', 'credit_note', 'balance'] as const;

/** Which events an endpoint is sent. */
export function sayTypes(types: string[] | null): string {
  if (types === null) return 'every event';
  const words = types.map((type) => (type.endsWith('.*') ? `all of ${type.slice(0, -2).replaceAll('_', ' ')}s` : type));
  return words.length <= 3 ? words.join(', ') : `${words.slice(0, 2).join(', ')} and ${words.length - 2} more`;
}

/** What was typed, as the API takes it: "invoice.*, payment.failed"; nothing is all. */
export function readTypes(typed: string): string[] | null {
  const types = typed.split(/[\s,]+/).filter((type) => type !== '');
  return types.length === 0 ? null : [...new Set(types)];
}
