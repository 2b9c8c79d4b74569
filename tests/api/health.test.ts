import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { contractText, operations, problems } from '../harness/contract.ts'
import { useServer } from '../harness/make.ts'

const on = useServer()

describe('health', () => {
  test('healthz answers "ok"', async () => {
    expect((await on.api.getHealth()).is(200)).toBe('ok')
  })

  test('readyz names both stores', async () => {
    expect((await on.api.getReadiness()).is(200)).toEqual({ status: 'ready', postgres: 'ok', redis: 'ok' })
  })
})

describe('the contract', () => {
  test('the server serves the openapi.yaml of the repository, byte for byte', async () => {
    const answer = await on.api.call('getOpenapi', {})
    expect(answer.status).toBe(200)
    expect(answer.text === contractText, 'the binary was built from another openapi.yaml').toBe(true)
  })

  test('the route table of the server is that of openapi.yaml, scopes included', async () => {
    const { code, stdout } = await on.server.billing('routes')
    expect(code).toBe(0)
    const served = stdout.trim().split('\n').map((line) => line.trim().split(/\s+/).join(' '))
    expect(served.sort()).toEqual(operations.map((o) => `${o.method} ${o.path} ${o.scope === 'none' ? '-' : o.scope}`).sort())
  })

  test('the page at /docs explains every operation and every problem, and asks nobody for anything', async () => {
    const answer = await on.api.call('getDocs', {})
    expect(answer.status).toBe(200)
    const wanted = [...operations.map((o) => o.id), ...Object.keys(problems)]
    expect(wanted.filter((anchor) => !answer.text.includes(`id="${anchor}"`))).toEqual([])
    expect(/<script|<link|<img|src=|@import|url\(/.exec(answer.text)?.[0]).toBe(undefined)
  })

  test('the page at /docs names the server that was asked, as it was asked', async () => {
    const docs = async (headers: Record<string, string>) => /API=[^<\n]*/.exec((await on.api.call('getDocs', {}, { headers })).text)?.[0]
    expect(await docs({})).toBe(`API=${on.server.origin}`)
    expect(await docs({ Host: 'billing.example.com', 'X-Forwarded-Proto': 'https' })).toBe('API=https://billing.example.com')
    expect(await docs({ Host: '"><b>' })).toBe('API=http://127.0.0.1:8080')
  })

  test('each curl example of the page at /docs that asks for something works as it is pasted', async () => {
    const page = (await on.api.call('getDocs', {})).text
    const plain = (html: string) => html.replace(/<[^>]+>/g, '').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
    const commands = [...page.matchAll(/<pre[^>]*><code>(curl .*?)<\/code>/gs)].map(([, html]) => plain(html!))
    const reads = commands.filter((command) => !/ -d | -X /.test(command))
    expect(reads.filter((command) => command.includes('?')).length).toBeGreaterThan(5)
    for (const command of reads) {
      const { stdout } = await promisify(execFile)('bash', ['-c', `${command.replace('curl', "curl -o /dev/null -w '%{http_code}'")}`], { env: { ...process.env, API: on.server.origin, KEY: 'none' } })
      expect(['200', '302', '404'], command).toContain(stdout)
    }
  })
})
