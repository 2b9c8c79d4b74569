import { useList } from '../api/queries.ts';
import { sayBy, sayEvent } from '../lib/audit.ts';
import { Panel } from '../ui/page.tsx';
import { ErrorState, Loading } from '../ui/states.tsx';
import { Instant } from '../ui/time.tsx';
import classes from './invoices.module.css';

/** Who did what to this invoice, newest first. */
export function History({ invoiceId }: { invoiceId: string }) {
  const { rows, query } = useList('/audit', { query: { entity_id: invoiceId } }, { every: 5_000 });
  return (
    <Panel title="History" flush>
      {!rows && <div className={classes.none}>{query.error ? <ErrorState error={query.error} retry={query.refetch} /> : <Loading lines={3} />}</div>}
      <ol className={classes.history}>
        {rows?.map((event) => (
          <li key={event.id}>
            <span>
              {sayEvent(event).text} <small>{sayBy(event.actor)}</small>
            </span>
            <Instant at={event.at} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}
