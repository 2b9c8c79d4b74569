import { describe, expect, test } from 'vitest'
import type { Api } from '../harness/client.ts'
import { advanceDays, makeCustomer, makeUser, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const on = useServer()
const nobody = '01900000-0000-7000-8000-000000000000'

/** 25 customers with 2 paid invoices each; and one with 25. */
async function fill(api: Api): Promise<string> {
  const { user } = await makeCustomer(api, { interval: 'day' })
  for (let n = 0; n < 24; n++) {
    const other = await makeUser(api)
    ;(await api.createSubscription({ user_id: other.id, plan_code: 'pro' })).is(201)
  }
  await advanceDays(api, 25)
  await until('all is paid', async () => (await api.listInvoices({ status: 'open' })).is(200).length === 0)
  return user.id
}

describe('a list', () => {
  let user = ''

  test('there is something to list', async () => {
    user = await fill(on.api)
    expect((await on.api.listUsers()).is(200)).toHaveLength(25)
  })

  test.each([
    '/users',
    '/users?q=EXAMPLE.com',
    '/subscriptions',
    '/subscriptions?status=active',
    '/subscriptions?plan_code=pro',
    '/invoices',
    '/invoices?status=paid',
    '/invoices?collection=done&from=2026-01-01&to=2027-01-01',
    '/invoices?user_id={user}',
    '/invoices/{user}',
    '/payments',
    '/payments?status=succeeded',
    '/payments?user_id={user}',
    '/audit',
    '/audit?user_id={user}',
  ])(    '%s gives each thing once, newest first, however it is cut',
    async (template) => {
      const path = template.replace('{user}', user)
      const whole = await on.api.walk<{ id: string }>(path, 100)
      const ids = whole.all.map((item) => item.id)
      expect(ids.length).toBeGreaterThanOrEqual(24)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toEqual([...ids].sort().reverse())
      for (const limit of [1, 7, 25]) {
        const { pages, all } = await on.api.walk<{ id: string }>(path, limit)
        expect(all.map((item) => item.id)).toEqual(ids)
        expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true)
        // No empty page at the end.
        expect(pages.at(-1)!.length).toBeGreaterThan(0)
        expect(pages).toHaveLength(Math.ceil(ids.length / limit))
      }
    },
  )

  test.each(['/users', '/subscriptions', '/invoices', '/invoices/{user}', '/payments', '/audit'])('%s refuses a bad limit and a bad after', async (template) => {
    const path = template.replace('{user}', user)
    for (const limit of ['0', '101', '-1', '1.5', 'abc', '', '1e1', ' 5', '99999999999999999999']) {
      ;(await on.api.raw('GET', path, { query: { limit } })).refused(422, 'unacceptable', '?limit')
    }
    for (const after of ['abc', '', '1', `${nobody}x`]) {
      ;(await on.api.raw('GET', path, { query: { after } })).refused(422, 'unacceptable', '?after')
    }
    for (const limit of ['1', '100']) expect((await on.api.raw('GET', path, { query: { limit } })).status).toBe(200)
    // What nothing is older than is the end of the list.
    const end = await on.api.raw('GET', path, { query: { after: '00000000-0000-7000-8000-000000000000' } })
    expect(end.is(200)).toEqual([])
    expect(end.header('link')).toBe(undefined)
  })

  test('has 50 things when it is not told otherwise', async () => {
    const answer = await on.api.raw<unknown[]>('GET', '/audit')
    expect(answer.is(200)).toHaveLength(50)
    expect(answer.header('link')).toMatch(/^<\/audit\?.*after=.*>; rel="next"$/)
  })

  test('the next page keeps the filter', async () => {
    const answer = await on.api.raw('GET', '/invoices?status=paid&limit=2')
    expect(answer.header('link')).toContain('status=paid')
    expect(answer.header('link')).toContain('limit=2')
  })

  test('what is made in the meantime does not shift the pages', async () => {
    const first = await on.api.raw<{ id: string }[]>('GET', '/users?limit=10')
    const made = await makeUser(on.api)
    const next = /^<([^>]+)>/.exec(first.header('link')!)![1]!
    const second = await on.api.raw<{ id: string }[]>('GET', next)
    const ids = [...first.is(200), ...second.is(200)].map((u) => u.id)
    expect(new Set(ids).size).toBe(20)
    expect(ids).not.toContain(made.id)
  })

  test('plans are not paged', async () => {
    const answer = await on.api.raw('GET', '/plans')
    expect(answer.header('link')).toBe(undefined)
  })
})
