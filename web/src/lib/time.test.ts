import { describe, expect, test } from 'vitest';
import { addDays, addMonth, dayOf, daysBetween, formatDay, formatDuration, formatInstant, formatPeriod, formatRelative, isDay, monthStart } from './time.ts';

const plain = (text: string) => text.replace(/[\u00a0\u2009\u202f]/g, ' ');

test('a UTC day is the same day wherever the browser is', () => {
  expect(new Date('2026-01-31T00:00:00Z').getDate()).toBe(30); // vite.config.ts puts the tests in Los Angeles
  expect(formatDay('2026-01-31')).toBe('Jan 31, 2026');
  expect(formatInstant('2026-01-31T23:59:59Z')).toMatch(/^Jan 31, 2026, 11:59/);
  expect(dayOf('2026-01-31T23:59:59Z')).toBe('2026-01-31');
  expect(addDays('2026-03-08', 1)).toBe('2026-03-09'); // clocks change there
  expect(daysBetween('2026-03-01', '2026-04-01')).toBe(31);
});

test('a half-open period is said with its last day', () => {
  expect(plain(formatPeriod('2026-01-31', '2026-02-28'))).toBe('Jan 31 – Feb 27, 2026');
  expect(plain(formatPeriod('2026-12-01', '2027-01-01'))).toBe('Dec 1 – 31, 2026');
  expect(formatPeriod('2026-12-01', '2026-12-02')).toBe('Dec 1, 2026');
});

test('months begin on their first day, over the turn of the year too', () => {
  expect(monthStart('2026-01-31')).toBe('2026-01-01');
  expect(monthStart('2026-01-31', 1)).toBe('2026-02-01');
  expect(monthStart('2026-01-31', -11)).toBe('2025-02-01');
});

describe('"tomorrow", "last month" and "last year" are what the UTC calendar calls so', () => {
  test.each([
    ['2026-04-03T21:00:00Z', '2026-04-05T00:00:00Z', 'in 2 days'],
    ['2026-04-03T21:00:00Z', '2026-04-04T20:00:00Z', 'in 23 hours'],
    ['2026-04-03T21:00:00Z', '2026-04-04T23:59:59Z', 'tomorrow'],
    ['2026-04-03T03:00:00Z', '2026-04-01T23:00:00Z', '2 days ago'],
    ['2026-04-03T03:00:00Z', '2026-04-02T03:00:00Z', 'yesterday'],
    ['2026-01-31T12:00:00Z', '2026-01-01T12:00:00Z', '30 days ago'],
    ['2026-04-05T12:00:00Z', '2026-02-11T12:00:00Z', '2 months ago'],
    ['2026-04-15T12:00:00Z', '2026-03-01T12:00:00Z', 'last month'],
    ['2026-04-30T12:00:00Z', '2026-03-01T12:00:00Z', 'last month'],
    ['2026-03-03T12:00:00Z', '2026-01-31T12:00:00Z', '1 month ago'],
    ['2026-12-10T12:00:00Z', '2027-01-20T12:00:00Z', 'next month'],
    ['2026-03-15T12:00:00Z', '2025-04-01T12:00:00Z', '11 months ago'],
    ['2026-12-31T12:00:00Z', '2025-01-01T12:00:00Z', 'last year'],
    ['2026-01-15T12:00:00Z', '2024-12-20T12:00:00Z', '1 year ago'],
    ['2024-12-31T12:00:00Z', '2024-01-01T12:00:00Z', '1 year ago'],
    ['2026-01-15T12:00:00Z', '2028-06-15T12:00:00Z', 'in 2 years'],
  ])('at %s, %s is %s', (now, instant, text) => expect(formatRelative(instant, new Date(now))).toBe(text));
});

describe('relative to the billing clock', () => {
  const now = new Date('2026-01-31T12:00:00Z');
  test.each([
    ['2026-01-31T09:00:00Z', '3 hours ago'],
    ['2026-02-02T12:00:00Z', 'in 2 days'],
    ['2026-01-31T12:00:00Z', 'now'],
    ['2026-01-31T11:59:30Z', 'just now'],
    ['2026-01-30T12:00:00Z', 'yesterday'],
    ['2025-01-01T12:00:00Z', 'last year'],
  ])('%s', (instant, text) => expect(formatRelative(instant, now)).toBe(text));
});

test('only a day of the calendar is a day', () => {
  expect(['2026-02-28', '2026-02-30', '2026-13-01', 'tomorrow', ''].map(isDay)).toEqual([true, false, false, false, false]);
});

test('durations are short', () => {
  expect([0, 850, 12_000, 180_000, 5 * 3_600_000, 2 * 86_400_000].map(formatDuration)).toEqual(['0 ms', '850 ms', '12 s', '3 min', '5 h', '2 d']);
});

test('a month on is the same day, or the last one that the month has', () => {
  expect(addMonth(new Date('2026-01-15T09:00:00Z')).toISOString()).toBe('2026-02-15T09:00:00.000Z');
  expect(addMonth(new Date('2026-01-31T23:00:00Z')).toISOString()).toBe('2026-02-28T23:00:00.000Z');
  expect(addMonth(new Date('2026-12-31T09:00:00Z')).toISOString()).toBe('2027-01-31T09:00:00.000Z');
});
