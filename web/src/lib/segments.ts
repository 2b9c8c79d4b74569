import type { Schemas } from '../api/client.ts';
import { type Decimal, add, isZero, negate } from './decimal.ts';
import { type Int, sum } from './int.ts';
import { exponentOf, formatCount, formatPrice, toMajor } from './money.ts';
import { type Row, stepRow, units } from './steps.ts';
import { formatPeriod } from './time.ts';

/** How an amount comes together over runs of days, each with a plan, quantity and prices of its own. */

type Base = Schemas['BaseExplanation'];
type Minimum = Schemas['MinimumExplanation'];
type UsageSegment = Schemas['UsageSegment'];
type Days = Pick<Schemas['BaseSegment'], 'from' | 'until' | 'days' | 'paused_days' | 'plan_code' | 'version'>;

const inMinor = (amount: Decimal, currency: string): bigint => {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(exponentOf(currency), '0'));
};

/** amount × count × days ÷ of days, rounded as the server rounds: half away from zero, to the minor unit. */
export function shareOf(amount: Decimal, count: Int, days: number, of: number, currency: string): Decimal {
  const exact = inMinor(amount, currency) * BigInt(count) * BigInt(days);
  return add(toMajor((exact * 2n + BigInt(of)) / (BigInt(of) * 2n), currency));
}

const planOf = ({ plan_code, version }: { plan_code: string; version: number }) => `${plan_code} v${version}`;

/** "special price: Black Friday": what there is to say of a price that is this customer's own, or of a change that had a reason. */
export function saySpecial({ overridden, reason }: { overridden: boolean; reason: string | null }, before = ''): string {
  const said = [overridden ? 'special price' : '', reason ?? ''].filter(Boolean).join(': ');
  return said && `${before}(${said})`;
}

/** "June 1 – 10 on pro v1, paused on 3 days" */
function dayWords({ from, until, paused_days, ...plan }: Days): string {
  return `${formatPeriod(from, until)} on ${planOf(plan)}${paused_days > 0 ? `, paused on ${paused_days} ${paused_days === 1 ? 'day' : 'days'}` : ''}`;
}

function shareRow(days: Days, amount: Decimal, count: Int, of: number, currency: string): Row {
  const charged = days.days - days.paused_days;
  const each = `${count === 1 ? '' : `${formatCount(count)} × `}${formatPrice(amount, currency)}`;
  return { words: dayWords(days), sum: charged === of ? each : `${each} × ${charged} of ${of} days`, amount: shareOf(amount, count, charged, of, currency) };
}

/** Shares that are rounded each, as they are shown, and what the one rounding of their sum makes of it. */
function withRounding(rows: Row[], owed: Decimal): Row[] {
  const rest = add(owed, negate(add('0', ...rows.map(({ amount }) => amount))));
  return isZero(rest) ? rows : [...rows, { words: 'Rounding, once for all days', amount: rest }];
}

export function baseIntro({ segments, days, of_days }: Base): string {
  const [only, ...others] = segments;
  if (!only) return 'Nothing is owed for this period.';
  if (others.length > 0) return 'Each day owes its share of the base fee, by the plan, the quantity and the price that held on it.';
  if (days === of_days) return `The base fee of a whole period.${saySpecial(only, ' ')}`;
  return `${days} of ${of_days} days owe their share of the base fee.${saySpecial(only, ' ')}`;
}

/** Up to what is owed before discounts. */
export function baseRows({ segments, of_days, ...why }: Base, currency: string): Row[] {
  const owed = why.undiscounted ?? why.owed;
  const [only, ...others] = segments;
  if (!only) return [{ words: 'Nothing owed', amount: owed }];
  const rows = segments.map((segment) => {
    const row = shareRow(segment, segment.fee, segment.quantity, of_days, currency);
    return others.length > 0 ? { ...row, words: row.words + saySpecial(segment, ' ') } : row;
  });
  if (others.length > 0 || only.paused_days > 0) return withRounding(rows, owed);
  const whole = only.days === of_days;
  return withRounding(rows.map((row) => ({ ...row, words: whole ? 'Base fee' : 'Share of the base fee', sum: whole && only.quantity === 1 ? undefined : row.sum })), owed);
}

export function minimumRows({ segments, of_days, required }: Minimum, currency: string): Row[] {
  return withRounding(segments.map(({ minimum, ...days }) => ({ ...shareRow(days, minimum, 1, of_days, currency), words: `Minimum, ${dayWords(days)}` })), required);
}

type Step = Schemas['RatingStep'];

/** What of each step the units before have not taken; a tier's flat price is theirs if they entered it. */
function newSteps(before: Step[], after: Step[]): Step[] {
  return after.flatMap((step, index) => {
    const old = before[index];
    if (!old) return [step];
    const quantity = sum([step.quantity, -BigInt(old.quantity)]);
    return quantity === 0 ? [] : [{ ...step, from: sum([step.from, old.quantity]), quantity, flat_price: '0', amount: add(step.amount, negate(old.amount)) }];
  });
}

/** The units of a run of days by its price, counted on from those before: units that came earlier cost there what they cost there. */
export function usageSegmentRows(segment: UsageSegment, currency: string): Row[] {
  const { from, until, model, count_before, count_after, before, after } = segment;
  const used = sum([count_after, -BigInt(count_before)]);
  const where = `${formatPeriod(from, until)} on ${planOf(segment)}${saySpecial(segment, ' ')}`;
  const words = (what: string) => `${where}: ${what}`;
  if (used === 0) return [];
  if (model === null) return [{ words: words(`${units(used)}, for which it charges nothing`), amount: '0' }];
  const rated = { ...after, model: model as Schemas['ChargeModel'] };
  const volume = model === 'volume';
  const rows = (volume ? after.steps : newSteps(before.steps, after.steps)).map((step) => stepRow(rated, step, currency, model !== 'volume' && model !== 'package'));
  if (rows.length === 0) rows.push({ words: `${units(used)}, all of them included`, amount: '0' });
  if (volume && !isZero(before.rated)) rows.push({ words: `less what the ${units(count_before)} before them come to at its price`, amount: negate(before.rated) });
  return rows.map((row) => ({ ...row, words: words(row.words.charAt(0).toLowerCase() + row.words.slice(1)) }));
}
