import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { invoicesOf, makeCustomer, makePlan, makeUser, subscribe, use, useServer } from '../harness/make.ts'
import { Random, seedOfThisRun } from '../harness/random.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-01-31T00:00:00Z' })

test(
  'killed in the middle of billing days, it makes and charges each invoice once',
  async () => {
    const seed = seedOfThisRun()
    console.log(`crash on billing day: SIM_SEED=${seed}`)
    const random = new Random(seed)
    const plan = await makePlan(on.api, { amount_cents: 1000, charges: [{ metric: 'm', model: 'per_unit', unit_price: '0.01' }] })
    const users: string[] = []
    for (let n = 0; n < 60; n++) {
      const user = await makeUser(on.api, n % 3 === 0 ? 'stub_slow_10' : n % 3 === 1 ? 'stub_decline_1' : undefined)
      await subscribe(on.api, user.id, plan.code)
      await use(on.api, user.id, 'm', n)
      users.push(user.id)
    }
    const { user: bystander } = await makeCustomer(on.api, { amount_cents: 0 })

    // Three month ends; the process dies on the way, several times.
    const target = '2026-05-10T00:00:00Z'
    let kills = 0
    await until(
      'the clock has arrived',
      async () => {
        const walk = on.api.advanceClock({ to: target }).then(
          (answer) => answer.status === 200,
          () => false,
        )
        if (kills < 5) {
          kills++
          await sleep(random.int(20, 400))
          await on.server.kill()
          await on.server.launch()
        }
        return walk
      },
      200_000,
    )
    expect((await on.api.getClock()).is(200).now).toBe(target)

    for (const [n, user] of users.entries()) {
      const invoices = await invoicesOf(on.api, user)
      expect(invoices.map((i) => [i.period_start, i.period_end, Number(i.amount_cents), i.status])).toEqual([
        ['2026-01-31', '2026-02-28', 1000 + n, 'paid'],
        ['2026-02-28', '2026-03-31', 1000, 'paid'],
        ['2026-03-31', '2026-04-30', 1000, 'paid'],
      ])
      for (const invoice of invoices) {
        expect(invoice.payments.filter((p) => p.status === 'succeeded').map((p) => p.amount_cents)).toEqual([invoice.amount_cents])
        // Each attempt of the schedule was made once, also the one that the process died in.
        expect(invoice.payments.filter((p) => p.status === 'failed')).toHaveLength(n % 3 === 1 ? 1 : 0)
      }
    }
    expect(await invoicesOf(on.api, bystander.id)).toEqual([])
  },
  300_000,
)
