import { describe, expect, test } from 'vitest'
import { advanceDays, advanceTo, amounts, changeCardOnly, generate, invoicesOf, makeCustomer, makePlan, makeUser, now, subscribe, use, useServer } from '../harness/make.ts'
import { Server } from '../harness/server.ts'
import type { Interval } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const nobody = '01900000-0000-7000-8000-000000000000'

describe('subscribing', () => {
  const on = useServer()

  test('starts the first period today', async () => {
    const user = await makeUser(on.api)
    const answer = await on.api.createSubscription({ user_id: user.id, plan_code: 'pro' })
    const made = answer.is(201)
    expect(made).toEqual({
      id: made.id,
      user_id: user.id,
      plan_code: 'pro',
      version: 1,
      quantity: 1,
      overrides: null,
      status: 'active',
      started_on: '2026-01-15',
      anchor_day: null,
      current_period_start: '2026-01-15',
      current_period_end: '2026-02-15',
      cancel_at_period_end: false,
      canceled_at: null,
      paused_from: null,
      paused_until: null,
      pending: null,
      waiting_cents: 0,
      discounts: [],
      metadata: {},
      billing_error: null,
      created_at: '2026-01-15T12:00:00Z',
      updated_at: '2026-01-15T12:00:00Z',
      invoices: [],
      credit_notes: [],
    })
    expect(answer.header('location')).toBe(`/subscriptions/${made.id}`)
    const { invoices: _, credit_notes: __, ...seen } = made
    expect((await on.api.getSubscription(made.id)).is(200)).toEqual(seen)
    expect((await on.api.getSubscription(made.id.toUpperCase())).is(200)).toEqual(seen)
  })

  test.each<[Interval, number, string]>([
    ['day', 1, '2026-01-16'],
    ['day', 10, '2026-01-25'],
    ['day', 1000, '2028-10-11'],
    ['week', 1, '2026-01-22'],
    ['week', 2, '2026-01-29'],
    ['month', 1, '2026-02-15'],
    ['month', 3, '2026-04-15'],
    ['month', 13, '2027-02-15'],
    ['year', 1, '2027-01-15'],
    ['year', 5, '2031-01-15'],
  ])('a period of %s x %d from 2026-01-15 ends before %s', async (interval, interval_count, end) => {
    const { subscription } = await makeCustomer(on.api, { interval, interval_count })
    expect(subscription.current_period_start).toBe('2026-01-15')
    expect(subscription.current_period_end).toBe(end)
  })

  test('a user may be on several plans, and on each once', async () => {
    const { user, plan } = await makeCustomer(on.api)
    const other = await makePlan(on.api)
    await subscribe(on.api, user.id, other.code)
    ;(await on.api.createSubscription({ user_id: user.id, plan_code: plan.code })).refused(409, 'already_subscribed')
    expect((await on.api.listSubscriptions({ user_id: user.id })).is(200).map((s) => s.plan_code)).toEqual([other.code, plan.code])
  })

  test('30 subscribes at once make one subscription', async () => {
    const user = await makeUser(on.api)
    const plan = await makePlan(on.api)
    const answers = await Promise.all(Array.from({ length: 30 }, () => on.api.createSubscription({ user_id: user.id, plan_code: plan.code })))
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1)
    for (const answer of answers.filter((a) => a.status !== 201)) answer.refused(409, 'already_subscribed')
    expect((await on.api.listSubscriptions({ user_id: user.id })).is(200)).toHaveLength(1)
  })

  test('waits for whatever else is done to the user’s subscriptions', async () => {
    const [user, plan] = [await makeUser(on.api), await makePlan(on.api)]
    const held = on.server.sql(`BEGIN; SELECT FROM users WHERE id = '${user.id}' FOR NO KEY UPDATE; SELECT pg_sleep(2); COMMIT`)
    await until('the user is locked', async () => (await on.server.waiting('PgSleep')) === 1)
    const subscribed = on.api.createSubscription({ user_id: user.id, plan_code: plan.code })
    await until('it waits', async () => (await on.server.waiting('Lock')) === 1)
    await held
    ;(await subscribed).is(201)
  })

  test('user and plan must be there', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.createSubscription({ user_id: nobody, plan_code: 'pro' })).refused(404, 'not_found')
    ;(await on.api.createSubscription({ user_id: user.id, plan_code: 'nowhere' })).refused(404, 'not_found')
    ;(await on.api.getSubscription(nobody)).refused(404, 'not_found')
    ;(await on.api.getSubscription('abc')).refused(404, 'not_found')
    expect((await on.api.listSubscriptions({ user_id: user.id })).is(200)).toEqual([])
  })

  test.each([
    ['nothing', {}, ['/user_id', '/plan_code']],
    ['a malformed user', { user_id: 'abc', plan_code: 'pro' }, ['/user_id']],
    ['a user that is a number', { user_id: 1, plan_code: 'pro' }, ['/user_id']],
    ['a plan of null', { user_id: nobody, plan_code: null }, ['/plan_code']],
    ['an unknown member', { user_id: nobody, plan_code: 'pro', seats: 2 }, ['/seats']],
    ['a quantity of none', { user_id: nobody, plan_code: 'pro', quantity: 0 }, ['/quantity']],
    ['a day that is none', { user_id: nobody, plan_code: 'pro', starts_on: '2026-02-30' }, ['/starts_on']],
    ['an anchor beyond the month', { user_id: nobody, plan_code: 'pro', anchor_day: 32 }, ['/anchor_day']],
    ['a trial of more than two years', { user_id: nobody, plan_code: 'pro', trial_days: 731 }, ['/trial_days']],
    ['notes that are no text', { user_id: nobody, plan_code: 'pro', metadata: { a: 1 } }, ['/metadata/a']],
  ])('refuses %s', async (_, body, pointers) => {
    ;(await on.api.createSubscription(body)).refused(422, 'unacceptable', ...pointers)
  })

  test('lists filter by user, by plan and by status', async () => {
    const { user, subscription } = await makeCustomer(on.api, { trial_days: 5 })
    const active = await subscribe(on.api, user.id, (await makePlan(on.api)).code)
    const canceled = await subscribe(on.api, user.id, (await makePlan(on.api)).code)
    ;(await on.api.cancelSubscription(canceled.id, 'now')).is(200)
    const ids = async (status?: string) => (await on.api.listSubscriptions({ user_id: user.id, status })).is(200).map((s) => s.id)
    expect(await ids()).toEqual([canceled.id, active.id, subscription.id])
    expect(await ids('trialing')).toEqual([subscription.id])
    expect(await ids('active')).toEqual([active.id])
    expect(await ids('canceled')).toEqual([canceled.id])
    expect(await ids('past_due')).toEqual([])
    const to = async (plan_code: string, status?: string) => (await on.api.listSubscriptions({ plan_code, status })).is(200).map((s) => s.id)
    expect(await to(active.plan_code)).toEqual([active.id])
    expect(await to(active.plan_code, 'canceled')).toEqual([])
    expect(await to(canceled.plan_code, 'canceled')).toEqual([canceled.id])
    for (const code of ['nowhere', active.plan_code.toUpperCase(), 'x'.repeat(500), '']) expect(await to(code)).toEqual([])
    ;(await on.api.listSubscriptions({ status: 'asleep' })).refused(422, 'unacceptable', '?status')
    ;(await on.api.listSubscriptions({ user_id: 'abc' })).refused(422, 'unacceptable', '?user_id')
    expect((await on.api.listSubscriptions({ user_id: nobody })).is(200)).toEqual([])
  })
})

describe('periods', () => {
  const on = useServer({ start: '2026-01-31T09:00:00Z' })

  test('a month-end subscription bills each last day and returns to the 31st', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 310 })
    const starts = [subscription.current_period_start]
    for (const day of ['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']) {
      // The instant before, it is still the old period.
      await advanceTo(on.api, new Date(Date.parse(day) - 1000).toISOString())
      expect((await on.api.getSubscription(subscription.id)).is(200).current_period_end).toBe(day)
      await advanceTo(on.api, day)
      const current = (await on.api.getSubscription(subscription.id)).is(200)
      expect(current.status).toBe('active')
      starts.push(current.current_period_start)
    }
    expect(starts).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'])
    const invoices = await invoicesOf(on.api, user.id)
    expect(invoices.map((i) => [i.period_start, i.period_end, i.amount_cents])).toEqual([
      ['2026-01-31', '2026-02-28', 310],
      ['2026-02-28', '2026-03-31', 310],
      ['2026-03-31', '2026-04-30', 310],
      ['2026-04-30', '2026-05-31', 310],
    ])
  })

  test('a long advance makes each invoice on its own day', async () => {
    await advanceTo(on.api, '2026-06-10T00:00:00Z')
    const { user } = await makeCustomer(on.api, { interval: 'week', amount_cents: 70 })
    await advanceDays(on.api, 30)
    const invoices = await invoicesOf(on.api, user.id)
    expect(invoices.map((i) => [i.period_start, i.created_at, i.status])).toEqual([
      ['2026-06-10', '2026-06-17T00:00:00Z', 'paid'],
      ['2026-06-17', '2026-06-24T00:00:00Z', 'paid'],
      ['2026-06-24', '2026-07-01T00:00:00Z', 'paid'],
      ['2026-07-01', '2026-07-08T00:00:00Z', 'paid'],
    ])
  })
})

describe('leap years', () => {
  const on = useServer({ start: '2028-02-29T12:00:00Z' })

  test('a year from February 29 ends on the 28th, and on the 29th again in the next leap year', async () => {
    const { user } = await makeCustomer(on.api, { interval: 'year', amount_cents: 36_500 })
    await advanceTo(on.api, '2033-03-01')
    expect((await invoicesOf(on.api, user.id)).map((i) => i.period_end)).toEqual(['2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29', '2033-02-28'])
  })
})

describe('a trial', () => {
  const on = useServer()

  test('is free, and billing is anchored on its end', async () => {
    const { user, subscription } = await makeCustomer(on.api, {
      amount_cents: 3000,
      trial_days: 14,
      charges: [{ metric: 'api_calls', model: 'per_unit', unit_price: '1' }],
    })
    expect(subscription).toMatchObject({ status: 'trialing', current_period_start: '2026-01-15', current_period_end: '2026-01-29' })
    await use(on.api, user.id, 'api_calls', 1000)
    ;(await on.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')

    await advanceTo(on.api, '2026-01-29')
    expect((await on.api.getSubscription(subscription.id)).is(200)).toMatchObject({
      status: 'active',
      current_period_start: '2026-01-29',
      current_period_end: '2026-02-28',
    })
    expect(await invoicesOf(on.api, user.id)).toEqual([])
    await use(on.api, user.id, 'api_calls', 2)
    await advanceTo(on.api, '2026-03-29')
    const invoices = await invoicesOf(on.api, user.id)
    expect(invoices.map((i) => [i.period_start, i.period_end, amounts(i)])).toEqual([
      ['2026-01-29', '2026-02-28', { base: 3000, api_calls: 200 }],
      ['2026-02-28', '2026-03-29', { base: 3000 }],
    ])
  })

  test.each(['now', 'period_end'] as const)('canceled %s, costs nothing', async (at) => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 3000, trial_days: 7 })
    const canceled = (await on.api.cancelSubscription(subscription.id, at)).is(200)
    expect(canceled.status).toBe(at === 'now' ? 'canceled' : 'trialing')
    await advanceDays(on.api, 60)
    expect((await on.api.getSubscription(subscription.id)).is(200).status).toBe('canceled')
    expect(await invoicesOf(on.api, user.id)).toEqual([])
    ;(await on.api.generateInvoice(user.id)).refused(409, 'nothing_to_bill')
  })
})

describe('canceling', () => {
  const on = useServer()

  // The period is 2026-01-15 to 2026-02-15, 31 days, for 31.00; rounded half away from zero for 10.01.
  test.each([
    ['2026-01-15T12:00:00Z', '2026-01-16', 3100, 100],
    ['2026-01-20T23:59:59Z', '2026-01-21', 3100, 600],
    ['2026-01-21T00:00:00Z', '2026-01-22', 1001, 226], // 1001 x 7 / 31 = 226.03
    ['2026-02-13T12:00:00Z', '2026-02-14', 1001, 969], // 1001 x 30 / 31 = 968.7
    ['2026-02-14T12:00:00Z', '2026-02-15', 3100, 3100], // the last day: nothing is cut
  ])('now, at %s, makes the period end before %s', async (at, end, fee, owed) => {
    const fresh = await Server.start()
    try {
      const { user, subscription } = await makeCustomer(fresh.api, { amount_cents: fee })
      await advanceTo(fresh.api, at)
      const canceled = (await fresh.api.cancelSubscription(subscription.id, 'now')).is(200)
      expect(canceled).toMatchObject({ status: 'canceled', current_period_start: '2026-01-15', current_period_end: end, canceled_at: at })
      const [invoice, ...more] = await invoicesOf(fresh.api, user.id)
      expect(more).toEqual([])
      expect(invoice).toMatchObject({ period_start: '2026-01-15', period_end: end, amount_cents: owed })
      // Nothing comes after it.
      await advanceDays(fresh.api, 90)
      expect(await invoicesOf(fresh.api, user.id)).toHaveLength(1)
      expect((await fresh.api.generateInvoice(user.id)).is(200)).toMatchObject({ id: invoice!.id, generated: [], credit_notes: [] })
    } finally {
      await fresh.stop()
    }
  })

  test('now bills the usage in full', async () => {
    const { user, subscription } = await makeCustomer(on.api, {
      amount_cents: 0,
      charges: [{ metric: 'm', model: 'per_unit', included: 10, unit_price: '0.1' }],
    })
    await use(on.api, user.id, 'm', 25)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const [invoice] = await invoicesOf(on.api, user.id)
    expect(amounts(invoice!)).toEqual({ m: 150 })
  })

  test('at the period\'s end lets it run out and bills it as any other', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 500 })
    const asked = (await on.api.cancelSubscription(subscription.id, 'period_end')).is(200)
    expect(asked).toMatchObject({ status: 'active', cancel_at_period_end: true, canceled_at: null, current_period_end: subscription.current_period_end })
    ;(await on.api.cancelSubscription(subscription.id, 'period_end')).refused(409, 'already_canceled')

    await advanceTo(on.api, subscription.current_period_end)
    const ended = (await on.api.getSubscription(subscription.id)).is(200)
    expect(ended).toMatchObject({
      status: 'canceled',
      current_period_start: subscription.current_period_start,
      current_period_end: subscription.current_period_end,
      canceled_at: `${subscription.current_period_end}T00:00:00Z`,
    })
    await advanceDays(on.api, 90)
    const invoices = await invoicesOf(on.api, user.id)
    expect(invoices.map((i) => [i.period_start, i.amount_cents])).toEqual([[subscription.current_period_start, 500]])
  })

  test('one that is to end with its period can still be canceled now', async () => {
    const { subscription } = await makeCustomer(on.api)
    ;(await on.api.cancelSubscription(subscription.id, 'period_end')).is(200)
    expect((await on.api.cancelSubscription(subscription.id, 'now')).is(200).status).toBe('canceled')
  })

  test('twice is refused', async () => {
    const { subscription } = await makeCustomer(on.api)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).refused(409, 'already_canceled')
    ;(await on.api.cancelSubscription(subscription.id, 'period_end')).refused(409, 'already_canceled')
  })

  test('20 cancels at once cancel once, with one final invoice', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 3100 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => on.api.cancelSubscription(subscription.id, 'now')))
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
    for (const answer of answers.filter((a) => a.status !== 200)) answer.refused(409, 'already_canceled')
    expect(await invoicesOf(on.api, user.id)).toHaveLength(1)
  })

  test('once it is canceled, the plan can be subscribed to again', async () => {
    const { user, plan, subscription } = await makeCustomer(on.api)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const again = await subscribe(on.api, user.id, plan.code)
    expect(again.id).not.toBe(subscription.id)
    // No day twice: today was the last one of the canceled one.
    const tomorrow = new Date((await now(on.api)).getTime() + 86_400_000).toISOString().slice(0, 10)
    expect(again).toMatchObject({ status: 'scheduled', started_on: tomorrow, current_period_start: tomorrow })
  })

  test('now bills first what could not be billed when its period ended', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, interval: 'day' })
    const broken = await on.server.sql(`
      CREATE FUNCTION refuse_invoice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
      CREATE TRIGGER broken BEFORE INSERT ON invoices FOR EACH ROW WHEN (NEW.user_id = '${user.id}') EXECUTE FUNCTION refuse_invoice()`)
    expect(broken.stderr).toBe('')
    await advanceTo(on.api, subscription.current_period_end)
    expect((await on.api.getSubscription(subscription.id)).is(200).billing_error).toEqual(expect.stringMatching(/./))
    await on.server.sql('DROP TRIGGER broken ON invoices; DROP FUNCTION refuse_invoice')
    const canceled = (await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    expect(canceled).toMatchObject({ status: 'canceled', current_period_start: subscription.current_period_end, billing_error: null })
    expect((await invoicesOf(on.api, user.id)).map((i) => [i.period_start, i.amount_cents])).toEqual([
      [subscription.current_period_start, 1000],
      [subscription.current_period_end, 1000],
    ])
  })

  test('now is refused while the final invoice does not fit 64 bits', async () => {
    const { user, subscription } = await makeCustomer(on.api, {
      amount_cents: 9_223_372_036_854_775_807n,
      interval: 'day',
      charges: [{ metric: 'm', model: 'per_unit', unit_price: '0.01' }],
    })
    await use(on.api, user.id, 'm', 1)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).refused(422, 'amount_overflow')
    await advanceDays(on.api, 1)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).refused(422, 'amount_overflow')
    expect((await on.api.getSubscription(subscription.id)).is(200).status).toBe('active')
  })

  test('what was billed beyond the shortened period is credited, on no invoice below zero', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 3100 })
    const first = await generate(on.api, user.id)
    expect(first.amount_cents).toBe(3100)
    await advanceDays(on.api, 1)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    await advanceDays(on.api, 60)
    expect((await invoicesOf(on.api, user.id)).map((i) => i.id)).toEqual([first.id])
  })

  test.each([
    ['nothing', {}, '/at'],
    ['another time', { at: 'tomorrow' }, '/at'],
    ['null', { at: null }, '/at'],
    ['an unknown member', { at: 'now', reason: 'x' }, '/reason'],
    ['a share that is neither', { at: 'now', prorate: 'half' }, '/prorate'],
    ['a credit to nowhere', { at: 'now', credit_to: 'charity' }, '/credit_to'],
  ])('refuses %s', async (_, body, pointer) => {
    const { subscription } = await makeCustomer(on.api)
    ;(await on.api.call('cancelSubscription', { id: subscription.id }, { body })).refused(422, 'unacceptable', pointer)
    const { invoices: _invoices, credit_notes: _notes, ...unchanged } = subscription
    expect((await on.api.getSubscription(subscription.id)).is(200)).toEqual(unchanged)
  })

  test('there must be one', async () => {
    ;(await on.api.cancelSubscription(nobody, 'now')).refused(404, 'not_found')
    ;(await on.api.cancelSubscription('abc', 'now')).refused(404, 'not_found')
  })
})

describe('the final invoice of a canceled subscription', () => {
  const on = useServer()
  const charges = [{ metric: 'm', model: 'per_unit' as const, unit_price: '0.01' }]
  const canceled = async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 1000, charges }, 'stub_decline')
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const [final] = await invoicesOf(on.api, user.id)
    return { user, subscription, final: final! }
  }

  test('while it is open, generate answers with it: what came since waits', async () => {
    const { user, final } = await canceled()
    await use(on.api, user.id, 'm', 50)
    expect((await on.api.generateInvoice(user.id)).is(200)).toMatchObject({ id: final.id, generated: [] })
  })

  test('once it is paid, what it kept out is billed by itself', async () => {
    const { user, final } = await canceled()
    const at = (await now(on.api)).toISOString()
    await advanceDays(on.api, 2)
    await use(on.api, user.id, 'm', 50, at)
    await advanceDays(on.api, 2)
    await changeCardOnly(on, user.id, 'stub_ok')
    ;(await on.api.payInvoice(user.id, final.id)).is(200)
    await advanceDays(on.api, 1)
    expect((await invoicesOf(on.api, user.id)).slice(1).map(amounts)).toEqual([{ m: 50 }])
  })

  test('when it is given up, the subscription is canceled all the same', async () => {
    const { user, subscription } = await canceled()
    await advanceDays(on.api, 20)
    expect((await invoicesOf(on.api, user.id))[0]!.collection).toBe('uncollected')
    expect((await on.api.getSubscription(subscription.id)).is(200).status).toBe('canceled')
  })
})
