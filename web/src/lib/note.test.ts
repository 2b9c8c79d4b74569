import { expect, test } from 'vitest';
import { leftOf, noteSums, refundable, spread } from './note.ts';

const line = (id: string, amount_cents: number, credited_cents = 0, tax_inclusive = false) => ({ id, amount_cents, credited_cents, tax_inclusive });
const vat = (percent: string, inclusive = false) => ({ code: 'vat', name: 'VAT', percent, inclusive });
const sums = (lines: ReturnType<typeof line>[], taxes: ReturnType<typeof vat>[], amounts: Record<string, bigint>, due_cents = 0) => noteSums({ lines, taxes, due_cents }, new Map(Object.entries(amounts)));

test('10.00 at 19 %: four notes of 2.50 give 0.48, 0.47, 0.48, 0.47 of tax', () => {
  const taxes = [0, 250, 500, 750].map((credited) => sums([line('a', 1000, credited)], [vat('19')], { a: 250n }).taxes[0]!.tax);
  expect(taxes).toEqual([48n, 47n, 48n, 47n]);
});

test('what holds its tax is credited as it is, and says what of it is tax', () => {
  expect(sums([line('a', 1080, 0, true)], [vat('20', true)], { a: 1080n })).toMatchObject({ lines: 1080n, total: 1080n, included: 180n, taxes: [] });
  expect(sums([line('a', 50000, 0, true)], [vat('10', true)], { a: 50000n }).included).toBe(4545n);
});

test('several rates are each on the same net, with up to four places', () => {
  const { taxes, total } = sums([line('a', 10000)], [vat('6'), vat('1.25')], { a: 10000n });
  expect(taxes.map(({ tax }) => tax)).toEqual([600n, 125n]);
  expect(total).toBe(10725n);
});

test('a note goes first off what is due, and the rest beyond', () => {
  expect(sums([line('a', 4900)], [], { a: 4900n }, 1000)).toMatchObject({ total: 4900n, applied: 1000n, beyond: 3900n });
  expect(sums([line('a', 4900)], [], { a: 500n }, 1000)).toMatchObject({ applied: 500n, beyond: 0n });
});

test('an amount is spread over what is left of the lines by largest remainder, ties by position', () => {
  expect(spread(100n, [100n, 100n, 100n])).toEqual([34n, 33n, 33n]);
  expect(spread(5n, [900n, 0n, 100n])).toEqual([5n, 0n, 0n]);
  expect(spread(1000n, [900n, 0n, 100n])).toEqual([900n, 0n, 100n]);
  expect(leftOf(line('a', 100, 30))).toBe(70n);
  expect(leftOf(line('a', -100))).toBe(0n);
});

test('what was paid by card and not given back can go back, and nothing else', () => {
  const payment = (kind: 'scheduled' | 'manual' | 'recorded' | 'refund', status: 'succeeded' | 'failed', amount_cents: number, refunded_cents = 0) => ({ kind, status, amount_cents, refunded_cents });
  expect(refundable([payment('scheduled', 'succeeded', 4900, 1000), payment('manual', 'succeeded', 100), payment('scheduled', 'failed', 4900), payment('recorded', 'succeeded', 700), payment('refund', 'succeeded', 1000)])).toBe(4000n);
});
