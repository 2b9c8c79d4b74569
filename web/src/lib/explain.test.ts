import { describe, expect, test } from 'vitest';
import type { Schemas } from '../api/client.ts';
import { add } from './decimal.ts';
import { describeLine, explainBase, explainMinimum, explainUsage } from './explain.ts';

type Usage = Schemas['UsageExplanation'];
type Base = Schemas['BaseExplanation'];
type BaseSegment = Schemas['BaseSegment'];
type UsageSegment = Schemas['UsageSegment'];
type Step = Schemas['RatingStep'];

const step = (changes: Partial<Step>): Step => ({ from: 1, up_to: null, quantity: 20000, unit_price: '0.001', flat_price: '0', amount: '20', ...changes });
const usage = (changes: Partial<Usage>): Usage => ({
  model: 'per_unit', total_quantity: 120000, included: 100000, billable: 20000, steps: [step({})], rated: '20', earlier_billed: '0', rounding: '0', ...changes,
});
const said = (why: Usage) => explainUsage(why, 'USD').rows.map(({ words, sum }) => [words, sum]);
const total = ({ rows }: { rows: { amount: string }[] }) => add(...rows.map(({ amount }) => amount));

test('what discounts took comes off what is owed without them, each in its turn', () => {
  const discounts = [{ coupon: 'TENTH', percent: '10', available: null, taken: '4.9' }, { coupon: 'NOTHING', percent: '5', available: null, taken: '0' }, { coupon: 'FIVER', percent: null, available: '5', taken: '5' }];
  const explained = explainBase({ amount: '49', days: 30, of_days: 30, owed: '39.1', undiscounted: '49', discounts, earlier_billed: '0', segments: [{ from: '2026-06-01', until: '2026-07-01', days: 30, paused_days: 0, plan_code: 'pro', version: 1, quantity: 1, fee: '49', overridden: false, reason: null }] }, 'USD');
  expect(explained.rows.slice(1)).toEqual([{ words: 'Discount TENTH', sum: '10% off', amount: '-4.9' }, { words: 'Discount FIVER', sum: undefined, amount: '-5' }]);
  expect(total(explained)).toBe('39.1');
});

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

const segment = (changes: Partial<BaseSegment>): BaseSegment => ({ from: '2026-06-01', until: '2026-07-01', days: 30, paused_days: 0, plan_code: 'pro', version: 1, quantity: 1, fee: '49', overridden: false, reason: null, ...changes });
const base = (changes: Partial<Base>): Base => ({ amount: '49', days: 30, of_days: 30, owed: '49', earlier_billed: '0', segments: [segment({})], ...changes });

describe('a base fee', () => {
  test('of a whole period is itself', () => {
    expect(explainBase(base({}), 'USD').rows).toEqual([{ words: 'Base fee', sum: undefined, amount: '49' }]);
  });

  test('of a period cut short is a share, and what was billed before comes off', () => {
    const explained = explainBase(base({ days: 12, of_days: 31, owed: '18.97', earlier_billed: '49', deferred: '-10', segments: [segment({ days: 12 })] }), 'USD');
    expect(explained.rows).toEqual([
      { words: 'Share of the base fee', sum: '$49.00 × 12 of 31 days', amount: '18.97' },
      { words: 'Billed on earlier invoices', amount: '-49' },
      { words: 'Credited by a credit note', amount: '10' },
    ]);
    expect(total(explained)).toBe('-20.03');
  });

  const words = (why: Base) => explainBase(why, 'USD').rows.map(({ words: said, sum, amount: adds }) => [said.replaceAll('\u2009', ' '), sum, adds]);
  test('over several plans is each one’s share', () => {
    const segments = [segment({ until: '2026-06-11', days: 10 }), segment({ from: '2026-06-11', days: 20, plan_code: 'ent', fee: '199', reason: 'asked for it' })];
    expect(words(base({ segments, owed: '149' }))).toEqual([
      ['Jun 1 – 10, 2026 on pro v1', '$49.00 × 10 of 30 days', '16.33'],
      ['Jun 11 – 30, 2026 on ent v1 (asked for it)', '$199.00 × 20 of 30 days', '132.67'],
    ]);
  });

  test('of shares that do not add up when each is rounded says what the one rounding adds', () => {
    const segments = [segment({ until: '2026-06-11', days: 10, fee: '1' }), segment({ from: '2026-06-11', until: '2026-06-21', days: 10, fee: '1', version: 2 }), segment({ from: '2026-06-21', days: 10, fee: '1', version: 3 })];
    const explained = explainBase(base({ segments, owed: '1' }), 'USD');
    expect(explained.rows.at(-1)).toEqual({ words: 'Rounding, once for all days', amount: '0.01' });
    expect(total(explained)).toBe('1');
  });

  test('names seats, special prices and paused days', () => {
    const segments = [segment({ until: '2026-06-16', days: 15, quantity: 10, fee: '12' }), segment({ from: '2026-06-16', days: 15, paused_days: 5, quantity: 10, fee: '10', overridden: true, reason: 'loyal' })];
    expect(words(base({ days: 25, segments, owed: '93.33' }))).toEqual([
      ['Jun 1 – 15, 2026 on pro v1', '10 × $12.00 × 15 of 30 days', '60'],
      ['Jun 16 – 30, 2026 on pro v1, paused on 5 days (special price: loyal)', '10 × $10.00 × 10 of 30 days', '33.33'],
    ]);
  });
});

describe('usage over several charges', () => {
  const run = (changes: Partial<UsageSegment>): UsageSegment => ({ from: '2026-06-01', until: '2026-06-11', days: 10, plan_code: 'pro', version: 1, model: 'per_unit', overridden: false, reason: null, count_before: 0, count_after: 0, before: counted(0, '0'), after: counted(0, '0'), amount: '0', ...changes });
  const counted = (total_quantity: number, rated: string, steps: Step[] = []) => ({ total_quantity, included: 100000, billable: Math.max(0, total_quantity - 100000), steps, rated });
  const rows = (why: Usage) => explainUsage(why, 'USD').rows.map(({ words, sum, amount }) => [words.replaceAll('\u2009', ' '), sum, amount]);

  test('costs on each day what its charge says for the unit with that number', () => {
    const after = counted(120000, '20', [step({})]);
    const segments = [run({ count_after: 120000, after, amount: '20' }), run({ from: '2026-06-11', until: '2026-07-01', days: 20, plan_code: 'ent', count_before: 120000, count_after: 760000, before: counted(120000, '0'), after: counted(760000, '0') })];
    expect(rows(usage({ total_quantity: 760000, segments }))).toEqual([
      ['Jun 1 – 10, 2026 on pro v1: units 100,001 to 120,000', '20,000 × $0.001', '20'],
      ['Jun 11 – 30, 2026 on ent v1: 640,000 units, all of them included', undefined, '0'],
    ]);
  });

  test('does not count again what came before', () => {
    const before = counted(500000, '400', [step({ quantity: 400000, amount: '400' })]);
    const after = counted(550000, '450', [step({ quantity: 450000, amount: '450' })]);
    const segments = [run({ plan_code: 'ent', count_after: 500000, after: counted(500000, '0') }), run({ from: '2026-06-11', until: '2026-07-01', days: 20, count_before: 500000, count_after: 550000, before, after, amount: '50' })];
    expect(rows(usage({ total_quantity: 550000, rated: '50', segments })).at(-1)).toEqual(['Jun 11 – 30, 2026 on pro v1: units 500,001 to 550,000', '50,000 × $0.001', '50']);
  });

  test('by volume takes off what those before come to', () => {
    const tier = (quantity: number, amount: string) => [step({ quantity, unit_price: '0.5', amount })];
    const segments = [run({ model: null, count_after: 10 }), run({ from: '2026-06-11', model: 'volume', count_before: 10, count_after: 30, before: { ...counted(10, '5', tier(10, '5')), included: 0 }, after: { ...counted(30, '15', tier(30, '15')), included: 0 }, amount: '10' })];
    const why = usage({ total_quantity: 30, rated: '10', segments });
    expect(rows(why).map(([, , amount]) => amount)).toEqual(['0', '15', '-5']);
    expect(total(explainUsage(why, 'USD'))).toBe('10');
  });
});

test('a minimum is less what the period comes to, and never below zero', () => {
  const why = { required: '333.33', counted: '240', of_days: 30, owed: '93.33', earlier_billed: '0', segments: [{ from: '2026-06-01', until: '2026-07-01', days: 30, paused_days: 10, plan_code: 'pro', version: 1, minimum: '500' }] };
  expect(total(explainMinimum(why, 'USD'))).toBe('93.33');
  expect(total(explainMinimum({ ...why, counted: '400', owed: '0' }, 'USD'))).toBe('0');
});

describe('a line in words', () => {
  type Line = Parameters<typeof describeLine>[0];
  const invoice = { period_start: '2026-10-26', period_end: '2026-11-26' };
  const line = (changes: Partial<Line>): Line => ({ ...invoice, kind: 'usage', metric: 'api_calls', quantity: 120000, description: 'as the API says it', explanation: usage({}), ...changes });
  const ofBase = (changes: Partial<Line>): Line => line({ kind: 'base', metric: null, quantity: 1, description: 'Pro: 2026-10-26 to 2026-11-25', explanation: base({}), ...changes });
  const late = { period_start: '2026-09-26', period_end: '2026-10-26' };
  test.each<[string, Line]>([
    ['api_calls: 120,000 units, 100,000 included', line({})],
    ['api_calls: 1 unit', line({ quantity: 1, explanation: usage({ total_quantity: 1, included: 0 }) })],
    ['api_calls: 8,452 more units, 367,711 in all, less $327.41 billed before, for Sep 26 – Oct 25, 2026',
      line({ ...late, quantity: 8452, explanation: usage({ total_quantity: 367711, included: 0, earlier_billed: '327.41' }) })],
    ['api_calls: correction for 5 units, plus $1,234.50 credited before', line({ quantity: 0, explanation: usage({ total_quantity: 5, included: 0, earlier_billed: '-1234.5' }) })],
    ['api_calls: 9,223,372,036,854,775,807 units', line({ quantity: 9223372036854775807n, explanation: usage({ total_quantity: 9223372036854775807n, included: 0 }) })],
    ['Pro: Oct 26 – Nov 25, 2026', ofBase({})],
    ['Pro: a: b: Sep 26 – Oct 25, 2026', ofBase({ ...late, description: 'Pro: a: b: 2026-09-26 to 2026-10-25' })],
    ['Pro: Oct 26 – Nov 6, 2026, then Max × 2: Nov 7, 2026 at $1,049.50, 13 of 31 days, less $49.00 billed before, $10.00 more by a credit note',
      ofBase({ description: 'Pro: 2026-10-26 to 2026-11-06, then Max × 2: 2026-11-07 at USD 1,049.50, 13 of 31 days, less USD 49.00 billed before, USD 10.00 more by a credit note' })],
    ['api_calls: 30 units, 10 on pro, 20 on ent for free, $5.00 of it billed later',
      line({ quantity: 30, explanation: usage({ total_quantity: 30, deferred: '5', segments: [{ count_before: 0, count_after: 10, plan_code: 'pro', model: 'per_unit' }, { count_before: 10, count_after: 30, plan_code: 'ent', model: null }] as UsageSegment[] }) })],
    ['as the API says it', ofBase({ description: 'as the API says it' })],
    ['as the API says it', line({ kind: 'credit' as Line['kind'] })],
    ['as the API says it', line({ metric: null })],
  ])('%s', (words, one) => expect(describeLine(one, invoice, 'USD').replaceAll('\u2009', ' ')).toBe(words));
});
