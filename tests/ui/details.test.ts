import { describe, expect, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { fresh, generate, makeCustomer, makeUser, useServer } from '../harness/make.ts'
import { button, dialog, fact, says } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

describe('a customer’s details', () => {
  test('are written, shown, and on the next invoice', async () => {
    const { user } = await makeCustomer(on.api, { amount_cents: 4900 })
    const page = await browser.open(`/admin/users/${user.id}`)
    await button(page, 'Edit details…').click()
    const form = dialog(page)
    const field = (name: string) => form.getByRole('textbox', { name, exact: true })
    expect(await button(page, 'Save details').isDisabled(), 'nothing is another yet').toBe(true)
    await field('Name').fill('Ada Lovelace')
    await field('Street and number').fill('Hauptstr. 1')
    await field('City').fill('Berlin')
    await form.getByRole('combobox', { name: 'Country' }).fill('germ')
    await page.getByRole('option', { name: 'Germany' }).click()
    await form.getByRole('combobox', { name: 'Tax status' }).click()
    await page.getByRole('option', { name: /^Reverse charge/ }).click()
    await field('Tax id').fill('DE123456789')
    await button(page, 'Add a note').click()
    await page.keyboard.type('crm') // the focus is in it
    await form.getByLabel('Value of note 1').fill('4711')
    await button(page, 'Save details').click()
    await says(page, `What is known of ${user.email} is changed`)
    await fact(page, 'Address').getByText('Hauptstr. 1').waitFor()
    await fact(page, 'Tax').getByText('Reverse charge').waitFor()
    await fact(page, 'crm').getByText('4711').waitFor()
    expect((await on.api.getUser(user.id)).is(200)).toMatchObject({ name: 'Ada Lovelace', email: user.email, tax_status: 'reverse_charge', tax_id: 'DE123456789', metadata: { crm: '4711' }, collection: 'automatic' })
    const invoice = await generate(on.api, user.id)
    await page.goto(`${on.server.origin}/admin/invoices/${user.id}/${invoice.id}`)
    await page.getByText('Ada Lovelace').waitFor()
    await page.getByText('Reverse charge').waitFor()
  })

  test('are cleared one by one, and a note is taken out', async () => {
    const user = await makeUser(on.api)
    ;(await on.api.updateUser(user.id, { name: 'Ada', phone: '+49 30 1', metadata: { a: '1', b: '2' } })).is(200)
    const page = await browser.open(`/admin/users/${user.id}`)
    await button(page, 'Edit details…').click()
    await dialog(page).getByRole('textbox', { name: 'Phone' }).fill('')
    await dialog(page).getByLabel('Days to pay').fill('400')
    await says(page, 'A number of days, up to 365')
    await dialog(page).getByLabel('Days to pay').fill('14')
    await button(page, 'Remove note 1').click()
    await button(page, 'Save details').click()
    await says(page, /is changed$/)
    expect((await on.api.getUser(user.id)).is(200)).toMatchObject({ name: 'Ada', phone: null, net_days: 14, metadata: { b: '2' } })
  })

  test('that are another’s are refused at their field', async () => {
    const external_id = fresh('crm')
    const other = await makeUser(on.api)
    ;(await on.api.updateUser(other.id, { external_id })).is(200)
    const user = await makeUser(on.api)
    const page = await browser.open(`/admin/users/${user.id}`, { refusals: true })
    await button(page, 'Edit details…').click()
    await dialog(page).getByLabel('External id').fill(external_id)
    await button(page, 'Save details').click()
    await says(page, 'Another customer has this id')
    await dialog(page).getByLabel('External id').fill('')
    await dialog(page).getByLabel('E-mail address').fill(other.email)
    await button(page, 'Save details').click()
    await says(page, 'Another customer has this address')
  })
})

describe('a customer who is to be forgotten', () => {
  test('is anonymized once no subscription is live, after one was asked', async () => {
    const { user, subscription } = await makeCustomer(on.api)
    ;(await on.api.updateUser(user.id, { name: 'Ada Lovelace' })).is(200)
    const page = await browser.open(`/admin/users/${user.id}`, { refusals: true })
    const forget = async () => {
      await button(page, 'Actions').click()
      await page.getByRole('menuitem', { name: 'Anonymize' }).click()
      await dialog(page).getByText('this cannot be undone').waitFor()
      await dialog(page).getByRole('button', { name: 'Anonymize' }).click()
    }
    await forget()
    await dialog(page).getByRole('alert').waitFor()
    await button(page, 'Keep as it is').click()
    expect((await on.api.getUser(user.id)).is(200).name).toBe('Ada Lovelace')
    ;(await on.api.cancelSubscription(subscription.id, 'now')).is(200)
    await page.reload()
    await forget()
    await says(page, 'What named the customer is cleared')
    await page.getByText('Anonymized', { exact: true }).first().waitFor()
    await until('nobody is named', async () => (await page.getByText('Ada Lovelace').count()) === 0)
    expect(await button(page, 'Edit details…').count()).toBe(0)
    expect((await on.api.getUser(user.id)).is(200)).toMatchObject({ name: null, email: `${user.id}@anonymized.invalid` })
  })
})

describe('the form', () => {
  test.each([
    ['light', { width: 1280, height: 900 }],
    ['dark', phone],
    ['light', { width: 320, height: 640 }],
  ] as const)('is without serious flaws, %s, and fits', async (colorScheme, viewport) => {
    const user = await makeUser(on.api)
    ;(await on.api.updateUser(user.id, { name: 'Ada', address: { line1: 'Hauptstr. 1', country: 'DE' }, metadata: { a: '1' } })).is(200)
    const page = await browser.open(`/admin/users/${user.id}`, { colorScheme, viewport, reducedMotion: 'reduce' })
    await button(page, 'Edit details…').click()
    await dialog(page).getByLabel('Value of note 1').waitFor()
    expect(await overflows(page)).toBe(false)
    expect(await seriousFlaws(page)).toEqual([])
  })
})
