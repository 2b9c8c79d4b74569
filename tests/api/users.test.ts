import { describe, expect, test } from 'vitest'
import { fresh, makeUser, useServer } from '../harness/make.ts'
import { Server } from '../harness/server.ts'
import { until } from '../harness/until.ts'

const on = useServer()
const nobody = '01900000-0000-7000-8000-000000000000'

describe('making a user', () => {
  test('answers with the whole user, and it can be read', async () => {
    const email = `${fresh('Mixed.Case')}@Example.com`
    const answer = await on.api.createUser({ email })
    const user = answer.is(201)
    expect(user).toEqual({
      id: user.id,
      email,
      name: null,
      external_id: null,
      phone: null,
      address: null,
      tax_id: null,
      tax_status: 'taxable',
      language: 'en',
      collection: 'automatic',
      net_days: 30,
      metadata: {},
      payment_method: null,
      anonymized_at: null,
      created_at: user.created_at,
      updated_at: user.created_at,
    })
    expect(answer.header('location')).toBe(`/users/${user.id}`)
    expect((await on.api.getUser(user.id)).is(200)).toEqual(user)
  })

  test.each([
    ['the same', (e: string) => e],
    ['in upper case', (e: string) => e.toUpperCase()],
    ['in mixed case', (e: string) => e.replace('user', 'UsEr')],
  ])('an address is taken once: %s', async (_, spell) => {
    const { email } = await makeUser(on.api)
    ;(await on.api.createUser({ email: spell(email) })).refused(409, 'email_taken')
  })

  test('30 times the same address at once, in different case, makes one user', async () => {
    const email = `${fresh('race')}@example.com`
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => on.api.createUser({ email: n % 2 === 0 ? email : email.toUpperCase() })),
    )
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1)
    for (const answer of answers.filter((a) => a.status !== 201)) answer.refused(409, 'email_taken')
    expect((await on.api.listUsers({ email })).is(200)).toHaveLength(1)
  })

  test('an address that is taken does not spoil its neighbours', async () => {
    const { email } = await makeUser(on.api)
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => on.api.createUser({ email: n % 3 === 0 ? email : `${fresh('many')}@example.com` })),
    )
    answers.forEach((answer, n) => (n % 3 === 0 ? answer.refused(409, 'email_taken') : answer.is(201)))
  })

  test.each([
    ['nothing', '{}', '/email'],
    ['null', '{"email": null}', '/email'],
    ['a number', '{"email": 7}', '/email'],
    ['an empty text', '{"email": ""}', '/email'],
    ['no @', '{"email": "nobody"}', '/email'],
    ['nothing before the @', '{"email": "@example.com"}', '/email'],
    ['nothing after the @', '{"email": "a@"}', '/email'],
    ['a blank', '{"email": "a b@example.com"}', '/email'],
    ['a line end', '{"email": "a@example.com\\n"}', '/email'],
    ['NUL', '{"email": "a\\u0000@example.com"}', '/email'],
    ['255 octets', `{"email": "${'a'.repeat(64)}@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(62)}"}`, '/email'],
    ['65 octets before the @', `{"email": "${'a'.repeat(65)}@example.com"}`, '/email'],
    ['a domain of one label', '{"email": "a@localhost"}', '/email'],
    ['an address literal', '{"email": "a@[127.0.0.1]"}', '/email'],
    ['a top label of digits', '{"email": "a@127.0.0.1"}', '/email'],
    ['a quoted form', '{"email": "\\"a b\\"@example.com"}', '/email'],
    ['a zero-width space', '{"email": "a\u200b@example.com"}', '/email'],
    ['a no-break space', '{"email": "a\u00a0@example.com"}', '/email'],
    ['an ideographic space', '{"email": "a\u3000@example.com"}', '/email'],
    ['a right-to-left override', '{"email": "\u202ea@example.com"}', '/email'],
    ['an unknown member', '{"email": "x1@example.com", "nickname": "x"}', '/nickname'],
  ])('refuses %s', async (_, body, pointer) => {
    ;(await on.api.createUser(body)).refused(422, 'unacceptable', pointer)
  })

  test.each([
    ['254 octets', `${'a'.repeat(64)}@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(61)}`],
    ['a plus', 'a+b@example.com'],
    ['letters of other scripts', 'münze@例え.jp'],
    ['a surrogate pair, which is one letter', '\u{20000}@example.com'],
  ])('accepts %s', async (_, email) => {
    expect((await on.api.createUser({ email })).is(201).email).toBe(email)
    expect((await on.api.listUsers({ email })).is(200).map((u) => u.email)).toEqual([email])
  })

  test.each([
    ['a lone high surrogate', '{"email": "\\ud800@example.com"}'],
    ['a lone low surrogate', '{"email": "\\udc00@example.com"}'],
    ['surrogates in the wrong order', '{"email": "\\udc00\\ud800@example.com"}'],
    ['a duplicate member', '{"email": "a@example.com", "email": "b@example.com"}'],
    ['a duplicate member in another spelling', '{"email": "a@example.com", "e\\u006dail": "b@example.com"}'],
  ])('%s is not JSON', async (_, body) => {
    ;(await on.api.createUser(body)).refused(400, 'not_json')
  })
})

describe('reading users', () => {
  test('finds by address, in any case; an unknown one finds nobody', async () => {
    const user = await makeUser(on.api)
    expect((await on.api.listUsers({ email: user.email.toUpperCase() })).is(200)).toEqual([user])
    expect((await on.api.listUsers({ email: 'nobody@nowhere.example' })).is(200)).toEqual([])
    expect((await on.api.listUsers({ email: user.email.slice(1) })).is(200)).toEqual([])
  })

  test('the newest comes first', async () => {
    const [a, b] = [await makeUser(on.api), await makeUser(on.api)]
    expect((await on.api.listUsers({ limit: 2 })).is(200)).toEqual([b, a])
  })

  test('finds by a part of the address, in any case, in which no character is special', async () => {
    const word = fresh('find')
    const emails = [`${word}.me@Example.com`, `${word}_me@example.com`, `${word}%me@example.com`, `${word}|me@example.com`, `${word.toUpperCase()}-ÄÖ@example.com`]
    for (const email of emails) (await on.api.createUser({ email })).is(201)
    const found = async (q: string) => (await on.api.listUsers({ q })).is(200).map((u) => u.email)
    expect(await found(word)).toEqual([...emails].reverse())
    expect(await found(word.toUpperCase())).toEqual([...emails].reverse())
    expect(await found(`${word}.ME`)).toEqual([emails[0]])
    expect(await found(`${word}_me@`)).toEqual([emails[1]])
    expect(await found(`${word}%`)).toEqual([emails[2]])
    expect(await found(`${word}|`)).toEqual([emails[3]])
    expect(await found(`${word}-äö`)).toEqual([emails[4]])
    for (const q of [`${word}%example`, `${word}?`, `.*${word}`, `'${word}`]) expect(await found(q), q).toEqual([])
  })

  test('finds by a whole id, in any case, and by nothing less than a whole one', async () => {
    const user = await makeUser(on.api)
    expect((await on.api.listUsers({ q: user.id.toUpperCase() })).is(200)).toEqual([user])
    expect((await on.api.listUsers({ q: nobody })).is(200)).toEqual([])
    expect((await on.api.listUsers({ q: user.id.slice(0, 35) })).is(200)).toEqual([])
  })

  test('what is found is paged as any list, and the next page looks for the same', async () => {
    const word = `${fresh('page')}+&x`
    for (let n = 0; n < 5; n++) (await on.api.createUser({ email: `${word}${n}@example.com` })).is(201)
    const { pages, all } = await on.api.walk<{ email: string }>(`/users?q=${encodeURIComponent(word)}`, 2)
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
    expect(all.map((u) => u.email)).toEqual([4, 3, 2, 1, 0].map((n) => `${word}${n}@example.com`))
  })

  test('shows up to 100 users by their ids, those that exist, once', async () => {
    const users = []
    for (let n = 0; n < 60; n++) users.unshift(await makeUser(on.api))
    const ids = users.map((u, n) => (n % 2 ? u.id : u.id.toUpperCase()))
    const answer = await on.api.listUsers({ ids: [...ids, nobody, ids[0]].join(',') })
    expect(answer.is(200)).toEqual(users)
    expect(answer.header('link')).toBe(undefined)
    expect((await on.api.listUsers({ ids: nobody })).is(200)).toEqual([])
    expect((await on.api.listUsers({ ids: Array(100).fill(ids[0]).join(',') })).is(200)).toEqual([users[0]])
    expect((await on.api.listUsers({ ids: ids.join(','), limit: 7 })).is(200)).toEqual(users.slice(0, 7))
  })

  test.each([
    ['an empty part', 'q=', '?q'],
    ['255 characters', `q=${'x'.repeat(255)}`, '?q'],
    ['NUL', 'q=a%00', '?q'],
    ['no ids', 'ids=', '?ids'],
    ['a malformed id', `ids=${nobody},abc`, '?ids'],
    ['an id that is missing', `ids=${nobody},,${nobody}`, '?ids'],
    ['101 ids', `ids=${Array(101).fill(nobody).join(',')}`, '?ids'],
    ['ids and a part', `ids=${nobody}&q=x`, '?ids'],
    ['ids and an address', `ids=${nobody}&email=x`, '?ids'],
    ['a part and an address', 'q=x&email=x', '?q'],
  ])('refuses %s', async (_, query, pointer) => {
    ;(await on.api.raw('GET', `/users?${query}`)).refused(422, 'unacceptable', pointer)
  })

  test('254 characters of several bytes are not too many', async () => {
    expect((await on.api.listUsers({ q: '例'.repeat(254) })).is(200)).toEqual([])
  })

  test('an id in a path may be in any letter case', async () => {
    const user = await makeUser(on.api)
    expect((await on.api.getUser(user.id.toUpperCase())).is(200)).toEqual(user)
  })

  test.each([nobody, 'abc', '123', `${nobody}0`, '%00', "' OR 1=1"])('there is no user %s', async (id) => {
    ;(await on.api.getUser(id)).refused(404, 'not_found')
  })
})

describe('changing a user', () => {
  test('takes a payment method, and null clears it', async () => {
    const user = await makeUser(on.api)
    const withMethod = (await on.api.updateUser(user.id, { payment_method: 'stub_decline' })).is(200)
    expect(withMethod).toEqual({ ...user, payment_method: 'stub_decline', updated_at: withMethod.updated_at })
    expect((await on.api.getUser(user.id)).is(200)).toEqual(withMethod)
    const cleared = (await on.api.updateUser(user.id, { payment_method: null })).is(200)
    expect(cleared.payment_method).toBe(null)
    expect((await on.api.getUser(user.id)).is(200).payment_method).toBe(null)
  })

  test.each([
    ['no address', { email: 'nobody' }, '/email'],
    ['a number', { payment_method: 7 }, '/payment_method'],
    ['an empty text', { payment_method: '' }, '/payment_method'],
    ['NUL', { payment_method: 'a\u0000' }, '/payment_method'],
    ['256 characters', { payment_method: 'x'.repeat(256) }, '/payment_method'],
  ])('refuses %s', async (_, body, pointer) => {
    const user = await makeUser(on.api)
    ;(await on.api.updateUser(user.id, body)).refused(422, 'unacceptable', pointer)
    expect((await on.api.getUser(user.id)).is(200)).toEqual(user)
  })

  test('there must be one', async () => {
    ;(await on.api.updateUser(nobody, { payment_method: null })).refused(404, 'not_found')
    ;(await on.api.updateUser('abc', { payment_method: null })).refused(404, 'not_found')
  })
})

describe('the guard rail', () => {
  test('lets a burst through, then answers 429 with Retry-After, then lets more through', async () => {
    const server = await Server.start({ clock: 'system', env: { BILLING_USER_RATE: '2', BILLING_USER_BURST: '5' } })
    try {
      const started = Date.now()
      const answers = await Promise.all(Array.from({ length: 40 }, () => server.api.createUser({ email: `${fresh('burst')}@example.com` })))
      const seconds = (Date.now() - started) / 1000
      const made = answers.filter((a) => a.status === 201).length
      expect(made).toBeGreaterThanOrEqual(5)
      expect(made).toBeLessThanOrEqual(5 + Math.ceil(seconds * 2))
      for (const answer of answers.filter((a) => a.status !== 201)) {
        answer.refused(429, 'rate_limited')
        expect(Number(answer.header('retry-after'))).toBeGreaterThanOrEqual(1)
      }
      expect(answers.some((a) => a.status === 429)).toBe(true)
      await until('the bucket has refilled', async () => (await server.api.createUser({ email: `${fresh('after')}@example.com` })).status === 201)
      // Only the making of users has it.
      for (let n = 0; n < 40; n++) (await server.api.listUsers()).is(200)
    } finally {
      await server.stop()
    }
  })

  test('is each key’s own', async () => {
    const key = 'an-admin-key-of-at-least-thirty-two-characters'
    const server = await Server.start({ env: { BILLING_USER_RATE: '1', BILLING_USER_BURST: '20', BILLING_ADMIN_KEY: key } })
    try {
      const other = server.api.as(await server.key('writer', 'write'))
      await until('it works', async () => (await other.listUsers()).status === 200)
      await until('the first one is limited', async () => (await server.api.as(key).createUser({ email: `${fresh('a')}@example.com` })).status === 429)
      for (let n = 0; n < 10; n++) (await other.createUser({ email: `${fresh('b')}@example.com` })).is(201)
    } finally {
      await server.stop()
    }
  })

  test('is there without Redis too', async () => {
    const server = await Server.start({ relays: true, env: { BILLING_USER_RATE: '1', BILLING_USER_BURST: '5', BILLING_THREADS: '1' } })
    try {
      server.redis!.cut()
      const answers = await Promise.all(Array.from({ length: 100 }, () => server.api.createUser({ email: `${fresh('burst')}@example.com` })))
      expect(answers.some((answer) => answer.status === 429)).toBe(true)
      server.redis!.restore()
      await until('Redis is back', async () => (await server.api.getReadiness()).status === 200)
    } finally {
      await server.stop()
    }
  })

  test('0 turns it off', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => on.api.createUser({ email: `${fresh('free')}@example.com` })))
    for (const answer of answers) answer.is(201)
  })
})

describe('addresses that look the same', () => {
  test.each([
    ['composed and decomposed', 'J\u00f6rg', 'Jo\u0308rg'],
    ['in another case beyond ASCII', '\u00c4rger', '\u00e4rger'],
    ['a sharp s and its capitals', 'stra\u00dfe', 'STRASSE'],
  ])('are one: %s', async (_, one, other) => {
    const domain = `${fresh('same').replace(/[^a-z0-9-]/g, '')}.example`
    const made = (await on.api.createUser({ email: `${one}@${domain}` })).is(201)
    ;(await on.api.createUser({ email: `${other}@${domain}` })).refused(409, 'email_taken')
    expect((await on.api.listUsers({ email: `${other}@${domain}` })).is(200)).toEqual([made])
  })
})

test('a plus in a query finds the address with a plus, written either way', async () => {
  const word = fresh('plus')
  const user = (await on.api.createUser({ email: `${word}+b@example.com` })).is(201)
  for (const query of [`email=${word}+b@example.com`, `email=${word}%2Bb@example.com`, `q=${word}+b`, `q=${word}%2Bb`]) {
    expect((await on.api.raw('GET', `/users?${query}`)).is(200), query).toEqual([user])
  }
})
