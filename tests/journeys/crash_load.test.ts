import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Answer } from '../harness/client.ts'
import { fresh, invoicesOf, makePlan, useServer } from '../harness/make.ts'
import { Random, seedOfThisRun } from '../harness/random.ts'
import type { GeneratedInvoice, Invoice, User } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ clock: 'system' })

test(
  'killed again and again under load, it counts every event once and charges every invoice once',
  async () => {
    const seed = seedOfThisRun()
    console.log(`crash under load: SIM_SEED=${seed}`)
    const random = new Random(seed)
    await makePlan(on.api, { code: 'crash', amount_cents: 1000, charges: [{ metric: 'm', model: 'per_unit', unit_price: '0.01' }] })

    /** As a client should: the same request with the same key until there is an answer. */
    const surely = async <T>(what: string, ask: (idempotencyKey: string) => Promise<Answer<T>>): Promise<Answer<T>> => {
      const key = fresh('crash')
      return until(
        what,
        async () => {
          try {
            const answer = await ask(key)
            return answer.status === 503 || answer.body === undefined ? undefined : answer
          } catch (error) {
            if (error instanceof Error && /ECONN|socket hang up|EPIPE/.test(error.message + String((error as NodeJS.ErrnoException).code))) return undefined
            throw error
          }
        },
        60_000,
      )
    }

    let loading = true
    const owed = new Map<string, bigint>()
    const client = async () => {
      while (loading) {
        const user: User = (await surely('a user is made', (k) => on.api.createUser({ email: `${k}@example.com` }, { idempotencyKey: k }))).is(201)
        ;(await surely('it is subscribed', (k) => on.api.createSubscription({ user_id: user.id, plan_code: 'crash' }, { idempotencyKey: k }))).is(201)
        ;(await surely('it has a slow card', (_) => on.api.updateUser(user.id, { payment_method: 'stub_slow_30' }))).is(200)
        owed.set(user.id, 1000n)
        for (let n = random.int(1, 4); n > 0; n--) {
          const quantity = random.int(1, 50)
          const events = Array.from({ length: random.int(1, 20) }, () => ({ user_id: user.id, metric: 'm', quantity, event_id: fresh('event') }))
          if (random.chance(0.5)) {
            for (const event of events) (await surely('an event is recorded', (_) => on.api.recordUsage(event))).is(201)
          } else {
            ;(await surely('a batch is recorded', (k) => on.api.recordUsageBatch(events, { idempotencyKey: k }))).is(201)
          }
          owed.set(user.id, owed.get(user.id)! + BigInt(quantity * events.length))
          const answer: Answer<GeneratedInvoice> = await surely('an invoice is made', (k) => on.api.generateInvoice(user.id, { idempotencyKey: k }))
          expect([200, 201]).toContain(answer.status)
        }
      }
    }
    const clients = Array.from({ length: 6 }, client)
    for (let kills = 0; kills < 6; kills++) {
      await sleep(random.int(300, 1200))
      await on.server.kill()
      await on.server.launch()
    }
    loading = false
    await Promise.all(clients)
    expect(owed.size).toBeGreaterThan(6)

    // What was being charged when the process died is charged once the claim of the dead one has run out.
    await until(
      'every invoice is paid',
      async () => (await on.api.listInvoices({ status: 'open', limit: 1 })).is(200).length === 0,
      100_000,
    )
    for (const [userId, expected] of owed) {
      // Whatever an open invoice kept out goes on the next.
      const more = await on.api.generateInvoice(userId)
      if (more.status === 201) {
        await until('it is paid', async () => (await on.api.getInvoice(userId, more.body.id)).is(200).status === 'paid')
      } else more.is(200)
      const invoices = await invoicesOf(on.api, userId)
      expect(invoices.reduce((sum, i) => sum + BigInt(i.amount_cents), 0n), userId).toBe(expected)
      for (const invoice of invoices) {
        expect(invoice.status).toBe('paid')
        expect(invoice.payments.filter((p) => p.status === 'succeeded').map((p) => p.amount_cents)).toEqual([invoice.amount_cents])
      }
    }
    const { all } = await on.api.walk<Invoice>('/invoices', 100)
    const numbers = all.map((i) => Number(i.number.split('-')[1])).sort((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, n) => n + 1))
  },
  240_000,
)
