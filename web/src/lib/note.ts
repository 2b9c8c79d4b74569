import type { Schemas } from '../api/client.ts';
import type { Int } from './int.ts';

type Line = Pick<Schemas['InvoiceLine'], 'id' | 'amount_cents' | 'credited_cents' | 'tax_inclusive'>;
type Tax = Pick<Schemas['DocumentTax'], 'code' | 'name' | 'percent' | 'inclusive'>;

/** What of a line no note has credited yet. */
export function leftOf({ amount_cents, credited_cents }: Pick<Line, 'amount_cents' | 'credited_cents'>): bigint {
  const left = BigInt(amount_cents) - BigInt(credited_cents);
  return left > 0n ? left : 0n;
}

/** An amount over what is left of lines, by largest remainder, ties by position: what the server does. */
export function spread(amount: bigint, lefts: bigint[]): bigint[] {
  const whole = lefts.reduce((sum, left) => sum + left, 0n);
  if (whole === 0n) return lefts;
  const shares = lefts.map((left) => (amount * left) / whole);
  const rest = Number(amount - shares.reduce((sum, share) => sum + share, 0n));
  const byRemainder = lefts.map((left, index) => ({ index, remainder: (amount * left) % whole })).sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const more = new Set(byRemainder.slice(0, rest).map(({ index }) => index));
  return shares.map((share, index) => (more.has(index) ? share + 1n : share));
}

const whole = 1_000_000n; // a percentage has up to four places

function millionths(percent: string): bigint {
  const [units = '0', places = ''] = percent.split('.');
  return BigInt(units + places.padEnd(4, '0'));
}

/** Half away from zero; nothing here is below it. */
const rounded = (dividend: bigint, divisor: bigint) => (2n * dividend + divisor) / (2n * divisor);

const exclusiveTax = (net: bigint, percent: string) => rounded(net * millionths(percent), whole);
const inclusiveTax = (gross: bigint, percents: bigint) => gross - rounded(gross * whole, whole + percents);

export type NoteSums = {
  /** What is credited, as the invoice's lines are. */
  lines: bigint;
  /** The tax on top, a rate each. */
  taxes: { name: string; percent: string; tax: bigint }[];
  /** The tax that the lines hold. */
  included: bigint;
  total: bigint;
  /** Off what is due on the invoice, and what is beyond that. */
  applied: bigint;
  beyond: bigint;
};

type Payment = Pick<Schemas['Payment'], 'kind' | 'status' | 'amount_cents' | 'refunded_cents'>;

/** What can go back to the card: of what payments paid by it, what was not given back. */
export function refundable(payments: Payment[]): bigint {
  return payments.filter(({ kind, status }) => status === 'succeeded' && kind !== 'recorded' && kind !== 'refund').reduce((sum, { amount_cents, refunded_cents }) => sum + BigInt(amount_cents) - BigInt(refunded_cents), 0n);
}

type Invoice = { lines: Line[]; taxes: Tax[]; due_cents: Int };

/**
 * What a credit note over these amounts of an invoice's lines comes to. Its tax is that of all that is credited through it less that of what was credited
 * before, so that the notes of an invoice add up to its tax.
 */
export function noteSums({ lines, taxes, due_cents }: Invoice, amounts: Map<string, bigint>): NoteSums {
  const sum = (inclusive: boolean, of: (line: Line) => bigint) => lines.filter((line) => line.tax_inclusive === inclusive).reduce((total, line) => total + of(line), 0n);
  const now = (line: Line) => amounts.get(line.id) ?? 0n;
  const before = (line: Line) => BigInt(line.credited_cents);
  const between = (inclusive: boolean, tax: (amount: bigint) => bigint) => tax(sum(inclusive, before) + sum(inclusive, now)) - tax(sum(inclusive, before));
  const onTop = taxes.filter(({ inclusive }) => !inclusive).map(({ name, percent }) => ({ name, percent, tax: between(false, (net) => exclusiveTax(net, percent)) }));
  const percents = taxes.filter(({ inclusive }) => inclusive).reduce((total, { percent }) => total + millionths(percent), 0n);
  const credited = sum(false, now) + sum(true, now);
  const total = credited + onTop.reduce((all, { tax }) => all + tax, 0n);
  const due = BigInt(due_cents);
  const applied = total < due ? total : due;
  return { lines: credited, taxes: onTop, included: between(true, (gross) => inclusiveTax(gross, percents)), total, applied, beyond: total - applied };
}
