import { describe, expect, test } from 'vitest'
import { detail, fresh, generate, makeCustomer, makePlan, makeUser, paid, subscribe, useServer } from '../harness/make.ts'
import { png } from '../harness/png.ts'

const on = useServer({ start: '2026-06-01T09:00:00Z' })

const address = { line1: 'Hauptstr. 1', postal_code: '10115', city: 'Berlin', country: 'DE' }
const whole = { line1: 'Hauptstr. 1', line2: null, city: 'Berlin', state: null, postal_code: '10115', country: 'DE' }

describe('a user', () => {
  test('has a name, an address and what else documents and collecting need, from the start or later', async () => {
    const details = { name: 'Ada', phone: '+49 30 1', address, tax_id: 'DE1', tax_status: 'exempt', language: 'de', collection: 'automatic', net_days: 14 }
    const external_id = fresh('crm')
    const made = (await on.api.createUser({ email: `${fresh('u')}@example.com`, external_id, metadata: { a: '1' }, ...details })).is(201)
    expect(made).toMatchObject({ ...details, external_id, address: whole, metadata: { a: '1' } })
    const other = await makeUser(on.api)
    expect((await on.api.updateUser(other.id, details)).is(200)).toMatchObject({ ...details, address: whole, email: other.email })
  })

  test('what is not named stays, null clears, and metadata merges', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.updateUser(user.id, { name: 'Ada', metadata: { a: '1', b: '2' }, payment_method: 'stub_decline' })).is(200)
    const now = (await on.api.updateUser(user.id, { name: null, metadata: { a: null, c: '3' } })).is(200)
    expect(now).toMatchObject({ name: null, metadata: { b: '2', c: '3' }, payment_method: 'stub_decline' })
  })

  test('is found by its external id, which is its own', async () => {
    const external_id = fresh('crm')
    const user = (await on.api.createUser({ email: `${fresh('u')}@example.com`, external_id })).is(201)
    expect((await on.api.listUsers({ external_id })).is(200).map((u) => u.id)).toEqual([user.id])
    ;(await on.api.createUser({ email: `${fresh('u')}@example.com`, external_id })).refused(409, 'external_id_taken')
    const other = await makeUser(on.api)
    ;(await on.api.updateUser(other.id, { external_id })).refused(409, 'external_id_taken')
    ;(await on.api.updateUser(other.id, { email: user.email.toUpperCase() })).refused(409, 'email_taken')
    expect((await on.api.updateUser(other.id, { email: `${fresh('new')}@example.com` })).is(200).email).toMatch(/^new/)
  })

  test.each([
    ['a country that there is not', { address: { country: 'XX' } }, '/address/country'],
    ['an unknown part of an address', { address: { street: 'x' } }, '/address/street'],
    ['another tax status', { tax_status: 'free' }, '/tax_status'],
    ['a language that is none', { language: 'e' }, '/language'],
    ['more than a year', { net_days: 366 }, '/net_days'],
    ['metadata that is no text', { metadata: { a: 1 } }, '/metadata/a'],
    ['51 members', { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`m${i}`, 'x'])) }, '/metadata'],
    ['null where nothing is meant by it', { language: null }, '/language'],
  ])('refuses %s', async (_, body, pointer) => {
    const user = await makeUser(on.api)
    ;(await on.api.updateUser(user.id, body)).refused(422, 'unacceptable', pointer)
  })

  test('is forgotten on demand, but not while it has a live subscription; its documents stay', async () => {
    const { user, subscription } = await makeCustomer(on.api)
    ;(await on.api.updateUser(user.id, { name: 'Ada', address, external_id: fresh('crm') })).is(200)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    ;(await on.api.anonymizeUser(user.id)).refused(409, 'subscription_live')
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const gone = (await on.api.anonymizeUser(user.id)).is(200)
    expect(gone).toMatchObject({ name: null, address: null, external_id: null, email: `${user.id}@anonymized.invalid`, metadata: {} })
    expect(gone.anonymized_at).not.toBeNull()
    expect((await on.api.getInvoice(user.id, invoice.id)).is(200).buyer).toMatchObject({ name: 'Ada', email: user.email })
  })
})

describe('the seller', () => {
  test('is written on each document as it was', async () => {
    ;(await on.api.updateSettings({ name: 'Old Ltd', footer: 'Thank you', address })).is(200)
    const { user } = await makeCustomer(on.api)
    const first = await generate(on.api, user.id)
    const before = (await on.api.getSettings()).is(200)
    const after = (await on.api.updateSettings({ name: 'New Ltd', footer: null })).is(200)
    expect(after).toMatchObject({ name: 'New Ltd', footer: null, address: whole, version: Number(before.version) + 1 })
    expect((await detail(on.api, first)).seller).toEqual({ name: 'Old Ltd', footer: 'Thank you', address: whole, tax_id: null, email: null })
  })

  test('has a logo, a PNG of at most 100 kB that can be drawn, or none', async () => {
    const logo = (picture: Buffer) => picture.toString('base64')
    const largest = logo(png(220, 64, undefined, 100_000))
    expect((await on.api.updateSettings({ logo: largest })).is(200).logo).toBe(largest)
    expect((await on.api.updateSettings({ name: 'Logo Ltd' })).is(200).logo).toBe(largest)
    ;(await on.api.updateSettings({ logo: logo(png(2000, 2000)) })).is(200)
    expect((await on.api.updateSettings({ logo: null })).is(200).logo).toBeNull()
    const whole = png(220, 64)
    const damaged = Buffer.from(whole)
    damaged[whole.length - 30]! ^= 0xff
    for (const [refused, why] of [
      [logo(png(220, 64, undefined, 100_001)), 'must be at most 100 kB'],
      [logo(Buffer.from('GIF89a..')), 'is not a PNG file'],
      [logo(whole.subarray(0, 60)), 'is a PNG file that is damaged'],
      [logo(damaged), 'is a PNG file that is damaged'],
      [logo(png(4001, 1)), 'is more than 4,000 pixels wide or high'],
      [logo(png(2001, 2000)), 'has more than 4 million pixels'],
      [`${logo(whole)}\n`, 'on one line'],
      [`data:image/png;base64,${logo(whole)}`, 'must be a PNG in base64'],
    ] as const) {
      const { errors } = (await on.api.updateSettings({ logo: refused })).refused(422, 'unacceptable', '/logo')
      expect(errors![0]!.detail).toContain(why)
    }
    expect((await on.api.getSettings()).is(200)).toMatchObject({ name: 'Logo Ltd', logo: null })
  })
})

/** A country that no other test taxes. */
const countries = ['AD', 'AE', 'AF', 'AG', 'AI', 'AL', 'AM', 'AO']
async function taxed(rates: string[], plan: Record<string, unknown> = {}, status = 'taxable') {
  const country = countries.shift()!
  for (const percent of rates) (await on.api.createTaxRate({ code: fresh('rate'), name: `VAT ${percent}`, percent, country })).is(201)
  const user = await makeUser(on.api)
  ;(await on.api.updateUser(user.id, { address: { country }, tax_status: status })).is(200)
  const made = await makePlan(on.api, plan)
  return { user, subscription: await subscribe(on.api, user.id, made.code) }
}

describe('tax', () => {
  test('comes on top of exclusive prices, once a rate', async () => {
    const { user } = await taxed(['6', '1.25'], { amount_cents: 10_000 })
    const invoice = await generate(on.api, user.id)
    expect(invoice).toMatchObject({ subtotal_cents: 10_000, tax_cents: 725, amount_cents: 10_725 })
    expect(invoice.taxes.map((t) => [t.percent, t.inclusive, t.net_cents, t.tax_cents])).toEqual([['6', false, 10_000, 600], ['1.25', false, 10_000, 125]])
    expect(invoice.lines[0]).toMatchObject({ amount_cents: 10_000, tax_cents: 725, tax_inclusive: false })
    expect((await paid(on.api, invoice)).payments[0]).toMatchObject({ amount_cents: 10_725 })
  })

  test('is within inclusive prices, which are paid exactly', async () => {
    const { user } = await taxed(['10'], { amount_cents: 50_000, tax_inclusive: true })
    expect(await generate(on.api, user.id)).toMatchObject({ subtotal_cents: 45_455, tax_cents: 4545, amount_cents: 50_000 })
  })

  test.each(['exempt', 'reverse_charge'])('there is none for %s, and the document says why', async (status) => {
    const { user } = await taxed(['19'], { amount_cents: 1000 }, status)
    expect(await generate(on.api, user.id)).toMatchObject({ tax_cents: 0, taxes: [], amount_cents: 1000, buyer: { tax_status: status } })
  })

  test('of a rate that is switched off is on no new document', async () => {
    const { user } = await taxed(['19'], { amount_cents: 1000 })
    const before = await generate(on.api, user.id)
    ;(await on.api.updateTaxRate(before.taxes[0]!.code, { active: false })).is(200)
    expect(await detail(on.api, before)).toMatchObject({ tax_cents: 190 })
    await paid(on.api, before)
    ;(await on.api.voidInvoice(user.id, before.id)).refused(409, 'not_open')
    const again = await makePlan(on.api, { amount_cents: 2000 })
    await subscribe(on.api, user.id, again.code)
    expect(await generate(on.api, user.id)).toMatchObject({ tax_cents: 0, amount_cents: 2000 })
  })

  test('is given back by a correction note in its share', async () => {
    const { user, subscription } = await taxed(['19'], { amount_cents: 3000 })
    await paid(on.api, await generate(on.api, user.id))
    const canceled = (await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const note = (await on.api.getCreditNote(canceled.credit_notes[0]!)).is(200)
    expect(note).toMatchObject({ subtotal_cents: 2900, tax_cents: 551, amount_cents: 3451, to_balance_cents: 3451 })
    expect(note.lines[0]).toMatchObject({ amount_cents: 2900, tax_cents: 551 })
  })

  test('a rate never changes, and its code is taken once', async () => {
    const code = fresh('rate')
    const made = (await on.api.createTaxRate({ code, name: 'VAT', percent: '0', country: 'ZM' })).is(201)
    expect((await on.api.call('getTaxRate', { code })).is(200)).toEqual(made)
    ;(await on.api.call('getTaxRate', { code: 'nowhere' })).refused(404, 'not_found')
    ;(await on.api.createTaxRate({ code, name: 'VAT', percent: '1' })).refused(409, 'tax_rate_exists')
    ;(await on.api.updateTaxRate(code, { percent: '2' })).refused(422, 'unacceptable', '/percent')
    ;(await on.api.updateTaxRate('nowhere', { active: true })).refused(404, 'not_found')
    for (const percent of ['-1', '100.1', '1.23456', '19%']) {
      ;(await on.api.createTaxRate({ code: fresh('rate'), name: 'VAT', percent })).refused(422, 'unacceptable', '/percent')
    }
  })
})
