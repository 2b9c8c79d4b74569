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
})
