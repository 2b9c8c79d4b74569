/** What every call has in common: keys, retries that are safe, problems as errors, lists that go on. */

import type { FieldError, Problem } from './api.ts'
import { parseJson, parseNumbers, toJson } from './json.ts'

/** `declare module 'billing-client' { interface Register { int64: number | bigint } }` makes every 64-bit integer one; see `integers`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Register {}
export type Int64 = Register extends { int64: infer Registered } ? Registered : number

export interface BillingOptions {
  /** Where billing answers, such as http://127.0.0.1:8080. */
  baseUrl: string
  /** Made with `billing keys create`; none while the server has none. */
  apiKey?: string
  /** How often a request is repeated when it failed in a way that may pass, and is safe to repeat. Default 3. */
  retries?: number
  /** How long one attempt may take. Default 30,000. */
  timeoutMs?: number
  /** Give every POST an Idempotency-Key of its own, so that it is safe to repeat. Default true. */
  idempotencyKeys?: boolean
  /** `exact` reads integers beyond 2^53 as bigint (register the type, too); `number`, the default, throws a RangeError at one. */
  integers?: 'number' | 'exact'
  /** Instead of the global one. */
  fetch?: typeof fetch
}

export interface CallOptions {
  /** Your own, to make one request safe to repeat across restarts of your program. */
  idempotencyKey?: string
  headers?: Record<string, string>
  signal?: AbortSignal
  retries?: number
  timeoutMs?: number
}

type Query = Record<string, string | number | bigint | boolean | readonly string[] | undefined>
export interface Sent {
  query?: object
  body?: unknown
}

/** The server's answer is not a success. `code` names the problem for a program, `message` tells a person what to do. */
export class BillingError extends Error {
  override readonly name = 'BillingError'
  readonly status: number
  readonly code: string
  readonly problem: Problem | undefined
  readonly headers: Headers

  constructor(status: number, headers: Headers, problem: Problem | undefined) {
    super(problem?.detail ?? `billing answered ${status}`)
    this.status = status
    this.headers = headers
    this.problem = problem
    this.code = problem?.type.replace('/docs#', '') ?? ''
  }
  /** The members that were refused, each with why. */
  get errors(): FieldError[] {
    return this.problem?.errors ?? []
  }
  /** What to ask the server's operator about. */
  get requestId(): string | undefined {
    return this.headers.get('x-request-id') ?? undefined
  }
}

/** No answer came, in any attempt: what was asked for may have been done or not. The same idempotency key finds out. */
export class BillingUnreachable extends Error {
  override readonly name = 'BillingUnreachable'
}

/** A list: `await` gives its first page, `for await` goes through all of it. */
export class Paged<T> implements PromiseLike<T[]>, AsyncIterable<T> {
  private readonly fetchPage: (target: string) => Promise<{ items: T[]; next: string | undefined }>
  private readonly first: string

  constructor(first: string, fetchPage: (target: string) => Promise<{ items: T[]; next: string | undefined }>) {
    this.first = first
    this.fetchPage = fetchPage
  }
  then<A = T[], B = never>(done?: ((page: T[]) => A | PromiseLike<A>) | null, failed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    return this.fetchPage(this.first).then((page) => page.items).then(done, failed)
  }
  async *pages(): AsyncGenerator<T[], void> {
    for (let target: string | undefined = this.first; target !== undefined; ) {
      const { items, next } = await this.fetchPage(target)
      yield items
      target = next
    }
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const page of this.pages()) yield* page
  }
}

const mayPass = new Set([408, 429, 502, 503, 504])
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export class Core {
  private readonly options: BillingOptions
  private readonly origin: string

  constructor(options: BillingOptions) {
    this.options = options
    this.origin = options.baseUrl.replace(/\/+$/, '')
  }

  protected async call<T>(method: string, path: string, sent: Sent = {}, options: CallOptions = {}): Promise<T> {
    return (await this.send(method, path + queryText(sent.query), sent.body, options)).value as T
  }

  protected list<T>(path: string, query: object | undefined, options: CallOptions = {}): Paged<T> {
    return new Paged<T>(path + queryText(query), async (target) => {
      const { value, headers } = await this.send('GET', target, undefined, options)
      return { items: value as T[], next: /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] }
    })
  }

  /** One request, repeated as long as that is safe and may help. */
  private async send(method: string, target: string, body: unknown, options: CallOptions): Promise<{ value: unknown; headers: Headers }> {
    const headers: Record<string, string> = {}
    if (this.options.apiKey !== undefined) headers.Authorization = `Bearer ${this.options.apiKey}`
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const key = options.idempotencyKey ?? (method === 'POST' && this.options.idempotencyKeys !== false ? crypto.randomUUID() : undefined)
    if (key !== undefined) headers['Idempotency-Key'] = key
    Object.assign(headers, options.headers)
    const init: RequestInit = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body: toJson(body) }) }
    const repeatable = method !== 'POST' || key !== undefined
    const retries = options.retries ?? this.options.retries ?? 3
    for (let attempt = 0; ; attempt++) {
      const last = attempt >= retries
      let answer: Response
      let text: string
      try {
        answer = await (this.options.fetch ?? fetch)(this.origin + target, { ...init, signal: this.deadline(options) })
        text = await answer.text()
      } catch (cause) {
        options.signal?.throwIfAborted()
        if (last || !repeatable) throw new BillingUnreachable(`${method} ${target}: no answer from ${this.origin}`, { cause })
        await pause(backoff(attempt))
        continue
      }
      if (answer.ok) return { value: this.read(answer, text), headers: answer.headers }
      const error = new BillingError(answer.status, answer.headers, problemIn(answer, text))
      const passing = error.code === 'idempotency_running' || answer.status === 429 || (repeatable && mayPass.has(answer.status))
      if (last || !passing) throw error
      await pause(Math.max(backoff(attempt), Math.min(Number(answer.headers.get('retry-after') ?? 0), 60) * 1000))
    }
  }

  private deadline(options: CallOptions): AbortSignal {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? this.options.timeoutMs ?? 30_000)
    return options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  }

  private read(answer: Response, text: string): unknown {
    if (!isJson(answer)) return text
    return this.options.integers === 'exact' ? parseJson(text) : parseNumbers(text)
  }
}

/** Half a second, one, two …, each up to half as long again, so that many clients do not come back at once. */
const backoff = (attempt: number) => 500 * 2 ** attempt * (1 + Math.random() / 2)

const isJson = (answer: Response) => /^application\/(.+\+)?json\b/.test(answer.headers.get('content-type') ?? '')

function problemIn(answer: Response, text: string): Problem | undefined {
  if (!isJson(answer)) return undefined // a proxy's own words
  try {
    const problem = JSON.parse(text) as Problem
    return typeof problem.type === 'string' ? problem : undefined
  } catch {
    return undefined
  }
}

function queryText(query: object | undefined): string {
  const pairs = Object.entries((query ?? {}) as Query).filter(([, value]) => value !== undefined)
  return pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${Array.isArray(value) ? value.map(encodeURIComponent).join(',') : encodeURIComponent(String(value))}`).join('&')}`
}
