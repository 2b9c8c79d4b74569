import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exponentOf, formatCount, formatMoney, formatPrice, parseMoney, parsePrice, toMajor } from './money.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test("every currency has the server's decimal places", () => {
  const source = readFileSync(new URL('../../../src/core/money/currencies.hpp', import.meta.url), 'utf8');
  const rows = [...source.matchAll(/\{"([A-Z]{3})", (\d)\}/g)];
  expect(rows.length).toBeGreaterThan(150);
  for (const [, code, places] of rows) expect(`${code} ${exponentOf(code ?? '')}`).toBe(`${code} ${places}`);
});

describe('minor units become an amount', () => {
  test.each([
    [6900, 'USD', '$69.00'],
    [-5, 'USD', '-$0.05'],
    [0, 'EUR', '€0.00'],
    [1234, 'JPY', '¥1,234'],
    [1, 'KWD', 'KWD 0.001'],
    [10050, 'RSD', 'RSD 100.50'], // Intl alone: no decimal places
    [9223372036854775807n, 'USD', '$92,233,720,368,547,758.07'],
  ])('%s %s', (minor, currency, text) => expect(plain(formatMoney(minor, currency))).toBe(text));
});

test('a major amount is text, exact', () => {
  expect(toMajor(5, 'USD')).toBe('0.05');
  expect(toMajor(-123456n, 'KWD')).toBe('-123.456');
});

describe('a unit price keeps all its places', () => {
  test.each([
    ['0.001', '$0.001'],
    ['20', '$20.00'],
    ['-0.5', '-$0.50'],
    ['0.000000000001', '$0.000000000001'],
  ])('%s', (decimal, text) => expect(formatPrice(decimal, 'USD')).toBe(text));
});

describe('an amount as a person types it', () => {
  test.each([
    ['49', 'USD', 4900n],
    ['1,049.9', 'USD', 104990n],
    ['49.999', 'USD', null],
    ['49,90', 'USD', null], // a decimal comma, which must not become 4990
    ['12,34,567', 'USD', null],
    ['49.5', 'JPY', null],
    ['0.001', 'KWD', 1n],
    ['-1', 'USD', null],
    ['', 'USD', null],
    ['92233720368547758.07', 'USD', 9223372036854775807n],
  ])('%j %s', (text, currency, minor) => expect(parseMoney(text, currency)).toBe(minor));
});

describe('a unit price as a person types it', () => {
  test.each([
    ['0.001', '0.001'],
    [' .5 ', '0.5'],
    ['1,000.', '1000'],
    ['0,001', null],
    ['0.0000000000001', null],
    ['1e-3', null],
    ['-1', null],
    ['.', null],
    ['', null],
  ])('%j', (text, price) => expect(parsePrice(text)).toBe(price));
});

test('counts are grouped and exact', () => {
  expect(formatCount(120000)).toBe('120,000');
  expect(formatCount(9223372036854775807n)).toBe('9,223,372,036,854,775,807');
});
