import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { fresh, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const on = useServer()
const ours = () => ({ Origin: on.server.origin })
const cookieOf = (answer: { header(name: string): string | undefined }) => answer.header('set-cookie')!.split(';')[0]!

async function signIn(scope: string) {
  const name = fresh(scope)
  const key = await on.server.key(name, scope)
  await until('the key is known', async () => (await on.api.as(key).raw<{ actor: string }>('GET', '/me')).body.actor === `key:${name}`)
  const answer = await on.api.raw('POST', '/session', { body: { key }, headers: ours() })
  answer.is(201)
  return { name, key, Cookie: cookieOf(answer), answer }
}

describe('a session', () => {
  test('while there is no key is not needed: everybody is an admin', async () => {
    expect((await on.api.raw('GET', '/me')).is(200)).toEqual({ actor: 'anonymous', scope: 'admin', keys: false })
    const answer = await on.api.raw('POST', '/session', { body: { key: 'any' } })
    expect([answer.is(201), answer.header('set-cookie')]).toEqual([{ actor: 'anonymous', scope: 'admin', keys: false }, undefined])
  })

  test('does what its key may, and is out of reach for scripts', async () => {
    const { name, Cookie, answer } = await signIn('read')
    expect(answer.is(201)).toEqual({ actor: `key:${name}`, scope: 'read', keys: true })
    expect(answer.header('set-cookie')).toMatch(/^billing_session=bs_[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await on.api.raw('GET', '/me', { headers: { Cookie } })).is(200)).toEqual({ actor: `key:${name}`, scope: 'read', keys: true })
    ;(await on.api.raw('POST', '/users', { headers: { Cookie, ...ours() }, body: { email: 'a@example.com' } })).refused(403, 'forbidden')
    const rows = (await on.server.sql('SELECT token_hash FROM sessions')).stdout.trim().split('\n')
    expect(rows.every((row) => /^[0-9a-f]{64}$/.test(row) && !Cookie.includes(row))).toBe(true)
  })

  test('acts in the name of its key, on every process', async () => {
    const { name, Cookie } = await signIn('write')
    const other = await on.server.also('serve')
    const user = (await other.api.raw<{ id: string }>('POST', '/users', { headers: { Cookie, Origin: other.origin }, body: { email: `${fresh('s')}@example.com` } })).is(201)
    const events = (await on.api.raw<{ actor: string }[]>('GET', `/audit?entity_id=${user.id}`, { headers: { Cookie } })).is(200)
    expect(events.map(({ actor }) => actor)).toEqual([`key:${name}`])
  })

  test('is of no use to another site', async () => {
    const { key, Cookie } = await signIn('write')
    const body = { email: `${fresh('evil')}@example.com` }
    for (const headers of [{}, { Origin: 'https://evil.example' }, { Origin: 'null' }, { ...ours(), 'Sec-Fetch-Site': 'cross-site' }, { ...ours(), 'Sec-Fetch-Site': 'same-site' }]) {
      ;(await on.api.raw('POST', '/users', { headers: { Cookie, ...(headers as Record<string, string>) }, body })).refused(401, 'unauthorized')
    }
    ;(await on.api.raw('GET', '/users', { headers: { Cookie, 'Sec-Fetch-Site': 'cross-site' } })).refused(401, 'unauthorized')
    expect((await on.api.raw('DELETE', '/session', { headers: { Cookie, Origin: 'https://evil.example' } })).status).toBe(204)
    ;(await on.api.raw('GET', '/me', { headers: { Cookie } })).is(200)
    ;(await on.api.raw('POST', '/session', { headers: { Origin: 'https://evil.example' }, body: { key } })).refused(403, 'forbidden')
  })

  test('ends when it is signed out, when its key is revoked, and after twelve idle hours', async () => {
    const signedOut = await signIn('write')
    expect((await on.api.raw('DELETE', '/session', { headers: { Cookie: signedOut.Cookie, ...ours() } })).status).toBe(204)
    ;(await on.api.raw('GET', '/me', { headers: { Cookie: signedOut.Cookie } })).refused(401, 'unauthorized')

    const revoked = await signIn('write')
    expect((await on.server.billing('keys', 'revoke', '--name', revoked.name)).code).toBe(0)
    ;(await on.api.raw('GET', '/me', { headers: { Cookie: revoked.Cookie } })).refused(401, 'unauthorized')

    const idle = await signIn('write')
    const age = (hours: number, minutes: number) => on.server.sql(`UPDATE sessions SET used_at = now() - make_interval(hours => ${hours}, mins => ${minutes})`)
    await age(11, 59)
    ;(await on.api.raw('GET', '/me', { headers: { Cookie: idle.Cookie } })).is(200)
    await until('that it was used is noted', async () => (await on.server.sql("SELECT count(*) FROM sessions WHERE used_at > now() - interval '1 minute'")).stdout.trim() === '1')
    await age(12, 1)
    ;(await on.api.raw('GET', '/me', { headers: { Cookie: idle.Cookie } })).refused(401, 'unauthorized')
  })

  test('is of a key that is known and may read; the key in a header goes before it', async () => {
    const { Cookie } = await signIn('admin')
    ;(await on.api.raw('POST', '/session', { body: { key: 'nonsense' } })).refused(401, 'unauthorized')
    const meter = await on.server.key(fresh('meter'), 'ingest')
    await until('the key is known', async () => (await on.api.as(meter).getClock()).status === 403)
    ;(await on.api.raw('POST', '/session', { body: { key: meter } })).refused(403, 'forbidden')
    const other = await signIn('read')
    expect((await on.api.as(other.key).raw('GET', '/me', { headers: { Cookie } })).is(200)).toMatchObject({ scope: 'read' })
    ;(await on.api.as('nonsense').raw('GET', '/me', { headers: { Cookie } })).refused(401, 'unauthorized')
  })

  test('is a secret: an Idempotency-Key does not keep the answer', async () => {
    const { key } = await signIn('read')
    const idempotencyKey = fresh('k')
    const [first, again] = [await on.api.raw('POST', '/session', { body: { key }, idempotencyKey }), await on.api.raw('POST', '/session', { body: { key }, idempotencyKey })]
    expect([first.status, again.status, again.replayed]).toEqual([201, 201, false])
    expect(cookieOf(first)).not.toBe(cookieOf(again))
    expect((await on.server.sql("SELECT count(*) FROM idempotency_keys WHERE body LIKE '%bs_%' OR headers LIKE '%bs_%'")).stdout.trim()).toBe('0')
  })

  test('is asked for once a request, at its header: signed out while the body comes, that request is served and none after it', async () => {
    const { Cookie } = await signIn('write')
    const { hostname, port, host } = new URL(on.server.origin)
    const socket = connect(Number(port), hostname)
    let answers = ''
    socket.on('data', (data: Buffer) => (answers += data.toString()))
    const body = JSON.stringify({ email: `${fresh('slow')}@example.com` })
    const head = `POST /users HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${on.server.origin}\r\nCookie: ${Cookie}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    try {
      socket.write(`${head}Expect: 100-continue\r\n\r\n`)
      await until('it has been let in', async () => answers.includes('100 Continue'))
      expect((await on.api.raw('DELETE', '/session', { headers: { Cookie, ...ours() } })).status).toBe(204)
      socket.write(body)
      await until('it is answered', async () => answers.includes(' 201 Created') || answers.includes(' 401 '))
      expect(answers).toContain(' 201 Created')
      expect(answers).not.toContain(' 401 ')
      socket.write(`${head}\r\n${body}`) // on the same connection
      await until('the next one is refused', async () => answers.includes(' 401 '))
    } finally {
      socket.destroy()
    }
  })
})
