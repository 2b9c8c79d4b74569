import { expect, test } from 'vitest';
import { blankCredit, readCredit } from './credit_form.ts';

const line = (id: string, amount_cents: number, credited_cents = 0) => ({ id, amount_cents, credited_cents, tax_inclusive: false });
const invoice = { id: 'i', user_id: 'u', currency: 'USD', lines: [line('a', 4900), line('b', 2000, 500)] } as unknown as Parameters<typeof readCredit>[1];
const read = (changes: Partial<typeof blankCredit>) => readCredit({ ...blankCredit, ...changes }, invoice);
const common = { user_id: 'u', invoice_id: 'i', reason: 'goodwill', credit_to: 'balance' };

test('all that is left names neither an amount nor lines', () => {
  expect(read({ memo: ' Sorry ' }).body).toEqual({ ...common, memo: 'Sorry' });
  expect([...read({}).amounts]).toEqual([['a', 4900n], ['b', 1500n]]);
});

test('an amount is sent as it is, and spread to show what comes of it', () => {
  expect(read({ what: 'amount', amount: '64' }).body).toEqual({ ...common, amount_cents: 6400n });
  expect([...read({ what: 'amount', amount: '6.40' }).amounts]).toEqual([['a', 490n], ['b', 150n]]);
});

test('lines are sent that have an amount', () => {
  expect(read({ what: 'lines', lines: { b: '15' } }).body).toEqual({ ...common, lines: [{ line_id: 'b', amount_cents: 1500n }] });
});

test('more than is left, or no amount, is said where it is', () => {
  expect([...read({ what: 'amount', amount: '64.01' }).wrong]).toEqual([['/amount_cents', 'At most $64.00 is left']]);
  expect([...read({ what: 'lines', lines: { a: 'x', b: '15.01' } }).wrong.keys()]).toEqual(['/line 0', '/line 1']);
  expect(read({ what: 'lines' }).body).toBeNull();
  expect(read({ what: 'amount', amount: '0' }).body).toBeNull();
});
