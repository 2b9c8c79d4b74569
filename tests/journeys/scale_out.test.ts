import { expect, test } from 'vitest'
import { fresh, generate, makePlan, makeUser, paid, subscribe, useServer } from '../harness/make.ts'
import { until } from '../harness/until.ts'

const on = useServer({ clock: 'system' })

test('several processes of each kind share the work: nothing twice, nothing lost, and one leaves in the middle of it', async () => {
  const front = await on.server.also('serve')
  const leaver = await on.server.also('work')
  await on.server.also('work')
  await on.server.also('schedule')
  await on.server.also('schedule')
  const doors = [on.api, front.api] as const

  // What one process changes, the other one sees.
  const plan = await makePlan(on.api, { amount_cents: 1000 })
  await until('the other process lists the new plan', async () => (await front.api.listPlans()).is(200).some((p) => p.code === plan.code), 3000)
  ;(await front.api.updatePlan(plan.code, { name: 'Renamed' })).is(200)
  await until('the first process lists the new name', async () => (await on.api.listPlans()).is(200).some((p) => p.name === 'Renamed'), 3000)

  // The same request through both doors at once is one request.
  const idempotencyKey = fresh('k')
  const body = { email: `${fresh('both')}@example.com` }
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => doors[n % 2]!.createUser(body, { idempotencyKey })))
  expect(answers.filter((a) => a.status === 201 && !a.replayed)).toHaveLength(1)
  for (const answer of answers) expect([201, 409]).toContain(answer.status)
  const user = (await on.api.listUsers({ email: body.email })).is(200)[0]!
  const subscribes = await Promise.all(
    Array.from({ length: 20 }, (_, n) => doors[n % 2]!.createSubscription({ user_id: user.id, plan_code: plan.code })),
  )
  expect(subscribes.filter((a) => a.status === 201)).toHaveLength(1)
  const events = await Promise.all(
    Array.from({ length: 40 }, (_, n) => doors[n % 2]!.recordUsage({ user_id: user.id, metric: 'm', quantity: 1, event_id: 'once' })),
  )
  for (const answer of events) answer.is(201)
  expect((await front.api.getUsage(user.id)).is(200).map((d) => d.quantity)).toEqual([1])
  const generates = await Promise.all(Array.from({ length: 20 }, (_, n) => doors[n % 2]!.generateInvoice(user.id)))
  expect(generates.filter((a) => a.status === 201)).toHaveLength(1)
  await paid(front.api, generates.find((a) => a.status === 201)!.body)

  // 40 invoices at a slow provider; a worker leaves while they are being paid.
  const invoices = []
  for (let n = 0; n < 40; n++) {
    const payer = await makeUser(doors[n % 2]!, 'stub_slow_200')
    await subscribe(doors[n % 2]!, payer.id, plan.code)
    invoices.push(await generate(doors[n % 2]!, payer.id))
    if (n === 20) await leaver.terminate()
  }
  for (const invoice of invoices) {
    const done = await paid(front.api, invoice)
    expect(done.payments.map((p) => p.status)).toEqual(['succeeded'])
  }
})
