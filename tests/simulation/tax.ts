/** What tax is on a document: docs/billing-rules.md, "Tax", computed on its own account. */

import { divideRounded } from '../harness/decimal.ts'
import { millionths, risingShares, share } from './exact.ts'

export interface Rate {
  code: string
  percent: string
  country: string | null
  active: boolean
}
export interface Taxpayer {
  status: 'taxable' | 'exempt' | 'reverse_charge'
  country: string | null
}
/** Of one rate, on lines of one kind. */
export interface Tax {
  code: string
  percent: string
  inclusive: boolean
  net: bigint
  tax: bigint
}
export interface Taxable {
  amount: bigint
  inclusive: boolean
}
export interface Taxed {
  taxes: Tax[]
  tax: bigint
  /** What is to be paid. */
  total: bigint
  /** Each line's share; null where the lines of its kind sum to nothing, which says nothing about each. */
  lines: (bigint | null)[]
}

const whole = 1_000_000n
const sum = (all: bigint[]): bigint => all.reduce((a, b) => a + b, 0n)

export function ratesFor(payer: Taxpayer, rates: Rate[]): Rate[] {
  if (payer.status !== 'taxable') return []
  const active = rates.filter((r) => r.active).sort((a, b) => (a.code < b.code ? -1 : 1))
  const own = active.filter((r) => r.country !== null && r.country === payer.country)
  return own.length > 0 ? own : active.filter((r) => r.country === null)
}

/** Of a sum of inclusive lines, what is left without tax. */
export function netOf(gross: bigint, rates: { percent: string }[]): bigint {
  return divideRounded(gross * whole, whole + sum(rates.map((r) => millionths(r.percent))))
}

/** Each rate's tax on a sum of lines of one kind. */
function taxesOn(amount: bigint, inclusive: boolean, rates: { code: string; percent: string }[]): Tax[] {
  const weights = rates.map((r) => millionths(r.percent))
  const net = inclusive ? netOf(amount, rates) : amount
  const shared = inclusive && sum(weights) > 0n ? share(amount - net, weights) : weights.map(() => 0n)
  return rates.map(({ code, percent }, i) => ({ code, percent, inclusive, net, tax: inclusive ? shared[i]! : divideRounded(amount * weights[i]!, whole) }))
}

function documentOf(lines: Taxable[], taxes: Tax[]): Taxed {
  const shares: (bigint | null)[] = lines.map(() => 0n)
  for (const inclusive of [false, true]) {
    const places = lines.flatMap((line, i) => (line.inclusive === inclusive ? [i] : []))
    const amounts = places.map((i) => lines[i]!.amount)
    const tax = sum(taxes.filter((t) => t.inclusive === inclusive).map((t) => t.tax))
    const parts = sum(amounts) > 0n ? share(tax, amounts) : null
    places.forEach((place, i) => (shares[place] = parts ? parts[i]! : null))
  }
  const onTop = sum(taxes.filter((t) => !t.inclusive).map((t) => t.tax))
  return { taxes, tax: sum(taxes.map((t) => t.tax)), total: sum(lines.map((l) => l.amount)) + onTop, lines: shares }
}

/** Once a rate on the lines that are exclusive, once on those that hold their tax. */
export function taxOf(lines: Taxable[], rates: Rate[]): Taxed {
  const taxes = [false, true].flatMap((inclusive) => {
    const of = lines.filter((l) => l.inclusive === inclusive)
    return of.length > 0 ? taxesOn(sum(of.map((l) => l.amount)), inclusive, rates) : []
  })
  return documentOf(lines, taxes)
}

/** Of what was credited so far of an invoice. Of three inclusive rates or more each cent goes to the one furthest behind its part of the invoice's tax. */
function taxesNoted(amount: bigint, inclusive: boolean, invoice: Tax[]): Tax[] {
  const taxes = taxesOn(amount, inclusive, invoice)
  if (!inclusive || invoice.length < 3 || invoice.every((t) => millionths(t.percent) === 0n)) return taxes
  const weights = invoice.every((t) => t.tax === 0n) ? invoice.map((t) => millionths(t.percent)) : invoice.map((t) => t.tax)
  const shared = risingShares(sum(taxes.map((t) => t.tax)), weights)
  return taxes.map((t, i) => ({ ...t, tax: shared[i]! }))
}

export interface Noted {
  exclusive: bigint
  inclusive: bigint
}
/** Of a note: for each rate of the invoice that of all that was credited through this note, less that of all before it. */
export function taxOfNote(lines: Taxable[], before: Noted, invoice: Tax[]): Taxed {
  const taxes = [false, true].flatMap((inclusive) => {
    const of = lines.filter((l) => l.inclusive === inclusive)
    const rates = invoice.filter((t) => t.inclusive === inclusive)
    if (of.length === 0) return []
    const earlier = inclusive ? before.inclusive : before.exclusive
    const was = taxesNoted(earlier, inclusive, rates)
    const is = taxesNoted(earlier + sum(of.map((l) => l.amount)), inclusive, rates)
    return is.map((t, i) => ({ ...t, net: t.net - was[i]!.net, tax: t.tax - was[i]!.tax }))
  })
  return documentOf(lines, taxes)
}
