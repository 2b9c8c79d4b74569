import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { invoicesOf, makeCustomer, now, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

// Nobody but the command bills here.
const on = useServer({ start: '2026-01-15T12:00:00Z', command: 'serve' })

async function pass(to: string): Promise<void> {
  await on.server.sql(`UPDATE simulated_clock SET now = '${to}'`)
  await until('the server has heard of it', async () => (await now(on.api)).getTime() === Date.parse(to))
}

const customers: string[] = []
beforeAll(async () => {
  for (let n = 0; n < 120; n++) customers.push((await makeCustomer(on.api, { amount_cents: 1000 + n })).user.id)
})

test('what is not due yet is not billed, and what is to come is refused in words', async () => {
  expect(await on.server.billing('bill')).toMatchObject({ code: 0, stdout: '0 invoices were made, 0 of them are paid.\n' })
  const ahead = await on.server.billing('bill', '--as-of', '2026-02-16')
  expect(ahead).toMatchObject({ code: 1, stdout: '' })
  expect(ahead.stderr).toContain('is after now (2026-01-15T12:00:00Z)')
  expect((await on.server.billing('bill', '--as-of', 'tomorrow')).stderr).toContain('must be an RFC 3339 time or a date')
})

test('it may be killed and started again at any moment: each is billed and charged once', async () => {
  await pass('2026-02-15T12:00:00Z')
  expect(await on.server.billing('bill', '--as-of', '2026-02-14')).toMatchObject({ code: 0, stdout: '0 invoices were made, 0 of them are paid.\n' })
  for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
    const child = spawn(process.env.BILLING_BINARY!, ['bill'], { env: on.server.environment(), stdio: 'ignore' })
    const ended = once(child, 'exit')
    await Promise.race([ended, sleep(60 + Math.random() * 150)])
    child.kill(signal)
    await ended
  }
  const last = await until('it comes to its end', async () => {
    const ran = await on.server.billing('bill')
    return ran.code === 0 ? ran : undefined
  })
  expect(last.stdout).toMatch(/^\d+ invoices were made, \d+ of them are paid\.\n$/)
  for (const [n, user] of customers.entries()) {
    expect((await invoicesOf(on.api, user)).map((i) => [i.amount_cents, i.status])).toEqual([[1000 + n, 'paid']])
  }
  expect((await on.server.sql("SELECT count(*), count(DISTINCT invoice_id) FROM payments WHERE status = 'succeeded'")).stdout).toBe('120|120\n')
})

test('it tells how far it has come, and at the end what it made', async () => {
  await pass('2026-03-15T12:00:00Z')
  const { code, stdout, stderr } = await on.server.billing('bill', '--as-of', '2026-03-15')
  expect({ code, stdout }).toEqual({ code: 0, stdout: '120 invoices were made, 120 of them are paid.\n' })
  expect(stderr).toMatch(/^120 of 120 subscriptions billed, [\d,]+ a second\n$/)
})
