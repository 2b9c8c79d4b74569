import { Spotlight, createSpotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { type Schemas, getPage, locationOf } from '../api/client.ts';
import { messageOf } from '../ui/states.tsx';
import { rooms } from './routes.tsx';

const [store, spotlight] = createSpotlight();

function useFoundUsers(text: string) {
  const [settled] = useDebouncedValue(text.trim(), 150);
  return useQuery({
    queryKey: ['/users', 'search', settled],
    queryFn: ({ signal }) => getPage<Schemas['User']>(locationOf('/users', { query: { q: settled, limit: 8 } }), signal),
    enabled: settled !== '' && settled.length <= 254,
  });
}

/** Jumps to a user, by any part of the address or by id, or to a page. Each call opens it. */
export default function Search({ called }: { called: number }) {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const users = useFoundUsers(text);
  const wanted = text.trim().toLowerCase();
  const pages = rooms.filter(({ nav }) => nav?.label.toLowerCase().includes(wanted));
  const found = wanted === '' ? [] : (users.data?.rows ?? []);
  useEffect(() => spotlight.open(), [called]);
  // Enter takes the first, also when it came later than the typing: the library only marks what was there by then.
  const takeFirst = (event: KeyboardEvent) => {
    const first = found[0] ? `/users/${found[0].id}` : pages[0]?.path;
    if (event.key !== 'Enter' || wanted === '' || !first || store.getState().selected >= 0) return;
    event.preventDefault();
    spotlight.close();
    void navigate(first);
  };

  const nothing = users.isFetching ? 'Searching…' : users.error ? messageOf(users.error) : 'No user and no page is called so';
  return (
    <Spotlight.Root store={store} query={text} onQueryChange={setText} shortcut={null} clearQueryOnClose scrollable maxHeight="60dvh" attributes={{ content: { 'aria-label': 'Search' } }}>
      <Spotlight.Search placeholder="A user's address or id, or a page" aria-label="Search users and pages" onKeyDown={takeFirst} leftSection={<IconSearch size={18} stroke={1.6} />} />
      <Spotlight.ActionsList>
        {found.length > 0 && (
          <Spotlight.ActionsGroup label="Users">
            {found.map((user) => (
              <Spotlight.Action key={user.id} label={user.email} description={user.id} leftSection={<IconUser size={18} stroke={1.6} />} onClick={() => void navigate(`/users/${user.id}`)} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {pages.length > 0 && (
          <Spotlight.ActionsGroup label="Pages">
            {pages.map(({ path, nav }) =>
              nav ? <Spotlight.Action key={path} label={nav.label} leftSection={<nav.icon size={18} stroke={1.6} />} onClick={() => void navigate(path)} /> : null,
            )}
          </Spotlight.ActionsGroup>
        )}
        {found.length + pages.length === 0 && <Spotlight.Empty>{nothing}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
