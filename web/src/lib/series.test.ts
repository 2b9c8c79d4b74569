import { describe, expect, test } from 'vitest';
import { cumulate, lastSteps, stepStart, stepsBetween } from './series.ts';

test('a week starts on Monday', () => {
  expect(stepStart('2026-02-01', 'week')).toBe('2026-01-26'); // a Sunday
  expect(stepStart('2026-02-02', 'week')).toBe('2026-02-02');
});

describe('the last steps, today in the last of them', () => {
  test.each([
    ['day', 30, '2026-01-02', '2026-02-01'],
    ['week', 2, '2026-01-19', '2026-02-02'],
    ['month', 12, '2025-02-01', '2026-02-01'],
  ] as const)('%s', (by, count, from, to) => {
    expect(lastSteps('2026-01-31', by, count)).toEqual({ from, to });
    expect(stepsBetween(from, to, by)).toHaveLength(count);
  });
});

test('months without a value are there too', () => {
  expect(stepsBetween('2025-11-15', '2026-02-01', 'month')).toEqual(['2025-11-01', '2025-12-01', '2026-01-01']);
});

test('usage adds up from the start of the period, exactly, and says nothing about days to come', () => {
  const days = [
    { day: '2026-01-31', quantity: 9007199254740991 },
    { day: '2026-02-02', quantity: 2 },
  ];
  expect(cumulate(days, '2026-01-31', '2026-02-04', '2026-02-02')).toEqual([
    { day: '2026-01-31', used: 9007199254740991, total: 9007199254740991 },
    { day: '2026-02-01', used: 0, total: 9007199254740991 },
    { day: '2026-02-02', used: 2, total: 9007199254740993n },
    { day: '2026-02-03', used: 0, total: null },
  ]);
});
