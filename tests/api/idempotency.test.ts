import { describe, expect, test } from 'vitest'
import type { Answer } from '../harness/client.ts'
import { operations } from '../harness/contract.ts'
import { advanceTo, changeCardOnly, fresh, generate, makeCustomer, makePlan, makeUser, now, useServer } from '../harness/make.ts'
import { Server } from '../harness/server.ts'
import { until } from '../harness/until.ts'

const on = useServer()

const replays = (first: Answer<unknown>, again: Answer<unknown>) => {
  expect(first.replayed).toBe(false)
  expect(again.replayed).toBe(true)
  expect([again.status, again.text, again.header('content-type')]).toEqual([first.status, first.text, first.header('content-type')])
}

describe('the same request with the same key', () => {
  test('replays the answer of every kind of POST, and does nothing again', async () => {
    const seen = new Set<string>()
    const twice = async (id: string, path: Record<string, string>, body?: unknown) => {
      seen.add(id)
      const idempotencyKey = fresh(id)
      const first = await on.api.call(id, path, { body, idempotencyKey })
      expect(first.status, `${id}: ${first.text}`).toBeLessThan(300)
      replays(first, await on.api.call(id, path, { body, idempotencyKey }))
      // Given by the commit, after the answer to be stored was written.
      if (id === 'createCreditNote') expect(first.body).toMatchObject({ number: expect.stringMatching(/^CN-\d{4}-\d{6,}$/) })
      if (id === 'generateInvoice') expect(first.body).toMatchObject({ number: expect.stringMatching(/^\d{4}-\d{6,}$/) })
      return first.body as { id: string }
    }
    const user = await twice('createUser', {}, { email: `${fresh('replay')}@example.com` })
    const code = fresh('replay')
    await twice('createPlan', {}, { code, amount_cents: 3100, charges: [{ metric: 'm', model: 'per_unit', unit_price: '0.01' }] })
    const subscription = await twice('createSubscription', {}, { user_id: user.id, plan_code: code })
    await twice('recordUsage', {}, { user_id: user.id, metric: 'm', quantity: 5 })
    await twice('correctUsage', {}, { user_id: user.id, metric: 'm', at: (await now(on.api)).toISOString(), quantity: 1, reason: 'Forgotten' })
    await twice('createItem', { id: user.id }, { description: 'Setup', currency: 'EUR', amount_cents: 5, bill: 'now' })
    await twice('createCredit', { id: user.id }, { amount_cents: 1, currency: 'EUR', reason: 'A gift' })
    await twice('recordUsageBatch', {}, { events: [{ user_id: user.id, metric: 'm', quantity: 7 }] })
    expect((await on.api.getUsage(user.id)).is(200)).toMatchObject([{ metric: 'm', quantity: 13 }])

    ;(await on.api.updateUser(user.id, { payment_method: 'stub_decline' })).is(200)
    const invoice = await twice('generateInvoice', { user_id: user.id })
    const declined = () =>
      until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).payments.some((p) => p.status === 'failed'))
    await declined()
    await twice('voidInvoice', { user_id: user.id, invoice_id: invoice.id })
    await changeCardOnly(on, user.id, 'stub_decline_1')
    const next = (await on.api.generateInvoice(user.id)).is(201)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, next.id)).is(200).payments.some((p) => p.status === 'failed'))
    await twice('createPayment', { user_id: user.id, invoice_id: next.id }, { amount_cents: 1 })
    await twice('payInvoice', { user_id: user.id, invoice_id: next.id })
    expect((await on.api.getInvoice(user.id, next.id)).is(200).payments.map((p) => p.status)).toEqual(['succeeded', 'succeeded', 'failed'])
    const id = subscription.id
    await twice('createPlanVersion', { code }, { amount_cents: 6200 })
    const { id: migration } = await twice('createPlanMigration', { code }, { to_version: 2, at: 'period_end' })
    await until('the migration ends', async () => {
      const answer = await on.api.call<{ status: string }>('getPlanMigration', { code, id: migration })
      return answer.is(200).status === 'done'
    })
    await twice('changeSubscription', { id }, { quantity: 2 })
    await twice('pauseSubscription', { id }, {})
    await twice('resumeSubscription', { id })
    ;(await on.api.cancelSubscription(id, 'period_end')).is(200)
    await twice('uncancelSubscription', { id })
    await twice('createTaxRate', {}, { code: fresh('vat'), name: 'VAT', percent: '19', country: 'ZW' })
    const { code: coupon } = (await twice('createCoupon', {}, { code: fresh('C'), percent: '10', duration: 'once' })) as unknown as { code: string }
    await twice('createDiscount', { id }, { coupon })
    await twice('createCreditNote', {}, { user_id: user.id, invoice_id: next.id, amount_cents: 1, reason: 'goodwill' })
    await twice('createPaymentMethod', { id: user.id }, { payment_method: 'stub_ok' })
    await twice('setUpPaymentMethod', { id: user.id }, { return_url: 'https://example.com/account' })
    await changeCardOnly(on, user.id, 'stub_processing_60')
    const slow = await twice('createItem', { id: user.id }, { description: 'Slow', currency: 'EUR', amount_cents: 500, bill: 'now' }) as unknown as { invoice_id: string }
    const pending = await until('it is processing', async () =>
      (await on.api.getInvoice(user.id, slow.invoice_id)).is(200).payments.find((p) => p.failure_code === 'processing'))
    await twice('resolvePayment', { id: pending.id }, { status: 'succeeded', reason: 'Seen in the books' })
    await twice('cancelSubscription', { id }, { at: 'now' })
    const { id: endpoint } = await twice('createWebhookEndpoint', {}, { url: 'https://example.com/hooks' })
    ;(await on.api.call('updateWebhookEndpoint', { id: endpoint }, { body: { active: false } })).is(200)
    await twice('rotateWebhookSecret', { id: endpoint })
    await twice('replayWebhookEvents', { id: endpoint }, { from_sequence: 1 })
    const { id: delivery } = await twice('testWebhookEndpoint', { id: endpoint })
    await twice('retryWebhookDelivery', { id: delivery })
    await twice('anonymizeUser', { id: user.id })

    const before = await now(on.api)
    await twice('advanceClock', {}, { days: 1 })
    expect((await now(on.api)).getTime() - before.getTime()).toBe(86_400_000)

    // What signIn answers is a secret and is not kept (sessions.test.ts); previews change nothing.
    const unkeyed = ['signIn', 'previewPlan', 'previewInvoices', 'stopPlanMigration', 'receiveStripeEvent']
    const keyed = operations.filter((o) => o.method === 'POST' && !unkeyed.includes(o.id))
    expect([...seen].sort()).toEqual(keyed.map((o) => o.id).sort())
  })

  test('replays a 200 of generate as the 200 that it was', async () => {
    const { user } = await makeCustomer(on.api)
    await generate(on.api, user.id)
    const idempotencyKey = fresh('k')
    const first = await on.api.generateInvoice(user.id, { idempotencyKey })
    first.is(200)
    replays(first, await on.api.generateInvoice(user.id, { idempotencyKey }))
  })

  test('many generates at once share transactions, and each has its own answer, once', async () => {
    const customers = await Promise.all(Array.from({ length: 24 }, () => makeCustomer(on.api)))
    const none = await makeUser(on.api)
    const keys = customers.map(() => fresh('together'))
    const ask = (n: number) => on.api.generateInvoice(customers[n]!.user.id, { idempotencyKey: keys[n]! })
    const [answers, repeated, refused] = await Promise.all([
      Promise.all(customers.map((_, n) => ask(n))),
      Promise.all(customers.map((_, n) => ask(n))),
      Promise.all([1, 2].map(() => on.api.generateInvoice(none.id, { idempotencyKey: fresh('nothing') }))),
    ])
    for (const answer of refused) answer.refused(409, 'nothing_to_bill')
    const made = await Promise.all(
      customers.map(async ({ user }, n) => {
        const both = [answers[n]!, repeated[n]!].filter((answer) => answer.status !== 409) // the other one was still at it
        expect(both.length).toBeGreaterThan(0)
        const first = both.find((answer) => !answer.replayed)!
        expect(first.is(201)).toMatchObject({ user_id: user.id, number: expect.stringMatching(/^\d{4}-\d{6,}$/), generated: [first.body.id] })
        replays(first, await ask(n))
        return first.body.id
      }),
    )
    expect(new Set(made).size).toBe(customers.length)
    const ids = made.map((id) => `'${id}'`).join()
    const { stdout } = await on.server.sql(`SELECT count(*), count(DISTINCT k.xmin::text) FROM idempotency_keys k WHERE body::json->>'id' IN (${ids})`)
    const [kept, transactions] = stdout.trim().split('|').map(Number)
    expect(kept).toBe(customers.length)
    expect(transactions).toBeLessThan(customers.length)
  })

  test('20 at once make one', async () => {
    const body = { email: `${fresh('once')}@example.com` }
    const idempotencyKey = fresh('k')
    const answers = await Promise.all(Array.from({ length: 20 }, () => on.api.createUser(body, { idempotencyKey })))
    const made = answers.filter((a) => a.status === 201)
    expect(made.filter((a) => !a.replayed)).toHaveLength(1)
    expect(new Set(made.map((a) => a.text)).size).toBe(1)
    for (const answer of answers.filter((a) => a.status !== 201)) answer.refused(409, 'idempotency_running')
    const later = await on.api.createUser(body, { idempotencyKey })
    expect(later.replayed).toBe(true)
    expect(later.text).toBe(made[0]!.text)
  })

  test('20 at once of usage without an event_id count once', async () => {
    const user = await makeUser(on.api)
    const idempotencyKey = fresh('k')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => on.api.recordUsage({ user_id: user.id, metric: 'm', quantity: 3 }, { idempotencyKey })),
    )
    expect(answers.filter((a) => a.status === 201 && !a.replayed)).toHaveLength(1)
    expect((await on.api.getUsage(user.id)).is(200)).toMatchObject([{ quantity: 3 }])
  })

  test('many at once of what was answered long ago are each answered so; with another body each is 422', async () => {
    for (let round = 0; round < 5; round++) {
      const body = { email: `${fresh('again')}@example.com` }
      const idempotencyKey = fresh('k')
      const first = await on.api.createUser(body, { idempotencyKey })
      first.is(201)
      for (const again of await Promise.all(Array.from({ length: 16 }, () => on.api.createUser(body, { idempotencyKey })))) replays(first, again)
      const others = await Promise.all(Array.from({ length: 16 }, () => on.api.createUser({ email: 'other@example.com' }, { idempotencyKey })))
      for (const other of others) other.refused(422, 'idempotency_mismatch')
    }
  })

  test('while the first one is running is 409', async () => {
    const { user } = await makeCustomer(on.api, {}, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).payments.some((p) => p.status === 'failed'))
    await changeCardOnly(on, user.id, 'stub_slow_2000')
    const idempotencyKey = fresh('k')
    const first = on.api.payInvoice(user.id, invoice.id, { idempotencyKey })
    await until('the attempt is under way', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).payments.some((p) => p.status === 'pending'))
    ;(await on.api.payInvoice(user.id, invoice.id, { idempotencyKey })).refused(409, 'idempotency_running')
    const done = await first
    done.is(200)
    replays(done, await on.api.payInvoice(user.id, invoice.id, { idempotencyKey }))
  })
})

describe('another request with the same key is 422', () => {
  test.each([
    ['another body', (key: string) => on.api.createUser({ email: `${fresh('other')}@example.com` }, { idempotencyKey: key })],
    ['the same body in other bytes', (key: string, email: string) => on.api.createUser(`{ "email": "${email}" }`, { idempotencyKey: key })],
    ['another path', (key: string, email: string) => on.api.call('createPlan', {}, { body: `{"email":"${email}"}`, idempotencyKey: key })],
  ])('%s', async (_, other) => {
    const idempotencyKey = fresh('k')
    const email = `${fresh('first')}@example.com`
    const first = await on.api.createUser({ email }, { idempotencyKey })
    first.is(201)
    ;(await other(idempotencyKey, email)).refused(422, 'idempotency_mismatch')
    // The first one's answer is still there.
    const again = await on.api.createUser({ email }, { idempotencyKey })
    again.is(201)
    replays(first, again)
  })

  test('the same path with another id', async () => {
    const [a, b] = [await makeCustomer(on.api), await makeCustomer(on.api)]
    const idempotencyKey = fresh('k')
    ;(await on.api.generateInvoice(a.user.id, { idempotencyKey })).is(201)
    ;(await on.api.generateInvoice(b.user.id, { idempotencyKey })).refused(422, 'idempotency_mismatch')
  })

  test('the same path with another query', async () => {
    const user = await makeUser(on.api)
    const events = [{ user_id: user.id, metric: 'm', quantity: 1 }]
    const idempotencyKey = fresh('k')
    ;(await on.api.recordUsageBatch(events, { idempotencyKey })).is(201)
    ;(await on.api.recordUsageBatch(events, { idempotencyKey, query: { partial: true } })).refused(422, 'idempotency_mismatch')
  })
})

describe('one request after the other', () => {
  test.each([
    ['a mismatch', (key: string, email: string) => on.api.createUser(`{ "email": "${email}" }`, { idempotencyKey: key }), 422],
    ['a replay', (key: string, email: string) => on.api.createUser({ email }, { idempotencyKey: key }), 201],
  ] as const)('never finds the one before it still running: after %s', async (_, between, status) => {
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let n = 0; n < 50; n++) {
          const idempotencyKey = fresh('k')
          const email = `${fresh('after')}@example.com`
          const first = await on.api.createUser({ email }, { idempotencyKey })
          first.is(201)
          ;(await between(idempotencyKey, email)).is(status)
          const again = await on.api.createUser({ email }, { idempotencyKey })
          again.is(201)
          replays(first, again)
        }
      }),
    )
  })

  test('never finds the one before it still running: after a refusal', async () => {
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let n = 0; n < 50; n++) {
          const idempotencyKey = fresh('k')
          ;(await on.api.createUser({ email: 'nobody' }, { idempotencyKey })).refused(422, 'unacceptable')
          ;(await on.api.createUser({ email: `${fresh('after')}@example.com` }, { idempotencyKey })).is(201)
        }
      }),
    )
  })
})

describe('a key', () => {
  test('quoted and bare is the same', async () => {
    const key = fresh('k')
    const body = { email: `${fresh('quoted')}@example.com` }
    const first = await on.api.createUser(body, { idempotencyKey: `"${key}"` })
    first.is(201)
    replays(first, await on.api.createUser(body, { idempotencyKey: key }))
    replays(first, await on.api.createUser(body, { idempotencyKey: `"${key}"` }))
  })

  test('quoted and bare is the same to a payment whose answer was never stored', async () => {
    const { user } = await makeCustomer(on.api, {}, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).payments.some((p) => p.status === 'failed'))
    ;(await on.api.updateUser(user.id, { payment_method: null })).is(200)
    const key = fresh('k')
    ;(await on.api.payInvoice(user.id, invoice.id, { idempotencyKey: key })).is(200)
    // As a crash leaves it: paid, and the claim of the key still there.
    const died = `UPDATE idempotency_keys SET status = NULL, started_at = started_at - interval '1 hour' WHERE key = '${key}'`
    expect((await on.server.sql(died)).code).toBe(0)
    expect((await on.api.payInvoice(user.id, invoice.id, { idempotencyKey: `"${key}"` })).is(200).status).toBe('paid')
    ;(await on.api.payInvoice(user.id, invoice.id, { idempotencyKey: fresh('k') })).refused(409, 'not_open')
  })

  test('is compared in its letter case', async () => {
    const key = fresh('key')
    ;(await on.api.createUser({ email: `${fresh('case')}@example.com` }, { idempotencyKey: key })).is(201)
    const other = await on.api.createUser({ email: `${fresh('case')}@example.com` }, { idempotencyKey: key.toUpperCase() })
    other.is(201)
    expect(other.replayed).toBe(false)
  })

  test('of 255 characters is good, of 256 and an empty one are 400', async () => {
    const key = (fresh('k') + '-'.repeat(255)).slice(0, 255)
    const body = { email: `${fresh('long')}@example.com` }
    const first = await on.api.createUser(body, { idempotencyKey: key })
    first.is(201)
    replays(first, await on.api.createUser(body, { idempotencyKey: `"${key}"` }))
    for (const idempotencyKey of [`${key}x`, `"${key}x"`, '', '""']) {
      ;(await on.api.createUser({ email: `${fresh('bad')}@example.com` }, { idempotencyKey })).refused(400, 'bad_request')
    }
  })

  test('means nothing on a GET', async () => {
    const idempotencyKey = fresh('k')
    for (let n = 0; n < 2; n++) {
      const answer = await on.api.raw('GET', '/users', { idempotencyKey })
      expect([answer.status, answer.replayed]).toEqual([200, false])
    }
  })
})

describe('what is kept', () => {
  test('a refusal is not: the request may be corrected, or come again', async () => {
    const idempotencyKey = fresh('k')
    const user = await makeUser(on.api)
    const code = fresh('later')
    ;(await on.api.createSubscription({ user_id: user.id, plan_code: code }, { idempotencyKey })).refused(404, 'not_found')
    ;(await on.api.createSubscription({ user_id: user.id }, { idempotencyKey })).refused(422, 'unacceptable')
    ;(await on.api.createSubscription('{', { idempotencyKey })).refused(400, 'not_json')
    await makePlan(on.api, { code })
    const first = await on.api.createSubscription({ user_id: user.id, plan_code: code }, { idempotencyKey })
    first.is(201)
    replays(first, await on.api.createSubscription({ user_id: user.id, plan_code: code }, { idempotencyKey }))
  })

  test('a declined payment is not', async () => {
    const { user } = await makeCustomer(on.api, {}, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).payments.some((p) => p.status === 'failed'))
    const idempotencyKey = fresh('k')
    ;(await on.api.payInvoice(user.id, invoice.id, { idempotencyKey })).refused(402, 'declined')
    ;(await on.api.updateUser(user.id, { payment_method: null })).is(200)
    const paid = await on.api.payInvoice(user.id, invoice.id, { idempotencyKey })
    expect([paid.is(200).status, paid.replayed]).toEqual(['paid', false])
  })

  test('what asks to be repeated is not: the repetition learns what became of it', async () => {
    const { user } = await makeCustomer(on.api, {}, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).payments.some((p) => p.status === 'failed'))
    await changeCardOnly(on, user.id, 'stub_unreachable_1')
    const idempotencyKey = fresh('k')
    const first = await on.api.payInvoice(user.id, invoice.id, { idempotencyKey })
    first.refused(503, 'provider_unreachable')
    expect(first.header('retry-after')).toBe('60')
    const again = await on.api.payInvoice(user.id, invoice.id, { idempotencyKey })
    expect([again.is(200).status, again.replayed]).toEqual(['paid', false])
    replays(again, await on.api.payInvoice(user.id, invoice.id, { idempotencyKey }))
  })

  test('is kept for 24 hours', async () => {
    const user = await makeUser(on.api)
    const body = { user_id: user.id, metric: 'm', quantity: 1 }
    const idempotencyKey = fresh('k')
    const first = await on.api.recordUsage(body, { idempotencyKey })
    first.is(201)
    const start = (await now(on.api)).getTime()
    const at = (ms: number) => advanceTo(on.api, new Date(start + ms).toISOString())
    await at(86_400_000 - 1000)
    replays(first, await on.api.recordUsage(body, { idempotencyKey }))
    await at(86_400_000 + 1000)
    const again = await on.api.recordUsage(body, { idempotencyKey })
    again.is(201)
    expect(again.replayed).toBe(false)
    const days = (await on.api.getUsage(user.id)).is(200)
    expect(days.reduce((sum, d) => sum + Number(d.quantity), 0)).toBe(2)
  })
})

test('only what is 24 hours old is forgotten', async () => {
  const start = (await now(on.api)).getTime()
  const [older, newer] = [fresh('k'), fresh('k')]
  ;(await on.api.createUser({ email: `${older}@example.com` }, { idempotencyKey: older })).is(201)
  await advanceTo(on.api, new Date(start + 23 * 3_600_000).toISOString())
  ;(await on.api.createUser({ email: `${newer}@example.com` }, { idempotencyKey: newer })).is(201)
  await advanceTo(on.api, new Date(start + 24 * 3_600_000 + 1000).toISOString())
  const kept = async () => (await on.server.sql(`SELECT count(*) FROM idempotency_keys WHERE key = '${older}'`)).stdout.trim()
  await until('the older one is gone', async () => (await kept()) === '0')
  expect((await on.api.createUser({ email: `${newer}@example.com` }, { idempotencyKey: newer })).replayed).toBe(true)
})

test('an advance by days that was killed in the middle and is repeated ends where the first one was to end', async () => {
  const server = await Server.start()
  try {
    const { api } = server
    await makeCustomer(api, { amount_cents: 100, interval: 'day' }, 'stub_slow_20')
    const start = await now(api)
    const idempotencyKey = fresh('k')
    const killed = api.advanceClock({ days: 90 }, { idempotencyKey }).catch(() => undefined)
    const moved = async () => (await now(api)).getTime() - start.getTime()
    await until('the clock is on its way', async () => (await moved()) > 2 * 86_400_000)
    await server.kill()
    await killed
    await server.launch()
    expect(await moved()).toBeLessThan(90 * 86_400_000)
    const finished = async () => {
      const answer = await api.advanceClock({ days: 90 }, { idempotencyKey })
      if (answer.status !== 200) answer.refused(503, 'clock_busy') // on a slow machine it is not done in one go
      return answer.status === 200
    }
    await until('it has been finished', finished, 120_000)
    expect(await moved()).toBe(90 * 86_400_000)
  } finally {
    await server.stop()
  }
})

test('a payment under a key, whose process was killed while the provider was asked, is taken up by its repetition at once', async () => {
  const { user } = await makeCustomer(on.api, {}, 'stub_decline')
  const invoice = await generate(on.api, user.id)
  const payments = async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).payments
  await until('it was declined', async () => (await payments()).some((p) => p.status === 'failed'))
  await changeCardOnly(on, user.id, 'stub_slow_5000')
  const other = await on.server.also('serve')
  const idempotencyKey = fresh('k')
  const killed = other.api.payInvoice(user.id, invoice.id, { idempotencyKey }).catch(() => undefined)
  await until('the attempt is under way', async () => (await payments()).some((p) => p.status === 'pending'))
  ;(await on.api.payInvoice(user.id, invoice.id, { idempotencyKey })).refused(409, 'idempotency_running')
  await other.kill()
  await killed
  const again = async () => {
    const answer = await on.api.payInvoice(user.id, invoice.id, { idempotencyKey })
    if (answer.status !== 200) answer.refused(409, 'idempotency_running')
    return answer.status === 200
  }
  await until('PostgreSQL has noticed, and the attempt is taken up', again, 20_000)
  expect((await payments()).map((p) => p.status)).toEqual(['succeeded', 'failed'])
})
