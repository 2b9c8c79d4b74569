import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useGet, useList } from '../api/queries.ts';
import { type Int, sum } from '../lib/int.ts';
import { saySeats, sayTerm } from '../lib/terms.ts';
import { addDays } from '../lib/time.ts';
import { Choice } from '../ui/choice.tsx';
import { CsvButton } from '../ui/csv_button.tsx';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { Filter, FilterBar, Options } from '../ui/filter_bar.tsx';
import { useFilters } from '../ui/filters.ts';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Day, Period } from '../ui/time.tsx';
import { UserFilter } from '../ui/user_filter.tsx';
import { UserLabel } from '../ui/user_label.tsx';
import classes from './subscriptions.module.css';

type Subscription = Schemas['Subscription'];
type Status = Subscription['status'];

const statuses: [Status | '', string][] = [['', 'All'], ['scheduled', 'Scheduled'], ['trialing', 'Trialing'], ['active', 'Active'], ['past_due', 'Past due'], ['paused', 'Paused'], ['canceled', 'Canceled']];

/** What an operator should know beside the status. */
function Remark({ subscription: { status, billing_error, cancel_at_period_end, canceled_at, current_period_end, started_on, pending, paused_from, paused_until } }: { subscription: Subscription }) {
  if (billing_error) return <span className={classes.bad}>Could not be billed: {billing_error}</span>;
  if (status === 'canceled') return canceled_at ? <span className={classes.quiet}>Canceled <Day day={canceled_at.slice(0, 10)} /></span> : null;
  if (cancel_at_period_end) return <span className={classes.quiet}>Ends with the period</span>;
  if (status === 'scheduled') return <span className={classes.quiet}>Begins <Day day={started_on} /></span>;
  if (status === 'paused') return <span className={classes.quiet}>{paused_until ? <>Until <Day day={addDays(paused_until, -1)} /></> : 'Until resumed'}</span>;
  if (pending) return <span className={classes.quiet}>{sayTerm(pending)} from <Day day={pending.at} /></span>;
  if (paused_from) return <span className={classes.quiet}>Paused from <Day day={paused_from} /></span>;
  return status === 'trialing' ? <span className={classes.quiet}>Bills from <Day day={current_period_end} /></span> : null;
}

const columns: Column<Subscription>[] = [
  { id: 'user', header: 'Customer', cell: (row) => <UserLabel id={row.user_id} />, grow: true },
  { id: 'plan', header: 'Plan', cell: (row) => <><Link to={`/plans/${row.plan_code}`}>{row.plan_code}</Link>{saySeats(row.quantity)}</> },
  { id: 'status', header: 'Status', cell: (row) => <StatusBadge status={row.status} /> },
  { id: 'remark', header: <span className="sr-only">Remark</span>, cell: (row) => <Remark subscription={row} />, hide: 'tablet' },
  { id: 'period', header: 'Current period', cell: (row) => <Period start={row.current_period_start} end={row.current_period_end} />, hide: 'phone' },
  { id: 'created_at', header: 'Since', cell: (row) => <Day day={row.created_at.slice(0, 10)} />, hide: 'tablet' },
];

const href = ({ id }: Subscription) => `/subscriptions/${id}`;

/** All subscriptions; each leads to its own page, where it is changed and canceled. */
export default function Subscriptions() {
  const { filters, set, any } = useFilters('status', 'plan_code', 'user_id');
  const list = useList('/subscriptions', { query: { ...filters, status: filters.status as Status } });
  const known = filters.plan_code === '' && filters.user_id === '';
  const stats = useGet('/stats', {}, { enabled: known });
  const clear = () => set({ status: null, plan_code: null, user_id: null });
  return (
    <>
      <PageTitle title="Subscriptions" actions={<CsvButton path="/subscriptions" query={filters} name="subscriptions" />} />
      <FilterBar any={any} clear={clear}>
        <Choice label="Status" value={filters.status as Status | ''} options={statuses} onChange={(status) => set({ status })} />
        <PlanFilter code={filters.plan_code} set={(plan_code) => set({ plan_code })} />
        <UserFilter id={filters.user_id} set={(user_id) => set({ user_id })} />
      </FilterBar>
      <Panel flush>
        <DataTable
          label="Subscriptions"
          list={list}
          columns={columns}
          rowId={({ id }) => id}
          href={href}
          total={known ? totalOf(stats.data, filters.status) : undefined}
          empty={
            any ? (
              <Empty title="No subscription matches" action={<Button variant="default" onClick={clear}>Show all subscriptions</Button>} />
            ) : (
              <Empty title="No subscriptions yet" action={<Button component={Link} to="/users">Choose a customer</Button>}>
                A customer is subscribed to a plan on the customer's page.
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}

function totalOf(stats: Schemas['Stats'] | undefined, status: string): Int | undefined {
  const counts = stats?.subscriptions;
  if (!counts) return undefined;
  return status === '' ? sum(Object.values(counts)) : counts[status as Status];
}

function PlanFilter({ code, set }: { code: string; set: (code: string | null) => void }) {
  const plans = useGet('/plans', {});
  return (
    <Filter label="Plan" value={code || undefined} clear={() => set(null)}>
      {(close) => (
        <Options
          options={(plans.data ?? []).map((plan) => ({ value: plan.code, text: plan.name === plan.code ? plan.code : `${plan.name} (${plan.code})` }))}
          chosen={code}
          choose={(chosen) => {
            close();
            set(chosen);
          }}
        />
      )}
    </Filter>
  );
}
