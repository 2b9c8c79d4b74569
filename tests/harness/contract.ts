/** Holds every answer to openapi.yaml: status, content type, headers and schema. Whatever is not documented there fails the test. */

import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import type { Received } from './http.ts'

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  'x-whole-rest'?: true
}
interface Header {
  required?: boolean
  schema: object
}
interface DocumentedAnswer {
  headers?: Record<string, Header>
  content?: Record<string, { schema: object }>
}
interface RawOperation {
  operationId: string
  'x-scope': Scope | 'none'
  'x-problems'?: string[]
  parameters?: (Parameter | { $ref: string })[]
  responses: Record<string, DocumentedAnswer | { $ref: string }>
}
interface Document {
  paths: Record<string, Record<string, unknown>>
  components: Record<string, Record<string, unknown>>
  'x-problems': Record<string, { status: number; everywhere?: true | 'POST'; meaning: string }>
}

export type Scope = 'read' | 'ingest' | 'write' | 'admin'

export interface Operation {
  id: string
  method: string
  path: string
  scope: Scope | 'none'
  problems: string[]
  parameters: Parameter[]
  answers: Map<number, DocumentedAnswer>
}

export const contractPath = fileURLToPath(new URL('../../openapi.yaml', import.meta.url))
export const contractText = readFileSync(contractPath, 'utf8')
export const document = parse(contractText) as Document
export const problems = document['x-problems']

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true, allErrors: true, keywords: [] })
;(addFormats as unknown as (a: Ajv2020) => void)(ajv)
ajv.addFormat('int64', true)
ajv.addFormat('int32', true)
// What is answered is stricter than the formats that generators know: ids are UUIDv7 in lower case, instants are in UTC.
ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
ajv.addVocabulary(['components', 'discriminator', 'x-default'])
ajv.addSchema({ $id: 'openapi', components: document.components }, 'openapi', false, false)

function resolve<T extends object>(node: T | { $ref: string }): T {
  if (!('$ref' in node)) return node
  let target: unknown = document
  for (const step of node.$ref.slice(2).split('/')) target = (target as Record<string, unknown>)[step]
  return resolve(target as T)
}

/** References are to the document, which ajv knows as "openapi". */
function absolute(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(absolute)
  if (schema === null || typeof schema !== 'object') return schema
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) =>
      name === '$ref' && typeof value === 'string' ? [name, value.replace(/^#/, 'openapi#')] : [name, absolute(value)],
    ),
  )
}

const compiled = new Map<object, ValidateFunction>()
function validator(schema: object): ValidateFunction {
  let validate = compiled.get(schema)
  if (!validate) compiled.set(schema, (validate = ajv.compile(absolute(schema) as object)))
  return validate
}

export const operations: Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  ['get', 'post', 'put', 'patch', 'delete']
    .filter((method) => method in item)
    .map((method) => {
      const raw = item[method] as RawOperation
      const shared = (item.parameters ?? []) as (Parameter | { $ref: string })[]
      return {
        id: raw.operationId,
        method: method.toUpperCase(),
        path,
        scope: raw['x-scope'],
        problems: raw['x-problems'] ?? [],
        parameters: [...shared, ...(raw.parameters ?? [])].map((p) => resolve<Parameter>(p)),
        answers: new Map(Object.entries(raw.responses).map(([status, answer]) => [Number(status), resolve<DocumentedAnswer>(answer)])),
      }
    }),
)

export function operation(id: string): Operation {
  const found = operations.find((o) => o.id === id)
  if (!found) throw new Error(`openapi.yaml has no operation ${id}`)
  return found
}

/** A last parameter that takes all that follows, slashes included. */
function takesTheRest(o: Operation): boolean {
  return o.parameters.some((p) => p['x-whole-rest'])
}

/** "{id}.pdf" takes what ends in ".pdf". */
function fitsSegment(pattern: string, segment: string): boolean {
  if (!pattern.startsWith('{')) return pattern === segment
  const suffix = pattern.slice(pattern.indexOf('}') + 1)
  return segment.length > suffix.length && segment.endsWith(suffix)
}

/** The operation that serves a concrete path; a literal segment wins over a parameter, and one with a suffix over one without. */
export function operationOf(method: string, target: string): Operation | undefined {
  const segments = target.split('?')[0]!.split('/')
  const fits = operations.filter((o) => {
    const pattern = o.path.split('/')
    return (
      o.method === (method === 'HEAD' ? 'GET' : method) &&
      (takesTheRest(o) ? pattern.length <= segments.length : pattern.length === segments.length) &&
      pattern.every((p, i) => fitsSegment(p, segments[i]!) || (p.startsWith('{') && takesTheRest(o)))
    )
  })
  return fits.sort((a, b) => a.path.split('{').length - b.path.split('{').length || Number(b.path.endsWith('.pdf')) - Number(a.path.endsWith('.pdf')))[0]
}

const seen = new Set<string>()
function cover(what: string): void {
  const dir = process.env.BILLING_COVERAGE_DIR
  if (!dir || seen.has(what)) return
  seen.add(what)
  appendFileSync(join(dir, `${process.pid}.txt`), `${what}\n`)
}
export function coverFile(path: string): void {
  cover(`file ${path}`)
}

/** For answers that do not come through `hold`. */
export function coverProblem(code: string): void {
  cover(`problem ${code}`)
}

const problemSchema = { $ref: '#/components/schemas/Problem' }

/** Throws when the answer is not one that openapi.yaml documents. `op` is undefined for a path or method that the contract does not have. */
export function hold(op: Operation | undefined, method: string, target: string, received: Received): void {
  const complain = (what: string): never => {
    const body = received.text.length > 2000 ? `${received.text.slice(0, 2000)}…` : received.text
    throw new Error(`${method} ${target} deviates from openapi.yaml: ${what}\n${received.status} ${JSON.stringify(received.headers)}\n${body}`)
  }
  const { status, headers, text } = received
  const media = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()

  if (!/^[A-Za-z0-9_.-]{1,128}$/.test(headers['x-request-id'] ?? '')) complain('X-Request-Id is missing or malformed')

  const stray = !op || status === 405
  const documented = stray ? undefined : op.answers.get(status)
  if (!stray && !documented) complain(`${op.id} does not document status ${status}`)
  if (stray && status !== 404 && status !== 405 && status !== 401) complain('a path or method that the contract does not have must be 404 or 405')

  for (const [name, header] of Object.entries(documented?.headers ?? {})) {
    const { required, schema } = resolve<Header>(header as Header)
    const value = headers[name.toLowerCase()]
    if (value === undefined) {
      if (required) complain(`header ${name} is missing`)
    } else if (!validator(schema)(value)) complain(`header ${name} is ${value}`)
  }

  if (method === 'HEAD') {
    if (text !== '') complain('an answer to HEAD has a body')
    return
  }
  const content = stray ? { 'application/problem+json': { schema: problemSchema } } : documented!.content
  if (!content) {
    if (text !== '') complain('a body that is not documented')
  } else {
    const entry = content[media] ?? content['*/*']
    if (!entry) return complain(`content type ${media || '(none)'} instead of ${Object.keys(content).join(', ')}`)
    if (media.endsWith('json')) {
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch (error) {
        complain(`the body is not JSON: ${String(error)}`)
      }
      const validate = validator(entry.schema)
      if (!validate(value)) complain(ajv.errorsText(validate.errors, { dataVar: 'body', separator: '\n  ' }))
      if (media === 'application/problem+json') holdProblem(op, value as Problem, received, complain)
    }
  }
  if (op && !stray) cover(`${op.id} ${status}`)
}

interface Problem {
  type: string
  status: number
  request_id: string
}

function holdProblem(op: Operation | undefined, problem: Problem, received: Received, complain: (what: string) => never): void {
  const code = problem.type.replace('/docs#', '')
  const known = problems[code]
  if (!known) return complain(`x-problems does not have ${code}`)
  if (known.status !== received.status || problem.status !== received.status) complain(`${code} with status ${received.status}`)
  const allowed = known.everywhere === true || (known.everywhere === 'POST' && op?.method === 'POST') || op?.problems.includes(code)
  if (!allowed) complain(`${op?.id ?? 'this path'} does not document ${code}`)
  // A stored answer keeps the id of the request that it was first given to.
  if (problem.request_id !== received.headers['x-request-id'] && !received.headers['idempotency-replayed']) complain('request_id is not the X-Request-Id header')
  cover(`problem ${code}`)
}
