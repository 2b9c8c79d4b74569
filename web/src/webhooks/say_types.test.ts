import { expect, test } from 'vitest';
import { readTypes, sayTypes } from './say_types.ts';

test('what an endpoint is sent is said in a few words', () => {
  expect(sayTypes(null)).toBe('every event');
  expect(sayTypes(['invoice.*', 'payment.failed'])).toBe('all of invoices, payment.failed');
  expect(sayTypes(['user.created', 'invoice.*', 'payment.failed', 'credit_note.created'])).toBe('user.created, all of invoices and 2 more');
});

test('types are read as they are typed, each once, and none is all', () => {
  expect(readTypes(' invoice.*,payment.failed\n invoice.* ')).toEqual(['invoice.*', 'payment.failed']);
  expect(readTypes('  ')).toBeNull();
});
