import type { Int } from '../lib/int.ts';
import { formatMoney } from '../lib/money.ts';
import { formatPercent } from '../lib/percent.ts';
import type { Schemas } from '../api/client.ts';
import { Money } from './money.tsx';
import classes from './sums.module.css';

export type Sum = {
  words: string;
  /** None where it is only said, and adds nothing. */
  cents?: Int;
  /** A total: what is above it adds up to it. */
  total?: boolean;
  /** Part of what is above. */
  quiet?: boolean;
};

/** What lines come to, and what is left of it, so that one can add it up. */
export function Sums({ label, sums, currency }: { label: string; sums: Sum[]; currency: string }) {
  return (
    <dl className={classes.sums} aria-label={label}>
      {sums.map(({ words, cents, total, quiet }) => (
        <div key={words} data-total={total || undefined} data-quiet={quiet || undefined}>
          <dt>{words}</dt>
          <dd>{cents !== undefined && <Money cents={cents} currency={currency} />}</dd>
        </div>
      ))}
    </dl>
  );
}

type Document = Pick<Schemas['Invoice'], 'amount_cents' | 'subtotal_cents' | 'taxes' | 'currency'> & { discount_cents?: Int };

/** Of a document: what its lines are, tax by rate, and the total. */
export function sumsOf({ amount_cents, subtotal_cents, taxes, discount_cents = 0, currency }: Document, totalWords: string): Sum[] {
  const exclusive = taxes.filter(({ inclusive }) => !inclusive);
  const inclusive = taxes.filter((tax) => tax.inclusive);
  const lines = exclusive.reduce((rest, { tax_cents }) => rest - BigInt(tax_cents), BigInt(amount_cents));
  const name = ({ name: words, percent, net_cents }: Schemas['DocumentTax']) => `${words} ${formatPercent(percent)} on ${formatMoney(net_cents, currency)}`;
  return [
    ...(discount_cents === 0 ? [] : [{ words: `Discounts of ${formatMoney(discount_cents, currency)} are taken off above`, quiet: true }]),
    ...(taxes.length === 0 ? [] : [{ words: 'Subtotal', cents: lines }]),
    ...exclusive.map((tax) => ({ words: name(tax), cents: tax.tax_cents })),
    { words: totalWords, cents: amount_cents, total: true },
    ...inclusive.map((tax) => ({ words: `Includes ${name(tax)}`, cents: tax.tax_cents, quiet: true })),
    ...(inclusive.length === 0 ? [] : [{ words: 'Total without tax', cents: subtotal_cents, quiet: true }]),
  ];
}
