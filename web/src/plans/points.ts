import type { Schemas } from '../api/client.ts';
import { explainUsage } from '../lib/explain.ts';

type Point = Schemas['PreviewPoint'];

/** What a price is made of, whatever the quantity: where it changes, the price does. Each package more is such a change. */
function shape({ explanation: { model, billable, steps } }: Point): string {
  if (BigInt(billable) === 0n) return 'nothing';
  return steps.map(({ up_to, unit_price, quantity }) => `${up_to} ${unit_price}${model === 'package' ? ` ${quantity}` : ''}`).join();
}

/** Of the points of a curve those that a table should have: the ends, both sides of each change, and, while they are few, some in between. */
export function tellingPoints(points: Point[], most = 9): Point[] {
  const last = points.length - 1;
  const changes = points.map(shape);
  const telling = new Set([0, last]);
  changes.forEach((now, index) => {
    if (index === 0 || now === changes[index - 1] || telling.size >= most) return;
    telling.add(index - 1).add(index);
  });
  const few = Math.min(most, 6);
  for (let nth = 1; nth < few && telling.size < few; nth++) telling.add(Math.round((nth * last) / few));
  return [...telling].sort((one, other) => one - other).flatMap((index) => points[index] ?? []);
}

const fewSteps = 3;

/** How an amount comes about, in a line: "1,000 × $0.01 + $5.00 flat, 500 × $0.005". */
export function sayHow({ explanation }: Point, currency: string): string {
  const { rows } = explainUsage(explanation, currency);
  const sums = rows.flatMap(({ sum }) => sum ?? []);
  if (sums.length === 0) return rows[0]?.words ?? '';
  return sums.length <= fewSteps ? sums.join(', ') : `${sums[0]}, ${sums.length - 2} steps more, ${sums.at(-1)}`;
}
