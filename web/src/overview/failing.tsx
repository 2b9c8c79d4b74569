import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorState, Loading } from '../ui/states.tsx';
import { InvoiceStatus } from '../ui/status.tsx';
import { Instant } from '../ui/time.tsx';
import { UserLabel } from '../ui/user_label.tsx';
import classes from './overview.module.css';

const shown = 4; // of each kind: the page tells, the list has them all

/** Invoices whose payment fails now: those that are tried again, and those that were given up. */
export function Failing({ stats: { invoices } }: { stats: Schemas['Stats'] }) {
  const uncollected = useGet('/invoices', { query: { collection: 'uncollected', limit: shown } }, { every: 15_000 });
  const retrying = useGet('/invoices', { query: { collection: 'retrying', limit: shown } }, { every: 15_000 });
  const error = uncollected.error ?? retrying.error;
  const rows = uncollected.data && retrying.data ? [...retrying.data, ...uncollected.data] : undefined;
  return (
    <Panel title="Payments failing now" flush>
      {!rows && (error ? <ErrorState error={error} retry={() => Promise.all([uncollected.refetch(), retrying.refetch()])} /> : <div className={classes.fine}><Loading /></div>)}
      {rows?.length === 0 && <p className={classes.fine}>None. Every invoice that was tried is paid.</p>}
      {rows && rows.length > 0 && (
        <>
          <ul className={classes.list} style={{ marginTop: '0.5rem' }}>
            {rows.map((invoice) => (
              <li key={invoice.id}>
                <FailingRow invoice={invoice} />
              </li>
            ))}
          </ul>
          <div className={classes.foot}>
            <Link to="/invoices?collection=retrying">{`${invoices.retrying} retrying`}</Link>
            {' · '}
            <Link to="/invoices?collection=uncollected">{`${invoices.uncollected} uncollected`}</Link>
          </div>
        </>
      )}
    </Panel>
  );
}

function FailingRow({ invoice }: { invoice: Schemas['Invoice'] }) {
  return (
    <Link to={`/invoices/${invoice.user_id}/${invoice.id}`} className={classes.row}>
      <span className={classes.who}>
        <span className={classes.address}><UserLabel id={invoice.user_id} /></span>
        <span className={classes.when}>
          {invoice.next_attempt_at ? (
            <>
              next attempt <Instant at={invoice.next_attempt_at} />
            </>
          ) : (
            'given up: pay by hand, or void'
          )}
        </span>
      </span>
      <InvoiceStatus invoice={invoice} />
      <span className={classes.amount}>
        <Money cents={invoice.amount_cents} currency={invoice.currency} />
      </span>
    </Link>
  );
}
