import { useDebouncedValue } from '@mantine/hooks';
import { IconFileInvoice, IconSearch, IconTags, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, type KeyboardEvent, type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useNavigate } from 'react-router';
import { useClock } from '../api/clock.tsx';
import { type Schemas, get } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { numbersMeant } from '../lib/invoice_number.ts';
import { formatMoney } from '../lib/money.ts';
import { formatPeriod } from '../lib/time.ts';
import { messageOf } from '../ui/states.tsx';
import { rooms } from './routes.tsx';
import classes from './search.module.css';

type Found = { key: string; group: string; label: string; description?: string; icon: ComponentType<{ size?: number; stroke?: number }>; to: string };

const atMost = 8;

/** Invoices whose number it may be, and customers that it may be part of. */
async function find(text: string, year: number, signal: AbortSignal) {
  const numbers = numbersMeant(text, year);
  const [users, ...invoices] = await Promise.all([
    text.length <= 254 ? get('/users', { query: { q: text, limit: atMost } }, signal) : [],
    ...numbers.map((number) => get('/invoices', { query: { number } }, signal)),
  ]);
  return { users, invoices: invoices.flat() };
}

function useFound(text: string) {
  const { now } = useClock();
  const may = useMay();
  const year = now.getUTCFullYear();
  const wanted = text.trim();
  const [settled] = useDebouncedValue(wanted, 120);
  const found = useQuery({ queryKey: ['search', settled, year], queryFn: ({ signal }) => find(settled, year, signal), enabled: settled !== '' });
  const plans = useGet('/plans', {}, { enabled: wanted !== '' });
  const isIn = (...texts: (string | undefined)[]) => texts.some((one) => one?.toLowerCase().includes(wanted.toLowerCase()));
  const answer = settled === wanted ? found.data : undefined;
  const rows: Found[] = [
    ...(answer?.invoices ?? []).map(invoiceRow),
    ...(answer?.users ?? []).map(({ id, email }) => ({ key: id, group: 'Customers', label: email, description: id, icon: IconUser, to: `/users/${id}` })),
    ...(wanted === '' ? [] : (plans.data ?? [])).filter(({ code, name }) => isIn(code, name)).slice(0, atMost).map(({ code, name }) => ({ key: `plan ${code}`, group: 'Plans', label: name, description: code, icon: IconTags, to: `/plans/${code}` })),
    ...rooms.filter(({ nav }) => nav && may(nav.scope ?? 'read') && isIn(nav.label)).flatMap(({ path, nav }) => (nav ? [{ key: path, group: 'Pages', label: nav.label, icon: nav.icon, to: path }] : [])),
  ];
  return { rows, error: found.error, searching: wanted !== '' && (settled !== wanted || found.isFetching) };
}

function invoiceRow({ id, user_id, number, amount_cents, currency, period_start, period_end }: Schemas['Invoice']): Found {
  return { key: id, group: 'Invoices', label: number, description: `${formatMoney(amount_cents, currency)}, ${formatPeriod(period_start, period_end)}`, icon: IconFileInvoice, to: `/invoices/${user_id}/${id}` };
}

export type SearchHandle = { open: () => void };

/**
 * Jumps to a customer, by any part of the address or by id, to an invoice, by its number, to a plan or to a page. It is part of the first script and open by
 * the time that `open` returns, with the focus in its field: the next key that is pressed is the first letter.
 */
export function Search({ handle }: { handle: RefObject<SearchHandle | null> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState(0); // counts the times: each begins with an empty field
  useImperativeHandle(handle, () => ({
    open: () => {
      if (!dialog.current || dialog.current.open) return;
      flushSync(() => setOpened((times) => times + 1));
      dialog.current.showModal();
      field.current?.focus();
    },
  }));
  return (
    <dialog ref={dialog} className={classes.dialog} aria-label="Search" onClick={(event) => event.target === dialog.current && dialog.current.close()}>
      <Palette key={opened} field={field} close={() => dialog.current?.close()} />
    </dialog>
  );
}

function Palette({ field, close }: { field: RefObject<HTMLInputElement | null>; close: () => void }) {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [selected, select] = useState(0);
  const [hasty, setHasty] = useState(false); // Enter came before the answer: its first is taken when it is there
  const { rows, error, searching } = useFound(text);
  const go = ({ to }: Found) => {
    close();
    void navigate(to);
  };
  const first = rows[0];
  useEffect(() => {
    if (!hasty || searching) return;
    setHasty(false);
    if (first) go(first);
  });
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = selected + (event.key === 'ArrowDown' ? 1 : -1);
      select((next + rows.length) % Math.max(1, rows.length));
    } else if (event.key === 'Enter' && text.trim() !== '') {
      event.preventDefault();
      const chosen = rows[selected];
      if (searching && selected === 0) setHasty(true);
      else if (chosen) go(chosen);
    }
  };
  const nothing = searching ? 'Searching…' : error ? messageOf(error) : 'No customer, invoice, plan or page is called so';
  return (
    <div className={classes.box} onKeyDown={press}>
      <div className={classes.field}>
        <IconSearch size={18} stroke={1.6} aria-hidden />
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-label="Find customers, invoices, plans and pages"
          aria-expanded
          aria-controls="found"
          aria-activedescendant={rows[selected] ? `found-${selected}` : undefined}
          placeholder="An address or id, an invoice’s number, a plan, a page"
          autoComplete="off"
          spellCheck={false}
          maxLength={254}
          autoFocus
          onChange={(event) => {
            setText(event.currentTarget.value);
            setHasty(false);
            select(0);
          }}
        />
      </div>
      <Results rows={rows} selected={selected} go={go} />
      {rows.length === 0 && <p className={classes.nothing} role="status">{nothing}</p>}
    </div>
  );
}

function Results({ rows, selected, go }: { rows: Found[]; selected: number; go: (row: Found) => void }) {
  const chosen = useRef<HTMLLIElement>(null);
  useEffect(() => void chosen.current?.scrollIntoView({ block: 'nearest' }), [selected]);
  return (
    <ul id="found" role="listbox" aria-label="Found" className={classes.rows}>
      {rows.map((row, index) => (
        <li key={row.key} role="presentation">
          {row.group !== rows[index - 1]?.group && <span className={classes.group} aria-hidden>{row.group}</span>}
          <div ref={index === selected ? (chosen as RefObject<never>) : undefined} id={`found-${index}`} role="option" aria-selected={index === selected} className={classes.row} onClick={() => go(row)}>
            <row.icon size={18} stroke={1.6} />
            <span>
              {row.label}
              {row.description && <small>{row.description}</small>}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
