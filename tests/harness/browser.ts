/** A real Chromium on the UI that the binary itself serves. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { patience } from './until.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Debian's, by its own sandbox's rules not as root; and nothing of what a browser says to its maker by itself. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const phone = { width: 390, height: 844 }
export const desk = { width: 1280, height: 900 }

export interface Opening extends BrowserContextOptions {
  /** The server refuses, or is away, in this test: the browser logs each 4xx and 5xx, and what it could not fetch, as an error. */
  refusals?: boolean
}

/**
 * A browser for the whole of this file. Each page that a test opens is closed after it, and must have logged no error and asked
 * nobody but its own origin.
 */
export function useBrowser(origin: () => string): { open: (path: string, opening?: Opening) => Promise<Page> } {
  let browser: Browser | undefined
  let pages: { page: Page; complaints: string[] }[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
  })
  afterAll(async () => {
    await browser?.close()
  })
  afterEach(async () => {
    const said = pages.flatMap((p) => p.complaints)
    for (const { page } of pages) await page.context().close()
    pages = []
    if (said.length > 0) throw new Error(`the browser complained:\n${said.join('\n')}`)
  })

  return {
    async open(path, { refusals = false, ...options } = {}) {
      const context = await browser!.newContext({ viewport: desk, locale: 'en-US', timezoneId: 'America/New_York', ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(patience)
      const complaints: string[] = []
      pages.push({ page, complaints })
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return
        if (refusals && /^Failed to load resource|dynamically imported module|preload CSS/.test(message.text())) return
        complaints.push(`${page.url()}: ${message.text()}`)
      })
      page.on('request', (request) => {
        const url = request.url()
        if (!url.startsWith(origin()) && !/^(data|blob):/.test(url)) complaints.push(`${page.url()} asked ${url}`)
      })
      await page.goto(origin() + path)
      return page
    },
  }
}

interface Violation {
  id: string
  impact: string
  help: string
  nodes: { target: string[]; failureSummary: string }[]
}

/** What axe finds serious or critical on the page as it stands, a line each; empty is good. */
export async function seriousFlaws(page: Page): Promise<string[]> {
  // In the page's own world, past its Content-Security-Policy.
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const result = await (window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }).axe.run({ rules: { 'target-size': { enabled: true } } })
    return result.violations
  })
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) => v.nodes.map((n) => `${v.id} (${v.impact}) at ${n.target.join(' ')}: ${n.failureSummary}`))
}

/** Whether the page is wider than its window, which a person would have to scroll sideways. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1)
}

/** A picture for docs/ui.md, where script/screenshots asks for them; else nothing. */
export async function photograph(page: Page, name: string): Promise<void> {
  const directory = process.env.BILLING_PICTURES
  if (!directory) return
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(400) // what fades in
  await page.screenshot({ path: `${directory}/${name}.png` })
}
