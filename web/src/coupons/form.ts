import type { Schemas } from '../api/client.ts';
import { parseInteger } from '../lib/int.ts';
import { parseMoney } from '../lib/money.ts';
import { parsePercent } from '../lib/percent.ts';

/** A coupon as it is typed. */
export type CouponFields = {
  code: string;
  name: string;
  kind: 'percent' | 'amount';
  percent: string;
  amount: string;
  currency: string;
  duration: 'once' | 'periods' | 'forever';
  periods: string;
  plans: string[];
  items: string[];
  redeem_by: string;
  max_redemptions: string;
  max_per_user: string;
};
export const blankCoupon: CouponFields = {
  code: '', name: '', kind: 'percent', percent: '', amount: '', currency: 'USD', duration: 'once', periods: '3', plans: [], items: [], redeem_by: '', max_redemptions: '', max_per_user: '',
};

type Read = { body: Schemas['NewCoupon'] | null; wrong: Map<string, string> };

/** What the fields come to: the body for the server, or null while something is missing or cannot be read, and what is wrong by pointer. */
export function readCoupon(fields: CouponFields): Read {
  const wrong = new Map<string, string>();
  let missing = fields.code.trim() === '';
  const read = <T>(pointer: string, text: string, parse: (text: string) => T | null, words: string, needed: boolean): T | undefined => {
    if (text.trim() === '') {
      missing ||= needed;
      return undefined;
    }
    const value = parse(text);
    if (value === null) wrong.set(pointer, words);
    return value ?? undefined;
  };
  const count = (pointer: string, text: string, needed = false) => read(pointer, text, positive, 'A whole number from 1 on', needed);
  const off =
    fields.kind === 'percent'
      ? { percent: read('/percent', fields.percent, someOf(parsePercent), 'Above 0 and up to 100, such as 10 or 12.5', true) }
      : { amount_cents: read('/amount_cents', fields.amount, someOf((text) => parseMoney(text, fields.currency)), 'An amount such as 5 or 5.50', true), currency: fields.currency };
  const limits = { redeem_by: fields.redeem_by || undefined, max_redemptions: count('/max_redemptions', fields.max_redemptions), max_per_user: count('/max_per_user', fields.max_per_user) };
  const periods = fields.duration === 'periods' ? count('/duration', fields.periods, true) : undefined;
  const applies_to = { ...(fields.plans.length > 0 && { plans: fields.plans }), ...(fields.items.length > 0 && { items: fields.items }) };
  const body = {
    code: fields.code.trim(),
    name: fields.name.trim() || undefined,
    ...off,
    duration: fields.duration === 'periods' ? { periods } : fields.duration,
    ...(Object.keys(applies_to).length > 0 && { applies_to }),
    ...limits,
  };
  return { body: missing || wrong.size > 0 ? null : body, wrong };
}

/** Nothing off is no coupon. */
const someOf = <T>(parse: (text: string) => T | null) => (text: string) => {
  const value = parse(text);
  return value !== null && Number(value) > 0 ? value : null;
};

function positive(text: string): number | null {
  const value = parseInteger(text);
  return value !== null && value > 0 && value < 2 ** 31 ? Number(value) : null;
}
