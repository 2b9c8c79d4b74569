import { describe, expect, test } from 'vitest'
import { advanceDays, amounts, generate, invoicesOf, makeCustomer, paid, use, useServer } from '../harness/make.ts'

const on = useServer({ start: '2026-06-01T09:00:00Z', env: { BILLING_MINIMUM_INVOICE: 'USD:50' } })

const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]
const waits = async (id: string) => (await on.api.getSubscription(id)).is(200).waiting_cents
const waitsInAll = async () => (await on.api.getStats()).is(200).amounts.find((one) => one.currency === 'USD')?.waiting_cents ?? 0

describe('below the smallest invoice', () => {
  test('what a roll-over or generate finds waits and adds up, is shown, and is billed once it is enough', async () => {
    const before = await waitsInAll()
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 30 })
    ;(await on.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
    expect(await waits(subscription.id)).toBe(30)
    expect(await waitsInAll()).toBe(Number(before) + 30)
    expect((await on.api.previewInvoices({ user_id: user.id })).is(200).invoices).toEqual([])
    await advanceDays(on.api, 30)
    expect(await waits(subscription.id)).toBe(30)
    await advanceDays(on.api, 31)
    const [invoice] = await invoicesOf(on.api, user.id)
    expect(invoice).toMatchObject({ amount_cents: 60, period_start: '2026-07-01' })
    expect(await waits(subscription.id)).toBe(0)
    expect(await waitsInAll()).toBe(before)
  })

  test('what is to be taken back is credited all the same', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 30, charges })
    await use(on.api, user.id, 'm', 40)
    expect(amounts(await paid(on.api, await generate(on.api, user.id)))).toEqual({ base: 30, m: 40 })
    const at = (await on.api.getClock()).is(200).now
    ;(await on.api.raw('POST', '/usage/corrections', { body: { user_id: user.id, metric: 'm', at, quantity: -40, reason: 'miscounted' } })).is(201)
    const answer = (await on.api.generateInvoice(user.id)).is(200)
    expect(answer.credit_notes).toHaveLength(1)
    expect((await on.api.getCreditNote(answer.credit_notes[0]!)).is(200).amount_cents).toBe(40)
    expect(await waits(subscription.id)).toBe(0)
  })

  test('a cancel bills whatever there is', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 0, charges })
    await use(on.api, user.id, 'm', 7)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    expect((await invoicesOf(on.api, user.id)).map((one) => one.amount_cents)).toEqual([7])
  })
})
