import { describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { useServer } from '../harness/make.ts'
import { Random, seedOfThisRun } from '../harness/random.ts'
import type { Server } from '../harness/server.ts'
import { textOf } from './calendar.ts'
import { differences } from './check.ts'
import { Life, type Tally } from './life.ts'
import { newUser } from './model.ts'
import { PlainApi } from './plain.ts'
import { Catalog } from './plans.ts'
import { brokenBooks, look } from './seen.ts'

/** A step is some moves of everybody, and then days or months that pass: with these some 2,000 subscription-months. */
const steps = Number(process.env.SIM_STEPS ?? '5')
const users = Number(process.env.SIM_USERS ?? '150')
const seed = process.env.SIM_SEED ? Number(process.env.SIM_SEED) : seedOfThisRun()
const everything =
  'subscribe use change cancel generate pause resume uncancel pending correct void pay card credit rich anchor starts named dates invoice unprorated'
const kinds = new Set((process.env.SIM_KINDS ?? everything).split(' '))

const start = Date.parse('2026-01-29T08:00:00Z')
const dayMs = 86_400_000

class Simulation {
  private readonly random = new Random(seed)
  private readonly api: PlainApi
  private readonly catalog: Catalog
  private lives: Life[] = []
  /** Lives that went otherwise than the model's: they are left, so that one run finds all that is wrong. */
  private readonly failures: string[] = []
  private today = Math.floor(start / dayMs)
  private readonly tally: Tally = new Map()
  private daysHeld = 0
  private readonly spent = { moves: 0, clock: 0, look: 0, compare: 0 }

  constructor(private readonly server: Server) {
    this.api = new PlainApi(server)
    this.catalog = new Catalog(this.api, this.random)
  }

  async run(): Promise<void> {
    const { api } = this
    for (let n = 0; n < 14; n++) await this.catalog.addPlan()
    for (let n = 0; n < users; n++) {
      const { id } = (await api.createUser({ email: `life-${seed}-${n}@example.com` })).is(201)
      this.lives.push(new Life(api, new Random(seed + 1 + n), this.catalog, this.tally, newUser(id), kinds))
    }
    for (let step = 0; step < steps; step++) {
      if (step % 3 === 2) await this.catalog.addVersion()
      if (step % 8 === 7) await this.catalog.addPlan()
      for (const life of this.lives) life.today = this.today
      const began = performance.now()
      await this.each((life) => life.live(this.random.int(0, 4)))
      this.spent.moves += performance.now() - began
      await this.settled(() => (life) => life.ran)
      if (step % 3 === 2) await this.catalog.migrate((to, from) => this.lives.reduce((sum, life) => sum + life.migrate(to, from), 0))
      await this.pass(this.random.int(3, 80))
    }
    await this.end()
    const seconds = Object.entries(this.spent).map(([what, ms]) => `${what} ${(ms / 1000).toFixed(1)} s`)
    console.log(`simulation: ${this.months} subscription-months; ${seconds.join(', ')}`)
    console.log([...this.tally].sort().map(([what, n]) => `${String(n).padStart(7)} ${what}`).join('\n'))
    if (this.failures.length > 0) throw new Error(`${this.failures.length} lives went wrong:\n\n${this.failures.join('\n\n')}`)
  }

  get months(): number {
    return Math.floor((this.daysHeld * 12) / 365.25)
  }

  private async each(move: (life: Life) => Promise<unknown>): Promise<void> {
    await Promise.all(this.lives.map((life) => move(life).catch((error: unknown) => this.leave(life, String(error)))))
  }

  private leave(life: Life, what: string, id?: string): void {
    const s = life.user.subscriptions.find((each) => each.id === id)
    this.failures.push(`${textOf(this.today)} ${what}\nuser ${life.user.id} lived:\n${life.log.slice(-40).join('\n')}\n${s ? JSON.stringify(s) : ''}`)
    this.lives = this.lives.filter((each) => each !== life)
  }

  private async advance(by: { to: string } | { days: number }): Promise<void> {
    const began = performance.now()
    ;(await this.api.advanceClock(by)).is(200)
    this.spent.clock += performance.now() - began
  }

  private async pass(days: number): Promise<void> {
    const to = new Date(start + (this.today + days - Math.floor(start / dayMs)) * dayMs).toISOString()
    await this.advance({ to })
    for (const { user } of this.lives) {
      for (const s of user.subscriptions) this.daysHeld += Math.max(0, Math.min(this.today + days, s.end ?? Infinity) - Math.max(this.today, s.start))
    }
    this.today += days
    const rolled = new Map(this.lives.map((life) => [life, life.pass(this.today)]))
    await this.settled(() => (life) => (s) => (rolled.get(life)!.has(s.id) ? 'roll-over' : null))
  }

  /** Once the workers have done what is due, all is as the model says. */
  private async settled(how: () => (life: Life) => Parameters<typeof differences>[2], since = this.today - 800): Promise<void> {
    await this.advance({ days: 0 })
    for (let n = 0; ; n++) {
      const began = performance.now()
      const seen = await look(this.server, since)
      const books = await brokenBooks(this.server)
      const looked = performance.now()
      const ran = how()
      const wrong = this.lives.map((life) => ({ life, what: differences(seen, life.user, ran(life), life.untouched, this.today, since) })).filter(({ what }) => what.length > 0)
      this.spent.look += looked - began
      this.spent.compare += performance.now() - looked
      if (wrong.length + books.length === 0) return
      // A payment that a call has begun may still be under way.
      if (n < 5) {
        await sleep(300)
        continue
      }
      for (const { life, what } of wrong) this.leave(life, what.join('\n'), what[0]!.slice(0, 36))
      if (books.length > 0) {
        const theirs = this.lives.filter((life) => books.join().includes(life.user.id))
        this.failures.push(`${textOf(this.today)} ${books.join('\n')}\n${theirs.map((life) => life.log.join('\n')).join('\n\n')}`)
      }
      if (books.length > 0) throw new Error(this.failures.join('\n\n'))
      return
    }
  }

  /** Everybody cancels and pays; then Σ billed less credited is what is owed, and nothing waits. */
  private async end(): Promise<void> {
    await this.each(async (life) => {
      await life.changeCard('stub_ok')
      for (const s of life.user.subscriptions) if (!s.canceled) await life.cancelOne(s, 'now', true)
      for (let n = 0; n < 8; n++) {
        await life.payAll()
        if (!(await life.generate())) break
      }
      await life.payAll()
    })
    await this.settled(() => () => () => 'all', 0)
    const seen = await look(this.server, 0)
    const ours = new Set(this.lives.map((life) => life.user.id))
    expect([...seen.open].filter((key) => ours.has(key.slice(0, 36)))).toEqual([])
    const waits = this.lives.flatMap((life) => life.user.subscriptions).filter((s) => seen.subscriptions.get(s.id)!.waiting !== 0n)
    expect(waits.map((s) => s.id)).toEqual([])
  }
}

describe(`random lives, SIM_SEED=${seed} SIM_STEPS=${steps}`, () => {
  const on = useServer({ start: new Date(start).toISOString() })

  test(
    'what is billed is what the rules say is owed, to the cent',
    async () => {
      console.log(`simulation: SIM_SEED=${seed} SIM_STEPS=${steps} SIM_USERS=${users}`)
      await new Simulation(on.server).run()
    },
    1_800_000,
  )
})
