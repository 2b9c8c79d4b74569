import { describe, expect, test } from 'vitest'
import { fresh, paid } from '../harness/make.ts'
import { until } from '../harness/until.ts'
import { chargedBy, chargesOf, customerWith, enterCard, invoice, later, linkFor, mastercard, secretsIn, unanswered, useStripe, visa } from '../stripe/story.ts'

const on = useStripe({ start: '2026-03-01T12:00:00Z' })
const verify = (...args: string[]) => on.server.billing('verify', '--provider', ...args)
const isCharge = (request: { method: string; path: string }) => request.method === 'POST' && request.path === '/v1/payment_intents'

describe('what a customer pays with', () => {
  const makeUser = async () => (await on.api.createUser({ email: `${fresh('card')}@example.com`, name: 'Grace' })).is(201)
  const customersOf = (user: { id: string }) => on.stripe.books.all('customer').filter((one) => (one.metadata as Record<string, string>).user_id === user.id)

  test('is entered on a page of Stripe, and shown as Stripe shows it', async () => {
    const user = await makeUser()
    const session = await linkFor(on, user)
    expect(session).toMatchObject({ mode: 'setup', success_url: 'https://app.example.com/account' })
    const method = on.stripe.books.enterCard(session.id, visa)
    await chargedBy(on, user, method.id)
    const methods = (await on.api.listPaymentMethods(user.id)).is(200)
    expect(methods).toMatchObject([{ payment_method: method.id, type: 'card', brand: 'visa', last4: '4242', expiry_month: 12, expiry_year: 2034, default: true }])
    expect(customersOf(user)).toMatchObject([{ email: user.email, name: 'Grace' }])
  })

  test('is heard of without a webhook, too', async () => {
    const user = await makeUser()
    const session = await linkFor(on, user)
    const method = await on.stripe.silently(() => on.stripe.books.enterCard(session.id, visa))
    await later(on, 24 * 60)
    await chargedBy(on, user, method.id)
  })

  test('is the last one entered; one that is taken away is charged no more', async () => {
    const user = await makeUser()
    const first = await enterCard(on, user, visa)
    const second = await enterCard(on, user, mastercard)
    ;(await on.api.deletePaymentMethod(user.id, first)).is(204)
    expect(on.stripe.books.get('payment_method', first).customer).toBeNull()
    expect((await on.api.listPaymentMethods(user.id)).is(200).map((one) => one.payment_method)).toEqual([second])
  })

  test('of somebody else cannot be taken away', async () => {
    const [user, other] = [await makeUser(), await makeUser()]
    const theirs = await enterCard(on, other, visa)
    await enterCard(on, user, visa)
    ;(await on.api.deletePaymentMethod(user.id, theirs)).refused(404, 'not_found')
    expect(on.stripe.books.get('payment_method', theirs).customer).not.toBeNull()
  })

  test('is not asked for where Stripe will not have it, and why is said', async () => {
    const user = await makeUser()
    on.stripe.fail((request) => request.path === '/v1/checkout/sessions', { status: 400 })
    ;(await on.api.setUpPaymentMethod(user.id, 'https://app.example.com/account')).refused(409, 'provider_refused')
  })

  test('belongs to one customer at Stripe, though the answer that made it was lost', async () => {
    const user = await makeUser()
    on.stripe.fail((request) => request.method === 'POST' && request.path === '/v1/customers', 'lost')
    ;(await on.api.setUpPaymentMethod(user.id, 'https://app.example.com/account')).refused(503, 'provider_unreachable')
    on.stripe.expireKeys()
    await enterCard(on, user, visa)
    expect(customersOf(user)).toHaveLength(1)
  })
})

describe('billing verify --provider', () => {
  test('finds nothing where both agree, and says each thing that differs, both ways', async () => {
    const { user } = await customerWith(on, visa)
    const made = await paid(on.api, await invoice(on, user))
    const note = (await on.api.createCreditNote({ user_id: user.id, invoice_id: made.id, amount_cents: 100, reason: 'goodwill', credit_to: 'refund' })).is(201)
    await until('it has gone back', async () => (await on.api.getCreditNote(note.id)).is(200).refund?.status === 'succeeded')
    expect((await verify('--days', '400')).stdout).toBe('Attempts, refunds and disputes of 400 days are as stripe has them.\n')

    const books = on.stripe.books
    const intent = chargesOf(on, made)[0]!
    const dashboard = books.refund({ payment_intent: intent.id, amount: '50' })
    await on.stripe.silently(() => books.dispute(intent.id))
    const twice = { ...intent, id: 'pi_twice', amount: 4901 }
    books.things.set(twice.id, twice)
    const gone = books.all('refund').find((one) => one.amount === 100)!
    gone.status = 'failed'
    const strange = { ...intent, id: 'pi_strange', metadata: { payment_id: '019a8f40-11aa-7b62-a0f4-6d1c8b7e5f03' } }
    books.things.set(strange.id, strange)
    const { code, stdout } = await verify('--days', '400')
    expect(code).toBe(1)
    expect(stdout).toContain(`payment ${made.payments.find((one) => one.kind !== 'refund')!.id}: charged as ${intent.id}, and charge pi_twice has succeeded there as well`)
    expect(stdout).toContain('49.00 USD here, and charge pi_twice is of 49.01 USD')
    expect(stdout).toContain('charge pi_strange: 49.00 USD were charged for a payment that is not here')
    expect(stdout).toContain(`0.50 USD of it were given back there as ${dashboard.id}, and not here`)
    expect(stdout).toContain(`succeeded here, and ${gone.id} is failed there`)
    expect(stdout).toMatch(/dispute dp_\w+: of payment .*, and not known here/)
    expect(stdout).toContain('6 of 400 days are not as stripe has them')

    for (const id of [twice.id, strange.id, dashboard.id]) books.things.delete(id)
    gone.status = 'succeeded'
    intent.status = 'canceled'
    expect((await verify('--days', '400')).stdout).toContain(`succeeded here as ${intent.id}, and there is no such charge that did`)
    intent.status = 'succeeded'
  })

  test('says so where there is no provider to ask', async () => {
    const { code, stderr } = await on.server.billingWith({ BILLING_PROVIDER: 'stub', STRIPE_API_KEY: '' }, 'verify', '--provider')
    expect(code).not.toBe(0)
    expect(stderr).toContain('STRIPE_API_KEY is not set')
    on.stripe.fail((request) => request.path === '/v1/payment_intents', { status: 503 })
    const away = await verify()
    expect(away.code).not.toBe(0)
    expect(away.stderr).toContain('the payment provider cannot be asked: try again')
  })
})

describe('one charge, whoever dies', () => {
  test.each([
    ['before Stripe is asked', 'held'],
    ['after Stripe has charged', 'lost'],
  ] as const)('a process killed %s', async (_, how) => {
    const { user } = await customerWith(on, visa)
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const onItsWay = (made: { id: string }) => on.stripe.requests.some((one) => isCharge(one) && (one.form.metadata as { invoice_id?: string }).invoice_id === made.id)
    if (how === 'held') on.stripe.fail(isCharge, { wait: held })
    const made = how === 'held' ? await invoice(on, user) : await unanswered(on, user, 'lost')
    await until('it is on its way', async () => onItsWay(made))
    await on.server.kill()
    release()
    await on.server.launch()
    on.stripe.webhooks = `${on.server.origin}/webhooks/stripe`
    await later(on, 5)
    await paid(on.api, made)
    expect(chargesOf(on, made)).toHaveLength(1)
  })

  test('an attempt that was begun at Stripe ends there, though another provider is who moves the money now', async () => {
    const { user } = await customerWith(on, visa)
    const made = await unanswered(on, user, 'lost')
    await on.server.kill()
    await on.server.launch({ BILLING_PROVIDER: 'stub' })
    await later(on, 5)
    const done = await paid(on.api, made)
    expect(done.payments.map((one) => [one.provider, one.status])).toEqual([['stripe', 'succeeded']])
    expect(chargesOf(on, made)).toHaveLength(1)
    await on.server.kill()
    await on.server.launch()
    on.stripe.webhooks = `${on.server.origin}/webhooks/stripe`
  })
})

test.each([
  [{ STRIPE_API_KEY: '' }, 'STRIPE_API_KEY is not set'],
  [{ STRIPE_API_KEY: 'pk_test_1' }, 'pk_… is the publishable one'],
  [{ STRIPE_WEBHOOK_SECRET: 'secret' }, 'STRIPE_WEBHOOK_SECRET must be'],
  [{ STRIPE_API_BASE: 'http://stripe.example.com' }, 'STRIPE_API_BASE must be'],
  [{ STRIPE_API_BASE: 'http://127.0.0.1.example.com' }, 'STRIPE_API_BASE must be'],
  [{ STRIPE_RETURN_URL: '' }, 'STRIPE_RETURN_URL must be'],
  [{ STRIPE_PAYMENT_METHODS: ',' }, 'STRIPE_PAYMENT_METHODS must be'],
  [{ BILLING_PROVIDER: 'paypal' }, 'BILLING_PROVIDER must be stub or stripe'],
])('settings that cannot work are told at the start: %o', async (env, message) => {
  const { code, stderr } = await on.server.runWith(env)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(secretsIn(stderr)).toEqual([])
})
