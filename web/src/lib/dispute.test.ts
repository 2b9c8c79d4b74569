import { expect, test } from 'vitest';
import { sayDispute } from './dispute.ts';

const open = { status: 'needs_response', reason: 'product_not_received', respond_by: '2026-03-20T12:00:00Z' } as const;
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test.each([
  ['Disputed, as product not received: say what there is to say against it at the provider, by Mar 20, 2026, 12:00 PM UTC', open],
  ['Disputed, as product not received: say what there is to say against it at the provider', { ...open, respond_by: null }],
  ['Disputed, as product not received: the bank looks at what was said against it', { ...open, status: 'under_review' }],
  ['Disputed, as fraudulent: lost, the money has gone back', { ...open, status: 'lost', reason: 'fraudulent' }],
] as const)('a dispute is said: %s', (words, dispute) => expect(plain(sayDispute(dispute))).toBe(words));
