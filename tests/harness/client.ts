/** A typed client. Every answer has passed openapi.yaml before a test sees it. */

import { expect } from 'vitest'
import { hold, operation, operationOf } from './contract.ts'
import { send, type Received } from './http.ts'
import { parseJson, toJson } from './json.ts'
import type * as t from './types.ts'

export class Answer<T> {
  constructor(
    readonly request: string,
    readonly received: Received,
  ) {}
  get status(): number {
    return this.received.status
  }
  header(name: string): string | undefined {
    return this.received.headers[name.toLowerCase()]
  }
  get text(): string {
    return this.received.text
  }
  get body(): T {
    return (this.received.text === '' ? undefined : parseJson(this.received.text)) as T
  }
  get replayed(): boolean {
    return this.header('idempotency-replayed') === 'true'
  }
  /** The body, when the status is that one. */
  is(status: number): T {
    if (this.status !== status) throw new Error(`${this.request}: expected ${status}, got ${this.status} ${this.text.slice(0, 1000)}`)
    return this.body
  }
  /** The problem, when it is that one; with pointers, its errors point exactly there. */
  refused(status: number, code: string, ...pointers: string[]): t.Problem {
    const problem = this.body as unknown as t.Problem
    if (this.status !== status || problem.type !== `/docs#${code}`) {
      throw new Error(`${this.request}: expected ${status} ${code}, got ${this.status} ${this.text.slice(0, 1000)}`)
    }
    if (pointers.length > 0) expect([...new Set(problem.errors?.map((e) => e.pointer))].sort(), this.request).toEqual([...pointers].sort())
    return problem
  }
}

export interface Options {
  query?: Record<string, string | number | boolean | undefined>
  headers?: Record<string, string>
  idempotencyKey?: string
  /** Sent as JSON; text and bytes are sent as they are. */
  body?: unknown
}

export type PageOptions = { limit?: number | string; after?: string }

export class Api {
  constructor(
    private readonly server: { origin: string },
    private readonly key?: string,
  ) {}

  /** The same server with another key; without one when undefined. */
  as(key: string | undefined): Api {
    return new Api(this.server, key)
  }

  /** Any request, held to the contract as far as the contract knows its path. */
  async raw<T = unknown>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
    const headers: Record<string, string> = {}
    if (this.key !== undefined) headers.Authorization = `Bearer ${this.key}`
    let body: string | Buffer | undefined
    if (options.body !== undefined) {
      headers['Content-Type'] = 'application/json'
      body = typeof options.body === 'string' || Buffer.isBuffer(options.body) ? options.body : toJson(options.body)
    }
    if (options.idempotencyKey !== undefined) headers['Idempotency-Key'] = options.idempotencyKey
    Object.assign(headers, options.headers)
    for (const [name, value] of Object.entries(headers)) if (value === '-') delete headers[name]
    const query = Object.entries(options.query ?? {}).filter(([, value]) => value !== undefined)
    const target = path + (query.length > 0 ? `?${query.map(([n, v]) => `${n}=${encodeURIComponent(String(v))}`).join('&')}` : '')
    const received = await send(this.server.origin, { method, path: target, headers, body })
    if (method !== 'OPTIONS') hold(operationOf(method, target), method, target, received)
    return new Answer<T>(`${method} ${target}`, received)
  }

  /** An operation of the contract, by its id. */
  call<T>(id: string, path: Record<string, string>, options: Options = {}): Promise<Answer<T>> {
    const op = operation(id)
    const target = op.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name]!))
    return this.raw<T>(op.method, target, options)
  }

  listPlans(options?: Options) {
    return this.call<t.Plan[]>('listPlans', {}, options)
  }
  createPlan(body: t.NewPlan | unknown, options?: Options) {
    return this.call<t.Plan>('createPlan', {}, { body, ...options })
  }
  getPlan(code: string) {
    return this.call<t.Plan>('getPlan', { code })
  }
  updatePlan(code: string, body: unknown, options?: Options) {
    return this.call<t.Plan>('updatePlan', { code }, { body, ...options })
  }
  getPlanVersion(code: string, version: number) {
    return this.call<t.PlanVersion>('getPlanVersion', { code, version: String(version) })
  }

  createUser(body: { email: string } | unknown, options?: Options) {
    return this.call<t.User>('createUser', {}, { body, ...options })
  }
  listUsers(query: { email?: string; q?: string; ids?: string } & PageOptions = {}) {
    return this.call<t.User[]>('listUsers', {}, { query })
  }
  getUser(id: string) {
    return this.call<t.User>('getUser', { id })
  }
  updateUser(id: string, body: { payment_method: string | null } | unknown) {
    return this.call<t.User>('updateUser', { id }, { body })
  }

  createSubscription(body: { user_id: string; plan_code: string } | unknown, options?: Options) {
    return this.call<t.Subscription>('createSubscription', {}, { body, ...options })
  }
  listSubscriptions(query: { user_id?: string; plan_code?: string; status?: string } & PageOptions = {}) {
    return this.call<t.Subscription[]>('listSubscriptions', {}, { query })
  }
  getSubscription(id: string) {
    return this.call<t.Subscription>('getSubscription', { id })
  }
  listTerms(id: string) {
    return this.call<t.Term[]>('listSubscriptionTerms', { id })
  }
  changeSubscription(id: string, body: unknown, options?: Options) {
    return this.call<t.Subscription>('changeSubscription', { id }, { body, ...options })
  }
  pauseSubscription(id: string, body: unknown = {}) {
    return this.call<t.Subscription>('pauseSubscription', { id }, { body })
  }
  resumeSubscription(id: string) {
    return this.call<t.Subscription>('resumeSubscription', { id }, { body: {} })
  }
  cancelSubscription(id: string, at: 'now' | 'period_end', options?: Options) {
    return this.call<t.Subscription>('cancelSubscription', { id }, { body: { at }, ...options })
  }

  recordUsage(body: t.UsageEvent | unknown, options?: Options) {
    return this.call<{ ok: true }>('recordUsage', {}, { body, ...options })
  }
  recordUsageBatch(events: t.UsageEvent[] | unknown, options?: Options) {
    return this.call<t.BatchResult>('recordUsageBatch', {}, { body: { events }, ...options })
  }
  getUsage(userId: string, query: { metric?: string; from?: string; to?: string } = {}) {
    return this.call<t.UsageDay[]>('getUsage', { user_id: userId }, { query })
  }
  correctUsage(body: unknown, options?: Options) {
    return this.call<t.UsageCorrection>('correctUsage', {}, { body, ...options })
  }
  listUsageEvents(userId: string, query: { metric?: string; from?: string; to?: string } & PageOptions = {}) {
    return this.call<t.UsageEntry[]>('listUsageEvents', { user_id: userId }, { query })
  }

  generateInvoice(userId: string, options?: Options) {
    return this.call<t.GeneratedInvoice>('generateInvoice', { user_id: userId }, options)
  }
  listInvoices(query: { number?: string; status?: string; collection?: string; user_id?: string; from?: string; to?: string } & PageOptions = {}) {
    return this.call<t.Invoice[]>('listInvoices', {}, { query })
  }
  listUserInvoices(userId: string, query: PageOptions = {}) {
    return this.call<t.Invoice[]>('listUserInvoices', { user_id: userId }, { query })
  }
  getInvoice(userId: string, invoiceId: string) {
    return this.call<t.InvoiceDetail>('getInvoice', { user_id: userId, invoice_id: invoiceId })
  }
  voidInvoice(userId: string, invoiceId: string, options?: Options) {
    return this.call<t.Invoice>('voidInvoice', { user_id: userId, invoice_id: invoiceId }, options)
  }
  payInvoice(userId: string, invoiceId: string, options?: Options) {
    return this.call<t.Invoice>('payInvoice', { user_id: userId, invoice_id: invoiceId }, options)
  }
  previewInvoices(body: unknown, options?: Options) {
    return this.call<t.InvoicePreview>('previewInvoices', {}, { body, ...options })
  }

  listCreditNotes(query: { user_id?: string; invoice_id?: string } & PageOptions = {}) {
    return this.call<t.CreditNote[]>('listCreditNotes', {}, { query })
  }
  getCreditNote(id: string) {
    return this.call<t.CreditNote>('getCreditNote', { id })
  }
  getBalance(userId: string) {
    return this.call<t.Balance[]>('getBalance', { id: userId })
  }
  listCredits(userId: string, query: PageOptions = {}) {
    return this.call<t.Credit[]>('listCredits', { id: userId }, { query })
  }
  createCredit(userId: string, body: unknown, options?: Options) {
    return this.call<t.Credit>('createCredit', { id: userId }, { body, ...options })
  }
  endCredit(userId: string, creditId: string) {
    return this.call<undefined>('endCredit', { id: userId, credit_id: creditId })
  }

  listPayments(query: { invoice_id?: string; user_id?: string; status?: string } & PageOptions = {}) {
    return this.call<t.Payment[]>('listPayments', {}, { query })
  }
  listAudit(query: { entity_id?: string; user_id?: string } & PageOptions = {}) {
    return this.call<t.AuditEvent[]>('listAudit', {}, { query })
  }
  getClock() {
    return this.call<{ now: string; simulated: boolean }>('getClock', {})
  }
  advanceClock(body: { days: number } | { to: string } | unknown, options?: Options) {
    return this.call<{ now: string; invoices_created: number; payments_attempted: number }>('advanceClock', {}, { body, ...options })
  }
  getStats() {
    return this.call<t.Stats>('getStats', {})
  }
  getRevenue(query: Record<string, string> = {}) {
    return this.call<t.RevenuePoint[]>('getRevenue', {}, { query })
  }
  getUsageTotals(query: Record<string, string> = {}) {
    return this.call<t.UsagePoint[]>('getUsageTotals', {}, { query })
  }
  getSystem() {
    return this.call<t.System>('getSystem', {})
  }
  previewPlan(body: unknown, options?: Options) {
    return this.call<t.PlanPreview>('previewPlan', {}, { body, ...options })
  }
  getHealth() {
    return this.call<'ok'>('getHealth', {})
  }
  getReadiness() {
    return this.call<{ status: string; postgres: string; redis: string }>('getReadiness', {})
  }
  getMetrics() {
    return this.call<string>('getMetrics', {})
  }

  /** Walks the Link headers of a list to its end. */
  async walk<T>(path: string, limit: number): Promise<{ pages: T[][]; all: T[] }> {
    const pages: T[][] = []
    let next: string | undefined = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`
    while (next) {
      const answer: Answer<T[]> = await this.raw<T[]>('GET', next)
      pages.push(answer.is(200))
      next = /^<([^>]+)>; rel="next"$/.exec(answer.header('link') ?? '')?.[1]
      if (pages.length > 1000) throw new Error(`${path} never ends`)
    }
    return { pages, all: pages.flat() }
  }
}
