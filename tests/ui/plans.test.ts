import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { fresh, makePlan, useServer } from '../harness/make.ts'

const on = useServer()
const browser = useBrowser(() => on.server.origin)

const charge = (metric: string) => ({ metric, model: 'per_unit' as const, included: 100, unit_price: '0.01' })
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.closest('[class*=InputWrapper-root]')?.querySelector('label')?.textContent?.replace(/[ *]+$/, '') ?? document.activeElement?.textContent)

describe('plans of many metrics', () => {
  test('take a line each in the list, and a long name takes only the room that the others leave', async () => {
    const plan = await makePlan(on.api, { name: 'Everything', charges: Array.from({ length: 50 }, (_, n) => charge(`metric_${n}`)) })
    const long = await makePlan(on.api, { name: 'Long '.repeat(40).trim(), charges: [charge('api_calls'), charge('storage_gb')] })
    const page = await browser.open('/admin/plans')
    const row = page.getByRole('row', { name: plan.name })
    await row.getByText('50 metrics: metric_0, metric_1, +48').waitFor()
    expect((await row.boundingBox())!.height).toBeLessThan(80)
    const status = page.getByRole('row', { name: long.name }).getByText('For sale')
    const box = (await status.boundingBox())!
    expect(box.x + box.width).toBeLessThan(1280)
    expect((await page.getByRole('row', { name: long.name }).boundingBox())!.height).toBeLessThan(120)
  })

  test('are told in a line each on their page, and one is unfolded to its curve', async () => {
    const plan = await makePlan(on.api, { charges: Array.from({ length: 50 }, (_, n) => charge(`metric_${n}`)) })
    const page = await browser.open(`/admin/plans/${plan.code}`)
    const usage = page.getByRole('list', { name: 'What usage costs' })
    await usage.waitFor()
    expect(await usage.getByRole('button').count()).toBe(50)
    expect(await page.getByRole('table', { name: /^What/ }).count()).toBe(0)
    await usage.getByRole('button', { name: /^metric_9 100 included, then \$0.01 each/ }).click()
    await page.getByRole('table', { name: 'What metric_9 costs' }).waitFor()
  })
})

describe('a new plan', () => {
  test('is there again after a reload, and closing it asks', async () => {
    const page = await browser.open('/admin/plans/_new')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Written for an hour')
    await page.getByRole('button', { name: 'Add a charge' }).click()
    await page.getByRole('textbox', { name: 'Metric' }).fill('api_calls')
    let asked = ''
    page.once('dialog', (dialog) => {
      asked = dialog.type()
      void dialog.accept()
    })
    await page.reload()
    expect(asked).toBe('beforeunload')
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Written for an hour')
    expect(await page.getByRole('textbox', { name: 'Metric' }).inputValue()).toBe('api_calls')
    await page.getByRole('button', { name: 'Start over' }).click()
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('')
  })

  test('is written with the keyboard: the focus is where one goes on', async () => {
    const page = await browser.open('/admin/plans/_new')
    await page.getByRole('button', { name: 'Add a charge' }).press('Enter')
    expect(await focused(page)).toBe('Metric')
    await page.getByRole('button', { name: 'Add a charge' }).press('Enter')
    expect(await page.getByRole('textbox', { name: 'Metric' }).last().evaluate((one) => one === document.activeElement)).toBe(true)
    await page.getByRole('button', { name: 'Graduated' }).first().click()
    await page.getByRole('button', { name: 'Add a tier' }).press('Enter')
    expect(await focused(page)).toBe('Tier 2: up to')
    await page.getByRole('button', { name: 'Remove tier 2' }).press('Enter')
    expect(await focused(page)).toBe('Remove tier 2')
    await page.getByRole('button', { name: 'Remove charge' }).first().press('Enter')
    expect(await focused(page)).toBe('Remove charge')
    await page.getByRole('button', { name: 'Remove charge' }).press('Enter')
    expect(await focused(page)).toBe('Add a charge')
  })

  test('says at the tier what is wrong with its bound, and what it means with the included units', async () => {
    const page = await browser.open('/admin/plans/_new')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(fresh('Tiers'))
    await page.getByRole('textbox', { name: 'Price', exact: true }).fill('10')
    await page.getByRole('button', { name: 'Add a charge' }).click()
    await page.getByRole('button', { name: 'Graduated' }).click()
    await page.getByRole('textbox', { name: 'Metric' }).fill('api_calls')
    await page.getByLabel('Included units').fill('10,000')
    await page.getByRole('button', { name: 'Add a tier' }).click()
    await page.getByLabel('Tier 1: up to').fill('1,000')
    await page.getByLabel('Tier 2: up to').fill('500')
    await page.getByText('Must be more than 1,000').waitFor()
    expect(await page.getByLabel('Tier 2: up to').getAttribute('aria-invalid')).toBe('true')
    await page.getByLabel('Tier 2: up to').fill('5,000')
    await page.getByText('Must be more than').waitFor({ state: 'detached' })
    await page.getByText('10,001 to 11,000, used in all').waitFor()
    await page.getByText('11,001 to 15,000, used in all').waitFor()
    await page.getByText('15,001 and more, used in all').waitFor()
  })
})

describe('the theme', () => {
  test('goes back to the system’s', async () => {
    const page = await browser.open('/admin/', { colorScheme: 'dark' })
    const scheme = () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme)
    const choose = (name: string) => page.getByRole('group', { name: 'Theme' }).getByRole('button', { name }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await scheme()).toBe('dark')
    await choose('Light')
    expect(await scheme()).toBe('light')
    await choose('As the system has it')
    expect(await scheme()).toBe('dark')
  })
})
