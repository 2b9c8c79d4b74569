import type { Int } from '../lib/int.ts';
import { Money } from './money.tsx';
import classes from './data_table.module.css';

export type ListSum = { currency: string; parts: [words: string, cents: Int | null][] };

/** What a list comes to, each currency by itself; parts that are zero are left out, but for the first. */
export function ListSums({ sums }: { sums: ListSum[] }) {
  return (
    <ul className={classes.sums} aria-label="Sums">
      {sums.map(({ currency, parts }) => (
        <li key={currency}>
          {parts.filter(([, cents], index) => index === 0 || cents === null || BigInt(cents) !== 0n).map(([words, cents], index) => (
            <span key={words}>
              {index > 0 && ', '}
              {words} <Money cents={cents} currency={currency} />
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
