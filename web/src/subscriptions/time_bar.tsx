import { useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { type Run, type Span, apart, place, spanOf } from '../lib/calendar.ts';
import { sayTerm } from '../lib/terms.ts';
import { type Day, addDays, formatDay, formatPeriod, formatShortDay } from '../lib/time.ts';
import { Choice } from '../ui/choice.tsx';
import { Panel } from '../ui/page.tsx';
import classes from './subscriptions.module.css';

export type Facts = { subscription: Schemas['Subscription']; terms: Schemas['SubscriptionTerm'][]; periods: Schemas['SubscriptionPeriod'][]; pauses: Schemas['SubscriptionPause'][]; today: Day };
type Kind = 'term' | 'coming' | 'pause' | 'period' | 'current';
type Item = Run & { kind: Kind; text: string };

/** The day on which it ends or has ended; null while it goes on. */
function endOf({ subscription: { status, cancel_at_period_end, current_period_end } }: Facts): Day | null {
  return status === 'canceled' || cancel_at_period_end ? current_period_end : null;
}

const cut = (runs: Item[], end: Day | null) => (end === null ? runs : runs.filter(({ from }) => from < end).map((run) => ({ ...run, until: run.until === null || run.until > end ? end : run.until })));

function tracksOf(facts: Facts): [string, Item[]][] {
  const { terms, periods, pauses, today } = facts;
  const end = endOf(facts);
  return [
    ['Terms', cut(terms.map((term) => ({ ...term, kind: term.from > today ? 'coming' : 'term', text: sayTerm(term) })), end)],
    ['Pauses', cut(pauses.map((pause) => ({ ...pause, kind: 'pause', text: pause.until === null ? 'Paused until resumed' : 'Paused' })), end)],
    ['Periods', periods.map((period, index) => ({ ...period, kind: index === periods.length - 1 ? 'current' : 'period', text: period.trial ? 'Trial' : formatPeriod(period.from, period.until) }))],
  ];
}

/** What holds on which day, and what is to come, drawn to scale. */
export function TimeBar({ facts }: { facts: Facts }) {
  const [whole, setWhole] = useState<'near' | 'whole'>('near');
  const { subscription, terms, periods, pauses, today } = facts;
  const span = spanOf({ ...subscription, terms, periods, pauses }, whole === 'whole');
  const tracks = tracksOf(facts).filter(([, items]) => items.length > 0);
  const end = endOf(facts);
  const longer = subscription.started_on < spanOf({ ...subscription, terms, periods, pauses }, false).from;
  const marks = [...(tracks[0]?.[1] ?? []), ...periods].map(({ from }) => from).concat(subscription.current_period_end);
  return (
    <Panel title="What holds on which day" flush aside={longer && <Choice label="Days" value={whole} options={[['near', 'Lately'], ['whole', 'From the start']]} onChange={setWhole} />}>
      <figure className={classes.bar} aria-label={`${formatDay(span.from)} to ${formatDay(span.to)}; today is ${formatDay(today)}`}>
        {tracks.map(([name, items]) => (
          <Track key={name} name={name} items={items} span={span} />
        ))}
        <div className={classes.axis} aria-hidden>
          {apart([span.from, ...marks, ...(end === null ? [] : [end])], span, 14).map(({ day, left }) => (
            <time key={day} dateTime={day} style={{ left: `${left}%` }}>{formatShortDay(day)}</time>
          ))}
        </div>
        <div className={classes.over} aria-hidden>
          <Mark day={today} span={span} text="Today" className={classes.today} />
          {end !== null && <Mark day={end} span={span} className={classes.end} />}
        </div>
      </figure>
    </Panel>
  );
}

function Mark({ day, span, text, className }: { day: Day; span: Span; text?: string; className: string | undefined }) {
  const at = place({ from: day, until: addDays(day, 1) }, span);
  if (!at) return null;
  return <div className={className} data-late={at.left > 80 || undefined} style={{ left: `${at.left}%` }}>{text && <span>{text}</span>}</div>;
}

const narrow = 7; // percent: what has no room for a word says it only to who points at it, and to who cannot see it

function Track({ name, items, span }: { name: string; items: Item[]; span: Span }) {
  return (
    <section className={classes.track}>
      <h3>{name}</h3>
      <ul aria-label={name}>
        {items.map((item, index) => {
          const at = place(item, span);
          if (!at) return null;
          const days = item.until === null ? `from ${formatDay(item.from)} on` : formatPeriod(item.from, item.until);
          return (
            <li key={item.from} data-kind={item.kind} data-shade={index % 2 === 1 ? 'odd' : 'even'} data-narrow={at.width < narrow || undefined} style={{ left: `${at.left}%`, width: `${at.width}%` }} title={`${item.text}, ${days}`}>
              <span><span>{item.text}</span><span className="sr-only">, {days}</span></span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
