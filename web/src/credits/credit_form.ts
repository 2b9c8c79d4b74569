import type { Schemas } from '../api/client.ts';
import { exponentOf, formatMoney, parseMoney } from '../lib/money.ts';
import { leftOf, spread } from '../lib/note.ts';

type Invoice = Pick<Schemas['InvoiceDetail'], 'id' | 'user_id' | 'currency' | 'lines'>;

/** A credit note as it is typed. */
export type CreditFields = {
  what: 'all' | 'amount' | 'lines';
  amount: string;
  /** By the line's id. */
  lines: Record<string, string>;
  reason: Schemas['GoodwillReason'];
  memo: string;
  to: Schemas['CreditTo'];
};
export const blankCredit: CreditFields = { what: 'all', amount: '', lines: {}, reason: 'goodwill', memo: '', to: 'balance' };

type Read = { body: Schemas['NewCreditNote'] | null; /** what of each line; empty while nothing is known */ amounts: Map<string, bigint>; wrong: Map<string, string> };

/** What the fields come to: the body for the server, or null while something is missing or cannot be read, and what is wrong by pointer. */
export function readCredit(fields: CreditFields, invoice: Invoice): Read {
  const { currency, lines } = invoice;
  const wrong = new Map<string, string>();
  const lefts = lines.map(leftOf);
  const read = (pointer: string, text: string, most: bigint): bigint => {
    if (text.trim() === '') return 0n;
    const cents = parseMoney(text, currency);
    if (cents === null) wrong.set(pointer, exponentOf(currency) === 0 ? 'A whole amount' : 'An amount such as 5 or 5.50');
    else if (cents > most) wrong.set(pointer, `At most ${formatMoney(most, currency)} is left`);
    return cents ?? 0n;
  };
  const whole = lefts.reduce((sum, left) => sum + left, 0n);
  const amount = fields.what === 'amount' ? read('/amount_cents', fields.amount, whole) : whole;
  const shares = fields.what === 'lines' ? lines.map(({ id }, index) => read(`/line ${index}`, fields.lines[id] ?? '', lefts[index] ?? 0n)) : spread(amount, lefts);
  const amounts = new Map(lines.map(({ id }, index) => [id, shares[index] ?? 0n] as const).filter(([, share]) => share > 0n));
  if (wrong.size > 0 || amounts.size === 0) return { body: null, amounts: new Map(), wrong };
  const memo = fields.memo.trim();
  const body: Schemas['NewCreditNote'] = {
    user_id: invoice.user_id,
    invoice_id: invoice.id,
    reason: fields.reason,
    credit_to: fields.to,
    ...(memo !== '' && { memo }),
    ...(fields.what === 'amount' && { amount_cents: amount }),
    ...(fields.what === 'lines' && { lines: [...amounts].map(([line_id, amount_cents]) => ({ line_id, amount_cents })) }),
  };
  return { body, amounts, wrong };
}
