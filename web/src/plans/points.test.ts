import { describe, expect, test } from 'vitest';
import type { Schemas } from '../api/client.ts';
import { sayHow, tellingPoints } from './points.ts';

type Point = Schemas['PreviewPoint'];
type Step = Schemas['RatingStep'];

const step = (quantity: number, unit_price: string, up_to: number | null = null, flat_price = '0'): Step => ({ from: 1, up_to, quantity, unit_price, flat_price, amount: '0' });
const point = (quantity: number, steps: Step[], model: Point['explanation']['model'] = 'graduated'): Point => ({
  quantity,
  amount_cents: 0,
  explanation: { model, total_quantity: quantity, included: 0, billable: steps.length === 0 ? 0 : quantity, steps, rated: '0', earlier_billed: '0', rounding: '0' },
});
const quantities = (points: Point[]) => points.map(({ quantity }) => quantity);

describe('a table has', () => {
  const low = (quantity: number) => point(quantity, [step(quantity, '0.01', 10)]);
  const high = (quantity: number) => point(quantity, [step(10, '0.01', 10), step(quantity - 10, '0.005')]);
  const curve = [point(0, []), ...[1, 2, 4, 6, 8, 10].map(low), ...[11, 12, 14, 16, 18, 20].map(high)];

  test('the ends, and both sides of each change of the price', () => expect(quantities(tellingPoints(curve))).toEqual(expect.arrayContaining([0, 1, 10, 11, 20])));

  test('some in between while these are few', () => expect(quantities(tellingPoints(curve))).toHaveLength(6));

  test('not too many: of packages the first few, and the last', () => {
    const packages = Array.from({ length: 61 }, (_, index) => point(index * 1000, index === 0 ? [] : [step(index, '2.5')], 'package'));
    expect(quantities(tellingPoints(packages))).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 60000]);
  });

  test('what there is, when there is little', () => {
    expect(tellingPoints([])).toEqual([]);
    expect(quantities(tellingPoints([point(0, []), low(1)]))).toEqual([0, 1]);
  });
});

describe('how an amount comes about', () => {
  test('is its steps', () => expect(sayHow(point(1500, [step(1000, '0.01', 1000, '5'), step(500, '0.005')]), 'USD')).toBe('1,000 × $0.01 + $5.00 flat, 500 × $0.005'));
  test('is in words where nothing is multiplied', () => expect(sayHow(point(0, []), 'USD')).toBe('Nothing used'));
  test('leaves out the middle of many', () => expect(sayHow(point(4, [1, 2, 3, 4].map((bound) => step(1, `${5 - bound}`, bound))), 'USD')).toBe('1 × $4.00, 2 steps more, 1 × $1.00'));
});
