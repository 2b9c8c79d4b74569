import { Spotlight, createSpotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFileInvoice, IconSearch, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { type Schemas, getPage, locationOf } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { completeNumber, isInvoiceNumber } from '../lib/invoice_number.ts';
import { formatMoney } from '../lib/money.ts';
import { formatPeriod } from '../lib/time.ts';
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

function useFoundInvoice(text: string) {
  const number = completeNumber(text);
  const { data } = useGet('/invoices', { query: { number } }, { enabled: isInvoiceNumber(number) });
  return data?.find((invoice) => invoice.number === number);
}

/** Jumps to a user, by any part of the address or by id, to an invoice, by its number, or to a page. Each call opens it. */
export default function Search({ called }: { called: number }) {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const users = useFoundUsers(text);
  const invoice = useFoundInvoice(text);
  const wanted = text.trim().toLowerCase();
  const pages = rooms.filter(({ nav }) => nav?.label.toLowerCase().includes(wanted));
  const found = wanted === '' ? [] : (users.data?.rows ?? []);
  useEffect(() => spotlight.open(), [called]);
  // Enter takes the first, also when it came later than the typing: the library only marks what was there by then.
  const takeFirst = (event: KeyboardEvent) => {
    const first = invoice ? `/invoices/${invoice.user_id}/${invoice.id}` : found[0] ? `/users/${found[0].id}` : pages[0]?.path;
    if (event.key !== 'Enter' || wanted === '' || !first || store.getState().selected >= 0) return;
    event.preventDefault();
    spotlight.close();
    void navigate(first);
  };

  const nothing = users.isFetching ? 'Searching…' : users.error ? messageOf(users.error) : 'No user, invoice or page is called so';
  return (
    <Spotlight.Root store={store} query={text} onQueryChange={setText} shortcut={null} clearQueryOnClose scrollable maxHeight="60dvh" attributes={{ content: { 'aria-label': 'Search' } }}>
      <Spotlight.Search placeholder="An address or id, an invoice's number, a page" aria-label="Search users, invoices and pages" onKeyDown={takeFirst} leftSection={<IconSearch size={18} stroke={1.6} />} />
      <Spotlight.ActionsList>
        {invoice && (
          <Spotlight.ActionsGroup label="Invoices">
            <Spotlight.Action label={invoice.number} description={`${formatMoney(invoice.amount_cents, invoice.currency)}, ${formatPeriod(invoice.period_start, invoice.period_end)}`} leftSection={<IconFileInvoice size={18} stroke={1.6} />} onClick={() => void navigate(`/invoices/${invoice.user_id}/${invoice.id}`)} />
          </Spotlight.ActionsGroup>
        )}
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
        {!invoice && found.length + pages.length === 0 && <Spotlight.Empty>{nothing}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
