import { expect, test } from 'vitest'
import { advanceTo, generate, makeCustomer, makeUser, useServer } from '../harness/make.ts'
import type { AuditEvent, Event } from '../harness/types.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T09:00:00Z' })

const give = async (userId: string, amount_cents: number, expires_on?: string) =>
  (await on.api.createCredit(userId, { amount_cents, currency: 'USD', reason: 'A gift', ...(expires_on && { expires_on }) })).is(201)
const balance = async (userId: string) => (await on.api.call('getBalance', { id: userId })).is(200)
const usd = (balance_cents: number) => [{ currency: 'USD', balance_cents }]
/** How the credits that have expired did, oldest first. */
const expired = async (userId: string): Promise<[id: string, at: string][]> =>
  (await on.api.walk<AuditEvent>(`/audit?user_id=${userId}`, 50)).all.filter((event) => event.action === 'credit.expired').map((event): [string, string] => [event.entity_id, event.at]).reverse()
/** The events that say of a balance that it changed, all of those that there are by now. */
async function changes(userId: string): Promise<Event[]> {
  const last = await makeUser(on.api)
  await until('all has its sequence', async () => (await on.api.call<Event[]>('listEvents', {}, { query: { user_id: last.id } })).is(200).length > 0)
  return (await on.api.call<Event[]>('listEvents', {}, { query: { user_id: userId, types: 'balance.changed', limit: 100 } })).is(200)
}

test('a balance is told to change as the day begins from which a credit cannot be used', async () => {
  const user = await makeUser(on.api)
  const short = await give(user.id, 1000, '2026-06-05')
  await give(user.id, 300)
  const ended = await give(user.id, 500, '2026-06-05')
  ;(await on.api.endCredit(user.id, ended.id)).is(204)
  const long = await give(user.id, 20, '2026-06-08')
  const before = await changes(user.id)
  expect(before).toHaveLength(5)

  await advanceTo(on.api, '2026-06-04T23:59:59Z')
  expect(await balance(user.id)).toEqual(usd(1320))
  expect(await expired(user.id)).toEqual([])
  expect(await changes(user.id)).toHaveLength(5)

  await advanceTo(on.api, '2026-06-05T00:00:00Z')
  expect(await balance(user.id)).toEqual(usd(320))
  expect(await expired(user.id)).toEqual([[short.id, expect.stringMatching(/^2026-06-05T00:00:00(\.0+)?Z$/)]])
  const after = await changes(user.id)
  expect(after).toHaveLength(6)
  expect(after.at(-1)).toMatchObject({ type: 'balance.changed', user_id: user.id, at: expect.stringMatching(/^2026-06-05T00:00:00/), data: { object_kind: 'balance', object_id: user.id, object: usd(320) } })

  // Over many days at once each is told on its own, and none a second time.
  await advanceTo(on.api, '2026-08-01T00:00:00Z')
  expect((await expired(user.id)).map(([id, at]) => [id, at.slice(0, 10)])).toEqual([[short.id, '2026-06-05'], [long.id, '2026-06-08']])
  expect(await changes(user.id)).toHaveLength(7)
  expect(await balance(user.id)).toEqual(usd(300))
})

test('of a credit that was used up nothing expires, until a void gives back what cannot be used any more', async () => {
  const { user } = await makeCustomer(on.api, { amount_cents: 4900, interval: 'year' }, 'stub_decline')
  const credit = await give(user.id, 1000, '2026-08-03')
  const invoice = await generate(on.api, user.id)
  await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
  await advanceTo(on.api, '2026-08-03T00:00:00Z')
  expect(await expired(user.id)).toEqual([])

  ;(await on.api.call('voidInvoice', { user_id: user.id, invoice_id: invoice.id })).is(200)
  await advanceTo(on.api, '2026-08-03T00:00:01Z')
  expect((await expired(user.id)).map(([id]) => id)).toEqual([credit.id])
  expect(await balance(user.id)).toEqual([])
})
