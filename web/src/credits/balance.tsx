import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Schemas, remove } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { type List, useAction, useGet } from '../api/queries.ts';
import { saySource } from '../lib/credit.ts';
import { formatMoney } from '../lib/money.ts';
import { type Day as UtcDay, addDays, dayOf } from '../lib/time.ts';
import { capital } from '../lib/words.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { Money } from '../ui/money.tsx';
import { notice } from '../ui/notice.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorNote, ErrorState, Loading } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import classes from './credits.module.css';
import { GiveCreditDialog } from './give_credit_dialog.tsx';

type Credit = Schemas['Credit'];

const few = 5; // so many are shown before one asks for more

/** What is left of it, that can still be used. */
const lives = ({ left_cents, ended_at, expires_on }: Credit, today: UtcDay) => BigInt(left_cents) > 0n && ended_at === null && (expires_on === null || expires_on > today);

/** What is there for the customer's invoices: it pays invoices before any card does. */
export function BalancePanel({ user, credits, currencies, mayGive }: { user: Schemas['User']; credits: List<Credit>; /** in which the customer is billed */ currencies: string[]; mayGive: boolean }) {
  const [giving, setGiving] = useState(false);
  const [all, showAll] = useState(false);
  const today = dayOf(useClock().now);
  const balance = useGet('/users/{id}/balance', { path: { id: user.id } });
  const { rows, query } = credits;
  const sorted = rows && [...rows.filter((one) => lives(one, today)), ...rows.filter((one) => !lives(one, today))];
  return (
    <Panel title="Balance">
      {balance.error && <ErrorState error={balance.error} retry={balance.refetch} />}
      {!balance.data && !balance.error && <Loading lines={2} />}
      {balance.data && (
        <p className={classes.balance}>
          {balance.data.length === 0 ? <span className={classes.quiet}>Nothing in it</span> : balance.data.map(({ currency, balance_cents }) => <strong key={currency}><Money cents={balance_cents} currency={currency} /></strong>)}
        </p>
      )}
      <ErrorNote error={query.error} />
      {sorted && sorted.length > 0 && (
        <ul className={classes.credits} aria-label="Credits">
          {sorted.slice(0, all ? undefined : few).map((credit) => <One key={credit.id} credit={credit} today={today} mayEnd={mayGive} />)}
        </ul>
      )}
      <div className={classes.buttons}>
        {mayGive && <Button variant="default" size="xs" onClick={() => setGiving(true)}>Give credit…</Button>}
        {sorted && sorted.length > few && !all && <Button variant="subtle" size="xs" onClick={() => showAll(true)}>Show all</Button>}
        {all && query.hasNextPage && <Button variant="subtle" size="xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Load older</Button>}
      </div>
      <GiveCreditDialog user={user} currencies={currencies} opened={giving} close={() => setGiving(false)} />
    </Panel>
  );
}

function One({ credit, today, mayEnd }: { credit: Credit; today: UtcDay; mayEnd: boolean }) {
  const ask = useConfirm();
  const { id, user_id, amount_cents, currency, left_cents, source, credit_note_id, reason, expires_on, ended_at, created_at } = credit;
  const end = useAction((_: null) => remove('/users/{id}/credits/{credit_id}', { path: { id: user_id, credit_id: id } }));
  const left = formatMoney(left_cents, currency);
  const live = lives(credit, today);
  const askToEnd = () =>
    ask({
      title: `End ${left} of credit?`,
      body: 'What is left of it pays no invoice any more. What it paid so far stays paid.',
      confirm: 'End credit',
      danger: true,
      run: async () => {
        await end.mutateAsync(null);
        notice(`${left} of credit ended`);
      },
    });
  return (
    <li data-over={!live || undefined}>
      <span className={classes.words}>
        {credit_note_id ? <Link to={`/credit_notes/${credit_note_id}`}>{capital(saySource(source))}</Link> : capital(saySource(source))}{reason && `: ${reason}`}
        <small>
          <Money cents={amount_cents} currency={currency} /> on <Day day={created_at.slice(0, 10)} />
          {ended_at ? <>, ended on <Day day={ended_at.slice(0, 10)} /></> : expires_on && <>, {live ? 'up to' : 'was good up to'} <Day day={addDays(expires_on, -1)} /></>}
        </small>
      </span>
      <span className={classes.left}>
        {live ? <>{left} left</> : BigInt(left_cents) === 0n ? 'used up' : 'over'}
        {live && mayEnd && <button type="button" className={classes.end} onClick={askToEnd} aria-label={`End the credit of ${left}`}>End…</button>}
      </span>
    </li>
  );
}
