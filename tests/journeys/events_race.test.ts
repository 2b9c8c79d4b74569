import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeUser, useServer } from '../harness/make.ts'
import { Random } from '../harness/random.ts'
import type { Event } from '../harness/types.ts'

const on = useServer()

/** A UUIDv7, as ours are. */
function uuid(): string {
  const hex = Date.now().toString(16).padStart(12, '0') + '7' + randomBytes(2).toString('hex').slice(1) + 'a' + randomBytes(8).toString('hex').slice(1)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

test('whoever reads on and on misses nothing and reads nothing twice, while transactions commit late, out of order or never', async () => {
  const user = (await makeUser(on.api)).id
  const random = new Random(11)
  const committed: string[] = []
  let writing = true

  /** Each a transaction of some rows, open for up to a second; one of five is rolled back. Written as the rooms write it, but slower than they may. */
  const write = async () => {
    for (let i = 0; i < 12; i++) {
      const ids = Array.from({ length: random.int(1, 5) }, uuid)
      const rows = ids.map((id) => `('${id}', now(), 'worker', 'user.updated', 'user', '${user}', '${user}')`)
      const keeps = random.chance(0.8)
      const { code, stderr } = await on.server.sql(
        `BEGIN; INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id) VALUES ${rows.join(', ')}; SELECT pg_sleep(${random.next()}); ${keeps ? 'COMMIT' : 'ROLLBACK'}`,
      )
      expect(code, stderr).toBe(0)
      if (keeps) committed.push(...ids)
    }
  }
  const seen: Event[] = []
  const read = async () => {
    // What others in the same PostgreSQL hold open holds up what comes after it: until all is there, and then nothing more.
    for (let idle = 0; idle < 30; ) {
      const finished = !writing
      const page = (await on.api.call<Event[]>('listEvents', {}, { query: { after: Number(seen.at(-1)?.sequence ?? 0), wait: 2, limit: 100 } })).is(200)
      seen.push(...page)
      if (!finished || page.length > 0) continue
      if (seen.length > committed.length) return
      idle++
    }
  }
  const reading = read()
  await Promise.all(Array.from({ length: 12 }, write))
  writing = false
  await reading

  expect(seen.map((event) => Number(event.sequence))).toEqual(seen.map((_, i) => i + 1))
  expect(seen.slice(1).map((event) => event.id).sort()).toEqual([...committed].sort())  // after the user's own
})
