import { expect, test } from 'vitest'
import { generate, makeCustomer, paid, useServer } from '../harness/make.ts'

const on = useServer({ clock: 'system' })

const note = (name: string, breaksOlder: boolean) =>
  on.server.sql(`INSERT INTO schema_migrations (name, sha256, breaks_older) VALUES ('${name}', repeat('0', 64), ${breaksOlder})`)

test('a binary works on the schema of a newer one, and starts on it, as long as that has only added to it', async () => {
  expect((await on.server.sql('ALTER TABLE users ADD COLUMN nickname text; CREATE INDEX users_nickname ON users (nickname)')).code).toBe(0)
  expect((await note('9998_nicknames.sql', false)).code).toBe(0)

  const { user } = await makeCustomer(on.api, { amount_cents: 1234 })
  await paid(on.api, await generate(on.api, user.id))

  const later = await on.server.also('serve')
  await later.terminate()
  expect(later.log).toContain('schema_is_newer')
  const migrated = await on.server.billing('migrate')
  expect(migrated.stdout).toContain('up to date')
  expect(migrated.code).toBe(0)
})

test('a binary refuses a schema that it cannot work with, and says so', async () => {
  expect((await note('9999_without_users.sql', true)).code).toBe(0)
  const refused = await on.server.billing('migrate')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('9999_without_users.sql, which this binary does not know and cannot work with: use a newer one')
  expect((await on.server.sql("DELETE FROM schema_migrations WHERE name LIKE '999%'")).code).toBe(0)
})
