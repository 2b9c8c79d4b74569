import { execFileSync } from 'node:child_process'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../harness/browser.ts'
import { generate, makeCustomer, makeUser, useServer } from '../harness/make.ts'

const on = useServer()
const browser = useBrowser(() => on.server.origin)

/** What is on each sheet of paper, as a reader sees it. */
async function printed(page: Page): Promise<string[]> {
  const pdf = await page.pdf({ preferCSSPageSize: true, format: 'A4' })
  return execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' }).split('\f').slice(0, -1)
}

describe('an invoice', () => {
  test('is saved as PDF under its number, by whoever is signed in', async () => {
    const { user } = await makeCustomer(on.api, 'pro')
    const invoice = await generate(on.api, user.id)
    const page = await browser.open(`/admin/invoices/${invoice.user_id}/${invoice.id}`)
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'PDF' }).click()])
    expect(saved.suggestedFilename()).toBe(`${invoice.number}.pdf`)
    const text = execFileSync('pdftotext', ['-layout', await saved.path(), '-'], { encoding: 'utf8' })
    for (const said of [invoice.number, user.email, '49.00']) expect(text).toContain(said)
  })
})

describe('a page', () => {
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
