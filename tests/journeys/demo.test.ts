import { expect, test } from 'vitest'
import { useServer } from '../harness/make.ts'
import type { CreditNote, Invoice } from '../harness/types.ts'

const on = useServer({ start: '2025-11-25T09:00:00Z' })

// That all of it is right is checked by `billing verify`, as after every file.
test('billing demo makes a company with a year behind it, and does so only once', async () => {
  const first = await on.server.billing('demo')
  expect(first.stderr).toBe('')
  expect(first.code).toBe(0)

  const stats = (await on.api.getStats()).is(200)
  expect(stats.users).toBeGreaterThan(200)
  for (const status of ['active', 'trialing', 'canceled'] as const) expect(stats.subscriptions[status]).toBeGreaterThan(0)
  expect(stats.invoices.paid).toBeGreaterThan(1000)
  expect(stats.invoices.void).toBeGreaterThan(0)
  expect(stats.amounts.map((a) => a.currency).sort()).toEqual(['EUR', 'USD'])
  expect((await on.api.getClock()).is(200).now).toBe('2026-11-25T09:00:00Z')

  const { all } = await on.api.walk<Invoice>('/invoices', 100)
  const months = new Set(all.map((invoice) => invoice.created_at.slice(0, 7)))
  expect(months.size).toBeGreaterThan(10)

  // What stands between a price and money: tax on top and within, reverse charge, discounts, one-off items, the seller with its logo, goodwill, refunds.
  const having = (is: (invoice: Invoice) => boolean) => expect(all.filter(is).length).toBeGreaterThan(5)
  having((one) => one.taxes.some((tax) => tax.code === 'de-vat' && !tax.inclusive && tax.tax_cents > 0))
  having((one) => one.taxes.some((tax) => tax.inclusive && tax.tax_cents > 0))
  having((one) => one.buyer.tax_status === 'reverse_charge' && one.tax_cents === 0)
  having((one) => one.discount_cents > 0)
  having((one) => one.kind === 'one_off')
  expect(all.some((one) => one.due_on !== null && one.status === 'open' && BigInt(one.paid_cents) > 0n)).toBe(true)
  having((one) => one.due_on !== null && one.status === 'paid')
  expect(all.some((one) => one.overdue)).toBe(true)
  expect(all.every((one) => one.seller.name === 'Kontur Analytics GmbH')).toBe(true)
  expect((await on.api.getSettings()).is(200).logo).toMatch(/^iVBORw0KGgo/)
  const notes = (await on.api.walk<CreditNote>('/credit_notes', 100)).all
  expect(notes.filter((note) => note.kind === 'goodwill').length).toBeGreaterThan(5)
  expect(notes.some((note) => note.refund?.status === 'succeeded')).toBe(true)

  const second = await on.server.billing('demo')
  expect(second.code).toBe(1)
  expect(second.stdout).toContain('There are users already')
  expect((await on.api.getStats()).is(200).users).toBe(stats.users)
}, 200_000)

test('billing demo wants the simulated clock', async () => {
  const refused = await on.server.billingWith({ BILLING_CLOCK: 'system', BILLING_CLOCK_START: '' }, 'demo')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('BILLING_CLOCK=simulated')
})
