import { describe, expect, test } from 'vitest'
import type { Api } from '../harness/client.ts'
import { advanceDays, advanceTo, changeCardOnly, generate, invoicesOf, makeCustomer, makePlan, paid, subscribe, useServer } from '../harness/make.ts'
import type { Invoice, InvoiceDetail, Payment } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const day = 86_400_000
const minute = 60_000

/** A yearly plan, so that no roll-over comes between. */
const yearly = { amount_cents: 5000, interval: 'year' as const }

const read = async (api: Api, invoice: { user_id: string; id: string }): Promise<InvoiceDetail> => (await api.getInvoice(invoice.user_id, invoice.id)).is(200)

function attempted(api: Api, invoice: { user_id: string; id: string }): Promise<InvoiceDetail> {
  return until('it was attempted', async () => {
    const now = await read(api, invoice)
    return now.collection !== 'pending' && now.payments.every((p) => p.status !== 'pending' || p.failure_code !== null) ? now : undefined
  })
}

/** When an invoice was attempted, since it was made, oldest first. */
const offsets = (invoice: InvoiceDetail, unit: number): number[] =>
  [...invoice.payments].reverse().map((p: Payment) => (Date.parse(p.attempted_at) - Date.parse(invoice.created_at)) / unit)

describe('a card that is declined', () => {
  const on = useServer()

  test('is tried on days 0, 1, 4, 9 and 16; then the invoice is uncollected and the subscription past due', async () => {
    const { user, subscription } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    const first = await attempted(on.api, made)
    expect(first).toMatchObject({ status: 'open', collection: 'retrying' })
    expect(Date.parse(first.next_attempt_at!) - Date.parse(made.created_at)).toBe(day)
    expect(first.payments[0]).toMatchObject({ status: 'failed', kind: 'scheduled', amount_cents: 5000 })
    expect(first.payments[0]!.failure_code).toEqual(expect.stringMatching(/./))

    for (const [after, attempts, next] of [
      [1, 2, 4],
      [2, 2, 4],
      [4, 3, 9],
      [8, 3, 9],
      [9, 4, 16],
      [15, 4, 16],
    ] as const) {
      await advanceTo(on.api, new Date(Date.parse(made.created_at) + after * day).toISOString())
      const now = await read(on.api, made)
      expect([after, now.payments.length, now.collection]).toEqual([after, attempts, 'retrying'])
      expect((Date.parse(now.next_attempt_at!) - Date.parse(made.created_at)) / day).toBe(next)
      expect((await on.api.getSubscription(subscription.id)).is(200).status).toBe('active')
    }
    await advanceTo(on.api, new Date(Date.parse(made.created_at) + 16 * day).toISOString())
    const given = await read(on.api, made)
    expect(given).toMatchObject({ status: 'open', collection: 'uncollected', next_attempt_at: null, paid_at: null })
    expect(offsets(given, day)).toEqual([0, 1, 4, 9, 16])
    expect(new Set(given.payments.map((p) => p.attempt_key)).size).toBe(5)
    expect(given.payments.map((p) => p.status)).toEqual(Array(5).fill('failed'))
    expect((await on.api.getSubscription(subscription.id)).is(200).status).toBe('past_due')

    await advanceDays(on.api, 30)
    expect((await read(on.api, made)).payments).toHaveLength(5)

    // Paid by hand, everything is well again.
    await changeCardOnly(on, user.id, 'stub_ok')
    expect((await on.api.payInvoice(user.id, made.id)).is(200)).toMatchObject({ id: made.id, status: 'paid', collection: 'done' })
    const after = await read(on.api, made)
    expect(after.payments.map((p) => [p.kind, p.status])[0]).toEqual(['manual', 'succeeded'])
    await until('the subscription is active', async () => (await on.api.getSubscription(subscription.id)).is(200).status === 'active')
  })

  test('twice is paid on day 4', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline_2')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    await advanceDays(on.api, 20)
    const done = await read(on.api, made)
    expect(done).toMatchObject({ status: 'paid', collection: 'done', next_attempt_at: null })
    expect(offsets(done, day)).toEqual([0, 1, 4])
    expect([...done.payments].reverse().map((p) => p.status)).toEqual(['failed', 'failed', 'succeeded'])
    expect((Date.parse(done.paid_at!) - Date.parse(done.created_at)) / day).toBe(4)
  })

  test('past due, a subscription still rolls over and bills, and is active again when nothing is uncollected any more', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 700, interval: 'week' }, 'stub_decline')
    await advanceTo(on.api, subscription.current_period_end)
    await advanceDays(on.api, 24)
    const state = (await on.api.getSubscription(subscription.id)).is(200)
    expect(state.status).toBe('past_due')
    expect(Date.parse(state.current_period_start)).toBeGreaterThan(Date.parse(subscription.current_period_end))
    const invoices = await invoicesOf(on.api, user.id)
    expect(invoices.length).toBeGreaterThanOrEqual(4)
    const uncollected = invoices.filter((i) => i.collection === 'uncollected')
    expect(uncollected.length).toBeGreaterThanOrEqual(2)

    ;(await on.api.updateUser(user.id, { payment_method: null })).is(200)
    for (const invoice of uncollected) {
      expect((await on.api.getSubscription(subscription.id)).is(200).status).toBe('past_due')
      ;(await on.api.payInvoice(user.id, invoice.id)).is(200)
    }
    await until('the subscription is active', async () => (await on.api.getSubscription(subscription.id)).is(200).status === 'active')
    // The others are tried again by themselves, and paid.
    await advanceDays(on.api, 8)
    for (const invoice of await invoicesOf(on.api, user.id)) expect(invoice.status).toBe('paid')
  })

  test('voiding what is uncollected makes the subscription active again too', async () => {
    const { user, subscription } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    await advanceDays(on.api, 17)
    expect((await on.api.getSubscription(subscription.id)).is(200).status).toBe('past_due')
    ;(await on.api.voidInvoice(user.id, made.id)).is(200)
    await until('the subscription is active', async () => (await on.api.getSubscription(subscription.id)).is(200).status === 'active')
  })
})

describe('the retry schedule', () => {
  const on = useServer({ env: { BILLING_RETRY_DAYS: '2,10' } })

  test('is a setting', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    await advanceDays(on.api, 30)
    const now = await read(on.api, made)
    expect(now.collection).toBe('uncollected')
    expect(offsets(now, day)).toEqual([0, 2, 12])
  })
})

describe('an empty retry schedule', () => {
  const on = useServer({ env: { BILLING_RETRY_DAYS: 'none' } })

  test('tries once', async () => {
    const { user, subscription } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    const now = await attempted(on.api, made)
    expect(now).toMatchObject({ status: 'open', collection: 'uncollected', next_attempt_at: null })
    expect(now.payments).toHaveLength(1)
    expect((await on.api.getSubscription(subscription.id)).is(200).status).toBe('past_due')
  })
})

describe('a provider that cannot be reached', () => {
  const on = useServer()

  test('is tried again after 1 minute, then 2, and uses up no retry', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_unreachable_2')
    const made = await generate(on.api, user.id)
    const first = await attempted(on.api, made)
    expect(first).toMatchObject({ status: 'open', collection: 'retrying' })
    expect((Date.parse(first.next_attempt_at!) - Date.parse(made.created_at)) / minute).toBe(1)
    await advanceTo(on.api, new Date(Date.parse(made.created_at) + 1 * minute).toISOString())
    const second = await read(on.api, made)
    expect(second.status).toBe('open')
    expect((Date.parse(second.next_attempt_at!) - Date.parse(made.created_at)) / minute).toBe(3)
    await advanceTo(on.api, new Date(Date.parse(made.created_at) + 3 * minute).toISOString())
    const done = await read(on.api, made)
    expect(done.status).toBe('paid')
    expect((Date.parse(done.paid_at!) - Date.parse(made.created_at)) / minute).toBe(3)
    // However often it was called, it was charged once.
    expect(done.payments.filter((p) => p.status === 'succeeded')).toHaveLength(1)
  })

  test('backs off, doubling to 6 hours', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_unreachable_12')
    const made = await generate(on.api, user.id)
    let now = await attempted(on.api, made)
    const waits: number[] = []
    let at = Date.parse(made.created_at)
    while (now.status === 'open' && waits.length < 20) {
      const next = Date.parse(now.next_attempt_at!)
      waits.push((next - at) / minute)
      await advanceTo(on.api, new Date(next).toISOString())
      at = next
      now = await read(on.api, made)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360])
    expect(now.status).toBe('paid')
    expect(now.payments.filter((p) => p.status === 'succeeded')).toHaveLength(1)
  })
})

describe('paying by hand', () => {
  const on = useServer()

  test('pays an open invoice', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    await changeCardOnly(on, user.id, 'stub_ok')
    const done = (await on.api.payInvoice(user.id, made.id)).is(200)
    expect(done).toMatchObject({ id: made.id, status: 'paid', collection: 'done', next_attempt_at: null })
    expect(done.paid_at).not.toBe(null)
    ;(await on.api.payInvoice(user.id, made.id)).refused(409, 'not_open')
    await advanceDays(on.api, 20)
    expect((await read(on.api, made)).payments).toHaveLength(2)
  })

  test('declined is 402, stays open, and uses up no retry', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    const before = await attempted(on.api, made)
    for (let n = 0; n < 3; n++) (await on.api.payInvoice(user.id, made.id)).refused(402, 'declined')
    const after = await read(on.api, made)
    expect(after).toMatchObject({ status: 'open', collection: 'retrying', next_attempt_at: before.next_attempt_at })
    expect(after.payments.map((p) => [p.kind, p.status])).toEqual([...Array(3).fill(['manual', 'failed']), ['scheduled', 'failed']])
    await advanceDays(on.api, 30)
    const end = await read(on.api, made)
    expect(end.collection).toBe('uncollected')
    expect(end.payments.filter((p) => p.kind === 'scheduled')).toHaveLength(5)
    // Still possible, and still declined.
    ;(await on.api.payInvoice(user.id, made.id)).refused(402, 'declined')
    expect((await read(on.api, made)).collection).toBe('uncollected')
  })

  test('unreachable is 503 with Retry-After, and no money is lost or taken twice', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    await changeCardOnly(on, user.id, 'stub_unreachable_1')
    ;(await on.api.payInvoice(user.id, made.id)).refused(503, 'provider_unreachable')
    expect((await read(on.api, made)).status).toBe('open')
    await changeCardOnly(on, user.id, 'stub_ok')
    await advanceDays(on.api, 2)
    const done = await read(on.api, made)
    expect(done.status).toBe('paid')
    expect(done.payments.filter((p) => p.status === 'succeeded')).toHaveLength(1)
  })

  test('while an attempt is running, another is 409, and so is voiding', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    await changeCardOnly(on, user.id, 'stub_slow_2000')
    const slow = on.api.payInvoice(user.id, made.id)
    await until('the attempt is under way', async () => (await read(on.api, made)).payments.some((p) => p.status === 'pending'))
    ;(await on.api.payInvoice(user.id, made.id)).refused(409, 'attempt_running')
    ;(await on.api.voidInvoice(user.id, made.id)).refused(409, 'has_payments')
    expect((await slow).is(200).status).toBe('paid')
    expect((await read(on.api, made)).payments.map((p) => p.status)).toEqual(['succeeded', 'failed'])
  })

  test('10 times at once charges once', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    await changeCardOnly(on, user.id, 'stub_slow_100')
    const answers = await Promise.all(Array.from({ length: 10 }, () => on.api.payInvoice(user.id, made.id)))
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
    for (const answer of answers.filter((a) => a.status !== 200)) expect(answer.status).toBe(409)
    expect((await read(on.api, made)).payments.filter((p) => p.status === 'succeeded')).toHaveLength(1)
  })

  test('takes no body, or an empty object', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    ;(await on.api.payInvoice(user.id, made.id, { body: { amount_cents: 1 } })).refused(422, 'unacceptable', '/amount_cents')
    ;(await on.api.payInvoice(user.id, made.id, { body: {} })).refused(402, 'declined')
  })
})

describe('what a void gave back', () => {
  const on = useServer()

  test('pays other open invoices before their next attempt, which is of what is left', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 3000 }, 'stub_decline')
    const yearly = await makePlan(on.api, { amount_cents: 9000, interval: 'year' })
    await subscribe(on.api, user.id, yearly.code)
    await generate(on.api, user.id)
    const open = async () => (await on.api.listUserInvoices(user.id)).is(200).filter((invoice) => invoice.status === 'open')
    await until('both were declined', async () => (await open()).filter((invoice) => invoice.collection === 'retrying').length === 2)
    ;(await on.api.createCredit(user.id, { amount_cents: 1200, currency: 'USD', reason: 'Sorry' })).is(201)
    const credited = (await open()).find((invoice) => Number(invoice.from_balance_cents) === 1200)!
    ;(await on.api.voidInvoice(user.id, credited.id)).is(200)
    await advanceDays(on.api, 1)
    const [left] = await open()
    expect(left).toMatchObject({ from_balance_cents: 1200 })
    const [last] = (await on.api.getInvoice(user.id, left!.id)).is(200).payments
    expect(last).toMatchObject({ amount_cents: left!.due_cents, status: 'failed' })
  })

  test('is enough for an invoice that is paid by hand', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 3000 }, 'stub_decline')
    const yearly = await makePlan(on.api, { amount_cents: 3000, interval: 'year' })
    await subscribe(on.api, user.id, yearly.code)
    await generate(on.api, user.id)
    const invoices = async () => (await on.api.listUserInvoices(user.id)).is(200)
    await until('both were declined', async () => (await invoices()).filter((invoice) => invoice.collection === 'retrying').length === 2)
    ;(await on.api.createCredit(user.id, { amount_cents: 2000, currency: 'USD', reason: 'Sorry' })).is(201)
    ;(await on.api.createCredit(user.id, { amount_cents: 999, currency: 'USD', reason: 'Sorry' })).is(201)
    const half = (await invoices()).find((invoice) => Number(invoice.from_balance_cents) === 2999)!
    ;(await on.api.voidInvoice(user.id, half.id)).is(200)
    ;(await on.api.createCredit(user.id, { amount_cents: 1, currency: 'USD', reason: 'The last' })).is(201)
    const other = (await invoices()).find((invoice) => invoice.status === 'open')!
    expect(other).toMatchObject({ from_balance_cents: 1 })
    const answer = (await on.api.payInvoice(user.id, other.id)).is(200)
    expect(answer).toMatchObject({ status: 'paid', from_balance_cents: 3000, paid_cents: 0 })
  })
})

describe('a slow provider', () => {
  const on = useServer()

  test('does not hold up the answer to generate, and 30 invoices at it are all paid, once', async () => {
    const customers = []
    for (let n = 0; n < 30; n++) customers.push(await makeCustomer(on.api, yearly, 'stub_slow_500'))
    const made = await Promise.all(customers.map(async ({ user }) => (await on.api.generateInvoice(user.id)).is(201)))
    expect(made.some((i) => i.status === 'open')).toBe(true)
    for (const invoice of made) {
      const done = await paid(on.api, invoice)
      expect(done.payments.map((p) => p.status)).toEqual(['succeeded'])
    }
  })
})

describe('payment methods', () => {
  const on = useServer()

  test.each([undefined, 'stub_ok'])('%s pays', async (method) => {
    const { user } = await makeCustomer(on.api, yearly, method)
    await paid(on.api, await generate(on.api, user.id))
  })
})

describe('reading payments', () => {
  const on = useServer()

  test('lists filter by invoice, by user and by status', async () => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline_1')
    const made = await generate(on.api, user.id)
    await attempted(on.api, made)
    ;(await on.api.payInvoice(user.id, made.id)).is(200)
    const { user: other } = await makeCustomer(on.api, yearly)
    await paid(on.api, await generate(on.api, other.id))

    const of = (await on.api.listPayments({ invoice_id: made.id })).is(200)
    expect(of).toEqual((await read(on.api, made)).payments)
    expect(of.map((p) => p.status)).toEqual(['succeeded', 'failed'])
    expect((await on.api.listPayments({ invoice_id: made.id, status: 'failed' })).is(200)).toEqual([of[1]])
    expect((await on.api.listPayments({ status: 'pending' })).is(200)).toEqual([])
    expect((await on.api.listPayments()).is(200)).toHaveLength(3)
    expect((await on.api.listPayments({ invoice_id: user.id })).is(200)).toEqual([])
    expect((await on.api.listPayments({ user_id: user.id.toUpperCase() })).is(200)).toEqual(of)
    expect((await on.api.listPayments({ user_id: user.id, status: 'succeeded' })).is(200)).toEqual([of[0]])
    expect((await on.api.listPayments({ user_id: other.id, invoice_id: made.id })).is(200)).toEqual([])
    ;(await on.api.listPayments({ user_id: 'abc' })).refused(422, 'unacceptable', '?user_id')
    ;(await on.api.listPayments({ invoice_id: 'abc' })).refused(422, 'unacceptable', '?invoice_id')
    ;(await on.api.listPayments({ status: 'lost' })).refused(422, 'unacceptable', '?status')
  })
})

describe('an attempt whose process has died', () => {
  const on = useServer()
  const yearly = { amount_cents: 5000, interval: 'year' as const }
  const read = async (invoice: Invoice) => (await on.api.getInvoice(invoice.user_id, invoice.id)).is(200)
  /** An invoice whose scheduled attempt was declined; the next one is by hand, with this payment method. */
  const declined = async (next: string) => {
    const { user } = await makeCustomer(on.api, yearly, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it is declined', async () => (await read(invoice)).collection === 'retrying')
    await changeCardOnly(on, user.id, next)
    return invoice
  }
  const isUnderWay = (invoice: Invoice) => until('it is under way', async () => (await read(invoice)).payments.some((p) => p.status === 'pending'))
  const presumeDead = () => on.server.sql(`UPDATE payments SET claimed_until = now() - interval '1 second' WHERE status = 'pending'`)

  test('is taken up by one, and ends once, though it was only slow', async () => {
    const invoice = await declined('stub_slow_3000')
    const first = on.api.payInvoice(invoice.user_id, invoice.id)
    await isUnderWay(invoice)
    await changeCardOnly(on, invoice.user_id, 'stub_slow_1000')
    await presumeDead()
    const second = on.api.payInvoice(invoice.user_id, invoice.id)
    await until('it is taken up', async () => (await on.server.sql(`SELECT calls FROM payments WHERE status = 'pending'`)).stdout.trim() !== '1')
    expect((await on.api.payInvoice(invoice.user_id, invoice.id)).status).toBe(409)
    ;(await second).is(200)
    await advanceDays(on.api, 1)
    const { paid_at } = await read(invoice)
    ;(await first).is(200)
    expect((await read(invoice)).paid_at).toBe(paid_at)
    const events = (await on.api.listAudit({ entity_id: invoice.id })).is(200)
    expect(events.filter((event) => event.to === 'paid')).toHaveLength(1)
  })

  test('is made again by itself, also when it was by hand', async () => {
    const invoice = await declined('stub_slow_3000')
    const died = on.api.payInvoice(invoice.user_id, invoice.id).catch(() => undefined)
    await isUnderWay(invoice)
    await on.server.kill()
    await died
    await on.server.launch()
    await presumeDead()
    await paid(on.api, invoice)
  })

  test('declined by hand after the provider could not be reached, it goes back to the schedule', async () => {
    const invoice = await declined('stub_unreachable_1')
    const { next_attempt_at } = await read(invoice)
    ;(await on.api.payInvoice(invoice.user_id, invoice.id)).refused(503, 'provider_unreachable')
    // Both at once, so that the schedule does not begin anew with another card.
    await on.server.sql(`UPDATE users SET payment_method = 'stub_decline' WHERE id = '${invoice.user_id}'`)
    expect((await on.server.sql(`UPDATE payments SET payment_method = 'stub_decline' WHERE invoice_id = '${invoice.id}' AND status = 'pending'`)).stderr).toBe('')
    ;(await on.api.payInvoice(invoice.user_id, invoice.id)).refused(402, 'declined')
    expect((await read(invoice)).next_attempt_at).toBe(next_attempt_at)
  })
})

describe('an invoice that was given up, and is being asked about again', () => {
  const on = useServer()

  test('keeps its subscription past due, whatever else is paid', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000 }, 'stub_decline')
    const january = await generate(on.api, user.id)
    await advanceDays(on.api, 40)
    expect((await on.api.getInvoice(user.id, january.id)).is(200).collection).toBe('uncollected')
    const february = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, february.id)).is(200).collection === 'retrying')
    const status = async () => (await on.api.getSubscription(subscription.id)).is(200).status
    expect(await status()).toBe('past_due')

    await changeCardOnly(on, user.id, 'stub_unreachable_1')
    ;(await on.api.payInvoice(user.id, january.id)).refused(503, 'provider_unreachable')
    await changeCardOnly(on, user.id, 'stub_ok')
    ;(await on.api.payInvoice(user.id, february.id)).is(200)
    expect(await status()).toBe('past_due')
    await advanceDays(on.api, 1)
    expect((await on.api.getInvoice(user.id, january.id)).is(200).status).toBe('paid')
    expect(await status()).toBe('active')
  })
})
