/** What customers are told by mail: by a real mail server that takes it on, refuses, waits, forgets and hangs up. */

import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { advanceDays, changeCardOnly, fresh, generate, makePlan, subscribe, useServer } from '../harness/make.ts'
import { Hold } from '../harness/hold.ts'
import { MailServer, makeCertificate, parse } from '../harness/mail.ts'
import type { Server, ServerOptions } from '../harness/server.ts'
import type { Email } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const certificate = makeCertificate()
const sender = 'Acme Billing <billing@acme.example>'

/** A mail server, and a server of ours that hands mail over to it. */
function useMail(args: string[] = [], { url = (port: number) => `smtp://127.0.0.1:${port}`, env = {} as Record<string, string> } = {}) {
  const mail = new MailServer()
  const options: ServerOptions = { start: '2026-06-01T12:00:00Z', env: { BILLING_MAIL_FROM: sender, ...env } }
  beforeAll(async () => {
    await mail.launch(...args)
    options.env!.BILLING_SMTP_URL = url(mail.port)
  })
  const on = useServer(options)
  afterAll(() => mail.stop())
  return { mail, on }
}

const customer = async (on: { server: Server }, local: string, more: Record<string, unknown> = {}) => {
  const { api } = on.server
  const user = (await api.createUser({ email: `${fresh(local)}@example.com`, ...more })).is(201)
  const plan = await makePlan(api, { amount_cents: 4900 })
  return { user, plan, subscription: await subscribe(api, user.id, plan.code) }
}
const emailsOf = async (on: { server: Server }, user: string) => (await on.server.api.listEmails({ user_id: user })).is(200)
/** Once there is one of the kind that is not pending any more, or as `is` says. */
const email = (on: { server: Server }, user: string, kind: string, is = (e: Email) => e.status !== 'pending') =>
  until(`there is a mail ${kind}`, async () => (await emailsOf(on, user)).find((e) => e.kind === kind && is(e)))
const change = async (on: { server: Server }, statement: string) => expect((await on.server.sql(statement)).stderr).toBe('')

describe('mail', () => {
  const { mail, on } = useMail()
  const only = async (...kinds: string[]) => {
    const all = ['invoice_issued', 'payment_failed', 'payment_succeeded', 'trial_ending', 'card_needed']
    ;(await on.api.updateEmailSettings({ kinds: Object.fromEntries(all.map((kind) => [kind, kinds.length === 0 || kinds.includes(kind)])) })).is(200)
  }

  test('tells of a new invoice, as a PDF, from the seller to the customer', async () => {
    ;(await on.api.updateSettings({ name: 'Kontur GmbH', email: 'help@kontur.example', footer: 'Amtsgericht Berlin, HRB 1' })).is(200)
    const { user } = await customer(on, 'issued', { name: 'Ada Lovelace' })
    const invoice = await generate(on.api, user.id)
    const told = await email(on, user.id, 'invoice_issued')
    expect(told).toMatchObject({
      status: 'sent', to: user.email, subject: `Invoice ${invoice.number} from Kontur GmbH`, attempts: 1, invoice_id: invoice.id, payment_id: null, code: 250,
      reply: '2.0.0 Ok: queued as 4F1C2', next_attempt_at: null, created_at: '2026-06-01T12:00:00Z',
    })
    expect(Math.abs(Date.parse(told.sent_at!) - Date.now())).toBeLessThan(60_000)
    const arrived = mail.of(told.id)
    expect(arrived.sender).toBe('billing@acme.example')
    const { headers, parts, text, html } = parse(arrived.data)
    expect(headers.get('from')).toBe('"Acme Billing" <billing@acme.example>')
    expect(headers.get('to')).toBe(`"Ada Lovelace" <${user.email}>`)
    expect(headers.get('reply-to')).toBe('help@kontur.example')
    expect(headers.get('message-id')).toBe(`<${told.id}@acme.example>`)
    expect(headers.get('subject')).toBe(told.subject)
    for (const words of [text, html]) for (const said of ['Hello Ada Lovelace,', invoice.number, 'USD 49.00', 'Amtsgericht Berlin, HRB 1']) expect(words).toContain(said)
    expect(text).toMatch(/It will be charged to your payment method|It is paid/)
    const pdf = parts.find((part) => part.type === 'application/pdf')!
    expect(pdf.headers.get('content-disposition')).toBe(`attachment; filename="${invoice.number}.pdf"`)
    expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-')
  })

  test('speaks German to whom it is to, with days and amounts as German has them', async () => {
    const { user } = await customer(on, 'deutsch', { language: 'de-AT', name: 'Jürgen', collection: 'manual', net_days: 14 })
    const invoice = await generate(on.api, user.id)
    const { id } = await email(on, user.id, 'invoice_issued')
    const { headers, text, html } = parse(mail.of(id).data)
    expect(headers.get('subject')).toBe(`Rechnung ${invoice.number} von Kontur GmbH`)
    expect(headers.get('to')).toBe(`Jürgen <${user.email}>`)
    expect(headers.get('content-language')).toBe('de')
    expect(text).toContain('Guten Tag Jürgen,')
    expect(text).toMatch(/Zu zahlen: +49,00 USD\nZahlbar bis: +15\. Juni 2026/)
    expect(html).toContain('Bitte zahlen Sie bis zum 15. Juni 2026')
  })

  test('tells that a payment failed, with the link that mends it, and that it went through', async () => {
    ;(await on.api.updateEmailSettings({ payment_url: 'https://app.kontur.example/pay?c={external_id}&i={invoice_id}' })).is(200)
    const external_id = fresh('crm&')
    const { user } = await customer(on, 'failed', { payment_method: 'stub_decline', external_id })
    const invoice = await generate(on.api, user.id)
    const told = await email(on, user.id, 'payment_failed')
    expect(told).toMatchObject({ status: 'sent', subject: `The payment of invoice ${invoice.number} did not go through` })
    const { text, html } = parse(mail.of(told.id).data)
    const link = `https://app.kontur.example/pay?c=${encodeURIComponent(external_id)}&i=${invoice.id}`
    expect(text).toContain(`Check your payment method:\n${link}\n`)
    expect(html).toContain(`href="${link.replaceAll('&', '&amp;')}"`)
    expect(text).toContain('We will try again on June 2, 2026.')
    await changeCardOnly(on, user.id, 'stub_ok')
    ;(await on.api.payInvoice(user.id, invoice.id)).is(200)
    const { id } = await email(on, user.id, 'payment_succeeded')
    expect(parse(mail.of(id).data).text).toContain('The invoice is paid in full.')
  })

  test('asks for a card once a charge is not tried again, and before a trial ends', async () => {
    const { user } = await customer(on, 'card', { payment_method: 'stub_decline' })
    const invoice = await generate(on.api, user.id)
    await advanceDays(on.api, 17)
    expect(await email(on, user.id, 'card_needed')).toMatchObject({ subject: `Please enter a payment method for invoice ${invoice.number}`, invoice_id: invoice.id })
    expect((await emailsOf(on, user.id)).filter((e) => e.kind === 'payment_failed')).toHaveLength(4)
  })

  test('of a trial it says when it ends, what follows, and that a card is missing', async () => {
    const user = (await on.api.createUser({ email: `${fresh('trial')}@example.com` })).is(201)
    const plan = await makePlan(on.api, { amount_cents: 4900, trial_days: 10, name: 'Team' })
    const subscription = await subscribe(on.api, user.id, plan.code)
    await advanceDays(on.api, 8)
    expect(await email(on, user.id, 'trial_ending')).toMatchObject({ status: 'sent', subscription_id: subscription.id, invoice_id: null })
    const { text } = parse(mail.to(user.email)[0]!.data)
    expect(text).toMatch(/Plan: +Team\nPrice: +USD 49\.00 a month/)
    expect(text).toContain('There is no payment method of yours yet.')
  })

  test('of a kind that is off nothing is sent', async () => {
    const on_ = { invoice_issued: true, payment_failed: true, payment_succeeded: true, trial_ending: true, card_needed: true }
    expect((await on.api.updateEmailSettings({ kinds: { invoice_issued: false } })).is(200)).toMatchObject({ sends: true, kinds: { ...on_, invoice_issued: false } })
    const { user } = await customer(on, 'off')
    await generate(on.api, user.id)
    await email(on, user.id, 'payment_succeeded')
    expect((await emailsOf(on, user.id)).map((e) => e.kind)).toEqual(['payment_succeeded'])
    ;(await on.api.updateEmailSettings({ kinds: { invoice_issued: true } })).is(200)
    ;(await on.api.updateEmailSettings({ kinds: { everything: true } })).refused(422, 'unacceptable')
    ;(await on.api.updateEmailSettings({ payment_url: 'javascript:alert(1)' })).refused(422, 'unacceptable', '/payment_url')
    expect((await on.api.getEmailSettings()).is(200)).toMatchObject({ kinds: on_ })
  })

  test('what the server refuses is shown with its words, and not tried again', async () => {
    const [unknown, spam] = [await customer(on, 'refused'), await customer(on, 'rejected')]
    await generate(on.api, unknown.user.id)
    await generate(on.api, spam.user.id)
    expect(await email(on, unknown.user.id, 'invoice_issued')).toMatchObject({ status: 'refused', code: 550, reply: '5.1.1 No such mailbox here', sent_at: null, next_attempt_at: null, attempts: 1 })
    expect(await email(on, spam.user.id, 'invoice_issued')).toMatchObject({ status: 'refused', code: 554, reply: '5.7.1 This looks like spam' })
    expect((await on.api.listEmails({ status: 'refused', limit: 1 })).is(200)).toHaveLength(1)
    ;(await on.api.listEmails({ status: 'lost' })).refused(422, 'unacceptable')
  })

  test('what the server does not want now is sent again after a minute, five and so on, until it is given up', async () => {
    await only('invoice_issued')
    const { user } = await customer(on, 'later2')
    await generate(on.api, user.id)
    const first = await email(on, user.id, 'invoice_issued', (e) => e.attempts === 1 && e.code !== null)
    expect(first).toMatchObject({ status: 'pending', code: 451, reply: '4.7.1 Greylisted, come back later' })
    expect(Date.parse(first.next_attempt_at!) - Date.parse(first.attempted_at!)).toBeGreaterThan(55_000)
    const hurry = () => change(on, `UPDATE emails SET due_at = clock_timestamp() WHERE id = '${first.id}'`)
    await hurry()
    const second = await email(on, user.id, 'invoice_issued', (e) => e.attempts === 2 && e.next_attempt_at !== null && Date.parse(e.next_attempt_at) > Date.now() + 200_000)
    expect(second.status).toBe('pending')
    await hurry()
    expect(await email(on, user.id, 'invoice_issued')).toMatchObject({ status: 'sent', attempts: 3 })
    expect(mail.to(user.email)).toHaveLength(1)

    const never = await customer(on, 'later9')
    await generate(on.api, never.user.id)
    const { id } = await email(on, never.user.id, 'invoice_issued', (e) => e.code === 451)
    await change(on, `UPDATE emails SET attempts = 8, due_at = clock_timestamp() WHERE id = '${id}'`)
    expect(await email(on, never.user.id, 'invoice_issued')).toMatchObject({ status: 'given_up', attempts: 9, code: 451 })
  })

  test('while the server is away mail waits, and goes when it is back', async () => {
    const { user } = await customer(on, 'away')
    await mail.stop()
    await generate(on.api, user.id)
    const waiting = await email(on, user.id, 'invoice_issued', (e) => e.reply !== null)
    expect(waiting).toMatchObject({ status: 'pending', code: null, attempts: 1 })
    await mail.launch()
    await change(on, 'UPDATE emails SET due_at = clock_timestamp() WHERE due_at IS NOT NULL AND claim IS NULL')
    expect(await email(on, user.id, 'invoice_issued')).toMatchObject({ status: 'sent', attempts: 2 })
    expect(mail.to(user.email).filter((m) => m.data.includes(waiting.id))).toHaveLength(1)
  })

  test('is not sent again when nobody knows whether the server took it on', async () => {
    const { user } = await customer(on, 'dropped')
    await generate(on.api, user.id)
    expect(await email(on, user.id, 'invoice_issued')).toMatchObject({ status: 'unknown', code: null, sent_at: null })
    expect(mail.asked.filter((to) => to === user.email)).toHaveLength(1)
  })

  test('of what has been settled when it goes out nothing is said', async () => {
    await only('payment_failed')
    const { user } = await customer(on, 'later1', { payment_method: 'stub_decline' })
    const invoice = await generate(on.api, user.id)
    const { id } = await email(on, user.id, 'payment_failed', (e) => e.attempts === 1 && e.reply !== null)
    ;(await on.api.createPayment(user.id, invoice.id, { amount_cents: 4900 })).is(201)
    await change(on, `UPDATE emails SET due_at = clock_timestamp() WHERE id = '${id}'`)
    expect(await email(on, user.id, 'payment_failed')).toMatchObject({ status: 'canceled', reply: 'the invoice was paid meanwhile' })
    await only()
  })

  test('no name can write another header or another recipient', async () => {
    const name = 'Eve" <all@example.com>, "x'
    const { user } = await customer(on, 'evil', { name })
    ;(await on.api.updateSettings({ name: 'A =?UTF-8?B?Qg==?= Ω', email: null })).is(200)
    await generate(on.api, user.id)
    const { id } = await email(on, user.id, 'invoice_issued')
    const arrived = mail.of(id)
    expect(arrived.to).toEqual([user.email])
    const { headers, html } = parse(arrived.data)
    expect(headers.get('to')).toBe(`"Eve\\" <all@example.com>, \\"x" <${user.email}>`)
    expect(headers.get('subject')).toContain('A =?UTF-8?B?Qg==?= Ω')
    expect(html).not.toContain('<all@example.com>')
  })

  test('forgets the address of an anonymized customer', async () => {
    const { user, subscription } = await customer(on, 'gone')
    await generate(on.api, user.id)
    await email(on, user.id, 'payment_succeeded')
    ;(await on.api.call('cancelSubscription', { id: subscription.id }, { body: { at: 'now' } })).is(200)
    ;(await on.api.call('anonymizeUser', { id: user.id })).is(200)
    expect((await emailsOf(on, user.id)).map((e) => [e.to, e.subject])).not.toContainEqual([expect.any(String), expect.any(String)])
  })
})

describe('mail over TLS', () => {
  const user = ['--user', 'billing@acme.example', 'p:ss wörd']
  const credentials = `${encodeURIComponent('billing@acme.example')}:${encodeURIComponent('p:ss wörd')}`
  const [starttls, tls] = [['--starttls', certificate.certificate, certificate.key], ['--tls', certificate.certificate, certificate.key]]
  const trusting = { BILLING_SMTP_CA_FILE: certificate.certificate }
  const withStartTls = useMail([...starttls, ...user], { url: (port) => `smtp://${credentials}@localhost:${port}`, env: trusting })
  const withTls = useMail([...tls, ...user], { url: (port) => `smtps://${credentials}@localhost:${port}`, env: trusting })
  const untrusted = useMail(tls, { url: (port) => `smtps://localhost:${port}` })
  const wrongPassword = useMail([...starttls, ...user], { url: (port) => `smtp://x:y@localhost:${port}`, env: trusting })

  test.each([['STARTTLS', withStartTls], ['smtps', withTls]])('by %s, as the user that the URL names', async (_, { mail, on }) => {
    const { user: to } = await customer(on, 'tls')
    await generate(on.api, to.id)
    expect(await email(on, to.id, 'invoice_issued')).toMatchObject({ status: 'sent' })
    expect(mail.to(to.email)[0]).toMatchObject({ tls: true, user: 'billing@acme.example' })
  })

  test.each([['a certificate that nobody vouches for', untrusted, /certificate/i], ['a password that is not taken', wrongPassword, /./]])('is not handed over to %s', async (_, { mail, on }, reply) => {
    const { user: to } = await customer(on, 'careful')
    await generate(on.api, to.id)
    const waiting = await email(on, to.id, 'invoice_issued', (e) => e.reply !== null)
    expect(waiting.status).toBe('pending')
    expect(waiting.reply).toMatch(reply)
    expect(mail.arrived).toEqual([])
    expect(on.server.log).not.toContain('p:ss')
  })
})

describe('a process that is killed', () => {
  const { mail, on } = useMail()

  /** Kills the process when it is about to commit that a mail becomes so, and starts another one. */
  const killedAt = async (becomes: string, user: { id: string; email: string }) => {
    const hold = await Hold.before(on.server, 'UPDATE', 'emails', becomes)
    await generate(on.api, user.id)
    await hold.reached()
    const come = mail.to(user.email).length
    await on.server.kill()
    await hold.drop()
    await on.server.launch()
    return come
  }
  beforeAll(async () => {
    const off = { payment_failed: false, payment_succeeded: false, trial_ending: false, card_needed: false }
    ;(await on.api.updateEmailSettings({ kinds: off })).is(200)
  })

  test('when the server had taken the mail on and not said so sends it no second time', async () => {
    const { user } = await customer(on, 'silent')
    await generate(on.api, user.id)
    await until('it has come', async () => mail.to(user.email).length > 0)
    await on.server.kill()
    await on.server.launch()
    expect(await email(on, user.id, 'invoice_issued')).toMatchObject({ status: 'unknown', attempts: 1, reply: expect.stringContaining('ended before') as string })
    expect(mail.to(user.email)).toHaveLength(1)
  })

  test('between the answer and the commit sends it no second time', async () => {
    const { user } = await customer(on, 'answered')
    expect(await killedAt(`NEW.status = 'sent'`, user)).toBe(1)
    expect(await email(on, user.id, 'invoice_issued')).toMatchObject({ status: 'unknown', attempts: 1 })
    expect(mail.to(user.email)).toHaveLength(1)
  })

  test('before the end of the mail was sent has it sent by the next one, once', async () => {
    const { user } = await customer(on, 'whole')
    expect(await killedAt('OLD.ending_at IS NULL AND NEW.ending_at IS NOT NULL', user)).toBe(0)
    expect(await email(on, user.id, 'invoice_issued')).toMatchObject({ status: 'sent', attempts: 2 })
    expect(mail.to(user.email)).toHaveLength(1)
  })
})

describe('without a mail server', () => {
  const on = useServer({ start: '2026-06-01T12:00:00Z' })

  test('no mail is made, and none of it later', async () => {
    const { user } = await customer(on, 'quiet')
    await generate(on.api, user.id)
    expect(await emailsOf(on, user.id)).toEqual([])
    expect((await on.api.getEmailSettings()).is(200)).toMatchObject({ sends: false, payment_url: null })
    await until('all of it is told', async () => (await on.api.call<unknown[]>('listEvents', {}, { query: { user_id: user.id, types: 'invoice.paid' } })).is(200).length === 1)
    const mail = await MailServer.start()
    try {
      await on.server.kill()
      await on.server.launch({ BILLING_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, BILLING_MAIL_FROM: sender })
      const later = await customer(on, 'loud')
      await generate(on.api, later.user.id)
      await email(on, later.user.id, 'invoice_issued')
      expect(await emailsOf(on, user.id)).toEqual([])
    } finally {
      await mail.stop()
    }
  })

  test('a URL without a sender, and one that is none, is said at the start', async () => {
    const env = on.server.environment({ BILLING_SMTP_URL: 'http://mail.example' })
    const { status, stderr } = spawnSync(process.env.BILLING_BINARY!, ['serve'], { env, timeout: 20_000, encoding: 'utf8' })
    expect(status).not.toBe(0)
    expect(stderr).toContain('BILLING_SMTP_URL must be smtp://')
    expect(stderr).toContain('BILLING_MAIL_FROM is not set')
  })
})
