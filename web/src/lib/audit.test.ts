import { expect, test } from 'vitest';
import { sayActor, sayBy, sayEvent } from './audit.ts';

const event = (action: string, from: string | null, to: string | null) => ({ action, entity: '', from, to });

test('an event is said in words', () => {
  expect(sayEvent(event('invoice.paid', 'open', 'paid'))).toEqual({ text: 'Invoice paid', tone: 'good' });
  expect(sayEvent(event('subscription.created', null, 'trialing')).text).toBe('Subscribed, on trial');
  expect(sayEvent(event('subscription.activated', 'past_due', 'active')).text).toMatch(/again/);
});

test('one that a later server writes is still said', () => {
  expect(sayEvent(event('invoice.credit_noted', null, null))).toEqual({ text: 'invoice credit noted', tone: 'quiet' });
});

test('actors are named; it is said what was automatic and what needed no key', () => {
  expect(['key:ops', 'worker', 'schedule', 'anonymous'].map(sayActor)).toEqual(['ops', 'automatic', 'automatic', 'no key']);
  expect(['key:ops', 'worker', 'anonymous'].map(sayBy)).toEqual(['by ops', '', '(no key)']);
});
