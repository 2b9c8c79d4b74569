/** Moves that change facts: what holds from a day on, and usage. */

import { expect } from 'vitest'
import type { Random } from '../harness/random.ts'
import type { Overrides, PlanVersion, Subscription } from '../harness/types.ts'
import { dayOf, textOf, type Day } from './calendar.ts'
import { addDiscount } from './discounts.ts'
import type { Life, Move } from './life.ts'
import * as model from './model.ts'
import type { ModelSubscription } from './model.ts'
import { metrics, randomCharges, shown } from './plans.ts'

function randomOverrides(random: Random): Overrides {
  const own: Overrides = {}
  if (random.chance(0.7)) own.amount_cents = random.int(0, 50_000)
  if (random.chance(0.4) || own.amount_cents === undefined) own.charges = shown(randomCharges(random))
  return own
}

function subscribeBody({ random, catalog, user, today }: Life, of: PlanVersion, isNewest: boolean) {
  const monthly = of.interval === 'month' || of.interval === 'year'
  const coupon = random.chance(0.25) ? random.pick(catalog.coupons) : undefined
  return {
    user_id: user.id,
    plan_code: of.plan_code,
    ...(isNewest ? {} : { version: of.version }),
    ...(random.chance(0.3) ? { quantity: random.int(1, 20) } : {}),
    ...(random.chance(0.2) ? { overrides: randomOverrides(random) } : {}),
    ...(monthly && random.chance(0.3) ? { anchor_day: random.int(1, 31) } : {}),
    ...(random.chance(0.3) ? { trial_days: random.pick([0, 0, random.int(1, 30)]) } : {}),
    ...(random.chance(0.3) ? { starts_on: textOf(today + random.pick([random.int(-70, -1), random.int(1, 45)])) } : {}),
    ...(coupon && (coupon.currency === null || coupon.currency === of.currency) ? { coupon: coupon.code } : {}),
  }
}

async function subscribe(life: Life): Promise<void> {
  const { random, user, today } = life
  if (user.subscriptions.filter((s) => !s.canceled).length >= 5) return
  const versions = random.pick(life.catalog.plans)
  const of = random.chance(0.8) ? versions.at(-1)! : random.pick(versions)
  const body = subscribeBody(life, of, of === versions.at(-1))
  const answer = await life.api.createSubscription(body)
  if (!life.granted('subscribe', JSON.stringify(body), answer)) return
  const made = answer.is(201)
  const start = dayOf(made.started_on)
  if (body.starts_on) expect(made.started_on).toBe(body.starts_on)
  else expect(start).toBeGreaterThanOrEqual(today)
  const trialDays = body.trial_days ?? (model.hadTrialOf(user, of.plan_code) ? 0 : of.trial_days)
  const s = model.subscribe(made.id, of, { quantity: body.quantity, overrides: body.overrides, anchorDay: body.anchor_day, trialDays, start })
  life.say(`… made ${s.id}, trial ${trialDays}, start ${made.started_on}`)
  if (body.coupon) {
    const add = addDiscount(s, life.catalog.coupons.find((c) => c.code === body.coupon)!, start, today)
    if (typeof add === 'string') throw new Error(`the coupon ${body.coupon} was taken, and must be refused: ${add}`)
    add(made.discounts[0]?.id ?? '') // one that has ended by today is not shown
  }
  life.account.subscribed(s, life.now)
  if (of.bill_in === 'advance' && start <= today) life.account.single(s, 'start', start, life.now)
  // Roll-overs since then are made up for by a worker.
  if (start >= today) life.check(s, made)
}

async function use(life: Life): Promise<void> {
  const { random, user, today } = life
  const metric = random.pick([...metrics, 'unknown'])
  const day = today - (random.chance(0.35) ? random.int(1, random.pick([5, 40, 90])) : 0)
  const holder = random.chance(0.3) ? user.subscriptions.find((s) => model.holds(s, day) && random.chance(0.5)) : undefined
  const events = Array.from({ length: random.int(1, 4) }, () => ({
    user_id: user.id,
    metric,
    quantity: random.pick([0, 1, random.int(1, 300), random.int(1, 2000)]),
    at: `${textOf(day)}T07:00:00Z`,
    ...(random.chance(0.4) ? { event_id: `e${life.serial++}` } : {}),
    ...(holder ? { subscription_id: holder.id } : {}),
  }))
  if (!life.granted('use', JSON.stringify(events), await life.api.raw('POST', '/usage/batch', { body: { events } }))) return
  for (const event of events) model.use(user, metric, day, BigInt(event.quantity), holder?.id ?? null, event.event_id)
  life.account.used(day, life.now)
}

async function correct(life: Life): Promise<void> {
  const { random, user } = life
  const events = [...user.events.keys()]
  const days = [...user.usage.values()].filter((u) => u.quantity > 0n)
  const body: Record<string, unknown> = { user_id: user.id, reason: 'miscounted' }
  let apply: () => Day
  if (random.chance(0.5)) {
    if (events.length === 0) return
    const [metric, event_id] = random.pick(events).split(' ') as [string, string]
    const quantity = random.pick([0, random.int(0, 500)])
    Object.assign(body, { metric, event_id, quantity })
    apply = () => model.correctEvent(user, metric, event_id, BigInt(quantity))
  } else {
    if (days.length === 0) return
    const { metric, day, subscription, quantity: has } = random.pick(days)
    const quantity = random.chance(0.2) ? random.int(1, 100) : -random.int(1, Number(has))
    Object.assign(body, { metric, at: `${textOf(day)}T07:00:00Z`, quantity, ...(subscription ? { subscription_id: subscription } : {}) })
    apply = () => model.use(user, metric, day, BigInt(quantity), subscription)
  }
  if (life.granted('correct', JSON.stringify(body), await life.api.raw('POST', '/usage/corrections', { body }))) life.account.used(apply(), life.now)
}

function randomDay({ random, today }: Life, s: ModelSubscription): { at: string; day: Day } {
  const now = Math.max(today, s.start)
  const at = random.pick(['now', 'now', 'period_start', 'period_end', 'date'])
  if (at === 'now') return { at, day: now }
  if (at === 'period_start') return { at, day: model.current(s).start }
  if (at === 'period_end') return { at, day: model.current(s).end }
  const day = random.chance(0.5) ? random.int(Math.max(s.start, today - random.pick([10, 60, 300])), now) : now + random.int(1, 60)
  return { at: textOf(day), day }
}

async function change(life: Life): Promise<void> {
  const { random, today, catalog } = life
  const s = life.anyLive()
  if (!s) return
  const { at, day } = randomDay(life, s)
  const held = model.termOn(s, day)
  const what: model.Change = {}
  const body: Record<string, unknown> = at === 'now' ? {} : { at }
  const others = catalog.plans.filter((v) => v[0]!.plan_code !== held.of.plan_code && v[0]!.currency === held.of.currency)
  const dice = random.next()
  if (dice < 0.4 && others.length > 0) {
    Object.assign(what, { version: random.pick(others).at(-1)!, planNamed: true })
    body.plan_code = what.version!.plan_code
  } else if (dice < 0.6) {
    what.version = random.pick(catalog.plans.find((v) => v[0]!.plan_code === held.of.plan_code)!)
    body.version = what.version.version
  }
  if (random.chance(0.4)) body.quantity = what.quantity = random.int(1, 20)
  if (random.chance(0.3)) body.overrides = what.overrides = random.chance(0.3) ? null : randomOverrides(random)
  if (random.chance(0.3)) body.invoice = 'now'
  const hold = await life.foresee([{ action: 'change', subscription_id: s.id, ...body }])
  const answer = await life.api.call<Subscription>('changeSubscription', { id: s.id }, { body })
  if (!life.granted('change', `${s.id} ${JSON.stringify(body)}`, answer)) return
  const before = s.terms.map((term) => ({ ...term }))
  const rolled = model.change(s, day, today, what)
  life.account.changed(s, model.firstDifference(before, s.terms), life.now)
  hold(rolled || body.invoice === 'now' ? life.account.single(s, rolled ? 'roll_over' : 'change_now', today, life.now) : null)
  life.check(s, answer.is(200))
}

async function cancel(life: Life): Promise<void> {
  const s = life.anyLive()
  if (s) await cancelOne(life, s, life.random.pick(['now', 'period_end']), life.random.chance(0.7), life.random.chance(0.4))
}
export async function cancelOne(life: Life, s: ModelSubscription, at: 'now' | 'period_end', prorate: boolean, refunds = false): Promise<void> {
  const body = { at, ...(prorate ? {} : { prorate }), ...(refunds ? { credit_to: 'refund' } : {}) }
  const hold = await life.foresee([{ action: 'cancel', subscription_id: s.id, ...body }])
  const answer = await life.api.call<Subscription>('cancelSubscription', { id: s.id }, { body })
  if (!life.granted('cancel', `${s.id} ${JSON.stringify(body)}`, answer)) return
  const begun = s.start <= life.today
  if (at === 'now') model.cancelNow(s, life.today, prorate)
  else model.cancelAtPeriodEnd(s)
  s.refunds = refunds
  life.account.changed(s, s.end!, life.now)
  hold(at === 'now' && begun ? life.account.single(s, 'cancel_now', life.today, life.now) : null)
  life.check(s, answer.is(200))
}
async function uncancel(life: Life): Promise<void> {
  const s = life.anyLive((each) => each.endsWithPeriod)
  if (!s || !life.granted('uncancel', s.id, await life.api.call('uncancelSubscription', { id: s.id }))) return
  const end = s.end!
  model.uncancel(s)
  life.account.changed(s, end, life.now)
}
async function dropPending(life: Life): Promise<void> {
  const s = life.anyLive((each) => each.terms.at(-1)!.from > life.today)
  if (!s || !life.granted('pending', s.id, await life.api.call('dropPendingTerms', { id: s.id }))) return
  model.dropPending(s, life.today)
  life.account.changed(s, life.today + 1, life.now)
}
async function pause(life: Life): Promise<void> {
  const s = life.anyLive()
  if (!s) return
  const until = life.random.chance(0.5) ? life.today + life.random.int(2, 60) : null
  const body = until === null ? {} : { until: textOf(until) }
  const answer = await life.api.call<Subscription>('pauseSubscription', { id: s.id }, { body })
  if (!life.granted('pause', `${s.id} ${JSON.stringify(body)}`, answer)) return
  model.pause(s, life.today, until)
  life.account.changed(s, life.today + 1, life.now)
}
async function resume(life: Life): Promise<void> {
  const s = life.anyLive((each) => each.pauses.some((p) => p.until === null || p.until > life.today))
  if (!s || !life.granted('resume', s.id, await life.api.call('resumeSubscription', { id: s.id }))) return
  const { from } = s.pauses.at(-1)!
  model.resume(s, life.today)
  life.account.changed(s, from, life.now)
}

async function discount(life: Life): Promise<void> {
  const s = life.anyLive()
  if (!s) return
  const had = s.discounts.map((d) => d.coupon)
  const coupon = life.random.pick(had.length > 0 && life.random.chance(0.3) ? had : life.catalog.coupons)
  const add = addDiscount(s, coupon, Math.max(life.today, s.start), life.today)
  const answer = await life.api.createDiscount(s.id, coupon.code)
  life.granted('discount', `${s.id} ${coupon.code}`, answer)
  if (typeof add === 'string') return void answer.refused(409, add)
  add(answer.is(201).id)
  life.account.discounted()
}
async function undiscount(life: Life): Promise<void> {
  const s = life.anyLive((each) => each.discounts.some((d) => d.deletedOn === null))
  const d = s?.discounts.findLast((each) => each.deletedOn === null && each.id !== '')
  if (!s || !d) return
  life.granted('undiscount', `${s.id} ${d.coupon.code}`, await life.api.deleteDiscount(s.id, d.id))
  d.deletedOn = life.today
  life.account.discounted()
}

export const factMoves: Move[] = [
  [5, 'subscribe', subscribe],
  [12, 'use', use],
  [8, 'change', change],
  [2, 'cancel', cancel],
  [3, 'pause', pause],
  [2, 'resume', resume],
  [1, 'uncancel', uncancel],
  [1, 'pending', dropPending],
  [3, 'correct', correct],
  [3, 'discount', discount],
  [1, 'undiscount', undiscount],
]
