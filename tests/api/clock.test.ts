import { describe, expect, test } from 'vitest'
import { advanceTo, invoicesOf, makeCustomer, use, useServer } from '../harness/make.ts'

describe('a simulated clock', () => {
  const on = useServer({ start: '2026-01-15T12:00:00Z' })

  test('starts where it is told, and stands still', async () => {
    expect((await on.api.getClock()).is(200)).toEqual({ now: '2026-01-15T12:00:00Z', simulated: true })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await on.api.getClock()).is(200).now).toBe('2026-01-15T12:00:00Z')
  })

  test.each([
    [{ days: 1 }, '2026-01-16T12:00:00Z'],
    [{ to: '2026-01-20' }, '2026-01-20T00:00:00Z'],
    [{ to: '2026-01-20T10:30:00Z' }, '2026-01-20T10:30:00Z'],
    [{ to: '2026-01-20T13:00:00+02:00' }, '2026-01-20T11:00:00Z'],
    [{ to: '2026-01-20T11:00:00.250000Z' }, '2026-01-20T11:00:00.250000Z'],
    [{ days: 10 }, '2026-01-30T11:00:00.250000Z'],
  ])('%j moves it to %s', async (move, then) => {
    expect((await on.api.advanceClock(move)).is(200).now).toBe(then)
    expect((await on.api.getClock()).is(200)).toEqual({ now: then, simulated: true })
  })

  test('never goes backwards', async () => {
    for (const to of ['2026-01-30T11:00:00Z', '2026-01-30', '2020-01-01']) (await on.api.advanceClock({ to })).refused(422, 'unacceptable', '/to')
    expect((await on.api.getClock()).is(200).now).toBe('2026-01-30T11:00:00.250000Z')
  })

  test('to where it stands is where it stands', async () => {
    expect((await on.api.advanceClock({ to: '2026-01-30T11:00:00.250000Z' })).is(200)).toEqual({
      now: '2026-01-30T11:00:00.250000Z',
      invoices_created: 0,
      payments_attempted: 0,
    })
  })

  test.each<[unknown, string | undefined]>([
    [{}, undefined],
    [{ days: 1, to: '2027-01-01' }, undefined],
    [{ days: -1 }, '/days'],
    [{ days: 1.5 }, '/days'],
    [{ days: '1' }, '/days'],
    ['{"days": 9223372036854775807}', '/days'],
    [{ to: 'tomorrow' }, '/to'],
    [{ to: '9999-12-31T23:59:59Z' }, '/to'],
    [{ to: '2026-02-30' }, '/to'],
    [{ to: '2027-01-01T00:00:00' }, '/to'],
    [{ to: 5 }, '/to'],
    [{ weeks: 1 }, undefined],
  ])('refuses %j', async (move, pointer) => {
    const answer = await on.api.advanceClock(move)
    if (pointer === undefined) answer.refused(422, 'unacceptable')
    else answer.refused(422, 'unacceptable', pointer)
    expect((await on.api.getClock()).is(200).now).toBe('2026-01-30T11:00:00.250000Z')
  })

  test('says what it did on the way, and leaves nothing undone', async () => {
    await advanceTo(on.api, '2026-02-01T00:00:00Z')
    const { user } = await makeCustomer(on.api, { amount_cents: 100, charges: [{ metric: 'm', model: 'per_unit', unit_price: '1' }] })
    const { user: poor } = await makeCustomer(on.api, { amount_cents: 100, interval: 'year' }, 'stub_decline')
    await use(on.api, user.id, 'm', 1)
    // Three roll-overs, each paid.
    expect((await on.api.advanceClock({ to: '2026-05-01' })).is(200)).toEqual({ now: '2026-05-01T00:00:00Z', invoices_created: 3, payments_attempted: 3 })
    expect((await invoicesOf(on.api, user.id)).map((i) => [i.status, i.paid_at])).toEqual([
      ['paid', '2026-03-01T00:00:00Z'],
      ['paid', '2026-04-01T00:00:00Z'],
      ['paid', '2026-05-01T00:00:00Z'],
    ])
    expect(await invoicesOf(on.api, poor.id)).toEqual([])
    // The other's year ends on 2027-02-01: 9 more months, one yearly invoice, its five attempts.
    const { invoices_created, payments_attempted } = (await on.api.advanceClock({ to: '2027-02-20' })).is(200)
    expect({ invoices_created, payments_attempted }).toEqual({ invoices_created: 10, payments_attempted: 14 })
    const [late] = await invoicesOf(on.api, poor.id)
    expect(late).toMatchObject({ status: 'open', collection: 'uncollected' })
    const stats = (await on.api.getStats()).is(200)
    expect(stats.oldest_due_at === null || stats.oldest_due_at > '2027-02-20T00:00:00Z').toBe(true)
  })

  test('stands where it stood when the process starts again', async () => {
    const { now } = (await on.api.getClock()).is(200)
    await on.server.terminate()
    await on.server.launch()
    expect((await on.api.getClock()).is(200)).toEqual({ now, simulated: true })
  })
})

describe('the real clock', () => {
  const on = useServer({ clock: 'system' })

  test('goes by itself', async () => {
    const before = Date.now()
    const { now, simulated } = (await on.api.getClock()).is(200)
    expect(simulated).toBe(false)
    expect(Date.parse(now)).toBeGreaterThanOrEqual(before - 1000)
    expect(Date.parse(now)).toBeLessThanOrEqual(Date.now() + 1000)
  })

  test('cannot be moved', async () => {
    ;(await on.api.advanceClock({ days: 1 })).refused(409, 'clock_is_real')
  })
})
