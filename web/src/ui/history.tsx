import { useList } from '../api/queries.ts';
import { sayBy, sayEvent } from '../lib/audit.ts';
import classes from './history.module.css';
import { Panel } from './page.tsx';
import { ErrorState, Loading } from './states.tsx';
import { Instant } from './time.tsx';

/** Who did what to one thing, newest first. */
export function History({ of }: { of: string }) {
  const { rows, query } = useList('/audit', { query: { entity_id: of } }, { every: 5_000 });
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
