import { expect, test } from 'vitest'
import { advanceTo, paid } from '../harness/make.ts'
import { until } from '../harness/until.ts'
import type { Dispute, Invoice, InvoiceDetail } from '../harness/types.ts'
import { chargesOf, customerWith, enterCard, mastercard, payment, useStripe, visa } from '../stripe/story.ts'

const on = useStripe({ start: '2026-01-01T09:00:00Z' })

/** docs/stripe.md tells it: a card is entered, charged each month, asked for its customer once, expires, is replaced; one month is given back in part, one is disputed. */
test('a year of a customer with a card', async () => {
  const { user, method } = await customerWith(on, visa)
  const latest = async (): Promise<InvoiceDetail> => {
    const [invoice] = (await on.api.listUserInvoices(user.id, { limit: 1 })).is(200) as Invoice[]
    return (await on.api.getInvoice(user.id, invoice!.id)).is(200)
  }
  const month = async (first: string): Promise<InvoiceDetail> => {
    await advanceTo(on.api, `${first}T12:00:00Z`)
    return until(`the invoice of the month before ${first} is there`, async () => {
      const invoices = (await on.api.listUserInvoices(user.id, { limit: 1 })).is(200) as Invoice[]
      return invoices[0]?.period_end === first ? latest() : undefined
    })
  }

  // January to March: the card is charged.
  for (const first of ['2026-02-01', '2026-03-01', '2026-04-01']) {
    const invoice = await paid(on.api, await month(first))
    expect(chargesOf(on, invoice)).toHaveLength(1)
  }

  // April: its bank wants to know that it is the customer, who follows the link.
  on.stripe.books.change(method, '4000002760003184')
  const april = await month('2026-05-01')
  const waiting = await payment(on, april, { status: 'pending', failure_code: 'action_required' })
  expect(chargesOf(on, april)).toEqual([])
  on.stripe.books.payOnSession(waiting.provider_reference!)
  expect((await paid(on.api, april)).payments).toHaveLength(1)
  expect(chargesOf(on, april)).toHaveLength(1)
  on.stripe.books.change(method, visa)

  // May to July, and in June a part of May is given back.
  const may = await paid(on.api, await month('2026-06-01'))
  const note = (await on.api.createCreditNote({ user_id: user.id, invoice_id: may.id, amount_cents: 900, reason: 'goodwill', credit_to: 'refund' })).is(201)
  await until('it has gone back to the card', async () => (await on.api.getCreditNote(note.id)).is(200).refund?.status === 'succeeded')
  expect(on.stripe.books.all('refund').map((one) => one.amount)).toEqual([900])
  await paid(on.api, await month('2026-07-01'))
  await paid(on.api, await month('2026-08-01'))

  // August: the card has expired. Nothing is tried again by itself, until there is another one.
  on.stripe.books.change(method, '4000000000000069')
  const august = await month('2026-09-01')
  await payment(on, august, { status: 'failed', failure_code: 'expired_card', decline: 'hard' })
  await until('it is collected no more', async () => (await on.api.getInvoice(user.id, august.id)).is(200).collection === 'uncollected')
  await enterCard(on, user, mastercard)
  const mended = await paid(on.api, august)
  expect(mended.payments.map((one) => one.status)).toEqual(['succeeded', 'failed'])

  // September to December; October's is disputed, and the dispute is lost.
  await paid(on.api, await month('2026-10-01'))
  const october = await paid(on.api, await month('2026-11-01'))
  const dispute = on.stripe.books.dispute(chargesOf(on, october)[0]!.id)
  on.stripe.books.moveDispute(dispute.id, 'lost')
  await until('the dispute is lost', async () => {
    const all = (await on.api.raw<Dispute[]>('GET', `/disputes?user_id=${user.id}`)).is(200)
    return all[0]?.status === 'lost'
  })
  expect((await on.api.getInvoice(user.id, october.id)).is(200).status).toBe('paid')
  await paid(on.api, await month('2026-12-01'))
  await paid(on.api, await month('2027-01-01'))

  // Twelve months, each charged once, whatever was tried; and Stripe says the same.
  const invoices = (await on.api.listUserInvoices(user.id)).is(200) as Invoice[]
  expect(invoices.map((one) => one.status)).toEqual(Array.from({ length: 12 }, () => 'paid'))
  expect(on.stripe.books.charged.map((one) => one.amount)).toEqual(Array.from({ length: 12 }, () => 4900))
  const compared = await on.server.billing('verify', '--provider', '--days', '800')
  expect(compared.stdout).toBe('Attempts, refunds and disputes of 800 days are as stripe has them.\n')
  expect(compared.code).toBe(0)
})
