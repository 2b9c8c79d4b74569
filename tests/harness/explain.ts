/** Computes an invoice again from nothing but its own explanations and its plans' prices, to the cent. */

import { expect } from 'vitest'
import type { Api } from './client.ts'
import { decimal, decimalText, divideRounded, ofMinor, rate, rounded, type Decimal } from './decimal.ts'
import type { BaseExplanation, BaseSegment, Charge, InvoiceDetail, InvoiceLine, ItemExplanation, MinimumExplanation, PlanVersion, RatedCount, UsageExplanation, UsageSegment } from './types.ts'

const versions = new WeakMap<Api, Map<string, PlanVersion>>()

async function versionOf(api: Api, code: string, version: number): Promise<PlanVersion> {
  let known = versions.get(api)
  if (!known) versions.set(api, (known = new Map()))
  const name = `${code} ${version}`
  let found = known.get(name)
  if (!found) known.set(name, (found = (await api.getPlanVersion(code, version)).is(200)))
  return found
}

/** Segments lie side by side within the line's period, as many days as they say. */
type PeriodLine = Exclude<InvoiceLine, { kind: 'item' }>

function expectTiled(segments: { from: string; until: string; days: number }[], line: PeriodLine, where: string): void {
  expect(segments.length, where).toBeGreaterThan(0)
  for (const [i, { from, until, days }] of segments.entries()) {
    expect((Date.parse(until) - Date.parse(from)) / 86_400_000, where).toBe(days)
    expect(from, `${where}: one segment after the other`).toBe(i === 0 ? line.period_start : segments[i - 1]!.until)
  }
  // Canceled without prorating, a base is owed as if the period had gone on.
  if (line.kind !== 'base') expect(segments.at(-1)!.until <= line.period_end, `${where}: within the period`).toBe(true)
}

const total = (amounts: bigint[]): bigint => amounts.reduce((sum, one) => sum + one, 0n)

function chargedDays(segments: { days: number; paused_days: number }[]): number {
  return segments.reduce((sum, s) => sum + s.days - s.paused_days, 0)
}

async function owedBase(api: Api, e: BaseExplanation, line: PeriodLine, currency: string, where: string): Promise<Decimal> {
  expectTiled(e.segments, line, where)
  const fee = (s: BaseSegment) => rounded(decimal(s.fee), currency)
  for (const segment of e.segments) {
    if (segment.overridden) continue
    const version = await versionOf(api, segment.plan_code, segment.version)
    expect(fee(segment), `${where}: the plan's fee`).toBe(BigInt(version.amount_cents))
  }
  expect(e.days, where).toBe(chargedDays(e.segments))
  expect(e.days <= e.of_days, `${where}: no more days than the full period has`).toBe(true)
  expect(decimal(e.amount), where).toBe(decimal(e.segments.at(-1)!.fee))
  const shares = e.segments.map((s) => fee(s) * BigInt(s.quantity) * BigInt(s.days - s.paused_days))
  return ofMinor(divideRounded(total(shares), BigInt(e.of_days)), currency)
}

function expectRated(shown: RatedCount, charge: Charge, where: string): Decimal {
  const again = rate(charge, BigInt(shown.total_quantity))
  expect(BigInt(shown.included), where).toBe(BigInt(charge.included))
  expect(BigInt(shown.billable), where).toBe(again.billable)
  expect(
    shown.steps.map((s) => ({
      from: BigInt(s.from),
      up_to: s.up_to === null ? null : BigInt(s.up_to),
      quantity: BigInt(s.quantity),
      unit_price: decimal(s.unit_price),
      flat_price: decimal(s.flat_price),
      amount: decimal(s.amount),
    })),
    where,
  ).toEqual(again.steps)
  expect(decimal(shown.rated), where).toBe(again.amount)
  return again.amount
}

/** The charge of a segment: the plan's, or as an override on its subscription's terms has it. */
async function chargeOf(api: Api, segment: UsageSegment, line: InvoiceLine & { kind: 'usage' }): Promise<Charge | undefined> {
  if (segment.overridden) {
    const terms = (await api.listTerms(line.subscription_id)).is(200)
    const term = terms.findLast((one) => one.from <= segment.from)
    return term?.overrides?.charges?.find((one) => one.metric === line.metric)
  }
  return (await versionOf(api, segment.plan_code, segment.version)).charges.find((one) => one.metric === line.metric)
}

async function owedUsage(api: Api, e: UsageExplanation, line: InvoiceLine & { kind: 'usage' }, currency: string, where: string): Promise<Decimal> {
  const segments = e.segments ?? []
  expectTiled(segments, line, where)
  let exact = 0n
  let count = 0n
  for (const segment of segments) {
    const charge = await chargeOf(api, segment, line)
    expect(segment.model, where).toBe(charge?.model ?? null)
    expect(BigInt(segment.count_before), `${where}: counted on from the segment before`).toBe(count)
    count = BigInt(segment.count_after)
    if (!charge) {
      expect(decimal(segment.amount), `${where}: nothing without a charge`).toBe(0n)
      continue
    }
    expect(segment.before.total_quantity, where).toEqual(segment.count_before)
    expect(segment.after.total_quantity, where).toEqual(segment.count_after)
    const amount = expectRated(segment.after, charge, where) - expectRated(segment.before, charge, where)
    expect(decimalText(decimal(segment.amount)), where).toBe(decimalText(amount))
    exact += amount
  }
  expect(BigInt(e.total_quantity), where).toBe(count)
  const owed = exact > 0n ? ofMinor(rounded(exact, currency), currency) : 0n
  expect(decimalText(decimal(e.rated)), where).toBe(decimalText(exact))
  expect(decimalText(decimal(e.rounding)), where).toBe(decimalText(owed - exact))
  return owed
}

async function owedMinimum(api: Api, e: MinimumExplanation, line: PeriodLine, currency: string, where: string): Promise<Decimal> {
  expectTiled(e.segments, line, where)
  const shares = []
  for (const segment of e.segments) {
    const version = await versionOf(api, segment.plan_code, segment.version)
    expect(decimal(segment.minimum), `${where}: the plan's minimum`).toBe(ofMinor(version.minimum_cents, currency))
    shares.push(BigInt(version.minimum_cents) * BigInt(segment.days - segment.paused_days))
  }
  const required = ofMinor(divideRounded(total(shares), BigInt(e.of_days)), currency)
  expect(decimalText(decimal(e.required)), where).toBe(decimalText(required))
  const missing = required - decimal(e.counted)
  return missing > 0n ? missing : 0n
}

function owedItem(e: ItemExplanation, line: InvoiceLine, currency: string, where: string): Decimal {
  expect(e.quantity, where).toBe(line.quantity)
  if (e.unit_price === null) expect(decimal(e.rounding), `${where}: an amount that was given is not rounded`).toBe(0n)
  else expect(decimalText(decimal(e.amount)), where).toBe(decimalText(decimal(e.unit_price) * BigInt(e.quantity)))
  const owed = ofMinor(rounded(decimal(e.amount), currency), currency)
  expect(decimalText(decimal(e.rounding)), where).toBe(decimalText(owed - decimal(e.amount)))
  expect([line.subscription_id, line.plan_code, line.version, line.metric, line.period_start, line.period_end], where).toEqual(Array(6).fill(null))
  return owed
}

async function owedOf(api: Api, line: InvoiceLine, currency: string, where: string): Promise<Decimal> {
  switch (line.kind) {
    case 'base':
      return owedBase(api, line.explanation, line, currency, where)
    case 'usage':
      return owedUsage(api, line.explanation, line, currency, where)
    case 'minimum':
      return owedMinimum(api, line.explanation, line, currency, where)
    case 'item':
      return owedItem(line.explanation, line, currency, where)
  }
}

/** What is owed less what each discount says that it took. */
function discounted(line: InvoiceLine, owed: Decimal, where: string): Decimal {
  if (line.kind === 'item') return owed
  const { discounts, undiscounted } = line.explanation
  if (discounts === undefined) return owed
  expect(decimalText(decimal(undiscounted!)), `${where}: what is owed before discounts`).toBe(decimalText(owed))
  return owed - total(discounts.map((one) => decimal(one.taken)))
}

export async function expectExplained(api: Api, invoice: InvoiceDetail): Promise<void> {
  const { currency } = invoice
  let sum = 0n
  let tax = 0n
  const usage: Record<string, bigint> = {}
  for (const line of invoice.lines) {
    const where = `${invoice.number}, ${line.description}`
    const owed = await owedOf(api, line, currency, where)
    expect(decimalText(decimal(line.explanation.owed!)), `${where}: what is owed`).toBe(decimalText(discounted(line, owed, where)))
    const deferred = decimal((line.kind === 'item' ? undefined : line.explanation.deferred) ?? '0')
    if (line.kind !== 'item' && line.explanation.deferred !== undefined) expect(deferred, `${where}: what is deferred is something`).not.toBe(0n)
    const amount = decimal(line.explanation.owed!) - decimal(line.explanation.earlier_billed) - deferred
    expect(decimalText(ofMinor(line.amount_cents, currency)), where).toBe(decimalText(amount))
    if (line.kind === 'item') expect(line.item, where).toMatch(/^item:[0-9a-f-]{36}$/)
    else expect(line.item, where).toBe(line.kind === 'usage' ? `usage:${line.metric}` : line.kind)
    sum += BigInt(line.amount_cents) + (line.tax_inclusive ? 0n : BigInt(line.tax_cents))
    tax += BigInt(line.tax_cents)
    if (line.kind === 'usage') {
      usage[line.metric] = (usage[line.metric] ?? 0n) + BigInt(line.quantity)
    } else if (line.kind !== 'item') {
      expect(line.quantity, where).toBe(1)
      expect(line.metric, where).toBe(null)
    }
  }
  expect(BigInt(invoice.amount_cents), `${invoice.number}: the sum of its lines`).toBe(sum)
  expect(BigInt(invoice.tax_cents), `${invoice.number}: the tax of its lines`).toBe(tax)
  expect(total(invoice.taxes.map((one) => BigInt(one.tax_cents))), `${invoice.number}: the tax by rate`).toBe(tax)
  expect(BigInt(invoice.subtotal_cents), `${invoice.number}: net`).toBe(BigInt(invoice.amount_cents) - tax)
  const due = BigInt(invoice.amount_cents) - BigInt(invoice.credited_cents) - BigInt(invoice.from_balance_cents) - BigInt(invoice.paid_cents)
  expect(BigInt(invoice.due_cents), `${invoice.number}: what is due`).toBe(invoice.status === 'void' ? 0n : due)
  expect(Object.fromEntries(Object.entries(invoice.usage).map(([m, q]) => [m, BigInt(q)])), `${invoice.number}: usage`).toEqual(usage)
}
