/**
 * A Stripe for tests, as a server: each request is held against Stripe's own description first (requests.ts), has its idempotency key remembered, and
 * may be told to fail. Webhooks are signed by the official SDK.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { Books, Refused, type Thing } from './books.ts'
import { against, tree, version, type Tree } from './requests.ts'

export const apiKey = 'sk_test_thatNobodyMayEverSee'
export const webhookSecret = 'whsec_thatNobodyMayEverSee'
const sdk = new Stripe(apiKey)

export interface Request {
  method: string
  path: string
  query: Tree
  form: Tree
  key: string | undefined
  /** 0: the connection was closed without one. */
  status: number
}
/** What goes wrong with a request: nothing is done and an error comes; or it is done, and the answer is lost
 * or waits; or it takes its time. */
export type Fault = { status: number } | 'lost' | 'refused' | { wait: Promise<unknown> } | { answerWaits: Promise<unknown> }

interface Known {
  mark: string
  answer?: { status: number; body: object }
}

export class Counterpart {
  readonly books = new Books()
  readonly requests: Request[] = []
  /** What Stripe's description had against requests: must stay empty. */
  readonly violations: string[] = []
  /** Where webhooks go; without it none is sent. */
  webhooks: string | undefined
  readonly undelivered: string[] = []
  private readonly keys = new Map<string, Known>()
  private readonly faults: { on: (request: Request) => boolean; fault: Fault }[] = []
  private readonly deliveries = new Set<Promise<unknown>>()

  private constructor(private readonly server: Server) {
    this.books.onEvent = (event) => {
      if (this.webhooks) this.deliverSoon(event)
    }
  }

  static async start(): Promise<Counterpart> {
    const server = createServer((request, response) => void counterpart.serve(request, response))
    const counterpart: Counterpart = new Counterpart(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return counterpart
  }
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }
  /** As an operator sets them. */
  get settings(): Record<string, string> {
    return {
      BILLING_PROVIDER: 'stripe',
      STRIPE_API_KEY: apiKey,
      STRIPE_WEBHOOK_SECRET: `whsec_theOneBefore,${webhookSecret}`,
      STRIPE_API_BASE: this.url,
      STRIPE_RETURN_URL: 'https://app.example.com/billing',
    }
  }
  /** Until each webhook that was sent has been answered. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.deliveries)
  }
  async stop(): Promise<void> {
    await this.settled()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** The next request (or `times`) for which `on` holds goes wrong. */
  fail(on: (request: Request) => boolean, fault: Fault, times = 1): void {
    for (let i = 0; i < times; i++) this.faults.push({ on, fault })
  }
  /** As a day later: no idempotency key is known any more. */
  expireKeys(): void {
    this.keys.clear()
  }
  made(method: string, path: string): Request[] {
    return this.requests.filter((one) => one.method === method && one.path === path)
  }

  // Webhooks

  signed(event: Thing, options: { at?: number; secret?: string } = {}): { body: string; headers: Record<string, string> } {
    const payload = JSON.stringify(event, null, 2)
    const timestamp = options.at ?? Math.floor(Date.now() / 1000)
    const header = sdk.webhooks.generateTestHeaderString({ payload, secret: options.secret ?? webhookSecret, timestamp })
    return { body: payload, headers: { 'Stripe-Signature': header } }
  }
  /** Sends an event; `at` signs as at another time, `secret` with another one. */
  async deliver(event: Thing, options: { at?: number; secret?: string } = {}): Promise<number> {
    const { body, headers } = this.signed(event, options)
    const answer = await fetch(this.webhooks!, { method: 'POST', headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers }, body })
    await answer.arrayBuffer()
    return answer.status
  }
  /** What happens meanwhile is told by no webhook. */
  async silently<T>(happens: () => T | Promise<T>): Promise<T> {
    const webhooks = this.webhooks
    this.webhooks = undefined
    try {
      return await happens()
    } finally {
      this.webhooks = webhooks
    }
  }
  private deliverSoon(event: Thing): void {
    const delivery = this.deliver(event)
      .catch(() => 0)
      .then((status) => {
        if (status !== 200) this.undelivered.push(`${String(event.type)}: ${status}`)
      })
    this.deliveries.add(delivery)
    void delivery.finally(() => this.deliveries.delete(delivery))
  }

  // Requests

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const url = new URL(incoming.url!, this.url)
    const body = Buffer.concat(chunks).toString()
    const key = incoming.headers['idempotency-key'] as string | undefined
    const request: Request = { method: incoming.method!, path: url.pathname, query: tree(url.search.slice(1)), form: tree(body), key, status: 0 }
    this.requests.push(request)
    const problems = this.hold(request, incoming) // first: what then fails on the way was sent as well
    const found = this.faults.findIndex((one) => one.on(request))
    const fault = found < 0 ? undefined : this.faults.splice(found, 1)[0]!.fault
    if (fault === 'refused') return void incoming.socket.destroy()
    if (typeof fault === 'object' && 'status' in fault) {
      return this.send(request, response, fault.status, { error: { type: fault.status === 429 ? 'invalid_request_error' : 'api_error', message: 'Told to fail.' } })
    }
    if (typeof fault === 'object' && 'wait' in fault) await fault.wait
    await this.askStripeMock(request, incoming, body)
    const answer = this.once(request, `${incoming.method} ${incoming.url} ${body}`, () => this.answer(request, incoming, problems))
    if (fault === 'lost') return void incoming.socket.destroy()
    if (typeof fault === 'object' && 'answerWaits' in fault) await fault.answerWaits
    this.send(request, response, answer.status, answer.body)
  }
  /** With STRIPE_MOCK=http://127.0.0.1:12111 Stripe's own stripe-mock, which has no state, looks at each request as well. */
  private async askStripeMock(request: Request, incoming: IncomingMessage, body: string): Promise<void> {
    const mock = process.env.STRIPE_MOCK
    if (!mock) return
    const headers = { Authorization: incoming.headers.authorization!, 'Stripe-Version': incoming.headers['stripe-version'] as string, 'Content-Type': 'application/x-www-form-urlencoded' }
    const answer = await fetch(mock + incoming.url, { method: request.method, headers, ...(request.method === 'POST' ? { body } : {}) })
    const text = await answer.text()
    if (answer.status >= 400) this.violations.push(`stripe-mock ${answer.status} ${request.method} ${incoming.url} ${body}: ${text}`)
    else this.seenByStripeMock.add(`${request.method} ${request.path.replace(/(pi|cs_test|re|dp|pm|cus)_\w+/, '*')}`)
  }
  readonly seenByStripeMock = new Set<string>()
  private send(request: Request, response: ServerResponse, status: number, body: object): void {
    request.status = status
    // A connection each: on one that is used again libcurl sends again by itself what was not answered, and no fault would be seen.
    response.writeHead(status, { 'Content-Type': 'application/json', 'Request-Id': `req_${this.requests.length}`, Connection: 'close' })
    response.end(JSON.stringify(body, (name, value) => (name.startsWith('_') ? undefined : value) as unknown, 2))
  }

  /** What was answered to the key before; another request with it is an error. As at Stripe, what failed validation is not kept. */
  private once(request: Request, mark: string, answer: () => { status: number; body: object }): { status: number; body: object } {
    if (request.key === undefined || request.method !== 'POST') return answer()
    const known = this.keys.get(request.key)
    if (known && known.mark !== mark) {
      const message = 'Keys for idempotent requests can only be used with the same parameters they were first used with.'
      return { status: 400, body: { error: { type: 'idempotency_error', message } } }
    }
    if (known?.answer) return known.answer
    const given = structuredClone(answer())
    if (![400, 401, 404, 429].includes(given.status)) this.keys.set(request.key, { mark, answer: given })
    return given
  }

  /** What Stripe's description has against it. */
  private hold(request: Request, incoming: IncomingMessage): string[] {
    const problems = against(request.method, request.path, request.query, request.form) ?? ['Stripe has no such operation']
    if (incoming.headers['stripe-version'] !== version) problems.push(`Stripe-Version is ${incoming.headers['stripe-version']}`)
    const form = incoming.headers['content-type'] === 'application/x-www-form-urlencoded'
    if (request.method === 'POST' && !form) problems.push('a body that is no form')
    if ((request.key ?? '').length > 255) problems.push('an idempotency key of more than 255 characters')
    if (problems.length > 0) this.violations.push(`${request.method} ${request.path}: ${problems.join('; ')}`)
    return problems
  }

  private answer(request: Request, incoming: IncomingMessage, problems: string[]): { status: number; body: object } {
    const bad = (status: number, code: string, message: string) => ({ status, body: { error: { type: 'invalid_request_error', code, message } } })
    if (incoming.headers.authorization !== `Bearer ${apiKey}`) return bad(401, 'api_key_invalid', 'Invalid API Key provided.')
    if (problems.length > 0) return bad(400, 'parameter_unknown', problems.join('; '))
    try {
      return { status: 200, body: this.act(request) }
    } catch (error) {
      if (error instanceof Refused) return { status: error.status, body: { error: error.error } }
      throw error
    }
  }

  private act({ method, path, query, form }: Request): object {
    const [, kind, ...rest] = path.split('/').slice(1) as [string, string, ...string[]]
    const books = this.books
    const name = `${method} ${kind} ${rest.map((part, i) => (kind === 'checkout' ? (i === 1 ? '*' : part) : i === 0 ? '*' : part)).join('/')}`.trim()
    const id = (kind === 'checkout' ? rest[1] : rest[0])!
    const lists = (object: string, by: string[]) =>
      this.page(
        books.all(object).filter((one) => by.every((field) => query[field] === undefined || one[field] === query[field])),
        query,
      )
    switch (name) {
      case 'POST customers': return books.makeCustomer(form)
      case 'GET customers': return lists('customer', ['email'])
      case 'GET customers */payment_methods': return this.page(books.all('payment_method').filter((one) => one.customer === id), query)
      case 'POST checkout sessions': return books.makeSession(form)
      case 'GET checkout sessions': return lists('checkout.session', ['customer', 'status', 'payment_intent'])
      case 'GET checkout sessions/*': return this.expand(books.get('checkout.session', id), query)
      case 'POST checkout sessions/*/expire': return books.expireSession(id)
      case 'POST payment_intents': return books.chargeOffSession(form)
      case 'GET payment_intents': return lists('payment_intent', ['customer'])
      case 'GET payment_intents *': return this.expand(books.get('payment_intent', id), query)
      case 'POST payment_intents */cancel': return books.cancelIntent(id, form.cancellation_reason)
      case 'POST refunds': return books.refund(form)
      case 'GET refunds': return lists('refund', ['payment_intent', 'charge'])
      case 'GET refunds *': return books.get('refund', id)
      case 'GET disputes': return lists('dispute', ['payment_intent', 'charge'])
      case 'GET disputes *': return books.get('dispute', id)
      case 'GET payment_methods *': return books.get('payment_method', id)
      case 'POST payment_methods */attach': return books.attach(id, String(form.customer))
      case 'POST payment_methods */detach': return books.detach(id)
      default: throw new Error(`the counterpart knows no ${name}`)
    }
  }
  private page(things: Thing[], query: Tree): object {
    const created = query.created as Tree | undefined
    const rows = things.filter((one) => created?.gte === undefined || one.created >= Number(created.gte)).reverse()
    const from = query.starting_after ? rows.findIndex((one) => one.id === query.starting_after) + 1 : 0
    const limit = Number(query.limit ?? 10)
    const data = rows.slice(from, from + limit).map((one) => this.expand(one, query, 'data.'))
    return { object: 'list', url: '/', has_more: from + limit < rows.length, data }
  }
  private expand(thing: Thing, query: Tree, prefix = ''): object {
    const wanted = ((query.expand ?? []) as string[]).map((path) => path.slice(prefix.length))
    const found = Object.fromEntries(wanted.map((field) => [field, this.books.things.get(String(thing[field])) ?? thing[field]]))
    return { ...thing, ...found }
  }
}
