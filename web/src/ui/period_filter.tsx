import { TextInput } from '@mantine/core';
import { useRef } from 'react';
import { useClock } from '../api/clock.tsx';
import { type Day, dayOf, formatDay, formatPeriod, isDay, monthStart } from '../lib/time.ts';
import { Filter, Options } from './filter_bar.tsx';
import classes from './filter_bar.module.css';
import { useTyped } from './filters.ts';

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

/** Filters a list by days: by default by the one on which a period begins. */
export function PeriodFilter({ from, to, set, label = 'Period starts' }: Span & { label?: string; set: (span: { from?: string | null; to?: string | null }, options?: { replace?: boolean }) => void }) {
  const { now } = useClock();
  const spans = presets(dayOf(now));
  const chosen = spans.find(([, span]) => span.from === from && span.to === to)?.[0] ?? '';
  return (
    <Filter label={label} width={280} value={say({ from, to })} clear={() => set({ from: null, to: null })}>
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
            <DayField label="From" day={from} set={(day, replace) => set({ from: day }, { replace })} done={close} />
            <DayField label="Before" day={to} set={(day, replace) => set({ to: day }, { replace })} done={close} />
          </div>
        </>
      )}
    </Filter>
  );
}

const earliest = '1900-01-01';

type DayFieldProps = { label: string; day: Day; set: (day: Day | null, replace: boolean) => void; /** after Enter */ done: () => void };

/** A day that is typed piece by piece: it counts as soon as it is whole, which "0202" on the way to "2026" is not yet. */
function DayField({ label, day, set, done }: DayFieldProps) {
  const { field, typed, setTyped } = useTyped(day);
  const changed = useRef(false); // since one came into the field: the history gets one step for all that is typed
  const apply = ({ value, validity }: HTMLInputElement): boolean => {
    if (value === '' ? validity.badInput : value < earliest || !isDay(value)) return false;
    if (value === day) return true;
    set(value || null, changed.current);
    changed.current = true;
    return true;
  };
  return (
    <TextInput
      ref={field}
      type="date"
      label={label}
      size="xs"
      min={earliest}
      max="9999-12-31"
      value={typed}
      onFocus={() => (changed.current = false)}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        apply(event.currentTarget);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && apply(event.currentTarget)) done();
      }}
      onBlur={(event) => {
        if (!apply(event.currentTarget)) setTyped(day);
      }}
    />
  );
}
