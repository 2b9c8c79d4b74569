import { describe, expect, test } from 'vitest'
import { operations, type Scope } from '../harness/contract.ts'
import { fresh, makePlan, makeUser, subscribe, useServer } from '../harness/make.ts'
import { Server } from '../harness/server.ts'
import { until } from '../harness/until.ts'

const nobody = '01900000-0000-7000-8000-000000000000'
const reach: Record<Scope, Scope[]> = {
  read: ['read'],
  ingest: ['ingest'],
  write: ['write', 'read', 'ingest'],
  admin: ['admin', 'write', 'read', 'ingest'],
}

describe('keys', () => {
  const on = useServer()
  const keys = {} as Record<Scope, string>

  test('while there is none, none is needed; once there is one, it is', async () => {
    ;(await on.api.listUsers()).is(200)
    for (const scope of ['admin', 'write', 'ingest', 'read'] as const) keys[scope] = await on.server.key(`the-${scope}`, scope)
    await until('a key is needed', async () => (await on.api.listUsers()).status === 401)
    ;(await on.api.listUsers()).refused(401, 'unauthorized')
    for (const scope of ['admin', 'write', 'read'] as const) {
      await until(`the ${scope} key works`, async () => (await on.api.as(keys[scope]).listUsers()).status === 200)
    }
    expect(new Set(Object.values(keys)).size).toBe(4)
  })

  test.each(operations.map((o) => [`${o.method} ${o.path}`, o] as const))('%s is open to its scope, and to no other', async (_, op) => {
    const path = op.path.replace(/\{(\w+)\}/g, nobody)
    const options = op.method === 'GET' ? {} : { body: {} }
    for (const scope of ['admin', 'write', 'ingest', 'read'] as const) {
      const answer = await on.api.as(keys[scope]).raw(op.method, path, options)
      if (op.scope === 'none' || reach[scope].includes(op.scope)) expect([401, 403], `${scope}: ${answer.text}`).not.toContain(answer.status)
      else answer.refused(403, 'forbidden')
    }
    for (const key of [undefined, 'wrong', '', keys.admin.slice(0, -1), `${keys.admin}x`, keys.admin.toUpperCase()]) {
      const answer = await on.api.as(key).raw(op.method, path, options)
      if (op.scope === 'none') expect(answer.status).not.toBe(401)
      else answer.refused(401, 'unauthorized')
    }
  })

  test('a key goes in the Authorization header, as a bearer', async () => {
    for (const Authorization of [keys.admin, `Basic ${keys.admin}`, 'Bearer', `Bearer ${keys.admin} more`]) {
      ;(await on.api.raw('GET', '/users', { headers: { Authorization } })).refused(401, 'unauthorized')
    }
    expect((await on.api.raw('GET', '/users', { headers: { Authorization: `bearer ${keys.admin}` } })).status).toBe(200)
    ;(await on.api.raw('GET', `/users?key=${keys.admin}`)).refused(401, 'unauthorized')
  })

  test('the audit names the key that acted', async () => {
    const user = await makeUser(on.api.as(keys.write))
    const events = (await on.api.as(keys.read).listAudit({ entity_id: user.id })).is(200)
    expect(events.map((e) => e.actor)).toEqual(['key:the-write'])
  })

  test('an Idempotency-Key is the key\'s own', async () => {
    const idempotencyKey = fresh('k')
    const [a, b] = [on.api.as(keys.admin), on.api.as(keys.write)]
    const first = await a.createUser({ email: `${fresh('a')}@example.com` }, { idempotencyKey })
    const second = await b.createUser({ email: `${fresh('b')}@example.com` }, { idempotencyKey })
    expect(second.is(201).id).not.toBe(first.is(201).id)
    expect(second.replayed).toBe(false)
  })

  test('a preflight and the health of the server need none', async () => {
    expect((await on.api.getHealth()).is(200)).toBe('ok')
    expect((await on.api.getReadiness()).is(200).status).toBe('ready')
  })

  test('making one refuses a scope that there is not', async () => {
    const { code, stdout } = await on.server.billing('keys', 'create', '--name', 'x', '--scope', 'root')
    expect(code).not.toBe(0)
    expect(stdout).toBe('')
  })

  test('the key itself is not in what the server says', () => {
    for (const key of Object.values(keys)) expect(on.server.log).not.toContain(key)
  })
})

describe('the first admin key', () => {
  const key = 'an-admin-key-of-at-least-thirty-two-characters'
  const on = useServer({ env: { BILLING_ADMIN_KEY: key } })

  test('may come from the environment', async () => {
    ;(await on.api.listUsers()).refused(401, 'unauthorized')
    ;(await on.api.as(key).advanceClock({ days: 1 })).is(200)
    expect(on.server.log).not.toContain(key)
  })

  test('generates of two keys at once are audited each under its own', async () => {
    const admin = on.api.as(key)
    const write = on.api.as(await on.server.key('writer', 'write'))
    await until('it works', async () => (await write.listUsers()).status === 200)
    const plan = await makePlan(admin)
    const users = []
    for (let n = 0; n < 40; n++) {
      const user = await makeUser(admin)
      await subscribe(admin, user.id, plan.code)
      users.push(user)
    }
    const invoices = await Promise.all(users.map(async (user, n) => (await (n % 2 ? write : admin).generateInvoice(user.id)).is(201)))
    for (const [n, invoice] of invoices.entries()) {
      const events = (await admin.listAudit({ entity_id: invoice.id })).is(200)
      expect(events.find((event) => event.action === 'invoice.created')?.actor).toBe(n % 2 ? 'key:writer' : 'key:BILLING_ADMIN_KEY')
    }
  })

  test('gives way to another one there', async () => {
    const next = 'another-admin-key-of-at-least-thirty-two-characters'
    await on.server.also('serve', { BILLING_ADMIN_KEY: next })
    await until('the new one works', async () => (await on.api.as(next).listUsers()).status === 200)
    await until('the old one does not', async () => (await on.api.as(key).listUsers()).status === 401)
  })
})

describe('without a key', () => {
  const on = useServer({ clock: 'system' })

  test.each([
    ['another name for this machine', { Host: 'evil.example:8080' }],
    ['a name that begins like an address', { Host: '127.0.0.1.evil.example' }],
    ['another site\'s page', { Origin: 'https://evil.example' }],
    ['a page of another port', { Origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { Origin: 'null' }],
    ['a proxy', { 'X-Forwarded-For': '203.0.113.7' }],
    ['a proxy that says so', { Forwarded: 'for=203.0.113.7' }],
  ])('nobody is let in by %s', async (_, headers) => {
    ;(await on.api.raw('GET', '/users', { headers })).refused(401, 'unauthorized')
    ;(await on.api.raw('POST', '/users', { headers, body: { email: `${fresh('evil')}@example.com` } })).refused(401, 'unauthorized')
  })

  test('this machine is, by each of its names, and its own pages are', async () => {
    const port = new URL(on.server.origin).port
    for (const Host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, 'localhost']) {
      for (const headers of [{ Host }, { Host, Origin: `http://${Host}` }] as Record<string, string>[]) (await on.api.raw('GET', '/users', { headers })).is(200)
    }
  })

  test('once there has been one it stays shut, the last one revoked or not', async () => {
    const server = await Server.start({ clock: 'system' })
    ;(await server.api.listUsers()).is(200)
    await server.key('only', 'admin')
    await until('it is shut', async () => (await server.api.listUsers()).status === 401)
    expect((await server.billing('keys', 'revoke', '--name', 'only')).code).toBe(0)
    const again = await server.also('serve')
    ;(await again.api.listUsers()).refused(401, 'unauthorized')
    ;(await server.api.listUsers()).refused(401, 'unauthorized')
    await server.stop()
  })

  test('a revoked BILLING_ADMIN_KEY stays revoked, whoever starts with it again', async () => {
    const key = 'an-admin-key-of-at-least-thirty-two-characters'
    const server = await Server.start({ clock: 'system', env: { BILLING_ADMIN_KEY: key } })
    expect((await server.billing('keys', 'revoke', '--name', 'BILLING_ADMIN_KEY')).code).toBe(0)
    const { code, stderr } = await server.runWith({})
    expect(code).not.toBe(0)
    expect(stderr).toContain('BILLING_ADMIN_KEY is a key that was revoked')
    await until('it is refused', async () => (await server.api.as(key).listUsers()).status === 401)
    await server.stop()
  })

  test.each(['0.0.0.0', '::'])('it refuses to listen on %s', async (HOST) => {
    const { code, stderr, stdout } = await on.server.runWith({ HOST })
    expect(code).not.toBe(null)
    expect(code).not.toBe(0)
    expect(stderr + stdout).toMatch(/key/i)
  })

  test('with one, it listens there; with a simulated clock it does not', async () => {
    const server = await Server.start({ clock: 'system', env: { HOST: '0.0.0.0', BILLING_ADMIN_KEY: 'an-admin-key-of-at-least-thirty-two-characters' } })
    await server.stop()
    const { code } = await on.server.runWith({
      HOST: '0.0.0.0',
      BILLING_ADMIN_KEY: 'an-admin-key-of-at-least-thirty-two-characters',
      BILLING_CLOCK: 'simulated',
    })
    expect(code).not.toBe(null)
    expect(code).not.toBe(0)
  })
  test('the last one revoked, a server that others can reach stays shut', async () => {
    const server = await Server.start({ clock: 'system', env: { HOST: '0.0.0.0', BILLING_ADMIN_KEY: 'an-admin-key-of-at-least-thirty-two-characters' } })
    const admin = server.api.as('an-admin-key-of-at-least-thirty-two-characters')
    ;(await admin.listUsers()).is(200)
    expect((await server.billing('keys', 'revoke', '--name', 'BILLING_ADMIN_KEY')).code).toBe(0)
    // Each thread of the server learns of it by itself.
    await until('none of many is let in', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => admin.listUsers()))
      return answers.every((answer) => answer.status === 401)
    })
    for (const api of [server.api, admin]) (await api.listUsers()).refused(401, 'unauthorized')
    await server.stop()
  })
})
