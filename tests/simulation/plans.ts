/** Random plans, versions, coupons and tax rates for the simulation. */

import { expect } from 'vitest'
import type { Api } from '../harness/client.ts'
import { fresh } from '../harness/make.ts'
import type { Random } from '../harness/random.ts'
import type { Charge, NewCharge, NewPlan, PlanMigration, PlanVersion } from '../harness/types.ts'
import { until } from '../harness/until.ts'
import { sameRhythm } from './calendar.ts'
import type { Coupon } from './discounts.ts'
import type { Rate } from './tax.ts'

export const metrics = ['calls', 'seats', 'bytes']

const price = (random: Random): string =>
  random.pick([String(random.int(0, 20)), `0.${random.int(1, 99)}`, `0.00${random.int(1, 999)}`, `${random.int(0, 3)}.${random.int(100000, 999999)}`])

export function randomCharge(random: Random, metric: string): NewCharge {
  const included = random.chance(0.4) ? random.int(0, 100) : 0
  const model = random.pick(['per_unit', 'graduated', 'volume', 'package'] as const)
  if (model === 'per_unit') return { metric, model, included, unit_price: price(random) }
  if (model === 'package') return { metric, model, included, package_size: random.int(1, 40), package_price: price(random) }
  const bounds = [...new Set(Array.from({ length: random.int(0, 3) }, () => random.int(1, 400)))].sort((a, b) => a - b)
  const tiers = [...bounds, null].map((up_to) => ({ up_to, unit_price: price(random), ...(random.chance(0.4) ? { flat_price: price(random) } : {}) }))
  return { metric, model, included, tiers }
}
export const randomCharges = (random: Random): NewCharge[] => metrics.filter(() => random.chance(0.5)).map((metric) => randomCharge(random, metric))

function randomVersion(random: Random): Omit<NewPlan, 'code' | 'currency'> {
  const interval = random.pick(['day', 'week', 'month', 'month', 'month', 'month', 'month', 'year'] as const)
  return {
    amount_cents: random.pick([0, 1, 999, random.int(1, 100_000), random.int(1, 100_000)]),
    interval,
    interval_count: interval === 'day' ? random.int(5, 40) : interval === 'week' ? random.int(1, 6) : interval === 'month' ? random.pick([1, 1, 1, 2, 3]) : 1,
    trial_days: random.chance(0.25) ? random.int(1, 20) : 0,
    bill_in: random.pick(['arrears', 'advance'] as const),
    tax_inclusive: random.chance(0.3),
    minimum_cents: random.chance(0.4) ? random.int(1, 60_000) : 0,
    charges: randomCharges(random),
  }
}

function randomCoupon(random: Random): Coupon {
  const isPercent = random.chance(0.6)
  return {
    code: fresh('OFF').toUpperCase(),
    percent: isPercent ? random.pick(['10', '50', '100', `${random.int(1, 60)}.${random.int(1, 9)}`, '33.3333']) : null,
    amount: isPercent ? null : BigInt(random.int(1, 30_000)),
    currency: isPercent ? null : random.pick(['USD', 'USD', 'JPY']),
    items: random.chance(0.5) ? null : random.pick([['base'], ['usage'], ['minimum', 'usage:calls'], ['base', 'minimum'], ['usage:bytes', 'usage:seats']]),
    periods: random.pick([null, 1, 2, random.int(1, 6)]),
  }
}

/** Rates as countries have them: one, several, none of its own. */
const rates: Rate[] = [
  { code: 'de-vat', percent: '19', country: 'DE', active: true },
  { code: 'ca-gst', percent: '5', country: 'CA', active: true },
  { code: 'ca-qst', percent: '9.975', country: 'CA', active: true },
  { code: 'ca-eco', percent: '0.5', country: 'CA', active: false },
  { code: 'any', percent: '7.7', country: null, active: true },
]

/** The plans of a simulation, each with all its versions; coupons and tax rates. */
export class Catalog {
  readonly plans: PlanVersion[][] = []
  readonly coupons: Coupon[] = []
  readonly rates: Rate[] = rates.map((rate) => ({ ...rate }))

  constructor(
    private readonly api: Api,
    private readonly random: Random,
  ) {}

  /** Every fifth has the tax in its prices, whatever the dice say: one in 150 catalogs would have none such. */
  async addPlan(n: number): Promise<void> {
    const version = randomVersion(this.random)
    const body = {
      code: fresh('sim'),
      currency: this.random.pick(['USD', 'USD', 'USD', 'JPY', 'KWD']),
      ...version,
      tax_inclusive: n % 5 === 0 || version.tax_inclusive,
    }
    const made = (await this.api.createPlan(body)).is(201)
    this.plans.push([{ ...made, plan_code: made.code }])
  }

  async addCoupon(): Promise<void> {
    const coupon = randomCoupon(this.random)
    const { code, percent, amount, currency, items, periods } = coupon
    const off = percent === null ? { amount_cents: Number(amount), currency: currency! } : { percent }
    const duration = periods === null ? 'forever' : periods === 1 ? 'once' : { periods }
    ;(await this.api.createCoupon({ code, ...off, duration, ...(items ? { applies_to: { items } } : {}) })).is(201)
    this.coupons.push(coupon)
  }

  async addRates(): Promise<void> {
    for (const { code, percent, country, active } of this.rates) {
      ;(await this.api.createTaxRate({ code, name: code, percent, ...(country === null ? {} : { country }) })).is(201)
      if (!active) (await this.api.updateTaxRate(code, { active })).is(200)
    }
  }
  /** One comes, or goes. */
  async changeRates(): Promise<void> {
    const rate = this.random.pick(this.rates)
    rate.active = !rate.active
    ;(await this.api.updateTaxRate(rate.code, { active: rate.active })).is(200)
  }

  /** A new version, mostly of the same interval, as a price migration has. */
  async addVersion(): Promise<void> {
    const versions = this.random.pick(this.plans)
    const last = versions.at(-1)!
    const same = this.random.chance(0.8) ? { interval: last.interval, interval_count: last.interval_count } : {}
    const body = { ...randomVersion(this.random), ...same }
    const made = (await this.api.call<PlanVersion & { code: string }>('createPlanVersion', { code: last.plan_code }, { body })).is(201)
    versions.push({ ...made, plan_code: last.plan_code })
  }

  /** Everybody who is on a plan's older versions of the same interval goes to its newest one. */
  async migrate(lives: (to: PlanVersion, from: number[]) => number): Promise<boolean> {
    const plan = this.random.pick(this.plans.filter((versions) => versions.length > 1))
    const to = plan.at(-1)!
    const from = plan.filter((v) => v !== to && sameRhythm(v, to)).map((v) => v.version)
    if (from.length === 0) return false
    const body = { to_version: to.version, from_versions: from, at: 'period_end' }
    const { id } = (await this.api.call<PlanMigration>('createPlanMigration', { code: to.plan_code }, { body })).is(202)
    ;(await this.api.advanceClock({ days: 0 })).is(200)
    const ended = await until('the migration is done', async () => {
      const now = (await this.api.call<PlanMigration>('getPlanMigration', { code: to.plan_code, id })).is(200)
      return now.status === 'done' && now
    })
    const changed = lives(to, from)
    expect(ended).toMatchObject({ matched: changed, changed, failed: 0 })
    return true
  }
}

/** As the API shows what was sent. */
export const shown = (charges: NewCharge[]): Charge[] =>
  charges.map((c) => ('tiers' in c ? { ...c, included: c.included ?? 0, tiers: c.tiers.map((t) => ({ flat_price: '0', ...t })) } : { ...c, included: c.included ?? 0 })) as Charge[]
