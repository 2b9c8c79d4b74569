import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useGet, useList } from '../api/queries.ts';
import { isInvoiceNumber } from '../lib/invoice_number.ts';
import { type Int, sum } from '../lib/int.ts';
import { Choice } from '../ui/choice.tsx';
import { CsvButton } from '../ui/csv_button.tsx';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { FilterBar } from '../ui/filter_bar.tsx';
import { useFilters } from '../ui/filters.ts';
import { ListSums } from '../ui/list_sums.tsx';
import { Money } from '../ui/money.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { PeriodFilter } from '../ui/period_filter.tsx';
import { Empty } from '../ui/states.tsx';
import { InvoiceStatus } from '../ui/status.tsx';
import { Day, Instant, Period } from '../ui/time.tsx';
import { UserFilter } from '../ui/user_filter.tsx';
import { UserLabel } from '../ui/user_label.tsx';
import { NumberFilter } from './number_filter.tsx';

type Invoice = Schemas['Invoice'];
type Filters = { status: string; collection: string; overdue: string };

// What one looks for is partly a status and partly how an open invoice's collection stands.
const views: [string, string, Filters][] = [
  ['all', 'All', { status: '', collection: '', overdue: '' }],
  ['open', 'Open', { status: 'open', collection: '', overdue: '' }],
  ['overdue', 'Overdue', { status: '', collection: '', overdue: 'true' }],
  ['retrying', 'Retrying', { status: '', collection: 'retrying', overdue: '' }],
  ['uncollected', 'Uncollected', { status: '', collection: 'uncollected', overdue: '' }],
  ['paid', 'Paid', { status: 'paid', collection: '', overdue: '' }],
  ['void', 'Void', { status: 'void', collection: '', overdue: '' }],
];

function viewOf({ status, collection, overdue }: Filters): string {
  const exactly = views.find(([, , view]) => view.status === status && view.collection === collection && view.overdue === overdue);
  const byCollection = views.find(([, , view]) => view.collection !== '' && view.collection === collection && status === 'open' && overdue === '');
  return (exactly ?? byCollection)?.[0] ?? 'other';
}

const columns: Column<Invoice>[] = [
  { id: 'number', header: 'Number', cell: ({ number }) => number },
  { id: 'user', header: 'Customer', cell: (row) => <UserLabel id={row.user_id} />, grow: true },
  { id: 'period', header: 'Period', cell: (row) => <Period start={row.period_start} end={row.period_end} />, hide: 'phone' },
  { id: 'status', header: 'Status', cell: (row) => <InvoiceStatus invoice={row} /> },
  { id: 'next', header: 'Next attempt', cell: (row) => (row.next_attempt_at ? <Instant at={row.next_attempt_at} /> : row.due_on && row.status === 'open' ? <>due <Day day={row.due_on} /></> : null), hide: 'tablet' },
  { id: 'created_at', header: 'Issued', cell: (row) => <Day day={row.created_at.slice(0, 10)} />, hide: 'tablet' },
  { id: 'amount', header: 'Amount', cell: (row) => <Money cents={row.amount_cents} currency={row.currency} />, align: 'right' },
];

const href = ({ user_id, id }: Invoice) => `/invoices/${user_id}/${id}`;

function totalOf(stats: Schemas['Stats'] | undefined, view: string): Int | undefined {
  const counts = stats?.invoices;
  if (!counts) return undefined;
  return view === 'all' ? sum([counts.open, counts.paid, counts.void]) : counts[view as keyof typeof counts];
}

export default function Invoices() {
  const { filters, set, any } = useFilters('number', 'status', 'collection', 'overdue', 'user_id', 'from', 'to');
  // The API refuses part of a number; here it is one that nothing has.
  const partial = filters.number !== '' && !isInvoiceNumber(filters.number);
  const query = { ...filters, status: filters.status as Invoice['status'], collection: filters.collection as Invoice['collection'], overdue: filters.overdue === '' ? undefined : filters.overdue === 'true' };
  const list = useList('/invoices', { query }, { enabled: !partial });
  const known = [filters.number, filters.user_id, filters.from, filters.to].every((one) => one === '');
  const stats = useGet('/stats', {}, { enabled: known });
  const totals = useGet('/invoices/totals', { query }, { enabled: any && !partial });
  const summed = any && totals.data?.complete ? totals.data : undefined;
  const clear = () => set({ number: null, status: null, collection: null, overdue: null, user_id: null, from: null, to: null });
  return (
    <>
      <PageTitle
        title="Invoices"
        actions={
          !partial && (
            <>
              <CsvButton path="/invoice_lines" query={filters} name="invoice_lines" label="Lines CSV" />
              <CsvButton path="/invoices" query={filters} name="invoices" />
            </>
          )
        }
      />
      <FilterBar any={any} clear={clear}>
        <NumberFilter number={filters.number} set={(number) => set({ number })} />
        <Choice label="Status" value={viewOf(filters)} options={views.map(([view, text]) => [view, text])} onChange={(view) => set(views.find(([name]) => name === view)?.[2] ?? {})} />
        <PeriodFilter from={filters.from} to={filters.to} set={set} />
        <UserFilter id={filters.user_id} set={(user_id) => set({ user_id })} />
      </FilterBar>
      <Panel flush>
        <DataTable
          label="Invoices"
          list={partial ? { ...list, rows: [] } : list}
          columns={columns}
          rowId={({ id }) => id}
          href={href}
          total={summed?.count ?? (known ? totalOf(stats.data, viewOf(filters)) : undefined)}
          sums={summed && filters.status !== 'void' && <ListSums sums={summed.amounts.map((of) => ({ currency: of.currency, parts: [['', of.amount_cents], ['of it due', of.due_cents]] }))} />}
          empty={
            any ? (
              <Empty title={partial ? `“${filters.number}” is no invoice number` : 'No invoice matches'} action={<Button variant="default" onClick={clear}>Show all invoices</Button>}>
                {partial && 'A whole number finds its invoice, such as 2026-000001.'}
              </Empty>
            ) : (
              <Empty title="No invoices yet" action={<Button component={Link} to="/subscriptions">See the subscriptions</Button>}>
                A subscription is billed at the end of each period; a customer's page can bill what has come together so far.
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}
