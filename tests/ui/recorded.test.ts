import { describe, expect, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { advanceDays, generate, makeCustomer, useServer } from '../harness/make.ts'
import { button, dialog, fact, says } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

/** An invoice of 49.00 that is to be paid within 14 days. */
async function byInvoice() {
  const made = await makeCustomer(on.api, { amount_cents: 4900 })
  ;(await on.api.updateUser(made.user.id, { collection: 'manual', net_days: 14 })).is(200)
  return { ...made, invoice: await generate(on.api, made.user.id) }
}

describe('an invoice that is paid until a day', () => {
  test('says until when, is overdue after it, and is found so in the list', async () => {
    const { user, invoice } = await byInvoice()
    const path = `/admin/invoices/${user.id}/${invoice.id}`
    const page = await browser.open(path)
    await says(page, `To be paid by`)
    const { due_on } = (await on.api.getInvoice(user.id, invoice.id)).is(200) as unknown as { due_on: string }
    expect(await fact(page, 'Due on').locator('time').getAttribute('datetime')).toBe(due_on)
    await advanceDays(on.api, 15)
    await page.reload()
    await says(page, /^Overdue: it was due on/)
    await page.getByText('Overdue', { exact: true }).waitFor()
    await page.goto(`${on.server.origin}/admin/invoices?user_id=${user.id}&status=open`)
    await page.getByRole('row', { name: invoice.number }).getByText('Overdue').waitFor()
  })
})

describe('a payment that came in some other way', () => {
  test('is recorded in part, then beyond what is due, which is told', async () => {
    const { user, invoice } = await byInvoice()
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    const amount = dialog(page).getByLabel('Amount, USD')
    await button(page, 'Record a payment…').click()
    expect(await amount.inputValue(), 'what is due is offered').toBe('49.00')
    await says(page, 'It pays all that is due.')
    await amount.fill('20')
    await says(page, 'It pays a part: $29.00 stays due.')
    await dialog(page).getByLabel('Reference').fill('Transfer 17')
    await button(page, 'Record payment').click()
    await says(page, '$20.00 recorded')
    await page.getByText(/“Transfer 17”/).waitFor()
    await fact(page, 'Paid').getByText('-$20.00').waitFor()
    await fact(page, 'Due').getByText('$29.00').first().waitFor()

    await button(page, 'Record a payment…').click()
    await until('what is left is offered', async () => (await amount.inputValue()) === '29.00')
    await amount.fill('30.50')
    await says(page, 'It pays all that is due; $1.50 beyond it becomes balance.')
    await button(page, 'Record payment').click()
    await says(page, '$30.50 recorded; $1.50 of it went to the balance')
    await page.getByText('$1.50 of it to the balance').waitFor()
    expect((await on.api.getInvoice(user.id, invoice.id)).is(200)).toMatchObject({ status: 'paid', due_cents: 0, paid_cents: 4900 })
    expect((await on.api.call<object[]>('getBalance', { id: user.id })).is(200)).toEqual([{ currency: 'USD', balance_cents: 150 }])
    expect(await button(page, 'Record a payment…').count()).toBe(0)
  })
})

test.each([
  ['light', { width: 1280, height: 900 }],
  ['dark', phone],
  ['light', { width: 320, height: 640 }],
] as const)('recording one is without serious flaws, %s, and fits', async (colorScheme, viewport) => {
  const { user, invoice } = await byInvoice()
  const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`, { colorScheme, viewport, reducedMotion: 'reduce' })
  await button(page, 'Record a payment…').click()
  await dialog(page).getByLabel('Reference').waitFor()
  expect(await overflows(page)).toBe(false)
  expect(await seriousFlaws(page)).toEqual([])
})
