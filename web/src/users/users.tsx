import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import type { Schemas } from '../api/client.ts';
import { useGet, useList } from '../api/queries.ts';
import { CopyId } from '../ui/copy_id.tsx';
import { useMay } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { useFilters, useTyped } from '../ui/filters.ts';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import { NewUser } from './new_user.tsx';
import classes from './users.module.css';

type User = Schemas['User'];

const columns: Column<User>[] = [
  { id: 'email', header: 'Customer', cell: (user) => user.email, grow: true, line: true },
  { id: 'name', header: 'Name', cell: ({ name }) => name, hide: 'tablet' },
  { id: 'payment_method', header: 'Payment method', cell: (row) => row.payment_method ?? <span className={classes.quiet}>none on file</span> },
  { id: 'created_at', header: 'Since', cell: (row) => <Day day={row.created_at.slice(0, 10)} />, hide: 'phone' },
  { id: 'id', header: 'Id', cell: (row) => <CopyId id={row.id} short />, hide: 'tablet' },
];

const href = ({ id }: User) => `/users/${id}`;

/** All customers, found as one types; the URL holds what was typed, and `new=1` opens the form. */
export default function Users() {
  const { filters, set } = useFilters('q', 'new');
  const list = useList('/users', { query: { q: filters.q || undefined } });
  const stats = useGet('/stats', {}, { enabled: filters.q === '' });
  const create = () => set({ new: '1' });
  const may = useMay();
  return (
    <>
      <PageTitle title="Customers" actions={may('write') && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create}>New customer</Button>} />
      <SearchBox text={filters.q} search={(q) => set({ q }, { replace: true })} />
      <Panel flush>
        <DataTable
          label="Customers"
          list={list}
          columns={columns}
          rowId={(user) => user.id}
          href={href}
          total={filters.q === '' ? stats.data?.users : undefined}
          empty={
            filters.q ? (
              <Empty title={`No customer matches “${filters.q}”`} action={<Button variant="default" onClick={() => set({ q: null })}>Show all customers</Button>}>
                Any part of an address finds it, and so does a whole id.
              </Empty>
            ) : (
              <Empty title="No customers yet" action={may('write') && <Button onClick={create}>New customer</Button>}>
                A customer is whoever is billed. All it takes is an e-mail address.
              </Empty>
            )
          }
        />
      </Panel>
      <NewUser opened={filters.new === '1' && may('write')} close={() => set({ new: null }, { replace: true })} />
    </>
  );
}

function SearchBox({ text, search }: { text: string; search: (text: string) => void }) {
  const { field, typed, setTyped } = useTyped(text);
  const soon = useDebouncedCallback(search, 200);
  return (
    <TextInput
      ref={field}
      className={classes.search}
      type="search"
      aria-label="Search customers"
      placeholder="Part of an address, or an id"
      leftSection={<IconSearch size={16} aria-hidden />}
      maxLength={254}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        soon(event.currentTarget.value.trim());
      }}
    />
  );
}
