import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import type { Int } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import { addDays, addMonth, dayOf, formatInstant } from '../lib/time.ts';
import { Panel } from '../ui/page.tsx';
import { ErrorNote } from '../ui/states.tsx';
import classes from './system.module.css';

type Move = { from: string; now: string; invoices_created: Int; payments_attempted: Int };

/** The way through time: it stands still until it is moved, and then does all that falls due on the way. */
export function SimulatedClock({ now }: { now: string }) {
  const [moves, setMoves] = useState<Move[]>([]);
  const [day, setDay] = useState('');
  const advance = useAction(
    (to: string, key) => post('/clock/advance', { body: { to } }, key),
    (moved) => setMoves((before) => [{ from: now, ...moved }, ...before]),
  );
  const at = new Date(now);
  const later = (days: number) => new Date(at.getTime() + days * 86_400_000).toISOString();
  const toDay = (event: FormEvent) => {
    event.preventDefault();
    if (day !== '') advance.mutate(day, { onSuccess: () => setDay('') });
  };
  return (
    <Panel title="Simulated clock" aside="It stands still until you move it">
      <p className={classes.now}>
        <time dateTime={now}>{formatInstant(now)}</time> UTC
      </p>
      <form className={classes.moves} onSubmit={toDay}>
        <Button loading={advance.isPending} onClick={() => advance.mutate(later(1))}>Advance a day</Button>
        <Button variant="default" disabled={advance.isPending} onClick={() => advance.mutate(later(7))}>A week</Button>
        <Button variant="default" disabled={advance.isPending} onClick={() => advance.mutate(addMonth(at).toISOString())}>Advance a month</Button>
        <div className={classes.to}>
          <TextInput type="date" aria-label="To the start of this day" min={addDays(dayOf(now), 1)} value={day} onChange={(event) => setDay(event.currentTarget.value)} />
          <Button type="submit" variant="default" disabled={advance.isPending || day === ''}>Go there</Button>
        </div>
      </form>
      <ErrorNote error={advance.error} />
      <div role="status">
        {advance.isPending && <p className={classes.line}>Time passes. All that falls due is done before the clock stands again.</p>}
        {moves.length > 0 && (
          <ol className={classes.log} aria-label="What happened">
            {moves.map((move) => (
              <li key={`${move.from} ${move.now}`}>
                <span>{formatInstant(move.from)} → {formatInstant(move.now)}</span>
                <span>{sayMove(move)}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
      {moves.length > 0 && (
        <p className={classes.line}>
          See the <Link to="/">overview</Link>, the <Link to="/invoices">invoices</Link>, the <Link to="/payments">payments</Link> and the <Link to="/audit">audit</Link>.
        </p>
      )}
    </Panel>
  );
}

function sayMove({ invoices_created, payments_attempted }: Move): string {
  if (invoices_created === 0 && payments_attempted === 0) return 'Nothing fell due';
  const counted = (count: Int, thing: string) => `${formatCount(count)} ${thing}${BigInt(count) === 1n ? '' : 's'}`;
  return `${counted(invoices_created, 'invoice')} created, ${counted(payments_attempted, 'payment')} attempted`;
}
