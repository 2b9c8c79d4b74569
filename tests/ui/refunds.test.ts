import { describe, expect, test } from 'vitest'
import { seriousFlaws, useBrowser } from '../harness/browser.ts'
import { advanceDays, fresh, generate, makeCustomer, paid, useServer } from '../harness/make.ts'
import { button, dialog, fact, says } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

async function paidInvoice(card?: string) {
  const made = await makeCustomer(on.api, { code: fresh('pro'), amount_cents: 4900 }, card)
  const invoice = await generate(on.api, made.user.id)
  return { ...made, invoice: await paid(on.api, invoice) }
}

describe('a refund', () => {
  test('goes back to the card by a credit note, and is told on it, on the invoice and among the payments', async () => {
    const { user, invoice } = await paidInvoice()
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    await button(page, 'Credit…').click()
    await dialog(page).getByLabel('An amount, spread over the lines').click()
    await dialog(page).getByLabel('Amount, USD').fill('10')
    await dialog(page).getByText('Up to $49.00; what cannot go back becomes balance.').waitFor()
    await dialog(page).getByLabel('Back to the card').click()
    expect(await page.getByLabel('What the note comes to').innerText()).toMatch(/Total credited\s+\$10\.00\s+Back to the card\s+\$10\.00$/)
    await button(page, 'Issue credit note').click()
    await says(page, /^\$10\.00 went back to the card\.$/)
    await fact(page, 'Back to the card').getByText('Succeeded').waitFor()
    await page.goto(`${on.server.origin}/admin/invoices/${user.id}/${invoice.id}`)
    await page.getByText('$10.00 of it refunded').waitFor()
    await page.getByRole('link', { name: 'its credit note' }).waitFor()
    await page.goto(`${on.server.origin}/admin/payments?user_id=${user.id}`)
    expect(await page.getByRole('row').filter({ hasText: 'refund' }).innerText()).toContain('-$10.00')
  })

  test('that fails is told, and is balance', async () => {
    const { user, invoice } = await paidInvoice('stub_refund_fails')
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    await button(page, 'Credit…').click()
    await dialog(page).getByLabel('Back to the card').click()
    await button(page, 'Issue credit note').click()
    await says(page, '$49.00 could not go back to the card and became balance')
    await page.goto(`${on.server.origin}/admin/users/${user.id}`)
    await page.getByRole('list', { name: 'Credits' }).getByText('From a refund that failed').waitFor()
    expect((await on.api.call<object[]>('getBalance', { id: user.id })).is(200)).toEqual([{ currency: 'USD', balance_cents: 4900 }])
  })

  test('of what a cancel credits is asked for when canceling', async () => {
    const { user, subscription } = await makeCustomer(on.api, { code: fresh('adv'), amount_cents: 3000, bill_in: 'advance', interval: 'day', interval_count: 30 })
    const [invoice] = (await on.api.listUserInvoices(user.id)).is(200)
    await paid(on.api, invoice!)
    await advanceDays(on.api, 9)
    const page = await browser.open(`/admin/subscriptions/${subscription.id}`)
    await button(page, 'Actions').click()
    await page.getByRole('menuitem', { name: 'Cancel' }).click()
    await dialog(page).getByLabel('Now').click()
    await dialog(page).getByRole('switch', { name: 'Credit goes back to the card' }).click()
    await says(page, 'As far as it was paid by card; the rest becomes balance.')
    const costs = dialog(page).getByRole('region', { name: 'What it costs' })
    await until('what is foreseen is there, and not faded', async () =>
      (await costs.getAttribute('aria-busy')) === 'false' && (await costs.evaluate((box) => [box, ...box.querySelectorAll('*')].every((each) => getComputedStyle(each).opacity === '1'))))
    expect(await seriousFlaws(page)).toEqual([])
    await button(page, 'Cancel now').click()
    await says(page, /is canceled$/)
    await page.goto(`${on.server.origin}/admin/credit_notes?user_id=${user.id}`)
    await page.getByRole('link', { name: /^CN-2026-/ }).click()
    await says(page, /^\$20\.00 went back to the card\.$/)
  })
})
