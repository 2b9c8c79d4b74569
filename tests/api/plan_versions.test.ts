import { describe, expect, test } from 'vitest'
import { advanceTo, makeCustomer, makePlan, makeUser, subscribe, useServer } from '../harness/make.ts'
import type { Plan, PlanMigration, PlanMigrationDetail, PlanVersion } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })

const addVersion = (code: string, body: unknown) => on.api.call<Plan>('createPlanVersion', { code }, { body })
const versions = async (code: string) => (await on.api.call<PlanVersion[]>('listPlanVersions', { code })).is(200)
const version = (code: string, n: number | string) => on.api.call<PlanVersion>('getPlanVersion', { code, version: String(n) })
const migrate = (code: string, body: unknown) => on.api.call<PlanMigration>('createPlanMigration', { code }, { body })
const migration = async (of: PlanMigration) => (await on.api.call<PlanMigrationDetail>('getPlanMigration', { code: of.plan_code, id: of.id })).is(200)
const ended = (of: PlanMigration) =>
  until(`migration ${of.id} ends`, async () => {
    const now = await migration(of)
    return now.status === 'running' ? undefined : now
  })

describe('a version of a plan', () => {
  test('takes what is given, the defaults for the rest, and is what the plan shows', async () => {
    const plan = await makePlan(on.api, { amount_cents: 1000, trial_days: 9, charges: [{ metric: 'm', model: 'per_unit', unit_price: '1' }] })
    const answer = await addVersion(plan.code, { amount_cents: 2000, bill_in: 'advance', minimum_cents: 500, tax_inclusive: true })
    expect(answer.header('location')).toBe(`/plans/${plan.code}/versions/2`)
    const own = { amount_cents: 2000, bill_in: 'advance', minimum_cents: 500, tax_inclusive: true, trial_days: 0, interval: 'month', interval_count: 1, charges: [] }
    expect(answer.is(201)).toMatchObject({ code: plan.code, name: plan.name, version: 2, active: true, ...own })
    expect((await on.api.getPlan(plan.code)).is(200)).toEqual(answer.is(201))
    expect((await versions(plan.code)).map((v) => v.version)).toEqual([2, 1])
    expect((await version(plan.code, 1)).is(200)).toMatchObject({ plan_code: plan.code, amount_cents: 1000, trial_days: 9, charges: plan.charges })
    expect((await version(plan.code, 2)).is(200)).toMatchObject(own)
  })

  test('leaves live subscriptions where they are; a new one takes the newest, or the one that it names', async () => {
    const { user, plan, subscription } = await makeCustomer(on.api)
    ;(await addVersion(plan.code, { amount_cents: 2000 })).is(201)
    expect((await on.api.getSubscription(subscription.id)).is(200).version).toBe(1)
    expect((await subscribe(on.api, (await makeUser(on.api)).id, plan.code)).version).toBe(2)
    expect((await subscribe(on.api, (await makeUser(on.api)).id, plan.code, { version: 1 })).version).toBe(1)
    const changed = await on.api.call<{ version: number }>('changeSubscription', { id: subscription.id }, { body: { version: 2 } })
    expect(changed.is(200).version).toBe(2)
    expect(user.id).toBe(subscription.user_id)
  })

  test('ten at once get the numbers 2 to 11', async () => {
    const plan = await makePlan(on.api)
    const made = await Promise.all(Array.from({ length: 10 }, (_, i) => addVersion(plan.code, { amount_cents: i })))
    expect(made.map((answer) => Number(/\d+$/.exec(answer.header('location')!)![0])).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect((await versions(plan.code)).map((v) => v.version)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  test('refuses what is the plan\'s, and what is not there is 404', async () => {
    const plan = await makePlan(on.api)
    ;(await addVersion(plan.code, { amount_cents: 1, name: 'x', currency: 'USD', active: true, code: 'x' })).refused(422, 'unacceptable', '/name', '/currency', '/active', '/code')
    ;(await addVersion(plan.code, {})).refused(422, 'unacceptable', '/amount_cents')
    ;(await addVersion(plan.code, { amount_cents: 1, bill_in: 'later' })).refused(422, 'unacceptable', '/bill_in')
    ;(await addVersion('nowhere', { amount_cents: 1 })).refused(404, 'not_found')
    for (const n of [2, 0, -1, 'x', '1x', '99999999999']) (await version(plan.code, n)).refused(404, 'not_found')
    ;(await on.api.call('listPlanVersions', { code: 'nowhere' })).refused(404, 'not_found')
  })

  test('never changes, in the database neither', async () => {
    const { plan } = await makeCustomer(on.api, { charges: [{ metric: 'm', model: 'per_unit', unit_price: '1' }] })
    const refused = async (statement: string, constraint: string) => expect((await on.server.sql(statement)).stderr).toContain(constraint)
    await refused(`UPDATE plan_versions SET amount_cents = 1 WHERE plan_code = '${plan.code}'`, 'plan_versions_never_change')
    await refused(`DELETE FROM plan_charges WHERE plan_code = '${plan.code}'`, 'plan_charges_never_change')
    await refused(`INSERT INTO plan_charges SELECT plan_code, version, 'other', 9, model, 0, 1 FROM plan_charges WHERE plan_code = '${plan.code}'`, 'plan_charges_never_change')
  })
})

describe('a migration', () => {
  test('changes each subscription at its period\'s end, keeping its own prices', async () => {
    const plan = await makePlan(on.api)
    const ids: string[] = []
    for (let i = 0; i < 3; ++i) ids.push((await subscribe(on.api, (await makeUser(on.api)).id, plan.code, { overrides: { amount_cents: 5 } })).id)
    const gone = await subscribe(on.api, (await makeUser(on.api)).id, plan.code)
    ;(await on.api.cancelSubscription(gone.id, 'now')).is(200)
    const leaving = await subscribe(on.api, (await makeUser(on.api)).id, plan.code)
    ;(await on.api.cancelSubscription(leaving.id, 'period_end')).is(200)
    ;(await addVersion(plan.code, { amount_cents: 2000 })).is(201)

    const made = (await migrate(plan.code, { to_version: 2, at: 'period_end' })).is(202)
    expect(made).toMatchObject({ plan_code: plan.code, to_version: 2, from_versions: null, at: 'period_end', keep_overrides: true, matched: 3 })
    expect(await ended(made)).toMatchObject({ status: 'done', matched: 3, changed: 3, failed: 0, failures: [] })
    for (const id of ids) {
      const subscription = (await on.api.getSubscription(id)).is(200)
      expect(subscription).toMatchObject({ version: 1, pending: { at: '2026-07-01', version: 2, overrides: { amount_cents: 5 } } })
    }
    expect((await on.api.call<PlanMigration[]>('listPlanMigrations', { code: plan.code })).is(200).map((m) => m.id)).toEqual([made.id])
    // Once more finds nothing: it is done at once.
    expect((await migrate(plan.code, { to_version: 2, at: 'period_end' })).is(202)).toMatchObject({ status: 'done', matched: 0 })
  })

  test('takes only the versions that it names, and may drop the customers\' own prices', async () => {
    const plan = await makePlan(on.api)
    const first = await subscribe(on.api, (await makeUser(on.api)).id, plan.code, { overrides: { amount_cents: 5 } })
    ;(await addVersion(plan.code, { amount_cents: 2000 })).is(201)
    const second = await subscribe(on.api, (await makeUser(on.api)).id, plan.code)
    ;(await addVersion(plan.code, { amount_cents: 3000 })).is(201)
    const made = (await migrate(plan.code, { to_version: 3, from_versions: [1], at: '2026-06-01', keep_overrides: false })).is(202)
    expect(await ended(made)).toMatchObject({ matched: 1, changed: 1 })
    expect((await on.api.getSubscription(first.id)).is(200)).toMatchObject({ version: 3, overrides: null })
    expect((await on.api.getSubscription(second.id)).is(200)).toMatchObject({ version: 2 })
  })

  test('tells why one could not be changed, and changes the others', async () => {
    const plan = await makePlan(on.api)
    const early = await subscribe(on.api, (await makeUser(on.api)).id, plan.code, { starts_on: '2026-05-20' })
    const late = await subscribe(on.api, (await makeUser(on.api)).id, plan.code)
    ;(await addVersion(plan.code, { amount_cents: 2000 })).is(201)
    const made = (await migrate(plan.code, { to_version: 2, at: '2026-05-25' })).is(202)
    const end = await ended(made)
    expect(end).toMatchObject({ status: 'done', matched: 2, changed: 1, failed: 1 })
    expect(end.failures).toMatchObject([{ subscription_id: late.id, problem: expect.stringContaining('day_not_allowed') as string }])
    expect((await on.api.getSubscription(early.id)).is(200).version).toBe(2)
  })

  test('that has ended cannot be stopped', async () => {
    const { plan } = await makeCustomer(on.api)
    ;(await addVersion(plan.code, { amount_cents: 1 })).is(201)
    const made = (await migrate(plan.code, { to_version: 2, at: 'period_end' })).is(202)
    await ended(made)
    ;(await on.api.call('stopPlanMigration', { code: plan.code, id: made.id })).refused(409, 'not_running')
  })

  test('to or of what is not there is refused', async () => {
    const plan = await makePlan(on.api)
    ;(await migrate('nowhere', { to_version: 1, at: 'period_end' })).refused(404, 'not_found')
    ;(await migrate(plan.code, { to_version: 2, at: 'period_end' })).refused(404, 'not_found')
    ;(await migrate(plan.code, { to_version: 1 })).refused(422, 'unacceptable', '/at')
    ;(await migrate(plan.code, { to_version: 1, at: 'now' })).refused(422, 'unacceptable', '/at')
    ;(await migrate(plan.code, { to_version: 1, at: '2029-01-01' })).refused(422, 'unacceptable', '/at')
    ;(await migrate(plan.code, { to_version: 1, at: 'period_end', from_versions: [] })).refused(422, 'unacceptable', '/from_versions')
    ;(await on.api.call('getPlanMigration', { code: plan.code, id: plan.code })).refused(404, 'not_found')
  })

  test('of a period that is over waits for nobody: the next one begins with the new version', async () => {
    const { plan, subscription } = await makeCustomer(on.api)
    ;(await addVersion(plan.code, { amount_cents: 7 })).is(201)
    await ended((await migrate(plan.code, { to_version: 2, at: 'period_end' })).is(202))
    await advanceTo(on.api, subscription.current_period_end)
    expect((await on.api.getSubscription(subscription.id)).is(200)).toMatchObject({ version: 2, pending: null })
  })
})

describe('while nobody works', () => {
  const idle = useServer({ start: '2026-06-01T12:00:00Z', command: 'serve' })

  test('a migration that was begun can be stopped', async () => {
    const { plan } = await makeCustomer(idle.api)
    ;(await idle.api.call('createPlanVersion', { code: plan.code }, { body: { amount_cents: 1 } })).is(201)
    const made = (await idle.api.call<PlanMigration>('createPlanMigration', { code: plan.code }, { body: { to_version: 2, at: 'period_end' } })).is(202)
    const stopped = await idle.api.call<PlanMigration>('stopPlanMigration', { code: plan.code, id: made.id })
    expect(stopped.is(200)).toMatchObject({ id: made.id, status: 'stopped', changed: 0 })
  })
})
