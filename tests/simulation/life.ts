/** The random life of one user: each move is asked of the API and, where it is granted, made in the model too. */

import { expect } from 'vitest'
import type { Answer, Api } from '../harness/client.ts'
import type { Random } from '../harness/random.ts'
import type { Subscription } from '../harness/types.ts'
import { Account } from './account.ts'
import { textOf, type Day } from './calendar.ts'
import { Comparison } from './compare.ts'
import type { World } from './documents.ts'
import { factMoves } from './fact_moves.ts'
import * as model from './model.ts'
import type { ModelSubscription, ModelUser } from './model.ts'
import { moneyMoves } from './money_moves.ts'
import type { Catalog } from './plans.ts'
import { dayAt } from './settle.ts'

/** How often each kind of move was answered how. */
export type Tally = Map<string, number>
/** How often it is made, its kind, and how. */
export type Move = [weight: number, kind: string, make: (life: Life) => Promise<unknown>]

const moves: Move[] = [...factMoves, ...moneyMoves]
export const kindsOfMoves = moves.map(([, kind]) => kind)

export class Life {
  readonly log: string[] = []
  readonly account: Account
  readonly comparison: Comparison
  now = 0
  /** Numbers its events. */
  serial = 0

  constructor(
    readonly api: Api,
    readonly random: Random,
    readonly catalog: Catalog,
    private readonly tally: Tally,
    readonly user: ModelUser,
    world: World,
    private readonly kinds: Set<string>,
  ) {
    this.account = new Account(user, world)
    this.comparison = new Comparison(user)
  }

  get today(): Day {
    return dayAt(this.now)
  }

  /** Does one thing, the same in each run of a seed. */
  async move(): Promise<void> {
    const live = this.user.subscriptions.filter((s) => !s.canceled).length
    const allowed = moves.filter(([, kind]) => this.kinds.has(kind))
    let at = this.random.next() * allowed.reduce((sum, [weight]) => sum + weight, 0)
    const [, , make] = live < 4 ? moves[0]! : allowed.find(([weight]) => (at -= weight) < 0)!
    await make(this)
  }

  say(what: string): void {
    this.log.push(`${textOf(this.today)} ${what}`)
  }

  /** Notes the answer, and whether it was granted. */
  granted(kind: string, asked: string, answer: Answer<unknown>): boolean {
    const problem = answer.status >= 400 ? ` ${(answer.body as { type: string }).type}` : ''
    const what = `${kind} ${answer.status}${problem}`
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1)
    this.say(`${kind} ${asked}: ${answer.status}${problem ? ` ${answer.text}` : ''}`)
    expect([200, 201, 204, 402, 404, 409, 422], `${kind} ${asked}: ${answer.text}`).toContain(answer.status)
    return !problem
  }

  anyLive(): ModelSubscription | undefined {
    const all = this.user.subscriptions.filter((s) => !s.canceled)
    return all.length === 0 ? undefined : this.random.pick(all)
  }

  /** That an answer shows what the model has made of it. */
  check(s: ModelSubscription, seen: Subscription): void {
    const period = model.current(s)
    const status = model.statusOn(s, this.today)
    const term = model.termOn(s, this.today)
    const pending = s.terms.find((t) => t.from > this.today && (this.today >= s.start || t !== s.terms[0]))
    const is = [seen.status === 'past_due' ? 'active' : seen.status, seen.current_period_start, seen.current_period_end, seen.plan_code, seen.version, seen.quantity]
    const must = [status, textOf(period.start), textOf(period.end), term.of.plan_code, term.of.version, term.quantity]
    expect(is, this.log.slice(-30).join('\n')).toEqual(must)
    if (!pending && !s.canceled) expect(seen.pending, this.log.slice(-30).join('\n')).toBe(null)
  }
}
