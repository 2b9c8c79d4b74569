import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { sayCharge } from '../lib/charge.ts';
import { formatCount } from '../lib/money.ts';
import { sayInterval, sayTrial } from '../lib/plan.ts';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { Money } from '../ui/money.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Sold } from '../ui/status.tsx';
import classes from './plans.module.css';

type Plan = Schemas['Plan'];

const columns: Column<Plan>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name },
  { id: 'code', header: 'Code', cell: (row) => <span className={`${classes.code} ${classes.whole}`}>{row.code}</span>, hide: 'phone' },
  { id: 'price', header: 'Price', cell: (row) => <Price plan={row} />, align: 'right' },
  { id: 'charges', header: 'Usage', cell: (row) => <Charges plan={row} />, hide: 'phone', grow: 'wrap' },
  { id: 'trial', header: 'Trial', cell: (row) => (row.trial_days === 0 ? null : <span className={classes.whole}>{sayTrial(row.trial_days)}</span>), hide: 'tablet' },
  { id: 'active', header: 'Status', cell: (row) => <Sold active={row.active} /> },
];

const fewCharges = 2; // so many are said in full

function Price({ plan: { amount_cents, currency, interval, interval_count } }: { plan: Plan }) {
  return (
    <span className={classes.whole}>
      <Money cents={amount_cents} currency={currency} /> <span className={classes.quiet}>{sayInterval(interval, interval_count)}</span>
    </span>
  );
}

function Charges({ plan: { charges, currency } }: { plan: Plan }) {
  if (charges.length === 0) return <span className={classes.quiet}>Nothing beside the price</span>;
  if (charges.length > fewCharges) return <Metrics names={charges.map(({ metric }) => metric)} />;
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

/** "8 metrics: api_calls, storage_gb, +6" */
function Metrics({ names }: { names: string[] }) {
  const named = names.slice(0, fewCharges).join(', ');
  return (
    <span title={names.join(', ')}>
      {formatCount(names.length)} metrics: {named}, +{names.length - fewCharges}
    </span>
  );
}

const href = ({ code }: Plan) => `/plans/${code}`;

/** What is for sale, and what was. The list is not paged: there are few plans, and all of them are told apart at a glance. */
export default function Plans() {
  const list = useList('/plans', {});
  const may = useMay();
  const create = may('write') && (
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
          href={href}
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
