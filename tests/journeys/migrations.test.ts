import { expect, test } from 'vitest'
import { makePlan, makeUser, subscribe, useServer } from '../harness/make.ts'
import { Server } from '../harness/server.ts'
import type { PlanMigration, Term } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })

const many = 10_000
const few = 400

/** Live subscriptions to a plan, made by SQL: the API would take its time. */
const populate = (server: Server, code: string, count: number) =>
  server.sql(`
    CREATE TEMP TABLE made AS SELECT gen_random_uuid() AS user_id, gen_random_uuid() AS id FROM generate_series(1, ${count});
    INSERT INTO users (id, email, email_key, created_at, updated_at)
    SELECT user_id, user_id || '@example.com', user_id || '@example.com', '2026-06-01', '2026-06-01' FROM made;
    INSERT INTO subscriptions (id, user_id, plan_code, status, started_on, anchor, current_period_start, current_period_end, due_at, created_at, updated_at)
    SELECT id, user_id, '${code}', 'active', '2026-06-01', '2026-06-01', '2026-06-01', '2026-07-01', '2026-07-01', '2026-06-01', '2026-06-01' FROM made;
    INSERT INTO subscription_terms (subscription_id, starts, plan_code, version, quantity) SELECT id, '2026-06-01', '${code}', 1, 1 FROM made;
    INSERT INTO subscription_periods (subscription_id, user_id, period_start, period_end, full_days, trial)
    SELECT id, user_id, '2026-06-01', '2026-07-01', 30, false FROM made;
    INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id, to_state)
    SELECT gen_random_uuid(), '2026-06-01', 'test', 'subscription.created', 'subscription', id::text, user_id, 'active' FROM made`)

test('workers that are killed in the middle of a migration leave each subscription changed exactly once', async () => {
  const plan = await makePlan(on.api)
  expect((await populate(on.server, plan.code, many)).stderr).toBe('')
  const seen = await subscribe(on.api, (await makeUser(on.api)).id, plan.code)
  ;(await on.api.call('createPlanVersion', { code: plan.code }, { body: { amount_cents: 2000 } })).is(201)
  const made = (await on.api.call<PlanMigration>('createPlanMigration', { code: plan.code }, { body: { to_version: 2, at: 'period_end' } })).is(202)
  expect(made.matched).toBe(many + 1)
  const state = async () => (await on.api.call<PlanMigration>('getPlanMigration', { code: plan.code, id: made.id })).is(200)
  const changed = async () => Number((await on.server.sql(`SELECT count(*) FROM plan_migration_subscriptions WHERE outcome = 'changed'`)).stdout)
  for (let kills = 0, before = 0; kills < 3; kills++) {
    await until('more are changed', async () => (await changed()) > before)
    await on.server.kill()
    before = await changed()
    expect(before).toBeLessThan(many + 1) // in the middle
    await on.server.launch()
  }
  const ended = await until(
    'the migration ends',
    async () => {
      const now = await state()
      return now.status === 'done' ? now : undefined
    },
    120_000,
  )
  expect(ended).toMatchObject({ matched: many + 1, changed: many + 1, failed: 0 })

  // Each has two terms, and one event that tells of it.
  const { stdout } = await on.server.sql(`
    SELECT count(*) FILTER (WHERE terms = 2 AND events = 1), count(*) FROM (
      SELECT (SELECT count(*) FROM subscription_terms t WHERE t.subscription_id = m.subscription_id) AS terms,
             (SELECT count(*) FROM audit_events a WHERE a.entity_id = m.subscription_id::text AND a.action = 'subscription.changed') AS events
      FROM plan_migration_subscriptions m) each_one`)
  expect(stdout.trim()).toBe(`${many + 1}|${many + 1}`)
  const terms = (await on.api.call<Term[]>('listSubscriptionTerms', { id: seen.id })).is(200)
  expect(terms.map((term) => [term.from, term.version])).toEqual([
    ['2026-06-01', 1],
    ['2026-07-01', 2],
  ])
}, 200_000)

test('a migration that is stopped changes no more, and another one takes up the rest', async () => {
  const plan = await makePlan(on.api)
  expect((await populate(on.server, plan.code, few)).stderr).toBe('')
  ;(await on.api.call('createPlanVersion', { code: plan.code }, { body: { amount_cents: 2000 } })).is(201)
  const migrate = async () => (await on.api.call<PlanMigration>('createPlanMigration', { code: plan.code }, { body: { to_version: 2, at: 'period_end' } })).is(202)
  const first = await migrate()
  const stopped = await on.api.call<PlanMigration>('stopPlanMigration', { code: plan.code, id: first.id })
  // It may have been quicker than we are.
  if (stopped.status === 200) expect(stopped.is(200).status).toBe('stopped')
  const state = async (of: PlanMigration) => (await on.api.call<PlanMigration>('getPlanMigration', { code: plan.code, id: of.id })).is(200)
  const left = await state(first)
  const second = await migrate()
  expect(Number(left.changed) + Number(second.matched)).toBe(few)
  const ended = await until('the second ends', async () => {
    const now = await state(second)
    return now.status === 'done' ? now : undefined
  })
  expect(ended.changed).toBe(second.matched)
  expect((await state(first)).changed).toBe(left.changed)
})
