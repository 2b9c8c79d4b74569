import { describe, expect, test } from 'vitest';
import { type ChargeFields, type PlanFields, blankCharge, blankPlan, blankTier, codeOf, readPlan } from './form.ts';
import { suggestCode } from '../lib/code.ts';

const plan = (changes: Partial<PlanFields>): PlanFields => ({ ...blankPlan, name: 'Pro', amount: '49', ...changes });
const charge = (changes: Partial<ChargeFields>): ChargeFields => ({ ...blankCharge(), metric: 'api_calls', ...changes });
const tier = (up_to: string, unit_price: string, flat_price = '') => ({ ...blankTier(), up_to, unit_price, flat_price });
const charged = (changes: Partial<ChargeFields>) => readPlan(plan({ charges: [charge(changes)] }));

describe('a name suggests a code', () => {
  test.each([
    ['Pro', 'pro'],
    ['Größe (XL), yearly ', 'gro-e-xl-yearly'],
    ['--Été_2', 'ete_2'],
    ['日本', ''],
    [`${'a'.repeat(63)} b`, 'a'.repeat(63)],
  ])('%j', (name, code) => expect(suggestCode(name)).toBe(code));

  test('until one is typed, and an emptied one stays empty', () => {
    expect(codeOf(plan({}))).toBe('pro');
    expect(codeOf(plan({ code: 'pro-2' }))).toBe('pro-2');
    expect(readPlan(plan({ code: '' })).body).not.toHaveProperty('code');
  });
});

test('the smallest plan', () => {
  expect(readPlan(plan({})).body).toEqual({ code: 'pro', name: 'Pro', amount_cents: 4900n, currency: 'USD', interval: 'month', interval_count: 1, trial_days: 0, bill_in: 'arrears', minimum_cents: 0, active: true, charges: [] });
});

test('an amount is in minor units of its currency', () => {
  expect(readPlan(plan({ amount: '1,049.90' })).body?.amount_cents).toBe(104990n);
  expect(readPlan(plan({ amount: '500', currency: 'JPY' })).body?.amount_cents).toBe(500n);
  expect(readPlan(plan({ amount: '4.95', currency: 'JPY' }))).toEqual({ body: null, wrong: new Map([['/amount_cents', 'A whole amount: JPY has no smaller unit']]) });
});

describe('a charge has the members of its model, and only these', () => {
  const typed = { included: '100,000', unit_price: '0.001', tiers: [tier('1,000', '0.01', '5'), tier('7', '.005')], package_size: '1000', package_price: '2.50' };
  const common = { metric: 'api_calls', included: 100000 };
  test.each([
    [{ model: 'per_unit', unit_price: '0.001' }],
    [{ model: 'graduated', tiers: [{ up_to: 1000, unit_price: '0.01', flat_price: '5' }, { up_to: null, unit_price: '0.005' }] }],
    [{ model: 'volume', tiers: [{ up_to: 1000, unit_price: '0.01', flat_price: '5' }, { up_to: null, unit_price: '0.005' }] }],
    [{ model: 'package', package_size: 1000, package_price: '2.50' }],
  ] as const)('$model', (members) => expect(charged({ ...typed, model: members.model }).body?.charges).toEqual([{ ...common, ...members }]));
});

describe('while something is missing there is no body, and nothing is called wrong', () => {
  test.each<[string, PlanFields]>([
    ['the amount', plan({ amount: ' ' })],
    ['a letter of the currency', plan({ currency: 'US' })],
    ['the metric', plan({ charges: [charge({ metric: '', unit_price: '1' })] })],
    ['a unit price', plan({ charges: [charge({})] })],
    ['a tier’s bound', plan({ charges: [charge({ model: 'graduated', tiers: [tier('', '1'), tier('', '1')] })] })],
    ['a package’s size', plan({ charges: [charge({ model: 'package', package_price: '1' })] })],
  ])('%s', (_, fields) => expect(readPlan(fields)).toEqual({ body: null, wrong: new Map() }));
});

test('what cannot be read is said at its pointer', () => {
  const { body, wrong } = charged({ model: 'graduated', included: '1.5', tiers: [tier('many', '0,01'), tier('', '1', 'x')] });
  expect(body).toBeNull();
  expect([...wrong.keys()]).toEqual(['/charges/0/included', '/charges/0/tiers/0/up_to', '/charges/0/tiers/0/unit_price', '/charges/0/tiers/1/flat_price']);
});

test('a tier that does not rise is marked, and told what it must exceed', () => {
  const { body, wrong } = charged({ model: 'graduated', tiers: [tier('1,000', '1'), tier('500', '1'), tier('2,000', '1'), tier('', '1')] });
  expect(body).toBeNull();
  expect([...wrong]).toEqual([['/charges/0/tiers/1/up_to', 'Must be more than 1,000']]);
  expect([...charged({ model: 'volume', tiers: [tier('0', '1'), tier('', '1')] }).wrong]).toEqual([['/charges/0/tiers/0/up_to', 'Must be more than 0']]);
});

test('a quantity beyond 2^53 stays exact', () => {
  expect(charged({ included: '9223372036854775807', unit_price: '1' }).body?.charges[0]?.included).toBe(9223372036854775807n);
});
