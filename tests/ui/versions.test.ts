import { describe, expect, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { fresh, makePlan, makeUser, subscribe, useServer } from '../harness/make.ts'
import { button, dialog, says } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

/** A plan with so many subscriptions on its first version, and a second one. */
async function sold(subscriptions: number, versions = 2) {
  const plan = await makePlan(on.api, { code: fresh('pro'), name: 'Pro', amount_cents: 4900, charges: [{ metric: 'api_calls', model: 'per_unit', included: 1000, unit_price: '0.01' }] })
  const made = []
  for (let n = 0; n < subscriptions; n++) made.push(await subscribe(on.api, (await makeUser(on.api)).id, plan.code))
  if (versions > 1) (await on.api.call('createPlanVersion', { code: plan.code }, { body: { amount_cents: 5900, charges: plan.charges } })).is(201)
  return { plan, made }
}

describe('a version', () => {
  test('is written from the newest, previewed, and stands beside the others with what changed marked', async () => {
    const { plan, made } = await sold(1, 1)
    const page = await browser.open(`/admin/plans/${plan.code}`)
    await page.getByRole('link', { name: 'New version' }).click()
    await page.getByRole('heading', { level: 1, name: 'Version 2 of Pro' }).waitFor()
    const price = page.getByRole('textbox', { name: 'Price', exact: true })
    expect(await price.inputValue()).toBe('49.00')
    await price.fill('59')
    await page.getByLabel('Included units').fill('2,000')
    await page.getByRole('table', { name: 'What api_calls costs' }).getByText('2,001').waitFor()
    await button(page, 'Create version').click()
    const versions = page.getByRole('table', { name: 'Versions' })
    await versions.getByRole('columnheader', { name: /^v2/ }).waitFor()
    expect(await versions.innerText()).toMatch(/\$59\.00 a month\s+\(changed\)\s+\$49\.00 a month/)
    expect(await versions.innerText()).toMatch(/2,000 included, then \$0\.01 each\s+\(changed\)\s+1,000 included, then \$0\.01 each/)
    expect((await on.api.getSubscription(made[0]!.id)).is(200).version, 'live ones stay').toBe(1)
    expect((await on.api.getPlan(plan.code)).is(200)).toMatchObject({ version: 2, amount_cents: 5900 })
  })

  test('that cannot be read is marked where it is wrong', async () => {
    const { plan } = await sold(0, 1)
    const page = await browser.open(`/admin/plans/${plan.code}/new_version`)
    await page.getByRole('textbox', { name: 'Price', exact: true }).fill('4,9')
    await says(page, 'An amount such as 49 or 49.90')
    expect(await button(page, 'Create version').isDisabled()).toBe(true)
  })
})

describe('a migration', () => {
  test('takes the subscriptions to the new version, and says how far it is', async () => {
    const { plan, made } = await sold(3)
    const page = await browser.open(`/admin/plans/${plan.code}`)
    await button(page, 'Migrate…').click()
    await dialog(page).getByRole('button', { name: 'Start migration' }).click()
    await says(page, '3 subscriptions are being taken to v2')
    const list = page.getByRole('list', { name: 'Migrations' })
    await list.getByText('3 of 3 changed').waitFor()
    await list.getByText('Done').waitFor()
    expect(await list.getByRole('progressbar').evaluate((bar) => (bar as HTMLProgressElement).value)).toBe(3)
    for (const { id, current_period_end } of made) expect((await on.api.getSubscription(id)).is(200).pending).toMatchObject({ at: current_period_end, version: 2 })
  })

  test('from a day that is not allowed is refused in words, at the day', async () => {
    const { plan } = await sold(1)
    const page = await browser.open(`/admin/plans/${plan.code}`, { refusals: true })
    await button(page, 'Migrate…').click()
    await dialog(page).getByRole('radio', { name: 'A day, the same for all' }).check()
    await dialog(page).getByLabel('Day', { exact: false }).last().fill('2030-01-01')
    await dialog(page).getByRole('button', { name: 'Start migration' }).click()
    await until('it is marked', async () => (await dialog(page).locator('input[type=date][aria-invalid=true]').count()) === 1)
  })

  test('is stopped', async () => {
    const { plan, made } = await sold(1)
    // One that no worker has come to yet, as it is while thousands wait.
    const { stdout, stderr } = await on.server.sql(`
      WITH started AS (
        INSERT INTO plan_migrations (id, plan_code, to_version, keep_overrides, status, due_at, created_at, updated_at)
        VALUES ('01900000-0000-7000-8000-000000000001', '${plan.code}', 2, true, 'running', '2030-01-01', '2026-06-01', '2026-06-01') RETURNING id)
      INSERT INTO plan_migration_subscriptions (migration_id, subscription_id, outcome) SELECT id, '${made[0]!.id}', 'waiting' FROM started`)
    expect(stderr + stdout).toBe('')
    const page = await browser.open(`/admin/plans/${plan.code}`)
    const list = page.getByRole('list', { name: 'Migrations' })
    await list.getByText('0 of 1 changed').waitFor()
    await list.getByRole('button', { name: 'Stop…' }).click()
    await dialog(page).getByRole('button', { name: 'Stop migration' }).click()
    await list.getByText('Stopped').waitFor()
    expect((await on.api.getSubscription(made[0]!.id)).is(200)).toMatchObject({ version: 1, pending: null })
  })
})

describe('these pages', () => {
  test.each(['light', 'dark'] as const)('are without serious flaws for those who cannot see them, %s', async (colorScheme) => {
    const { plan } = await sold(1)
    ;(await on.api.call('createPlanMigration', { code: plan.code }, { body: { to_version: 2, at: 'period_end' } })).is(202)
    const page = await browser.open(`/admin/plans/${plan.code}`, { colorScheme, reducedMotion: 'reduce' })
    await page.getByRole('list', { name: 'Migrations' }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(await seriousFlaws(page)).toEqual([])
    await button(page, 'Migrate…').click()
    await dialog(page).waitFor()
    expect(await seriousFlaws(page), 'migrating').toEqual([])
    await page.goto(`${on.server.origin}/admin/plans/${plan.code}/new_version`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(await seriousFlaws(page), 'a new version').toEqual([])
  })

  test('fit a phone', async () => {
    const { plan } = await sold(1)
    const page = await browser.open('/admin/', { viewport: phone, reducedMotion: 'reduce' })
    for (const path of [`/plans/${plan.code}`, `/plans/${plan.code}/new_version`]) {
      await page.goto(`${on.server.origin}/admin${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      expect([path, await overflows(page)]).toEqual([path, false])
      expect(await seriousFlaws(page), path).toEqual([])
    }
  })
})
