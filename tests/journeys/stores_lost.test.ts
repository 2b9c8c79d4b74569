/** PostgreSQL or Redis goes away, and comes back, while a mail is sent or what Stripe told is acted on. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Hold } from '../harness/hold.ts'
import { fresh, generate, makePlan, paid, subscribe } from '../harness/make.ts'
import { MailServer } from '../harness/mail.ts'
import type { ServerOptions } from '../harness/server.ts'
import type { Email, User } from '../harness/types.ts'
import { until } from '../harness/until.ts'
import type { Thing } from '../stripe/books.ts'
import { chargesOf, customerWith, invoice, lastEvent, payment, sepa, useStripe } from '../stripe/story.ts'

const mail = new MailServer()
const options: ServerOptions = { start: '2026-03-01T12:00:00Z', relays: true, env: { BILLING_MAIL_FROM: 'billing@acme.example' } }
beforeAll(async () => {
  await mail.launch()
  options.env!.BILLING_SMTP_URL = `smtp://127.0.0.1:${mail.port}`
})
afterAll(() => mail.stop())
const on = useStripe(options)

describe('a mail', () => {
  beforeAll(async () => {
    const off = { payment_failed: false, payment_succeeded: false, trial_ending: false, card_needed: false }
    ;(await on.api.updateEmailSettings({ kinds: off })).is(200)
  })
  const customer = async (): Promise<User> => {
    const user = (await on.api.createUser({ email: `${fresh('lost')}@example.com`, collection: 'manual' })).is(201)
    await subscribe(on.api, user.id, (await makePlan(on.api)).code)
    return user
  }
  /** Once it has gone, however late it would be tried again by itself. What others hold to be unknown its sender knows better. */
  const sent = (user: User): Promise<Email> =>
    until('the mail has gone', async () => {
      await on.server.sql(`UPDATE emails SET due_at = clock_timestamp() WHERE user_id = '${user.id}' AND due_at IS NOT NULL AND claim IS NULL`)
      const [email] = (await on.api.listEmails({ user_id: user.id })).is(200)
      return email?.status === 'sent' ? email : undefined
    })

  test.each([
    ['before its end is sent', 'NEW.ending_at IS NOT NULL', 'drop', 0],
    ['when it is not known whether its end may be sent', 'NEW.ending_at IS NOT NULL', 'release', 0],
    ['when the server has taken it on', `NEW.status = 'sent'`, 'drop', 1],
    ['when it is not known whether it is noted as taken on', `NEW.status = 'sent'`, 'release', 1],
  ] as const)('that is being sent when PostgreSQL goes away, %s, goes once', async (_, becomes, then, come) => {
    const user = await customer()
    const hold = await Hold.before(on.server, 'UPDATE', 'emails', becomes)
    await generate(on.api, user.id)
    await hold.reached()
    expect(mail.to(user.email)).toHaveLength(come)
    on.server.postgres!.cut()
    await hold[then]()
    await until('it is noticed', async () => (await on.api.getReadiness()).status === 503)
    on.server.postgres!.restore()
    expect(await sent(user)).toMatchObject({ status: 'sent', code: 250 })
    expect(mail.to(user.email)).toHaveLength(1)
  })

  test('is sent once, and so is one that is made then, though Redis is away', async () => {
    const [before, meanwhile] = [await customer(), await customer()]
    const hold = await Hold.before(on.server, 'UPDATE', 'emails', 'NEW.ending_at IS NOT NULL')
    await generate(on.api, before.id)
    await hold.reached()
    on.server.redis!.cut()
    await until('it is noticed', async () => on.server.log.includes('"doorbell_away"'))
    await generate(on.api, meanwhile.id)
    await hold.release()
    for (const user of [before, meanwhile]) {
      expect(await sent(user)).toMatchObject({ status: 'sent' })
      expect(mail.to(user.email)).toHaveLength(1)
    }
    on.server.redis!.restore()
  })
})

describe('what Stripe tells', () => {
  const handled = (event: Thing) =>
    until(`${String(event.type)} is acted on`, async () => {
      return (await on.server.sql(`SELECT handled_at IS NOT NULL FROM provider_events WHERE reference = '${event.id}'`)).stdout.trim() === 't'
    })
  /** A debit that has come, of which Stripe is about to tell. */
  const settled = async () => {
    const { user } = await customerWith(on, sepa)
    const made = await invoice(on, user)
    const waiting = await payment(on, made, { status: 'pending', failure_code: 'processing' })
    await handled(lastEvent(on, 'payment_intent.processing'))
    await on.stripe.silently(() => on.stripe.books.settle(waiting.provider_reference!))
    const right = async () => {
      const { payments } = await paid(on.api, made)
      expect(payments.map((one) => [one.status, one.amount_cents])).toEqual([['succeeded', 4900]])
      expect(chargesOf(on, made)).toHaveLength(1)
      const { stdout } = await on.server.sql(`SELECT count(*) FROM audit_events WHERE user_id = '${user.id}' AND action = 'payment.succeeded'`)
      expect(stdout.trim()).toBe('1')
    }
    return { event: lastEvent(on, 'payment_intent.succeeded'), path: `/v1/payment_intents/${waiting.provider_reference!}`, right }
  }

  test.each(['drop', 'release'] as const)('when PostgreSQL goes away before it is kept (%s) is not taken, and counts once when it comes again', async (then) => {
    const { event, right } = await settled()
    const hold = await Hold.before(on.server, 'INSERT', 'provider_events', 'true')
    const telling = on.stripe.deliver(event)
    await hold.reached()
    on.server.postgres!.cut()
    await hold[then]()
    expect(await telling).toBe(503)
    on.server.postgres!.restore()
    await until('it is taken', async () => (await on.stripe.deliver(event)) === 200)
    await handled(event)
    await right()
  })

  test('is acted on once PostgreSQL is back, when it goes away while Stripe is asked', async () => {
    const { event, path, right } = await settled()
    let goOn = () => {}
    on.stripe.fail((request) => request.method === 'GET' && request.path === path, { answerWaits: new Promise<void>((resolve) => (goOn = resolve)) })
    const asked = () => on.stripe.made('GET', path).length
    const before = asked()
    expect(await on.stripe.deliver(event)).toBe(200)
    await until('Stripe is asked', async () => asked() > before)
    on.server.postgres!.cut()
    await until('it is noticed', async () => (await on.api.getReadiness()).status === 503)
    goOn()
    await until('the answer has come', async () => on.stripe.made('GET', path).every((one) => one.status === 200))
    on.server.postgres!.restore()
    await handled(event)
    await right()
  })

  test('is taken and acted on though Redis is away', async () => {
    const { event, right } = await settled()
    on.server.redis!.cut()
    expect(await on.stripe.deliver(event)).toBe(200)
    await handled(event)
    await right()
    on.server.redis!.restore()
  })
})
