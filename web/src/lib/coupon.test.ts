import { expect, test } from 'vitest';
import { periodsOf, sayOff, sayPeriods, sayRedemptions, sayScope, stateOf } from './coupon.ts';

test('a coupon says what it takes off, of what, and for how long', () => {
  expect(sayOff({ percent: '12.5', amount_cents: null, currency: null })).toBe('12.5% off');
  expect(sayOff({ percent: null, amount_cents: 500, currency: 'EUR' })).toBe('€5.00 off each period');
  expect(['once', 'forever', { periods: 3 }].map(periodsOf).map(sayPeriods)).toEqual(['for one period', 'for good', 'for 3 periods']);
  expect(sayScope({ plans: null, items: null })).toBe('Off all that a subscription is billed for');
  expect(sayScope({ plans: ['pro', 'team'], items: ['base', 'usage:api_calls'] })).toBe('Off the base fee and usage of api_calls, on pro and team');
  expect(sayRedemptions({ redemptions: 3, max_redemptions: null })).toBe('3');
  expect(sayRedemptions({ redemptions: 3, max_redemptions: 1000 })).toBe('3 of 1,000');
});

test('a coupon can be redeemed up to its last day and its last redemption, while it is active', () => {
  const coupon = { id: '', code: 'A', name: null, percent: '1', amount_cents: null, currency: null, applies_to: { plans: null, items: null }, duration: 'once', redeem_by: '2026-06-30', max_redemptions: 2, max_per_user: null, redemptions: 1, active: true, created_at: '', updated_at: '' };
  expect(stateOf(coupon, '2026-06-30')).toBe('active');
  expect(stateOf(coupon, '2026-07-01')).toBe('expired');
  expect(stateOf({ ...coupon, redemptions: 2 }, '2026-06-30')).toBe('used_up');
  expect(stateOf({ ...coupon, active: false }, '2026-07-01')).toBe('retired');
});
