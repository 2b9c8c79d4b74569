import { describe, expect, test } from 'vitest'
import { advanceDays, advanceTo, fresh, generate, makeCustomer, makePlan, makeUser, paid, subscribe, useServer } from '../harness/make.ts'
import { Server } from '../harness/server.ts'
import type { AuditEvent } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer()

/** What happened to a thing, oldest first. */
const story = async (entityId: string): Promise<AuditEvent[]> => (await on.api.walk<AuditEvent>(`/audit?entity_id=${entityId}`, 50)).all.reverse()
/** From status to status; what became of an invoice's collection stands beside them. */
const collection = ['pending', 'retrying', 'uncollected', 'done']
const moves = (events: AuditEvent[]) =>
  events.filter((e) => e.from !== e.to && !(e.entity === 'invoice' && collection.includes(e.to ?? ''))).map((e) => [e.from, e.to])

describe('the audit', () => {
  test('tells of a user made and changed, at what time and by whom', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.updateUser(user.id, { payment_method: 'stub_ok' })).is(200)
    const events = await story(user.id)
    expect(events).toHaveLength(2)
    for (const event of events) expect(event).toMatchObject({ actor: 'anonymous', entity: 'user', entity_id: user.id, at: '2026-01-15T12:00:00Z' })
    expect(events[0]!.from).toBe(null)
  })

  test('tells of a plan made and changed, by its code', async () => {
    const plan = await makePlan(on.api)
    ;(await on.api.updatePlan(plan.code, { active: false })).is(200)
    const events = await story(plan.code)
    expect(events).toHaveLength(2)
    for (const event of events) expect(event).toMatchObject({ actor: 'anonymous', entity: 'plan', entity_id: plan.code })
  })

  test('tells an invoice\'s way to being paid, and its payment\'s', async () => {
    const { user, subscription } = await makeCustomer(on.api)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const events = await story(invoice.id)
    expect(moves(events)).toEqual([[null, 'open'], ['open', 'paid']])
    expect(events.map((e) => e.actor)).toEqual(['anonymous', 'worker'])
    expect(events.every((e) => e.entity === 'invoice')).toBe(true)
    const payment = await story(invoice.payments[0]!.id)
    expect(moves(payment)).toEqual([['pending', 'succeeded']])  // when it was started, it says itself
    expect(payment.every((e) => e.actor === 'worker' && e.entity === 'payment')).toBe(true)
    expect(moves(await story(subscription.id))).toEqual([[null, 'active']])
  })

  test('tells of voiding', async () => {
    const { user } = await makeCustomer(on.api, {}, 'stub_decline')
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
    ;(await on.api.voidInvoice(user.id, invoice.id)).is(200)
    const events = await story(invoice.id)
    expect(moves(events)).toEqual([[null, 'open'], ['open', 'void']])
    expect(events.filter((e) => e.to === 'retrying').map((e) => [e.from, e.actor])).toEqual([['pending', 'worker']])
  })

  test('tells a subscription\'s whole life', async () => {
    const { user, subscription } = await makeCustomer(on.api, { trial_days: 7, interval: 'year' }, 'stub_decline')
    await advanceTo(on.api, subscription.current_period_end)
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
    await advanceDays(on.api, 17)
    ;(await on.api.updateUser(user.id, { payment_method: null })).is(200)
    ;(await on.api.payInvoice(user.id, invoice.id)).is(200)
    await until('it is active', async () => (await on.api.getSubscription(subscription.id)).is(200).status === 'active')
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    const events = await story(subscription.id)
    expect(moves(events)).toEqual([
      [null, 'trialing'],
      ['trialing', 'active'],
      ['active', 'past_due'],
      ['past_due', 'active'],
      ['active', 'canceled'],
    ])
    expect(events[0]!.actor).toBe('anonymous')
    expect(['worker', 'schedule']).toContain(events.find((e) => e.to === 'past_due')!.actor)
    expect(events.at(-1)!.actor).toBe('anonymous')
    // Each state begins where the one before it ended, in the order of time.
    expect(events.map((e) => e.at)).toEqual(events.map((e) => e.at).sort())
  })

  test('tells nothing of what was refused', async () => {
    const before = (await on.api.listAudit({ limit: 1 })).is(200)
    ;(await on.api.createUser({ email: 'nobody' })).refused(422, 'unacceptable')
    ;(await on.api.createSubscription({ user_id: '01900000-0000-7000-8000-000000000000', plan_code: 'pro' })).refused(404, 'not_found')
    expect((await on.api.listAudit({ limit: 1 })).is(200)).toEqual(before)
  })

  test('tells all that happened to a user, and whose a thing is', async () => {
    const { user, plan, subscription } = await makeCustomer(on.api)
    const invoice = await paid(on.api, await generate(on.api, user.id))
    await makeCustomer(on.api)
    const events = (await on.api.listAudit({ user_id: user.id.toUpperCase() })).is(200)
    expect(events.every((e) => e.user_id === user.id)).toBe(true)
    expect(new Set(events.map((e) => e.entity_id))).toEqual(new Set([user.id, subscription.id, invoice.id, invoice.payments[0]!.id]))
    expect((await on.api.listAudit({ user_id: user.id, entity_id: invoice.id })).is(200)).toEqual(events.filter((e) => e.entity_id === invoice.id))
    expect((await story(plan.code)).map((e) => e.user_id)).toEqual([null])
    ;(await on.api.listAudit({ user_id: 'abc' })).refused(422, 'unacceptable', '?user_id')
  })

  test('of what there is not is empty', async () => {
    expect((await on.api.listAudit({ entity_id: 'nowhere' })).is(200)).toEqual([])
    expect((await on.api.listAudit({ user_id: '01900000-0000-7000-8000-000000000000' })).is(200)).toEqual([])
  })
})

test('tells which key acted, by its id: a name may be used again', async () => {
  const server = await Server.start()
  const ids: (string | null)[] = []
  for (let n = 0; n < 2; n++) {
    const api = server.api.as(await server.key('robot', 'admin'))
    const user = await until('the key is known', async () => {
      const answer = await api.createUser({ email: `${fresh('by-key')}@example.com` })
      return answer.status === 201 ? answer.body : undefined
    })
    ;(await api.updateUser(user.id, { payment_method: 'stub_ok' })).is(200)
    await subscribe(api, user.id, 'basic')
    const events = (await api.listAudit({ user_id: user.id })).is(200)
    expect(new Set(events.map((e) => e.actor))).toEqual(new Set(['key:robot']))
    expect(new Set(events.map((e) => e.key_id)).size).toBe(1)
    ids.push(events[0]!.key_id)
    expect((await server.billing('keys', 'revoke', '--name', 'robot')).code).toBe(0)
  }
  const { stdout } = await server.sql("SELECT string_agg(id::text, ',' ORDER BY id) FROM api_keys WHERE name = 'robot'")
  expect(stdout.trim()).toBe(ids.join(','))
  await server.stop()
})
