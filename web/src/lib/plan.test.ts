import { expect, test } from 'vitest';
import { sayInterval, sayPlan, sayTrial } from './plan.ts';

test('an interval is said as people say it', () => {
  expect(sayInterval('month', 1)).toBe('a month');
  expect(sayInterval('week', 2)).toBe('every 2 weeks');
});

test('a plan is its base fee and what else it charges for', () => {
  const plan = { amount_cents: 4900, currency: 'USD', interval: 'month', interval_count: 1, charges: [{ metric: 'api_calls' }, { metric: 'seats' }] } as const;
  expect(sayPlan({ ...plan, charges: [...plan.charges] })).toBe('$49.00 a month and usage of api_calls and seats');
  expect(sayPlan({ ...plan, charges: [] })).toBe('$49.00 a month');
});

test('a trial is so many days', () => {
  expect([sayTrial(1), sayTrial(14)]).toEqual(['1 day', '14 days']);
});
