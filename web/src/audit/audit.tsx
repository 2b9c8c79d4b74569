import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { sayActor, sayEvent } from '../lib/audit.ts';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { FilterBar, FixedFilter } from '../ui/filter_bar.tsx';
import { useFilters } from '../ui/filters.ts';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Sold, StatusBadge } from '../ui/status.tsx';
import { Exactly } from '../ui/time.tsx';
import { UserFilter } from '../ui/user_filter.tsx';
import { UserLabel } from '../ui/user_label.tsx';
import classes from './audit.module.css';
import { linkTo } from './link_to.ts';

type Event = Schemas['AuditEvent'];

/** From what to what; nothing where the sentence says it all. */
function Change({ event: { entity, from, to } }: { event: Event }) {
  if (from === to) return null;
  return (
    <span className={classes.change}>
      {from !== null && <State entity={entity} status={from} />}
      {from !== null && to !== null && <span aria-label="to">→</span>}
      {to !== null && <State entity={entity} status={to} />}
    </span>
  );
}

function State({ entity, status }: { entity: string; status: string }) {
  return entity === 'plan' ? <Sold active={status === 'active'} /> : <StatusBadge status={status} />;
}

function Whose({ event: { entity, entity_id, user_id } }: { event: Event }) {
  if (user_id !== null) return <UserLabel id={user_id} link />;
  return entity === 'plan' ? <Link to={`/plans/${entity_id}`}>{entity_id}</Link> : null;
}

function What({ event }: { event: Event }) {
  const { text, tone } = sayEvent(event);
  const to = linkTo(event);
  return (
    <span className={classes.what} data-tone={tone}>
      {to ? <Link to={to}>{text}</Link> : text}
    </span>
  );
}

const columns = (narrow: (id: string) => void): Column<Event>[] => [
  { id: 'at', header: 'When, UTC', cell: (row) => <Exactly at={row.at} zone={false} /> },
  { id: 'what', header: 'What', cell: (row) => <What event={row} />, line: true },
  { id: 'whose', header: 'Of', cell: (row) => <Whose event={row} />, grow: true, line: true },
  { id: 'change', header: 'Change', cell: (row) => <Change event={row} />, hide: 'laptop' },
  { id: 'actor', header: 'By', cell: (row) => <span className={classes.by}>{sayActor(row.actor)}</span>, hide: 'phone' },
  {
    id: 'entity',
    header: 'Id',
    cell: ({ entity, entity_id }) => (
      <button type="button" className={classes.narrow} title={`Only what happened to this ${entity}`} onClick={() => narrow(entity_id)}>
        {entity === 'plan' ? entity_id : `…${entity_id.slice(-8)}`}
      </button>
    ),
    hide: 'tablet',
  },
];

/** Who changed what, and when. */
export default function Audit() {
  const { filters, set, any } = useFilters('user_id', 'entity_id');
  const list = useList('/audit', { query: filters });
  const clear = () => set({ user_id: null, entity_id: null });
  const may = useMay();
  const shown = useMemo(() => columns((entity_id) => set({ entity_id })), [set]);
  const entity = list.rows?.[0]?.entity ?? 'thing';
  return (
    <>
      <PageTitle title="Audit">Every change, who made it, and when. It is only ever added to.</PageTitle>
      <FilterBar any={any} clear={clear}>
        <UserFilter id={filters.user_id} set={(user_id) => set({ user_id })} />
        {filters.entity_id && (
          <FixedFilter label={`Only this ${entity}`} value={filters.entity_id.length > 20 ? `…${filters.entity_id.slice(-8)}` : filters.entity_id} clear={() => set({ entity_id: null })} />
        )}
      </FilterBar>
      <Panel flush>
        <DataTable
          label="Audit"
          list={list}
          columns={shown}
          rowId={({ id }) => id}
          empty={
            any ? (
              <Empty title="Nothing happened to it" action={<Button variant="default" onClick={clear}>Show everything</Button>} />
            ) : (
              <Empty title="Nothing happened yet" action={may('write') && <Button component={Link} to="/users?new=1">Create a customer</Button>}>
                Each change to a customer, plan, subscription, invoice or payment will be listed here.
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}
