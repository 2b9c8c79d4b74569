// node screenshots.mjs ORIGIN DIRECTORY: a picture of every page, as script/screenshots wants them for docs/ui.md.

import { mkdirSync } from 'node:fs'
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

/** Things worth a picture: an invoice with usage beyond what is included, its customer, and one whose card is declined. */
async function subjects() {
  const invoices = await json('/invoices?status=paid&limit=100')
  const details = await Promise.all(invoices.slice(-40).map((i) => json(`/invoices/${i.user_id}/${i.id}`)))
  const telling = details.find((i) => i.lines.some((l) => l.explanation.steps?.length > 1)) ?? details.find((i) => i.lines.length > 1) ?? details[0]
  const [failing] = [...(await json('/invoices?collection=retrying&limit=1')), ...(await json('/invoices?collection=uncollected&limit=1'))]
  return { telling, failing: failing ?? telling }
}

const desk = { width: 1280, height: 860 }
const phone = { width: 390, height: 844 }
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

async function picture(name, path, { colorScheme = 'light', viewport = desk, before } = {}) {
  const page = await browser.newPage({ viewport, colorScheme, locale: 'en-US', reducedMotion: 'reduce' })
  await page.goto(`${origin}/admin${path}`)
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[aria-label=Loading], [aria-busy=true]'))
  await before?.(page)
  await page.waitForTimeout(400) // a chart's last frame
  await page.screenshot({ path: join(directory, `${name}.png`) })
  await page.close()
}

const { telling, failing } = await subjects()
const invoice = `/invoices/${telling.user_id}/${telling.id}`
const pages = {
  overview: '/',
  users: '/users',
  user: `/users/${telling.user_id}`,
  plans: '/plans',
  plan: '/plans/team',
  'new-plan': '/plans/_new',
  subscriptions: '/subscriptions',
  invoices: '/invoices',
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
for (const [name, path] of Object.entries(pages)) await picture(name, path, { before: { invoice: unfold, 'new-plan': describePlan }[name] })
for (const name of ['overview', 'user', 'invoice']) await picture(`${name}-dark`, pages[name], { colorScheme: 'dark', before: name === 'invoice' ? unfold : undefined })
for (const name of ['overview', 'user', 'invoice', 'invoices']) await picture(`${name}-phone`, pages[name], { viewport: phone })
await browser.close()
