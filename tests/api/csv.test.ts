import { request, type IncomingMessage } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../harness/client.ts'
import { fresh, generate, makeCustomer, makeUser, paid, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const on = useServer()

const csv = { headers: { Accept: 'text/csv' } }

/** RFC 4180, read to the letter: lines of cells. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = []
  let cells: string[] = []
  for (let at = 0; at < text.length; ) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (at >= text.length) throw new Error('a quoted cell never ends')
        if (text[at] === '"') at++
        cell += text[at]
      }
      at++
    } else {
      const end = at + text.slice(at).search(/,|\r\n/)
      cell = text.slice(at, end)
      at = end
    }
    cells.push(cell)
    if (text[at] === ',') at++
    else if (text.startsWith('\r\n', at)) {
      at += 2
      lines.push(cells)
      cells = []
    } else throw new Error(`no comma and no end of line after ${JSON.stringify(cell)}`)
  }
  return lines
}

async function rowsOf(api: Api, path: string): Promise<Record<string, string>[]> {
  const answer = await api.raw('GET', path, csv)
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`)
  const [head, ...lines] = parseCsv(answer.text)
  for (const line of lines) expect(line, path).toHaveLength(head!.length)
  return lines.map((line) => Object.fromEntries(head!.map((name, i) => [name, line[i]!])))
}

const lists = ['/users', '/subscriptions', '/invoices', '/invoice_lines', '/payments', '/credit_notes']

describe('a list as a file', () => {
  let user = ''
  let invoice = ''
  beforeAll(async () => {
    const customer = await makeCustomer(on.api, 'pro')
    user = customer.user.id
    await on.api.updateUser(user, { name: 'Zoë "Zo" Müller, 東京', address: { line1: '1 Main St', city: 'Aachen', country: 'DE' } })
    const made = await generate(on.api, user)
    invoice = made.id
    await paid(on.api, made)
    ;(await on.api.createCreditNote({ user_id: user, invoice_id: invoice, amount_cents: 500, reason: 'goodwill', memo: 'sorry' })).is(201)
    const other = await makeCustomer(on.api, { amount_cents: 1250, currency: 'KWD' })
    await paid(on.api, await generate(on.api, other.user.id))
  })

  test.each(lists)('%s has the things of the JSON in their order', async (path) => {
    const json = (await on.api.raw<Record<string, unknown>[]>('GET', path)).is(200)
    const rows = await rowsOf(on.api, path)
    expect(json.length).toBeGreaterThan(0)
    expect(rows.map((row) => row.id)).toEqual(json.map((item) => item.id))
    for (const [i, row] of rows.entries()) {
      for (const [name, value] of Object.entries(json[i]!)) {
        if (name in row && (typeof value === 'string' || value === null)) expect(row[name], `${path} ${name}`).toBe(value ?? '')
      }
    }
  })

  test('amounts are decimal text in the major unit, by the currency', async () => {
    const rows = await rowsOf(on.api, '/invoices')
    expect(rows.map(({ currency, amount, paid: taken, due }) => ({ currency, amount, taken, due }))).toEqual([
      { currency: 'KWD', amount: '1.250', taken: '1.250', due: '0.000' },
      { currency: 'USD', amount: '49.00', taken: '49.00', due: '0.00' },
    ])
    expect((await rowsOf(on.api, '/payments')).map((row) => row.amount)).toEqual(['1.250', '49.00'])
    const [note] = await rowsOf(on.api, '/credit_notes')
    expect(note).toMatchObject({ invoice_id: invoice, kind: 'goodwill', amount: '5.00', applied: '0.00', to_balance: '5.00', memo: 'sorry' })
    const lines = await rowsOf(on.api, `/invoice_lines?user_id=${user}`)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ invoice_id: invoice, kind: 'base', currency: 'USD', amount: '49.00', credited: '5.00', invoice_status: 'paid' })
  })

  test('what others wrote comes out as they wrote it', async () => {
    const row = (await rowsOf(on.api, '/users')).find(({ id }) => id === user)!
    expect(row).toMatchObject({ name: 'Zoë "Zo" Müller, 東京', address_line1: '1 Main St', address_city: 'Aachen', address_country: 'DE', address_line2: '' })
  })

  test('keeps the filters', async () => {
    expect((await rowsOf(on.api, `/invoices?user_id=${user}`)).map((row) => row.id)).toEqual([invoice])
    expect(await rowsOf(on.api, '/invoices?status=open')).toEqual([])
    expect(await rowsOf(on.api, '/invoice_lines?to=2020-01-01')).toEqual([])
    expect((await rowsOf(on.api, `/payments?invoice_id=${invoice}`)).map((row) => row.invoice_id)).toEqual([invoice])
    expect((await rowsOf(on.api, `/users?ids=${user}`)).map((row) => row.id)).toEqual([user])
    ;(await on.api.raw('GET', '/invoices?status=nope', csv)).refused(422, 'unacceptable', '?status')
    ;(await on.api.raw('GET', '/invoices?colour=red', csv)).refused(422, 'unacceptable', '?colour')
  })

  test('is named, and begins with the names of its columns', async () => {
    for (const path of lists) {
      const answer = await on.api.raw('GET', path, csv)
      expect(answer.header('content-type')).toBe('text/csv; charset=utf-8; header=present')
      expect(answer.header('content-disposition')).toMatch(new RegExp(`^attachment; filename="${path.slice(1)}-\\d{4}-\\d\\d-\\d\\d\\.csv"$`))
      expect(answer.text.slice(0, 3)).toBe('id,')
    }
  })

  test('is had by a link too, with the mark that Excel needs', async () => {
    const answer = await on.api.raw('GET', '/users?format=csv', { headers: { Accept: 'text/html, */*;q=0.8' } })
    expect(answer.bytes.subarray(0, 6)).toEqual(Buffer.from('\uFEFFid,'))
    expect((await on.api.raw('GET', '/users?format=json', csv)).is(200)).toEqual((await on.api.listUsers()).is(200))
    ;(await on.api.raw('GET', '/users?format=xml')).refused(422, 'unacceptable', '?format')
    ;(await on.api.raw('GET', '/audit?format=csv')).refused(422, 'unacceptable', '?format')
  })

  test('is JSON for whoever takes either', async () => {
    for (const accept of ['*/*', 'application/json, text/csv', 'text/csv;q=0.1, application/json']) {
      expect((await on.api.raw('GET', '/users', { headers: { Accept: accept } })).header('content-type')).toBe('application/json')
    }
    expect((await on.api.raw('GET', '/users')).header('vary')).toBe('Accept')
  })

  test('with a limit is a page, whose successor is linked', async () => {
    const first = await on.api.raw('GET', '/users?limit=1&format=csv')
    expect(parseCsv(first.text.slice(1))).toHaveLength(2)
    const next = /^<([^>]+)>; rel="next"$/.exec(first.header('link')!)![1]!
    expect(next).toContain('format=csv')
    const second = await on.api.raw('GET', next)
    expect(parseCsv(second.text)[1]![0]).toBe(user)
    expect(second.header('link')).toBe(undefined)
  })

  test('is for whoever may read', async () => {
    const strict = on.api.as(await on.server.key(fresh('reader'), 'read'))
    await until('a key is needed', async () => (await on.api.as(undefined).listUsers()).status === 401)
    const meter = on.api.as(await on.server.key(fresh('meter'), 'ingest'))
    await until('the other key works', async () => (await meter.listUsers()).status === 403)
    expect((await strict.raw('GET', '/users', csv)).status).toBe(200)
    ;(await meter.raw('GET', '/users', csv)).refused(403, 'forbidden')
    ;(await on.api.as(undefined).raw('GET', '/users?format=csv')).refused(401, 'unauthorized')
  })
})

describe('the lines of invoices', () => {
  const lines = useServer()

  test('are newest invoice first, each in its order, however they are cut', async () => {
    const { user } = await makeCustomer(lines.api, { amount_cents: 1000, charges: ['a', 'b', 'c'].map((metric) => ({ metric, model: 'per_unit', unit_price: '0.01' })) } as never)
    const invoices = []
    for (let n = 0; n < 3; n++) {
      for (const metric of ['a', 'b', 'c']) (await lines.api.recordUsage({ user_id: user.id, metric, quantity: 100 + n })).is(201)
      invoices.unshift(await paid(lines.api, await generate(lines.api, user.id)))
    }
    const expected = invoices.flatMap((invoice) => invoice.lines.map((line) => [invoice.id, line.id]))
    expect(expected).toHaveLength(10)
    for (const limit of [1, 3, 4, 100]) {
      const { all } = await lines.api.walk<{ id: string; invoice_id: string }>('/invoice_lines', limit)
      expect(all.map((line) => [line.invoice_id, line.id])).toEqual(expected)
    }
    const one = await lines.api.walk<{ id: string }>(`/invoice_lines?number=${invoices[1]!.number}`, 2)
    expect(one.all.map((line) => line.id)).toEqual(invoices[1]!.lines.map((line) => line.id))
    const { explanation: _, ...whole } = invoices[0]!.lines[0]!
    expect((await lines.api.raw<object[]>('GET', '/invoice_lines?limit=1')).is(200)[0]).toMatchObject(whole)
  })
})

describe('a formula in somebody’s words', () => {
  const safe = useServer()

  test.each(['=HYPERLINK("http://evil","x")', '+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1', 'a;=1+1', 'a\n=1'])('%j is a text to a spreadsheet, and as it is in JSON', async (name) => {
    const user = await makeUser(safe.api)
    expect((await safe.api.updateUser(user.id, { name, metadata: { note: name } })).is(200).name).toBe(name)
    const [row] = await rowsOf(safe.api, `/users?ids=${user.id}`)
    expect(row!.name).not.toBe(name)
    expect(row!.name!.replaceAll("'", '')).toBe(name)
    expect(row!.name).not.toMatch(/(^|[;\t\r\n])[=+@＝-]/)
  })

  test('is told from a negative amount of ours', async () => {
    const user = await makeUser(safe.api)
    expect((await safe.api.updateUser(user.id, { phone: '+49 241 1234' })).is(200).phone).toBe('+49 241 1234')
    const [row] = await rowsOf(safe.api, `/users?ids=${user.id}`)
    expect(row!.phone).toBe("'+49 241 1234")
  })
})

describe('a list of any size', () => {
  const large = useServer()
  const count = 4_000
  const sql = async (statement: string) => {
    const ran = await large.server.sql(statement)
    if (ran.code !== 0) throw new Error(ran.stderr)
    return ran.stdout.trim()
  }

  /** The answer, of which nothing is read yet. */
  const begin = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const asked = request(`${large.server.origin}${path}`, { agent: false }, resolve)
      asked.on('error', reject)
      asked.end()
    })
  const rest = (answer: IncomingMessage): Promise<string> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => resolve(Buffer.concat(chunks).toString()))
    })

  beforeAll(async () => {
    // 8 kB each: 32 MB, far more than the kernel takes for a reader that does not read.
    await sql(`
      INSERT INTO users (id, email, email_key, created_at, updated_at, metadata)
      SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'u' || n || '@example.com', 'u' || n || '@example.com', now(), now(),
             jsonb_build_object('text', repeat('x', 8000))
      FROM generate_series(1, ${count}) n`)
  })

  test('comes whole, in chunks, each thing once', async () => {
    const answer = await begin('/users?format=csv')
    expect(answer.headers['transfer-encoding']).toBe('chunked')
    const [head, ...rows] = parseCsv(await rest(answer))
    expect(head![0]).toBe('\uFEFFid')
    expect(rows.map((row) => row[1])).toEqual(Array.from({ length: count }, (_, i) => `u${count - i}@example.com`))
  })

  test('is read no faster than its reader reads, and holds no connection meanwhile', async () => {
    const answer = await begin('/users?format=csv')
    const reads = "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_user_tables WHERE relname = 'users'"
    let before = ''
    await until('nothing more is read', async () => {
      await sql('SELECT pg_stat_force_next_flush()')
      const seen = await sql(reads)
      const same = seen === before
      before = seen
      return same
    })
    expect(await sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()")).toBe('0')
    expect((await large.api.getReadiness()).status).toBe(200)
    expect(parseCsv(await rest(answer))).toHaveLength(count + 1)
  })

  test('that cannot be read to its end is a transfer that breaks, not a short file', async () => {
    const answer = await begin('/users?format=csv')
    await sql('ALTER TABLE users RENAME COLUMN phone TO telephone')
    try {
      await expect(rest(answer)).rejects.toThrow(/aborted|ECONNRESET/)
    } finally {
      await sql('ALTER TABLE users RENAME COLUMN telephone TO phone')
    }
    expect(large.server.log).toContain('answer_broken_off')
  })

  test('of which only the head is asked is not read', async () => {
    const answer = await large.api.raw('HEAD', '/users', csv)
    expect(answer.status).toBe(200)
    expect(answer.header('content-type')).toContain('text/csv')
  })

  test('goes on after a given thing', async () => {
    const rows = await rowsOf(large.api, '/users?after=01900000-0000-7000-8000-00000000000a')
    expect(rows.map((row) => row.email)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => `u${n}@example.com`))
  })
})
