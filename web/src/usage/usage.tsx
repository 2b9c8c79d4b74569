import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useParams } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { useUserOf } from '../api/users.ts';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { Filter, FilterBar, Options } from '../ui/filter_bar.tsx';
import { useFilters } from '../ui/filters.ts';
import { Count } from '../ui/money.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { PeriodFilter } from '../ui/period_filter.tsx';
import { Empty } from '../ui/states.tsx';
import { Exactly } from '../ui/time.tsx';
import { CorrectionDialog, type Wrong } from './correction_dialog.tsx';
import classes from './usage.module.css';

type Entry = Schemas['UsageEntry'];

function What({ entry: { kind, event_id, reason, corrections } }: { entry: Entry }) {
  if (kind === 'correction') return <span className={classes.correction}>Correction of the day: {reason}</span>;
  const last = corrections.at(-1);
  return (
    <span>
      {event_id ?? <span className={classes.quiet}>without an id</span>}
      {last && <small className={classes.why}>Corrected{corrections.length > 1 ? ` ${corrections.length} times, at last` : ''}: {last.reason}</small>}
    </span>
  );
}

function Quantity({ entry: { kind, quantity, counts } }: { entry: Entry }) {
  if (kind === 'correction') return <>{BigInt(quantity) > 0n && '+'}<Count value={quantity} /></>;
  if (quantity === counts) return <Count value={quantity} />;
  return <><s className={classes.was}><span className="sr-only">Recorded: </span><Count value={quantity} /></s> <Count value={counts} /></>;
}

const columns = (correct: ((wrong: Wrong) => void) | undefined): Column<Entry>[] => [
  { id: 'at', header: 'When, UTC', cell: ({ at }) => <Exactly at={at} zone={false} /> },
  { id: 'metric', header: 'Metric', cell: ({ metric }) => metric },
  { id: 'what', header: 'Event', cell: (entry) => <What entry={entry} />, grow: 'wrap', line: true },
  { id: 'quantity', header: 'Counts', cell: (entry) => <Quantity entry={entry} />, align: 'right' },
  ...(correct
    ? [{ id: 'correct', header: <span className="sr-only">Correct</span>, cell: (entry: Entry) => entry.kind === 'event' && (
        <Button size="compact-xs" variant="default" onClick={() => correct(entry)} aria-label={`Correct ${entry.metric} of ${entry.event_id ?? entry.at}`}>
          Correct…
        </Button>
      ) } satisfies Column<Entry>]
    : []),
];

/** Every event that was recorded of a customer, with what was put right, and where it is. */
export default function UsagePage() {
  const { id = '' } = useParams();
  const { data: user } = useUserOf(id);
  const { filters, set, any } = useFilters('metric', 'from', 'to');
  const list = useList('/usage/{user_id}/events', { path: { user_id: id }, query: filters });
  const [wrong, setWrong] = useState<Wrong | 'day' | null>(null);
  const may = useMay();
  const mayCorrect = may('write');
  const shown = useMemo(() => columns(mayCorrect ? setWrong : undefined), [mayCorrect]);
  const metrics = [...new Set([...(list.rows ?? []).map(({ metric }) => metric), ...(filters.metric ? [filters.metric] : [])])].sort();
  const clear = () => set({ metric: null, from: null, to: null });
  return (
    <>
      <PageTitle title="Usage" crumb={[user?.email ?? 'Customer', `/users/${id}`]} actions={mayCorrect && <Button onClick={() => setWrong('day')}>Correct a day</Button>}>
        Each event as it was recorded. An event never changes: a correction is added, and the next run bills or credits the difference.
      </PageTitle>
      <FilterBar any={any} clear={clear}>
        <Filter label="Metric" value={filters.metric || undefined} clear={() => set({ metric: null })}>
          {(close) => (
            <Options
              options={metrics.map((metric) => ({ value: metric, text: metric }))}
              chosen={filters.metric}
              choose={(metric) => {
                close();
                set({ metric });
              }}
            />
          )}
        </Filter>
        <PeriodFilter label="Days" from={filters.from} to={filters.to} set={set} />
      </FilterBar>
      <Panel flush>
        <DataTable
          label="Usage events"
          list={list}
          columns={shown}
          rowId={(entry) => entry.id}
          empty={any ? <Empty title="No event matches" action={<Button variant="default" onClick={clear}>Show all events</Button>} /> : <Empty title="Nothing was used yet">Events that are recorded appear here, the newest first.</Empty>}
        />
      </Panel>
      <CorrectionDialog userId={id} wrong={wrong} metrics={metrics} close={() => setWrong(null)} />
    </>
  );
}
