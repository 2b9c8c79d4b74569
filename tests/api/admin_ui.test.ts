import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { useServer } from '../harness/make.ts'

const on = useServer()

/** The page, and the path of the script that it loads. */
async function page(): Promise<{ html: string; script: string }> {
  const html = (await on.api.raw('GET', '/admin/')).text
  const script = /src="(\/admin\/assets\/[^"]+\.js)"/.exec(html)?.[1]
  if (!script) throw new Error(`the page loads no script:\n${html}`)
  return { html, script }
}

/** Bytes as they come, which the usual client would read as text. */
function bytes(path: string, encoding: string): Promise<{ coding: string | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(on.server.origin + path, { headers: { 'Accept-Encoding': encoding } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve({ coding: answer.headers['content-encoding'], body: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end()
  })
}

describe('the admin UI', () => {
  test.each(['/', '/admin'])('%s leads to it', async (path) => {
    const answer = await on.api.raw('GET', path)
    expect(answer.status).toBe(302)
    expect(answer.header('Location')).toBe('/admin/')
  })

  test('its page is always asked for again, and answered 304 when it is the same', async () => {
    const answer = await on.api.raw('GET', '/admin/')
    expect(answer.status).toBe(200)
    expect(answer.header('Content-Type')).toBe('text/html; charset=utf-8')
    expect(answer.header('Cache-Control')).toBe('no-cache')
    const again = await on.api.raw('GET', '/admin/', { headers: { 'If-None-Match': answer.header('ETag')! } })
    expect([again.status, again.text]).toEqual([304, ''])
  })

  test('every path that is no file is its page, which has its own router', async () => {
    const { html } = await page()
    for (const path of ['/admin/users', '/admin/invoices/a/b', '/admin/x.y', '/admin//', '/admin/a/../../etc/passwd', '/admin/%2e%2e/%2e%2e/etc/passwd']) {
      const answer = await on.api.raw('GET', path)
      expect([path, answer.status, answer.text === html]).toEqual([path, 200, true])
    }
  })

  test('the notices of everything of others that is in the binary are at /admin/licenses', async () => {
    const answer = await on.api.raw('GET', '/admin/licenses')
    expect(answer.status).toBe(200)
    expect(answer.header('Content-Type')).toBe('text/plain; charset=utf-8')
    for (const name of ['Boost', 'CLI11', 'spdlog', '{fmt}', 'prometheus-cpp', 'react-dom ', '@mantine/core ', 'recharts '])
      expect(answer.text).toMatch(new RegExp(`^${name.replace(/[{}]/g, '\\$&')}`, 'm'))
    expect(answer.text).toContain('Permission is hereby granted, free of charge')
  })

  test('its files carry their hash in their names and are kept for ever; one that is missing is 404', async () => {
    const { script } = await page()
    const answer = await on.api.raw('GET', script)
    expect(answer.status).toBe(200)
    expect(answer.header('Content-Type')).toBe('text/javascript; charset=utf-8')
    expect(answer.header('Cache-Control')).toBe('public, max-age=31536000, immutable')
    for (const path of ['/admin/assets/gone-00000000.js', '/admin/assets/', '/admin/assets/../index.html']) {
      ;(await on.api.raw('GET', path)).refused(404, 'not_found')
    }
  })

  test('is sent as small as the browser can read it', async () => {
    const { script } = await page()
    const plain = await bytes(script, 'identity')
    expect(plain.coding).toBe(undefined)
    const gzip = await bytes(script, 'gzip')
    expect([gzip.coding, gunzipSync(gzip.body).equals(plain.body)]).toEqual(['gzip', true])
    const brotli = await bytes(script, 'gzip, deflate, br')
    expect([brotli.coding, brotliDecompressSync(brotli.body).equals(plain.body)]).toEqual(['br', true])
    expect(brotli.body.length).toBeLessThan(plain.body.length / 2)
    expect((await bytes(script, 'br;q=0, gzip;q=0.5')).coding).toBe('gzip')
  })

  test('HEAD tells what GET would', async () => {
    const answer = await on.api.raw('HEAD', '/admin/')
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(answer.header('ETag')).toBe((await on.api.raw('GET', '/admin/')).header('ETag'))
  })

  test('may load and call nothing but its own origin, and stands in no frame', async () => {
    const answer = await on.api.raw('GET', '/admin/')
    const policy = answer.header('Content-Security-Policy')
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src|unsafe-eval|https?:/)
    expect(answer.header('X-Content-Type-Options')).toBe('nosniff')
  })

  test('is only read', async () => {
    const answer = await on.api.raw('POST', '/admin/users')
    expect(answer.status).toBe(405)
    expect(answer.header('Allow')).toBe('GET, HEAD')
  })

  test('needs no key, though what it shows does', async () => {
    await on.server.key('ops', 'admin')
    const wanted = async () => (await on.api.getStats()).status === 401
    for (let n = 0; n < 50 && !(await wanted()); n++) await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await on.api.getStats()).status).toBe(401)
    expect((await on.api.raw('GET', '/admin/')).status).toBe(200)
    expect((await on.api.raw('GET', (await page()).script)).status).toBe(200)
  })
})
