// node screenshots.mjs ORIGIN DIRECTORY: a picture of every page, as script/screenshots wants them for docs/ui.md.

import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const [origin, directory] = process.argv.slice(2)
if (!origin || !directory) throw new Error('usage: screenshots.mjs ORIGIN DIRECTORY')
mkdirSync(directory, { recursive: true })

const json = async (path) => {
  const answer = await fetch(origin + path)
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return answer.json()
}

const post = async (path, body = {}, method = 'POST') => {
  const answer = await fetch(origin + path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return answer.json()
}

const receivers = createServer((request, response) => {
  request.resume()
  if (request.url === '/ledger') response.writeHead(503, { 'Content-Type': 'text/plain' }).end('Closed for stocktaking.')
  else response.writeHead(204).end()
})

/** What the demo has not: receivers of webhooks, one of which fails, a provider that is away, and customers who get mails, one of whom does not. */
async function trouble() {
  await new Promise((resolve) => receivers.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${receivers.address().port}`
  const shop = await post('/webhook_endpoints', { url: `${url}/shop`, description: 'Our shop' })
  const ledger = await post('/webhook_endpoints', { url: `${url}/ledger`, types: ['invoice.*', 'payment.*'], description: 'Bookkeeping' })
  await post(`/webhook_endpoints/${shop.id}/test`)
  const customer = async (email, name, payment_method) => {
    const user = await post('/users', { email, name, language: 'en' })
    await post(`/users/${user.id}`, { payment_method }, 'PATCH')
    await post('/subscriptions', { user_id: user.id, plan_code: 'desk-plus', quantity: 3 })
    return user.id
  }
  const away = await customer('linus@corvid.example', 'Corvid Labs', 'stub_unreachable_9')
  const mailed = await customer('refused.joan@heron.example', 'Heron Inc.', 'stub_decline')
  await post(`/users/${mailed}/items`, { description: 'Onboarding workshop, hours', currency: 'USD', quantity: 3, unit_price: '180', bill: 'next' })
  await post('/clock/advance', { days: 0 })
  const [unanswered] = await json(`/invoices?user_id=${away}&limit=1`)
  for (let left = 100; left > 0 && !(await told(mailed, ledger)); --left) await new Promise((resolve) => setTimeout(resolve, 100))
  return { ledger, mailed, unanswered }
}

/** Whether the mails have been refused, and what is sent to the receiver was. */
async function told(mailed, ledger) {
  const mails = await json(`/emails?user_id=${mailed}`)
  const { failing_since } = await json(`/webhook_endpoints/${ledger.id}`)
  return failing_since !== null && mails.length > 1 && mails.every(({ status }) => status === 'refused')
}

/** Things worth a picture: an invoice with usage beyond what is included, its customer, and one whose card is declined. */
async function subjects() {
  const invoices = await json('/invoices?status=paid&limit=100')
  const details = await Promise.all(invoices.slice(-40).map((i) => json(`/invoices/${i.user_id}/${i.id}`)))
  const telling = details.find((i) => i.lines.some((l) => l.explanation.steps?.length > 1)) ?? details.find((i) => i.lines.length > 1) ?? details[0]
  const [failing] = [...(await json('/invoices?collection=retrying&limit=1')), ...(await json('/invoices?collection=uncollected&limit=1'))]
  return { telling, failing: failing ?? telling, ...(await changed()) }
}

/** A subscription with a life behind it, a credit note, and a customer with corrected usage: what there is of them. */
async function changed() {
  const subscriptions = (await json('/subscriptions?status=active&limit=100')).filter((one) => one.quantity > 1 || one.overrides || one.pending)
  const lives = await Promise.all(subscriptions.map(async (one) => ({ one, weight: (await json(`/subscriptions/${one.id}/terms`)).length + 2 * (await json(`/subscriptions/${one.id}/pauses`)).length + (one.pending ? 3 : 0) })))
  const life = lives.sort((a, b) => b.weight - a.weight)[0]?.one ?? (await json('/subscriptions?limit=1'))[0]
  const notes = await json('/credit_notes?limit=100')
  const note = notes.find(({ refund }) => refund) ?? notes[0]
  const credited = notes.find(({ to_balance_cents }) => to_balance_cents > 0)?.user_id
  const recorded = (await json('/payments?status=succeeded&limit=100')).find(({ kind }) => kind === 'recorded')
  const corrected = (await json('/audit?limit=100')).find(({ entity }) => entity === 'usage_correction')?.user_id
  return { life, note, corrected, credited, recorded }
}

const desk = { width: 1280, height: 860 }
const phone = { width: 390, height: 844 }
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

async function picture(name, path, { colorScheme = 'light', viewport = desk, before, panel } = {}) {
  const page = await browser.newPage({ viewport, colorScheme, locale: 'en-US', reducedMotion: 'reduce' })
  await page.goto(`${origin}/admin${path}`)
  await page.waitForLoadState('networkidle', { timeout: 10_000 }).catch(() => {}) // some pages go on asking
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[aria-label=Loading], [aria-busy=true]'))
  await before?.(page)
  await page.waitForTimeout(400) // a chart's last frame
  const shown = panel ? page.locator('section', { has: page.getByRole('heading', { name: panel, exact: true }) }) : page
  await shown.screenshot({ path: join(directory, `${name}.png`) })
  await page.close()
}

const { telling, failing, life, note, corrected, credited, recorded } = await subjects()
const invoice = `/invoices/${telling.user_id}/${telling.id}`
const pages = {
  overview: '/',
  users: '/users',
  user: `/users/${telling.user_id}`,
  plans: '/plans',
  plan: '/plans/team',
  'new-plan': '/plans/_new',
  subscriptions: '/subscriptions',
  subscription: `/subscriptions/${life.id}`,
  'change-plan': `/subscriptions/${life.id}`,
  usage: `/users/${corrected ?? telling.user_id}/usage`,
  ...(note ? { 'credit-note': `/credit_notes/${note.id}` } : {}),
  ...(credited ? { balance: `/users/${credited}/balance` } : {}),
  ...(recorded ? { 'recorded-payment': `/invoices/${recorded.user_id}/${recorded.invoice_id}` } : {}),
  invoices: '/invoices',
  overdue: '/invoices?overdue=true',
  invoice,
  'failing-invoice': `/invoices/${failing.user_id}/${failing.id}`,
  payments: '/payments',
  audit: '/audit',
  system: '/system',
}
const describePlan = async (page) => {
  const fill = (name, text) => page.getByRole('textbox', { name, exact: true }).fill(text)
  await fill('Name', 'Growth')
  await fill('Price', '79.00')
  await page.getByRole('button', { name: 'Add a charge' }).click()
  await page.getByText('Graduated', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Metric' }).fill('api_calls')
  await fill('Included units', '100,000')
  await fill('Tier 1: up to', '500,000')
  await fill('Tier 1: price each', '0.001')
  await fill('Tier 2: price each', '0.0004')
  await page.getByRole('table', { name: 'What api_calls costs' }).waitFor()
}
const unfold = async (page) => {
  for (const button of (await page.locator('li > button[aria-expanded=false]').all()).slice(0, 2)) await button.click()
}
const changePlan = async (page) => {
  await page.getByRole('button', { name: 'Change plan' }).click()
  const plan = page.getByRole('combobox', { name: 'Plan' })
  const another = (await json('/plans')).find(({ active, code, currency, interval }) => active && code !== life.plan_code && currency === 'USD' && interval === 'month')
  await plan.fill(another.code)
  await page.getByRole('option', { name: new RegExp(another.code) }).first().click()
  await page.waitForFunction(() => document.querySelector('[aria-label="What it costs"][aria-busy=false] h3'))
}
for (const [name, path] of Object.entries(pages)) await picture(name, path, { before: { invoice: unfold, 'new-plan': describePlan, 'change-plan': changePlan }[name] })
for (const name of ['overview', 'user', 'invoice', 'subscription']) await picture(`${name}-dark`, pages[name], { colorScheme: 'dark', before: name === 'invoice' ? unfold : undefined })
for (const name of ['overview', 'user', 'invoice', 'invoices', 'subscription']) await picture(`${name}-phone`, pages[name], { viewport: phone })

const { ledger, mailed, unanswered } = await trouble()
await picture('trouble', '/')
await picture('webhooks', '/webhooks')
await picture('webhook', `/webhooks/${ledger.id}`, { before: (page) => page.getByRole('list', { name: 'Deliveries' }).getByRole('button').first().click() })
await picture('unanswered', `/invoices/${unanswered.user_id}/${unanswered.id}`)
await picture('items', `/users/${mailed}`, { panel: 'One-off items' })
await picture('emails', `/users/${mailed}`, { panel: 'E-mails' })
await picture('webhook-phone', `/webhooks/${ledger.id}`, { viewport: phone })
await browser.close()
receivers.closeAllConnections()
receivers.close()
