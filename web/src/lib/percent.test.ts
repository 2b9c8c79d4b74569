import { expect, test } from 'vitest';
import { formatPercent, parsePercent } from './percent.ts';

test('a percentage is written with the places that it has', () => {
  expect(['19', '6.25', '0', '0.1234', '100'].map(formatPercent)).toEqual(['19%', '6.25%', '0%', '0.1234%', '100%']);
});

test('a percentage is read with its sign or without, from 0 to 100, with up to four places', () => {
  expect(['19', ' 6.25 % ', '100', '100.0', '0.0001'].map(parsePercent)).toEqual(['19', '6.25', '100', '100.0', '0.0001']);
  for (const text of ['', '%', '-1', '100.01', '101', '1.00001', '1,5', 'ten']) expect(parsePercent(text), text).toBeNull();
});
