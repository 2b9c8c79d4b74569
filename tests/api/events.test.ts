import { describe, expect, test } from 'vitest'
import type { Answer } from '../harness/client.ts'
import { advanceDays, generate, makeCustomer, makePlan, makeUser, paid, subscribe, useServer } from '../harness/make.ts'
import type { Event } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T09:00:00Z' })

type Query = Record<string, string | number | undefined>
const ask = (query: Query = {}): Promise<Answer<Event[]>> => on.api.call<Event[]>('listEvents', {}, { query })
const read = async (query: Query = {}): Promise<Event[]> => (await ask(query)).is(200)

/** All of a user's events so far, once `enough` of them are there. */
function eventsOf(userId: string, enough: (types: string[]) => boolean): Promise<Event[]> {
  return until(`events of ${userId}`, async () => {
    const found: Event[] = []
    for (let page = await read({ user_id: userId, limit: 100 }); page.length > 0; page = await read({ user_id: userId, limit: 100, after: Number(found.at(-1)!.sequence) })) {
      found.push(...page)
    }
    return enough(found.map((event) => event.type)) ? found : undefined
  })
}
const typesOf = (events: Event[]): string[] => events.map((event) => event.type)

describe('events', () => {
  test('tell a customer\'s story in its order, each with what it is about as GET shows it', async () => {
    const { user, subscription } = await makeCustomer(on.api, { amount_cents: 4900, interval: 'year' })
    const invoice = await paid(on.api, await generate(on.api, user.id))
    const events = await eventsOf(user.id, (types) => types.includes('invoice.paid'))
    expect(typesOf(events)).toEqual(['user.created', 'subscription.created', 'invoice.created', 'payment.succeeded', 'invoice.paid'])
    expect(events.every((event) => event.user_id === user.id)).toBe(true)

    const [aboutUser, aboutSubscription, created, payment, done] = events
    expect(aboutUser!.data).toEqual({ object_kind: 'user', object_id: user.id, object: (await on.api.getUser(user.id)).is(200) })
    expect(aboutSubscription!.data).toMatchObject({ object_kind: 'subscription', object_id: subscription.id, object: (await on.api.getSubscription(subscription.id)).is(200) })
    expect(done!.data).toEqual({ object_kind: 'invoice', object_id: invoice.id, object: (await on.api.getInvoice(user.id, invoice.id)).is(200) })
    expect(created!.data).toEqual(done!.data)  // as it is now, also in what tells of earlier
    expect(payment!.data.object).toEqual((await on.api.listPayments({ user_id: user.id })).is(200)[0])
  })

  test('are numbered without gaps, oldest first, and page by Link', async () => {
    const user = await makeUser(on.api)
    await eventsOf(user.id, (types) => types.length === 1)
    const first = await ask({ limit: 2 })
    expect(first.is(200).map((event) => Number(event.sequence))).toEqual([1, 2])
    expect(first.header('link')).toBe('</events?limit=2&after=2>; rel="next"')
    const rest = await read({ after: 2, limit: 100 })
    expect(rest.map((event) => Number(event.sequence))).toEqual(rest.map((_, i) => i + 3))
    expect(await read({ after: Number(rest.at(-1)!.sequence) })).toEqual([])
  })

  test('are chosen by type, of a kind or one by one', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900, interval: 'year' })
    await paid(on.api, await generate(on.api, user.id))
    await eventsOf(user.id, (types) => types.includes('invoice.paid'))
    expect(typesOf(await read({ user_id: user.id, types: 'invoice.*' }))).toEqual(['invoice.created', 'invoice.paid'])
    expect(typesOf(await read({ user_id: user.id, types: 'invoice.paid,user.*' }))).toEqual(['user.created', 'invoice.paid'])
    const all = await read({ types: 'payment.succeeded', limit: 100 })
    expect(new Set(typesOf(all))).toEqual(new Set(['payment.succeeded']))
    ;(await ask({ types: 'invoice.lost' })).refused(422, 'unacceptable', '?types')
    ;(await ask({ types: '' })).refused(422, 'unacceptable', '?types')
  })

  test('refuse what they cannot mean', async () => {
    ;(await ask({ after: -1 })).refused(422, 'unacceptable', '?after')
    ;(await ask({ after: 'x' })).refused(422, 'unacceptable', '?after')
    ;(await ask({ wait: 31 })).refused(422, 'unacceptable', '?wait')
    ;(await ask({ user_id: 'nobody' })).refused(422, 'unacceptable', '?user_id')
    ;(await on.api.call('listEvents', {}, { query: { before: 1 } })).refused(422, 'unacceptable')
  })

  test('can be waited for, without one at the end of the wait, and with one as soon as it is there', async () => {
    const user = await makeUser(on.api)
    const last = Number((await eventsOf(user.id, (types) => types.length === 1)).at(-1)!.sequence)
    expect(await read({ user_id: user.id, after: last, wait: 1 })).toEqual([])

    const waiting = read({ user_id: user.id, after: last, wait: 30 })
    await on.api.updateUser(user.id, { name: 'Ada' })
    const [event, ...more] = await waiting
    expect(more).toEqual([])
    expect(event).toMatchObject({ type: 'user.updated', data: { object: { name: 'Ada' } } })
  })

  test('hold no name: who was anonymized is so in events of before, too', async () => {
    const user = (await on.api.createUser({ email: 'erika.musterfrau@example.com', name: 'Erika Musterfrau' })).is(201)
    await eventsOf(user.id, (types) => types.length === 1)
    ;(await on.api.anonymizeUser(user.id)).is(200)
    const events = await eventsOf(user.id, (types) => types.includes('user.anonymized'))
    expect(JSON.stringify(events)).not.toMatch(/erika/i)
    expect((await on.server.sql(`SELECT count(*) FROM events WHERE events::text ILIKE '%erika%'`)).stdout.trim()).toBe('0')
  })

  test('tell of a trial three days before it ends, and of a term on the day it begins', async () => {
    const plan = await makePlan(on.api, { amount_cents: 1000, trial_days: 10 })
    const other = await makePlan(on.api, { amount_cents: 2000 })
    const user = await makeUser(on.api)
    const subscription = await subscribe(on.api, user.id, plan.code)
    const short = await makeUser(on.api)
    await subscribe(on.api, short.id, plan.code, { trial_days: 2 })
    expect(typesOf(await eventsOf(short.id, (types) => types.length >= 3))).toEqual(['user.created', 'subscription.created', 'subscription.trial_ending'])

    await advanceDays(on.api, 6)
    await eventsOf(short.id, (types) => types.includes('subscription.active'))  // so all of it has a sequence
    expect(typesOf(await read({ user_id: user.id }))).not.toContain('subscription.trial_ending')
    await advanceDays(on.api, 1)
    const events = await eventsOf(user.id, (types) => types.includes('subscription.trial_ending'))
    expect(events.at(-1)).toMatchObject({ type: 'subscription.trial_ending', at: expect.stringMatching(/^2026-06-08T00:00/), data: { object: { status: 'trialing' } } })

    await advanceDays(on.api, 4)
    ;(await on.api.call('changeSubscription', { id: subscription.id }, { body: { plan_code: other.code, at: 'period_end' } })).is(200)
    await advanceDays(on.api, 31)
    const all = typesOf(await eventsOf(user.id, (types) => types.filter((type) => type === 'subscription.updated').length >= 2))
    expect(all.filter((type) => type === 'subscription.trial_ending')).toHaveLength(1)
    expect(all.filter((type) => type === 'subscription.updated')).toHaveLength(2)  // the call, and the day
    expect(all).toContain('subscription.active')
  })

  test('that are no longer kept are missed by nobody unawares', async () => {
    await until('there are some', async () => (await read({ limit: 5 })).length === 5)
    await on.server.sql('DELETE FROM events WHERE sequence < 4')
    expect((await read({ limit: 1 }))[0]!.sequence).toBe(4)
    expect((await read({ after: 3, limit: 1 }))[0]!.sequence).toBe(4)
    expect((await ask({ after: 2 })).refused(410, 'events_gone').detail).toContain('after=3')
  })

  test('tell of a balance that was granted, used and given back', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900, interval: 'year' }, 'stub_decline')
    ;(await on.api.call('createCredit', { id: user.id }, { body: { amount_cents: 1000, currency: 'USD', reason: 'a favour' } })).is(201)
    const invoice = await generate(on.api, user.id)
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
    ;(await on.api.call('voidInvoice', { user_id: user.id, invoice_id: invoice.id })).is(200)
    const events = await eventsOf(user.id, (types) => types.filter((type) => type === 'balance.changed').length === 3)
    const last = events.filter((event) => event.type === 'balance.changed').at(-1)!
    expect(last.data).toEqual({ object_kind: 'balance', object_id: user.id, object: [{ currency: 'USD', balance_cents: 1000 }] })
    expect(typesOf(events)).toContain('payment.failed')
    expect(typesOf(events)).toContain('invoice.voided')
  })
})
