import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { sayCharge } from '../lib/charge.ts';
import { sayInterval, sayTrial } from '../lib/plan.ts';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { Money } from '../ui/money.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Sold } from '../ui/status.tsx';
import classes from './plans.module.css';

type Plan = Schemas['Plan'];

const columns: Column<Plan>[] = [
  { id: 'name', header: 'Name', accessorFn: ({ name }) => name },
  { id: 'code', header: 'Code', accessorFn: ({ code }) => code, cell: ({ row }) => <span className={`${classes.code} ${classes.whole}`}>{row.original.code}</span>, meta: { hide: 'phone' } },
  { id: 'price', header: 'Price', accessorFn: ({ amount_cents }) => amount_cents, cell: ({ row }) => <Price plan={row.original} />, meta: { align: 'right' } },
  { id: 'charges', header: 'Usage', accessorFn: ({ charges }) => charges.length, cell: ({ row }) => <Charges plan={row.original} />, meta: { hide: 'phone', grow: 'wrap' } },
  { id: 'trial', header: 'Trial', accessorFn: ({ trial_days }) => trial_days, cell: ({ row }) => (row.original.trial_days === 0 ? null : <span className={classes.whole}>{sayTrial(row.original.trial_days)}</span>), meta: { hide: 'tablet' } },
  { id: 'active', header: 'Status', accessorFn: ({ active }) => active, cell: ({ row }) => <Sold active={row.original.active} /> },
];

function Price({ plan: { amount_cents, currency, interval, interval_count } }: { plan: Plan }) {
  return (
    <span className={classes.whole}>
      <Money cents={amount_cents} currency={currency} /> <span className={classes.quiet}>{sayInterval(interval, interval_count)}</span>
    </span>
  );
}

function Charges({ plan: { charges, currency } }: { plan: Plan }) {
  if (charges.length === 0) return <span className={classes.quiet}>Nothing beside the price</span>;
  return (
    <ul className={classes.charges}>
      {charges.map((charge) => (
        <li key={charge.metric}>
          <b>{charge.metric}</b>: {sayCharge(charge, currency)}
        </li>
      ))}
    </ul>
  );
}

/** What is sold. The list is not paged: there are few plans, and all of them are told apart at a glance. */
export default function Plans() {
  const list = useList('/plans', {});
  const create = (
    <Button component={Link} to="/plans/_new">
      New plan
    </Button>
  );
  return (
    <>
      <PageTitle title="Plans" actions={create} />
      <Panel flush>
        <DataTable
          label="Plans"
          list={list}
          columns={columns}
          rowId={({ code }) => code}
          href={({ code }) => `/plans/${code}`}
          empty={
            <Empty title="No plans yet" action={create}>
              A plan is a price for each period, and any number of charges for what is used in it.
            </Empty>
          }
        />
      </Panel>
    </>
  );
}
