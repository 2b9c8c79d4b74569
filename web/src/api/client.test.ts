import { expect, test, vi } from 'vitest';

vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
const { locationOf, newKey, nextOf } = await import('./client.ts');

test('parameters go into the path and the query, encoded; empty ones are left out', () => {
  expect(locationOf('/invoices/{user_id}/{invoice_id}', { path: { user_id: 'a/b', invoice_id: 'c' } })).toBe('/invoices/a%2Fb/c');
  expect(locationOf('/users', { query: { q: 'a&b', email: '', limit: 25, after: undefined } })).toBe('/users?q=a%26b&limit=25');
  expect(locationOf('/plans')).toBe('/plans');
});

test('the next page is where the Link header says', () => {
  expect(nextOf('</users?limit=50&after=019a>; rel="next"')).toBe('/users?limit=50&after=019a');
  expect(nextOf(null)).toBeNull();
});

test('every Idempotency-Key is another', () => {
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newKey()).not.toBe(newKey());
});
