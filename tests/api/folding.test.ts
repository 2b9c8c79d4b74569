import { expect, test } from 'vitest'
import { makeUser, use, useServer } from '../harness/make.ts'
import { patience, until } from '../harness/until.ts'

const on = useServer()

const unfolded = async (): Promise<number> => Number((await on.server.sql('SELECT count(*) FROM unfolded_usage()')).stdout)

// What is not folded yet every invoice reads. Nothing else happens here, so that nothing but the schedule's sweep has it folded; a ring that were held
// back as rung for of late would take a quarter of a minute each time, and so longer than all four may.
test('what has come is folded with the next sweep, however lately the one before it was', async () => {
  const user = await makeUser(on.api)
  const deadline = Date.now() + patience
  for (const quantity of [1, 2, 3, 4]) {
    await use(on.api, user.id, 'calls', quantity)
    await until('it is folded', async () => (await unfolded()) === 0, Math.max(0, deadline - Date.now()))
  }
  const { stdout } = await on.server.sql('SELECT quantity FROM usage_days')
  expect(stdout.trim()).toBe('10')
})
