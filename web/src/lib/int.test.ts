import { describe, expect, test } from 'vitest';
import { parseInteger, parseJson, sum, toJson } from './int.ts';

describe('integers beyond 2^53 stay exact', () => {
  test.each([
    ['{"a":9223372036854775807}', { a: 9223372036854775807n }],
    ['[-9223372036854775808,1]', [-9223372036854775808n, 1]],
    ['{"a":1,"b":"x"}', { a: 1, b: 'x' }],
    ['{"a":9007199254740991}', { a: 9007199254740991 }],
    ['{"text":"9223372036854775807 \\" 9223372036854775807"}', { text: '9223372036854775807 " 9223372036854775807' }],
    ['[1234567890123456.5]', [1234567890123456.5]],
  ])('%s', (text, value) => expect(parseJson(text)).toEqual(value));

  test('and go out as integers', () => {
    expect(toJson({ quantity: 9223372036854775807n, note: 'a "quoted" word' })).toBe('{"quantity":9223372036854775807,"note":"a \\"quoted\\" word"}');
  });

  test('a sum is exact', () => {
    expect(sum([9007199254740991, 2])).toBe(9007199254740993n);
    expect(sum([])).toBe(0);
  });
});

describe('an integer as a person types it', () => {
  test.each([
    ['120,000', 120000],
    [' 1 000 ', 1000],
    ['9223372036854775807', 9223372036854775807n],
    ['-1,000', -1000],
    ['1.5', null],
    ['1,5', null],
    ['1,2,3', null],
    ['0,001', null],
    ['1,0000', null],
    ['', null],
    ['1e3', null],
  ])('%j', (text, value) => expect(parseInteger(text)).toBe(value));
});
