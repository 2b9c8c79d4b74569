import { expect, test } from 'vitest';
import { add, isNegative, isZero, negate } from './decimal.ts';

test.each([
  [['0.1', '0.2'], '0.3'],
  [['20', '-0.004', '0'], '19.996'],
  [['0.000000000001', '92233720368547758.07'], '92233720368547758.070000000001'],
  [['1.50', '-1.5'], '0'],
  [['-0.05', '0.02'], '-0.03'],
  [[], '0'],
])('%j add up to %s', (values, total) => expect(add(...values)).toBe(total));

test('a sign is turned, and zero has none', () => {
  expect([negate('0.05'), negate('-20'), negate('0')]).toEqual(['-0.05', '20', '0']);
  expect([isZero('0.00'), isZero('-0.01'), isNegative('-0.01'), isNegative('0')]).toEqual([true, false, true, false]);
});
