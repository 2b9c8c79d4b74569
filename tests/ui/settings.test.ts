import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { useServer } from '../harness/make.ts'
import { button, dialog, says, visit } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

/** A PNG that can be drawn: one white dot. */
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const choose = (page: Page, name: string, buffer: Buffer) => page.getByLabel('Logo', { exact: true }).setInputFiles({ name, mimeType: 'image/png', buffer })

describe('the seller', () => {
  test('is set while one sees how an invoice begins with it, and is there again', async () => {
    const page = await browser.open('/admin/settings')
    const field = (name: string) => page.getByRole('textbox', { name, exact: true })
    const save = button(page, 'Save seller')
    await field('Name').fill('Example GmbH')
    await field('Street and number').fill('Hauptstr. 1')
    await field('Postal code').fill('10115')
    await field('City').fill('Berlin')
    await page.getByRole('combobox', { name: 'Country' }).fill('germ')
    await page.getByRole('option', { name: 'Germany' }).click()
    await field('Tax id').fill('DE123456789')
    await field('Footer').fill('IBAN DE02 1203')
    const paper = page.getByRole('figure', { name: 'How an invoice begins and ends' })
    expect(await paper.innerText()).toMatch(/Invoice\s+Example GmbH[\s\S]*From\s+Example GmbH\s+Hauptstr\. 1\s+10115 Berlin\s+DE\s+Tax ID DE123456789[\s\S]*IBAN DE02 1203/)
    await choose(page, 'dot.png', dot)
    await paper.getByRole('img', { name: 'Example GmbH' }).waitFor()
    await save.click()
    await says(page, 'Documents have this seller from now on')
    await until('nothing is left to save', () => save.isDisabled())
    expect((await on.api.getSettings()).is(200)).toMatchObject({
      name: 'Example GmbH', tax_id: 'DE123456789', email: null, footer: 'IBAN DE02 1203', logo: dot.toString('base64'),
      address: { line1: 'Hauptstr. 1', line2: null, postal_code: '10115', city: 'Berlin', state: null, country: 'DE' },
    })
    await page.reload()
    await paper.getByRole('img', { name: 'Example GmbH' }).waitFor()
    await button(page, 'Remove logo').click()
    await field('Footer').fill('')
    await save.click()
    await until('both are gone', async () => {
      const { logo, footer } = (await on.api.getSettings()).is(200)
      return logo === null && footer === null
    })
  })

  test('with a picture that cannot be printed, or an address that is none, is told so where it is wrong', async () => {
    const page = await browser.open('/admin/settings', { refusals: true })
    await choose(page, 'photo.png', Buffer.from('JFIF'))
    await says(page, 'A PNG, please: other pictures cannot be printed')
    await choose(page, 'large.png', Buffer.concat([dot, Buffer.alloc(100_000)]))
    await says(page, 'At most 100 kB; this one has 101 kB')
    const email = page.getByRole('textbox', { name: 'E-mail address' })
    await email.fill('billing@localhost')
    await button(page, 'Save seller').click()
    await until('it is marked', async () => (await email.getAttribute('aria-invalid')) === 'true')
  })
})

describe('tax rates', () => {
  test('are made, listed, and taken out of use and back', async () => {
    const page = await browser.open('/admin/tax_rates')
    await says(page, 'Until there is one, nothing is taxed.')
    await button(page, 'New tax rate').first().click()
    await dialog(page).getByLabel('Name').fill('VAT')
    await dialog(page).getByLabel('Percent').fill('nineteen')
    await says(page, 'From 0 to 100, such as 19 or 6.25')
    await dialog(page).getByLabel('Percent').fill('19 %')
    await dialog(page).getByRole('combobox', { name: 'For customers in' }).fill('germ')
    await page.getByRole('option', { name: 'Germany' }).click()
    expect(await dialog(page).getByLabel('Code').inputValue()).toBe('de-vat')
    await dialog(page).getByRole('button', { name: 'Create tax rate' }).click()
    await says(page, 'Documents are taxed by VAT, 19%, from now on')
    const row = page.getByRole('row', { name: /VAT/ })
    expect(await row.innerText()).toMatch(/19%\s+Germany\s+Active\s+de-vat/)
    await button(page, 'Deactivate de-vat').click()
    await dialog(page).getByRole('button', { name: 'Deactivate' }).click()
    await row.getByText('Not in use').waitFor()
    expect((await on.api.call<object[]>('listTaxRates', {})).is(200)).toMatchObject([{ code: 'de-vat', percent: '19', country: 'DE', active: false }])
    await button(page, 'Activate de-vat').click()
    await dialog(page).getByRole('button', { name: 'Activate' }).click()
    await row.getByText('Active').waitFor()
  })

  test('of a code that is taken are refused in words', async () => {
    ;(await on.api.call('createTaxRate', {}, { body: { code: 'taken', name: 'T', percent: '1' } })).is(201)
    const page = await browser.open('/admin/tax_rates?new=1', { refusals: true })
    await dialog(page).getByLabel('Name').fill('Taken')
    await dialog(page).getByLabel('Percent').fill('5')
    await dialog(page).getByRole('button', { name: 'Create tax rate' }).click()
    await says(page, 'There is a rate with the code taken already')
  })
})

describe('these pages', () => {
  const paths = ['/settings', '/tax_rates', '/tax_rates?new=1']

  test.each(['light', 'dark'] as const)('are without serious flaws for those who cannot see them, %s', async (colorScheme) => {
    const page = await browser.open('/admin/', { colorScheme, reducedMotion: 'reduce' })
    for (const path of paths) {
      await visit(page, on.server.origin, path)
      expect(await seriousFlaws(page), path).toEqual([])
    }
  })

  test.each([phone, { width: 320, height: 640 }])('fit a screen of $width', async (viewport) => {
    const page = await browser.open('/admin/', { viewport, reducedMotion: 'reduce' })
    for (const path of paths) {
      await visit(page, on.server.origin, path)
      expect([path, await overflows(page)]).toEqual([path, false])
      expect(await seriousFlaws(page), path).toEqual([])
    }
  })
})
