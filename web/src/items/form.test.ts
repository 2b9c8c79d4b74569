import { expect, test } from 'vitest';
import { blankItem, readItem } from './form.ts';

const read = (changes: Partial<typeof blankItem>) => readItem({ ...blankItem, description: ' Workshop ', ...changes });

test('an item has an amount, or a quantity and a price', () => {
  expect(read({ amount: '250' }).body).toEqual({ description: 'Workshop', currency: 'USD', amount_cents: 25000n, bill: 'next' });
  expect(read({ by: 'price', quantity: '1,000', unit_price: '.125', bill: 'now', subscription: 's', currency: 'EUR' }).body).toEqual({ description: 'Workshop', currency: 'EUR', quantity: 1000, unit_price: '0.125', bill: 'now', subscription_id: 's' });
});

test('what is missing makes it incomplete, what cannot be read is said at its member', () => {
  expect(read({}).body).toBeNull();
  expect(read({ amount: '5', description: '' }).body).toBeNull();
  expect([...read({ amount: '0' }).wrong.keys()]).toEqual(['/amount_cents']);
  expect([...read({ by: 'price', quantity: '0', unit_price: 'x' }).wrong.keys()]).toEqual(['/quantity', '/unit_price']);
});
