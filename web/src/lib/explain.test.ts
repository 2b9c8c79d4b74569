import { describe, expect, test } from 'vitest';
import type { Schemas } from '../api/client.ts';
import { add } from './decimal.ts';
import { describeLine, explainBase, explainUsage } from './explain.ts';

type Usage = Schemas['UsageExplanation'];
type Step = Schemas['RatingStep'];

const step = (changes: Partial<Step>): Step => ({ from: 1, up_to: null, quantity: 20000, unit_price: '0.001', flat_price: '0', amount: '20', ...changes });
const usage = (changes: Partial<Usage>): Usage => ({
  model: 'per_unit', total_quantity: 120000, included: 100000, billable: 20000, steps: [step({})], rated: '20', earlier_billed: '0', rounding: '0', ...changes,
});
const said = (why: Usage) => explainUsage(why, 'USD').rows.map(({ words, sum }) => [words, sum]);
const total = ({ rows }: { rows: { amount: string }[] }) => add(...rows.map(({ amount }) => amount));

test('included units come off first, and the rest is multiplied', () => {
  const explained = explainUsage(usage({}), 'USD');
  expect(explained.intro).toBe('120,000 units were used in the period; 100,000 are included, which leaves 20,000 to bill.');
  expect(explained.rows).toEqual([{ words: '20,000 units', sum: '20,000 × $0.001', amount: '20' }]);
});

describe('the rows add up to rated + rounding − earlier billed − deferred', () => {
  test.each<[string, Partial<Usage>, string]>([
    ['rounded', { steps: [step({ quantity: 3, unit_price: '0.005', amount: '0.015' })], rated: '0.015', rounding: '0.005' }, '0.02'],
    ['billed before', { earlier_billed: '12.5' }, '7.5'],
    ['credited before', { earlier_billed: '-3' }, '23'],
    ['a credit that does not fit', { earlier_billed: '30', deferred: '-4' }, '-6'],
    ['nothing billable', { total_quantity: 5, billable: 0, steps: [], rated: '0' }, '0'],
  ])('%s', (_, changes, amount) => expect(total(explainUsage(usage(changes), 'USD'))).toBe(amount));
});

test('each model says what its steps are', () => {
  const tiers = [step({ up_to: 1000, quantity: 1000, unit_price: '0.01', flat_price: '5', amount: '15' }), step({ from: 1001, quantity: 1, unit_price: '0.005', amount: '0.005' })];
  expect(said(usage({ model: 'graduated', included: 0, steps: tiers }))).toEqual([
    ['Units 1 to 1,000', '1,000 × $0.01 + $5.00 flat'],
    ['Unit 1,001', '1 × $0.005'],
  ]);
  expect(said(usage({ model: 'volume', included: 0, steps: [step({ up_to: 10, quantity: 8 })] }))[0]?.[0]).toBe('All units, at the price up to 10');
  expect(said(usage({ model: 'package', steps: [step({ quantity: 3, unit_price: '2.5' })] }))).toEqual([['3 started packages', '3 × $2.50']]);
});

test('units are counted from the first one used, the included ones too', () => {
  const tiers = [step({ up_to: 1000, quantity: 1000, unit_price: '0.01', amount: '10' }), step({ from: 1001, quantity: 1, unit_price: '0.005', amount: '0.005' })];
  expect(said(usage({ model: 'graduated', included: 10000, steps: tiers })).map(([words]) => words)).toEqual(['Units 10,001 to 11,000', 'Unit 11,001']);
  expect(said(usage({ model: 'volume', included: 5, steps: [step({ up_to: 10, quantity: 8 })] }))[0]?.[0]).toBe('All units, at the price up to 15');
});

test('quantities and prices stay exact', () => {
  const why = usage({ total_quantity: 9223372036854775807n, steps: [step({ quantity: 9223372036854775807n, unit_price: '0.000000000001', amount: '9223372.036854775807' })] });
  expect(said(why)).toEqual([['9,223,372,036,854,775,807 units', '9,223,372,036,854,775,807 × $0.000000000001']]);
});

describe('a base fee', () => {
  test('of a whole period is itself', () => {
    expect(explainBase({ amount: '49', days: 28, of_days: 28, earlier_billed: '0' }, '49.00', 'USD').rows).toEqual([{ words: 'Base fee', sum: undefined, amount: '49' }]);
  });

  test('of a period cut short is a share, and what was billed before comes off', () => {
    const explained = explainBase({ amount: '49', days: 12, of_days: 31, earlier_billed: '49', deferred: '-10' }, '-20.03', 'USD');
    expect(explained.rows).toEqual([
      { words: 'Share of the base fee', sum: '$49.00 × 12 of 31 days', amount: '18.97' },
      { words: 'Billed on earlier invoices', amount: '-49' },
      { words: 'Credit that does not fit here, kept for a later invoice', amount: '10' },
    ]);
    expect(total(explained)).toBe('-20.03');
  });
});

describe('a line in words', () => {
  type Line = Parameters<typeof describeLine>[0];
  const invoice = { period_start: '2026-10-26', period_end: '2026-11-26' };
  const line = (changes: Partial<Line>): Line => ({ ...invoice, kind: 'usage', metric: 'api_calls', quantity: 120000, description: 'as the API says it', explanation: usage({}), ...changes });
  const base = (changes: Partial<Line>): Line => line({ kind: 'base', metric: null, quantity: 1, description: 'Pro: 2026-10-26 to 2026-11-25', explanation: { amount: '49', days: 31, of_days: 31, earlier_billed: '0' }, ...changes });
  const late = { period_start: '2026-09-26', period_end: '2026-10-26' };
  test.each<[string, Line]>([
    ['api_calls: 120,000 units, 100,000 included', line({})],
    ['api_calls: 1 unit', line({ quantity: 1, explanation: usage({ total_quantity: 1, included: 0 }) })],
    ['api_calls: 8,452 more units, 367,711 in all, less $327.41 billed before, for Sep 26 – Oct 25, 2026',
      line({ ...late, quantity: 8452, explanation: usage({ total_quantity: 367711, included: 0, earlier_billed: '327.41' }) })],
    ['api_calls: correction for 5 units, plus $1,234.50 credited before', line({ quantity: 0, explanation: usage({ total_quantity: 5, included: 0, earlier_billed: '-1234.5' }) })],
    ['api_calls: 9,223,372,036,854,775,807 units', line({ quantity: 9223372036854775807n, explanation: usage({ total_quantity: 9223372036854775807n, included: 0 }) })],
    ['Pro: Oct 26 – Nov 25, 2026', base({})],
    ['Pro: a: b: Sep 26 – Oct 25, 2026', base({ ...late, description: 'Pro: a: b: 2026-09-26 to 2026-10-25' })],
    ['Pro: Oct 26 – Nov 6, 2026, 12 of 31 days, less $49.00 billed before, $10.00 of the credit kept for a later invoice',
      base({ period_end: '2026-11-07', description: 'Pro: 2026-10-26 to 2026-11-06, 12 of 31 days, less USD 49.00 billed before', explanation: { amount: '49', days: 12, of_days: 31, earlier_billed: '49', deferred: '-10' } })],
    ['as the API says it', base({ description: 'as the API says it' })],
    ['as the API says it', line({ kind: 'credit' as Line['kind'] })],
    ['as the API says it', line({ metric: null })],
  ])('%s', (words, one) => expect(describeLine(one, invoice, 'USD').replaceAll('\u2009', ' ')).toBe(words));
});
