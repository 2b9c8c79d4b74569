/** Stripe's own description of the requests that we make (requests.json): what it does not describe is refused, as Stripe refuses it. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv, type ValidateFunction } from 'ajv'

interface Described {
  method: string
  path: string
  form: object
  query: object
}
const described = JSON.parse(readFileSync(fileURLToPath(new URL('requests.json', import.meta.url)), 'utf8')) as { version: string; requests: Described[] }
export const version = described.version

// Forms have no types: "true" and "4900" are what a schema takes them for.
const ajv = new Ajv({ coerceTypes: true, strict: false, allErrors: true, formats: { 'unix-time': true, decimal: true } })
const operations = described.requests.map((one) => ({
  method: one.method,
  pattern: new RegExp(`^${one.path.replace(/\{\w+\}/g, '([A-Za-z0-9_]+)')}$`),
  form: ajv.compile(one.form),
  query: ajv.compile(one.query),
}))

export type Tree = { [name: string]: string | Tree | Tree[] | string[] }

/** "a[b][c]=1" as {a: {b: {c: "1"}}}, and "a[0]=1" as {a: ["1"]}. */
export function tree(text: string): Tree {
  const root: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.replaceAll(']', '').split('[')
    let at = root
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>
    at[path.at(-1)!] = value
  }
  const arrays = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node
    const entries = Object.entries(node).map(([name, value]) => [name, arrays(value)] as const)
    if (entries.length > 0 && entries.every(([name], i) => name === String(i))) return entries.map(([, value]) => value)
    return Object.fromEntries(entries)
  }
  return arrays(root) as Tree
}

function problems(validate: ValidateFunction, value: Tree, what: string): string[] {
  if (validate(structuredClone(value))) return []
  return validate.errors!.map((e) => `${what}${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`)
}

/** What Stripe would have against a request; undefined: it has no such operation among those that we use. */
export function against(method: string, path: string, query: Tree, form: Tree): string[] | undefined {
  const operation = operations.find((one) => one.method === method && one.pattern.test(path))
  if (!operation) return undefined
  const metadata = Object.entries((form.metadata ?? {}) as Record<string, string>)
  const long = metadata.filter(([name, value]) => name.length > 40 || value.length > 500).map(([name]) => `metadata ${name} is too long`)
  if (metadata.length > 50) long.push('more than 50 members of metadata')
  return [...problems(operation.query, query, 'query'), ...problems(operation.form, form, 'form'), ...long]
}
