import { locale } from './locale.ts';

/**
 * Dates are UTC days as text ("2026-01-31") and instants RFC 3339 text in UTC. Whatever the browser's time zone is, it has no say: billing
 * happens in UTC, and so do all formats here.
 */
export type Day = string;

const dayFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const shortDayFormat = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' });
const monthFormat = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' });
const longMonthFormat = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const instantFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const exactFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium', timeZone: 'UTC' });
const relativeFormat = new Intl.RelativeTimeFormat(locale);
const nextOrLastFormat = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

const dayMs = 86_400_000;

export function dayOf(instant: string | Date): Day {
  return new Date(instant).toISOString().slice(0, 10);
}

export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(Date.parse(day) + days * dayMs));
}

/** Whether a text is a day of the calendar; what a person typed into an address may not be. */
export function isDay(text: string): text is Day {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(text) === text;
}

/** The days from `start` (included) to `end` (not included). */
export function daysBetween(start: Day, end: Day): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / dayMs);
}

/** The first day of the month `months` away. */
export function monthStart(day: Day, months = 0): Day {
  const date = new Date(`${day.slice(0, 7)}-01`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return dayOf(date);
}

/** The same time of day a month on; the 31st goes to the month's last day where there is none. */
export function addMonth(instant: Date): Date {
  const next = new Date(instant);
  next.setUTCMonth(next.getUTCMonth() + 1);
  if (next.getUTCDate() !== instant.getUTCDate()) next.setUTCDate(0);
  return next;
}

/** "Jan 31, 2026" */
export function formatDay(day: Day): string {
  return dayFormat.format(new Date(day));
}

/** "Jan 31" */
export function formatShortDay(day: Day): string {
  return shortDayFormat.format(new Date(day));
}

/** "Jan 2026" */
export function formatMonth(day: Day): string {
  return monthFormat.format(new Date(day));
}

/** "January 2026" */
export function formatLongMonth(day: Day): string {
  return longMonthFormat.format(new Date(day));
}

/** "Jan 31 – Feb 27, 2026": a half-open period as people say it, with its last day. */
export function formatPeriod(start: Day, end: Day): string {
  const last = addDays(end, -1);
  if (last <= start) return formatDay(start);
  return dayFormat.formatRange(new Date(start), new Date(last)).replaceAll('\u2009', ' ');
}

/** "Jan 31, 2026, 9:00 AM", in UTC */
export function formatInstant(instant: string): string {
  return instantFormat.format(new Date(instant));
}

/** For a title: "Saturday, January 31, 2026 at 9:00:00 AM UTC" */
export function formatExactly(instant: string): string {
  return `${exactFormat.format(new Date(instant))} UTC`;
}

/** "tomorrow", "last month", "next year" where the calendar has it so, and "in 2 days", "1 month ago" elsewhere. */
function sayCalendar(apart: number, about: number, unit: 'day' | 'month' | 'year'): string {
  return Math.abs(apart) === 1 ? nextOrLastFormat.format(apart, unit) : relativeFormat.format(Math.round(about), unit);
}

/** "3 hours ago", "in 2 days", "tomorrow", "now"; days, months and years are those of the UTC calendar, like the dates beside them. */
export function formatRelative(instant: string, now: Date): string {
  const then = new Date(instant);
  const distance = then.getTime() - now.getTime();
  const long = Math.abs(distance);
  if (long < 1000) return 'now';
  if (long < 60_000) return distance < 0 ? 'just now' : 'in a moment';
  if (long < 3_600_000) return relativeFormat.format(Math.trunc(distance / 60_000), 'minute');
  if (long < dayMs) return relativeFormat.format(Math.trunc(distance / 3_600_000), 'hour');
  const days = daysBetween(dayOf(now), dayOf(then));
  const years = then.getUTCFullYear() - now.getUTCFullYear();
  const months = years * 12 + then.getUTCMonth() - now.getUTCMonth();
  if (Math.abs(days) <= 30) return sayCalendar(days, days, 'day');
  if (Math.abs(days) < 365) return sayCalendar(months, days / 30.44, 'month');
  return sayCalendar(years, days / 365.25, 'year');
}

/** "850 ms", "12 s", "3 min", "5 h", "2 d" */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < dayMs ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / dayMs)} d`;
}
