import { describe, expect, test } from 'vitest'
import type { Options } from '../harness/client.ts'
import { advanceDays, advanceTo, makeCustomer, makePlan, makeUser, now, subscribe, useServer } from '../harness/make.ts'
import type { ChangedSubscription, Term } from '../harness/types.ts'
import { PlainApi } from '../simulation/plain.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const nobody = '01900000-0000-7000-8000-000000000000'

const today = async () => (await now(on.api)).toISOString().slice(0, 10)
const days = (from: string, n: number) => new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10)
const verb = (id: string) => (subscription: string, body?: unknown, options: Options = {}) =>
  on.api.call<ChangedSubscription>(id, { id: subscription }, { ...(body === undefined ? {} : { body }), ...options })
const change = verb('changeSubscription')
const pause = verb('pauseSubscription')
const resume = verb('resumeSubscription')
const uncancel = verb('uncancelSubscription')
const dropPending = verb('dropPendingTerms')
const terms = async (id: string) => (await on.api.call<Term[]>('listSubscriptionTerms', { id })).is(200)
const get = async (id: string) => (await on.api.getSubscription(id)).is(200)

describe('subscribing with more than a plan', () => {
  test('quantity, prices of their own, an anchor and notes come back', async () => {
    const user = await makeUser(on.api)
    const charges = [{ metric: 'api_calls', model: 'per_unit' as const, included: 5, unit_price: '0.1' }]
    const made = await subscribe(on.api, user.id, 'pro', {
      quantity: 3,
      overrides: { amount_cents: 3900, charges },
      anchor_day: 20,
      metadata: { crm: '4711' },
    })
    expect(made).toMatchObject({ version: 1, quantity: 3, overrides: { amount_cents: 3900, charges }, anchor_day: 20, metadata: { crm: '4711' } })
    expect(made).toMatchObject({ current_period_start: '2026-06-01', current_period_end: '2026-06-20' })
    const { invoices: _, credit_notes: __, ...seen } = made
    expect(await get(made.id)).toEqual(seen)
  })

  test('one that starts later is scheduled, and active from its day on', async () => {
    const start = days(await today(), 3)
    const user = await makeUser(on.api)
    const made = await subscribe(on.api, user.id, 'pro', { starts_on: start })
    expect(made).toMatchObject({ status: 'scheduled', started_on: start, current_period_start: start, pending: null })
    expect((await on.api.listSubscriptions({ user_id: user.id, status: 'scheduled' })).is(200)).toHaveLength(1)
    await advanceTo(on.api, start)
    expect(await get(made.id)).toMatchObject({ status: 'active', started_on: start })
  })

  test('one that started earlier makes up for its periods', async () => {
    const day = await today()
    const user = await makeUser(on.api)
    const plan = await makePlan(on.api, { interval: 'week' })
    const made = await subscribe(on.api, user.id, plan.code, { starts_on: days(day, -15) })
    await advanceDays(on.api, 0)
    expect(await get(made.id)).toMatchObject({ started_on: days(day, -15), current_period_start: days(day, -1), current_period_end: days(day, 6) })
  })

  test('a period that is made up for is not paid by what has expired since', async () => {
    const user = await makeUser(on.api)
    const plan = await makePlan(on.api, { interval: 'week' })
    const plain = new PlainApi(on.server)
    const body = { amount_cents: 500, currency: 'USD', reason: 'a present', expires_on: days(await today(), 5) }
    expect((await plain.raw('POST', `/users/${user.id}/credits`, { body })).status).toBe(201)
    await advanceDays(on.api, 10)
    await subscribe(on.api, user.id, plan.code, { starts_on: days(await today(), -20) })
    await advanceDays(on.api, 0)
    expect((await plain.listUserInvoices(user.id)).is(200)).toHaveLength(2)
    const [credit] = (await plain.raw<{ left_cents: number }[]>('GET', `/users/${user.id}/credits`)).is(200)
    expect(credit!.left_cents).toBe(500)
  })

  test('canceled before it begins, it never was', async () => {
    const user = await makeUser(on.api)
    const made = await subscribe(on.api, user.id, 'pro', { starts_on: days(await today(), 5) })
    expect((await on.api.cancelSubscription(made.id, 'now')).is(200)).toMatchObject({ status: 'canceled', invoices: [], credit_notes: [] })
    await advanceDays(on.api, 40)
    expect((await on.api.listUserInvoices(user.id)).is(200)).toEqual([])
  })

  test('no day twice on one plan, whatever start is asked for', async () => {
    const { user, plan, subscription } = await makeCustomer(on.api)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    ;(await on.api.createSubscription({ user_id: user.id, plan_code: plan.code, starts_on: await today() })).refused(409, 'already_subscribed')
    expect(await subscribe(on.api, user.id, plan.code, { starts_on: days(await today(), 1) })).toMatchObject({ status: 'scheduled' })
  })

  test('a trial is given once a user and plan; trial_days overrides that', async () => {
    const { user, plan, subscription } = await makeCustomer(on.api, { trial_days: 10 })
    expect(subscription.status).toBe('trialing')
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    await advanceDays(on.api, 1)
    const second = await subscribe(on.api, user.id, plan.code)
    expect(second.status).toBe('active')
    ;(await on.api.cancelSubscription(second.id, 'now')).is(200)
    await advanceDays(on.api, 1)
    expect(await subscribe(on.api, user.id, plan.code, { trial_days: 5 })).toMatchObject({ status: 'trialing' })
  })

  test('what does not go with the plan is refused with its pointer', async () => {
    const user = await makeUser(on.api)
    const weekly = await makePlan(on.api, { interval: 'week' })
    const ask = (body: object) => on.api.createSubscription({ user_id: user.id, plan_code: 'pro', ...body })
    ;(await ask({ plan_code: weekly.code, anchor_day: 3 })).refused(422, 'unacceptable', '/anchor_day')
    ;(await ask({ starts_on: days(await today(), 367) })).refused(422, 'unacceptable', '/starts_on')
    ;(await ask({ starts_on: days(await today(), -367) })).refused(422, 'unacceptable', '/starts_on')
    ;(await ask({ version: 2 })).refused(404, 'not_found')
  })
})

describe('a change', () => {
  test('of the plan counts from today, and the terms tell both', async () => {
    const { subscription, plan } = await makeCustomer(on.api)
    await advanceDays(on.api, 3)
    const changed = (await change(subscription.id, { plan_code: 'ent', reason: 'asked for it' })).is(200)
    expect(changed).toMatchObject({ plan_code: 'ent', version: 1, pending: null, invoices: [], credit_notes: [] })
    expect(changed.current_period_start).toBe(subscription.current_period_start)
    expect(await terms(subscription.id)).toEqual([
      { from: subscription.started_on, until: await today(), plan_code: plan.code, version: 1, quantity: 1, overrides: null, reason: null },
      { from: await today(), until: null, plan_code: 'ent', version: 1, quantity: 1, overrides: null, reason: 'asked for it' },
    ])
    expect((await on.api.listSubscriptions({ plan_code: 'ent', user_id: subscription.user_id })).is(200)).toHaveLength(1)
    expect((await on.api.listSubscriptions({ plan_code: plan.code })).is(200)).toEqual([])
  })

  test('at period_start is as if it had always been so; there and back leaves nothing', async () => {
    const { subscription } = await makeCustomer(on.api)
    await advanceDays(on.api, 2)
    expect((await change(subscription.id, { quantity: 5, at: 'period_start' })).is(200).quantity).toBe(5)
    expect(await terms(subscription.id)).toHaveLength(1)
    ;(await change(subscription.id, { quantity: 6 })).is(200)
    ;(await change(subscription.id, { quantity: 5 })).is(200)
    expect(await terms(subscription.id)).toHaveLength(1)
  })

  test('at period_end is pending, is shown, and holds from its day on', async () => {
    const { subscription } = await makeCustomer(on.api)
    const end = subscription.current_period_end
    const asked = (await change(subscription.id, { plan_code: 'pro', quantity: 2, at: 'period_end' })).is(200)
    expect(asked).toMatchObject({ plan_code: subscription.plan_code, quantity: 1, pending: { at: end, plan_code: 'pro', version: 1, quantity: 2, overrides: null } })
    await advanceTo(on.api, end)
    expect(await get(subscription.id)).toMatchObject({ plan_code: 'pro', quantity: 2, pending: null, current_period_start: end })
  })

  test('on a date between periods begins on that day, found by its new plan', async () => {
    const { subscription } = await makeCustomer(on.api)
    const day = days(await today(), 4)
    ;(await change(subscription.id, { plan_code: 'basic', at: day })).is(200)
    const ofPlan = async () => (await on.api.listSubscriptions({ plan_code: 'basic', user_id: subscription.user_id })).is(200).length
    expect(await ofPlan()).toBe(0)
    await advanceTo(on.api, day)
    expect(await ofPlan()).toBe(1)
    expect(await get(subscription.id)).toMatchObject({ plan_code: 'basic', current_period_end: subscription.current_period_end })
  })

  test('what has not begun can be taken back, once', async () => {
    const { subscription } = await makeCustomer(on.api)
    ;(await change(subscription.id, { quantity: 2, at: days(await today(), 2) })).is(200)
    ;(await change(subscription.id, { quantity: 3, at: 'period_end' })).is(200)
    expect(await terms(subscription.id)).toHaveLength(3)
    expect((await dropPending(subscription.id)).is(200)).toMatchObject({ quantity: 1, pending: null })
    expect(await terms(subscription.id)).toHaveLength(1)
    ;(await dropPending(subscription.id)).refused(409, 'not_pending')
  })

  test('overrides are set whole, and null clears them', async () => {
    const { subscription } = await makeCustomer(on.api)
    expect((await change(subscription.id, { overrides: { amount_cents: 39 } })).is(200).overrides).toEqual({ amount_cents: 39 })
    const charges = [{ metric: 'm', model: 'per_unit', included: 0, unit_price: '1' }]
    expect((await change(subscription.id, { overrides: { charges } })).is(200).overrides).toEqual({ charges })
    expect((await change(subscription.id, { overrides: null })).is(200).overrides).toBeNull()
  })

  test('to another interval now cuts the period and is a new anchor', async () => {
    const { subscription } = await makeCustomer(on.api)
    await advanceDays(on.api, 4)
    const weekly = await makePlan(on.api, { interval: 'week' })
    const changed = (await change(subscription.id, { plan_code: weekly.code })).is(200)
    const day = await today()
    expect(changed).toMatchObject({ current_period_start: day, current_period_end: days(day, 7), anchor_day: null })
    await advanceDays(on.api, 7)
    expect(await get(subscription.id)).toMatchObject({ current_period_start: days(day, 7), current_period_end: days(day, 14) })
  })

  test('to another interval at the period\'s end forgets the anchor day for good', async () => {
    const { api } = on
    const [user, monthly, weekly] = [await makeUser(api), await makePlan(api), await makePlan(api, { interval: 'week' })]
    const [start, anchor_day] = [await today(), Number(days(await today(), 10).slice(8))]
    const { id } = await subscribe(api, user.id, monthly.code, { anchor_day })
    ;(await change(id, { plan_code: weekly.code, at: 'period_end' })).is(200)
    await advanceTo(api, days(start, 10))
    expect(await get(id)).toMatchObject({ current_period_end: days(start, 17), anchor_day: null })
    ;(await change(id, { plan_code: monthly.code, at: 'period_end' })).is(200)
    await advanceTo(api, days(start, 17))
    const month = (await get(id)).current_period_end
    expect(month.slice(8)).toBe(days(start, 17).slice(8))
    await advanceTo(api, month)
    const next = await get(id)
    expect([next.current_period_start, next.current_period_end.slice(8), next.anchor_day]).toEqual([month, month.slice(8), null])
  })

  test.each([
    ['that changes nothing', {}, 409, 'no_change', []],
    ['to the quantity that it has', { quantity: 1 }, 409, 'no_change', []],
    ['to a plan that there is not', { plan_code: 'nowhere' }, 404, 'not_found', []],
    ['to a version that there is not', { version: 7 }, 404, 'not_found', []],
    ['on a day before its start', { quantity: 2, at: '2026-01-01' }, 422, 'unacceptable', ['/at']],
    ['in more than a year', { quantity: 2, at: '2028-01-01' }, 422, 'unacceptable', ['/at']],
    ['on no day', { quantity: 2, at: 'tomorrow' }, 422, 'unacceptable', ['/at']],
    ['billed some time', { quantity: 2, invoice: 'later' }, 422, 'unacceptable', ['/invoice']],
    ['of a member that there is not', { seats: 2 }, 422, 'unacceptable', ['/seats']],
  ])('%s is refused', async (_, body, status, code, pointers) => {
    const { subscription } = await makeCustomer(on.api)
    ;(await change(subscription.id, body)).refused(status, code, ...pointers)
    expect(await terms(subscription.id)).toHaveLength(1)
  })

  test('to another currency, an inactive plan, or one that the user is on already is refused', async () => {
    const { user, subscription } = await makeCustomer(on.api)
    const euro = await makePlan(on.api, { currency: 'EUR' })
    const old = await makePlan(on.api, { active: false })
    await subscribe(on.api, user.id, 'pro')
    ;(await change(subscription.id, { plan_code: euro.code })).refused(409, 'currency_differs')
    ;(await change(subscription.id, { plan_code: old.code })).refused(409, 'plan_inactive')
    ;(await change(subscription.id, { plan_code: 'pro' })).refused(409, 'already_subscribed')
    ;(await change(subscription.id, { plan_code: 'pro', at: 'period_end' })).refused(409, 'already_subscribed')
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    ;(await change(subscription.id, { quantity: 2 })).refused(409, 'canceled')
    ;(await change(nobody, { quantity: 2 })).refused(404, 'not_found')
  })

  test('20 at once change it once each, and the terms still tile', async () => {
    const { subscription } = await makeCustomer(on.api)
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => change(subscription.id, { quantity: 2 + i, at: i % 2 ? 'period_end' : 'now' })))
    for (const answer of answers) expect([200, 409]).toContain(answer.status)
    const all = await terms(subscription.id)
    expect(all.map((term) => term.from)).toEqual([...new Set(all.map((term) => term.from))].sort())
    expect(all.at(-1)!.until).toBeNull()
    for (const [i, term] of all.slice(1).entries()) expect(term.from).toBe(all[i]!.until)
  })
})

describe('a calendar', () => {
  test('tells the periods so far and every pause, also those that are over', async () => {
    const { subscription } = await makeCustomer(on.api, { interval: 'week' })
    const day = await today()
    ;(await pause(subscription.id, { until: days(day, 3) })).is(200)
    await advanceTo(on.api, days(day, 8))
    ;(await pause(subscription.id)).is(200)
    expect((await on.api.listPeriods(subscription.id)).is(200)).toEqual([
      { from: day, until: days(day, 7), full_days: 7, trial: false },
      { from: days(day, 7), until: days(day, 14), full_days: 7, trial: false },
    ])
    expect((await on.api.listPauses(subscription.id)).is(200)).toEqual([
      { from: days(day, 1), until: days(day, 3) },
      { from: days(day, 9), until: null },
    ])
  })

  test('begins with the trial, and has no pauses at first', async () => {
    const { subscription } = await makeCustomer(on.api, { trial_days: 5 })
    expect((await on.api.listPeriods(subscription.id)).is(200)).toEqual([{ from: await today(), until: days(await today(), 5), full_days: 5, trial: true }])
    expect((await on.api.listPauses(subscription.id)).is(200)).toEqual([])
    ;(await on.api.listPauses(nobody)).refused(404, 'not_found')
  })
})

describe('a pause', () => {
  test('begins tomorrow and ends by itself', async () => {
    const { subscription } = await makeCustomer(on.api)
    const day = await today()
    const asked = (await pause(subscription.id, { until: days(day, 4) })).is(200)
    expect(asked).toMatchObject({ status: 'active', paused_from: days(day, 1), paused_until: days(day, 4) })
    ;(await pause(subscription.id)).refused(409, 'already_paused')
    await advanceTo(on.api, days(day, 1))
    expect((await get(subscription.id)).status).toBe('paused')
    await advanceTo(on.api, days(day, 4))
    expect(await get(subscription.id)).toMatchObject({ status: 'active', paused_from: null, paused_until: null })
  })

  test('without an end lasts until it is resumed', async () => {
    const { subscription } = await makeCustomer(on.api)
    expect((await pause(subscription.id)).is(200).paused_until).toBeNull()
    await advanceDays(on.api, 40)
    expect(await get(subscription.id)).toMatchObject({ status: 'paused' })
    expect((await resume(subscription.id)).is(200)).toMatchObject({ status: 'active', paused_from: null })
    ;(await resume(subscription.id)).refused(409, 'not_paused')
    ;(await pause(subscription.id, {})).is(200)
  })

  test('that has not begun never was', async () => {
    const { subscription } = await makeCustomer(on.api)
    ;(await pause(subscription.id)).is(200)
    expect((await resume(subscription.id)).is(200)).toMatchObject({ paused_from: null })
    await advanceDays(on.api, 2)
    expect((await get(subscription.id)).status).toBe('active')
  })

  test('must last a day', async () => {
    const { subscription } = await makeCustomer(on.api)
    ;(await pause(subscription.id, { until: days(await today(), 1) })).refused(422, 'unacceptable', '/until')
    ;(await pause(subscription.id, { until: 'soon' })).refused(422, 'unacceptable', '/until')
  })
})

describe('a cancel', () => {
  test('at the period\'s end can be taken back until then', async () => {
    const { subscription } = await makeCustomer(on.api, { interval: 'week' })
    ;(await on.api.cancelSubscription(subscription.id, 'period_end')).is(200)
    expect((await uncancel(subscription.id)).is(200)).toMatchObject({ cancel_at_period_end: false, status: 'active' })
    ;(await uncancel(subscription.id)).refused(409, 'not_pending')
    await advanceTo(on.api, subscription.current_period_end)
    expect((await get(subscription.id)).status).toBe('active')
    ;(await on.api.cancelSubscription(subscription.id, 'period_end')).is(200)
    await advanceDays(on.api, 8)
    ;(await uncancel(subscription.id)).refused(409, 'not_pending')
  })

  test('now names its final invoice', async () => {
    const { user, subscription } = await makeCustomer(on.api)
    const canceled = (await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    expect(canceled.invoices).toEqual((await on.api.listUserInvoices(user.id)).is(200).map((invoice) => invoice.id))
    expect(canceled.invoices).toHaveLength(1)
  })
})
