import { expect, test } from 'vitest';
import { toJson } from '../lib/int.ts';
import { blankCoupon, readCoupon } from './form.ts';

const sent = (changes: Partial<typeof blankCoupon>) => {
  const { body } = readCoupon({ ...blankCoupon, code: 'A', percent: '10', ...changes });
  return body && (JSON.parse(toJson(body)) as object);
};

test('only what was typed is sent', () => {
  expect(sent({})).toEqual({ code: 'A', percent: '10', duration: 'once' });
  expect(sent({ kind: 'amount', amount: '5.50', currency: 'EUR', duration: 'forever', name: ' Spring ' })).toEqual({ code: 'A', name: 'Spring', amount_cents: 550, currency: 'EUR', duration: 'forever' });
  expect(sent({ duration: 'periods', periods: '12', plans: ['pro'], items: ['base', 'usage:calls'], redeem_by: '2026-12-31', max_redemptions: '1,000', max_per_user: '1' })).toEqual({
    code: 'A', percent: '10', duration: { periods: 12 }, applies_to: { plans: ['pro'], items: ['base', 'usage:calls'] }, redeem_by: '2026-12-31', max_redemptions: 1000, max_per_user: 1,
  });
});

test('what is missing makes it incomplete, what cannot be read is said at its member', () => {
  expect(sent({ code: ' ' })).toBeNull();
  expect(sent({ percent: '' })).toBeNull();
  expect(readCoupon({ ...blankCoupon, code: 'A' }).wrong.size).toBe(0);
  expect([...readCoupon({ ...blankCoupon, percent: '0', max_redemptions: '0', max_per_user: '1.5', duration: 'periods', periods: 'x' }).wrong.keys()]).toEqual(['/percent', '/max_redemptions', '/max_per_user', '/duration']);
  expect([...readCoupon({ ...blankCoupon, kind: 'amount', amount: '1.234' }).wrong.keys()]).toEqual(['/amount_cents']);
});
