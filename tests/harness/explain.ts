/** Computes an invoice again from nothing but its own explanations and its plans' prices, to the cent. */

import { expect } from 'vitest'
import type { Api } from './client.ts'
import { decimal, decimalText, ofMinor, prorated, rate, rounded } from './decimal.ts'
import type { InvoiceDetail, Plan } from './types.ts'

const plans = new WeakMap<Api, Map<string, Plan>>()

async function planOf(api: Api, code: string): Promise<Plan> {
  let known = plans.get(api)
  if (!known) plans.set(api, (known = new Map()))
  let plan = known.get(code)
  if (!plan) known.set(code, (plan = (await api.getPlan(code)).is(200)))
  return plan
}

export async function expectExplained(api: Api, invoice: InvoiceDetail): Promise<void> {
  const { currency } = invoice
  let sum = 0n
  const usage: Record<string, bigint> = {}
  for (const line of invoice.lines) {
    const where = `${invoice.number}, ${line.description}`
    const amount = ofMinor(line.amount_cents, currency)
    const plan = await planOf(api, line.plan_code)
    sum += BigInt(line.amount_cents)
    const deferred = decimal(line.explanation.deferred ?? '0')
    if (line.explanation.deferred !== undefined) expect(deferred < 0n, `${where}: deferred is negative when it is there`).toBe(true)
    if (line.kind === 'base') {
      const e = line.explanation
      expect(decimal(e.amount), where).toBe(ofMinor(plan.amount_cents, currency))
      expect(e.days, where).toBe((Date.parse(line.period_end) - Date.parse(line.period_start)) / 86_400_000)
      const owed = ofMinor(prorated(rounded(decimal(e.amount), currency), e.days, e.of_days), currency)
      expect(decimalText(owed - decimal(e.earlier_billed) - deferred), where).toBe(decimalText(amount))
      expect(line.quantity, where).toBe(1)
      expect(line.metric, where).toBe(null)
      continue
    }
    const e = line.explanation
    const charge = plan.charges.find((c) => c.metric === line.metric)
    if (!charge) throw new Error(`${where}: the plan has no charge for ${line.metric}`)
    expect(e.model, where).toBe(charge.model)
    expect(BigInt(e.included), where).toBe(BigInt(charge.included))
    const again = rate(charge, BigInt(e.total_quantity))
    expect(BigInt(e.billable), where).toBe(again.billable)
    expect(
      e.steps.map((s) => ({
        from: BigInt(s.from),
        up_to: s.up_to === null ? null : BigInt(s.up_to),
        quantity: BigInt(s.quantity),
        unit_price: decimal(s.unit_price),
        flat_price: decimal(s.flat_price),
        amount: decimal(s.amount),
      })),
      where,
    ).toEqual(again.steps)
    expect(decimal(e.rated), where).toBe(again.amount)
    expect(decimalText(decimal(e.rated) + decimal(e.rounding)), where).toBe(decimalText(ofMinor(rounded(again.amount, currency), currency)))
    expect(decimalText(decimal(e.rated) + decimal(e.rounding) - decimal(e.earlier_billed) - deferred), where).toBe(decimalText(amount))
    usage[line.metric] = (usage[line.metric] ?? 0n) + BigInt(line.quantity)
  }
  expect(BigInt(invoice.amount_cents), `${invoice.number}: the sum of its lines`).toBe(sum)
  expect(Object.fromEntries(Object.entries(invoice.usage).map(([m, q]) => [m, BigInt(q)])), `${invoice.number}: usage`).toEqual(usage)
}
