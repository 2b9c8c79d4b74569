import { describe, expect, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { generate, makeCustomer, makeUser, useServer } from '../harness/make.ts'
import { button, dialog, says } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

describe('a one-off item', () => {
  test('is added for the next invoice, can be deleted, and is billed with the rest', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900 })
    const page = await browser.open(`/admin/users/${user.id}`)
    const list = page.getByRole('list', { name: 'One-off items' })
    const add = async (description: string) => {
      await button(page, 'Add an item…').click()
      await dialog(page).getByLabel('Description').fill(description)
      await button(page, 'A price each').click()
      await dialog(page).getByLabel('Quantity').fill('3')
      await dialog(page).getByLabel('Price each, before tax').fill('250')
      await dialog(page).getByRole('button', { name: 'Add item' }).click()
      await list.getByText(description).waitFor()
    }
    await add('A slip')
    await says(page, '$750.00 will be on the next invoice')
    await button(page, 'Delete the item A slip').click()
    await dialog(page).getByRole('button', { name: 'Delete item' }).click()
    await until('it is gone', async () => (await list.getByText('A slip').count()) === 0)
    await add('Onboarding workshop')
    expect(await list.innerText()).toMatch(/Onboarding workshop\s+3 × \$250\.00, Jun 1, 2026, on the next invoice\s+\$750\.00/)
    const invoice = await generate(on.api, user.id)
    expect(invoice.amount_cents).toBe(4900 + 75_000)
    await page.reload()
    await list.getByRole('link', { name: 'billed' }).click()
    await page.locator('li > button[aria-expanded=false]').filter({ hasText: 'Onboarding workshop' }).click()
    expect(await page.getByRole('table', { name: /came about/ }).innerText()).toMatch(/Charged once\s+3 × \$250\.00\s+\$750\.00/)
  })

  test('is billed now, on an invoice of its own', async () => {
    const user = await makeUser(on.api)
    const page = await browser.open(`/admin/users/${user.id}`)
    await button(page, 'Add an item…').click()
    await dialog(page).getByLabel('Description').fill('Workshop')
    await dialog(page).getByLabel('Amount, before tax').fill('0')
    await says(page, 'An amount such as 250 or 250.50')
    await dialog(page).getByLabel('Amount, before tax').fill('99.50')
    await dialog(page).getByLabel('Now, on an invoice of its own').click()
    await button(page, 'Add and bill').click()
    await says(page, '$99.50 is billed on an invoice of its own')
    const [invoice] = (await on.api.listUserInvoices(user.id)).is(200)
    expect(invoice).toMatchObject({ kind: 'one_off', amount_cents: 9950 })
    await page.getByRole('list', { name: 'One-off items' }).getByRole('link', { name: 'billed' }).click()
    await page.waitForURL(`**/invoices/${user.id}/${invoice!.id}`)
    await page.getByRole('heading', { level: 1, name: `Invoice ${invoice!.number}` }).waitFor()
  })
})

test.each([
  ['light', { width: 1280, height: 900 }],
  ['dark', phone],
  ['light', { width: 320, height: 640 }],
] as const)('adding one is without serious flaws, %s, and fits', async (colorScheme, viewport) => {
  const { user } = await makeCustomer(on.api)
  ;(await on.api.call('createItem', { id: user.id }, { body: { description: 'Workshop', currency: 'USD', amount_cents: 100, bill: 'next' } })).is(201)
  const page = await browser.open(`/admin/users/${user.id}`, { colorScheme, viewport, reducedMotion: 'reduce' })
  await button(page, 'Delete the item Workshop').waitFor()
  await page.waitForLoadState('networkidle')
  expect(await seriousFlaws(page)).toEqual([])
  await button(page, 'Add an item…').click()
  await dialog(page).getByLabel('Description').waitFor()
  expect(await overflows(page)).toBe(false)
  expect(await seriousFlaws(page)).toEqual([])
})
