import { describe, expect, test } from 'vitest';
import type { Schemas } from '../api/client.ts';
import { sayCharge } from './charge.ts';

type Charge = Schemas['Charge'];
type Tiers = Schemas['Tier'][];

const tier = (up_to: number | null, unit_price: string, flat_price = '0') => ({ up_to, unit_price, flat_price });
const tiered = (model: 'graduated' | 'volume', tiers: Tiers, included = 0): Charge => ({ metric: 'calls', model, included, tiers });

describe('a charge is said in words', () => {
  test.each<[string, Charge]>([
    ['$0.001 each', { metric: 'calls', model: 'per_unit', included: 0, unit_price: '0.001' }],
    ['100,000 included, then $0.001 each', { metric: 'calls', model: 'per_unit', included: 100000, unit_price: '0.001' }],
    ['$2.50 for each started 1,000', { metric: 'calls', model: 'package', included: 0, package_size: 1000, package_price: '2.5' }],
    ['the first 1,000 at $0.01 each and $5.00 once, then $0.005 each', tiered('graduated', [tier(1000, '0.01', '5'), tier(null, '0.005')])],
    ['50 included, 51 to 60 at $5.00 once, 61 to 70 at $2.00 each, then $1.00 each', tiered('graduated', [tier(10, '0', '5'), tier(20, '2'), tier(null, '1')], 50)],
    ['the first at $4.00 each, 2 more prices, and then $1.00 each', tiered('graduated', [tier(1, '4'), tier(2, '3'), tier(3, '2'), tier(null, '1')])],
    ['all at $10.00 each up to 10, at $8.00 each beyond', tiered('volume', [tier(10, '10'), tier(null, '8')])],
    ['all at $10.00 each up to 10, at $8.00 each up to 20, at $6.00 each beyond', tiered('volume', [tier(10, '10'), tier(20, '8'), tier(null, '6')])],
    ['$3.00 each', tiered('volume', [tier(null, '3')])],
    // The demo's team: up to 200,000 and 1,000,000 beyond 50,000.
    ['50,000 included, 50,001 to 250,000 at $0.0012 each, 250,001 to 1,050,000 at $0.0008 each, then $0.0005 each', tiered('graduated', [tier(200000, '0.0012'), tier(1000000, '0.0008'), tier(null, '0.0005')], 50000)],
    ['5 included, then all beyond at $10.00 each up to 15 in all, at $8.00 each from there on', tiered('volume', [tier(10, '10'), tier(null, '8')], 5)],
    ['5 included, then $3.00 each', tiered('volume', [tier(null, '3')], 5)],
    ['50 included, 51 to 60 at $4.00 each, 2 more prices, and then $1.00 each', tiered('graduated', [tier(10, '4'), tier(20, '3'), tier(30, '2'), tier(null, '1')], 50)],
  ])('%s', (words, charge) => expect(sayCharge(charge, 'USD')).toBe(words));
});

test('a count beyond 2^53 and a price of 12 places stay exact', () => {
  expect(sayCharge({ metric: 'calls', model: 'per_unit', included: 9223372036854775807n, unit_price: '0.000000000001' }, 'USD')).toBe('9,223,372,036,854,775,807 included, then $0.000000000001 each');
});
