import { describe, expect, test } from 'vitest'
import { closeIdle } from '../harness/http.ts'
import { useServer } from '../harness/make.ts'
import { Random, seedOfThisRun } from '../harness/random.ts'
import type { Server } from '../harness/server.ts'
import { textOf } from './calendar.ts'
import { notBilledAsOwed } from './compare.ts'
import type { World } from './documents.ts'
import { cancelOne } from './fact_moves.ts'
import { Happened } from './happened.ts'
import { kindsOfMoves, Life, type Tally } from './life.ts'
import * as model from './model.ts'
import { changeCard, generate, payOne } from './money_moves.ts'
import { PlainApi } from './plain.ts'
import { Catalog } from './plans.ts'
import { look } from './seen.ts'
import { dayAt, dayMs } from './settle.ts'
import type { Taxpayer } from './tax.ts'

/** A step is some moves of everybody, and then days or months that pass. Without SIM_STEPS there are as many as make the subscription-months. */
const users = Number(process.env.SIM_USERS ?? '200')
const least = process.env.SIM_STEPS === undefined ? Number(process.env.SIM_MONTHS ?? '20000') : 0
const steps = Number(process.env.SIM_STEPS ?? '10')
const seed = process.env.SIM_SEED ? Number(process.env.SIM_SEED) : seedOfThisRun()
const kinds = new Set(process.env.SIM_KINDS?.split(' ') ?? kindsOfMoves)
const mustHaveAll = least >= 20_000 && kinds.size === kindsOfMoves.length

const start = Date.parse('2026-01-29T08:00:00Z')
const smallest = { USD: 150n, KWD: 400n }
const taxpayers: Taxpayer[] = [
  { status: 'taxable', country: 'DE' },
  { status: 'taxable', country: 'CA' },
  { status: 'taxable', country: null },
  { status: 'exempt', country: 'DE' },
  { status: 'reverse_charge', country: 'CA' },
]

class Simulation {
  private readonly random = new Random(seed)
  private readonly api: PlainApi
  private readonly catalog: Catalog
  private readonly world: World
  private lives: Life[] = []
  /** Lives that went otherwise than the model's: they are left, so that one run finds all that is wrong. */
  private readonly failures: string[] = []
  private now = start
  private looked = 0
  private readonly tally: Tally = new Map()
  readonly happened = new Happened()
  private daysHeld = 0
  private readonly spent = { moves: 0, clock: 0, look: 0, model: 0 }

  constructor(private readonly server: Server) {
    this.api = new PlainApi(server)
    this.catalog = new Catalog(this.api, this.random)
    this.world = { rates: this.catalog.rates, smallest }
  }

  async run(): Promise<void> {
    await this.begin()
    for (let step = 0; step < steps || this.months < least || this.mustGoOn(); step++) {
      if (step % 3 === 2) await this.catalog.addVersion()
      if (step % 4 === 3) await this.catalog.changeRates()
      for (let n = step === 0 ? 5 : this.random.int(1, 4); n > 0; n--) await this.round((life) => life.move())
      if (step % 3 === 2 && this.failures.length === 0) await this.migrate()
      await this.pass(this.random.int(3, 150))
    }
    await this.end()
    this.count()
    const seconds = Object.entries(this.spent).map(([what, ms]) => `${what} ${(ms / 1000).toFixed(1)} s`)
    console.log(`simulation: ${this.months} subscription-months until ${textOf(dayAt(this.now))}; ${seconds.join(', ')}`)
    console.log([...[...this.tally].sort(), ...this.happened.counts].map(([what, n]) => `${String(n).padStart(7)} ${what}`).join('\n'))
    if (this.failures.length > 0) throw new Error(`${this.failures.length} lives went wrong:\n\n${this.failures.join('\n\n')}`)
  }

  private count(): void {
    this.happened.stays(
      this.lives.map(({ user }) => user),
      dayAt(this.now),
    )
  }
  /** What is rare may not have happened yet: lives go on until it has, within bounds. */
  private mustGoOn(): boolean {
    if (!mustHaveAll || this.failures.length > 0 || this.months >= 2 * least) return false
    this.count()
    return this.happened.never.length > 0
  }

  get months(): number {
    return Math.floor((this.daysHeld * 12) / 365.25)
  }

  private async begin(): Promise<void> {
    const { api, catalog } = this
    await catalog.addRates()
    for (let n = 0; n < 14; n++) await catalog.addPlan(n)
    for (let n = 0; n < 12; n++) await catalog.addCoupon()
    for (let n = 0; n < users; n++) {
      const taxpayer = this.random.pick(taxpayers)
      const address = taxpayer.country === null ? {} : { address: { country: taxpayer.country } }
      const card = this.random.pick([null, 'stub_ok', 'stub_refund_fails'])
      const { id } = (await api.createUser({ email: `life-${seed}-${n}@example.com`, tax_status: taxpayer.status, ...(card === null ? {} : { payment_method: card }), ...address })).is(201)
      const user = { ...model.newUser(id, taxpayer), card }
      this.lives.push(new Life(api, new Random(seed + 1 + n), catalog, this.tally, user, this.world, kinds))
    }
  }

  private leave(life: Life, what: string): void {
    this.failures.push(`${textOf(dayAt(this.now))} ${what}\nuser ${life.user.id} lived:\n${life.log.slice(-40).join('\n')}`)
    this.lives = this.lives.filter((each) => each !== life)
  }
  private timed<T>(what: keyof Simulation['spent'], run: () => Promise<T>): Promise<T> {
    const began = performance.now()
    return run().finally(() => (this.spent[what] += performance.now() - began))
  }

  /** Everybody does one thing; then what is due at once is done, and everything is as the model says. */
  private async round(move: (life: Life) => Promise<unknown>): Promise<void> {
    for (const life of this.lives) life.now = this.now
    await this.timed('moves', () => Promise.all(this.lives.map((life) => move(life).catch((error: unknown) => this.leave(life, String(error))))))
    await this.advance(this.now)
    await this.compare((life) => life.account.doWhatIsDue(this.now))
  }

  /** How far one call comes depends on the machine. */
  private async advance(to: number): Promise<void> {
    await this.timed('clock', async () => {
      for (let calls = 1; ; calls++) {
        const answer = await this.api.advanceClock({ to: new Date(to).toISOString() })
        if (answer.status !== 503 || calls === 30) return answer.is(200)
      }
    })
  }

  private async pass(days: number): Promise<void> {
    const [from, to] = [dayAt(this.now), dayAt(this.now) + days]
    this.now += days * dayMs
    await this.advance(this.now)
    await this.compare((life) => life.account.advance(this.now))
    for (const { user } of this.lives) {
      for (const s of user.subscriptions) this.daysHeld += Math.max(0, Math.min(to, s.end ?? Infinity) - Math.max(from, s.start))
    }
  }

  /** Everybody on older versions of a plan goes to its newest one, at the end of each one's period. */
  private async migrate(): Promise<void> {
    const changed = await this.catalog.migrate((to, from) => {
      const all = this.lives.flatMap((life) => life.user.subscriptions.map((s) => ({ life, s })))
      const ours = all.filter(({ s }) => model.migrate(s, model.current(s).end, to, from))
      for (const { life, s } of ours) life.account.changed(s, model.current(s).end, this.now)
      return ours.length
    })
    if (changed) await this.compare(() => undefined)
  }

  private async compare(ofModel: (life: Life) => void, since = this.looked): Promise<void> {
    const seen = await this.timed('look', () => look(this.server, since))
    await this.timed('model', async () => {
      for (const life of this.lives) {
        ofModel(life)
        this.happened.sees(life.user)
        const wrong = life.comparison.differences(seen.get(life.user.id) ?? { subscriptions: [], invoices: [], notes: [], refunds: [], grants: [] }, dayAt(this.now))
        if (wrong.length > 0) this.leave(life, wrong.join('\n'))
      }
    })
    this.looked = this.now
    // What nobody has used for a while the server has closed by the time that it is used again.
    closeIdle(this.server.origin)
  }

  /** Everybody cancels and pays; then Σ billed less corrected is what is owed, and nothing waits. */
  private async end(): Promise<void> {
    await this.round((life) => changeCard(life, 'stub_ok'))
    for (;;) {
      const live = (life: Life) => life.user.subscriptions.find((s) => !s.canceled)
      if (!this.lives.some(live)) break
      await this.round(async (life) => {
        const s = live(life)
        if (s) await cancelOne(life, s, 'now', true, life.random.chance(0.5))
      })
    }
    for (let made = true; made; ) {
      while (this.lives.some((life) => life.account.open().length > 0)) {
        await this.round(async (life) => {
          for (const invoice of life.account.open()) if (invoice.status === 'open') await payOne(life, invoice)
        })
      }
      made = false
      await this.round(async (life) => (made = (await generate(life)) || made))
    }
    await this.pass(3)
    await this.compare(() => undefined, 0)
    for (const life of this.lives) {
      const wrong = notBilledAsOwed(life.user, dayAt(this.now))
      if (wrong.length > 0) this.leave(life, wrong.join('\n'))
    }
  }
}

describe(`random lives, SIM_SEED=${seed} SIM_STEPS=${steps}`, () => {
  const minimum = Object.entries(smallest).map(([currency, cents]) => `${currency}:${cents}`).join(',')
  const on = useServer({ command: 'serve', start: new Date(start).toISOString(), env: { BILLING_MINIMUM_INVOICE: minimum } })

  test(
    'every document, the balance and what is due are what the rules say, to the cent',
    async () => {
      console.log(`simulation: SIM_SEED=${seed} SIM_STEPS=${steps} SIM_USERS=${users}`)
      const simulation = new Simulation(on.server)
      await simulation.run()
      expect(simulation.months).toBeGreaterThanOrEqual(least)
      if (mustHaveAll) expect(simulation.happened.never).toEqual([])
    },
    3_600_000,
  )
})
