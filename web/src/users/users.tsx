import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { CopyId } from '../ui/copy_id.tsx';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { useFilters, useTyped } from '../ui/filters.ts';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import { NewUser } from './new_user.tsx';
import classes from './users.module.css';

type User = Schemas['User'];

const columns: Column<User>[] = [
  { id: 'email', header: 'Address', accessorFn: (user) => user.email, meta: { grow: true, line: true } },
  { id: 'payment_method', header: 'Payment method', accessorFn: (user) => user.payment_method, cell: ({ row }) => row.original.payment_method ?? <span className={classes.quiet}>none on file</span> },
  { id: 'created_at', header: 'Since', accessorFn: (user) => user.created_at, cell: ({ row }) => <Day day={row.original.created_at.slice(0, 10)} />, meta: { hide: 'phone' } },
  { id: 'id', header: 'Id', accessorFn: (user) => user.id, cell: ({ row }) => <CopyId id={row.original.id} short />, meta: { hide: 'tablet' } },
];

/** All users, found as one types; the URL holds what was typed, and `new=1` opens the form. */
export default function Users() {
  const { filters, set } = useFilters('q', 'new');
  const list = useList('/users', { query: { q: filters.q || undefined } });
  const create = () => set({ new: '1' });
  return (
    <>
      <PageTitle title="Users" actions={<Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create}>New user</Button>} />
      <SearchBox text={filters.q} search={(q) => set({ q }, { replace: true })} />
      <Panel flush>
        <DataTable
          label="Users"
          list={list}
          columns={columns}
          rowId={(user) => user.id}
          href={(user) => `/users/${user.id}`}
          empty={
            filters.q ? (
              <Empty title={`No user matches “${filters.q}”`} action={<Button variant="default" onClick={() => set({ q: null })}>Show all users</Button>}>
                Any part of an address finds it, and so does a whole id.
              </Empty>
            ) : (
              <Empty title="No users yet" action={<Button onClick={create}>New user</Button>}>
                A user is whoever is billed. All it takes is an e-mail address.
              </Empty>
            )
          }
        />
      </Panel>
      <NewUser opened={filters.new === '1'} close={() => set({ new: null }, { replace: true })} />
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
      aria-label="Search users"
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
