import type { Schemas } from '../api/client.ts';
import { type Decimal, add, isNegative, isZero, negate } from './decimal.ts';
import { type Int, sum } from './int.ts';
import { formatCount, formatPrice } from './money.ts';
import { formatPeriod } from './time.ts';

type Usage = Schemas['UsageExplanation'];
type Base = Schemas['BaseExplanation'];
type Step = Schemas['RatingStep'];
type Line = Pick<Schemas['InvoiceLine'], 'kind' | 'metric' | 'period_start' | 'period_end' | 'quantity' | 'description' | 'explanation'>;
type Period = Pick<Line, 'period_start' | 'period_end'>;

export type Row = {
  /** "Units 1 to 1,000" */
  words: string;
  /** "1,000 × $0.01 + $5.00" */
  sum?: string;
  /** What it adds. */
  amount: Decimal;
};

/** An explanation in words, and the rows that add up to the amount that it explains. */
export type Explained = { intro: string; rows: Row[] };

export function isUsage(explanation: Usage | Base): explanation is Usage {
  return 'model' in explanation;
}

function units(count: Int): string {
  return `${formatCount(count)} ${count === 1 ? 'unit' : 'units'}`;
}

function usageIntro({ total_quantity, included, billable }: Usage): string {
  const used = `${units(total_quantity)} ${total_quantity === 1 ? 'was' : 'were'} used in the period`;
  if (included === 0) return `${used}.`;
  if (billable === 0) return `${used}: no more than the ${formatCount(included)} that the plan includes.`;
  return `${used}; ${formatCount(included)} ${included === 1 ? 'is' : 'are'} included, which leaves ${formatCount(billable)} to bill.`;
}

/** Steps count the units beyond the included ones; they are said as a person counts, from the first one used. */
function stepWords({ model, included }: Usage, { from, up_to, quantity }: Step, steps: number): string {
  if (model === 'package') return quantity === 1 ? '1 started package' : `${formatCount(quantity)} started packages`;
  if (model === 'volume') return up_to === null ? 'All units, at the price of the last tier' : `All units, at the price up to ${formatCount(sum([up_to, included]))}`;
  if (model === 'per_unit' || steps === 1) return units(quantity);
  const first = sum([from, included]);
  return quantity === 1 ? `Unit ${formatCount(first)}` : `Units ${formatCount(first)} to ${formatCount(sum([first, quantity, -1]))}`;
}

function stepRow(why: Usage, step: Step, currency: string): Row {
  const sum = `${formatCount(step.quantity)} × ${formatPrice(step.unit_price, currency)}`;
  const flat = isZero(step.flat_price) ? '' : ` + ${formatPrice(step.flat_price, currency)} flat`;
  return { words: stepWords(why, step, why.steps.length), sum: sum + flat, amount: step.amount };
}

/** What was settled before, and what waits. */
function settledRows({ earlier_billed, deferred }: { earlier_billed: Decimal; deferred?: Decimal }): Row[] {
  const rows: Row[] = [];
  if (!isZero(earlier_billed)) rows.push({ words: isNegative(earlier_billed) ? 'Credited on earlier invoices' : 'Billed on earlier invoices', amount: negate(earlier_billed) });
  if (deferred !== undefined && !isZero(deferred)) rows.push({ words: 'Credit that does not fit here, kept for a later invoice', amount: negate(deferred) });
  return rows;
}

export function explainUsage(why: Usage, currency: string): Explained {
  const rows = why.steps.map((step) => stepRow(why, step, currency));
  if (rows.length === 0) rows.push({ words: why.total_quantity === 0 ? 'Nothing used' : 'Nothing beyond what is included', amount: '0' });
  if (!isZero(why.rounding)) rows.push({ words: 'Rounding', amount: why.rounding });
  return { intro: usageIntro(why), rows: [...rows, ...settledRows(why)] };
}

/** `amount` is the line's: what the share of the base fee is rounded to follows from it. */
export function explainBase(why: Base, amount: Decimal, currency: string): Explained {
  const whole = why.days === why.of_days;
  const share = add(amount, why.earlier_billed, why.deferred ?? '0');
  const sum = whole ? undefined : `${formatPrice(why.amount, currency)} × ${why.days} of ${why.of_days} days`;
  const intro = whole ? 'The base fee of a whole period.' : `The period was cut short: ${why.days} of its ${why.of_days} days were used, and as much of the base fee is owed.`;
  return { intro, rows: [{ words: whole ? 'Base fee' : 'Share of the base fee', sum, amount: share }, ...settledRows(why)] };
}

function saySettled({ earlier_billed, deferred = '0' }: { earlier_billed: Decimal; deferred?: Decimal }, currency: string): string[] {
  const said: string[] = [];
  if (isNegative(earlier_billed)) said.push(`plus ${formatPrice(negate(earlier_billed), currency)} credited before`);
  else if (!isZero(earlier_billed)) said.push(`less ${formatPrice(earlier_billed, currency)} billed before`);
  if (!isZero(deferred)) said.push(`${formatPrice(negate(deferred), currency)} of the credit kept for a later invoice`);
  return said;
}

function sayQuantity(newly: Int, total: Int): string {
  if (newly === 0) return `correction for ${units(total)}`;
  if (newly === total) return units(total);
  return `${formatCount(newly)} more ${newly === 1 ? 'unit' : 'units'}, ${formatCount(total)} in all`;
}

/**
 * What a line bills, in the words of the API's `description` and with the numbers, money and dates of this UI: "api_calls: 120,000 units, 100,000
 * included". A line of a kind that is not known here has the `description` itself; `of` is the invoice.
 */
export function describeLine(line: Line, of: Period, currency: string): string {
  const { kind, metric, explanation: why } = line;
  const days = formatPeriod(line.period_start, line.period_end);
  if (kind === 'usage' && metric !== null && isUsage(why)) {
    const said = [`${metric}: ${sayQuantity(line.quantity, why.total_quantity)}`];
    if (why.included !== 0) said.push(`${formatCount(why.included)} included`);
    said.push(...saySettled(why, currency));
    if (line.period_start !== of.period_start || line.period_end !== of.period_end) said.push(`for ${days}`);
    return said.join(', ');
  }
  // The plan's name is nowhere but before the days.
  const name = line.description.slice(0, Math.max(0, line.description.lastIndexOf(`: ${line.period_start}`)));
  if (kind !== 'base' || isUsage(why) || name === '') return line.description;
  const share = why.days === why.of_days ? [] : [`${why.days} of ${why.of_days} days`];
  return [`${name}: ${days}`, ...share, ...saySettled(why, currency)].join(', ');
}
