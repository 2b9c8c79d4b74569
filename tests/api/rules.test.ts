import { beforeAll, describe, expect, test } from 'vitest'
import { advanceDays, advanceTo, amounts, changeCardOnly, generate, invoicesOf, makePlan, makeUser, now, paid, subscribe, use, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'
import type { InvoiceDetail, NewPlan } from '../harness/types.ts'

/**
 * The examples of docs/billing-rules.md, with their figures, through the API. A story is told day by day; all of them live in the same server, whose
 * clock goes through the days once.
 */
const on = useServer({ start: '2026-06-01T09:00:00Z' })

type Step = () => Promise<void>
interface Story {
  name: string
  days: Record<string, Step>
  failure?: unknown
}
const stories: Story[] = []
function story(name: string, days: Record<string, Step>): void {
  const told: Story = { name, days }
  stories.push(told)
  test(name, () => {
    if (told.failure !== undefined) throw told.failure
  })
}

const pro: Partial<NewPlan> = { amount_cents: 4900, charges: [{ metric: 'api_calls', model: 'per_unit', included: 100_000, unit_price: '0.001' }] }
const ent: Partial<NewPlan> = { amount_cents: 19_900, charges: [{ metric: 'api_calls', model: 'per_unit', included: 1_000_000, unit_price: '0.0005' }] }

/** A user on a plan, the plan that it may change to, and what is done with them. */
async function customer(plan: Partial<NewPlan>, wish: Record<string, unknown> = {}, paymentMethod?: string) {
  const { api } = on
  const user = await makeUser(api, paymentMethod)
  const made = await makePlan(api, plan)
  const subscription = await subscribe(api, user.id, made.code, wish)
  return {
    user,
    plan: made,
    subscription,
    get: async () => (await api.getSubscription(subscription.id)).is(200),
    change: async (body: Record<string, unknown>) => (await api.changeSubscription(subscription.id, body)).is(200),
    cancel: async () => (await api.cancelSubscription(subscription.id, 'now')).is(200),
    use: (quantity: number, day?: string) => use(api, user.id, 'api_calls', quantity, day && `${day}T01:00:00Z`),
    bills: () => invoicesOf(api, user.id),
    generate: async () => paid(api, await generate(api, user.id)),
    notes: async () => (await api.listCreditNotes({ user_id: user.id })).is(200),
    balance: async () => (await api.getBalance(user.id)).is(200),
  }
}
type Customer = Awaited<ReturnType<typeof customer>>

/** A story of one customer, who is there on its first day. */
function life(name: string, plan: Partial<NewPlan>, days: Record<string, (c: Customer) => Promise<unknown>>, wish: Record<string, unknown> = {}): void {
  let c: Customer
  const steps = Object.entries(days).map(([day, step], i): [string, Step] => [
    day,
    async () => {
      if (i === 0) c = await customer(plan, wish)
      await step(c)
    },
  ])
  story(name, Object.fromEntries(steps))
}

const nothing = async () => {}
const to = async (plan: Partial<NewPlan>, body: Record<string, unknown> = {}) => ({ plan_code: (await makePlan(on.api, plan)).code, ...body })
const only = (bills: InvoiceDetail[]): Record<string, unknown> => {
  expect(bills).toHaveLength(1)
  return amounts(bills[0]!)
}
const lineOf = (bill: InvoiceDetail, item: string, period: string) => bill.lines.find((l) => l.item === item && l.period_start === period)?.amount_cents

describe('2. periods', () => {
  life(
    'an anchor day: the first period owes its share, 32.67 of 49.00, and the next one all of it',
    pro,
    {
      '2026-06-11': async (c) => expect(c.subscription).toMatchObject({ current_period_start: '2026-06-11', current_period_end: '2026-07-01' }),
      '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 3267 }),
      '2026-08-01': async (c) => expect((await c.bills()).map((bill) => bill.amount_cents)).toEqual([3267, 4900]),
    },
    { anchor_day: 1 },
  )
  life(
    'anchored on January 31 it bills February 28, March 31, April 30: a start in the past is made up for, an invoice a period',
    { amount_cents: 4900 },
    {
      '2026-06-01': nothing,
      '2026-06-02': async (c) => {
        expect((await c.bills()).map((bill) => [bill.period_start, bill.period_end, bill.amount_cents])).toEqual([
          ['2026-01-31', '2026-02-28', 4900],
          ['2026-02-28', '2026-03-31', 4900],
          ['2026-03-31', '2026-04-30', 4900],
          ['2026-04-30', '2026-05-31', 4900],
        ])
        expect(await c.get()).toMatchObject({ current_period_start: '2026-05-31', current_period_end: '2026-06-30' })
      },
    },
    { starts_on: '2026-01-31' },
  )
  life(
    'one that starts in the future is scheduled and owes nothing until then',
    pro,
    {
      '2026-06-01': async (c) => {
        expect(c.subscription).toMatchObject({ status: 'scheduled', started_on: '2026-06-16' })
        ;(await on.api.generateInvoice(c.user.id)).refused(409, 'nothing_to_bill')
      },
      '2026-06-16': async (c) => expect(await c.get()).toMatchObject({ status: 'active', current_period_end: '2026-07-16' }),
      '2026-07-16': async (c) => expect(only(await c.bills())).toEqual({ base: 4900 }),
    },
    { starts_on: '2026-06-16' },
  )
  let third = ''
  life('twice canceled and subscribed again on one day, no day is billed twice', pro, {
    '2026-06-01': async (c) => {
      await c.cancel()
      const second = await subscribe(on.api, c.user.id, c.plan.code)
      expect(second).toMatchObject({ status: 'scheduled', started_on: '2026-06-02' })
      ;(await on.api.createSubscription({ user_id: c.user.id, plan_code: c.plan.code, starts_on: '2026-06-01' })).refused(409, 'already_subscribed')
      expect((await on.api.cancelSubscription(second.id, 'now')).is(200)).toMatchObject({ status: 'canceled', invoices: [], credit_notes: [] })
      const made = await subscribe(on.api, c.user.id, c.plan.code)
      expect(made).toMatchObject({ status: 'scheduled', started_on: '2026-06-02' })
      third = made.id
    },
    '2026-06-02': async () => expect((await on.api.getSubscription(third)).is(200)).toMatchObject({ status: 'active', current_period_start: '2026-06-02' }),
    '2026-07-02': async (c) => expect((await c.bills()).map((bill) => bill.amount_cents)).toEqual([163, 4900]),
  })
  life('a trial owes nothing, its end is the anchor, and there is one a user and plan unless it is asked for', { ...pro, trial_days: 14 }, {
    '2026-06-01': async (c) => {
      expect(c.subscription).toMatchObject({ status: 'trialing', current_period_end: '2026-06-15' })
      await c.use(150_000)
      ;(await on.api.generateInvoice(c.user.id)).refused(409, 'nothing_to_bill')
    },
    '2026-06-15': async (c) => expect(await c.get()).toMatchObject({ status: 'active', current_period_start: '2026-06-15', current_period_end: '2026-07-15' }),
    '2026-07-15': async (c) => {
      expect(only(await c.bills())).toEqual({ base: 4900 })
      await c.cancel()
      const again = await subscribe(on.api, c.user.id, c.plan.code)
      expect(again).toMatchObject({ started_on: '2026-07-16', current_period_end: '2026-08-16' })
      await on.api.cancelSubscription(again.id, 'now')
      expect(await subscribe(on.api, c.user.id, c.plan.code, { trial_days: 7 })).toMatchObject({ started_on: '2026-07-16', current_period_end: '2026-07-23' })
    },
  })
  life(
    'with a trial and an anchor day the first paid period owes its share: 26.13',
    { ...pro, trial_days: 14 },
    {
      '2026-06-01': nothing,
      '2026-06-15': async (c) => expect(await c.get()).toMatchObject({ current_period_start: '2026-06-15', current_period_end: '2026-07-01' }),
      '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 2613 }),
    },
    { anchor_day: 1 },
  )
})

describe('4 and 5. the base of a period', () => {
  life('upgrade: pro, then ent on June 11: 149.00', pro, {
    '2026-06-01': nothing,
    '2026-06-11': async (c) => c.change(await to(ent)),
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 14_900 }),
  })
  life('billed in advance: 49.00 on June 1, +100.00 for the change', { ...pro, bill_in: 'advance' }, {
    '2026-06-01': async (c) => {
      expect(c.subscription.invoices).toHaveLength(1)
      expect((await c.bills()).map(amounts)).toEqual([{ base: 4900 }])
    },
    '2026-06-11': async (c) => {
      const changed = await c.change(await to({ ...ent, bill_in: 'advance' }, { invoice: 'now' }))
      expect(changed.invoices).toHaveLength(1)
      expect((await c.bills()).map(amounts)).toEqual([{ base: 4900 }, { base: 10_000 }])
    },
    '2026-07-01': async (c) => {
      const last = (await c.bills()).slice(2)
      expect(last.map((bill) => [bill.period_start, bill.amount_cents])).toEqual([['2026-07-01', 19_900]])
    },
  })
  life('twice on one day costs nothing', pro, {
    '2026-06-01': nothing,
    '2026-06-11': async (c) => {
      await c.change(await to(ent))
      await c.change({ plan_code: c.plan.code })
    },
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 4900 }),
  })
  life('there and back: ent on June 11, pro again on June 12: 54.00', pro, {
    '2026-06-01': nothing,
    '2026-06-11': async (c) => c.change(await to(ent)),
    '2026-06-12': async (c) => c.change({ plan_code: c.plan.code }),
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 5400 }),
  })
  life('three plans in 31 days: 10.00 + 20.00 + 33.00 = 63.00', { amount_cents: 3100 }, {
    '2026-07-01': nothing,
    '2026-07-11': async (c) => c.change(await to({ amount_cents: 6200 })),
    '2026-07-21': async (c) => c.change(await to({ amount_cents: 9300 })),
    '2026-08-01': async (c) => expect(only(await c.bills())).toEqual({ base: 6300 }),
  })
  life('seats: 12.00 x 10, from June 11 x 15: 160.00', { amount_cents: 1200 }, {
    '2026-06-01': nothing,
    '2026-06-11': (c) => c.change({ quantity: 15 }),
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 16_000 }),
  }, { quantity: 10 })
  life('a pause from June 11 to 20: 32.67', pro, {
    '2026-06-01': nothing,
    '2026-06-10': async (c) => expect((await on.api.pauseSubscription(c.subscription.id)).is(200)).toMatchObject({ status: 'active', paused_from: '2026-06-11' }),
    '2026-06-11': async (c) => expect(await c.get()).toMatchObject({ status: 'paused' }),
    '2026-06-21': async (c) => expect((await on.api.resumeSubscription(c.subscription.id)).is(200)).toMatchObject({ status: 'active' }),
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 3267 }),
  })
  life('an override of 39.00 from June 16: 44.00', pro, {
    '2026-06-01': nothing,
    '2026-06-16': (c) => c.change({ overrides: { amount_cents: 3900 }, reason: 'A good customer' }),
    '2026-07-01': async (c) => {
      const [bill] = await c.bills()
      expect(amounts(bill!)).toEqual({ base: 4400 })
      expect(bill!.lines[0]!.explanation).toMatchObject({ segments: [{}, { fee: '39', overridden: true, reason: 'A good customer' }] })
    },
  })
  life('period_start on June 11: 199.00, and what was billed before is taken off', pro, {
    '2026-06-01': nothing,
    '2026-06-10': async (c) => expect(amounts(await c.generate())).toMatchObject({ base: 4900 }),
    '2026-06-11': async (c) => c.change(await to(ent, { at: 'period_start' })),
    '2026-07-01': async (c) => {
      const [, rest] = await c.bills()
      expect(lineOf(rest!, 'base', '2026-06-01')).toBe(15_000)
      expect(rest!.lines[0]!.explanation).toMatchObject({ owed: '199', earlier_billed: '49' })
    },
  })
})

describe('5. usage and minimum', () => {
  life('120,000 calls on pro, then 640,000 on ent: 20.00', pro, {
    '2026-06-01': nothing,
    '2026-06-10': (c) => c.use(120_000, '2026-06-05'),
    '2026-06-11': async (c) => c.change(await to(ent)),
    '2026-06-20': (c) => c.use(640_000),
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 14_900, api_calls: 2000 }),
  })
  life('ent first with 500,000, then pro with 50,000 more: 50.00', ent, {
    '2026-06-01': nothing,
    '2026-06-10': (c) => c.use(500_000),
    '2026-06-11': async (c) => c.change(await to(pro)),
    '2026-06-20': (c) => c.use(50_000),
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 9900, api_calls: 5000 }),
  })
  life('period_start rates the whole period by the new plan', pro, {
    '2026-06-01': (c) => c.use(120_000),
    '2026-06-11': async (c) => c.change(await to(ent, { at: 'period_start' })),
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 19_900, api_calls: 0 }),
  })
  life(
    'a smaller plan, then pro on the 15th after 150,000 calls: each call and each day once',
    { amount_cents: 900, charges: [{ metric: 'api_calls', model: 'per_unit', included: 10_000, unit_price: '0.002' }] },
    {
      '2026-06-01': nothing,
      '2026-06-14': (c) => c.use(150_000),
      '2026-06-15': async (c) => c.change(await to(pro)),
      '2026-06-20': (c) => c.use(30_000),
      '2026-07-01': async (c) => {
        // 9.00 x 14 days + 49.00 x 16 days; 140,000 at 0.002, then 30,000 beyond pro's 100,000 at 0.001.
        expect(only(await c.bills())).toEqual({ base: 3033, api_calls: 28_000 + 3000 })
      },
    },
  )
  life('a call on the day of the cancel is the subscription\'s still', pro, {
    '2026-06-01': nothing,
    '2026-06-03': async (c) => {
      await c.use(100_500)
      await c.cancel()
      expect(only(await c.bills())).toEqual({ base: 490, api_calls: 50 })
    },
  })
  life(
    'a minimum of 500.00 with 20 of 30 days active: 93.33 over 240.00; late usage of 15.00 takes 15.00 off it',
    { amount_cents: 30_000, minimum_cents: 50_000, charges: [{ metric: 'api_calls', model: 'per_unit', unit_price: '0.01' }] },
    {
      '2026-06-01': (c) => c.use(4000),
      '2026-06-10': async (c) => (await on.api.pauseSubscription(c.subscription.id)).is(200),
      '2026-06-21': async (c) => (await on.api.resumeSubscription(c.subscription.id)).is(200),
      '2026-07-01': async (c) => {
        const [bill] = await c.bills()
        expect(amounts(bill!)).toEqual({ base: 20_000, api_calls: 4000, minimum: 9333 })
        await paid(on.api, bill!)
      },
      '2026-07-05': async (c) => {
        await c.use(1500, '2026-06-25')
        const bill = await generate(on.api, c.user.id)
        expect(lineOf(bill, 'usage:api_calls', '2026-06-01')).toBe(1500)
        expect(lineOf(bill, 'minimum', '2026-06-01')).toBe(-1500)
        expect(lineOf(bill, 'minimum', '2026-07-01')).toBe(undefined) // not while the period goes on
        expect(bill.amount_cents).toBe(30_000)
      },
    },
  )
})

describe('6. when it is billed', () => {
  life('a cancel now bills all of the subscription, its share of the minimum included', { amount_cents: 3000, minimum_cents: 6000 }, {
    '2026-06-01': nothing,
    '2026-06-10': async (c) => {
      const canceled = await c.cancel()
      expect(canceled.invoices).toHaveLength(1)
      expect(only(await c.bills())).toEqual({ base: 1000, minimum: 1000 })
    },
  })
  life('a cancel without prorating keeps the base as if it had not ended', pro, {
    '2026-06-01': nothing,
    '2026-06-10': async (c) => {
      ;(await on.api.call('cancelSubscription', { id: c.subscription.id }, { body: { at: 'now', prorate: false } })).is(200)
      expect(only(await c.bills())).toEqual({ base: 4900 })
    },
  })
  const waitingInAll = async () => Number((await on.api.getStats()).is(200).amounts.find((one) => one.currency === 'USD')?.waiting_cents ?? 0)
  life('beside an open invoice what is owed waits, is shown and summed, and is billed by the roll-over once that one is paid', pro, {
    '2026-06-01': async (c) => {
      ;(await on.api.updateUser(c.user.id, { payment_method: 'stub_decline' })).is(200)
      await generate(on.api, c.user.id)
      await c.use(120_000)
      const before = await waitingInAll()
      expect((await on.api.generateInvoice(c.user.id)).is(200).generated).toEqual([])
      expect(await c.get()).toMatchObject({ waiting_cents: 2000 })
      expect(await waitingInAll()).toBe(before + 2000)
    },
    '2026-06-02': async (c) => {
      await changeCardOnly(on, c.user.id, 'stub_ok')
      ;(await on.api.payInvoice(c.user.id, (await c.bills())[0]!.id)).is(200)
    },
    // A roll-over bills no usage of a period that goes on: it is for the next generate or the period's end.
    '2026-07-01': async (c) => {
      expect((await c.bills()).map(amounts)).toEqual([{ base: 4900 }, { api_calls: 2000 }])
      expect(await c.get()).toMatchObject({ waiting_cents: 0 })
    },
  })
  life('at a roll-over in advance the usage that ended and the base that begins share an invoice', { ...pro, bill_in: 'advance' }, {
    '2026-06-01': (c) => c.use(120_000),
    '2026-07-01': async (c) => {
      const [first, second] = await c.bills()
      expect(amounts(first!)).toEqual({ base: 4900 })
      expect(second).toMatchObject({ period_start: '2026-07-01', amount_cents: 6900 })
      expect(amounts(second!)).toEqual({ 'api_calls 2026-06-01': 2000, base: 4900 })
    },
  })
})

describe('8 and 9. credit notes and balance', () => {
  story('canceled with 49.00 open: a note of 33.19 off what is due, 15.81 is collected', (() => {
    let c: Customer
    return {
      '2026-07-01': async () => void (c = await customer(pro, {}, 'stub_decline')),
      '2026-07-02': async () => expect((await generate(on.api, c.user.id)).amount_cents).toBe(4900),
      '2026-07-10': async () => {
        await c.cancel()
        const [bill, ...more] = await c.bills()
        expect(more).toEqual([])
        expect(bill).toMatchObject({ amount_cents: 4900, credited_cents: 3319, due_cents: 1581, status: 'open' })
        expect(await c.notes()).toMatchObject([{ kind: 'correction', invoice_id: bill!.id, amount_cents: 3319, applied_cents: 3319, to_balance_cents: 0 }])
        await changeCardOnly(on, c.user.id, 'stub_ok')
        expect((await on.api.payInvoice(c.user.id, bill!.id)).is(200)).toMatchObject({ status: 'paid', paid_cents: 1581, due_cents: 0 })
      },
    }
  })())
  life('canceled with 49.00 paid: 33.19 to the balance; a later invoice of 19.00 is paid from it, 14.19 left', pro, {
    '2026-07-01': nothing,
    '2026-07-02': (c) => c.generate(),
    '2026-07-10': async (c) => {
      await c.cancel()
      expect(await c.notes()).toMatchObject([{ amount_cents: 3319, applied_cents: 0, to_balance_cents: 3319 }])
      expect(await c.balance()).toEqual([{ currency: 'USD', balance_cents: 3319 }])
      await subscribe(on.api, c.user.id, (await makePlan(on.api, { amount_cents: 1900 })).code)
      expect(await generate(on.api, c.user.id)).toMatchObject({ amount_cents: 1900, from_balance_cents: 1900, due_cents: 0, status: 'paid', payments: [] })
      expect(await c.balance()).toEqual([{ currency: 'USD', balance_cents: 1419 }])
    },
  })
  life('canceled with 49.00 paid, to be credited to the card: 33.19 are refunded, and nothing becomes balance', pro, {
    '2026-07-01': nothing,
    '2026-07-02': (c) => c.generate(),
    '2026-07-10': async (c) => {
      ;(await on.api.call('cancelSubscription', { id: c.subscription.id }, { body: { at: 'now', credit_to: 'refund' } })).is(200)
      await until('it is refunded', async () => (await c.notes())[0]!.refund?.status === 'succeeded')
      expect(await c.notes()).toMatchObject([{ amount_cents: 3319, applied_cents: 0, to_balance_cents: 0, refund: { amount_cents: 3319, failed_cents: 0 } }])
      expect(await c.balance()).toEqual([])
      const [bill] = await c.bills()
      expect(bill).toMatchObject({ status: 'paid', paid_cents: 4900, due_cents: 0 })
      expect(bill!.payments.map((p) => [p.kind, p.amount_cents, p.refunded_cents])).toEqual([['refund', 3319, 0], ['scheduled', 4900, 3319]])
    },
  })
  life('credits are used soonest expiry first, until the day before it', { amount_cents: 1200, interval: 'week' }, {
    '2026-06-01': async (c) => {
      const give = async (amount_cents: number, expires_on?: string) =>
        (await on.api.createCredit(c.user.id, { amount_cents, currency: 'USD', reason: 'A gift', ...(expires_on && { expires_on }) })).is(201)
      await give(500)
      await give(1000, '2026-06-09')
      await give(700, '2026-06-08')
    },
    // The one that expires on the 8th is of no use any more.
    '2026-06-08': async (c) => {
      expect((await c.bills()).map((bill) => [bill.amount_cents, bill.from_balance_cents])).toEqual([[1200, 1200]])
      const credits = (await on.api.listCredits(c.user.id)).is(200)
      expect(credits.map((one) => [one.amount_cents, one.used_cents])).toEqual([
        [700, 0],
        [1000, 1000],
        [500, 200],
      ])
      expect(await c.balance()).toEqual([{ currency: 'USD', balance_cents: 300 }])
      ;(await on.api.endCredit(c.user.id, credits[2]!.id)).is(204)
      expect((await on.api.listCredits(c.user.id)).is(200)[2]).toMatchObject({ left_cents: 0, used_cents: 200 })
    },
  })
  story('a credit pays what is open, as far as it goes, and a void gives it back', (() => {
    let c: Customer
    return {
      '2026-06-01': async () => {
        c = await customer({ amount_cents: 3000 }, {}, 'stub_decline')
        await generate(on.api, c.user.id)
      },
      '2026-06-02': async () => {
        const credit = (await on.api.createCredit(c.user.id, { amount_cents: 1200, currency: 'USD', reason: 'Sorry' })).is(201)
        expect(credit).toMatchObject({ left_cents: 0, used_cents: 1200 })
        const [bill] = await c.bills()
        expect(bill).toMatchObject({ from_balance_cents: 1200, due_cents: 1800, status: 'open' })
        ;(await on.api.voidInvoice(c.user.id, bill!.id)).is(200)
        expect(await c.balance()).toEqual([{ currency: 'USD', balance_cents: 1200 }])
      },
      '2026-06-03': async () => {
        expect(await generate(on.api, c.user.id)).toMatchObject({ from_balance_cents: 1200, due_cents: 1800 })
        await until('it was declined', async () => (await c.bills()).at(-1)!.collection === 'retrying') // while an attempt runs no grant pays it
        ;(await on.api.createCredit(c.user.id, { amount_cents: 3000, currency: 'USD', reason: 'Sorry again' })).is(201)
        expect((await c.bills()).at(-1)).toMatchObject({ from_balance_cents: 3000, due_cents: 0, status: 'paid' })
        expect(await c.balance()).toEqual([{ currency: 'USD', balance_cents: 1200 }])
      },
    }
  })())
})

describe('10. corrections', () => {
  const event = (c: Customer, event_id: string, quantity: number) => on.api.recordUsage({ user_id: c.user.id, metric: 'api_calls', quantity, event_id })
  const correct = async (c: Customer, event_id: string, quantity: number) =>
    (await on.api.correctUsage({ user_id: c.user.id, metric: 'api_calls', event_id, quantity, reason: 'Counted wrongly' })).is(201)

  life('120,000 billed, 30,000 of them were 3,000: 20.00 back', pro, {
    '2026-06-01': async (c) => {
      await c.use(90_000)
      ;(await event(c, 'e1', 30_000)).is(201)
    },
    '2026-06-02': async (c) => expect((await c.generate()).amount_cents).toBe(6900),
    '2026-06-03': async (c) => {
      expect(await correct(c, 'e1', 3000)).toMatchObject({ quantity: 3000, delta: -27_000 })
      const answer = (await on.api.generateInvoice(c.user.id)).is(200)
      expect(answer).toMatchObject({ generated: [], credit_notes: [expect.any(String)] })
      expect(await c.notes()).toMatchObject([{ amount_cents: 2000, to_balance_cents: 2000, lines: [{ explanation: { total_quantity: 93_000, owed: '0' } }] }])
      const seen = (await on.api.listUsageEvents(c.user.id)).is(200).find((entry) => entry.event_id === 'e1')
      expect(seen).toMatchObject({ quantity: 30_000, counts: 3000, corrections: [{ delta: -27_000, reason: 'Counted wrongly' }] })
    },
    '2026-07-01': async (c) => expect((await c.bills()).map((bill) => bill.amount_cents)).toEqual([6900]),
  })
  life('an absurd event corrected before its invoice is never billed', pro, {
    '2026-06-01': async (c) => {
      ;(await event(c, 'absurd', 1_000_000_000_000)).is(201)
      await correct(c, 'absurd', 120_000)
      expect((await on.api.getUsage(c.user.id)).is(200)).toMatchObject([{ quantity: 120_000 }])
    },
    '2026-07-01': async (c) => expect(only(await c.bills())).toEqual({ base: 4900, api_calls: 2000 }),
  })
  life('an absurd event corrected after its invoice is credited off what is due; the newest correction wins', pro, {
    '2026-06-01': async (c) => {
      ;(await on.api.updateUser(c.user.id, { payment_method: 'stub_decline' })).is(200)
      ;(await event(c, 'absurd', 1_000_000_000_000)).is(201)
      expect((await generate(on.api, c.user.id)).amount_cents).toBe(4900 + 99_999_990_000)
    },
    '2026-06-02': async (c) => {
      await correct(c, 'absurd', 0)
      await correct(c, 'absurd', 120_000)
      await on.api.generateInvoice(c.user.id)
      expect(await c.bills()).toMatchObject([{ credited_cents: 99_999_988_000, due_cents: 6900, status: 'open' }])
    },
  })
  life('a day corrected without an event: never below zero, and billed however old the period is', pro, {
    '2026-06-01': (c) => c.use(100_000),
    '2026-07-02': async (c) => {
      const [bill] = await c.bills()
      expect(amounts(bill!)).toEqual({ base: 4900, api_calls: 0 })
      const day = (quantity: number) => on.api.correctUsage({ user_id: c.user.id, metric: 'api_calls', at: '2026-06-01T12:00:00Z', quantity, reason: 'Forgotten' })
      ;(await day(-100_001)).refused(422, 'unacceptable', '/quantity')
      ;(await day(20_000)).is(201)
      const next = await c.generate()
      expect(lineOf(next, 'usage:api_calls', '2026-06-01')).toBe(2000)
      ;(await on.api.correctUsage({ user_id: c.user.id, metric: 'api_calls', event_id: 'unknown', quantity: 1, reason: 'x' })).refused(404, 'not_found')
    },
  })
})

beforeAll(async () => {
  const days = [...new Set(stories.flatMap((one) => Object.keys(one.days)))].sort()
  for (const day of days) {
    if (day > (await now(on.api)).toISOString().slice(0, 10)) await advanceTo(on.api, `${day}T09:00:00Z`)
    else await advanceDays(on.api, 0)
    for (const one of stories) {
      if (one.failure === undefined) await one.days[day]?.().catch((error: unknown) => void (one.failure = error))
    }
  }
}, 500_000)
