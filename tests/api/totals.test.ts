/** What lists come to, whatever they are narrowed to, and which invoices are overdue. */

import { describe, expect, test } from 'vitest'
import { advanceDays, fresh, generate, makeCustomer, makePlan, paid, subscribe, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const pro = { amount_cents: 4900 }

describe('overdue invoices', () => {
  const on = useServer({ start: '2026-06-01T12:00:00Z' })
  const byInvoice = async (net_days: number) => {
    const user = (await on.api.createUser({ email: `${fresh('late')}@example.com`, collection: 'manual', net_days })).is(201)
    const plan = await makePlan(on.api, { ...pro, bill_in: 'advance' })
    await subscribe(on.api, user.id, plan.code)
    return (await on.api.listUserInvoices(user.id)).is(200)[0]!
  }
  const overdue = async (flag: string) => (await on.api.listInvoices({ overdue: flag })).is(200).map((i) => i.id)
  const stats = async () => (await on.api.getStats()).is(200)

  test('are listed and summed up from the day after they were due until they are paid, and are the rest of those that are not', async () => {
    const [late, inTime] = [await byInvoice(2), await byInvoice(20)]
    const { user } = await makeCustomer(on.api, pro, 'stub_decline')
    const declined = await generate(on.api, user.id)
    await advanceDays(on.api, 2)
    expect(await overdue('true')).toEqual([])
    expect((await stats()).invoices).toMatchObject({ open: 3, overdue: 0 })
    await advanceDays(on.api, 1)
    ;(await on.api.createPayment(late.user_id, late.id, { amount_cents: 900 })).is(201)
    expect(await overdue('true')).toEqual([late.id])
    expect(await overdue('false')).toEqual([declined.id, inTime.id])
    expect((await stats()).invoices).toMatchObject({ open: 3, overdue: 1 })
    expect((await stats()).amounts).toMatchObject([{ currency: 'USD', overdue_cents: 4000, open_cents: 13800 }])
    expect((await on.api.sumUpInvoices({ overdue: 'true' })).is(200)).toEqual({
      count: 1, complete: true, amounts: [{ currency: 'USD', count: 1, amount_cents: 4900, due_cents: 4000 }],
    })
    ;(await on.api.createPayment(late.user_id, late.id, { amount_cents: 4000 })).is(201)
    expect(await overdue('true')).toEqual([])
    expect(await overdue('false')).toContain(late.id)
    expect((await stats()).invoices).toMatchObject({ open: 2, overdue: 0 })
  })

  test('overdue is true or false', async () => {
    ;(await on.api.listInvoices({ overdue: 'yes' })).refused(422, 'unacceptable')
  })
})

describe('what a list comes to', () => {
  const on = useServer({ start: '2026-06-01T12:00:00Z' })

  test('is counted and summed up by currency, what is void left out of the amounts', async () => {
    const [a, b] = [await makeCustomer(on.api, pro), await makeCustomer(on.api, { amount_cents: 700, currency: 'JPY' })]
    const first = await paid(on.api, await generate(on.api, a.user.id))
    await paid(on.api, await generate(on.api, b.user.id))
    const c = await makeCustomer(on.api, pro, 'stub_decline')
    const declined = await generate(on.api, c.user.id)
    await until('it was declined', async () => (await on.api.listPayments({ status: 'failed' })).is(200).length > 0)
    expect((await on.api.sumUpInvoices()).is(200)).toEqual({
      count: 3,
      complete: true,
      amounts: [
        { currency: 'JPY', count: 1, amount_cents: 700, due_cents: 0 },
        { currency: 'USD', count: 2, amount_cents: 9800, due_cents: 4900 },
      ],
    })
    ;(await on.api.voidInvoice(c.user.id, declined.id)).is(200)
    expect((await on.api.sumUpInvoices({ user_id: c.user.id })).is(200)).toEqual({ count: 1, complete: true, amounts: [{ currency: 'USD', count: 1, amount_cents: 0, due_cents: 0 }] })
    expect((await on.api.sumUpInvoices({ from: '2026-07-01' })).is(200)).toEqual({ count: 0, complete: true, amounts: [] })
    expect((await on.api.sumUpInvoices({ number: first.number })).is(200)).toMatchObject({ count: 1, amounts: [{ amount_cents: 4900 }] })

    ;(await on.api.createCreditNote({ user_id: a.user.id, invoice_id: first.id, amount_cents: 900, reason: 'goodwill', credit_to: 'refund' })).is(201)
    await until('it was refunded', async () => (await on.api.listPayments({ user_id: a.user.id, status: 'succeeded' })).is(200).length === 2)
    expect((await on.api.sumUpPayments()).is(200)).toEqual({
      count: 4,
      complete: true,
      amounts: [
        { currency: 'JPY', count: 1, paid_cents: 700, refunded_cents: 0 },
        { currency: 'USD', count: 3, paid_cents: 4900, refunded_cents: 900 },
      ],
    })
    expect((await on.api.sumUpPayments({ status: 'failed' })).is(200)).toEqual({ count: 1, complete: true, amounts: [{ currency: 'USD', count: 1, paid_cents: 0, refunded_cents: 0 }] })
    expect((await on.api.sumUpPayments({ invoice_id: first.id })).is(200)).toMatchObject({ count: 2 })
  })

  test('beyond 100,000 nothing is summed up, and nobody waits for it', async () => {
    const { user } = await makeCustomer(on.api, pro)
    const { stderr } = await on.server.sql(`
      INSERT INTO payments (id, invoice_id, user_id, attempt_key, kind, provider, amount_cents, currency, status, attempted_at, created_at, updated_at, received_on)
      SELECT gen_random_uuid(), p.invoice_id, p.user_id, 'many-' || n, 'recorded', 'manual', 1, 'USD', 'succeeded', now(), now(), now(), '2026-06-01'
      FROM (SELECT * FROM payments LIMIT 1) AS p, generate_series(1, 100001) AS n`)
    expect(stderr).toBe('')
    expect((await on.api.sumUpPayments({ status: 'succeeded' })).is(200)).toEqual({ count: 100_000, complete: false, amounts: [] })
    expect((await on.api.sumUpPayments({ user_id: user.id })).is(200)).toEqual({ count: 0, complete: true, amounts: [] })
    // Nobody has told of them, which `billing verify` would.
    expect((await on.server.sql(`SET session_replication_role = replica; DELETE FROM payments WHERE attempt_key LIKE 'many-%'`)).stderr).toBe('')
  })

  test('it takes the filters of its list, and no other', async () => {
    ;(await on.api.sumUpInvoices({ status: 'gone' })).refused(422, 'unacceptable')
    ;(await on.api.sumUpPayments({ status: 'gone' })).refused(422, 'unacceptable')
    ;(await on.api.sumUpPayments({ after: 'x' } as object)).refused(422, 'unacceptable')
  })
})
