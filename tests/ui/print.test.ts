import { execFileSync } from 'node:child_process'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { fresh, generate, makePlan, makeUser, subscribe, useServer } from '../harness/make.ts'

const on = useServer()
const browser = useBrowser(() => on.server.origin)

/** What is on each sheet of paper, as a reader sees it. */
async function printed(page: Page): Promise<string[]> {
  const pdf = await page.pdf({ preferCSSPageSize: true, format: 'A4' })
  return execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' }).split('\f').slice(0, -1)
}

async function longInvoice(email: string) {
  const charges = Array.from({ length: 50 }, (_, n) => ({ metric: `metric_${n}`, model: 'graduated' as const, included: 100, tiers: [{ up_to: 1000, unit_price: '0.01' }, { up_to: null, unit_price: '0.005' }] }))
  const plan = await makePlan(on.api, { amount_cents: 4900, charges })
  const user = (await on.api.createUser({ email })).is(201)
  await subscribe(on.api, user.id, plan.code)
  const events = charges.map(({ metric }) => ({ user_id: user.id, metric, quantity: 2000 }))
  ;(await on.api.recordUsageBatch(events)).is(201)
  return generate(on.api, user.id)
}

describe('a printed invoice of several pages', () => {
  test('says its total once, at its end, and on each page which invoice and which page it is', async () => {
    const invoice = await longInvoice(`${fresh('paper')}@example.com`)
    const page = await browser.open(`/admin/invoices/${invoice.user_id}/${invoice.id}`)
    await page.getByRole('heading', { level: 1, name: `Invoice ${invoice.number}` }).waitFor()
    const pages = await printed(page)
    expect(pages.length).toBeGreaterThan(2)
    expect(pages.map((text) => (text.match(/^\s*Total\b/gm) ?? []).length)).toEqual([...pages.slice(1).map(() => 0), 1])
    pages.forEach((text, index) => {
      expect(text).toContain(`Invoice ${invoice.number}`)
      expect(text).toContain(`Page ${index + 1} of ${pages.length}`)
    })
    // A line and its explanation stay together: what a page begins with, below the head, is a line and not a step.
    for (const text of pages.slice(1)) {
      const first = text.split('\n').map((one) => one.trim()).filter((one) => one !== '' && !/^Description/.test(one))[0]
      expect(first).toMatch(/^(metric_\d+:|Total)/)
    }
  })

  test('keeps its size when the customer’s address is long', async () => {
    const local = 'a'.repeat(60)
    const domain = Array.from({ length: 4 }, () => 'b'.repeat(32)).join('.')
    const invoice = await longInvoice(`${local}@${domain}.example`)
    const page = await browser.open(`/admin/invoices/${invoice.user_id}/${invoice.id}`)
    await page.getByRole('heading', { level: 1, name: `Invoice ${invoice.number}` }).waitFor()
    await page.waitForLoadState('networkidle')
    await page.setViewportSize({ width: 650, height: 900 }) // an A4 sheet within its margins
    await page.emulateMedia({ media: 'print' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  })
})

describe('any other page', () => {
  test('has a margin on paper, and a chart’s legend its colours', async () => {
    await makeUser(on.api)
    const page = await browser.open('/admin/')
    await page.getByText('Invoiced', { exact: true }).first().waitFor()
    const [first = ''] = await printed(page)
    expect(first).toContain('Overview')
    const rules = await page.evaluate(() => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSPageRule).map((rule) => rule.cssText))
    expect(rules.join()).toContain('margin: 1.5cm')
    await page.emulateMedia({ media: 'print' })
    const swatch = page.locator('[class*=legend] i').first()
    expect(await swatch.evaluate((one) => getComputedStyle(one).printColorAdjust)).toBe('exact')
  })
})
