import { expect, test } from 'vitest';
import { meteredOf } from './metered.ts';

const plans = [{ code: 'pro', name: 'Pro' }];
const versions = [
  { plan_code: 'pro', version: 2, charges: [] },
  { plan_code: 'pro', version: 1, charges: [{ metric: 'api_calls', included: 100000 }] },
];
const period = { version: 1, overrides: null, current_period_start: '2026-01-10', current_period_end: '2026-02-10' };

test('a live subscription shows each of its charges over its period, with what is included', () => {
  expect(meteredOf([{ plan_code: 'pro', status: 'trialing', ...period }], plans, versions, [], '2026-01-31')).toEqual([
    { metric: 'api_calls', plan: 'Pro', included: 100000, start: '2026-01-10', end: '2026-02-10', free: true },
  ]);
});

test('what no plan charges is shown for 30 days, and only if it was used in them', () => {
  const usage = [
    { metric: 'exports', day: '2026-01-30' },
    { metric: 'ancient', day: '2026-01-01' },
  ];
  expect(meteredOf([{ plan_code: 'pro', status: 'canceled', ...period }], plans, versions, usage, '2026-01-31')).toEqual([
    { metric: 'exports', plan: null, included: null, start: '2026-01-02', end: '2026-02-01', free: false },
  ]);
});

test('a price of the customer’s own replaces the plan’s, and what has not begun shows nothing', () => {
  const own = { charges: [{ metric: 'api_calls', included: 5 }, { metric: 'seats', included: 0 }] };
  expect(meteredOf([{ plan_code: 'pro', status: 'active', ...period, overrides: own }], plans, versions, [], '2026-01-31').map(({ metric, included }) => [metric, included])).toEqual([['api_calls', 5], ['seats', 0]]);
  expect(meteredOf([{ plan_code: 'pro', status: 'scheduled', ...period }], plans, versions, [], '2026-01-01')).toEqual([]);
});
