import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { capital } from '../lib/words.ts';
import { sayReason } from '../lib/credit.ts';
import { CsvButton } from '../ui/csv_button.tsx';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { FilterBar } from '../ui/filter_bar.tsx';
import { useFilters } from '../ui/filters.ts';
import { Money } from '../ui/money.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import { UserFilter } from '../ui/user_filter.tsx';
import { UserLabel } from '../ui/user_label.tsx';

type Note = Schemas['CreditNote'];

const columns: Column<Note>[] = [
  { id: 'number', header: 'Number', cell: ({ number }) => number },
  { id: 'user', header: 'Customer', cell: (row) => <UserLabel id={row.user_id} />, grow: true },
  { id: 'reason', header: 'Why', cell: ({ reason }) => capital(sayReason(reason)) },
  { id: 'created_at', header: 'Issued', cell: (row) => <Day day={row.created_at.slice(0, 10)} />, hide: 'phone' },
  { id: 'balance', header: 'To the balance', cell: (row) => (row.to_balance_cents === 0 ? null : <Money cents={row.to_balance_cents} currency={row.currency} />), align: 'right', hide: 'tablet' },
  { id: 'refund', header: 'To the card', cell: (row) => row.refund && <Money cents={row.refund.amount_cents} currency={row.currency} />, align: 'right', hide: 'laptop' },
  { id: 'amount', header: 'Amount', cell: (row) => <Money cents={row.amount_cents} currency={row.currency} />, align: 'right' },
];

const href = ({ id }: Note) => `/credit_notes/${id}`;

/** Everything that was taken off what was billed. */
export default function CreditNotes() {
  const { filters, set, any } = useFilters('user_id');
  const list = useList('/credit_notes', { query: filters });
  const clear = () => set({ user_id: null });
  return (
    <>
      <PageTitle title="Credit notes" actions={<CsvButton path="/credit_notes" query={filters} name="credit_notes" />} />
      <FilterBar any={any} clear={clear}>
        <UserFilter id={filters.user_id} set={(user_id) => set({ user_id })} />
      </FilterBar>
      <Panel flush>
        <DataTable
          label="Credit notes"
          list={list}
          columns={columns}
          rowId={({ id }) => id}
          href={href}
          empty={
            any ? (
              <Empty title="No credit note matches" action={<Button variant="default" onClick={clear}>Show all credit notes</Button>} />
            ) : (
              <Empty title="No credit notes yet" action={<Button component={Link} to="/invoices">See the invoices</Button>}>
                One is made by itself when less is owed than was billed, and by hand on an invoice’s page.
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}
