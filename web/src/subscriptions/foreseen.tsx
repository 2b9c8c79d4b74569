import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import { describeLine } from '../lib/explain.ts';
import { formatMoney } from '../lib/money.ts';
import { formatDay } from '../lib/time.ts';
import { Money } from '../ui/money.tsx';
import { ErrorNote } from '../ui/states.tsx';
import classes from './subscriptions.module.css';
import type { Foreseen } from './use_foreseen.ts';

type Preview = Schemas['InvoicePreview'];

/** What a change costs, before one confirms: at once, and at the end of the period. `hint` is said while there is nothing to ask for. */
export function ForeseenPanel({ foreseen: { now, then, otherwise, day, stale, error }, hint }: { foreseen: Foreseen; hint?: string }) {
  const waiting = hint !== undefined || (error === null && (now === undefined || then === undefined));
  return (
    <section className={classes.foreseen} aria-label="What it costs" data-stale={(stale && !waiting && !error) || undefined} aria-busy={stale && hint === undefined && !error}>
      {error ? <ErrorNote error={error} /> : waiting ? <p className={classes.line} role="status">{hint ?? 'Asking what it costs…'}</p> : (
        <>
          <Documents title="At once" none="Nothing is billed at once." preview={now!} />
          <Documents title={`At the period’s end, ${formatDay(day)}`} none="Nothing is billed then." preview={then!}>
            {otherwise && <p className={classes.line}>Without the change: {sayTotals(otherwise)}.</p>}
          </Documents>
        </>
      )}
    </section>
  );
}

function sayTotals({ total_cents }: Preview): string {
  const totals = Object.entries(total_cents);
  return totals.length === 0 ? 'nothing' : totals.map(([currency, cents]) => formatMoney(cents, currency)).join(' and ');
}

function Documents({ title, none, preview, children }: { title: string; none: string; preview: Preview; children?: ReactNode }) {
  const { invoices, credit_notes } = preview;
  const empty = invoices.length + credit_notes.length === 0;
  return (
    <div className={classes.documents}>
      <h3>
        <span>{title}</span>
        {!empty && <span className="number">{sayTotals(preview)}</span>}
      </h3>
      {empty && <p className={classes.line}>{none}</p>}
      <ul>
        {invoices.flatMap((invoice, index) => invoice.lines.map((line) => (
          <li key={`${index} ${line.id}`}>
            <span>{describeLine(line, invoice, invoice.currency)}</span>
            <Money cents={line.amount_cents} currency={invoice.currency} />
          </li>
        )))}
        {credit_notes.map((note, index) => (
          <li key={`note ${index}`}>
            <span>Credit note{note.to_balance_cents === 0 ? '' : `, ${formatMoney(note.to_balance_cents, note.currency)} of it to the balance`}</span>
            <Money cents={-BigInt(note.amount_cents)} currency={note.currency} />
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}
