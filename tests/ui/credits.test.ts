import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { advanceDays, fresh, generate, makeCustomer, makeUser, paid, use, useServer } from '../harness/make.ts'
import { button, dialog, fact, says, visit } from '../harness/page.ts'
import { until } from '../harness/until.ts'

const on = useServer({ start: '2026-06-01T12:00:00Z' })
const browser = useBrowser(() => on.server.origin)

const charges = [{ metric: 'api_calls', model: 'per_unit' as const, included: 100000, unit_price: '0.001' }]
const pro = () => ({ code: fresh('pro'), name: 'Pro', amount_cents: 4900, charges })
const counts = async (user: string) => (await on.api.getUsage(user)).is(200).reduce((sum, { quantity }) => sum + Number(quantity), 0)

/** Paid in advance on June 1, canceled on June 10: 32.67 are credited, all of it to the balance. */
async function credited() {
  const made = await makeCustomer(on.api, { code: fresh('adv'), name: 'Ahead', amount_cents: 4900, bill_in: 'advance', interval: 'day', interval_count: 30 })
  const [invoice] = (await on.api.listUserInvoices(made.user.id)).is(200)
  await paid(on.api, invoice!)
  await advanceDays(on.api, 9)
  const { credit_notes } = (await on.api.cancelSubscription(made.subscription.id, 'now')).is(200)
  return { ...made, invoice: invoice!, note: credit_notes[0]! }
}

describe('usage', () => {
  test('an event that counts a thousand times too much is corrected, and says so beside what it was', async () => {
    const { user } = await makeCustomer(on.api, pro())
    ;(await on.api.recordUsage({ user_id: user.id, metric: 'api_calls', quantity: 120_000_000, event_id: 'req-1' })).is(201)
    const page = await browser.open(`/admin/users/${user.id}`)
    await page.getByRole('link', { name: 'Events and corrections' }).click()
    await button(page, 'Correct api_calls of req-1').click()
    await dialog(page).getByLabel('It counts').fill('120,000')
    const correct = dialog(page).getByRole('button', { name: 'Correct', exact: true })
    expect(await correct.isDisabled(), 'without a reason').toBe(true)
    await dialog(page).getByLabel('Reason').fill('Counted in thousandths')
    await correct.click()
    await says(page, 'Jun 1, 2026 has 119,880,000 less api_calls now')
    const row = page.getByRole('row').filter({ hasText: 'req-1' })
    await row.getByText('Corrected: Counted in thousandths').waitFor()
    expect(await row.innerText()).toMatch(/120,000,000\s*120,000/)
    expect(await counts(user.id)).toBe(120_000)
    expect((await generate(on.api, user.id)).amount_cents).toBe(6900)
  })

  test('of a day is corrected by more or less, but not below zero, which is said in words', async () => {
    const { user } = await makeCustomer(on.api, pro())
    await use(on.api, user.id, 'api_calls', 500)
    const page = await browser.open(`/admin/users/${user.id}/usage`, { refusals: true })
    await page.getByRole('row').filter({ hasText: 'without an id' }).waitFor()
    await button(page, 'Correct a day').click()
    const quantity = dialog(page).getByLabel('So many more; with a minus, less')
    await quantity.fill('-501')
    await dialog(page).getByLabel('Reason').fill('Our own tests')
    await dialog(page).getByRole('button', { name: 'Correct', exact: true }).click()
    await dialog(page).getByText(/below zero: less was used on that day/).waitFor()
    await quantity.fill('-200')
    await dialog(page).getByRole('button', { name: 'Correct', exact: true }).click()
    await page.getByText('Correction of the day: Our own tests').waitFor()
    expect(await counts(user.id)).toBe(300)
  })
})

describe('a balance', () => {
  test('is given with a reason, shown in the timeline, and what is left of it is ended', async () => {
    const { user } = await makeCustomer(on.api, pro())
    const page = await browser.open(`/admin/users/${user.id}`)
    await button(page, 'Give credit…').click()
    await dialog(page).getByLabel('Amount, USD').fill('10')
    await dialog(page).getByLabel('Reason').fill('Sorry for the outage')
    await dialog(page).getByRole('button', { name: 'Give credit' }).click()
    await page.getByRole('list', { name: 'Credits' }).getByText('Given by hand: Sorry for the outage').waitFor()
    await says(page, /^Credit given: \$10\.00, Sorry for the outage/)
    expect((await on.api.call<object[]>('getBalance', { id: user.id })).is(200)).toEqual([{ currency: 'USD', balance_cents: 1000 }])
    await button(page, 'End the credit of $10.00').click()
    await dialog(page).getByRole('button', { name: 'End credit' }).click()
    await says(page, '$10.00 of credit ended')
    await until('nothing is left', async () => (await button(page, /^End the credit/).count()) === 0)
    await says(page, 'Credit ended')
  })

  test('pays an invoice, which says so', async () => {
    const { user } = await makeCustomer(on.api, pro())
    ;(await on.api.call('createCredit', { id: user.id }, { body: { amount_cents: 1000, currency: 'USD', reason: 'Hello' } })).is(201)
    const invoice = await generate(on.api, user.id)
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    await fact(page, 'From the balance').getByText('$10.00').waitFor()
    await fact(page, 'Paid').getByText('$39.00').waitFor()
  })
})

describe('the movements of a balance', () => {
  test('tell what went into it, what is left of each, what expired or was ended, and what it paid', async () => {
    const { user } = await makeCustomer(on.api, pro())
    const give = async (amount_cents: number, more: object = {}) => (await on.api.call<{ id: string }>('createCredit', { id: user.id }, { body: { amount_cents, currency: 'USD', reason: 'Hello', ...more } })).is(201)
    const today = (await on.api.getClock()).is(200).now.slice(0, 10)
    const tomorrow = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10)
    await give(1000, { expires_on: tomorrow })
    const ended = await give(2000)
    expect((await on.api.call('endCredit', { id: user.id, credit_id: ended.id })).status).toBe(204)
    const invoice = await generate(on.api, user.id)
    await give(700, { expires_on: new Date(Date.parse(today) + 2 * 86_400_000).toISOString().slice(0, 10) })
    await give(300)
    await advanceDays(on.api, 3)
    const page = await browser.open(`/admin/users/${user.id}`)
    await page.getByRole('link', { name: 'Movements' }).click()
    const credits = page.getByRole('table', { name: 'Credits' })
    await credits.getByText('$7.00 expired on').waitFor()
    await credits.getByText('$20.00 ended on').waitFor()
    expect(await credits.getByRole('row').filter({ hasText: 'was good up to' }).innerText()).toMatch(/\$10\.00[\s\S]*\$10\.00\s+\$0\.00/)
    await fact(page, 'USD').getByText('$3.00').waitFor()
    const row = page.getByRole('table', { name: 'Invoices paid from the balance' }).getByRole('row').filter({ hasText: invoice.number })
    expect(await row.innerText()).toMatch(/\$49\.00\s+\$10\.00/)
    expect(await button(page, /^End the credit/).count()).toBe(1)
    await row.getByRole('link').click()
    await page.getByRole('heading', { level: 1, name: `Invoice ${invoice.number}` }).waitFor()
  })
})

describe('a credit note', () => {
  test('says what it credits, why, and where it went, and is found from its customer and its invoice', async () => {
    const { user, invoice, note } = await credited()
    const page = await browser.open(`/admin/users/${user.id}`)
    await page.getByRole('list', { name: 'Credit notes' }).getByRole('link', { name: /^CN-2026-/ }).click()
    await page.waitForURL(`**/credit_notes/${note}`)
    await page.getByRole('heading', { level: 1, name: /^Credit note CN-2026-/ }).waitFor()
    const went = page.getByText(/went to the customer’s balance\.$/)
    await went.waitFor()
    const { amount_cents } = (await on.api.call<{ amount_cents: number }>('getCreditNote', { id: note })).is(200)
    expect(amount_cents).toBe(3267)
    expect(await went.innerText()).toMatch(/^\$32\.67/)
    const lines = page.getByRole('list', { name: 'Lines' })
    expect(await lines.innerText()).toMatch(/\$49\.00 × 10 of 30 days\s+\$16\.33[\s\S]*Owed\s+\$16\.33/)
    await page.getByRole('link', { name: invoice.number }).click()
    await page.getByRole('heading', { level: 1, name: `Invoice ${invoice.number}` }).waitFor()
    await page.getByRole('list', { name: 'Credit notes' }).getByRole('link', { name: /^CN-2026-/ }).waitFor()
  })

  /** An invoice of 49.00 and 19.00 that is paid, or declined, at 19 %. */
  async function invoiced(card?: string) {
    ;(await on.api.call('createTaxRate', {}, { body: { code: fresh('vat'), name: 'VAT', percent: '19', country: 'DE' } })).is(201)
    const made = await makeCustomer(on.api, { code: fresh('pro'), name: 'Pro', amount_cents: 4900, charges }, card)
    ;(await on.api.updateUser(made.user.id, { address: { country: 'DE' }, name: 'Ada Lovelace' })).is(200)
    await use(on.api, made.user.id, 'api_calls', 119_000)
    return { ...made, invoice: await generate(on.api, made.user.id) }
  }
  const sums = (page: Page) => page.getByLabel('What the note comes to')

  test('is issued for lines of a paid invoice, and comes to what was shown before', async () => {
    const { user, invoice } = await invoiced()
    await paid(on.api, invoice)
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    const rate = invoice.taxes.map(({ percent }) => percent).join()
    await button(page, 'Credit…').click()
    const form = dialog(page)
    await form.getByText(/^All that is left, \$68\.00 and its tax/).waitFor()
    await form.getByLabel('Amounts for lines').click()
    const usage = form.getByLabel(/^Credit of api_calls/)
    await usage.fill('20')
    await form.getByText('At most $19.00 is left').waitFor()
    await usage.fill('7.77')
    await form.getByRole('combobox', { name: 'Reason' }).click()
    await page.getByRole('option', { name: 'Billed twice' }).click()
    await form.getByLabel('Memo').fill('Counted twice in May')
    const shown = await sums(page).innerText()
    expect(shown).toMatch(/Credited\s+\$7\.77[\s\S]*Total credited\s+\$(\S+)\s+To the customer’s balance\s+\$\1$/)
    await form.getByRole('button', { name: 'Issue credit note' }).click()
    await page.waitForURL('**/credit_notes/*')
    const [note] = (await on.api.raw<{ amount_cents: number; subtotal_cents: number; to_balance_cents: number; memo: string; reason: string; taxes: { percent: string }[] }[]>('GET', `/credit_notes?invoice_id=${invoice.id}`)).is(200)
    expect(note).toMatchObject({ subtotal_cents: 777, reason: 'duplicate', memo: 'Counted twice in May' })
    expect(note!.taxes.map(({ percent }) => percent).join()).toBe(rate)
    expect(shown).toContain(`$${(note!.amount_cents / 100).toFixed(2)}`)
    await fact(page, 'Reason').getByText('Billed twice').waitFor()
    await page.getByText('Ada Lovelace').waitFor()
    const [saved] = await Promise.all([page.waitForEvent('download'), button(page, 'PDF').click()])
    expect(saved.suggestedFilename()).toMatch(/^CN-2026-\d+\.pdf$/)
    await page.getByRole('link', { name: invoice.number }).click()
    await button(page, 'Credit…').click()
    expect(await page.getByRole('row').filter({ hasText: 'api_calls' }).innerText()).toMatch(/\$19\.00\s+\$11\.23/)
  })

  test('over an amount comes off what is due first, and once all is credited no more is offered', async () => {
    const { user, invoice } = await invoiced('stub_decline')
    await until('it was declined', async () => (await on.api.getInvoice(user.id, invoice.id)).is(200).collection === 'retrying')
    const page = await browser.open(`/admin/invoices/${user.id}/${invoice.id}`)
    await button(page, 'Credit…').click()
    await dialog(page).getByLabel('An amount, spread over the lines').click()
    await dialog(page).getByLabel('Amount, USD, before tax').fill('10')
    expect(await sums(page).innerText()).toMatch(/Credited\s+\$10\.00[\s\S]*Off what is due\s+\$/)
    await dialog(page).getByRole('button', { name: 'Issue credit note' }).click()
    await page.waitForURL('**/credit_notes/*')
    await page.getByText(/came off what was due on the invoice\.$/).waitFor()
    const before = (await on.api.getInvoice(user.id, invoice.id)).is(200)
    await page.goto(`${on.server.origin}/admin/invoices/${user.id}/${invoice.id}`)
    await button(page, 'Credit…').click()
    await dialog(page).getByText(/^All that is left, \$58\.00/).waitFor()
    await dialog(page).getByRole('button', { name: 'Issue credit note' }).click()
    await page.waitForURL('**/credit_notes/*')
    const after = (await on.api.getInvoice(user.id, invoice.id)).is(200)
    expect([after.due_cents, after.status]).toEqual([0, 'paid'])
    expect(before.due_cents).toBeGreaterThan(0)
    await page.goto(`${on.server.origin}/admin/invoices/${user.id}/${invoice.id}`)
    await button(page, 'PDF').waitFor()
    expect(await button(page, 'Credit…').count()).toBe(0)
  })

  test('that is none is said in words', async () => {
    const page = await browser.open(`/admin/credit_notes/${(await makeUser(on.api)).id}`, { refusals: true })
    await says(page, 'There is no such credit note')
  })
})

describe('these pages', () => {
  async function paths() {
    const { user, note } = await credited()
    await use(on.api, user.id, 'api_calls', 5)
    ;(await on.api.call('createCredit', { id: user.id }, { body: { amount_cents: 500, currency: 'EUR', reason: 'Hello', expires_on: '2026-12-01' } })).is(201)
    return [`/credit_notes/${note}`, '/credit_notes', `/users/${user.id}/usage`, `/users/${user.id}/balance`, `/users/${user.id}`]
  }
  test.each(['light', 'dark'] as const)('are without serious flaws for those who cannot see them, %s', async (colorScheme) => {
    const page = await browser.open('/admin/', { colorScheme, reducedMotion: 'reduce' })
    for (const path of await paths()) {
      await visit(page, on.server.origin, path)
      expect(await seriousFlaws(page), path).toEqual([])
    }
    await button(page, 'Give credit…').click()
    await dialog(page).waitFor()
    expect(await seriousFlaws(page), 'giving credit').toEqual([])
  })

  test('fit a phone', async () => {
    const page = await browser.open('/admin/', { viewport: phone, reducedMotion: 'reduce' })
    for (const path of await paths()) {
      await visit(page, on.server.origin, path)
      expect([path, await overflows(page)]).toEqual([path, false])
      expect(await seriousFlaws(page), path).toEqual([])
    }
  })
})
