/** The things that most tests begin with. */

import { afterAll, beforeAll } from 'vitest'
import type { Api } from './client.ts'
import { expectExplained } from './explain.ts'
import { Server, type ServerOptions } from './server.ts'
import type { Int } from './json.ts'
import type { ChangedSubscription, Invoice, InvoiceDetail, NewPlan, Plan, User } from './types.ts'
import { patience, until } from './until.ts'

/** Another payment method without what follows from it: open invoices are not due at once, as they are with `updateUser`. For payments by hand. */
export async function changeCardOnly(on: { server: { sql(text: string): Promise<{ code: number | null; stderr: string }> } }, userId: string, method: string) {
  const { code, stderr } = await on.server.sql(`UPDATE users SET payment_method = '${method}' WHERE id = '${userId}'`)
  if (code !== 0) throw new Error(stderr)
}

/** A server for the whole of this file (or `describe`), stopped and verified at its end. */
export function useServer(options: ServerOptions = {}): { readonly server: Server; readonly api: Api } {
  let server: Server | undefined
  const running = () => {
    if (!server) throw new Error('the server has not started')
    return server
  }
  beforeAll(async () => {
    server = await Server.start(options)
  })
  afterAll(async () => {
    await server?.stop()
  })
  return {
    get server() {
      return running()
    },
    get api() {
      return running().api
    },
  }
}

let serial = 0
/** Not used before in this file. */
export const fresh = (prefix: string): string => `${prefix}-${process.pid.toString(36)}-${(serial++).toString(36)}`

export async function makeUser(api: Api, paymentMethod?: string): Promise<User> {
  const user = (await api.createUser({ email: `${fresh('user')}@example.com` })).is(201)
  return paymentMethod === undefined ? user : (await api.updateUser(user.id, { payment_method: paymentMethod })).is(200)
}

export async function makePlan(api: Api, plan: Partial<NewPlan> = {}): Promise<Plan> {
  return (await api.createPlan({ code: fresh('plan'), amount_cents: 1000, ...plan })).is(201)
}

export async function subscribe(api: Api, userId: string, planCode: string, wish: Record<string, unknown> = {}): Promise<ChangedSubscription> {
  return (await api.createSubscription({ user_id: userId, plan_code: planCode, ...wish })).is(201)
}

/** A user on a plan. */
export async function makeCustomer(
  api: Api,
  plan: Partial<NewPlan> | string = {},
  paymentMethod?: string,
): Promise<{ user: User; plan: Plan; subscription: ChangedSubscription }> {
  const user = await makeUser(api, paymentMethod)
  const made = typeof plan === 'string' ? (await api.getPlan(plan)).is(200) : await makePlan(api, plan)
  return { user, plan: made, subscription: await subscribe(api, user.id, made.code) }
}

export async function use(api: Api, userId: string, metric: string, quantity: Int, at?: string): Promise<void> {
  ;(await api.recordUsage({ user_id: userId, metric, quantity, ...(at === undefined ? {} : { at }) })).is(201)
}

/** Generates, and gives back the whole new invoice, having computed it again. */
export async function generate(api: Api, userId: string): Promise<InvoiceDetail> {
  const made = (await api.generateInvoice(userId)).is(201)
  return detail(api, made)
}

export async function detail(api: Api, invoice: Invoice): Promise<InvoiceDetail> {
  const whole = (await api.getInvoice(invoice.user_id, invoice.id)).is(200)
  await expectExplained(api, whole)
  return whole
}

/** All of a user's invoices, oldest first, each computed again. */
export async function invoicesOf(api: Api, userId: string): Promise<InvoiceDetail[]> {
  const { all } = await api.walk<Invoice>(`/invoices/${userId}`, 100)
  const whole = []
  for (const invoice of all.reverse()) whole.push(await detail(api, invoice))
  return whole
}

export function paid(api: Api, invoice: Invoice): Promise<InvoiceDetail> {
  return until(`invoice ${invoice.number} is paid`, async () => {
    const now = (await api.getInvoice(invoice.user_id, invoice.id)).is(200)
    return now.status === 'paid' ? now : undefined
  })
}

/** Goes on as often as the clock says that there is more to do: how far one call comes depends on the machine. */
export async function advanceTo(api: Api, to: string): Promise<void> {
  await until(
    `the clock is at ${to}`,
    async () => {
      const answer = await api.advanceClock({ to })
      if (answer.status === 200) return true
      answer.refused(503, 'clock_busy')
      return false
    },
    3 * patience,
  )
}
export async function advanceDays(api: Api, days: number): Promise<void> {
  ;(await api.advanceClock({ days })).is(200)
}
export async function now(api: Api): Promise<Date> {
  return new Date((await api.getClock()).is(200).now)
}

/** The amounts of an invoice's lines by what they are for, such as { base: 4900, api_calls: 2000 }; periods other than the invoice's are named. */
export function amounts(invoice: InvoiceDetail): Record<string, Int> {
  const table: Record<string, Int> = {}
  for (const line of invoice.lines) {
    const what = line.kind === 'usage' ? line.metric : line.kind
    const elsewhere = line.kind === 'item' ? line.description : line.period_start === invoice.period_start ? '' : line.period_start
    const name = elsewhere ? `${what} ${elsewhere}` : what
    if (name in table) throw new Error(`two lines for ${name}`)
    table[name] = line.amount_cents
  }
  return table
}
