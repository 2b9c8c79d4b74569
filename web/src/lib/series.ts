import type { Int } from './int.ts';
import { sum } from './int.ts';
import { type Day, addDays, daysBetween, monthStart } from './time.ts';

export type Step = 'day' | 'week' | 'month';

/** The first day of the day, week (from Monday) or month that holds `day`. */
export function stepStart(day: Day, by: Step): Day {
  if (by === 'day') return day;
  return by === 'month' ? monthStart(day) : addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}

function nextStep(day: Day, by: Step): Day {
  return by === 'month' ? monthStart(day, 1) : addDays(day, by === 'week' ? 7 : 1);
}

/** The first days of all days, weeks or months from `from` (included) to `to` (not included): a chart shows those without a value too. */
export function stepsBetween(from: Day, to: Day, by: Step): Day[] {
  const steps: Day[] = [];
  for (let day = stepStart(from, by); day < to; day = nextStep(day, by)) steps.push(day);
  return steps;
}

/** The span that ends with the step that holds `today` and has so many steps. */
export function lastSteps(today: Day, by: Step, count: number): { from: Day; to: Day } {
  const current = stepStart(today, by);
  const from = by === 'month' ? monthStart(current, 1 - count) : addDays(current, (1 - count) * (by === 'week' ? 7 : 1));
  return { from, to: nextStep(current, by) };
}

export type UsedSoFar = { day: Day; used: Int; /** null for a day that is yet to come */ total: Int | null };

/** Day by day through a period: what was used, and what that comes to since the period's start. */
export function cumulate(days: { day: Day; quantity: Int }[], start: Day, end: Day, today: Day): UsedSoFar[] {
  const byDay = new Map(days.map(({ day, quantity }) => [day, quantity]));
  let total: Int = 0;
  return Array.from({ length: Math.max(0, daysBetween(start, end)) }, (_, index) => {
    const day = addDays(start, index);
    const used = byDay.get(day) ?? 0;
    total = sum([total, used]);
    return { day, used, total: day > today ? null : total };
  });
}
