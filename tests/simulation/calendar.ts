/** Dates and periods, computed on their own account. */

import type { Interval } from '../harness/types.ts'

const ms = 86_400_000

/** A UTC day, as a count of days. */
export type Day = number

export const dayOf = (text: string): Day => Math.floor(Date.parse(text) / ms)
export const textOf = (day: Day): string => new Date(day * ms).toISOString().slice(0, 10)

function addMonths(day: Day, months: number): Day {
  const date = new Date(day * ms)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(date.getUTCDate(), last)) / ms
}

/** The first day of the n-th period from the anchor. */
export function periodStart(anchor: Day, interval: Interval, count: number, n: number): Day {
  switch (interval) {
    case 'day':
      return anchor + n * count
    case 'week':
      return anchor + n * count * 7
    case 'month':
      return addMonths(anchor, n * count)
    case 'year':
      return addMonths(anchor, n * count * 12)
  }
}
