import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { fresh, generate, makePlan, subscribe, useServer } from '../harness/make.ts'
import { MailServer } from '../harness/mail.ts'
import { button } from '../harness/page.ts'
import type { ServerOptions } from '../harness/server.ts'
import { until } from '../harness/until.ts'

const mail = new MailServer()
const options: ServerOptions = { start: '2026-09-20T12:00:00Z', env: { BILLING_MAIL_FROM: 'billing@acme.example' } }
beforeAll(async () => {
  await mail.launch()
  options.env!.BILLING_SMTP_URL = `smtp://127.0.0.1:${mail.port}`
})
const on = useServer(options)
const browser = useBrowser(() => on.server.origin)
afterAll(() => mail.stop())

test("a customer's page says which mails went, and what the mail server said of one that did not", async () => {
  const user = (await on.api.createUser({ email: `${fresh('refused')}@example.com` })).is(201)
  await subscribe(on.api, user.id, (await makePlan(on.api, { amount_cents: 4900 })).code)
  const invoice = await generate(on.api, user.id)
  await until('its mail was refused', async () => (await on.api.listEmails({ user_id: user.id })).is(200).some((e) => e.kind === 'invoice_issued' && e.status === 'refused'))
  const page = await browser.open(`/admin/users/${user.id}`)
  const list = page.getByRole('list', { name: 'E-mails' })
  await list.getByText(`Invoice ${invoice.number} from billing@acme.example`).waitFor()
  const row = list.getByRole('listitem').filter({ hasText: `Invoice ${invoice.number} from` })
  expect(await row.innerText()).toMatch(new RegExp(`Refused[\\s\\S]*to ${user.email}[\\s\\S]*The mail server said 550: 5\\.1\\.1 No such mailbox here`))
  await row.getByRole('link').click()
  await page.getByRole('heading', { name: `Invoice ${invoice.number}` }).waitFor()
})

test('in the settings each kind is switched off and on, and a link is said', async () => {
  const page = await browser.open('/admin/settings', { refusals: true })
  const kind = page.getByRole('switch', { name: 'Payment received' })
  await kind.waitFor()
  expect(await kind.isChecked()).toBe(true)
  await kind.click({ force: true })
  await page.getByLabel('Where customers change their card').fill('app.example.com')
  await button(page, 'Save e-mails').click()
  await page.getByText('must be a URL').first().waitFor()
  await page.getByLabel('Where customers change their card').fill('https://app.example.com/{user_id}')
  await button(page, 'Save e-mails').click()
  await until('it is saved', async () => (await on.api.getEmailSettings()).is(200).payment_url === 'https://app.example.com/{user_id}')
  expect((await on.api.getEmailSettings()).is(200)).toMatchObject({ sends: true, kinds: { payment_succeeded: false, invoice_issued: true } })
  await page.reload()
  await kind.waitFor()
  expect(await kind.isChecked()).toBe(false)
})
