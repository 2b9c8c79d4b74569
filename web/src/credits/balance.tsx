import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { type List, useGet } from '../api/queries.ts';
import { lives, saySource, sayUntil } from '../lib/credit.ts';
import { type Day as UtcDay, dayOf } from '../lib/time.ts';
import { capital } from '../lib/words.ts';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorNote, ErrorState, Loading } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import classes from './credits.module.css';
import { EndCredit } from './end_credit.tsx';
import { GiveCreditDialog } from './give_credit_dialog.tsx';

type Credit = Schemas['Credit'];

const few = 5; // so many are shown before one asks for more

/** What is there for the customer's invoices: it pays invoices before any card does. */
export function BalancePanel({ user, credits, currencies, mayGive }: { user: Schemas['User']; credits: List<Credit>; /** in which the customer is billed */ currencies: string[]; mayGive: boolean }) {
  const [giving, setGiving] = useState(false);
  const [all, showAll] = useState(false);
  const today = dayOf(useClock().now);
  const balance = useGet('/users/{id}/balance', { path: { id: user.id } });
  const { rows, query } = credits;
  const sorted = rows && [...rows.filter((one) => lives(one, today)), ...rows.filter((one) => !lives(one, today))];
  return (
    <Panel title="Balance" aside={<Link to={`/users/${user.id}/balance`}>Movements</Link>}>
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
          {sorted.slice(0, all ? undefined : few).map((credit) => <One key={credit.id} credit={credit} today={today} />)}
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

function One({ credit, today }: { credit: Credit; today: UtcDay }) {
  const { amount_cents, currency, left_cents, source, credit_note_id, reason, created_at } = credit;
  const live = lives(credit, today);
  const until = sayUntil(credit, today);
  return (
    <li data-over={!live || undefined}>
      <span className={classes.words}>
        {credit_note_id ? <Link to={`/credit_notes/${credit_note_id}`}>{capital(saySource(source))}</Link> : capital(saySource(source))}{reason && `: ${reason}`}
        <small>
          <Money cents={amount_cents} currency={currency} /> on <Day day={created_at.slice(0, 10)} />{until && `, ${until}`}
        </small>
      </span>
      <span className={classes.left}>
        {live ? <><Money cents={left_cents} currency={currency} /> left</> : BigInt(left_cents) === 0n ? 'used up' : 'over'}
        <EndCredit credit={credit} />
      </span>
    </li>
  );
}
