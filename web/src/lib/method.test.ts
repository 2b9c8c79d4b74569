import { expect, test } from 'vitest';
import { sayMethod } from './method.ts';

const card = { payment_method: 'pm_1', type: 'card', brand: 'visa', last4: '4242', expiry_month: 9, expiry_year: 2030 };

test.each([
  ['Visa …4242, until 09/2030', card],
  ['SEPA debit …3000', { ...card, type: 'sepa_debit', brand: null, last4: '3000', expiry_month: null, expiry_year: null }],
  ['stub_ok', { payment_method: 'stub_ok', type: 'stub', brand: null, last4: null, expiry_month: null, expiry_year: null }],
])('a payment method is said: %s', (words, method) => expect(sayMethod(method)).toBe(words));
