/** Exact fractions, and whole amounts shared out by largest remainder. */

import { divideRounded } from '../harness/decimal.ts'

export interface Ratio {
  n: bigint
  d: bigint
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a < 0n ? -a : a
}
export function ratio(n: bigint, d = 1n): Ratio {
  const common = gcd(n, d)
  return common > 1n ? { n: n / common, d: d / common } : { n, d }
}
export const minus = (a: Ratio, b: Ratio): Ratio => ratio(a.n * b.d - b.n * a.d, a.d * b.d)
export const times = (a: Ratio, b: Ratio): Ratio => ratio(a.n * b.n, a.d * b.d)
export const over = (a: Ratio, b: Ratio): Ratio => (b.n < 0n ? ratio(-a.n * b.d, a.d * -b.n) : ratio(a.n * b.d, a.d * b.n))
export const less = (a: Ratio, b: Ratio): boolean => a.n * b.d < b.n * a.d
export const same = (a: Ratio, b: Ratio): boolean => a.n * b.d === b.n * a.d
/** Half away from zero. */
export const whole = (a: Ratio): bigint => divideRounded(a.n, a.d)

/** A percentage of up to 4 places, as millionths. */
export function millionths(percent: string): bigint {
  const [units, fraction = ''] = percent.split('.') as [string, string?]
  return BigInt(units) * 10_000n + BigInt(fraction.padEnd(4, '0'))
}

/** An amount in the proportion of weights, which may be of either sign and sum to more than 0: what is lost by rounding down goes to the largest remainders. */
export function share(amount: bigint, weights: bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n)
  const floor = (n: bigint) => (n % sum < 0n ? n / sum - 1n : n / sum)
  const parts = weights.map((weight) => floor(amount * weight))
  const remainder = (i: number) => amount * weights[i]! - parts[i]! * sum
  const order = weights.map((_, i) => i).sort((a, b) => (remainder(a) === remainder(b) ? a - b : remainder(a) > remainder(b) ? -1 : 1))
  let left = amount - parts.reduce((a, b) => a + b, 0n)
  for (let i = 0; left > 0n; i++, left--) parts[order[i]!]!++
  return parts
}

/** One after the other to whoever's weight is greatest for what it would have with half of the next one (Webster's method), ties by position: shares that never fall as the amount rises. */
export function risingShares(amount: bigint, weights: bigint[]): bigint[] {
  const whole = weights.reduce((a, b) => a + b, 0n)
  const spare = BigInt(weights.length)
  const shares = weights.map((weight) => (weight * amount) / whole - spare).map((low) => (low > 0n ? low : 0n))
  for (let left = amount - shares.reduce((a, b) => a + b, 0n); left > 0n; left--) {
    let next = 0
    for (let i = 1; i < weights.length; i++) if (weights[i]! * (2n * shares[next]! + 1n) > weights[next]! * (2n * shares[i]! + 1n)) next = i
    shares[next]!++
  }
  return shares
}
