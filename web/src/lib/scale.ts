/** Round numbers for an axis that holds `low` to `high` and zero, in at most `most` steps; `whole` for what comes in whole numbers. */
export function axisTicks(low: number, high: number, { most = 4, whole = false } = {}): number[] {
  const bottom = Math.min(0, low);
  const top = Math.max(0, high);
  if (top - bottom === 0) return [0, 1];
  const step = roundStep((top - bottom) / most, whole);
  const first = Math.floor(bottom / step);
  const last = Math.ceil(top / step);
  return Array.from({ length: last - first + 1 }, (_, index) => round((first + index) * step));
}

/** The next of 1, 2, 5, 10, 20, 50, … (and 0.1, 0.2, 0.5, …) that is no less. */
function roundStep(least: number, whole: boolean): number {
  if (whole && least <= 1) return 1;
  const unit = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * unit).find((step) => step >= least * (1 - 1e-9)) ?? 10 * unit;
}

const round = (value: number) => Number(value.toPrecision(12)); // 0.1 + 0.2

/** Where a value lies between the ends, 0 to 100. */
export function percent(value: number, low: number, high: number): number {
  return high === low ? 0 : ((value - low) / (high - low)) * 100;
}

/** At most `most` of so many things in a row, evenly from the first on: their indices. */
export function evenly(count: number, most: number): number[] {
  const every = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}

export type Point = { x: number; y: number };

/**
 * The path of a line through points, in a box of 100 by 100 whose y grows upwards. `stepAfter` keeps each value until the next point, `stepBefore` takes
 * the next one at once; a single point has a short line of its own.
 */
export function linePath(points: Point[], shape: 'straight' | 'stepAfter' | 'stepBefore' = 'straight'): string {
  const [first, ...others] = points;
  if (!first) return '';
  const at = ({ x, y }: Point) => `${round(x)} ${round(100 - y)}`;
  let path = `M${at(first)}`;
  let before = first;
  for (const point of others) {
    if (shape === 'stepAfter') path += `L${at({ x: point.x, y: before.y })}`;
    if (shape === 'stepBefore') path += `L${at({ x: before.x, y: point.y })}`;
    path += `L${at(point)}`;
    before = point;
  }
  return others.length === 0 ? `${path}L${at({ x: Math.min(100, first.x + 2), y: first.y })}` : path;
}

/** The same, closed down to the value `y` (where zero is). */
export function areaPath(points: Point[], shape: 'straight' | 'stepAfter' | 'stepBefore', y: number): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return '';
  return `${linePath(points, shape)}L${round(last.x)} ${round(100 - y)}L${round(first.x)} ${round(100 - y)}Z`;
}
