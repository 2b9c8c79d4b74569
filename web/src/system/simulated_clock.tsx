import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import type { Int } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import { addDays, addMonth, dayOf, daysBetween, formatDay, formatInstant } from '../lib/time.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorNote } from '../ui/states.tsx';
import classes from './system.module.css';

type Way = 'day' | 'week' | 'month' | 'there';
type Move = { from: string; now: string; invoices_created: Int; payments_attempted: Int };

/** Days that one goes without being asked: a year and some. */
const unasked = 400;

/** The way through time: it stands still until it is moved, and then does all that falls due on the way. */
export function SimulatedClock({ now }: { now: string }) {
  const [moves, setMoves] = useState<Move[]>([]);
  const [day, setDay] = useState('');
  const [way, setWay] = useState<Way | null>(null);
  const pressed = useRef<HTMLButtonElement>(null);
  const ask = useConfirm();
  const advance = useAction((to: string, key) => post('/clock/advance', { body: { to } }, key));
  const go = (by: Way, to: string, arrived?: () => void) => {
    setWay(by);
    // The page's `now` moves while time passes: it left from where it is now.
    const note = (moved: Omit<Move, 'from'>) => setMoves((before) => [{ from: now, ...moved }, ...before]);
    advance.mutate(to, { onSuccess: (moved) => (note(moved), arrived?.()) });
  };
  // A button that is disabled while it waits loses the focus, after a dialog to the page as a whole; it gets it back unless it went elsewhere.
  useEffect(() => {
    const nowhere = [document.body, document.getElementById('content')];
    if (!advance.isPending && nowhere.some((one) => one === document.activeElement)) pressed.current?.focus();
  }, [advance.isPending]);
  const button = (by: Way) => ({ ref: by === way ? pressed : undefined, loading: advance.isPending && by === way, disabled: advance.isPending && by !== way });
  const at = new Date(now);
  const later = (days: number) => new Date(at.getTime() + days * 86_400_000).toISOString();
  const toDay = (event: FormEvent) => {
    event.preventDefault();
    if (day === '' || advance.isPending) return;
    const start = () => go('there', day, () => setDay(''));
    const days = daysBetween(dayOf(now), day);
    if (days <= unasked) return start();
    ask({
      title: `Go to ${formatDay(day)}?`,
      body: `It is ${formatCount(days)} days ahead. All that falls due on the way is billed and collected first; that can take long, and it can neither be stopped nor undone.`,
      confirm: 'Go there',
      danger: true,
      run: async () => start(),
    });
  };
  return (
    <Panel title="Simulated clock" aside="It stands still until you move it">
      <p className={classes.now}>
        <time dateTime={now}>{formatInstant(now)}</time> UTC
      </p>
      <form className={classes.moves} onSubmit={toDay}>
        <Button {...button('day')} onClick={() => go('day', later(1))}>Advance a day</Button>
        <Button variant="default" {...button('week')} onClick={() => go('week', later(7))}>A week</Button>
        <Button variant="default" {...button('month')} onClick={() => go('month', addMonth(at).toISOString())}>Advance a month</Button>
        <div className={classes.to}>
          <TextInput type="date" aria-label="To the start of this day" required min={addDays(dayOf(now), 1)} max="9999-12-31" value={day} onChange={(event) => setDay(event.currentTarget.value)} />
          <Button type="submit" variant="default" {...button('there')}>Go there</Button>
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
