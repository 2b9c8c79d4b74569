import type { Schemas } from '../api/client.ts';
import { parseInteger } from '../lib/int.ts';
import { parseMoney, parsePrice } from '../lib/money.ts';

/** A one-off item as it is typed. */
export type ItemFields = {
  description: string;
  currency: string;
  by: 'amount' | 'price';
  amount: string;
  quantity: string;
  unit_price: string;
  bill: Schemas['ItemBill'];
  subscription: string | null;
};
export const blankItem: ItemFields = { description: '', currency: 'USD', by: 'amount', amount: '', quantity: '1', unit_price: '', bill: 'next', subscription: null };

type Read = { body: Schemas['NewItem'] | null; wrong: Map<string, string> };

/** What the fields come to: the body for the server, or null while something is missing or cannot be read, and what is wrong by pointer. */
export function readItem(fields: ItemFields): Read {
  const wrong = new Map<string, string>();
  let missing = fields.description.trim() === '' || !/^[A-Z]{3}$/.test(fields.currency);
  const read = <T>(pointer: string, text: string, parse: (text: string) => T | null, words: string): T | undefined => {
    if (text.trim() === '') {
      missing = true;
      return undefined;
    }
    const value = parse(text);
    if (value === null || Number(value) <= 0) wrong.set(pointer, words);
    return value ?? undefined;
  };
  const cost =
    fields.by === 'amount'
      ? { amount_cents: read('/amount_cents', fields.amount, (text) => parseMoney(text, fields.currency), 'An amount such as 250 or 250.50') }
      : { quantity: read('/quantity', fields.quantity, parseInteger, 'A whole number from 1 on'), unit_price: read('/unit_price', fields.unit_price, parsePrice, 'A price such as 0.5, with up to 12 decimal places') };
  const body = { description: fields.description.trim(), currency: fields.currency, ...cost, bill: fields.bill, ...(fields.subscription !== null && { subscription_id: fields.subscription }) };
  return { body: missing || wrong.size > 0 ? null : body, wrong };
}
