/** The model by itself, with the figures of the rules. */

import { describe, expect, test } from 'vitest'
import type { Charge, PlanVersion } from '../harness/types.ts'
import { dayOf, textOf } from './calendar.ts'
import * as model from './model.ts'
import { baseInAdvance, baseOf, claims, owed, type Owed } from './owed.ts'

const perUnit = (included: number, unit_price: string): Charge => ({ metric: 'api_calls', model: 'per_unit', included, unit_price })
const plan = (plan_code: string, amount_cents: number, more: Partial<PlanVersion> = {}): PlanVersion => ({
  plan_code,
  version: 1,
  amount_cents,
  currency: 'USD',
  interval: 'month',
  interval_count: 1,
  trial_days: 0,
  bill_in: 'arrears',
  tax_inclusive: false,
  minimum_cents: 0,
  charges: [],
  created_at: '2026-01-01T00:00:00Z',
  ...more,
})
const pro = plan('pro', 4900, { charges: [perUnit(100_000, '0.001')] })
const ent = plan('ent', 19900, { charges: [perUnit(1_000_000, '0.0005')] })

const june = (day: number) => dayOf('2026-06-01') + day - 1
function begun(of: PlanVersion, wish: Partial<model.Wish> = {}, today = wish.start ?? june(1)): model.ModelSubscription {
  const s = model.subscribe('s', of, { trialDays: 0, start: june(1), ...wish })
  while (model.current(s).end <= today) model.rollOver(s)
  return s
}
const moved = (s: model.ModelSubscription, day: number, version: PlanVersion) => model.change(s, june(day), june(day), { version, planNamed: true })
const base = (s: model.ModelSubscription) => Number(baseOf(s, s.periods[0]!))

function owing(s: model.ModelSubscription, uses: [number, bigint][], today = june(30)): Owed {
  const user = model.newUser('u')
  user.subscriptions.push(s)
  for (const [day, units] of uses) model.use(user, 'api_calls', june(day), units, null)
  return owed(s, claims(user), today)
}
const item = (all: Owed, what: string) => Number(all.get(`2026-06-01 ${what}`))

describe('periods', () => {
  const starts = (s: model.ModelSubscription) => s.periods.map((p) => textOf(p.start))

  test('come back to the 31st', () => {
    expect(starts(begun(pro, { start: dayOf('2026-01-31') }, dayOf('2026-05-01')))).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'])
  })
  test('an anchor day makes the first one owe its share', () => {
    const s = begun(pro, { start: june(11), anchorDay: 1 }, june(31))
    expect(s.periods).toMatchObject([
      { start: june(11), end: june(31), fullDays: 30 },
      { start: june(31), fullDays: 31 },
    ])
    expect(base(s)).toBe(3267)
    expect(Number(baseOf(s, s.periods[1]!))).toBe(4900)
  })
  test('a trial owes nothing and is where the anchor is', () => {
    const s = begun(pro, { trialDays: 10 }, june(15))
    expect(starts(s)).toEqual(['2026-06-01', '2026-06-11'])
    expect(base(s)).toBe(0)
    expect(textOf(model.current(s).end)).toBe('2026-07-11')
  })
  test('another interval now cuts the period, and on its first day replaces it', () => {
    const s = begun(pro)
    moved(s, 11, plan('weekly', 700, { interval: 'week' }))
    expect(s.periods.map((p) => [textOf(p.start), textOf(p.end)])).toEqual([['2026-06-01', '2026-06-11'], ['2026-06-11', '2026-06-18']])
    moved(s, 11, pro)
    expect(s.periods.map((p) => [textOf(p.start), textOf(p.end)])).toEqual([['2026-06-01', '2026-06-11'], ['2026-06-11', '2026-07-11']])
  })
})

describe('the base fee', () => {
  test('of an upgrade on the 11th', () => {
    const s = begun(pro)
    moved(s, 11, ent)
    expect(base(s)).toBe(14900)
  })
  test('twice on one day, and there and back', () => {
    const s = begun(pro)
    moved(s, 11, ent)
    moved(s, 11, pro)
    expect(base(s)).toBe(4900)
    moved(s, 11, ent)
    moved(s, 12, pro)
    expect(base(s)).toBe(5400)
  })
  test('of three plans', () => {
    const s = begun(plan('a', 3100), { start: dayOf('2026-01-01') })
    for (const [day, fee] of [['2026-01-11', 6200], ['2026-01-21', 9300]] as const) {
      model.change(s, dayOf(day), dayOf(day), { version: plan(`of${fee}`, fee), planNamed: true })
    }
    expect(base(s)).toBe(6300)
  })
  test('of seats', () => {
    const s = begun(plan('seats', 1200), { quantity: 10 })
    model.change(s, june(11), june(11), { quantity: 15 })
    expect(base(s)).toBe(16000)
  })
  test('of a pause', () => {
    const s = begun(pro)
    model.pause(s, june(10), null)
    model.resume(s, june(21))
    expect(base(s)).toBe(3267)
  })
  test('of an override, and at the start of the period', () => {
    const s = begun(pro)
    model.change(s, june(16), june(16), { overrides: { amount_cents: 3900 } })
    expect(base(s)).toBe(4400)
    model.change(s, june(1), june(20), { version: ent, planNamed: true })
    expect(base(s)).toBe(19900)
  })
  test('in advance is that of the days whose version bills so', () => {
    const s = begun(plan('before', 3000, { bill_in: 'advance' }))
    moved(s, 11, plan('after', 6000))
    expect(Number(baseInAdvance(s, s.periods[0]!))).toBe(1000)
    expect(base(s)).toBe(5000)
  })
  test('of a cancel, prorated and not', () => {
    const s = begun(pro, { start: dayOf('2026-01-01') })
    model.cancelNow(s, dayOf('2026-01-10'), true)
    expect(base(s)).toBe(1581)
    const whole = begun(pro)
    model.cancelNow(whole, june(10), false)
    expect(base(whole)).toBe(4900)
  })
})

describe('usage', () => {
  test('of an upgrade costs what the plan of its day says of its number', () => {
    const s = begun(pro)
    moved(s, 11, ent)
    expect(item(owing(s, [[5, 120_000n], [15, 640_000n]]), 'usage:api_calls')).toBe(2000)
  })
  test('of a downgrade has no allowance again', () => {
    const s = begun(ent)
    moved(s, 11, pro)
    expect(item(owing(s, [[5, 500_000n], [15, 50_000n]]), 'usage:api_calls')).toBe(5000)
  })
  test('is claimed once, by the subscription made first that charges it that day', () => {
    const user = model.newUser('u')
    const first = { ...begun(plan('silent', 0)), id: 'first' }
    const second = { ...begun(pro), id: 'second' }
    user.subscriptions.push(first, second)
    model.use(user, 'api_calls', june(5), 7n, null)
    model.use(user, 'api_calls', june(5), 3n, 'first')
    expect(claims(user).get('second')?.get('api_calls')?.get(june(5))).toBe(7n)
    expect(claims(user).get('first')?.get('api_calls')?.get(june(5))).toBe(3n)
    moved(first, 1, ent)
    expect(claims(user).has('second')).toBe(false)
    expect(claims(user).get('first')?.get('api_calls')?.get(june(5))).toBe(10n)
  })
  test('is corrected by event and by day', () => {
    const user = model.newUser('u')
    user.subscriptions.push(begun(pro))
    model.use(user, 'api_calls', june(5), 90_000n, null)
    model.use(user, 'api_calls', june(6), 30_000n, null, 'e')
    const cost = () => item(owed(user.subscriptions[0]!, claims(user), june(30)), 'usage:api_calls')
    expect(cost()).toBe(2000)
    model.correctEvent(user, 'api_calls', 'e', 3000n)
    expect(cost()).toBe(0)
    model.use(user, 'api_calls', june(5), 17_000n, null)
    expect(cost()).toBe(1000)
  })
})

test('a minimum is what is missing to it, without the days of a pause, once the period is over', () => {
  const s = begun(plan('least', 20_000, { minimum_cents: 50_000, charges: [perUnit(0, '0.01')] }))
  model.pause(s, june(10), null)
  model.resume(s, june(21))
  const used: [number, bigint][] = [[5, 10_667n]]
  expect(owing(s, used).has('2026-06-01 minimum')).toBe(false)
  const over = owing(s, used, june(31))
  expect(item(over, 'base') + item(over, 'usage:api_calls')).toBe(24_000)
  expect(item(over, 'minimum')).toBe(9333)
  const late = owing(s, [...used, [6, 1500n]], june(31))
  expect(item(late, 'minimum')).toBe(7833)
})
