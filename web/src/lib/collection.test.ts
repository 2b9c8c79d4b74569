import { describe, expect, test } from 'vitest';
import { sayCollection, sayFailure } from './collection.ts';

const now = new Date('2026-03-11T09:00:00Z');
const open = { status: 'open', collection: 'retrying', next_attempt_at: '2026-03-14T09:00:00Z', paid_at: null, voided_at: null, amount_cents: 6900, due_on: null, overdue: false } as const;
const created_at = '2026-03-10T08:00:00Z';
const declined = { status: 'failed', failure_code: 'card_declined', decline: 'soft', created_at } as const;
const stolen = { status: 'failed', failure_code: 'stolen_card', decline: 'hard', created_at } as const;
const processing = { status: 'pending', failure_code: 'processing', decline: null, created_at } as const;
const needed = { status: 'pending', failure_code: 'action_required', decline: null, created_at } as const;
const never = { status: 'failed', failure_code: 'never_charged', decline: null, created_at } as const;
const unreachable = { status: 'pending', failure_code: 'unreachable', decline: null, created_at } as const;
const running = { status: 'pending', failure_code: null, decline: null, created_at } as const;
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('how collection stands is said', () => {
  test.each([
    ['Declined twice; next attempt in 3 days, on Mar 14, 2026, 9:00 AM UTC.', open, [declined, declined]],
    ['Declined 5 times, and no retry is left. Take the payment by hand, or void the invoice.', { ...open, collection: 'uncollected', next_attempt_at: null }, Array(5).fill(declined)],
    ['The payment provider cannot be reached; next attempt in 3 days, on Mar 14, 2026, 9:00 AM UTC.', open, [unreachable, declined]],
    ['A payment attempt is running.', open, [running]],
    ['The payment provider has been at it since Mar 10, 2026, 8:00 AM UTC; it is asked again in 3 days, on Mar 14, 2026, 9:00 AM UTC.', open, [processing]],
    ['The customer has to authenticate the payment: send the link below. It is given up after a week.', open, [needed]],
    ['Declined for good: the card will never pay. Ask the customer for another payment method; it is charged at once.', { ...open, collection: 'uncollected', next_attempt_at: null }, [stolen, declined]],
    ['Declined once; next attempt in 3 days, on Mar 14, 2026, 9:00 AM UTC.', open, [never, declined]],
    ['Payment is not tried yet; first attempt in 3 days, on Mar 14, 2026, 9:00 AM UTC.', { ...open, collection: 'pending' }, []],
    ['To be paid by Apr 10, 2026; it is not charged by itself.', { ...open, collection: 'pending', next_attempt_at: null, due_on: '2026-04-10' }, []],
    ['Overdue: it was due on Mar 10, 2026.', { ...open, collection: 'pending', next_attempt_at: null, due_on: '2026-03-10', overdue: true }, []],
    ['Paid on Mar 14, 2026, 9:00 AM UTC, after it was declined once.', { ...open, status: 'paid', paid_at: '2026-03-14T09:00:00Z' }, [declined]],
    ['Nothing was owed, so nothing had to be collected.', { ...open, status: 'paid', amount_cents: 0 }, []],
    ['Voided on Mar 14, 2026, 9:00 AM UTC. What it billed is billed anew on a later invoice.', { ...open, status: 'void', voided_at: '2026-03-14T09:00:00Z' }, [declined]],
  ] as const)('%s', (words, invoice, attempts) => expect(plain(sayCollection(invoice, [...attempts], now))).toBe(words));
});

test('a failure code that a provider may add is said as it is', () => {
  expect([sayFailure('card_declined'), sayFailure('card_velocity_exceeded'), sayFailure(null)]).toEqual(['Card declined', 'Card velocity exceeded', '']);
});
