import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { coverProblem, document, operations } from '../harness/contract.ts'
import { send } from '../harness/http.ts'
import { fresh, makeUser, useServer } from '../harness/make.ts'
import type { Problem } from '../harness/types.ts'
import { patience } from '../harness/until.ts'

const nobody = '01900000-0000-7000-8000-000000000000'
const origin = 'https://admin.example.com'
const on = useServer({ env: { CORS_ORIGINS: `${origin},http://localhost:5173` } })
const concrete = (path: string) => path.replace(/\{(\w+)\}/g, nobody)
const withBody = operations.filter((o) => ['POST', 'PATCH'].includes(o.method))

describe('paths and methods', () => {
  test.each(Object.keys(document.paths))('%s knows its methods: another is 405 with Allow', async (path) => {
    const methods = operations.filter((o) => o.path === path).map((o) => o.method)
    for (const method of ['DELETE', 'PUT', 'PATCH', 'POST', 'GET', 'PROPFIND'].filter((m) => !methods.includes(m))) {
      const answer = await on.api.raw(method, concrete(path))
      // A literal path may also be a parameter's value: GET /invoices/generate/{user_id} is an invoice of the user "generate".
      if (answer.status === 404 && method === 'GET') continue
      answer.refused(405, 'method_not_allowed')
      const allow = answer.header('allow')!.split(',').map((m) => m.trim())
      for (const known of methods) expect(allow).toContain(known)
      expect(allow).not.toContain(method)
      expect(allow.includes('HEAD')).toBe(allow.includes('GET'))
    }
  })

  test.each(['/nowhere', '/plans/', '/users/a/b', '/invoices/a/b/c', '/invoices/a/b/refund', '//users', '/users/../plans', '/USERS', '/healthz/x'])(
    '%s is 404',
    async (path) => {
      ;(await on.api.raw('GET', path)).refused(404, 'not_found')
    },
  )

  test.each(['/plans', '/users', '/healthz', '/metrics', '/stats'])('HEAD %s is GET without the body', async (path) => {
    const [head, get] = [await on.api.raw('HEAD', path), await on.api.raw('GET', path)]
    expect(head.status).toBe(get.status)
    expect(head.header('content-type')).toBe(get.header('content-type'))
    expect(head.text).toBe('')
  })

  test('HEAD of what is not there is 404 without a body', async () => {
    expect((await on.api.raw('HEAD', `/users/${nobody}`)).status).toBe(404)
  })

  test.each([
    ['an unknown parameter', '/users?limt=5', '?limt'],
    ['a parameter twice', '/users?limit=1&limit=2', '?limit'],
    ['a parameter of another list', '/users?status=open', '?status'],
  ])('%s is refused, so that a typo is not silently ignored', async (_, path, pointer) => {
    ;(await on.api.raw('GET', path)).refused(422, 'unacceptable', pointer)
  })

  test('broken percent-encoding in the query is 400', async () => {
    ;(await on.api.raw('GET', '/users?email=%zz')).refused(400, 'bad_request')
  })
})

describe('bodies', () => {
  test.each(withBody.map((o) => [`${o.method} ${o.path}`, o] as const))('%s takes JSON only', async (_, op) => {
    for (const type of ['-', 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'multipart/form-data; boundary=x']) {
      const answer = await on.api.raw(op.method, concrete(op.path), { body: '{"a":1}', headers: { 'Content-Type': type } })
      // What a path names may be looked for first.
      if (answer.status === 404) continue
      answer.refused(415, 'unsupported_media_type')
    }
  })

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/json;charset=UTF-8'])('%s is JSON', async (type) => {
    ;(await on.api.createUser({ email: `${fresh('type')}@example.com` }, { headers: { 'Content-Type': type } })).is(201)
  })

  test('more than 1 MiB is 413, a usage batch may have 8', async () => {
    const pad = (bytes: number) => `{"email": "${'x'.repeat(bytes)}"}`
    ;(await on.api.createUser(pad(1_000_000))).refused(422, 'unacceptable', '/email')
    ;(await on.api.createUser(pad(1024 * 1024))).refused(413, 'too_large')
    const user = await makeUser(on.api)
    const event = { user_id: user.id, metric: 'm', quantity: 1 }
    const batch = (bytes: number) => {
      const text = JSON.stringify({ events: [event] })
      return text + ' '.repeat(bytes - text.length)
    }
    ;(await on.api.call('recordUsageBatch', {}, { body: batch(8 * 1024 * 1024) })).is(201)
    ;(await on.api.call('recordUsageBatch', {}, { body: batch(8 * 1024 * 1024 + 1) })).refused(413, 'too_large')
    ;(await on.api.recordUsage(JSON.stringify(event) + ' '.repeat(1024 * 1024))).refused(413, 'too_large')
  })

  test('a body that says too long a length is refused before it comes', async () => {
    const answer = await rawSocket(`POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999999999999\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['a blank', ' '],
    ['a brace', '{'],
    ['an unfinished text', '{"email": "a'],
    ['single quotes', "{'email': 'a@example.com'}"],
    ['a comma too many', '{"email": "a@example.com",}'],
    ['a comment', '{"email": "a@example.com"} // x'],
    ['something after it', '{"email": "a@example.com"} {}'],
    ['NaN', '{"email": NaN}'],
    ['a leading zero', '{"email": 01}'],
    ['a plus', '{"email": +1}'],
    ['a bare word', '{"email": yes}'],
    ['a raw control character', '{"email": "a\tb"}'],
    ['a raw NUL', '{"email": "a\u0000b"}'],
    ['an unknown escape', '{"email": "\\x41"}'],
    ['a duplicate member', '{"email": "a@example.com", "email": "a@example.com"}'],
    ['a lone surrogate', '{"email": "\\ud83d"}'],
    ['a byte that is not UTF-8', Buffer.from([...Buffer.from('{"email": "'), 0xff, ...Buffer.from('"}')])],
    ['an overlong encoding', Buffer.from([...Buffer.from('{"email": "'), 0xc0, 0xaf, ...Buffer.from('"}')])],
    ['a surrogate in UTF-8', Buffer.from([...Buffer.from('{"email": "'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')])],
    ['a cut-off character', Buffer.from([...Buffer.from('{"email": "'), 0xe2, 0x82, ...Buffer.from('"}')])],
    ['UTF-16', Buffer.from('{"email": "a@example.com"}', 'utf16le')],
    ['100,000 brackets', '['.repeat(100_000)],
  ])('%s is not JSON', async (_, body) => {
    ;(await on.api.createUser(body)).refused(400, 'not_json')
  })

  test('a duplicate member deep inside is found', async () => {
    const body = `{"code": "${fresh('dup')}", "amount_cents": 1, "charges": [{"metric": "m", "model": "per_unit", "unit_price": "1", "metric": "n"}]}`
    ;(await on.api.createPlan(body)).refused(400, 'not_json')
  })

  test.each(['[]', '"x"', '5', 'null', 'true'])('%s is JSON and no object', async (body) => {
    ;(await on.api.createUser(body)).refused(422, 'unacceptable')
  })

  test('unknown members are pointed at, all of them, escaped as a JSON pointer', async () => {
    ;(await on.api.createUser('{"email": "p@example.com", "a/b": 1, "m~n": 2, "": 3}')).refused(422, 'unacceptable', '/a~1b', '/m~0n', '/')
  })

  test('a problem is whole', async () => {
    const answer = await on.api.createUser({ email: 7 })
    const problem = answer.refused(422, 'unacceptable', '/email')
    expect(problem).toEqual({
      type: '/docs#unacceptable',
      title: 'Unprocessable Content',
      status: 422,
      detail: expect.stringContaining('email') as string,
      errors: [{ pointer: '/email', detail: expect.any(String) as string }],
      request_id: answer.header('x-request-id')!,
    } satisfies Problem)
  })
})

describe('X-Request-Id', () => {
  test('is made for each request', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await on.api.getHealth()).header('x-request-id')))
    expect(new Set(ids).size).toBe(20)
  })

  test.each(['abc', 'A-Z_a.z-0', 'x'.repeat(128)])('%s is kept', async (id) => {
    expect((await on.api.raw('GET', '/plans', { headers: { 'X-Request-Id': id } })).header('x-request-id')).toBe(id)
    const refused = await on.api.raw('GET', '/nowhere', { headers: { 'X-Request-Id': id } })
    expect(refused.refused(404, 'not_found').request_id).toBe(id)
  })

  test.each(['a b', 'x'.repeat(129), 'a"b', '<script>', 'é'])('%s is replaced', async (id) => {
    expect((await on.api.raw('GET', '/plans', { headers: { 'X-Request-Id': id } })).header('x-request-id')).not.toBe(id)
  })
})

describe('CORS', () => {
  const preflight = (from: string, path = '/users', method = 'POST') =>
    send(on.server.origin, {
      method: 'OPTIONS',
      path,
      headers: { Origin: from, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': 'content-type,authorization,idempotency-key' },
    })
  const list = (text: string | undefined) => (text ?? '').split(',').map((word) => word.trim().toLowerCase())

  test.each([origin, 'http://localhost:5173'])('a preflight from %s is answered', async (from) => {
    const { status, headers } = await preflight(from)
    expect([200, 204]).toContain(status)
    expect(headers['access-control-allow-origin']).toBe(from)
    expect(list(headers['access-control-allow-methods'])).toContain('post')
    for (const header of ['content-type', 'authorization', 'idempotency-key']) expect(list(headers['access-control-allow-headers'])).toContain(header)
    expect(list(headers.vary)).toContain('origin')
  })

  test('a preflight for PATCH too', async () => {
    const { headers } = await preflight(origin, `/users/${nobody}`, 'PATCH')
    expect(list(headers['access-control-allow-methods'])).toContain('patch')
  })

  test.each(['https://evil.example.com', `${origin}.evil.example.com`, 'null', 'http://admin.example.com'])('%s is not let in', async (from) => {
    expect((await preflight(from)).headers['access-control-allow-origin']).toBe(undefined)
    const simple = await on.api.raw('GET', '/plans', { headers: { Origin: from } })
    expect(simple.status).toBe(401) // without a key no other site's page is served
    expect(simple.header('access-control-allow-origin')).toBe(undefined)
  })

  test('an answer, a refusal too, may be read by the page, with the headers that it needs', async () => {
    for (const path of ['/plans', '/nowhere', '/users?limit=x']) {
      const answer = await on.api.raw('GET', path, { headers: { Origin: origin } })
      expect(answer.header('access-control-allow-origin')).toBe(origin)
      expect(list(answer.header('vary'))).toContain('origin')
      const exposed = list(answer.header('access-control-expose-headers'))
      for (const header of ['x-request-id', 'link', 'etag', 'location', 'retry-after', 'idempotency-replayed']) expect(exposed).toContain(header)
    }
  })

  test('without an Origin nothing is said of it', async () => {
    expect((await on.api.listPlans()).header('access-control-allow-origin')).toBe(undefined)
  })
})

describe('HTTP itself', () => {
  test.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400],
    ['a version of its own', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 505],
    ['a header without a colon', 'GET /healthz HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n', 400],
    ['two lengths', 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400],
    ['a length and chunks', 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['a negative length', 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}', 400],
    ['a long request line', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
    ['a long header', `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    ['an expectation that it cannot meet', 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: miracles\r\n\r\n{}', 417],
  ])('%s is answered with a problem', async (_, request, status) => {
    const answer = await rawSocket(request)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json')
    const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Problem
    const code = problem.type.replace('/docs#', '')
    expect(document['x-problems'][code]?.status, code).toBe(status)
    coverProblem(code)
    expect(problem.status).toBe(status)
    expect(problem.request_id).toEqual(expect.any(String))
    // And the server is still there.
    expect((await on.api.getHealth()).is(200)).toBe('ok')
  })

  test('pipelined requests are answered in their order', async () => {
    const answer = await rawSocket(
      `GET /users/${nobody} HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200', 'HTTP/1.1 404'])
  })

  test('a chunked body is a body', async () => {
    const body = JSON.stringify({ email: `${fresh('chunked')}@example.com` })
    const [a, b] = [body.slice(0, 5), body.slice(5)] as const
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
    const answer = await rawSocket(
      `POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk(a)}${chunk(b)}0\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 201 /)
  })

  test('Expect: 100-continue is met', async () => {
    const body = JSON.stringify({ email: `${fresh('expect')}@example.com` })
    const answer = await rawSocket(
      `POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
      (so_far, write) => {
        if (so_far.includes('100 Continue')) write(body)
      },
    )
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /)
  })
})

/** What the server says to exactly these bytes, until it closes or has said nothing for a while after a whole answer. */
function rawSocket(request: string, onData?: (soFar: string, write: (text: string) => void) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(on.server.origin).port), '127.0.0.1')
    let answer = ''
    let wrote = false
    let quiet: NodeJS.Timeout | undefined
    const timer = setTimeout(() => socket.destroy(new Error(`no answer to ${request.slice(0, 80)}`)), patience)
    const done = () => {
      clearTimeout(timer)
      clearTimeout(quiet)
      socket.destroy()
      resolve(answer)
    }
    socket.on('error', (error) => (answer ? done() : reject(error)))
    socket.on('close', done)
    socket.on('data', (data: Buffer) => {
      answer += data.toString('utf8')
      onData?.(answer, (text) => {
        if (!wrote) socket.write(text)
        wrote = true
      })
      clearTimeout(quiet)
      // An answer that keeps the connection open ends with its body.
      const length = /content-length: (\d+)/i.exec(answer)
      const body = answer.indexOf('\r\n\r\n') + 4
      if (length && !/connection: close/i.test(request) && answer.length >= body + Number(length[1])) quiet = setTimeout(done, 200)
    })
    socket.write(request)
  })
}
