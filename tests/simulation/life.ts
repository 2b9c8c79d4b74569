/** The random life of one user: each move is asked of the API and, where it is granted, made in the model too. */

import { expect } from 'vitest'
import type { Answer, Api } from '../harness/client.ts'
import type { Random } from '../harness/random.ts'
import type { InvoicePreview, Subscription } from '../harness/types.ts'
import { Account } from './account.ts'
import { textOf, type Day } from './calendar.ts'
import { Comparison } from './compare.ts'
import type { Made, World } from './documents.ts'
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

  /** Now and then asks beforehand what would be made; what is then made must be just that. */
  async foresee(changes?: Record<string, unknown>[]): Promise<(made: Made | null) => void> {
    if (!this.random.chance(0.3)) return () => undefined
    const answer = await this.api.previewInvoices({ user_id: this.user.id, ...(changes ? { changes } : {}) })
    this.granted('preview', JSON.stringify(changes ?? 'now'), answer)
    return (made) => {
      if (answer.status !== 200) throw new Error(`the preview was refused, and the call was not: ${answer.text}`)
      expect(foreseen(answer.body, made), this.log.slice(-30).join('\n')).toEqual(meant(made))
    }
  }

  /** One that goes on; mostly one of which it is true, where there is such a one. */
  anyLive(mostly: (s: ModelSubscription) => boolean = () => true): ModelSubscription | undefined {
    const all = this.user.subscriptions.filter((s) => !s.canceled)
    const some = this.random.chance(0.8) ? all.filter(mostly) : []
    return all.length === 0 ? undefined : this.random.pick(some.length > 0 ? some : all)
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

/** What a preview says, and the model, in the same words; the tax of lines that sum to nothing is any. */
function foreseen(preview: InvoicePreview, made: Made | null): string[] {
  return [
    ...preview.invoices.map((i, n) => {
      const lines = i.lines.map((l, at) => [l.item, l.period_start, l.sequence, l.quantity, l.amount_cents, made?.invoices[n]?.lines[at]?.tax === null ? '?' : l.tax_cents].join(' '))
      return [i.period_start, i.period_end, i.currency, i.amount_cents, i.tax_cents, i.from_balance_cents, ...lines].join('; ')
    }),
    ...preview.credit_notes.map((n) => [n.invoice_id, n.amount_cents, n.tax_cents, n.applied_cents, n.refund?.amount_cents ?? 0, ...n.lines.map((l) => l.amount_cents)].join(' ')),
  ]
}
function meant(made: Made | null): string[] {
  if (!made) return []
  return [
    ...made.invoices.map((i) => {
      const lines = i.lines.map((l) => [l.item, l.period === null ? '' : textOf(l.period), l.sequence, l.quantity, l.amount, l.tax ?? '?'].join(' '))
      return [textOf(i.start), textOf(i.end), i.currency, i.amount, i.tax, i.fromBalance, ...lines].join('; ')
    }),
    ...made.notes.map((n) => [n.invoice.id, n.amount, n.tax, n.applied, n.refunded, ...n.lines.map((l) => l.amount)].join(' ')),
  ]
}
