import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useGet, useList } from '../api/queries.ts';
import { sayFailure } from '../lib/collection.ts';
import { Choice } from '../ui/choice.tsx';
import { CopyId } from '../ui/copy_id.tsx';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { FilterBar, FixedFilter } from '../ui/filter_bar.tsx';
import { useFilters } from '../ui/filters.ts';
import { Money } from '../ui/money.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Instant } from '../ui/time.tsx';
import { UserFilter } from '../ui/user_filter.tsx';
import { UserLabel } from '../ui/user_label.tsx';

type Payment = Schemas['Payment'];
type Status = Payment['status'];

const statuses: [Status | '', string][] = [['', 'All'], ['pending', 'Pending'], ['succeeded', 'Succeeded'], ['failed', 'Failed']];

const columns: Column<Payment>[] = [
  { id: 'attempted_at', header: 'Attempted', accessorFn: ({ attempted_at }) => attempted_at, cell: ({ row }) => <Instant at={row.original.attempted_at} exact /> },
  { id: 'status', header: 'Status', accessorFn: ({ status }) => status, cell: ({ row }) => <StatusBadge status={row.original.status} /> },
  { id: 'reason', header: 'Reason', accessorFn: ({ failure_code }) => sayFailure(failure_code), meta: { hide: 'tablet' } },
  { id: 'user', header: 'User', accessorFn: ({ user_id }) => user_id, cell: ({ row }) => <UserLabel id={row.original.user_id} />, meta: { grow: true } },
  { id: 'kind', header: 'How', accessorFn: ({ kind }) => (kind === 'manual' ? 'by hand' : 'by itself'), meta: { hide: 'tablet' } },
  { id: 'key', header: 'Attempt key', accessorFn: ({ attempt_key }) => attempt_key, cell: ({ row }) => <CopyId id={row.original.attempt_key} short />, meta: { hide: 'tablet' } },
  { id: 'amount', header: 'Amount', accessorFn: ({ amount_cents }) => amount_cents, cell: ({ row }) => <Money cents={row.original.amount_cents} currency={row.original.currency} />, meta: { align: 'right' } },
];

/** Every attempt to collect; each leads to its invoice. */
export default function Payments() {
  const { filters, set, any } = useFilters('status', 'user_id', 'invoice_id');
  const list = useList('/payments', { query: { ...filters, status: filters.status as Status } });
  const clear = () => set({ status: null, user_id: null, invoice_id: null });
  return (
    <>
      <PageTitle title="Payments" />
      <FilterBar any={any} clear={clear}>
        <Choice label="Status" value={filters.status as Status | ''} options={statuses} onChange={(status) => set({ status })} />
        <UserFilter id={filters.user_id} set={(user_id) => set({ user_id })} />
        {filters.invoice_id && <OneInvoice id={filters.invoice_id} payment={list.rows?.[0]} clear={() => set({ invoice_id: null })} />}
      </FilterBar>
      <Panel flush>
        <DataTable
          label="Payments"
          list={list}
          columns={columns}
          rowId={({ id }) => id}
          href={({ user_id, invoice_id }) => `/invoices/${user_id}/${invoice_id}`}
          empty={
            any ? (
              <Empty title="No payment matches" action={<Button variant="default" onClick={clear}>Show all payments</Button>} />
            ) : (
              <Empty title="No payments yet" action={<Button component={Link} to="/invoices">See the invoices</Button>}>
                An invoice is collected by itself as soon as it is issued. Each attempt is listed here.
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}

function OneInvoice({ id, payment, clear }: { id: string; payment: Payment | undefined; clear: () => void }) {
  const invoice = useGet('/invoices/{user_id}/{invoice_id}', { path: { user_id: payment?.user_id ?? '', invoice_id: id } }, { enabled: payment?.invoice_id === id });
  return <FixedFilter label="Invoice" value={invoice.data?.number ?? `…${id.slice(-8)}`} clear={clear} />;
}
