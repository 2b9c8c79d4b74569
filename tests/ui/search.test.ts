import { describe, expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { generate, makeCustomer, makePlan, useServer } from '../harness/make.ts'

const on = useServer()
const browser = useBrowser(() => on.server.origin)

describe('Ctrl-K', () => {
  test.each([0, 30, 60])('loses no key, the first time and each time after, at %i ms a letter', async (delay) => {
    const user = (await on.api.createUser({ email: `dennis-${delay}@example.com` })).is(201)
    const page = await browser.open('/admin/users')
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor()
    const field = page.getByRole('combobox', { name: /^Find customers/ })
    const said: string[] = []
    for (const text of [`dennis-${delay}`, 'basic']) {
      await page.keyboard.press('Control+k')
      await page.keyboard.type(text, { delay })
      said.push(await field.inputValue())
      await page.keyboard.press('Escape')
    }
    expect(said).toEqual([`dennis-${delay}`, 'basic'])

    // At once after Esc, with Enter before any answer can be there.
    await page.keyboard.press('Control+k')
    await page.keyboard.type(`dennis-${delay}@`, { delay })
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: user.email }).waitFor()
  })

  test('finds an invoice by the end of its number, a plan by its name, and goes where the arrow keys point', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 1000 })
    const { number } = await generate(on.api, user.id)
    const plan = await makePlan(on.api, { name: 'Zanzibar' })
    const page = await browser.open('/admin/')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type(String(Number(number.slice(5))))
    await page.getByRole('option', { name: number }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: `Invoice ${number}` }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('zanzi')
    await page.getByRole('option', { name: 'Zanzibar' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: plan.name }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.press('ArrowDown')
    expect(await page.getByRole('option', { selected: true }).innerText()).toBe('Customers')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })
})
