import type { Schemas } from '../api/client.ts';
import { type Decimal, add, isNegative, isZero, negate } from './decimal.ts';
import { type Int, sum } from './int.ts';
import { formatCount, formatPrice } from './money.ts';
import { formatPercent } from './percent.ts';
import { baseIntro, baseRows, minimumRows, saySpecial, usageSegmentRows } from './segments.ts';
import { type Row, stepRow, units, usageIntro } from './steps.ts';
import { addDays, formatDay, formatPeriod } from './time.ts';

export type { Row };

type Usage = Schemas['UsageExplanation'];
type Base = Schemas['BaseExplanation'];
type Minimum = Schemas['MinimumExplanation'];
type Item = Schemas['ItemExplanation'];
type Line = Pick<Schemas['InvoiceLine'], 'kind' | 'metric' | 'period_start' | 'period_end' | 'quantity' | 'description'> & { explanation: Usage | Base | Minimum | Item };
type Period = Pick<Schemas['Invoice'], 'period_start' | 'period_end'>;

/** An explanation in words, and the rows that add up to the amount that it explains. */
export type Explained = { intro: string; rows: Row[] };

export function isUsage(explanation: Usage | Base | Minimum | Item): explanation is Usage {
  return 'model' in explanation;
}

/** What discounts took, what was settled before, and what of the difference is elsewhere. */
function settledRows(why: Settled): Row[] {
  const { earlier_billed, deferred = '0' } = why;
  const rows = discountRows(why);
  if (!isZero(earlier_billed)) rows.push({ words: isNegative(earlier_billed) ? 'Credited on earlier invoices' : 'Billed on earlier invoices', amount: negate(earlier_billed) });
  if (!isZero(deferred)) rows.push({ words: isNegative(deferred) ? 'Credited by a credit note' : 'Billed later', amount: negate(deferred) });
  return rows;
}

type Settled = { earlier_billed: Decimal; deferred?: Decimal; discounts?: Schemas['DiscountTaken'][] };

/** What each discount took, in the order in which they apply. */
function discountRows({ discounts = [] }: Settled): Row[] {
  return discounts.filter(({ taken }) => !isZero(taken)).map(({ coupon, percent, taken }) => ({ words: `Discount ${coupon}`, sum: percent === null ? undefined : `${formatPercent(percent)} off`, amount: negate(taken) }));
}

export function explainUsage(why: Usage, currency: string): Explained {
  const segments = why.segments ?? [];
  const one = segments.length < 2;
  const rows = one ? why.steps.map((step) => stepRow(why, step, currency)) : segments.flatMap((segment) => usageSegmentRows(segment, currency));
  if (rows.length === 0) rows.push({ words: why.total_quantity === 0 ? 'Nothing used' : 'Nothing beyond what is included', amount: '0' });
  if (!isZero(why.rounding)) rows.push({ words: isNegative(why.rated) ? 'Usage never costs less than nothing' : 'Rounding', amount: why.rounding });
  const [only] = segments;
  const intro = one ? usageIntro(why) + (only ? saySpecial(only, ' ') : '') : `${units(why.total_quantity)} ${why.total_quantity === 1 ? 'was' : 'were'} used in the period. Each costs what the price of its day says for the unit with that number.`;
  return { intro, rows: [...rows, ...settledRows(why)] };
}

export function explainBase(why: Base, currency: string): Explained {
  return { intro: baseIntro(why), rows: [...baseRows(why, currency), ...settledRows(why)] };
}

export function explainMinimum(why: Minimum, currency: string): Explained {
  const rows = [...minimumRows(why, currency), { words: 'Base fee and usage of the period', amount: negate(why.counted) }];
  const missing = add(why.required, negate(why.counted));
  if (isNegative(missing)) rows.push({ words: 'More than the minimum, so that nothing is added', amount: negate(missing) });
  return { intro: 'What the period comes to at least, less what its base fee and usage come to.', rows: [...rows, ...settledRows(why)] };
}

export function explainItem(why: Item, currency: string): Explained {
  const sum = why.unit_price === null ? undefined : `${formatCount(why.quantity)} × ${formatPrice(why.unit_price, currency)}`;
  const rows: Row[] = [{ words: 'Charged once', ...(sum === undefined ? {} : { sum }), amount: why.amount }];
  if (!isZero(why.rounding)) rows.push({ words: 'Rounding', amount: why.rounding });
  return { intro: 'Something that is charged once, beside any plan.', rows };
}

/** What there is to say of a line of any kind. */
export function explainLine({ explanation: why }: Pick<Line, 'explanation'>, currency: string): Explained {
  if (isUsage(why)) return explainUsage(why, currency);
  if ('unit_price' in why) return explainItem(why, currency);
  return 'required' in why ? explainMinimum(why, currency) : explainBase(why, currency);
}

/** What a credit note's explanation says: what the item owes now, without what was billed before. Null where it is of no kind that is known here. */
export function explainOwed(explanation: Schemas['CreditExplanation'], currency: string): (Explained & { owed: Decimal }) | null {
  const why = { ...explanation, earlier_billed: '0', deferred: '0' } as unknown as Usage | Base | Minimum;
  if (why.owed === undefined || why.segments === undefined) return null;
  return { ...explainLine({ explanation: why }, currency), owed: why.owed };
}

function saySettled({ earlier_billed, deferred = '0' }: Settled, currency: string): string[] {
  const said: string[] = [];
  if (isNegative(earlier_billed)) said.push(`plus ${formatPrice(negate(earlier_billed), currency)} credited before`);
  else if (!isZero(earlier_billed)) said.push(`less ${formatPrice(earlier_billed, currency)} billed before`);
  if (isNegative(deferred)) said.push(`${formatPrice(negate(deferred), currency)} more by a credit note`);
  else if (!isZero(deferred)) said.push(`${formatPrice(deferred, currency)} of it billed later`);
  return said;
}

function sayQuantity(newly: Int, total: Int): string {
  if (newly === 0) return `correction for ${units(total)}`;
  if (newly === total) return units(total);
  return `${formatCount(newly)} more ${newly === 1 ? 'unit' : 'units'}, ${formatCount(total)} in all`;
}

/** Of one charge what it includes; of several how much was used by each. */
function sayCharges({ included, segments = [] }: Usage): string[] {
  if (segments.length < 2) return included === 0 ? [] : [`${formatCount(included)} included`];
  return segments.map((one) => `${formatCount(sum([one.count_after, -BigInt(one.count_before)]))} on ${one.plan_code}${one.overridden ? ' at a special price' : ''}${one.model === null ? ' for free' : ''}`);
}

/** Days and money of the API's words, as this UI writes them: plan names are nowhere else. */
export function localized(text: string, currency: string): string {
  return text
    .replace(/(\d{4}-\d{2}-\d{2})(?: to (\d{4}-\d{2}-\d{2}))?/g, (_, from: string, last?: string) => (last === undefined ? formatDay(from) : formatPeriod(from, addDays(last, 1))))
    .replace(new RegExp(`\\b${currency} (-?[\\d,]*\\d(?:\\.\\d+)?)`, 'g'), (_, amount: string) => formatPrice(amount.replaceAll(',', ''), currency));
}

/**
 * What a line bills, in the words of the API's `description` and with the numbers, money and dates of this UI: "api_calls: 120,000 units, 100,000
 * included"; `of` is the invoice.
 */
export function describeLine(line: Line, of: Period, currency: string): string {
  const { kind, metric, explanation: why } = line;
  if (kind !== 'usage' || metric === null || !isUsage(why)) return localized(line.description, currency);
  const said = [`${metric}: ${sayQuantity(line.quantity, why.total_quantity)}`, ...sayCharges(why), ...saySettled(why, currency)];
  if (line.period_start !== null && line.period_end !== null && (line.period_start !== of.period_start || line.period_end !== of.period_end)) said.push(`for ${formatPeriod(line.period_start, line.period_end)}`);
  return said.join(', ');
}
