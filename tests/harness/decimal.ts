/** The contract's arithmetic, in BigInt: decimals of 12 places, one rounding a line, half away from zero. */

import type { Int } from './json.ts'
import type { Charge, NewCharge, NewTier } from './types.ts'

const unit = 10n ** 12n

/** An exact decimal: a count of 10^-12. */
export type Decimal = bigint

export function decimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text)
  if (!match) throw new Error(`${text} is not a decimal`)
  const raw = BigInt(match[2]!) * unit + BigInt((match[3] ?? '').padEnd(12, '0'))
  return match[1] ? -raw : raw
}

export function decimalText(value: Decimal): string {
  const [whole, fraction] = [abs(value) / unit, abs(value) % unit]
  const digits = fraction.toString().padStart(12, '0').replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${whole}${digits ? `.${digits}` : ''}`
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

/** numerator ÷ denominator (> 0), half away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const rounded = (abs(numerator) * 2n + denominator) / (denominator * 2n)
  return numerator < 0n ? -rounded : rounded
}

const exponents: Record<string, number> = { JPY: 0, KRW: 0, CLP: 0, KWD: 3, BHD: 3, TND: 3 }
export function exponentOf(currency: string): number {
  return exponents[currency] ?? 2
}

/** To the currency's minor unit. */
export function rounded(value: Decimal, currency: string): bigint {
  return divideRounded(value * 10n ** BigInt(exponentOf(currency)), unit)
}
export function ofMinor(minor: Int, currency: string): Decimal {
  return (BigInt(minor) * unit) / 10n ** BigInt(exponentOf(currency))
}

export interface RatedStep {
  from: bigint
  up_to: bigint | null
  quantity: bigint
  unit_price: Decimal
  flat_price: Decimal
  amount: Decimal
}
export interface Rated {
  billable: bigint
  steps: RatedStep[]
  amount: Decimal
}

/** What `total` units of a charge's metric cost in one period. */
export function rate(charge: Charge | NewCharge, total: bigint): Rated {
  const included = BigInt(charge.included ?? 0)
  const billable = total > included ? total - included : 0n
  const steps: RatedStep[] = []
  const step = (from: bigint, up_to: bigint | null, quantity: bigint, price: string, flat: string) => {
    const [unit_price, flat_price] = [decimal(price), decimal(flat)]
    steps.push({ from, up_to, quantity, unit_price, flat_price, amount: quantity * unit_price + flat_price })
  }
  if (billable > 0n) {
    switch (charge.model) {
      case 'per_unit':
        step(1n, null, billable, charge.unit_price, '0')
        break
      case 'package': {
        const size = BigInt(charge.package_size)
        step(1n, null, (billable + size - 1n) / size, charge.package_price, '0')
        break
      }
      case 'graduated': {
        let below = 0n
        for (const tier of charge.tiers as NewTier[]) {
          if (billable <= below) break
          const top = tier.up_to === null ? null : BigInt(tier.up_to)
          const last = top === null || billable < top ? billable : top
          step(below + 1n, top, last - below, tier.unit_price, tier.flat_price ?? '0')
          below = last
        }
        break
      }
      case 'volume': {
        // All units at the tier that they reach.
        const tier = (charge.tiers as NewTier[]).find((t) => t.up_to === null || billable <= BigInt(t.up_to))!
        step(1n, tier.up_to === null ? null : BigInt(tier.up_to), billable, tier.unit_price, tier.flat_price ?? '0')
        break
      }
    }
  }
  return { billable, steps, amount: steps.reduce((sum, s) => sum + s.amount, 0n) }
}

/** round(amount × days ÷ of_days) in minor units. */
export function prorated(amount: Int, days: Int, ofDays: Int): bigint {
  return divideRounded(BigInt(amount) * BigInt(days), BigInt(ofDays))
}
