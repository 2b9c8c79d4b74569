/** JSON with exact integers: those beyond 2^53 are read as bigint and bigints are written as numbers. */

const mark = '\u0001int:'

/** An integer that may be beyond 2^53. */
export type Int = number | bigint

export function parseJson(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"\\u0001int:${token}"`,
  )
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  )
}

export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? mark + member : member))
  return text.replace(/"\\u0001int:(-?\d+)"/g, '$1')
}
