/** Invoices and credit notes as PDF: what a reader finds in them, by poppler. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Api } from '../harness/client.ts'
import { png } from '../harness/png.ts'
import { advanceDays, detail, fresh, generate, makeCustomer, makePlan, makeUser, paid, subscribe, use, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const on = useServer()
const folder = mkdtempSync(join(tmpdir(), 'billing-pdf-'))
afterAll(() => rmSync(folder, { recursive: true }))

const poppler = (tool: string, pdf: Buffer, ...options: string[]): string => {
  const file = join(folder, `${fresh('paper')}.pdf`)
  writeFileSync(file, pdf)
  return execFileSync(tool, [...options, file, ...(tool === 'pdftotext' ? ['-'] : [])], { encoding: 'utf8' })
}
const words = (pdf: Buffer): string => poppler('pdftotext', pdf, '-layout')
const pagesOf = (pdf: Buffer): string[] => words(pdf).split('\f').slice(0, -1)

type Of = { id: string; user_id: string }
const invoicePdf = (api: Api, { user_id, id }: Of, headers?: Record<string, string>) => api.raw('GET', `/invoices/${user_id}/${id}.pdf`, { headers })
const notePdf = (api: Api, id: string, headers?: Record<string, string>) => api.raw('GET', `/credit_notes/${id}.pdf`, { headers })
const bytesOf = async (asked: ReturnType<typeof notePdf>): Promise<Buffer> => {
  const answer = await asked
  if (answer.status !== 200) answer.is(200)
  return answer.bytes
}
/** As it is printed: 123456 USD are 1,234.56. */
const printed = (cents: number | bigint): string => {
  const [whole, part] = [BigInt(cents) / 100n, BigInt(cents) % 100n]
  return `${whole.toString().replace(/\B(?=(\d{3})+$)/g, ',')}.${part.toString().padStart(2, '0')}`
}

async function longInvoice(api: Api, charges: number, plans = 1) {
  const user = await makeUser(api, 'stub_decline')
  for (let n = 0; n < plans; n++) {
    const metrics = Array.from({ length: charges }, (_, m) => `m${n}.metric_${m}`)
    const plan = await makePlan(api, { amount_cents: 123_456, charges: metrics.map((metric) => ({ metric, model: 'graduated' as const, included: 100, tiers: [{ up_to: 1000, unit_price: '0.01' }, { up_to: null, unit_price: '0.005' }] })) })
    await subscribe(api, user.id, plan.code)
    ;(await api.recordUsageBatch(metrics.map((metric, m) => ({ user_id: user.id, metric, quantity: 2000 + m })))).is(201)
  }
  return (await api.generateInvoice(user.id)).is(201)
}

describe('an invoice as PDF', () => {
  test('has the logo that the seller had when it was made, and so has a credit note', async () => {
    const images = (pdf: Buffer) => poppler('pdfimages', pdf, '-list').trim().split('\n').slice(2).map((row) => row.trim().split(/\s+/).slice(3, 5).join(' × '))
    ;(await on.api.updateSettings({ logo: png(220, 64).toString('base64') })).is(200)
    const { user } = await makeCustomer(on.api, 'pro')
    const first = await paid(on.api, await generate(on.api, user.id))
    const before = await bytesOf(invoicePdf(on.api, first))
    expect(images(before)).toContain('220 × 64')
    ;(await on.api.updateSettings({ logo: png(90, 90).toString('base64') })).is(200)
    const note = (await on.api.createCreditNote({ user_id: user.id, invoice_id: first.id, amount_cents: 100, reason: 'goodwill' })).is(201)
    expect(images(await bytesOf(notePdf(on.api, note.id)))).toContain('90 × 90')
    expect(images(await bytesOf(invoicePdf(on.api, first)))).toContain('220 × 64')
    ;(await on.api.updateSettings({ logo: null })).is(200)
    const other = await makeUser(on.api)
    const item = (await on.api.createItem(other.id, { description: 'Setup', currency: 'USD', amount_cents: 1, bill: 'now' })).is(201)
    expect(images(await bytesOf(invoicePdf(on.api, { user_id: other.id, id: item.invoice_id! })))).toEqual([])
    const again = await bytesOf(notePdf(on.api, note.id))
    expect(again.equals(await bytesOf(notePdf(on.api, note.id)))).toBe(true)
  })

  test('has its one-off items, with how many at which price', async () => {
    const user = await makeUser(on.api, 'stub_decline')
    const item = (await on.api.createItem(user.id, { description: 'Hours of Ana', currency: 'EUR', quantity: 3, unit_price: '1250.5', bill: 'now' })).is(201)
    const text = words(await bytesOf(invoicePdf(on.api, { user_id: user.id, id: item.invoice_id! })))
    expect(text).toMatch(/Hours of Ana +3 +3,751\.50/)
    expect(text).toContain('3 × 1,250.50 = 3,751.50')
  })

  test('has every amount of the invoice, what the lines are for, and how they came about', async () => {
    const { user } = await makeCustomer(on.api, 'pro', 'stub_decline')
    await use(on.api, user.id, 'api_calls', 120_000)
    const invoice = await generate(on.api, user.id)
    const text = words(await bytesOf(invoicePdf(on.api, invoice)))
    for (const said of [invoice.number, user.email, '49.00', '20.00', '69.00', 'api_calls: 120,000 units, 100,000 included', '20,000 × 0.001 = 20.00', 'Amount due', 'Page 1 of 1']) {
      expect(text).toContain(said)
    }
    for (const line of invoice.lines) expect(text).toContain(line.description)
    expect(text).toMatch(/Amount due +USD 69\.00/)
  })

  test('on net days says until when it is to be paid, and what was paid in some other way, when and how', async () => {
    const user = (await on.api.createUser({ email: `${fresh('net')}@example.com`, collection: 'manual', net_days: 30 })).is(201)
    const plan = await makePlan(on.api, { amount_cents: 4900 })
    await subscribe(on.api, user.id, plan.code)
    const invoice = await generate(on.api, user.id)
    const day = (text: string) => new Date(text).toLocaleDateString('en-US', { timeZone: 'UTC', dateStyle: 'long' })
    const before = words(await bytesOf(invoicePdf(on.api, invoice)))
    expect(before).toContain(`USD 49.00 due ${day(invoice.due_on!)}`)
    expect(before).toContain(`Please pay the amount due by ${day(invoice.due_on!)}, naming invoice ${invoice.number}.`)
    ;(await on.api.createPayment(user.id, invoice.id, { amount_cents: 2000, received_on: '2026-01-05', reference: 'Transfer 17' })).is(201)
    const part = words(await bytesOf(invoicePdf(on.api, invoice)))
    expect(part).toMatch(/Paid on January 5, 2026 +−20\.00\n/)
    expect(part).toMatch(/Amount due +USD 29\.00/)
    expect(part).toContain('USD 20.00 paid on January 5, 2026, reference Transfer 17.')
    ;(await on.api.createPayment(user.id, invoice.id, { amount_cents: 3000, received_on: '2026-01-06' })).is(201)
    const whole = words(await bytesOf(invoicePdf(on.api, invoice)))
    expect(whole).toMatch(/Paid on January 6, 2026 +−29\.00\n/)
    expect(whole).toContain('USD 30.00 paid on January 6, 2026, of which USD 1.00 went to your balance.')
    expect(whole).not.toContain('Please pay')
  })

  test('is told by its number, embeds its fonts, and says what it is', async () => {
    const { user } = await makeCustomer(on.api)
    const invoice = await generate(on.api, user.id)
    const answer = await invoicePdf(on.api, invoice)
    expect(answer.header('content-type')).toBe('application/pdf')
    expect(answer.header('content-disposition')).toBe(`inline; filename="${invoice.number}.pdf"`)
    const fonts = poppler('pdffonts', answer.bytes).trim().split('\n').slice(2)
    expect(fonts.length).toBeGreaterThan(0)
    for (const font of fonts) expect(font).toMatch(/ yes yes yes +\d+ +\d+$/) // embedded, a part of it, readable as text
    const about = poppler('pdfinfo', answer.bytes, '-isodates')
    expect(about).toMatch(new RegExp(`^Title: +Invoice ${invoice.number}$`, 'm'))
    expect(about).toMatch(new RegExp(`^CreationDate: +${invoice.created_at.slice(0, 19)}Z?`, 'm'))
    expect(about).toMatch(/^Page size: +595\.\d+ x 841\.\d+ pts \(A4\)$/m)
    expect(poppler('pdfinfo', answer.bytes, '-meta')).toContain('<dc:language><rdf:Bag><rdf:li>en</rdf:li>')
    expect(answer.bytes.toString('latin1')).toContain('/Lang (en)')
  })

  test('is the same bytes each time, and whoever has them is not sent them again', async () => {
    const { user } = await makeCustomer(on.api, {}, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await advanceDays(on.api, 1)
    const first = await invoicePdf(on.api, invoice)
    await advanceDays(on.api, 1)
    const second = await invoicePdf(on.api, invoice)
    expect(second.bytes.equals(first.bytes)).toBe(true)
    const again = await invoicePdf(on.api, invoice, { 'If-None-Match': first.header('etag')! })
    expect([again.status, again.bytes.length]).toEqual([304, 0])
    ;(await on.api.voidInvoice(user.id, invoice.id)).is(200)
    const voided = await invoicePdf(on.api, invoice, { 'If-None-Match': first.header('etag')! })
    expect(voided.status).toBe(200)
    expect(words(voided.bytes)).toContain('This invoice was made void')
  })

  test('says when it was paid, by what, and that nothing is due', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 5000 }, 'stub_ok')
    ;(await on.api.createCredit(user.id, { amount_cents: 1200, currency: 'USD', reason: 'welcome' })).is(201)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const text = words(await bytesOf(invoicePdf(on.api, invoice)))
    expect(text).toMatch(/Paid from balance +−12\.00/)
    expect(text).toMatch(/Paid on \w+ \d+, \d{4} +−38\.00/)
    expect(text).toMatch(/Amount due +USD 0\.00/)
    expect(text).toMatch(/^ *Invoice +Paid/m)
  })

  test('of several pages repeats its head, says which page of how many, and its sums once, below a line', async () => {
    const invoice = await detail(on.api, await longInvoice(on.api, 60))
    const pdf = await bytesOf(invoicePdf(on.api, invoice))
    const pages = pagesOf(pdf)
    expect(pages.length).toBeGreaterThan(3)
    pages.forEach((text, index) => {
      expect(text).toContain(`Page ${index + 1} of ${pages.length}`)
      expect(text).toMatch(/Description +Quantity +Amount \(USD\)/)
      expect(text).toContain(invoice.number)
      expect((text.match(/^ *Amount due/gm) ?? []).length).toBe(index === pages.length - 1 ? 1 : 0)
    })
    expect(pages.at(-1)).toMatch(/metric_59: [\s\S]+Total/)
    const all = pages.join('')
    for (const line of invoice.lines) expect(all).toContain(printed(line.amount_cents))
    expect(all).toContain(printed(invoice.amount_cents))
  })

  test('is found by its customer only, and read with the scope that reads', async () => {
    const { user } = await makeCustomer(on.api)
    const invoice = await generate(on.api, user.id)
    const other = await makeUser(on.api)
    ;(await invoicePdf(on.api, { id: invoice.id, user_id: other.id })).refused(404, 'not_found')
    ;(await invoicePdf(on.api, { id: 'nothing', user_id: user.id })).refused(404, 'not_found')
    ;(await on.api.raw('POST', `/invoices/${user.id}/${invoice.id}.pdf`)).refused(405, 'method_not_allowed')
  })
})

describe('a very long invoice', () => {
  test('is refused as PDF beyond 5,000 lines', async () => {
    const invoice = await longInvoice(on.api, 100, 50)
    ;(await invoicePdf(on.api, invoice)).refused(422, 'document_too_long')
  })

  test('lets usage be recorded while its pages are made', async () => {
    const invoice = await longInvoice(on.api, 100, 15)
    const user = await makeUser(on.api)
    const order: string[] = []
    const pdf = bytesOf(invoicePdf(on.api, invoice)).then((bytes) => (order.push('pdf'), bytes))
    await Promise.all(Array.from({ length: 8 }, async () => {
      await use(on.api, user.id, 'api_calls', 1)
      order.push('usage')
    }))
    expect(pagesOf(await pdf).length).toBeGreaterThan(80)
    expect(order.at(-1)).toBe('pdf')
  })
})

describe('a credit note as PDF', () => {
  test('says which invoice it is for, what it takes off which line, and where that went', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 3100, bill_in: 'advance' }, 'stub_decline')
    const [invoice] = (await on.api.listUserInvoices(user.id)).is(200)
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const [note] = (await on.api.listCreditNotes({ user_id: user.id })).is(200)
    const answer = await notePdf(on.api, note!.id)
    const text = words(answer.bytes)
    expect(answer.header('content-disposition')).toBe(`inline; filename="${note!.number}.pdf"`)
    for (const said of ['Credit note', note!.number, invoice!.number, user.email, 'Total credited', printed(note!.amount_cents)]) expect(text).toContain(said)
    expect(text).toMatch(new RegExp(`Taken off invoice ${invoice!.number} +${printed(note!.applied_cents)}`))
    expect((await notePdf(on.api, note!.id)).bytes.equals(answer.bytes)).toBe(true)
    expect((await notePdf(on.api, note!.id, { 'If-None-Match': answer.header('etag')! })).status).toBe(304)
    expect(words(await bytesOf(invoicePdf(on.api, invoice!)))).toMatch(new RegExp(`Credit note ${note!.number} +−${printed(note!.applied_cents)}`))
  })

  test.each([
    ['Refunded to the card', 'stub_ok'],
    ['Added to your balance, since the refund failed', 'stub_refund_fails'],
  ])('says where the money went: %s', async (where, method) => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900, interval: 'year' }, method)
    ;(await on.api.createCredit(user.id, { amount_cents: 1000, currency: 'USD', reason: 'A gift' })).is(201)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const note = (await on.api.createCreditNote({ user_id: user.id, invoice_id: invoice.id, reason: 'duplicate', credit_to: 'refund' })).is(201)
    await until('the refund has ended', async () => (await on.api.getCreditNote(note.id)).is(200).refund!.status !== 'pending')
    const text = words(await bytesOf(notePdf(on.api, note.id)))
    expect(text).toMatch(new RegExp(`${where} +39\\.00`))
    expect(text).toMatch(/Added to your balance +10\.00/)
    const onInvoice = words(await bytesOf(invoicePdf(on.api, invoice)))
    expect(onInvoice).toMatch(/Paid on .* −39\.00/)
    if (method === 'stub_ok') expect(onInvoice).toMatch(/USD 39\.00 refunded on January \d+, 2026/)
    else expect(onInvoice).not.toContain('refunded')
  })

  test('that is not there is 404', async () => {
    ;(await notePdf(on.api, '01900000-0000-7000-8000-000000000000')).refused(404, 'not_found')
  })
})
