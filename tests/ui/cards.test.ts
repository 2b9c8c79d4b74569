import { expect, test } from 'vitest'
import { overflows, phone, photograph, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { paid } from '../harness/make.ts'
import { button, dialog, says, visit } from '../harness/page.ts'
import { until } from '../harness/until.ts'
import { authenticates, chargesOf, customerWith, enterCard, invoice, mastercard, payment, unanswered, useStripe, visa } from '../stripe/story.ts'

const on = useStripe({ start: '2026-03-01T09:00:00Z' })
const browser = useBrowser(() => on.server.origin)

test('the cards that a customer has are listed; another one is charged, and one is removed', async () => {
  const { user, method } = await customerWith(on, visa, { name: 'Team' })
  await enterCard(on, user, mastercard)
  ;(await on.api.updateUser(user.id, { email: 'linus@acme.example' })).is(200)
  const page = await browser.open(`/admin/users/${user.id}`)
  const cards = page.getByRole('list', { name: 'Payment methods' })
  await cards.getByText(/^Mastercard …4444, until/).waitFor()
  const row = (brand: string) => cards.getByRole('listitem').filter({ hasText: brand })
  await row('Mastercard').getByText('In use', { exact: true }).waitFor()
  await photograph(page, 'cards')
  expect(await seriousFlaws(page)).toEqual([])

  await row('Visa').getByRole('button', { name: /^Charge this one… Visa/ }).click()
  await dialog(page).getByRole('button', { name: 'Charge this one' }).click()
  await row('Visa').getByText('In use', { exact: true }).waitFor()
  expect((await on.api.getUser(user.id)).is(200).payment_method).toBe(method)
  await row('Mastercard').getByRole('button', { name: /^Remove… Mastercard/ }).click()
  await dialog(page).getByRole('button', { name: 'Remove it' }).click()
  await until('one is left', async () => (await cards.getByRole('listitem').count()) === 1)
})

test('a link to enter a card is made, and the card that comes of it is there', async () => {
  const { user } = await customerWith(on, visa)
  const page = await browser.open(`/admin/users/${user.id}`)
  await button(page, 'Link to enter a card').click()
  await dialog(page).getByLabel('Where the customer comes back to').fill('https://app.example.com/account')
  await dialog(page).getByRole('button', { name: 'Make the link' }).click()
  const link = page.getByRole('button', { name: /^Copy the link/ })
  await link.waitFor()
  const session = await until('its session is found', async () => {
    const said = await link.innerText()
    return on.stripe.books.all('checkout.session').find((one) => said.includes(one.url as string))
  })
  const card = on.stripe.books.enterCard(session.id, mastercard)
  await until('it is charged', async () => (await on.api.getUser(user.id)).is(200).payment_method === card.id)
  await page.reload()
  await page.getByRole('list', { name: 'Payment methods' }).getByText(/^Mastercard …4444/).waitFor()
})

test('an attempt that waits for its customer shows the link, and is ended by hand', async () => {
  const { user } = await customerWith(on, authenticates, { name: 'Team' })
  ;(await on.api.updateUser(user.id, { email: 'ada@northwind.example' })).is(200)
  const made = await invoice(on, user)
  const waiting = await payment(on, made, { status: 'pending', failure_code: 'action_required' })
  const page = await browser.open(`/admin/invoices/${user.id}/${made.id}`, { refusals: true })
  await says(page, '$49.00, waits for the customer')
  await page.getByRole('button', { name: `Copy the link ${waiting.next_action_url}` }).waitFor()
  await photograph(page, 'waiting')
  expect(await seriousFlaws(page)).toEqual([])
  const small = await browser.open(`/admin/invoices/${user.id}/${made.id}`, { viewport: phone, colorScheme: 'dark' })
  await says(small, '$49.00, waits for the customer')
  expect(await seriousFlaws(small)).toEqual([])
  expect(await overflows(small)).toBe(false)

  await button(page, 'Ask again').click()
  await says(page, /Nothing is charged twice/)
  await button(page, 'Ask the provider').click()
  await says(page, /The customer has to authenticate the payment at/)
  await button(page, 'Keep as it is').click()
  await button(page, 'Say what came of it').click()
  await dialog(page).getByLabel('Failed').click()
  await dialog(page).getByLabel('Reason').fill('She pays by transfer')
  await photograph(page, 'resolve')
  await button(page, 'End it so').click()
  await says(page, /“She pays by transfer”/)
  await visit(page, on.server.origin, `/users/${user.id}`)
  await page.getByText('Payment ended by hand').waitFor()
})

test('a payment that is disputed says so, and how it ended', async () => {
  const { user } = await customerWith(on, visa, { name: 'Team' })
  ;(await on.api.updateUser(user.id, { email: 'grace@bluefin.example' })).is(200)
  const made = await paid(on.api, await invoice(on, user))
  const dispute = on.stripe.books.dispute(chargesOf(on, made)[0]!.id)
  const told = async (status: string) => until(`it is ${status}`, async () => (await on.api.raw<{ status: string }[]>('GET', `/disputes?user_id=${user.id}`)).is(200)[0]?.status === status)
  await told('needs_response')
  const page = await browser.open(`/admin/invoices/${user.id}/${made.id}`)
  await says(page, /^Disputed, as fraudulent: say what there is to say against it/)
  await photograph(page, 'dispute')
  expect(await seriousFlaws(page)).toEqual([])
  on.stripe.books.moveDispute(dispute.id, 'lost')
  await told('lost')
  await page.reload()
  await says(page, /^Disputed, as fraudulent: lost, the money has gone back/)
})

test('the overview says that the provider does not answer', async () => {
  const { user } = await customerWith(on, visa)
  await unanswered(on, user, 'lost')
  const page = await browser.open('/admin/')
  await page.getByRole('heading', { name: 'The payment provider does not answer' }).waitFor()
  await says(page, /^One payment waits for it/)
  expect(await seriousFlaws(page)).toEqual([])
})
