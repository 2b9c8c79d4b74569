/** An integer of the API: exact up to 2^63 - 1, so a bigint beyond 2^53. */
export type Int = number | bigint;

const mark = '\u0000int:'; // the API refuses NUL in text, so nothing else looks like this
const stringOrLongInteger = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** JSON.parse that keeps long integers exact. */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const marked = text.replace(stringOrLongInteger, (found) => (found.startsWith('"') ? found : `"\\u0000int:${found}"`));
  return JSON.parse(marked, (_, value) => (typeof value === 'string' && value.startsWith(mark) ? narrow(value.slice(mark.length)) : value));
}

/** JSON.stringify that writes a bigint as the integer that it is. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? `${mark}${member}` : member));
  return text.replace(/"\\u0000int:(-?\d+)"/g, '$1');
}

function narrow(digits: string): Int {
  const value = BigInt(digits);
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** What a person typed without the separators of thousands; null where a comma is no such separator: "0,001" is not to be read as 1. */
export function ungrouped(text: string): string | null {
  const plain = text.trim().replace(/[_\s]/g, '');
  if (!plain.includes(',')) return plain;
  return /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(plain) ? plain.replaceAll(',', '') : null;
}

/** The integer that a person typed, with or without separators of thousands; null when it is none ("1,5"). */
export function parseInteger(text: string): Int | null {
  const digits = ungrouped(text);
  return digits !== null && /^-?\d+$/.test(digits) ? narrow(digits) : null;
}

export function sum(values: Int[]): Int {
  return narrow(values.reduce<bigint>((total, value) => total + BigInt(value), 0n).toString());
}
