/** What the contract promises of every request alike. */

import { beforeAll, describe, expect, test } from 'vitest'
import { document, operations } from '../harness/contract.ts'
import { fresh, generate, makeCustomer, makeUser, useServer } from '../harness/make.ts'

const on = useServer()

type Schema = { $ref?: string; type?: string | string[]; properties?: Record<string, Schema>; items?: Schema; allOf?: Schema[]; oneOf?: Schema[]; additionalProperties?: Schema | boolean; enum?: string[] }
type Json = Record<string, unknown>

function resolve(schema: Schema): Schema {
  return schema.$ref ? resolve((document.components.schemas as Record<string, Schema>)[schema.$ref.split('/').at(-1)!]!) : schema
}
const mayBeNull = (schema: Schema): boolean => {
  const { type, oneOf } = resolve(schema)
  return type === 'null' || (Array.isArray(type) && type.includes('null')) || (oneOf?.some(mayBeNull) ?? false)
}

/** The members that an object like `example` may have. */
function members(schema: Schema, example: Json): Record<string, Schema> {
  const whole = resolve(schema)
  const chosen = whole.oneOf?.find((part) => resolve(part).properties!.model!.enum!.includes(String(example.model)))
  if (chosen) return members(chosen, example)
  return Object.assign({}, ...(whole.allOf ?? []).map((part) => members(part, example)), whole.properties)
}

/** Each pointer below a body at which the contract allows no null. */
function* neverNull(schema: Schema, example: Json, at = ''): Generator<string> {
  for (const [name, member] of Object.entries(members(schema, example))) {
    const here = `${at}/${name}`
    const value = example[name]
    if (!mayBeNull(member)) yield here
    if (Array.isArray(value) && typeof value[0] === 'object') yield* neverNull(resolve(member).items!, value[0] as Json, `${here}/0`)
    if (typeof resolve(member).additionalProperties === 'object') for (const key of Object.keys(value ?? {})) yield `${here}/${key}`
  }
}

function withNull(body: Json, pointer: string): Json {
  const copy = structuredClone(body)
  const steps = pointer.slice(1).split('/')
  let node: Json = copy
  for (const step of steps.slice(0, -1)) node = node[step] as Json
  node[steps.at(-1)!] = null
  return copy
}

const graduated = { metric: 'm', model: 'graduated', tiers: [{ up_to: 5, unit_price: '1' }, { up_to: null, unit_price: '1' }] }
const packaged = { metric: 'p', model: 'package', package_size: 10, package_price: '1' }
const perUnit = { metric: 'u', model: 'per_unit', unit_price: '1' }
const bodies: [string, Json][] = [
  ['createPlan', { code: 'nulls', amount_cents: 1, charges: [graduated] }],
  ['createPlan', { code: 'nulls', amount_cents: 1, charges: [packaged] }],
  ['createPlan', { code: 'nulls', amount_cents: 1, charges: [perUnit] }],
  ['previewPlan', { amount_cents: 1, charges: [perUnit], quantities: { u: [1] } }],
  ['updatePlan', {}],
  ['createUser', { email: 'nulls@example.com' }],
  ['updateUser', {}],
  ['createSubscription', { user_id: 'USER', plan_code: 'pro' }],
  ['cancelSubscription', { at: 'now' }],
  ['createPlanVersion', { amount_cents: 1, charges: [graduated] }],
  ['createPlanMigration', { to_version: 1, from_versions: [1], at: 'period_end' }],
  ['changeSubscription', { quantity: 2, overrides: { amount_cents: 1, charges: [perUnit] } }],
  ['pauseSubscription', {}],
  ['previewInvoices', { user_id: 'USER', changes: [] }],
  ['createItem', { description: 'Setup', currency: 'USD', amount_cents: 1, bill: 'next' }],
  ['createItem', { description: 'Setup', currency: 'USD', quantity: 1, unit_price: '1', bill: 'next' }],
  ['createCredit', { amount_cents: 1, currency: 'USD', reason: 'A gift' }],
  ['correctUsage', { user_id: 'USER', metric: 'm', at: '2026-01-01T00:00:00Z', quantity: 1, reason: 'Forgotten' }],
  ['createCoupon', { code: 'NULLS', percent: '1', duration: 'once' }],
  ['updateCoupon', {}],
  ['createDiscount', { coupon: 'NULLS' }],
  ['createPayment', { amount_cents: 1, received_on: '2026-01-01', reference: 'x' }],
  ['createCreditNote', { user_id: 'USER', invoice_id: 'USER', reason: 'goodwill' }],
  ['createTaxRate', { code: 'nulls', name: 'VAT', percent: '1' }],
  ['updateTaxRate', {}],
  ['updateSettings', {}],
  ['createWebhookEndpoint', { url: 'https://example.com/hooks' }],
  ['updateWebhookEndpoint', {}],
  ['replayWebhookEvents', { from_sequence: 1 }],
  ['createPaymentMethod', { payment_method: 'stub_ok' }],
  ['setUpPaymentMethod', { return_url: 'https://example.com' }],
  ['resolvePayment', { status: 'failed', reason: 'x' }],
  ['updateEmailSettings', {}],
  ['recordUsage', { user_id: 'USER', metric: 'm', quantity: 1 }],
  ['recordUsageBatch', { events: [{ user_id: 'USER', metric: 'm', quantity: 1 }] }],
  ['advanceClock', { days: 0 }],
  ['signIn', { key: 'nobody' }],
]
const bodyOf = (id: string) =>
  Object.values(document.paths)
    .flatMap((item) => Object.values(item) as { operationId?: string; requestBody?: { content: Record<string, { schema: Schema }> } }[])
    .find((o) => o.operationId === id)!.requestBody!.content['application/json']!.schema

describe('null', () => {
  let path: Record<string, string>
  beforeAll(async () => {
    const { user, plan, subscription } = await makeCustomer(on.api)
    path = { user: user.id, code: plan.code, subscription: subscription.id }
  })

  test('every operation with a body is tried below', () => {
    const withBody = operations.filter((o) => (document.paths[o.path]![o.method.toLowerCase()] as { requestBody?: unknown }).requestBody).map((o) => o.id)
    // What Stripe sends is Stripe's to describe.
    expect([...new Set(bodies.map(([id]) => id)), 'receiveStripeEvent'].sort()).toEqual(withBody.sort())
  })

  test.each(bodies.flatMap(([id, body]) => [...neverNull(bodyOf(id), body)].map((pointer) => [id, pointer, body] as const)))(
    'in the body of %s at %s is refused with its pointer',
    async (id, pointer, body) => {
      const told = JSON.parse(JSON.stringify(withNull(body, pointer)).replaceAll('USER', path.user!)) as Json
      const answer = await on.api.call(id, { code: path.code!, id: id.endsWith('Subscription') ? path.subscription! : path.user! }, { body: told })
      const problem = answer.refused(422, 'unacceptable')
      expect(problem.errors?.map((e) => e.pointer)).toContain(pointer)
    },
  )

  test('is read where it means something', async () => {
    const user = await makeUser(on.api, 'stub_decline')
    expect((await on.api.updateUser(user.id, { payment_method: null })).is(200).payment_method).toBe(null)
  })
})

describe('where no body is needed', () => {
  test('none, an empty object and null are the same', async () => {
    const { user } = await makeCustomer(on.api)
    ;(await on.api.generateInvoice(user.id)).is(201)
    for (const body of ['{}', 'null', ' null ']) (await on.api.generateInvoice(user.id, { body })).is(200)
    for (const body of ['[]', 'true', '0', '""']) (await on.api.generateInvoice(user.id, { body })).refused(422, 'unacceptable')
  })

  test('null pays and voids too', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 500 }, 'stub_unreachable_2')
    const made = await generate(on.api, user.id)
    expect([200, 409, 503]).toContain((await on.api.payInvoice(user.id, made.id, { body: 'null' })).status)
    expect([200, 409]).toContain((await on.api.voidInvoice(user.id, made.id, { body: 'null' })).status)
  })
})

test('a list of ids may be one parameter or several', async () => {
  const users = [await makeUser(on.api), await makeUser(on.api), await makeUser(on.api)].reverse()
  const [a, b, c] = users.map((u) => u.id)
  for (const query of [`ids=${a},${b},${c}`, `ids=${a}&ids=${b}&ids=${c}`, `ids=${c}&ids=${b},${a}`]) {
    expect((await on.api.raw('GET', `/users?${query}`)).is(200), query).toEqual(users)
  }
  const next = (await on.api.raw('GET', `/users?ids=${a}&ids=${b}&limit=1`)).header('link')!
  expect((await on.api.raw('GET', next.split(/[<>]/)[1]!)).is(200)).toEqual([users[1]])
  ;(await on.api.raw('GET', `/users?ids=${a}&ids=`)).refused(422, 'unacceptable', '?ids')
  const many = Array.from({ length: 101 }, () => `ids=${a}`).join('&')
  ;(await on.api.raw('GET', `/users?${many}`)).refused(422, 'unacceptable', '?ids')
})

test('a day before 1970 is told that it is one', async () => {
  const problem = (await on.api.raw('GET', '/invoices?to=1969-12-31')).refused(422, 'unacceptable', '?to')
  expect(problem.errors![0]!.detail).toBe('must be a date from 1970-01-01 on, such as 2026-01-31')
})

test('the example of a volume charge sums what may be summed', async () => {
  // A number of seats reported twelve times is twelve times as much: the example of a tier for all units is a count of events.
  const examples = (document.paths['/plans']!.post as { requestBody: { content: Record<string, { examples: Record<string, { value: Json }> }> } }).requestBody.content['application/json']!.examples
  const { plan } = await makeCustomer(on.api, { ...examples.volume!.value, code: fresh('team') } as never)
  expect(plan.charges).toMatchObject([{ metric: 'builds', model: 'volume' }])
})
