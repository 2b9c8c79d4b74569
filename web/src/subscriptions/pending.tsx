import { Button } from '@mantine/core';
import { post, remove, type Schemas } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { sayTerm } from '../lib/terms.ts';
import { addDays, formatDay } from '../lib/time.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { notice } from '../ui/notice.tsx';
import classes from './subscriptions.module.css';
import type { Facts } from './time_bar.tsx';

type Coming = { key: string; words: string; button: string; title: string; body: string; run: () => Promise<unknown>; done: string };

/** What is to come and can be taken back, each with the button that does it; a pause in force can be ended. */
export function Pending({ facts }: { facts: Facts }) {
  const ask = useConfirm();
  const may = useMay();
  const coming = useComing(facts);
  const { billing_error } = facts.subscription;
  if (coming.length === 0 && !billing_error) return null;
  return (
    <ul className={classes.pending} aria-label="What is to come">
      {billing_error && <li data-bad><span>Could not be billed, and is tried again every hour: {billing_error}</span></li>}
      {coming.map(({ key, words, button, title, body, run, done }) => (
        <li key={key}>
          <span>{words}</span>
          {may('write') && (
            <Button
              size="xs"
              variant="default"
              onClick={() => ask({ title, body, confirm: button, run: async () => {
                await run();
                notice(done);
              } })}
            >
              {button}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function useComing({ subscription, terms, today }: Facts): Coming[] {
  const { id, status, cancel_at_period_end, current_period_end, paused_from, paused_until } = subscription;
  const path = { id };
  const drop = useAction((_: null) => remove('/subscriptions/{id}/pending', { path }));
  const uncancel = useAction((_: null, key) => post('/subscriptions/{id}/uncancel', { path }, key));
  const resume = useAction((_: null, key) => post('/subscriptions/{id}/resume', { path }, key));
  if (status === 'canceled') return [];
  const next: Coming[] = [];
  const pending = terms.slice(1).filter(({ from }) => from > today);
  if (pending.length > 0) {
    next.push({
      key: 'terms',
      words: pending.map((term) => `From ${formatDay(term.from)}: ${sayTerm(term as Schemas['SubscriptionTerm'])}`).join('; '),
      button: 'Take the change back',
      title: pending.length === 1 ? 'Take the coming change back?' : `Take ${pending.length} coming changes back?`,
      body: 'What holds today goes on to hold.',
      run: () => drop.mutateAsync(null),
      done: 'What was to come is taken back',
    });
  }
  if (cancel_at_period_end) next.push({ key: 'cancel', words: `Ends with this period: ${formatDay(addDays(current_period_end, -1))} is its last day`, button: 'Take the cancel back', title: 'Take the cancel back?', body: 'The next period follows as ever.', run: () => uncancel.mutateAsync(null), done: 'The cancel is taken back' });
  if (paused_from !== null) next.push(comingPause(subscription, paused_from, paused_until, today, () => resume.mutateAsync(null)));
  return next;
}

function comingPause({ status }: Schemas['Subscription'], from: string, until: string | null, today: string, run: () => Promise<unknown>): Coming {
  const end = until === null ? 'until it is resumed' : `up to ${formatDay(addDays(until, -1))}`;
  if (from > today) return { key: 'pause', words: `Paused from ${formatDay(from)}, ${end}`, button: 'Take the pause back', title: 'Take the pause back?', body: 'It will never have been.', run, done: 'The pause is taken back' };
  return { key: 'pause', words: `Paused since ${formatDay(from)}, ${end}${status === 'paused' ? '' : '.'}`, button: 'Resume', title: 'Resume today?', body: 'From today on the base fee is owed again.', run, done: 'The subscription is resumed' };
}
