import { expect, test } from 'vitest';
import { lives, sayUntil } from './credit.ts';

const credit = { amount_cents: 1000, used_cents: 400, left_cents: 600, currency: 'USD', expires_on: null as string | null, ended_at: null as string | null };

test('a credit can be used until the day before it expires', () => {
  expect(lives(credit, '2026-06-01')).toBe(true);
  expect(lives({ ...credit, expires_on: '2026-06-02' }, '2026-06-01')).toBe(true);
  expect(lives({ ...credit, expires_on: '2026-06-01' }, '2026-06-01')).toBe(false);
  expect(lives({ ...credit, left_cents: 0 }, '2026-06-01')).toBe(false);
});

test('what became of the rest is said', () => {
  expect(sayUntil(credit, '2026-06-01')).toBe('does not expire');
  expect(sayUntil({ ...credit, used_cents: 1000, left_cents: 0 }, '2026-06-01')).toBe('');
  expect(sayUntil({ ...credit, expires_on: '2026-06-02' }, '2026-06-01')).toBe('up to Jun 1, 2026');
  expect(sayUntil({ ...credit, expires_on: '2026-06-01' }, '2026-06-01')).toBe('$6.00 expired on Jun 1, 2026');
  expect(sayUntil({ ...credit, used_cents: 1000, left_cents: 0, expires_on: '2026-06-01' }, '2026-06-01')).toBe('was good up to May 31, 2026');
  expect(sayUntil({ ...credit, left_cents: 0, ended_at: '2026-05-01T09:00:00Z' }, '2026-06-01')).toBe('$6.00 ended on May 1, 2026');
});
