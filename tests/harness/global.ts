/** Before all files: the stores. After all of them: was every operation and documented success seen, and every problem? */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { operations, problems } from './contract.ts'
import { startStores, type Stores } from './stores.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const api = fileURLToPath(new URL('../api/', import.meta.url))
let stores: Stores | undefined
let coverage = ''

export async function setup(): Promise<void> {
  process.env.BILLING_BINARY ??= join(root, 'build/dev/billing')
  if (!existsSync(process.env.BILLING_BINARY)) throw new Error(`there is no ${process.env.BILLING_BINARY}: build it, or say where it is in BILLING_BINARY`)
  if (!process.env.BILLING_TEST_DATABASE_URL || !process.env.BILLING_TEST_REDIS_URL) {
    stores = await startStores()
    process.env.BILLING_TEST_DATABASE_URL = stores.databaseUrl
    process.env.BILLING_TEST_REDIS_URL = stores.redisUrl
  }
  coverage = mkdtempSync(join(tmpdir(), 'billing-coverage-'))
  process.env.BILLING_COVERAGE_DIR = coverage
}

export function teardown(): void {
  stores?.stop()
  const seen = new Set(readdirSync(coverage).flatMap((name) => readFileSync(join(coverage, name), 'utf8').trim().split('\n')))
  rmSync(coverage, { recursive: true })
  const files = readdirSync(api).filter((name) => name.endsWith('.test.ts'))
  const missing = files.filter((name) => !seen.has(`file ${join(api, name)}`))
  if (missing.length > 0) {
    console.log(`coverage of openapi.yaml: not checked, ${files.length - missing.length} of ${files.length} API test files ran`)
    return
  }
  const wanted = [
    ...operations.flatMap((o) => [...o.answers.keys()].filter((status) => status < 400).map((status) => `${o.id} ${status}`)),
    ...Object.keys(problems)
      // These need a minute of waiting, a machine that is too small for its work, or an answer of megabytes: unit tests see them.
      .filter((code) => !['clock_busy', 'request_timeout', 'overloaded', 'internal_error', 'answer_too_large'].includes(code))
      .map((code) => `problem ${code}`),
  ]
  const unseen = wanted.filter((what) => !seen.has(what))
  if (unseen.length > 0) {
    process.exitCode = 1
    throw new Error(`openapi.yaml documents what no test has seen:\n  ${unseen.join('\n  ')}`)
  }
  console.log(`coverage of openapi.yaml: all ${wanted.length} documented successes and problems were seen`)
}
