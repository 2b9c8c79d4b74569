import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { generate, makePlan, makeUser, paid, subscribe, useServer } from '../harness/make.ts'
import { Random, seedOfThisRun } from '../harness/random.ts'
import type { Invoice } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ env: { BILLING_LOG_LEVEL: 'debug' } })
const kills = Number(process.env.BILLING_RACE_ROUNDS ?? 6) // script/races has more

/** What the provider was asked to give back, as often as it was asked: the stub logs it. */
function* asked(log: string): Generator<{ key: string; amount_cents: number }> {
  for (const line of log.split('\n')) {
    if (line.includes('"stub_refund"') && line.endsWith('}')) yield JSON.parse(line) as { key: string; amount_cents: number }
  }
}

/** Four paid invoices; of the first one the refund fails, those of the others take a while: the process dies in them. */
async function paidInvoices(plan: string): Promise<Invoice[]> {
  return Promise.all(
    Array.from({ length: 4 }, async (_, n) => {
      const user = await makeUser(on.api, n === 0 ? 'stub_refund_fails' : 'stub_slow_400')
      await subscribe(on.api, user.id, plan)
      return paid(on.api, await generate(on.api, user.id))
    }),
  )
}

/** The same request until it is answered, also by the process that comes after. */
const credit = (invoice: Invoice) =>
  until('the note is made', () =>
    on.api
      .createCreditNote({ user_id: invoice.user_id, invoice_id: invoice.id, reason: 'other', credit_to: 'refund' }, { idempotencyKey: invoice.id })
      .then((answer) => answer.status === 201)
      .catch(() => false),
  )

async function refundOf(invoice: Invoice) {
  const detail = await until(
    `the refund of ${invoice.number} has ended`,
    async () => {
      const now = (await on.api.getInvoice(invoice.user_id, invoice.id)).is(200)
      return now.payments.every((p) => p.status !== 'pending') ? now : undefined
    },
    90_000,
  )
  expect(detail).toMatchObject({ status: 'paid', paid_cents: 1000 })
  const refunds = detail.payments.filter((p) => p.kind === 'refund')
  expect(refunds.map((refund) => refund.amount_cents)).toEqual([1000])
  return refunds[0]!
}

test(
  'killed between the provider and the commit, again and again, it gives each refund back once',
  async () => {
    const seed = seedOfThisRun()
    console.log(`crash while refunding: SIM_SEED=${seed}`)
    const random = new Random(seed)
    const plan = await makePlan(on.api, { amount_cents: 1000, interval: 'year' })
    const invoices: Invoice[][] = []
    let interrupted = 0
    for (let n = 0; n < kills; n++) {
      const four = await paidInvoices(plan.code)
      invoices.push(four)
      const from = on.server.log.length
      const asking = four.map(credit)
      if (n % 2 === 0) await until('the provider is asked', async () => !asked(on.server.log.slice(from)).next().done)
      else await sleep(random.int(5, 250))
      await on.server.kill()
      interrupted += Number((await on.server.sql(`SELECT count(*) FROM refunds WHERE status = 'pending' AND claimed_until IS NOT NULL`)).stdout)
      await on.server.launch()
      await Promise.all(asking)
    }
    expect(interrupted).toBeGreaterThan(0)

    const given = new Set<string>()
    for (const four of invoices) {
      for (const [n, invoice] of four.entries()) {
        const refund = await refundOf(invoice)
        expect(refund.status).toBe(n === 0 ? 'failed' : 'succeeded')
        const credits = (await on.api.listCredits(invoice.user_id)).is(200)
        expect(credits.map((one) => [one.source, one.amount_cents])).toEqual(n === 0 ? [['failed_refund', 1000]] : [])
        if (n > 0) given.add(refund.attempt_key)
      }
    }
    // A provider gives back once a key: it was asked for these and no others, each with its own amount, however often.
    const keys = new Set<string>()
    for (const one of asked(on.server.log)) {
      expect(one.amount_cents).toBe(1000)
      keys.add(one.key)
    }
    expect(keys).toEqual(given)
  },
  120_000 + kills * 15_000,
)
