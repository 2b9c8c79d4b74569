import type { Schemas } from '../api/client.ts';
import { type Decimal, isZero } from './decimal.ts';
import { type Int, sum } from './int.ts';
import { formatCount, formatPrice } from './money.ts';

type Step = Schemas['RatingStep'];
/** So many units, and what they cost by one charge. */
export type Rated = Pick<Schemas['UsageExplanation'], 'model' | 'total_quantity' | 'included' | 'billable' | 'steps'>;

export type Row = {
  /** "Units 1 to 1,000" */
  words: string;
  /** "1,000 × $0.01 + $5.00" */
  sum?: string;
  /** What it adds. */
  amount: Decimal;
};

export function units(count: Int): string {
  return `${formatCount(count)} ${count === 1 ? 'unit' : 'units'}`;
}

export function usageIntro({ total_quantity, included, billable }: Rated): string {
  const used = `${units(total_quantity)} ${total_quantity === 1 ? 'was' : 'were'} used in the period`;
  if (included === 0) return `${used}.`;
  if (billable === 0) return `${used}: no more than the ${formatCount(included)} that the plan includes.`;
  return `${used}; ${formatCount(included)} ${included === 1 ? 'is' : 'are'} included, which leaves ${formatCount(billable)} to bill.`;
}

/** Steps count the units beyond the included ones; they are said as a person counts, from the first one used. */
function stepWords({ model, included }: Rated, { from, up_to, quantity }: Step, numbered: boolean): string {
  if (model === 'package') return quantity === 1 ? '1 started package' : `${formatCount(quantity)} started packages`;
  if (model === 'volume') return up_to === null ? 'All units, at the price of the last tier' : `All units, at the price up to ${formatCount(sum([up_to, included]))}`;
  if (!numbered) return units(quantity);
  const first = sum([from, included]);
  return quantity === 1 ? `Unit ${formatCount(first)}` : `Units ${formatCount(first)} to ${formatCount(sum([first, quantity, -1]))}`;
}

/** `numbered`: whether the units are told by their numbers, and not only by how many they are. */
export function stepRow(why: Rated, step: Step, currency: string, numbered = why.model === 'graduated' && why.steps.length > 1): Row {
  const sum = `${formatCount(step.quantity)} × ${formatPrice(step.unit_price, currency)}`;
  const flat = isZero(step.flat_price) ? '' : ` + ${formatPrice(step.flat_price, currency)} flat`;
  return { words: stepWords(why, step, numbered), sum: sum + flat, amount: step.amount };
}
