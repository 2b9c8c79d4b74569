import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addressFieldsOf, linesOfAddress, noAddress, readAddress } from './address.ts';
import { countries } from './countries.ts';

const berlin = { line1: 'Hauptstr. 1', line2: null, city: 'Berlin', state: null, postal_code: '10115', country: 'DE' };

test('an address is read without what is empty, and is none where all is', () => {
  expect(readAddress({ ...addressFieldsOf(berlin), line2: '  ' })).toEqual({ line1: 'Hauptstr. 1', city: 'Berlin', postal_code: '10115', country: 'DE' });
  expect(readAddress(noAddress)).toBeNull();
  expect(readAddress(addressFieldsOf(null))).toBeNull();
});

test('an address is said line by line, as documents have it', () => {
  expect(linesOfAddress(berlin)).toEqual(['Hauptstr. 1', '10115 Berlin', 'DE']);
  expect(linesOfAddress({ line1: '1 Main St', city: 'Austin', state: 'TX', postal_code: '78701', country: 'US' })).toEqual(['1 Main St', 'Austin, TX 78701', 'US']);
  expect(linesOfAddress(null)).toEqual([]);
});

test('the countries are those of the server, and each has a name', () => {
  const source = readFileSync(new URL('../../../src/core/money/countries.hpp', import.meta.url), 'utf8');
  const known = [...source.matchAll(/^ {4}"([A-Z]+)"/gm)].map(([, codes]) => codes).join('').match(/../g);
  expect(countries.map(({ value }) => value).sort()).toEqual(known);
  for (const { value, label } of countries) expect(label, value).not.toBe(value);
});
