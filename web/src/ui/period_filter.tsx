import { TextInput } from '@mantine/core';
import { useClock } from '../api/clock.ts';
import { type Day, dayOf, formatDay, formatPeriod, isDay, monthStart } from '../lib/time.ts';
import { Filter, Options } from './filter_bar.tsx';
import classes from './filter_bar.module.css';

type Span = { from: Day; to: Day };

/** Spans of whole months that one asks for often; `to` is the first day that is not in it. */
function presets(today: Day): [string, Span][] {
  const next = monthStart(today, 1);
  return [
    ['This month', { from: monthStart(today), to: next }],
    ['Last month', { from: monthStart(today, -1), to: monthStart(today) }],
    ['Last 3 months', { from: monthStart(today, -2), to: next }],
    ['Last 12 months', { from: monthStart(today, -11), to: next }],
  ];
}

function say({ from, to }: Span): string | undefined {
  if (!from && !to) return undefined;
  if (!isDay(from) || !isDay(to)) return [from && `from ${isDay(from) ? formatDay(from) : from}`, to && `before ${isDay(to) ? formatDay(to) : to}`].filter(Boolean).join(' ');
  return from < to ? formatPeriod(from, to) : `${formatDay(from)} to before ${formatDay(to)}`;
}

/** Filters a list by the day on which a period begins. */
export function PeriodFilter({ from, to, set }: Span & { set: (span: { from?: string | null; to?: string | null }) => void }) {
  const { now } = useClock();
  const spans = presets(dayOf(now));
  const chosen = spans.find(([, span]) => span.from === from && span.to === to)?.[0] ?? '';
  return (
    <Filter label="Period starts" width={280} value={say({ from, to })} clear={() => set({ from: null, to: null })}>
      {(close) => (
        <>
          <Options
            options={spans.map(([text]) => ({ value: text, text }))}
            chosen={chosen}
            choose={(text) => {
              close();
              set(spans.find(([name]) => name === text)?.[1] ?? {});
            }}
          />
          <div className={classes.dates}>
            <TextInput type="date" label="From" size="xs" value={from} onChange={(event) => set({ from: event.currentTarget.value || null })} />
            <TextInput type="date" label="Before" size="xs" value={to} onChange={(event) => set({ to: event.currentTarget.value || null })} />
          </div>
        </>
      )}
    </Filter>
  );
}
