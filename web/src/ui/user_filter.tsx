import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useGet } from '../api/queries.ts';
import { Filter, FilterHint, Options } from './filter_bar.tsx';
import { messageOf } from './states.tsx';
import { UserLabel } from './user_label.tsx';

/** Filters a list by customer: found by any part of the address, or by id. */
export function UserFilter({ id, set }: { id: string; set: (id: string | null) => void }) {
  return (
    <Filter label="Customer" width={300} value={id ? <UserLabel id={id} /> : undefined} clear={() => set(null)}>
      {(close) => (
        <Found
          chosen={id}
          choose={(chosen) => {
            close();
            set(chosen);
          }}
        />
      )}
    </Filter>
  );
}

function Found({ chosen, choose }: { chosen: string; choose: (id: string) => void }) {
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text.trim(), 150);
  const users = useGet('/users', { query: { q: settled || undefined, limit: 8 } });
  // Only what was found by what is written now: an answer may still be on its way.
  const first = settled !== '' && settled === text.trim() && !users.isPlaceholderData ? users.data?.[0] : undefined;
  return (
    <>
      <TextInput type="search" aria-label="Find a customer" placeholder="Part of an address, or an id" maxLength={254} mb={6} value={text} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={({ key }) => key === 'Enter' && first && choose(first.id)} data-autofocus />
      {users.error && <FilterHint>{messageOf(users.error)}</FilterHint>}
      {users.data?.length === 0 && <FilterHint>No customer matches.</FilterHint>}
      <Options options={(users.data ?? []).map(({ id, email }) => ({ value: id, text: email }))} chosen={chosen} choose={choose} />
    </>
  );
}
