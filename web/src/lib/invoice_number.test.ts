import { expect, test } from 'vitest';
import { completeNumber, isInvoiceNumber } from './invoice_number.ts';

test('a whole number is told from part of one', () => {
  expect(['2026-001313', '2026-1234567', '2026-01313', '2026', '', '026-001313', ' 2026-001313'].map(isInvoiceNumber)).toEqual([true, true, false, false, false, false, false]);
});

test.each([
  ['2026-001313', '2026-001313'],
  [' #2026-1313 ', '2026-001313'],
  ['2026–1313', '2026-001313'],
  ['2026/1', '2026-000001'],
  ['2026-1234567', '2026-1234567'],
  ['1313', '1313'],
  ['', ''],
])('“%s” means “%s”', (typed, number) => expect(completeNumber(typed)).toBe(number));
