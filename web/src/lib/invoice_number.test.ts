import { expect, test } from 'vitest';
import { completeNumber, isInvoiceNumber, numbersMeant } from './invoice_number.ts';

test('a number is completed by what a person leaves out', () => {
  for (const typed of ['2026-1313', ' 2026-001313 ', '#2026-1313', '2026/1313', '1313', '001313', '#1313']) expect(completeNumber(typed, 2026)).toBe('2026-001313');
  expect(completeNumber('2026-1234567', 2026)).toBe('2026-1234567');
});

test('what is no number stays as it is', () => {
  for (const typed of ['', 'demo@example.com', '2026-', '26-1', '2026-01-31', '13 13']) expect(completeNumber(typed, 2026)).toBe(typed);
});

test('one without a year may be of this year or of the last', () => {
  expect(numbersMeant('1313', 2026)).toEqual(['2026-001313', '2025-001313']);
  expect(numbersMeant('2024-7', 2026)).toEqual(['2024-000007']);
  expect(numbersMeant('dennis', 2026)).toEqual([]);
});

test('a whole number is told from part of one', () => {
  expect(['2026-000001', '2026-1234567'].every(isInvoiceNumber)).toBe(true);
  expect(['2026-1', '2026', '', 'x2026-000001'].some(isInvoiceNumber)).toBe(false);
});
