import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { useServer } from '../harness/make.ts'
import { button, dialog, says } from '../harness/page.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

test('a newcomer sets up seller, tax and a coupon, subscribes a customer with it, and downloads the invoice, within five minutes', async () => {
  const began = Date.now()
  const page = await browser.open('/')
  const field = (name: string) => page.getByRole('textbox', { name, exact: true })
  const choose = async (name: string, text: string, option: RegExp | string) => {
    await page.getByRole('combobox', { name }).fill(text)
    await page.getByRole('option', { name: option }).click()
  }

  await page.getByRole('link', { name: 'Settings' }).click()
  await field('Name').fill('Example GmbH')
  await field('Street and number').fill('Hauptstr. 1')
  await field('Postal code').fill('10115')
  await field('City').fill('Berlin')
  await choose('Country', 'germ', 'Germany')
  await field('Tax id').fill('DE123456789')
  await field('Footer').fill('IBAN DE02 1203 0000 0000 2020 51')
  await button(page, 'Save seller').click()
  await says(page, 'Documents have this seller from now on')

  await page.getByRole('link', { name: 'Tax rates' }).click()
  await button(page, 'New tax rate').first().click()
  await dialog(page).getByLabel('Name').fill('VAT')
  await dialog(page).getByLabel('Percent').fill('19')
  await choose('For customers in', 'germ', 'Germany')
  await button(page, 'Create tax rate').click()
  await says(page, 'Documents are taxed by VAT, 19%, from now on')

  await page.getByRole('link', { name: 'Coupons' }).click()
  await button(page, 'New coupon').first().click()
  await dialog(page).getByRole('textbox', { name: 'Code' }).fill('WELCOME10')
  await dialog(page).getByRole('textbox', { name: 'Percent off' }).fill('10')
  await button(page, 'Create coupon').click()
  await page.waitForURL('**/coupons/WELCOME10')

  await page.getByRole('link', { name: 'Customers', exact: true }).click()
  await button(page, 'New customer').first().click()
  await dialog(page).getByLabel('E-mail address').fill('ada@example.com')
  await button(page, 'Create customer').click()
  await page.getByRole('heading', { level: 1, name: 'ada@example.com' }).waitFor()
  await button(page, 'Edit details…').click()
  await dialog(page).getByRole('textbox', { name: 'Name', exact: true }).fill('Ada Lovelace')
  await choose('Country', 'germ', 'Germany')
  await button(page, 'Save details').click()
  await says(page, 'What is known of ada@example.com is changed')

  await button(page, 'Subscribe').first().click()
  await choose('Plan', 'pro', /\(pro\)/)
  await dialog(page).getByLabel('Coupon').fill('welcome10')
  await page.getByRole('option', { name: 'WELCOME10' }).click()
  await dialog(page).getByRole('button', { name: 'Subscribe' }).click()
  await says(page, 'ada@example.com is on Pro now')

  await button(page, 'Actions').click()
  await page.getByRole('menuitem', { name: 'Generate invoice' }).click()
  await dialog(page).getByRole('button', { name: 'Generate invoice' }).click()
  await page.getByRole('heading', { level: 1, name: 'Invoice 2026-000001' }).waitFor()
  const sums = await page.getByLabel('What it comes to').innerText()
  expect(sums).toMatch(/Discounts of \$4\.90 are taken off above\s+Subtotal\s+\$44\.10\s+VAT 19% on \$44\.10\s+\$8\.38\s+Total\s+\$52\.48/)
  const [saved] = await Promise.all([page.waitForEvent('download'), button(page, 'PDF').click()])
  expect(saved.suggestedFilename()).toBe('2026-000001.pdf')
  const text = execFileSync('pdftotext', ['-layout', await saved.path(), '-'], { encoding: 'utf8' })
  for (const said of ['2026-000001', 'Example GmbH', 'Hauptstr. 1', '10115 Berlin', 'DE123456789', 'IBAN DE02', 'Ada Lovelace', 'ada@example.com', 'WELCOME10', '44.10', 'VAT 19 %', '8.38', '52.48']) expect(text).toContain(said)
  expect(Date.now() - began).toBeLessThan(5 * 60_000)
}, 180_000)
