/** The API's reference in a browser. */

import { describe, expect, test } from 'vitest'
import { desk, overflows, phone, seriousFlaws, useBrowser } from '../harness/browser.ts'
import { useServer } from '../harness/make.ts'

const on = useServer()
const browser = useBrowser(() => on.server.origin)

describe.each([
  ['a desk', desk],
  ['a phone', phone],
])('the page at /docs on %s', (_, viewport) => {
  test('fits, its names stand on one line, and axe finds nothing serious', async () => {
    const page = await browser.open('/docs', { viewport, refusals: true }) // it has no icon
    expect(await overflows(page)).toBe(false)
    const torn = await page.$$eval('.members td.name code', (names) => names.filter((name) => name.getClientRects().length > 1 || name.clientHeight > 40).map((name) => name.textContent))
    expect(torn).toEqual([])
    expect(await seriousFlaws(page)).toEqual([])
  })
})
