/** What the stories of Stripe begin with: the real binary beside the counterpart, and a customer who has entered a card there. */

import { afterAll, beforeAll } from 'vitest'
import { advanceTo, fresh, generate, makePlan, subscribe } from '../harness/make.ts'
import { Server, type ServerOptions } from '../harness/server.ts'
import type { Api } from '../harness/client.ts'
import type { InvoiceDetail, NewPlan, Payment, User } from '../harness/types.ts'
import { until } from '../harness/until.ts'
import type { Thing } from './books.ts'
import { Counterpart, type Fault } from './counterpart.ts'

export const visa = '4242424242424242'
export const mastercard = '5555555555554444'
export const authenticates = '4000002760003184'
export const declinedWhenCharged = '4000000000000341'
export const insufficient = '4000000000009995'
export const stolen = '4000000000009979'
export const sepa = 'DE89370400440532013000'

export interface Story {
  readonly server: Server
  readonly api: Api
  readonly stripe: Counterpart
}

/** `webhooks: false`: none is sent. At the end nothing that was sent was against Stripe's description, and no log has a secret or a card in it. */
export function useStripe(options: ServerOptions & { webhooks?: boolean } = {}): Story {
  let server: Server | undefined
  let stripe: Counterpart | undefined
  beforeAll(async () => {
    stripe = await Counterpart.start()
    server = await Server.start({ ...options, env: { ...stripe.settings, BILLING_LOG_LEVEL: 'debug', ...options.env } })
    if (options.webhooks !== false) stripe.webhooks = `${server.origin}/webhooks/stripe`
  })
  afterAll(async () => {
    await stripe!.settled()
    await server?.stop()
    await stripe!.stop()
    if (stripe!.violations.length > 0) throw new Error(`not as Stripe describes its API:\n${stripe!.violations.join('\n')}`)
    const seen = secretsIn(server!.log)
    if (seen.length > 0) throw new Error(`in the log: ${seen.join(', ')}`)
  })
  return {
    get server() {
      return server!
    },
    get api() {
      return server!.api
    },
    get stripe() {
      return stripe!
    },
  }
}

/** What no log may hold: keys, secrets, signatures, card numbers and what is shown of cards. */
export function secretsIn(log: string): string[] {
  const patterns = [/sk_test_\w+/, /whsec_\w+/, /v1=[0-9a-f]{16,}/, /Bearer \S+/, /"last4"/, /exp_month/, /client_secret/, /\b(?:4242|4000|5555)\d{12}\b/, /DE8937\d+/]
  return patterns.map((pattern) => pattern.exec(log)?.[0]).filter((found) => found !== undefined)
}

/** A link, and the session at Stripe that it leads to. */
export async function linkFor(on: Story, user: User): Promise<Thing> {
  const { url } = (await on.api.setUpPaymentMethod(user.id, 'https://app.example.com/account')).is(201)
  return on.stripe.books.all('checkout.session').find((one) => one.url === url)!
}

/** What the user is charged by, once that is this one. */
export const chargedBy = (on: Story, user: User, method: string): Promise<unknown> =>
  until('the card is what the user is charged by', async () => (await on.api.getUser(user.id)).is(200).payment_method === method)

/** The customer follows a link, enters a card at Stripe, and is charged by it from now on. */
export async function enterCard(on: Story, user: User, number: string): Promise<string> {
  const method = on.stripe.books.enterCard((await linkFor(on, user)).id, number)
  await chargedBy(on, user, method.id)
  return method.id
}

/** A customer with a card on a plan of 49.00 a month, without usage. */
export async function customerWith(on: Story, number: string, plan: Partial<NewPlan> = {}): Promise<{ user: User; subscription: string; method: string }> {
  const user = (await on.api.createUser({ email: `${fresh('customer')}@example.com`, name: 'Ada' })).is(201)
  const method = await enterCard(on, user, number)
  const made = await makePlan(on.api, { amount_cents: 4900, ...plan })
  const subscription = await subscribe(on.api, user.id, made.code)
  return { user, subscription: subscription.id, method }
}

/** Moves the clock on by so many minutes. */
export async function later(on: Story, minutes: number): Promise<void> {
  const now = new Date((await on.api.getClock()).is(200).now).getTime()
  await advanceTo(on.api, new Date(now + minutes * 60_000).toISOString().replace('.000', ''))
}

/** An invoice of which an attempt came to nothing that is known, while no webhook was sent. */
export async function unanswered(on: Story, user: User, fault: Fault): Promise<InvoiceDetail> {
  on.stripe.fail((request) => request.method === 'POST' && request.path === '/v1/payment_intents', fault)
  return on.stripe.silently(async () => {
    const made = await invoice(on, user)
    await payment(on, made, { status: 'pending', failure_code: 'unreachable', decline: null })
    return made
  })
}

/** An invoice of 49.00 by hand; the schedule attempts it. */
export const invoice = (on: Story, user: User): Promise<InvoiceDetail> => generate(on.api, user.id)

/** The invoice's newest payment, once it is as `want` says. */
export function payment(on: Story, of: InvoiceDetail, want: Partial<Payment>, which = 0): Promise<Payment> {
  let last: Payment[] = []
  return until(`a payment is ${JSON.stringify(want)}`, async () => {
    last = (await on.api.getInvoice(of.user_id, of.id)).is(200).payments
    const found = last[which]
    return found && Object.entries(want).every(([name, value]) => found[name as keyof Payment] === value) ? found : undefined
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last, null, 1)}`)
  })
}

/** How often that invoice was really charged. */
export const chargesOf = (on: Story, of: InvoiceDetail): Thing[] => on.stripe.books.charged.filter((one) => (one.metadata as Record<string, string>).invoice_id === of.id)

export const lastEvent = (on: Story, type: string): Thing => {
  const found = on.stripe.books.events.filter((one) => one.type === type).at(-1)
  if (!found) throw new Error(`no event ${type}`)
  return found
}
