import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const top = mkdtempSync(join(tmpdir(), 'billing-cli-'))
afterAll(() => rmSync(top, { recursive: true, force: true }))

function billing(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { PATH } = process.env
  const ended = spawnSync(process.env.BILLING_BINARY!, args, { env: { PATH }, encoding: 'utf8', timeout: 30_000 })
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr }
}

describe('billing up', () => {
  test('on a port that is taken says so before it makes anything', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const port = String((other.address() as AddressInfo).port)
    const data = join(top, 'taken')
    const ended = billing('up', '--port', port, '--data-dir', data)
    other.close()
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(`port ${port} is taken`) })
    expect(existsSync(data)).toBe(false)
  })

  test.each(['99999', '-1', 'http', '80a', ''])('refuses the port "%s" in words', (port) => {
    const ended = billing('up', `--port=${port}`, '--data-dir', join(top, 'never'))
    expect(ended.code).not.toBe(0)
    expect(ended.stderr).toMatch(/a port is a whole number from 0 to 65535|--port/)
    expect(ended.stderr).not.toContain('Could not convert')
    expect(existsSync(join(top, 'never'))).toBe(false)
  })
})

test('only the help of billing itself lists the environment, and that of each command says where it is', () => {
  expect(billing('--help').stdout).toContain('BILLING_RETRY_DAYS')
  for (const command of ['up', 'serve', 'keys', 'verify']) {
    const { stdout } = billing(command, '--help')
    expect(stdout).not.toContain('BILLING_RETRY_DAYS')
    expect(stdout).toContain('`billing --help`')
  }
})

test('a command that is to look into a data directory where nothing is says which is needed', () => {
  for (const command of [['keys', 'list'], ['verify']]) {
    const ended = billing(...command, '--data-dir', join(top, 'nothing'))
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('`billing up` was given') })
  }
})
