import { describe, expect, test } from 'vitest'
import { dayOf, textOf } from './calendar.ts'
import { billed, cancelNow, current, expectedInvoices, owed, record, rollOver, subscribeModel, type ModelSubscription, type ModelUser } from './model.ts'
import type { Api } from '../harness/client.ts'
import { advanceTo, fresh, invoicesOf, useServer } from '../harness/make.ts'
import { Random, seedOfThisRun } from '../harness/random.ts'
import type { Interval, Invoice, NewCharge, NewPlan, Plan, Subscription, UsageEvent } from '../harness/types.ts'

const steps = Number(process.env.SIM_STEPS ?? '500')
// One that never changes, and one of this run.
const seeds = process.env.SIM_SEED ? [Number(process.env.SIM_SEED)] : [20_260_115, seedOfThisRun()]

const metrics = ['calls', 'seats', 'bytes']
const methods = [null, 'stub_ok', 'stub_decline', 'stub_decline_1', 'stub_decline_3', 'stub_unreachable_1', 'stub_unreachable_4', 'stub_slow_5']

class Simulation {
  private readonly users: ModelUser[] = []
  private readonly plans: Plan[] = []
  private now = 0
  readonly log: string[] = []

  constructor(
    private readonly api: Api,
    private readonly random: Random,
  ) {}

  private get today(): number {
    return Math.floor(this.now / 86_400_000)
  }

  async run(count: number): Promise<void> {
    this.now = Date.parse((await this.api.getClock()).is(200).now)
    for (let n = 0; n < 3; n++) await this.makePlan()
    for (let n = 0; n < 3; n++) await this.makeUser()
    const moves: [number, () => Promise<void>][] = [
      [2, () => this.makePlan()],
      [4, () => this.makeUser()],
      [10, () => this.subscribe()],
      [5, () => this.cancel()],
      [25, () => this.use()],
      [10, () => this.useBatch()],
      [18, () => this.generate()],
      [4, () => this.voidOne()],
      [5, () => this.payOne()],
      [5, () => this.changeCard()],
      [12, () => this.advance()],
    ]
    const weights = moves.reduce((sum, [weight]) => sum + weight, 0)
    for (let n = 0; n < count; n++) {
      let at = this.random.next() * weights
      const [, move] = moves.find(([weight]) => (at -= weight) < 0)!
      await move()
    }
    await this.settle()
  }

  private say(what: string): void {
    this.log.push(`${new Date(this.now).toISOString()} ${what}`)
  }

  private price(): string {
    const { random } = this
    return random.pick([String(random.int(0, 20)), `0.${random.int(1, 99)}`, `0.00${random.int(1, 999)}`, `${random.int(0, 3)}.${random.int(100000, 999999)}`])
  }

  private charge(metric: string): NewCharge {
    const { random } = this
    const included = random.chance(0.3) ? random.int(0, 50) : 0
    const model = random.pick(['per_unit', 'graduated', 'volume', 'package'] as const)
    if (model === 'per_unit') return { metric, model, included, unit_price: this.price() }
    if (model === 'package') return { metric, model, included, package_size: random.int(1, 40), package_price: this.price() }
    const bounds = [...new Set(Array.from({ length: random.int(0, 3) }, () => random.int(1, 200)))].sort((a, b) => a - b)
    return {
      metric,
      model,
      included,
      tiers: [...bounds, null].map((up_to) => ({ up_to, unit_price: this.price(), ...(random.chance(0.4) ? { flat_price: this.price() } : {}) })),
    }
  }

  private async makePlan(): Promise<void> {
    const { random } = this
    const interval: Interval = random.pick(['day', 'week', 'month', 'month', 'year'])
    const body: NewPlan = {
      code: fresh('sim'),
      amount_cents: random.pick([0, 1, 999, random.int(1, 100_000)]),
      currency: random.pick(['USD', 'USD', 'USD', 'EUR', 'JPY', 'KWD']),
      interval,
      interval_count: interval === 'day' ? random.int(3, 40) : random.int(1, 3),
      trial_days: random.chance(0.25) ? random.int(1, 20) : 0,
      charges: metrics.filter(() => random.chance(0.5)).map((metric) => this.charge(metric)),
    }
    this.plans.push((await this.api.createPlan(body)).is(201))
    this.say(`plan ${JSON.stringify(body)}`)
  }

  private async makeUser(): Promise<void> {
    const { id } = (await this.api.createUser({ email: `${fresh('sim')}@example.com` })).is(201)
    this.users.push({ id, subscriptions: [], usage: new Map(), seenEvents: new Map() })
    this.say(`user ${id}`)
  }

  private async subscribe(): Promise<void> {
    const user = this.random.pick(this.users)
    const plan = this.random.pick(this.plans)
    const answer = await this.api.createSubscription({ user_id: user.id, plan_code: plan.code })
    if (user.subscriptions.some((s) => !s.canceled && s.plan.code === plan.code)) {
      answer.refused(409, 'already_subscribed')
      return
    }
    const made = subscribeModel(answer.is(201).id, plan, this.today)
    user.subscriptions.push(made)
    this.say(`subscribe ${user.id} to ${plan.code}: ${made.id}`)
    this.check(made, answer.body)
  }

  private check(s: ModelSubscription, seen: Subscription): void {
    expect([seen.current_period_start, seen.current_period_end]).toEqual([textOf(current(s).start), textOf(current(s).end)])
    if (s.canceled) expect(seen.status).toBe('canceled')
    else if (current(s).trial) expect(seen.status).toBe('trialing')
    else expect(['active', 'past_due']).toContain(seen.status)
    expect(seen.billing_error).toBe(null)
  }

  private async cancel(): Promise<void> {
    const user = this.random.pick(this.users)
    if (user.subscriptions.length === 0) return
    const s = this.random.pick(user.subscriptions)
    const at = this.random.pick(['now', 'period_end'] as const)
    const before = await invoicesOf(this.api, user.id)
    const answer = await this.api.cancelSubscription(s.id, at)
    this.say(`cancel ${s.id} ${at}: ${answer.status}`)
    if (s.canceled || (at === 'period_end' && s.endsWithPeriod)) {
      answer.refused(409, 'already_canceled')
      return
    }
    if (at === 'period_end') s.endsWithPeriod = true
    else cancelNow(s, this.today)
    this.check(s, answer.is(200))
    if (at === 'period_end') return
    // The final invoice is made at once, when anything is owed and nothing stands in its way.
    const key = `${textOf(current(s).start)} ${textOf(current(s).end)} ${s.plan.currency}`
    const expected = expectedInvoices({ ...user, subscriptions: [s] }, before).filter((line) => line.startsWith(key))
    const made = (await invoicesOf(this.api, user.id)).filter((i) => !before.some((b) => b.id === i.id))
    const line = (i: Invoice) => `${i.period_start} ${i.period_end} ${i.currency} ${i.amount_cents}`
    const alone = user.subscriptions.length === 1
    if (alone && !current(s).trial) expect(made.map(line)).toEqual(expected)
  }

  private event(user: ModelUser): { event: UsageEvent; apply: () => void } {
    const { random } = this
    const metric = random.pick([...metrics, 'unknown'])
    const quantity = random.pick([0, 1, random.int(1, 300), random.int(1, 5000)])
    const back = random.chance(0.3) ? random.int(0, 40 * 24 * 60) * 60_000 : 0
    const at = new Date(this.now - back)
    const event_id = random.chance(0.3) ? `e${random.int(1, 30)}` : undefined
    // An id that was told already is told again with the same quantity, and then counts nothing; with another one it would be refused.
    const first = event_id === undefined ? undefined : user.seenEvents.get(`${metric} ${event_id}`)
    if (first !== undefined) return { event: { user_id: user.id, metric, quantity: first, event_id: event_id! }, apply: () => undefined }
    if (event_id !== undefined) user.seenEvents.set(`${metric} ${event_id}`, quantity)
    return {
      event: { user_id: user.id, metric, quantity, ...(back > 0 ? { at: at.toISOString() } : {}), ...(event_id ? { event_id } : {}) },
      apply: () => record(user, metric, dayOf(at.toISOString()), BigInt(quantity)),
    }
  }

  private async use(): Promise<void> {
    const { event, apply } = this.event(this.random.pick(this.users))
    ;(await this.api.recordUsage(event)).is(201)
    apply()
    this.say(`use ${JSON.stringify(event)}`)
  }

  private async useBatch(): Promise<void> {
    const events = Array.from({ length: this.random.int(1, 12) }, () => this.event(this.random.pick(this.users)))
    ;(await this.api.recordUsageBatch(events.map((e) => e.event))).is(201)
    for (const { apply } of events) apply()
    this.say(`batch ${JSON.stringify(events.map((e) => e.event))}`)
  }

  private async generate(): Promise<void> {
    await this.generateFor(this.random.pick(this.users))
  }

  /** What a generate makes is what the model says, to the cent. */
  private async generateFor(user: ModelUser): Promise<number> {
    const before = await invoicesOf(this.api, user.id)
    const expected = expectedInvoices(user, before)
    const answer = await this.api.generateInvoice(user.id)
    this.say(`generate ${user.id}: ${answer.status}, expected ${JSON.stringify(expected)}`)
    if (answer.status === 201) {
      const made = (await invoicesOf(this.api, user.id)).filter((i) => answer.body.generated.includes(i.id))
      expect(made.map((i) => `${i.period_start} ${i.period_end} ${i.currency} ${i.amount_cents}`).sort()).toEqual(expected)
      expect(answer.body.generated).toContain(answer.body.id)
      return made.length
    }
    expect(expected).toEqual([])
    if (answer.status === 200) expect(answer.body.generated).toEqual([])
    else answer.refused(409, 'nothing_to_bill')
    return 0
  }

  private async voidOne(): Promise<void> {
    const open = (await this.api.listInvoices({ status: 'open', limit: 100 })).is(200)
    if (open.length === 0) return
    const invoice = this.random.pick(open)
    const answer = await this.api.voidInvoice(invoice.user_id, invoice.id)
    this.say(`void ${invoice.number}: ${answer.status}`)
    if (answer.status !== 200) expect(['/docs#attempt_running', '/docs#not_open']).toContain((answer.body as unknown as { type: string }).type)
  }

  private async payOne(): Promise<void> {
    const open = (await this.api.listInvoices({ status: 'open', limit: 100 })).is(200)
    if (open.length === 0) return
    const invoice = this.random.pick(open)
    const answer = await this.api.payInvoice(invoice.user_id, invoice.id)
    this.say(`pay ${invoice.number}: ${answer.status}`)
    expect([200, 402, 409, 503]).toContain(answer.status)
  }

  private async changeCard(): Promise<void> {
    const user = this.random.pick(this.users)
    const payment_method = this.random.pick(methods)
    ;(await this.api.updateUser(user.id, { payment_method })).is(200)
    this.say(`card ${user.id} ${payment_method}`)
  }

  private async advance(): Promise<void> {
    const ms = this.random.pick([this.random.int(1, 72) * 3_600_000, this.random.int(1, 20) * 86_400_000, this.random.int(1, 300) * 60_000])
    const to = new Date(this.now + ms).toISOString()
    await advanceTo(this.api, to)
    this.now += ms
    this.say(`advance to ${to}`)
    for (const user of this.users) for (const s of user.subscriptions) rollOver(s, this.today)
    const user = this.random.pick(this.users)
    for (const s of user.subscriptions) this.check(s, (await this.api.getSubscription(s.id)).is(200))
  }

  /** Everybody pays everything; then what was billed is what is owed, and every paid invoice was charged once. */
  private async settle(): Promise<void> {
    for (const user of this.users) {
      ;(await this.api.updateUser(user.id, { payment_method: 'stub_ok' })).is(200)
    }
    for (const user of this.users) {
      for (let round = 0; round < 5; round++) {
        for (const invoice of await invoicesOf(this.api, user.id)) {
          if (invoice.status !== 'open') continue
          const answer = await this.api.payInvoice(user.id, invoice.id)
          if (answer.status !== 200) expect(answer.status).toBe(409)
        }
        const made = await this.generateFor(user)
        const open = (await invoicesOf(this.api, user.id)).filter((i) => i.status === 'open')
        if (made === 0 && open.length === 0) break
      }
      const invoices = await invoicesOf(this.api, user.id)
      expect(invoices.filter((i) => i.status === 'open').map((i) => i.number)).toEqual([])
      for (const invoice of invoices.filter((i) => i.status === 'paid')) {
        expect(invoice.payments.filter((p) => p.status === 'succeeded').map((p) => p.amount_cents)).toEqual(
          invoice.amount_cents === 0 ? [] : [invoice.amount_cents],
        )
      }
      const done = billed(invoices)
      for (const s of user.subscriptions) {
        const all = owed(user, s)
        if (!s.canceled && current(s).trial) continue
        for (const [what, amount] of all) {
          const was = done.get(what) ?? 0n
          // A credit may still be waiting for something to go against; nothing may be missing.
          expect(was >= amount, `${what}: billed ${was}, owed ${amount}`).toBe(true)
          if (was > amount) expect(expectedInvoices(user, invoices), `${what}: a credit that could have been given`).toEqual([])
        }
      }
      const known = new Set(user.subscriptions.flatMap((s) => [...owed(user, s).keys()]))
      expect([...done].filter(([what, amount]) => !known.has(what) && amount !== 0n)).toEqual([])
    }
    for (const user of this.users) {
      const days = (await this.api.getUsage(user.id, { from: '2025-01-01', to: textOf(this.today + 2) })).is(200)
      const seen = new Map(days.map((d) => [`${d.metric} ${d.day}`, BigInt(d.quantity)]))
      const told = new Map<string, bigint>([...user.usage].flatMap(([metric, perDay]) => [...perDay].map(([day, q]) => [`${metric} ${textOf(day)}`, q] as const)))
      for (const [what, quantity] of told) expect(seen.get(what) ?? 0n, what).toBe(quantity)
      for (const [what, quantity] of seen) expect(told.get(what), what).toBe(quantity)
    }
  }
}

describe.each(seeds)('a random life, SIM_SEED=%d', (seed) => {
  const on = useServer({ start: '2026-01-29T08:00:00Z' })

  test(
    'what is billed is what the rules say is owed, to the cent',
    async () => {
      console.log(`simulation: SIM_SEED=${seed} SIM_STEPS=${steps}`)
      const simulation = new Simulation(on.api, new Random(seed))
      try {
        await simulation.run(steps)
      } catch (error) {
        console.log(`SIM_SEED=${seed}, the last steps:\n${simulation.log.slice(-25).join('\n')}`)
        throw error
      }
    },
    180_000,
  )
})
