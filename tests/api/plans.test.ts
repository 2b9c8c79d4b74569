import { describe, expect, test } from 'vitest'
import { fresh, makePlan, makeUser, subscribe, useServer } from '../harness/make.ts'
import type { Charge, NewCharge } from '../harness/types.ts'
import { send } from '../harness/http.ts'
import { Server } from '../harness/server.ts'
import { until } from '../harness/until.ts'

const on = useServer()

describe('making a plan', () => {
  test('code and amount_cents suffice; the rest has defaults', async () => {
    const answer = await on.api.createPlan({ code: 'least', amount_cents: 0 })
    const plan = answer.is(201)
    expect(plan).toEqual({
      code: 'least',
      name: 'least',
      version: 1,
      amount_cents: 0,
      currency: 'USD',
      interval: 'month',
      interval_count: 1,
      trial_days: 0,
      bill_in: 'arrears',
      tax_inclusive: false,
      minimum_cents: 0,
      active: true,
      charges: [],
      created_at: plan.created_at,
      updated_at: plan.created_at,
    })
    expect(answer.header('location')).toBe('/plans/least')
    expect((await on.api.getPlan('least')).is(200)).toEqual(plan)
  })

  test('everything given comes back', async () => {
    const body = {
      code: '0all_of-it',
      name: 'All of it: ü, 漢, 🐘',
      amount_cents: 123_456,
      currency: 'KWD',
      interval: 'year' as const,
      interval_count: 2,
      trial_days: 3650,
      active: false,
      charges: [],
    }
    expect((await on.api.createPlan(body)).is(201)).toMatchObject(body)
  })

  test.each<[string, NewCharge, Charge]>([
    [
      'per_unit',
      { metric: 'm', model: 'per_unit', unit_price: '0.0010' },
      { metric: 'm', model: 'per_unit', included: 0, unit_price: '0.001' },
    ],
    [
      'per_unit to the twelfth decimal place',
      { metric: 'a.b_c9', model: 'per_unit', included: 9_223_372_036_854_775_807n, unit_price: '999999999999999.000000000001' },
      { metric: 'a.b_c9', model: 'per_unit', included: 9_223_372_036_854_775_807n, unit_price: '999999999999999.000000000001' },
    ],
    [
      'graduated',
      { metric: 'm', model: 'graduated', included: 5, tiers: [{ up_to: 1000, unit_price: '0.01', flat_price: '5.00' }, { up_to: null, unit_price: '0.005' }] },
      { metric: 'm', model: 'graduated', included: 5, tiers: [{ up_to: 1000, unit_price: '0.01', flat_price: '5' }, { up_to: null, unit_price: '0.005', flat_price: '0' }] },
    ],
    [
      'volume with one open tier',
      { metric: 'm', model: 'volume', tiers: [{ up_to: null, unit_price: '8' }] },
      { metric: 'm', model: 'volume', included: 0, tiers: [{ up_to: null, unit_price: '8', flat_price: '0' }] },
    ],
    [
      'package',
      { metric: 'm', model: 'package', package_size: 1000, package_price: '2.50' },
      { metric: 'm', model: 'package', included: 0, package_size: 1000, package_price: '2.5' },
    ],
  ])('a %s charge comes back with all its members written out, prices in their shortest form', async (_, sent, expected) => {
    const plan = await makePlan(on.api, { charges: [sent] })
    expect(plan.charges).toEqual([expected])
    expect((await on.api.getPlan(plan.code)).is(200).charges).toEqual([expected])
    const listed = (await on.api.listPlans()).is(200).find((p) => p.code === plan.code)
    expect(listed).toEqual(plan)
  })

  test('several charges keep their order', async () => {
    const metrics = ['zebra', 'ant', 'mule']
    const plan = await makePlan(on.api, { charges: metrics.map((metric) => ({ metric, model: 'per_unit', unit_price: '1' })) })
    expect(plan.charges.map((c) => c.metric)).toEqual(metrics)
    expect((await on.api.getPlan(plan.code)).is(200).charges.map((c) => c.metric)).toEqual(metrics)
  })

  test('the largest amount is kept exactly', async () => {
    const plan = await makePlan(on.api, { amount_cents: 9_223_372_036_854_775_807n })
    expect(plan.amount_cents).toBe(9_223_372_036_854_775_807n)
    expect((await on.api.getPlan(plan.code)).is(200).amount_cents).toBe(9_223_372_036_854_775_807n)
  })

  test('a code is made once', async () => {
    const { code } = await makePlan(on.api)
    ;(await on.api.createPlan({ code, amount_cents: 1 })).refused(409, 'plan_exists')
  })

  test('20 plans of one code at once make one', async () => {
    const code = fresh('race')
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => on.api.createPlan({ code, amount_cents: n })))
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1)
    for (const answer of answers.filter((a) => a.status !== 201)) answer.refused(409, 'plan_exists')
  })

  // Sent as text, so that numbers are exactly as written here.
  test.each([
    ['no code', '{"amount_cents": 1}', '/code'],
    ['no amount', '{"code": "x"}', '/amount_cents'],
    ['an empty code', '{"code": "", "amount_cents": 1}', '/code'],
    ['a code in upper case', '{"code": "Pro", "amount_cents": 1}', '/code'],
    ['a code that begins with a dash', '{"code": "-pro", "amount_cents": 1}', '/code'],
    ['a code with a blank', '{"code": "a b", "amount_cents": 1}', '/code'],
    ['a code with a line end', '{"code": "pro\\n", "amount_cents": 1}', '/code'],
    ['a code of 65 characters', `{"code": "${'a'.repeat(65)}", "amount_cents": 1}`, '/code'],
    ['a code that is a number', '{"code": 7, "amount_cents": 1}', '/code'],
    ['a negative amount', '{"code": "x", "amount_cents": -1}', '/amount_cents'],
    ['a fraction', '{"code": "x", "amount_cents": 1.5}', '/amount_cents'],
    ['a float that is whole', '{"code": "x", "amount_cents": 1.0}', '/amount_cents'],
    ['an exponent', '{"code": "x", "amount_cents": 1e3}', '/amount_cents'],
    ['an amount in text', '{"code": "x", "amount_cents": "100"}', '/amount_cents'],
    ['an amount of null', '{"code": "x", "amount_cents": null}', '/amount_cents'],
    ['an amount of true', '{"code": "x", "amount_cents": true}', '/amount_cents'],
    ['an amount of 2^63', '{"code": "x", "amount_cents": 9223372036854775808}', '/amount_cents'],
    ['an amount of 2^64', '{"code": "x", "amount_cents": 18446744073709551616}', '/amount_cents'],
    ['a currency in lower case', '{"code": "x", "amount_cents": 1, "currency": "usd"}', '/currency'],
    ['a currency that there is not', '{"code": "x", "amount_cents": 1, "currency": "ABC"}', '/currency'],
    ['an interval that there is not', '{"code": "x", "amount_cents": 1, "interval": "decade"}', '/interval'],
    ['an interval count of 0', '{"code": "x", "amount_cents": 1, "interval_count": 0}', '/interval_count'],
    ['an interval count of 1001', '{"code": "x", "amount_cents": 1, "interval_count": 1001}', '/interval_count'],
    ['negative trial days', '{"code": "x", "amount_cents": 1, "trial_days": -1}', '/trial_days'],
    ['3651 trial days', '{"code": "x", "amount_cents": 1, "trial_days": 3651}', '/trial_days'],
    ['active in text', '{"code": "x", "amount_cents": 1, "active": "yes"}', '/active'],
    ['an empty name', '{"code": "x", "amount_cents": 1, "name": ""}', '/name'],
    ['a name with NUL', '{"code": "x", "amount_cents": 1, "name": "a\\u0000b"}', '/name'],
    ['an unknown member', '{"code": "x", "amount_cents": 1, "price": 3}', '/price'],
    ['charges that are no array', '{"code": "x", "amount_cents": 1, "charges": {}}', '/charges'],
    ['a charge that is no object', '{"code": "x", "amount_cents": 1, "charges": [7]}', '/charges/0'],
  ])('refuses %s, and points at it', async (_, body, pointer) => {
    ;(await on.api.createPlan(body)).refused(422, 'unacceptable', pointer)
  })

  test('says everything that is wrong at once', async () => {
    ;(await on.api.createPlan({ code: 'X', amount_cents: -1, interval: 'eon', colour: 'red' })).refused(
      422,
      'unacceptable',
      '/code',
      '/amount_cents',
      '/interval',
      '/colour',
    )
  })

  const tier = (up_to: unknown, unit_price: unknown = '1', flat_price?: unknown) => ({ up_to, unit_price, ...(flat_price === undefined ? {} : { flat_price }) })
  test.each<[string, unknown, string]>([
    ['no metric', { model: 'per_unit', unit_price: '1' }, '/charges/0/metric'],
    ['a metric in upper case', { metric: 'API', model: 'per_unit', unit_price: '1' }, '/charges/0/metric'],
    ['a metric that begins with a digit', { metric: '9a', model: 'per_unit', unit_price: '1' }, '/charges/0/metric'],
    ['a metric of 65 characters', { metric: 'a'.repeat(65), model: 'per_unit', unit_price: '1' }, '/charges/0/metric'],
    ['no model', { metric: 'm' }, '/charges/0/model'],
    ['a model that there is not', { metric: 'm', model: 'auction' }, '/charges/0/model'],
    ['per_unit without a price', { metric: 'm', model: 'per_unit' }, '/charges/0/unit_price'],
    ['a price as a number', { metric: 'm', model: 'per_unit', unit_price: 0.01 }, '/charges/0/unit_price'],
    ['a negative price', { metric: 'm', model: 'per_unit', unit_price: '-1' }, '/charges/0/unit_price'],
    ['a price with an exponent', { metric: 'm', model: 'per_unit', unit_price: '1e-3' }, '/charges/0/unit_price'],
    ['a price with a bare point', { metric: 'm', model: 'per_unit', unit_price: '1.' }, '/charges/0/unit_price'],
    ['a price with a comma', { metric: 'm', model: 'per_unit', unit_price: '0,01' }, '/charges/0/unit_price'],
    ['an empty price', { metric: 'm', model: 'per_unit', unit_price: '' }, '/charges/0/unit_price'],
    ['a price of 13 decimal places', { metric: 'm', model: 'per_unit', unit_price: '0.0000000000001' }, '/charges/0/unit_price'],
    ['a price of 16 digits', { metric: 'm', model: 'per_unit', unit_price: '1000000000000000' }, '/charges/0/unit_price'],
    ['negative included units', { metric: 'm', model: 'per_unit', included: -1, unit_price: '1' }, '/charges/0/included'],
    ['tiers on per_unit', { metric: 'm', model: 'per_unit', unit_price: '1', tiers: [tier(null)] }, '/charges/0/tiers'],
    ['a unit price on package', { metric: 'm', model: 'package', package_size: 1, package_price: '1', unit_price: '1' }, '/charges/0/unit_price'],
    ['an unknown member', { metric: 'm', model: 'per_unit', unit_price: '1', discount: 1 }, '/charges/0/discount'],
    ['no tiers', { metric: 'm', model: 'graduated' }, '/charges/0/tiers'],
    ['empty tiers', { metric: 'm', model: 'volume', tiers: [] }, '/charges/0/tiers'],
    ['a last tier with a bound', { metric: 'm', model: 'volume', tiers: [tier(10)] }, '/charges/0/tiers'],
    ['an open tier in the middle', { metric: 'm', model: 'graduated', tiers: [tier(null), tier(null)] }, '/charges/0/tiers'],
    ['bounds that fall', { metric: 'm', model: 'graduated', tiers: [tier(10), tier(5), tier(null)] }, '/charges/0/tiers'],
    ['bounds that stand', { metric: 'm', model: 'graduated', tiers: [tier(10), tier(10), tier(null)] }, '/charges/0/tiers'],
    ['a bound of 0', { metric: 'm', model: 'graduated', tiers: [tier(0), tier(null)] }, '/charges/0/tiers'],
    ['a bound in text', { metric: 'm', model: 'graduated', tiers: [tier('10'), tier(null)] }, '/charges/0/tiers/0/up_to'],
    ['a tier without a price', { metric: 'm', model: 'graduated', tiers: [{ up_to: null }] }, '/charges/0/tiers/0/unit_price'],
    ['a flat price as a number', { metric: 'm', model: 'volume', tiers: [tier(null, '1', 5)] }, '/charges/0/tiers/0/flat_price'],
    ['an unknown member of a tier', { metric: 'm', model: 'volume', tiers: [{ ...tier(null), from: 1 }] }, '/charges/0/tiers/0/from'],
    ['a package without a size', { metric: 'm', model: 'package', package_price: '1' }, '/charges/0/package_size'],
    ['a package of 0', { metric: 'm', model: 'package', package_size: 0, package_price: '1' }, '/charges/0/package_size'],
    ['a package without a price', { metric: 'm', model: 'package', package_size: 5 }, '/charges/0/package_price'],
  ])('refuses a charge with %s, and points at it', async (_, charge, pointer) => {
    const problem = (await on.api.createPlan({ code: fresh('bad'), amount_cents: 1, charges: [charge] })).refused(422, 'unacceptable')
    const pointers = problem.errors!.map((e) => e.pointer)
    expect(pointers.every((p) => p === pointer || p.startsWith(`${pointer}/`)), `${pointers.join(', ')} instead of ${pointer}`).toBe(true)
  })

  test('refuses two charges for one metric', async () => {
    const charge = { metric: 'm', model: 'per_unit', unit_price: '1' }
    const problem = (await on.api.createPlan({ code: fresh('bad'), amount_cents: 1, charges: [charge, charge] })).refused(422, 'unacceptable')
    expect(problem.errors!.every((e) => e.pointer.startsWith('/charges'))).toBe(true)
  })

  test('a refused plan leaves nothing behind', async () => {
    const code = fresh('gone')
    ;(await on.api.createPlan({ code, amount_cents: 1, charges: [{ metric: 'm', model: 'graduated', tiers: [] }] })).refused(422, 'unacceptable')
    ;(await on.api.getPlan(code)).refused(404, 'not_found')
  })
})

describe('reading plans', () => {
  test('the seed has basic, pro and ent', async () => {
    const plans = (await on.api.listPlans()).is(200)
    const of = (code: string) => plans.find((p) => p.code === code)
    for (const [code, amount_cents, included, unit_price] of [
      ['basic', 1900, 10_000, '0.002'],
      ['pro', 4900, 100_000, '0.001'],
      ['ent', 19_900, 1_000_000, '0.0005'],
    ] as const) {
      expect(of(code)).toMatchObject({
        amount_cents,
        currency: 'USD',
        interval: 'month',
        interval_count: 1,
        trial_days: 0,
        active: true,
        charges: [{ metric: 'api_calls', model: 'per_unit', included, unit_price }],
        created_at: '2026-01-15T12:00:00Z', // by the billing clock
      })
    }
  })

  test.each(['nowhere', 'Pro', '%00', 'a%2Fb', 'x'.repeat(300)])('there is no plan %s', async (code) => {
    ;(await on.api.raw('GET', `/plans/${code}`)).refused(404, 'not_found')
  })

  test('an unchanged list is a 304 for its ETag', async () => {
    const first = await on.api.listPlans()
    first.is(200)
    const etag = first.header('etag')!
    const again = await on.api.listPlans({ headers: { 'If-None-Match': etag } })
    expect(again.status).toBe(304)
    expect(again.header('etag')).toBe(etag)
    expect((await on.api.listPlans({ headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
    expect((await on.api.listPlans({ headers: { 'If-None-Match': `"other", ${etag}` } })).status).toBe(304)
    expect((await on.api.listPlans({ headers: { 'If-None-Match': '*' } })).status).toBe(304)
  })

  test('is cached, and yet shows each change at once', async () => {
    let etag = (await on.api.listPlans()).header('etag')!
    for (let n = 0; n < 10; n++) {
      const plan = await makePlan(on.api)
      const listed = await on.api.listPlans({ headers: { 'If-None-Match': etag } })
      expect(listed.is(200).map((p) => p.code)).toContain(plan.code)
      etag = listed.header('etag')!
      ;(await on.api.updatePlan(plan.code, { name: `Renamed ${n}` })).is(200)
      const renamed = await on.api.listPlans({ headers: { 'If-None-Match': etag } })
      expect(renamed.is(200).find((p) => p.code === plan.code)?.name).toBe(`Renamed ${n}`)
      etag = renamed.header('etag')!
    }
  })

  test('no reader sees an older list than one seen before, while plans are being made', async () => {
    let made = 0
    let writing = true
    const writer = (async () => {
      for (let n = 0; n < 20; n++) {
        await makePlan(on.api)
        made++
      }
      writing = false
    })()
    const base = (await on.api.listPlans()).is(200).length
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (writing) {
          const before = made
          const count = (await on.api.listPlans()).is(200).length
          // `base` may hold some of the plans already made when it was read, never more than `made` by then.
          expect(count).toBeGreaterThanOrEqual(Math.max(base, before))
        }
      }),
    )
    await writer
  })
})

describe('changing a plan', () => {
  test('takes a name and whether it is active', async () => {
    const plan = await makePlan(on.api, { name: 'Before' })
    const renamed = (await on.api.updatePlan(plan.code, { name: 'After' })).is(200)
    expect(renamed).toEqual({ ...plan, name: 'After', updated_at: renamed.updated_at })
    const closed = (await on.api.updatePlan(plan.code, { active: false })).is(200)
    expect(closed).toEqual({ ...renamed, active: false, updated_at: closed.updated_at })
    expect((await on.api.getPlan(plan.code)).is(200)).toEqual(closed)
  })

  test.each([
    ['amount_cents', 1],
    ['currency', 'EUR'],
    ['interval', 'year'],
    ['trial_days', 3],
    ['code', 'new'],
    ['charges', []],
  ])('never takes %s', async (member, value) => {
    const plan = await makePlan(on.api)
    ;(await on.api.updatePlan(plan.code, { [member]: value })).refused(422, 'unacceptable', `/${member}`)
    expect((await on.api.getPlan(plan.code)).is(200)).toEqual(plan)
  })

  test('there must be one', async () => {
    ;(await on.api.updatePlan('nowhere', { name: 'x' })).refused(404, 'not_found')
  })

  test('an inactive plan takes no new subscription, and keeps those that it has', async () => {
    const plan = await makePlan(on.api)
    const [early, late] = [await makeUser(on.api), await makeUser(on.api)]
    const kept = await subscribe(on.api, early.id, plan.code)
    ;(await on.api.updatePlan(plan.code, { active: false })).is(200)
    ;(await on.api.createSubscription({ user_id: late.id, plan_code: plan.code })).refused(409, 'plan_inactive')
    expect((await on.api.getSubscription(kept.id)).is(200).status).toBe('active')
    ;(await on.api.generateInvoice(early.id)).is(201)
    ;(await on.api.updatePlan(plan.code, { active: true })).is(200)
    await subscribe(on.api, late.id, plan.code)
  })
})

describe('a preview', () => {
  const pro = { amount_cents: 4900, charges: [{ metric: 'api_calls', model: 'per_unit' as const, included: 100_000, unit_price: '0.001' }] }

  test('rates what was asked, as an invoice would, in rising order and each once', async () => {
    const preview = (await on.api.previewPlan({ ...pro, quantities: { api_calls: [120_000, 0, 100_000, 120_000, 100_001] } })).is(200)
    expect(preview).toMatchObject({ currency: 'USD', amount_cents: 4900 })
    const points = preview.charges[0]!.points
    expect(points.map((p) => [p.quantity, p.amount_cents])).toEqual([
      [0, 0],
      [100_000, 0],
      [100_001, 0],
      [120_000, 2000],
    ])
    expect(points[3]!.explanation).toEqual({
      model: 'per_unit',
      total_quantity: 120_000,
      included: 100_000,
      billable: 20_000,
      steps: [{ from: 1, up_to: null, quantity: 20_000, unit_price: '0.001', flat_price: '0', amount: '20' }],
      rated: '20',
      earlier_billed: '0',
      rounding: '0',
    })
  })

  test('is the real rating: an invoice for the same usage has the same amount and the same explanation', async () => {
    const charges: NewCharge[] = [
      { metric: 'a', model: 'graduated', included: 3, tiers: [{ up_to: 10, unit_price: '0.015', flat_price: '0.1' }, { up_to: null, unit_price: '0.0049' }] },
      { metric: 'b', model: 'volume', tiers: [{ up_to: 10, unit_price: '0.333' }, { up_to: null, unit_price: '0.111' }] },
      { metric: 'c', model: 'package', included: 5, package_size: 7, package_price: '0.77' },
    ]
    const quantities = { a: [27], b: [11], c: [20] }
    const preview = (await on.api.previewPlan({ amount_cents: 0, charges, quantities })).is(200)
    const plan = await makePlan(on.api, { amount_cents: 0, charges })
    const user = await makeUser(on.api)
    await subscribe(on.api, user.id, plan.code)
    for (const [metric, [quantity]] of Object.entries(quantities)) (await on.api.recordUsage({ user_id: user.id, metric, quantity })).is(201)
    const made = (await on.api.generateInvoice(user.id)).is(201)
    const { lines } = (await on.api.getInvoice(user.id, made.id)).is(200)
    expect(lines.map((l) => [l.metric, l.amount_cents])).toEqual(preview.charges.map((c) => [c.metric, c.points[0]!.amount_cents]))
    // The line's has its segments and what is owed beside it.
    for (const [i, charge] of preview.charges.entries()) expect(lines[i]!.explanation).toMatchObject(charge.points[0]!.explanation)
  })

  test('chooses telling quantities by itself, and leaves out what does not fit 64 bits', async () => {
    const { charges } = (await on.api.previewPlan(pro)).is(200)
    const quantities = charges[0]!.points.map((p) => Number(p.quantity))
    for (const wanted of [0, 100_000, 100_001]) expect(quantities).toContain(wanted)
    expect(quantities.length).toBeGreaterThan(50)
    expect(Math.max(...quantities)).toBeGreaterThan(100_001)
    const dear = { amount_cents: 0, charges: [{ metric: 'm', model: 'per_unit', included: 9_000_000_000_000_000, unit_price: '999999999999999' }] }
    expect((await on.api.previewPlan(dear)).is(200).charges[0]!.points.at(-1)).toMatchObject({ quantity: 9_000_000_000_000_001 })
  })

  test('stores nothing, and needs no code', async () => {
    const before = (await on.api.listPlans()).text
    ;(await on.api.previewPlan({ code: fresh('preview'), ...pro })).is(200)
    expect((await on.api.listPlans()).text).toBe(before)
    expect((await on.api.previewPlan({ amount_cents: 5 })).is(200)).toEqual({ currency: 'USD', amount_cents: 5, charges: [] })
  })

  test('an amount beyond 64 bits is refused where it was asked for', async () => {
    const dear = { amount_cents: 0, charges: [{ metric: 'm', model: 'per_unit', unit_price: '999999999999999' }], quantities: { m: [9_000_000_000_000_000] } }
    ;(await on.api.previewPlan(dear)).refused(422, 'amount_overflow')
  })

  test.each([
    [{ ...pro, amount_cents: -1 }, '/amount_cents'],
    [{ ...pro, code: 'No' }, '/code'],
    [{ ...pro, charges: [{ metric: 'm', model: 'graduated', tiers: [{ up_to: 5, unit_price: '1' }, { up_to: 5, unit_price: '1' }, { up_to: null, unit_price: '1' }] }] }, '/charges/0/tiers'],
    [{ ...pro, quantities: { api_calls: [-1] } }, '/quantities/api_calls/0'],
    [{ ...pro, quantities: { api_calls: [1.5] } }, '/quantities/api_calls/0'],
    [{ ...pro, quantities: { api_calls: [] } }, '/quantities/api_calls'],
    [{ ...pro, quantities: { api_calls: Array.from({ length: 201 }, (_, n) => n) } }, '/quantities/api_calls'],
    [{ ...pro, quantities: { storage: [1] } }, '/quantities/storage'],
    [{ ...pro, quantities: [1] }, '/quantities'],
  ])('what POST /plans refuses it refuses at the same place, and bad quantities: %#', async (body, pointer) => {
    ;(await on.api.previewPlan(body)).refused(422, 'unacceptable', pointer)
  })

  test('its path is no plan: the code is taken', async () => {
    ;(await on.api.createPlan({ code: 'preview', amount_cents: 1 })).refused(422, 'unacceptable', '/code')
  })
})

test('a plan that this binary does not understand is an error that names what, and nothing else is made of it', async () => {
  const insert = `BEGIN; INSERT INTO plans (code, name, currency, active, version, created_at, updated_at)
    VALUES ('of-tomorrow', 'of tomorrow', 'XAU', true, 1, now(), now());
    INSERT INTO plan_versions (plan_code, version, amount_cents, interval, interval_count, trial_days, bill_in, tax_inclusive, minimum_cents, created_at)
    VALUES ('of-tomorrow', 1, 1, 'month', 1, 0, 'arrears', false, 0, now()); COMMIT`
  expect((await on.server.sql(insert)).stderr).toBe('')
  // Not through the contract, which knows no 500.
  expect((await send(on.server.origin, { method: 'GET', path: '/plans/of-tomorrow' })).status).toBe(500)
  await until('the log names it', async () => on.server.log.includes('the database holds a currency that this binary does not know: \\"XAU\\"'))
  // Its version never changes, so that only who sets the triggers aside can take it out again.
  const away = `BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM plan_versions WHERE plan_code = 'of-tomorrow';
    DELETE FROM plans WHERE code = 'of-tomorrow'; UPDATE plan_changes SET count = count + 1; COMMIT`
  expect((await on.server.sql(away)).stderr).toBe('')
  expect((await on.api.listPlans()).is(200).map((p) => p.code)).not.toContain('of-tomorrow')
})

test('a currency of the past is not sold in', async () => {
  ;(await on.api.createPlan({ code: fresh('lev'), amount_cents: 1, currency: 'BGN' })).refused(422, 'unacceptable', '/currency')
})

test('a plan made through one process is in the list of another within seconds, also while Redis is away', async () => {
  const server = await Server.start({ relays: true })
  const other = await server.also('serve', { REDIS_URL: server.redis!.url })
  const codes = async () => (await other.api.listPlans()).is(200).map((p) => p.code)
  for (const redis of ['there', 'away']) {
    if (redis === 'away') server.redis!.cut()
    expect(await codes()).toContain('pro')
    const { code } = await makePlan(server.api)
    const since = Date.now()
    await until(`it is there, with Redis ${redis}`, async () => (await codes()).includes(code))
    expect(Date.now() - since).toBeLessThan(10_000) // a minute, when only Redis told
  }
  server.redis!.restore()
  await server.stop()
})
