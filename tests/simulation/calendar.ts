/** Dates and periods, computed on their own account. */

import type { Interval } from '../harness/types.ts'

const ms = 86_400_000

/** A UTC day, as a count of days. */
export type Day = number

export const dayOf = (text: string): Day => Math.floor(Date.parse(text) / ms)
export const textOf = (day: Day): string => new Date(day * ms).toISOString().slice(0, 10)

export interface Rhythm {
  interval: Interval
  interval_count: number
}
export const sameRhythm = (a: Rhythm, b: Rhythm): boolean => a.interval === b.interval && a.interval_count === b.interval_count

/** Where full periods are counted from: a day, and the day of the month that months and years come back to. */
export interface Anchor {
  day: Day
  dayOfMonth: number
}
export const anchorOn = (day: Day): Anchor => ({ day, dayOfMonth: new Date(day * ms).getUTCDate() })

function inMonth(month: number, dayOfMonth: number): Day {
  const [year, of] = [Math.floor(month / 12), month % 12]
  const last = new Date(Date.UTC(year, of + 1, 0)).getUTCDate()
  return Date.UTC(year, of, Math.min(dayOfMonth, last)) / ms
}
const monthOf = (day: Day): number => {
  const date = new Date(day * ms)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** The first day of the n-th full period from the anchor. */
export function periodStart(anchor: Anchor, { interval, interval_count }: Rhythm, n: number): Day {
  switch (interval) {
    case 'day':
      return anchor.day + n * interval_count
    case 'week':
      return anchor.day + n * interval_count * 7
    case 'month':
      return inMonth(monthOf(anchor.day) + n * interval_count, anchor.dayOfMonth)
    case 'year':
      return inMonth(monthOf(anchor.day) + n * interval_count * 12, anchor.dayOfMonth)
  }
}

/** The first day of month `dayOfMonth` on or after a day. */
export function nextAnchorDay(day: Day, dayOfMonth: number): Anchor {
  const month = monthOf(day)
  const here = inMonth(month, dayOfMonth)
  return { day: here >= day ? here : inMonth(month + 1, dayOfMonth), dayOfMonth }
}
