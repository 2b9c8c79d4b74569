/** The TypeScript client as its users have it: what it repeats, what it throws, and how it walks a list. */

import { describe, expect, test } from 'vitest'
import { Billing, BillingError, BillingUnreachable, type BillingOptions } from '../../clients/typescript/src/index.ts'
import { fresh, makeCustomer, makeUser, useServer } from '../harness/make.ts'

const on = useServer({ env: { BILLING_MAX_QUANTITY: String(2n ** 63n - 1n) } })

/** A client whose wire does `each` before the n-th attempt's answer is given to it. */
function wired(each: (n: number, answer: () => Promise<Response>) => Promise<Response>, options: Partial<BillingOptions> = {}) {
  const keys: (string | undefined)[] = []
  const wire = (url: string | URL | Request, init?: RequestInit) => {
    keys.push((init!.headers as Record<string, string>)['Idempotency-Key'])
    return each(keys.length, () => fetch(url, init))
  }
  return { billing: new Billing({ baseUrl: on.server.origin, fetch: wire, ...options }), keys }
}
const lost = async (answer: () => Promise<Response>): Promise<Response> => {
  await answer()
  throw new TypeError('the connection broke')
}

describe('repeating', () => {
  test('a POST whose answer was lost is sent again under its key, and done once', async () => {
    const { billing, keys } = wired((n, answer) => (n === 1 ? lost(answer) : answer()))
    const { user } = await makeCustomer(on.api)
    expect(await billing.recordUsage({ user_id: user.id, metric: 'm', quantity: 7 })).toEqual({ ok: true })
    expect(keys).toEqual([expect.any(String), keys[0]])
    expect((await on.api.getUsage(user.id)).is(200).map((day) => day.quantity)).toEqual([7])
  })

  test('two calls have different keys', async () => {
    const { billing, keys } = wired((_, answer) => answer())
    for (let n = 0; n < 2; n++) await billing.createUser({ email: `${fresh('key')}@example.com` })
    expect(new Set(keys).size).toBe(2)
  })

  test('a POST without a key is not sent again', async () => {
    const { billing, keys } = wired((_, answer) => lost(answer), { idempotencyKeys: false })
    await expect(billing.createUser({ email: `${fresh('once')}@example.com` })).rejects.toThrow(BillingUnreachable)
    expect(keys).toEqual([undefined])
  })

  test('a 503 is tried again, as often as it may be, and then thrown', async () => {
    const away = new Response('{"type":"/docs#database_unavailable","detail":"away"}', { status: 503, headers: { 'content-type': 'application/problem+json', 'retry-after': '1' } })
    const once = wired((n, answer) => (n === 1 ? Promise.resolve(away.clone()) : answer()))
    const start = Date.now()
    expect((await once.billing.getClock()).simulated).toBe(true)
    expect(Date.now() - start).toBeGreaterThan(990)
    const never = wired(() => Promise.resolve(away.clone()), { retries: 1 })
    await expect(never.billing.getClock()).rejects.toMatchObject({ status: 503, code: 'database_unavailable' })
    expect(never.keys).toHaveLength(2)
  })

  test('a refusal is not', async () => {
    const { billing, keys } = wired((_, answer) => answer())
    const refused = await billing.recordUsage({ user_id: 'nobody', metric: 'm', quantity: -1 }).then(() => undefined, (error: unknown) => error as BillingError)
    expect(refused).toBeInstanceOf(BillingError)
    expect(refused).toMatchObject({ status: 422, code: 'unacceptable', requestId: expect.any(String) })
    expect(refused!.errors.map((e) => e.pointer)).toEqual(['/user_id', '/quantity'])
    expect(keys).toHaveLength(1)
  })

  test('what another program’s proxy says is an error too', async () => {
    const { billing } = wired(() => Promise.resolve(new Response('<h1>Forbidden</h1>', { status: 403, headers: { 'content-type': 'text/html' } })))
    await expect(billing.getClock()).rejects.toMatchObject({ status: 403, code: '', problem: undefined })
  })

  test('whoever aborts is told so at once', async () => {
    const stop = new AbortController()
    const { billing } = wired((_, answer) => {
      stop.abort()
      return answer()
    })
    await expect(billing.getClock({ signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' })
  })
})

test('a list is its first page when awaited, and all of it when iterated', async () => {
  const { billing } = wired((_, answer) => answer())
  const users = []
  for (let n = 0; n < 5; n++) users.unshift((await makeUser(on.api)).id)
  const ids = { ids: users, limit: 2 }
  expect((await billing.listUsers(ids)).map((user) => user.id)).toEqual(users.slice(0, 2))
  const all = []
  for await (const user of billing.listUsers(ids)) all.push(user.id)
  expect(all).toEqual(users)
  const pages = []
  for await (const page of billing.listUsers(ids).pages()) pages.push(page.length)
  expect(pages).toEqual([2, 2, 1])
})

describe('integers', () => {
  test('beyond 2^53 are errors, or exact where that was asked for', async () => {
    const { user } = await makeCustomer(on.api)
    const exact = wired((_, answer) => answer(), { integers: 'exact' }).billing
    await exact.recordUsage({ user_id: user.id, metric: 'bytes', quantity: 9_007_199_254_740_993n })
    expect((await exact.getUsage(user.id)).map((day) => day.quantity)).toEqual([9_007_199_254_740_993n])
    const plain = wired((_, answer) => answer()).billing
    await expect(plain.getUsage(user.id)).rejects.toThrow(RangeError)
  })

  test('text that looks like one stays text', async () => {
    const exact = wired((_, answer) => answer(), { integers: 'exact' }).billing
    const name = '12345678901234567890'
    const code = fresh('plan')
    await exact.createPlan({ code, amount_cents: 9_007_199_254_740_993n, name })
    expect(await exact.getPlan(code)).toMatchObject({ name, amount_cents: 9_007_199_254_740_993n })
  })
})
