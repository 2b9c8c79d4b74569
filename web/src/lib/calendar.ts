import { type Day, addDays, daysBetween } from './time.ts';

/** Days from `from` (included) to `until` (not included); null: they go on. */
export type Run = { from: Day; until: Day | null };
export type Span = { from: Day; to: Day };

type Facts = { started_on: Day; current_period_start: Day; current_period_end: Day; terms: Run[]; periods: Run[]; pauses: Run[] };

const fewPeriods = 2; // before the current one

/**
 * The days that a time bar shows: from the periods before the current one (`whole`: from the start) to as long after it as it lasts itself, and beyond
 * whatever is known to come.
 */
export function spanOf({ started_on, current_period_start: start, current_period_end: end, terms, periods, pauses }: Facts, whole: boolean): Span {
  const shown = periods.slice(-1 - fewPeriods)[0]?.from ?? start;
  const length = Math.max(1, daysBetween(start, end));
  const coming = [...terms, ...pauses].flatMap(({ from, until }) => [from, ...(until === null ? [] : [until])]).filter((day) => day > end);
  const last = [addDays(end, Math.ceil(length / 2)), ...coming.map((day) => addDays(day, Math.ceil(length / 4)))].sort().at(-1)!;
  return { from: whole || shown < started_on ? started_on : shown, to: last };
}

/** Where some days are in a span, in percent of it; null where none of them is. */
export function place({ from, until }: Run, span: Span): { left: number; width: number } | null {
  const days = daysBetween(span.from, span.to);
  const start = Math.max(0, daysBetween(span.from, from));
  const end = Math.min(days, until === null ? days : daysBetween(span.from, until));
  return end <= start ? null : { left: (100 * start) / days, width: (100 * (end - start)) / days };
}

/** Of days that are to be written below a bar those that have room, the first ones first. */
export function apart(days: Day[], span: Span, percent: number): { day: Day; left: number }[] {
  const placed: { day: Day; left: number }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const left = place({ from: day, until: addDays(day, 1) }, span)?.left;
    if (left !== undefined && left <= 100 - percent && left - (placed.at(-1)?.left ?? -percent) >= percent) placed.push({ day, left });
  }
  return placed;
}
