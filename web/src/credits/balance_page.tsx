import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useAll, useGet, useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { lives, saySource, sayUntil } from '../lib/credit.ts';
import { dayOf } from '../lib/time.ts';
import { capital } from '../lib/words.ts';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { Money } from '../ui/money.tsx';
import { Facts, PageTitle, Panel } from '../ui/page.tsx';
import { Empty, ErrorState, Loading } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { EndCredit } from './end_credit.tsx';
import classes from './credits.module.css';
import { GiveCreditDialog } from './give_credit_dialog.tsx';

type Credit = Schemas['Credit'];
type Invoice = Schemas['Invoice'];

/** All that went into a customer's balance, what is left of each, and what it paid. */
export default function BalancePage() {
  const { id = '' } = useParams();
  const user = useGet('/users/{id}', { path: { id } });
  if (user.data) return <Known user={user.data} />;
  if (!user.error) return <Loading lines={8} />;
  return <Unknown what="customer" crumb={['Customers', '/users']} error={user.error} retry={user.refetch} />;
}

const credits: Column<Credit>[] = [
  { id: 'created_at', header: 'Given', cell: (row) => <Day day={row.created_at.slice(0, 10)} /> },
  { id: 'amount', header: 'Amount', cell: (row) => <Money cents={row.amount_cents} currency={row.currency} />, align: 'right' },
  { id: 'source', header: 'Where from', cell: (row) => <Source credit={row} />, grow: 'wrap', line: true },
  { id: 'used', header: 'Paid invoices', cell: (row) => <><span className="zone">Paid invoices: </span><Money cents={row.used_cents} currency={row.currency} /></>, align: 'right' },
  { id: 'left', header: 'Left', cell: (row) => <Left credit={row} />, align: 'right' },
  { id: 'until', header: 'Until', cell: (row) => <Until credit={row} />, line: true },
  { id: 'end', header: <span className="sr-only">End</span>, cell: (row) => <EndCredit credit={row} />, align: 'right', line: true },
];

function Source({ credit: { source, credit_note_id, reason } }: { credit: Credit }) {
  const words = capital(saySource(source));
  return <>{credit_note_id ? <Link to={`/credit_notes/${credit_note_id}`}>{words}</Link> : words}{reason && `: ${reason}`}</>;
}

/** What can still be used; what has expired or was ended is told beside it. */
function Left({ credit }: { credit: Credit }) {
  const today = dayOf(useClock().now);
  return <><span className="zone">Left: </span><Money cents={lives(credit, today) ? credit.left_cents : 0} currency={credit.currency} /></>;
}

function Until({ credit }: { credit: Credit }) {
  return <>{sayUntil(credit, dayOf(useClock().now))}</>;
}

const invoices: Column<Invoice>[] = [
  { id: 'number', header: 'Number', cell: ({ number }) => number, grow: true },
  { id: 'created_at', header: 'Issued', cell: (row) => <Day day={row.created_at.slice(0, 10)} /> },
  { id: 'amount', header: 'Amount', cell: (row) => <Money cents={row.amount_cents} currency={row.currency} />, align: 'right', hide: 'phone' },
  { id: 'paid', header: 'From the balance', cell: (row) => <><span className="zone">From the balance: </span><Money cents={row.from_balance_cents} currency={row.currency} /></>, align: 'right', line: true },
];

const hrefOf = ({ user_id, id }: Invoice) => `/invoices/${user_id}/${id}`;
const idOf = ({ id }: { id: string }) => id;

function Known({ user }: { user: Schemas['User'] }) {
  const [giving, setGiving] = useState(false);
  const may = useMay();
  const balance = useGet('/users/{id}/balance', { path: { id: user.id } });
  const given = useList('/users/{id}/credits', { path: { id: user.id } });
  const all = useAll('/invoices', { query: { user_id: user.id, limit: 100 } });
  const currencies = [...new Set([...(all.data ?? []), ...(given.rows ?? [])].map(({ currency }) => currency))];
  const give = may('write') && <Button onClick={() => setGiving(true)}>Give credit…</Button>;
  return (
    <>
      <PageTitle title={`Balance of ${user.email}`} crumb={[user.email, `/users/${user.id}`]} actions={give}>
        It pays invoices before any card does: what expires soonest first, then the oldest.
      </PageTitle>
      <div className={classes.stack}>
        <Panel title="Balance today">
          {balance.error ? <ErrorState error={balance.error} retry={balance.refetch} /> : !balance.data ? <Loading lines={2} /> : balance.data.length === 0 ? <p className={classes.none}>Nothing in it.</p> : <Facts facts={balance.data.map(({ currency, balance_cents }) => [currency, <strong className={classes.amount}><Money cents={balance_cents} currency={currency} /></strong>])} />}
        </Panel>
        <Panel title="What went into it" flush>
          <DataTable label="Credits" list={given} columns={credits} rowId={idOf} empty={<Empty title="Nothing yet">Credit notes of paid invoices go into it, what is paid beyond what is due, and what is given by hand.</Empty>} />
        </Panel>
        <Panel title="What it paid" flush>
          <DataTable label="Invoices paid from the balance" list={{ rows: all.data?.filter(({ from_balance_cents }) => from_balance_cents !== 0), query: { ...given.query, error: all.error, refetch: all.refetch, hasNextPage: false, isFetchNextPageError: false } as typeof given.query }} columns={invoices} rowId={idOf} href={hrefOf} empty={<Empty title="No invoice yet">An invoice takes from it as soon as it is issued.</Empty>} />
        </Panel>
      </div>
      <GiveCreditDialog user={user} currencies={currencies} opened={giving} close={() => setGiving(false)} />
    </>
  );
}
