/** JSON with exact integers: the API's go up to 2^63 - 1, a number of JavaScript's is exact up to 2^53. */

// Not to be met in anybody's text by chance.
const mark = `${crypto.randomUUID()}:`
const written = new RegExp(`"${mark}(-?\\d+)"`, 'g')
const long = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g

/** An integer that may be beyond 2^53. */
export type Int = number | bigint

/** Integers beyond 2^53 are read as bigint. */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text)
  const marked = text.replace(long, (token) => (token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${mark}${token}"`))
  return JSON.parse(marked, (_, value: unknown) => (typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value))
}

/** As `parseJson`, where the types say `number`: what is not exact as one is an error, never a wrong amount. */
export function parseNumbers(text: string): unknown {
  const value = parseJson(text)
  if (/\d{16}/.test(text)) refuseBigints(value)
  return value
}

function refuseBigints(value: unknown): void {
  if (typeof value === 'bigint') throw new RangeError(`${value} is beyond 2^53: make the client with integers: 'exact' to read it as a bigint`)
  if (value !== null && typeof value === 'object') for (const member of Object.values(value)) refuseBigints(member)
}

/** Bigints are written as the integers that they are. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${mark}${member}` : member)).replace(written, '$1')
}
