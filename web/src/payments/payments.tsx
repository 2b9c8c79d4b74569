import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useGet, useList } from '../api/queries.ts';
import { sayFailure, sayKind } from '../lib/collection.ts';
import { Choice } from '../ui/choice.tsx';
import { CopyId } from '../ui/copy_id.tsx';
import { CsvButton } from '../ui/csv_button.tsx';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { FilterBar, FixedFilter } from '../ui/filter_bar.tsx';
import { useFilters } from '../ui/filters.ts';
import { ListSums } from '../ui/list_sums.tsx';
import { Money } from '../ui/money.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Exactly } from '../ui/time.tsx';
import { UserFilter } from '../ui/user_filter.tsx';
import { UserLabel } from '../ui/user_label.tsx';

type Payment = Schemas['Payment'];
type Status = Payment['status'];

const statuses: [Status | '', string][] = [['', 'All'], ['pending', 'Pending'], ['succeeded', 'Succeeded'], ['failed', 'Failed']];

const columns: Column<Payment>[] = [
  { id: 'created_at', header: 'Started, UTC', cell: (row) => <Exactly at={row.created_at} zone={false} /> },
  { id: 'status', header: 'Status', cell: (row) => <StatusBadge status={row.status} /> },
  { id: 'reason', header: 'Reason', cell: ({ failure_code }) => sayFailure(failure_code), hide: 'tablet' },
  { id: 'user', header: 'Customer', cell: (row) => <UserLabel id={row.user_id} />, grow: true },
  { id: 'kind', header: 'How', cell: ({ kind }) => sayKind(kind), hide: 'tablet' },
  { id: 'key', header: 'Attempt key', cell: (row) => <CopyId id={row.attempt_key} short />, hide: 'tablet' },
  { id: 'amount', header: 'Amount', cell: (row) => <Money cents={row.kind === 'refund' ? -BigInt(row.amount_cents) : row.amount_cents} currency={row.currency} />, align: 'right' },
];

const href = ({ user_id, invoice_id }: Payment) => `/invoices/${user_id}/${invoice_id}`;

/** Every attempt to collect; each leads to its invoice. */
export default function Payments() {
  const { filters, set, any } = useFilters('status', 'user_id', 'invoice_id');
  const list = useList('/payments', { query: { ...filters, status: filters.status as Status } });
  const totals = useGet('/payments/totals', { query: { ...filters, status: filters.status as Status } }, { enabled: any });
  const summed = any && totals.data?.complete ? totals.data : undefined;
  const clear = () => set({ status: null, user_id: null, invoice_id: null });
  return (
    <>
      <PageTitle title="Payments" actions={<CsvButton path="/payments" query={filters} name="payments" />} />
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
          href={href}
          total={summed?.count}
          sums={summed && ['', 'succeeded'].includes(filters.status) && <ListSums sums={summed.amounts.map((of) => ({ currency: of.currency, parts: [['Paid', of.paid_cents], ['refunded', of.refunded_cents]] }))} />}
          empty={
            any ? (
              <Empty title="No payment matches" action={<Button variant="default" onClick={clear}>Show all payments</Button>} />
            ) : (
              <Empty title="No payments yet" action={<Button component={Link} to="/invoices">See the invoices</Button>}>
                An invoice is collected automatically as soon as it is issued. Each attempt is listed here, with what was recorded and what was given back.
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
