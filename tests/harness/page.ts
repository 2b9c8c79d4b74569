/** What tests of the UI look for on a page. */

import type { Page } from 'playwright-core'

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
export const dialog = (page: Page) => page.getByRole('dialog')
/** Waits until the page says it. */
export const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
/** The value beside a name: <dt>Open</dt><dd>…</dd>. */
export const fact = (page: Page, name: string) => page.locator('dl > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd')

/** Goes there, and is back when all of it has come. */
export async function visit(page: Page, origin: string, path: string): Promise<void> {
  await page.goto(`${origin}/admin${path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
}
