/** The published TypeScript client, looked at from inside: tests see each answer whole, refusals too, and every one has passed openapi.yaml before. */

import { expect } from 'vitest'
import { Billing, BillingError, type CallOptions } from '../../clients/typescript/src/index.ts'
import { hold, operation, operationOf } from './contract.ts'
import { send, type Received } from './http.ts'
import { parseJson, toJson } from './json.ts'
import type * as t from './types.ts'

export class Answer<T> {
  constructor(
    readonly request: string,
    readonly received: Received,
    /** What the client made of it; undefined where none was asked, or it was refused. */
    private readonly value?: T,
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
  get bytes(): Buffer {
    return this.received.bytes
  }
  get body(): T {
    return this.value ?? (parseJson(this.received.text) as T)
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

type InvoiceFilter = { number?: string; status?: string; collection?: string; user_id?: string; from?: string; to?: string; overdue?: string | boolean }

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
    const query = Object.entries(options.query ?? {}).filter(([, value]) => value !== undefined)
    const target = path + (query.length > 0 ? `?${query.map(([n, v]) => `${n}=${encodeURIComponent(String(v))}`).join('&')}` : '')
    return new Answer<T>(`${method} ${target}`, await this.exchange(method, target, headers, body))
  }

  protected async exchange(method: string, target: string, headers: Record<string, string>, body: string | Buffer | undefined): Promise<Received> {
    for (const [name, value] of Object.entries(headers)) if (value === '-') delete headers[name]
    const received = await send(this.server.origin, { method, path: target, headers, body })
    if (method !== 'OPTIONS') hold(operationOf(method, target), method, target, received)
    return received
  }

  /** Has the published client make a call, and holds what it makes of the answer: a value of a success, a BillingError of anything else. */
  private async ask<T>(run: (client: Billing, options: CallOptions, body: unknown) => PromiseLike<T>, options: Options = {}): Promise<Answer<T>> {
    let request = ''
    let received: Received | undefined
    const wire = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
      const target = String(url).slice(this.server.origin.length)
      request = `${init.method} ${target}`
      const body = typeof options.body === 'string' || Buffer.isBuffer(options.body) ? options.body : (init.body as string | undefined)
      received = await this.exchange(init.method!, target, { ...(init.headers as Record<string, string>) }, body)
      const bare = [204, 304].includes(received.status)
      return new Response(bare ? null : received.text, { status: received.status, headers: received.headers })
    }
    const client = new Billing({ baseUrl: this.server.origin, apiKey: this.key, fetch: wire, retries: 0, idempotencyKeys: false, integers: 'exact' })
    try {
      const value = await run(client, { idempotencyKey: options.idempotencyKey, headers: options.headers }, options.body)
      return new Answer<T>(request, received!, value)
    } catch (error) {
      if (!received) throw (error as Error).cause ?? error
      if (!(error instanceof BillingError)) throw error
      if (error.status !== received.status || (error.problem && error.problem.type !== `/docs#${error.code}`)) throw error
      return new Answer<T>(request, received)
    }
  }

  /** An operation of the contract, by its id. */
  call<T>(id: string, path: Record<string, string>, options: Options = {}): Promise<Answer<T>> {
    const op = operation(id)
    const target = op.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name]!))
    return this.raw<T>(op.method, target, options)
  }

  listPlans(options?: Options) {
    return this.ask((c, o) => c.listPlans(o), options)
  }
  createPlan(body: t.NewPlan | unknown, options?: Options) {
    return this.ask((c, o, b) => c.createPlan(b as t.NewPlan, o), { body, ...options })
  }
  getPlan(code: string) {
    return this.ask((c, o) => c.getPlan(code, o))
  }
  updatePlan(code: string, body: unknown, options?: Options) {
    return this.ask((c, o, b) => c.updatePlan(code, b as t.PlanPatch, o), { body, ...options })
  }
  getPlanVersion(code: string, version: number) {
    return this.ask((c, o) => c.getPlanVersion(code, version, o))
  }

  createUser(body: t.NewUser | unknown, options?: Options) {
    return this.ask((c, o, b) => c.createUser(b as t.NewUser, o), { body, ...options })
  }
  listUsers(query: { email?: string; q?: string; ids?: string; external_id?: string } & PageOptions = {}) {
    return this.ask((c, o) => c.listUsers({ ...query, ids: query.ids?.split(',') } as t.ListUsersQuery, o))
  }
  getUser(id: string) {
    return this.ask((c, o) => c.getUser(id, o))
  }
  updateUser(id: string, body: t.UserPatch | unknown) {
    return this.ask((c, o, b) => c.updateUser(id, b as t.UserPatch, o), { body })
  }

  anonymizeUser(id: string) {
    return this.ask((c, o) => c.anonymizeUser(id, o))
  }

  createCoupon(body: t.NewCoupon | unknown, options?: Options) {
    return this.ask((c, o, b) => c.createCoupon(b as t.NewCoupon, o), { body, ...options })
  }
  getCoupon(code: string) {
    return this.ask((c, o) => c.getCoupon(code, o))
  }
  updateCoupon(code: string, body: t.CouponPatch | unknown) {
    return this.ask((c, o, b) => c.updateCoupon(code, b as t.CouponPatch, o), { body })
  }
  createDiscount(subscriptionId: string, coupon: string) {
    return this.ask((c, o) => c.createDiscount(subscriptionId, { coupon }, o))
  }
  deleteDiscount(subscriptionId: string, id: string) {
    return this.ask((c, o) => c.deleteDiscount(subscriptionId, id, o))
  }
  createCreditNote(body: t.NewCreditNote | unknown, options?: Options) {
    return this.ask((c, o, b) => c.createCreditNote(b as t.NewCreditNote, o), { body, ...options })
  }

  listPaymentMethods(userId: string) {
    return this.ask((c, o) => c.listPaymentMethods(userId, o))
  }
  createPaymentMethod(userId: string, payment_method: string, options?: Options) {
    return this.ask((c, o) => c.createPaymentMethod(userId, { payment_method }, o), { ...options })
  }
  deletePaymentMethod(userId: string, method: string) {
    return this.ask((c, o) => c.deletePaymentMethod(userId, method, o))
  }
  setUpPaymentMethod(userId: string, return_url: string, options?: Options) {
    return this.ask((c, o) => c.setUpPaymentMethod(userId, { return_url }, o), { ...options })
  }
  resolvePayment(id: string, body: t.PaymentResolution | unknown, options?: Options) {
    return this.ask((c, o, b) => c.resolvePayment(id, b as t.PaymentResolution, o), { body, ...options })
  }

  createTaxRate(body: t.NewTaxRate | unknown, options?: Options) {
    return this.ask((c, o, b) => c.createTaxRate(b as t.NewTaxRate, o), { body, ...options })
  }
  updateTaxRate(code: string, body: t.TaxRatePatch | unknown) {
    return this.ask((c, o, b) => c.updateTaxRate(code, b as t.TaxRatePatch, o), { body })
  }
  getSettings() {
    return this.ask((c, o) => c.getSettings(o))
  }
  updateSettings(body: t.SettingsPatch | unknown) {
    return this.ask((c, o, b) => c.updateSettings(b as t.SettingsPatch, o), { body })
  }

  createSubscription(body: t.NewSubscription | unknown, options?: Options) {
    return this.ask((c, o, b) => c.createSubscription(b as t.NewSubscription, o), { body, ...options })
  }
  listSubscriptions(query: { user_id?: string; plan_code?: string; status?: string } & PageOptions = {}) {
    return this.ask((c, o) => c.listSubscriptions(query as t.ListSubscriptionsQuery, o))
  }
  getSubscription(id: string) {
    return this.ask((c, o) => c.getSubscription(id, o))
  }
  listTerms(id: string) {
    return this.ask((c, o) => c.listSubscriptionTerms(id, o))
  }
  listPeriods(id: string) {
    return this.ask((c, o) => c.listSubscriptionPeriods(id, o))
  }
  listPauses(id: string) {
    return this.ask((c, o) => c.listSubscriptionPauses(id, o))
  }
  changeSubscription(id: string, body: t.SubscriptionChange | unknown, options?: Options) {
    return this.ask((c, o, b) => c.changeSubscription(id, b as t.SubscriptionChange, o), { body, ...options })
  }
  pauseSubscription(id: string, body: unknown = {}) {
    return this.ask((c, o, b) => c.pauseSubscription(id, b as t.Pause, o), { body })
  }
  resumeSubscription(id: string) {
    return this.ask((c, o) => c.resumeSubscription(id, o))
  }
  cancelSubscription(id: string, at: t.CancelAt, options?: Options) {
    return this.ask((c, o) => c.cancelSubscription(id, { at }, o), options)
  }

  recordUsage(body: t.NewUsageEvent | unknown, options?: Options) {
    return this.ask((c, o, b) => c.recordUsage(b as t.NewUsageEvent, o), { body, ...options })
  }
  recordUsageBatch(events: t.NewUsageEvent[] | unknown, options?: Options) {
    return this.ask((c, o) => c.recordUsageBatch({ events: events as t.NewUsageEvent[] }, options?.query as t.RecordUsageBatchQuery, o), options)
  }
  getUsage(userId: string, query: { metric?: string; from?: string; to?: string } = {}) {
    return this.ask((c, o) => c.getUsage(userId, query, o))
  }
  correctUsage(body: unknown, options?: Options) {
    return this.ask((c, o, b) => c.correctUsage(b as t.NewUsageCorrection, o), { body, ...options })
  }
  listUsageEvents(userId: string, query: { metric?: string; from?: string; to?: string } & PageOptions = {}) {
    return this.ask((c, o) => c.listUsageEvents(userId, query as t.ListUsageEventsQuery, o))
  }

  generateInvoice(userId: string, options?: Options) {
    if (options && 'body' in options) return this.call<t.GeneratedInvoice>('generateInvoice', { user_id: userId }, options)
    return this.ask((c, o) => c.generateInvoice(userId, o), options)
  }
  listInvoices(query: InvoiceFilter & PageOptions = {}) {
    return this.ask((c, o) => c.listInvoices(query as t.ListInvoicesQuery, o))
  }
  sumUpInvoices(query: InvoiceFilter = {}) {
    return this.ask((c, o) => c.sumUpInvoices(query as t.SumUpInvoicesQuery, o))
  }
  listUserInvoices(userId: string, query: PageOptions = {}) {
    return this.ask((c, o) => c.listUserInvoices(userId, query as t.ListUserInvoicesQuery, o))
  }
  getInvoice(userId: string, invoiceId: string) {
    return this.ask((c, o) => c.getInvoice(userId, invoiceId, o))
  }
  voidInvoice(userId: string, invoiceId: string, options?: Options) {
    if (options && 'body' in options) return this.call<t.Invoice>('voidInvoice', { user_id: userId, invoice_id: invoiceId }, options)
    return this.ask((c, o) => c.voidInvoice(userId, invoiceId, o), options)
  }
  payInvoice(userId: string, invoiceId: string, options?: Options) {
    if (options && 'body' in options) return this.call<t.Invoice>('payInvoice', { user_id: userId, invoice_id: invoiceId }, options)
    return this.ask((c, o) => c.payInvoice(userId, invoiceId, o), options)
  }
  createPayment(userId: string, invoiceId: string, body: t.NewPayment | unknown, options?: Options) {
    return this.ask((c, o, b) => c.createPayment(userId, invoiceId, b as t.NewPayment, o), { body, ...options })
  }
  previewInvoices(body: unknown, options?: Options) {
    return this.ask((c, o, b) => c.previewInvoices(b as t.NewInvoicePreview, o), { body, ...options })
  }

  listCreditNotes(query: { user_id?: string; invoice_id?: string } & PageOptions = {}) {
    return this.ask((c, o) => c.listCreditNotes(query as t.ListCreditNotesQuery, o))
  }
  getCreditNote(id: string) {
    return this.ask((c, o) => c.getCreditNote(id, o))
  }
  getBalance(userId: string) {
    return this.ask((c, o) => c.getBalance(userId, o))
  }
  listItems(userId: string, query: PageOptions = {}) {
    return this.ask((c, o) => c.listItems(userId, query as t.ListItemsQuery, o))
  }
  createItem(userId: string, body: t.NewItem | unknown, options?: Options) {
    return this.ask((c, o, b) => c.createItem(userId, b as t.NewItem, o), { body, ...options })
  }
  getItem(userId: string, itemId: string) {
    return this.ask((c, o) => c.getItem(userId, itemId, o))
  }
  deleteItem(userId: string, itemId: string) {
    return this.ask((c, o) => c.deleteItem(userId, itemId, o))
  }
  listCredits(userId: string, query: PageOptions = {}) {
    return this.ask((c, o) => c.listCredits(userId, query as t.ListCreditsQuery, o))
  }
  createCredit(userId: string, body: unknown, options?: Options) {
    return this.ask((c, o, b) => c.createCredit(userId, b as t.NewCredit, o), { body, ...options })
  }
  endCredit(userId: string, creditId: string) {
    return this.ask((c, o) => c.endCredit(userId, creditId, o))
  }

  sumUpPayments(query: { invoice_id?: string; user_id?: string; status?: string } = {}) {
    return this.ask((c, o) => c.sumUpPayments(query as t.SumUpPaymentsQuery, o))
  }
  listPayments(query: { invoice_id?: string; user_id?: string; status?: string } & PageOptions = {}) {
    return this.ask((c, o) => c.listPayments(query as t.ListPaymentsQuery, o))
  }
  listAudit(query: { entity_id?: string; user_id?: string } & PageOptions = {}) {
    return this.ask((c, o) => c.listAudit(query as t.ListAuditQuery, o))
  }
  getClock() {
    return this.ask((c, o) => c.getClock(o))
  }
  advanceClock(body: t.ClockAdvance | unknown, options?: Options) {
    return this.ask((c, o, b) => c.advanceClock(b as t.ClockAdvance, o), { body, ...options })
  }
  listEmails(query: { user_id?: string; status?: string } & PageOptions = {}) {
    return this.ask((c, o) => c.listEmails(query as t.ListEmailsQuery, o))
  }
  getEmailSettings() {
    return this.ask((c, o) => c.getEmailSettings(o))
  }
  updateEmailSettings(body: unknown) {
    return this.ask((c, o, b) => c.updateEmailSettings(b as t.EmailSettingsPatch, o), { body })
  }
  getStats() {
    return this.ask((c, o) => c.getStats(o))
  }
  getRevenue(query: Record<string, string> = {}) {
    return this.ask((c, o) => c.getRevenue(query, o))
  }
  getUsageTotals(query: Record<string, string> = {}) {
    return this.ask((c, o) => c.getUsageTotals(query, o))
  }
  getSystem() {
    return this.ask((c, o) => c.getSystem(o))
  }
  previewPlan(body: unknown, options?: Options) {
    return this.ask((c, o, b) => c.previewPlan(b as t.NewPlanPreview, o), { body, ...options })
  }
  getHealth() {
    return this.ask((c, o) => c.getHealth(o))
  }
  getReadiness() {
    return this.ask((c, o) => c.getReadiness(o))
  }
  getMetrics() {
    return this.ask((c, o) => c.getMetrics(o))
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
