import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { Day } from '../ui/time.tsx';
import classes from './credits.module.css';

/** What was taken off what was billed; nothing where nothing was. */
export function CreditNotes({ notes }: { notes: Schemas['CreditNote'][] | undefined }) {
  if (!notes || notes.length === 0) return null;
  return (
    <Panel title="Credit notes" flush>
      <ul className={classes.notes} aria-label="Credit notes">
        {notes.map(({ id, number, kind, amount_cents, currency, created_at }) => (
          <li key={id}>
            <span>
              <Link to={`/credit_notes/${id}`}>{number}</Link> <small>{kind}, <Day day={created_at.slice(0, 10)} /></small>
            </span>
            <Money cents={amount_cents} currency={currency} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
