/** The random life of one user: each move is asked of the API and, where it is granted, made in the model too. */

import { expect } from 'vitest'
import type { Answer, Api } from '../harness/client.ts'
import type { Random } from '../harness/random.ts'
import type { Overrides, PlanVersion, Subscription } from '../harness/types.ts'
import { dayOf, textOf, type Day } from './calendar.ts'
import * as model from './model.ts'
import type { ModelSubscription, ModelUser } from './model.ts'
import { metrics, randomCharges, shown, type Catalog } from './plans.ts'
import type { Ran } from './check.ts'

const cards = [null, 'stub_ok', 'stub_ok', 'stub_ok', 'stub_decline', 'stub_decline_1', 'stub_decline_3']

/** How often each kind of move was answered how. */
export type Tally = Map<string, number>

export class Life {
  readonly log: string[] = []
  today: Day = 0
  /** Each subscription that nothing but time has touched since its current period began. */
  private readonly touched = new Set<string>()
  /** What the last move ran; anything since then makes it unknown. */
  private ranAll = new Set<string>()
  private busy = false
  private serial = 0

  constructor(
    private readonly api: Api,
    private readonly random: Random,
    private readonly catalog: Catalog,
    private readonly tally: Tally,
    readonly user: ModelUser,
    readonly kinds: Set<string>,
  ) {}

  readonly ran = (s: ModelSubscription): Ran | null => (this.ranAll.has(s.id) ? 'all' : null)
  readonly untouched = (s: ModelSubscription): boolean => !this.touched.has(s.id)

  /** Midnights pass: those that rolled over. */
  pass(today: Day): Set<string> {
    this.today = today
    const rolled = this.user.subscriptions.filter((s) => model.rollOver(s, today) > 0).map((s) => s.id)
    for (const id of rolled) this.touched.delete(id)
    return new Set(rolled)
  }

  /** Prices are migrated at the end of each one's period: how many subscriptions it changes. */
  migrate(to: PlanVersion, from: number[]): number {
    const changed = this.user.subscriptions.filter((s) => model.migrate(s, model.current(s).end, to, from))
    for (const s of changed) this.touched.add(s.id)
    return changed.length
  }

  async live(moves: number): Promise<void> {
    this.ranAll.clear()
    this.busy = false
    for (let n = 0; this.user.subscriptions.filter((s) => !s.canceled).length < 3 && n < 3 && !this.busy; n++) await this.subscribe()
    for (let n = 0; n < moves && !this.busy; n++) await this.move()
  }

  private async move(): Promise<void> {
    const moves: [number, string, () => Promise<void>][] = [
      [5, 'subscribe', () => this.subscribe()],
      [12, 'use', () => this.use()],
      [8, 'change', () => this.change()],
      [1, 'cancel', () => this.cancel()],
      [3, 'generate', async () => void (await this.generate())],
      [3, 'pause', () => this.pause()],
      [2, 'resume', () => this.resume()],
      [1, 'uncancel', () => this.uncancel()],
      [1, 'pending', () => this.dropPending()],
      [3, 'correct', () => this.correct()],
      [1, 'void', () => this.voidOne()],
      [2, 'pay', () => this.payOne()],
      [1, 'card', () => this.changeCard()],
      [1, 'credit', () => this.credit()],
    ]
    const allowed = moves.filter(([, kind]) => this.kinds.has(kind))
    let at = this.random.next() * allowed.reduce((sum, [weight]) => sum + weight, 0)
    await allowed.find(([weight]) => (at -= weight) < 0)![2]()
  }

  private say(what: string): void {
    this.log.push(`${textOf(this.today)} ${what}`)
  }

  /** Notes the answer; a move that was granted makes what ran before it unknown. */
  private granted(kind: string, asked: string, answer: Answer<unknown>, s?: ModelSubscription): boolean {
    const problem = answer.status >= 400 ? ` ${(answer.body as { type: string }).type}` : ''
    const what = `${kind} ${answer.status}${problem}`
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1)
    this.say(`${kind} ${asked}: ${answer.status}${problem ? ` ${answer.text}` : ''}`)
    expect([200, 201, 402, 404, 409, 422], `${kind} ${asked}: ${answer.text}`).toContain(answer.status)
    if (problem) return false
    this.ranAll.clear()
    for (const each of s ? [s] : this.user.subscriptions) this.touched.add(each.id)
    return true
  }

  private anyOf(live: boolean): ModelSubscription | undefined {
    const all = this.user.subscriptions.filter((s) => !live || !s.canceled)
    return all.length === 0 ? undefined : this.random.pick(all)
  }

  private check(s: ModelSubscription, seen: Subscription): void {
    const period = model.current(s)
    const status = model.statusOn(s, this.today)
    const term = model.termOn(s, this.today)
    const pending = s.terms.find((t) => t.from > this.today && (this.today >= s.start || t !== s.terms[0]))
    const is = [seen.status === 'past_due' ? 'active' : seen.status, seen.current_period_start, seen.current_period_end, seen.plan_code, seen.version, seen.quantity]
    const must = [status, textOf(period.start), textOf(period.end), term.of.plan_code, term.of.version, term.quantity]
    expect(is, this.log.slice(-30).join('\n')).toEqual(must)
    if (!pending && !s.canceled) expect(seen.pending, this.log.slice(-30).join('\n')).toBe(null)
  }

  private overrides(): Overrides {
    const { random } = this
    const own: Overrides = {}
    if (random.chance(0.7)) own.amount_cents = random.int(0, 50_000)
    if (random.chance(0.4) || own.amount_cents === undefined) own.charges = shown(randomCharges(random))
    return own
  }

  async subscribe(): Promise<void> {
    const { random, user } = this
    if (user.subscriptions.filter((s) => !s.canceled).length >= 5) return
    const versions = random.pick(this.catalog.plans)
    const of = random.chance(0.8) ? versions.at(-1)! : random.pick(versions)
    const rich = this.kinds.has('rich')
    const monthly = of.interval === 'month' || of.interval === 'year'
    const body = {
      user_id: user.id,
      plan_code: of.plan_code,
      ...(of === versions.at(-1) ? {} : { version: of.version }),
      ...(rich && random.chance(0.3) ? { quantity: random.int(1, 20) } : {}),
      ...(rich && random.chance(0.2) ? { overrides: this.overrides() } : {}),
      ...(this.kinds.has('anchor') && monthly && random.chance(0.3) ? { anchor_day: random.int(1, 31) } : {}),
      ...(rich && random.chance(0.3) ? { trial_days: random.pick([0, 0, random.int(1, 30)]) } : {}),
      ...(this.kinds.has('starts') && random.chance(0.3) ? { starts_on: textOf(this.today + random.pick([random.int(-70, -1), random.int(1, 45)])) } : {}),
    }
    const answer = await this.api.createSubscription(body)
    if (!this.granted('subscribe', JSON.stringify(body), answer)) return
    const made = answer.is(201)
    const start = dayOf(made.started_on)
    if (body.starts_on) expect(made.started_on).toBe(body.starts_on)
    else expect(start).toBeGreaterThanOrEqual(this.today)
    const trialDays = body.trial_days ?? (model.hadTrialOf(user, of.plan_code) ? 0 : of.trial_days)
    const wish = { quantity: body.quantity, overrides: body.overrides, anchorDay: body.anchor_day, trialDays, start }
    const s = model.subscribe(made.id, of as PlanVersion, wish, this.today)
    this.say(`… made ${s.id}, trial ${trialDays}, start ${made.started_on}`)
    user.subscriptions.push(s)
    // Its roll-overs are made up for by a worker: nothing more is asked until it has done so.
    if (start < this.today) this.busy = true
    else this.check(s, made)
  }

  async use(): Promise<void> {
    const { random, user } = this
    const metric = random.pick([...metrics, 'unknown'])
    const quantity = random.pick([0, 1, random.int(1, 300), random.int(1, 2000)])
    const back = random.chance(0.35) ? random.int(1, random.pick([5, 40, 90])) : 0
    const day = this.today - back
    const holder = this.kinds.has('named') && random.chance(0.3) ? user.subscriptions.find((s) => model.holds(s, day) && random.chance(0.5)) : undefined
    const event_id = random.chance(0.4) ? `e${this.serial++}` : undefined
    const event = { user_id: user.id, metric, quantity, at: `${textOf(day)}T07:00:00Z`, ...(event_id ? { event_id } : {}), ...(holder ? { subscription_id: holder.id } : {}) }
    if (this.granted('use', JSON.stringify(event), await this.api.recordUsage(event))) model.use(user, metric, day, BigInt(quantity), holder?.id ?? null, event_id)
  }

  async correct(): Promise<void> {
    const { random, user } = this
    const events = [...user.events.keys()]
    const days = [...user.usage.values()].filter((u) => u.quantity > 0n)
    const body: Record<string, unknown> = { user_id: user.id, reason: 'miscounted' }
    let apply: () => void
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
    if (this.granted('correct', JSON.stringify(body), await this.api.raw('POST', '/usage/corrections', { body }))) apply()
  }

  private when(s: ModelSubscription): { at: string; day: Day } {
    const { random, today } = this
    const now = Math.max(today, s.start)
    const at = random.pick(this.kinds.has('dates') ? ['now', 'now', 'period_start', 'period_end', 'date'] : ['now'])
    if (at === 'now') return { at, day: now }
    if (at === 'period_start') return { at, day: model.current(s).start }
    if (at === 'period_end') return { at, day: model.current(s).end }
    const day = random.chance(0.5) ? random.int(Math.max(s.start, today - random.pick([10, 60, 300])), now) : now + random.int(1, 60)
    return { at: textOf(day), day }
  }

  async change(): Promise<void> {
    const { random, today } = this
    const s = this.anyOf(true)
    if (!s) return
    const { at, day } = this.when(s)
    const held = model.termOn(s, day)
    const what: model.Change = {}
    const body: Record<string, unknown> = at === 'now' ? {} : { at }
    const others = this.catalog.plans.filter((v) => v[0]!.plan_code !== held.of.plan_code && v[0]!.currency === held.of.currency)
    const dice = random.next()
    if (dice < 0.4 && others.length > 0) {
      Object.assign(what, { version: random.pick(others).at(-1)!, planNamed: true })
      body.plan_code = what.version!.plan_code
    } else if (dice < 0.6) {
      what.version = random.pick(this.catalog.plans.find((v) => v[0]!.plan_code === held.of.plan_code)!)
      body.version = what.version.version
    }
    if (random.chance(0.4)) body.quantity = what.quantity = random.int(1, 20)
    if (random.chance(0.3)) body.overrides = what.overrides = random.chance(0.3) ? null : this.overrides()
    if (this.kinds.has('invoice') && random.chance(0.3)) body.invoice = 'now'
    const answer = await this.api.call<Subscription>('changeSubscription', { id: s.id }, { body })
    if (!this.granted('change', `${s.id} ${JSON.stringify(body)}`, answer)) return
    model.change(s, day, today, what)
    this.check(s, answer.is(200))
  }

  async cancel(): Promise<void> {
    const s = this.anyOf(true)
    if (!s) return
    await this.cancelOne(s, this.random.pick(['now', 'period_end']), this.kinds.has('unprorated') ? this.random.chance(0.7) : true)
  }

  async cancelOne(s: ModelSubscription, at: 'now' | 'period_end', prorate: boolean): Promise<void> {
    const body = { at, ...(prorate ? {} : { prorate }) }
    const answer = await this.api.call<Subscription>('cancelSubscription', { id: s.id }, { body })
    if (!this.granted('cancel', `${s.id} ${JSON.stringify(body)}`, answer)) return
    if (at === 'now') model.cancelNow(s, this.today, prorate)
    else model.cancelAtPeriodEnd(s)
    this.check(s, answer.is(200))
    if (at === 'now') this.ranAll.add(s.id)
  }

  async uncancel(): Promise<void> {
    const s = this.anyOf(true)
    if (s && this.granted('uncancel', s.id, await this.api.call('uncancelSubscription', { id: s.id }), s)) model.uncancel(s)
  }
  async dropPending(): Promise<void> {
    const s = this.anyOf(true)
    if (s && this.granted('pending', s.id, await this.api.call('dropPendingTerms', { id: s.id }))) model.dropPending(s, this.today)
  }
  async pause(): Promise<void> {
    const s = this.anyOf(true)
    if (!s) return
    const until = this.random.chance(0.5) ? this.today + this.random.int(2, 60) : null
    const body = until === null ? {} : { until: textOf(until) }
    const answer = await this.api.call<Subscription>('pauseSubscription', { id: s.id }, { body })
    if (this.granted('pause', `${s.id} ${JSON.stringify(body)}`, answer)) model.pause(s, this.today, until)
  }
  async resume(): Promise<void> {
    const s = this.anyOf(true)
    if (s && this.granted('resume', s.id, await this.api.call('resumeSubscription', { id: s.id }))) model.resume(s, this.today)
  }

  async generate(): Promise<boolean> {
    const answer = await this.api.generateInvoice(this.user.id)
    this.granted('generate', '', answer)
    for (const s of this.user.subscriptions) if (s.start <= this.today) this.ranAll.add(s.id)
    return answer.status === 201
  }

  private async openInvoices(): Promise<string[]> {
    return (await this.api.listInvoices({ user_id: this.user.id, status: 'open', limit: 100 })).is(200).map((i) => i.id)
  }
  async voidOne(): Promise<void> {
    const open = await this.openInvoices()
    if (open.length > 0) this.granted('void', '', await this.api.voidInvoice(this.user.id, this.random.pick(open)))
  }
  async payOne(): Promise<void> {
    const open = await this.openInvoices()
    if (open.length > 0) this.granted('pay', '', await this.api.payInvoice(this.user.id, this.random.pick(open)))
  }
  async payAll(): Promise<void> {
    for (const id of await this.openInvoices()) this.granted('pay', '', await this.api.payInvoice(this.user.id, id))
  }
  async changeCard(card: string | null = this.random.pick(cards)): Promise<void> {
    this.granted('card', String(card), await this.api.updateUser(this.user.id, { payment_method: card }))
  }
  async credit(): Promise<void> {
    const { random } = this
    const body = {
      amount_cents: random.int(1, 20_000),
      currency: random.pick(['USD', 'JPY', 'KWD']),
      reason: 'a present',
      ...(random.chance(0.4) ? { expires_on: textOf(this.today + random.int(1, 90)) } : {}),
    }
    this.granted('credit', JSON.stringify(body), await this.api.raw('POST', `/users/${this.user.id}/credits`, { body }))
  }
}
