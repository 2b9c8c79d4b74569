import { useState } from 'react';
import { useClock } from '../api/clock.tsx';
import { useGet } from '../api/queries.ts';
import { formatMoney, formatRoughly, toPlottable } from '../lib/money.ts';
import { type Step, lastSteps, stepsBetween } from '../lib/series.ts';
import { dayOf, formatDay, formatMonth, formatShortDay } from '../lib/time.ts';
import { Bars } from '../ui/charts/bars.tsx';
import { chartColors } from '../ui/charts/colors.ts';
import { Choice } from '../ui/choice.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorState, Loading } from '../ui/states.tsx';
import classes from './overview.module.css';

const spans: Record<Step, [number, string]> = { day: [30, '30 days'], week: [13, '13 weeks'], month: [12, '12 months'] };

/** What was invoiced and what was paid, over time, in one of the currencies: first in the one that was paid most often, then in the first one. */
export function Revenue({ currencies }: { currencies: string[] }) {
  const [by, setBy] = useState<Step>('month');
  const [chosen, setCurrency] = useState<string | null>(null);
  const { now } = useClock();
  const span = lastSteps(dayOf(now), by, spans[by][0]);
  const revenue = useGet('/stats/revenue', { query: { ...span, by } }, { every: 60_000 });
  const busy = (one: string) => revenue.data?.filter(({ currency, paid_cents }) => currency === one && paid_cents !== 0).length ?? 0;
  const used = currencies.filter((one) => revenue.data?.some(({ currency }) => currency === one)).sort((a, b) => busy(b) - busy(a));
  const currency = chosen ?? used[0] ?? currencies[0];
  return (
    <Panel
      title="Revenue"
      aside={
        <div className={classes.charts}>
          {used.length > 1 && currency && <Choice label="Currency" value={currency} options={used.map((one) => [one, one])} onChange={setCurrency} />}
          <Choice label="Span" value={by} options={(Object.keys(spans) as Step[]).map((one) => [one, spans[one][1]])} onChange={setBy} />
        </div>
      }
    >
      {!revenue.data && (revenue.error ? <ErrorState error={revenue.error} retry={revenue.refetch} /> : <Loading />)}
      {revenue.data && !currency && <p className={classes.blank}>Nothing has been invoiced yet.</p>}
      {revenue.data && currency && <Chart points={revenue.data.filter((point) => point.currency === currency)} currency={currency} by={by} {...span} />}
    </Panel>
  );
}

type Point = { date: string; invoiced_cents: number | bigint | null; paid_cents: number | bigint | null };

function Chart({ points, currency, by, from, to }: { points: Point[]; currency: string; by: Step; from: string; to: string }) {
  const found = new Map(points.map((point) => [point.date, point]));
  const data = stepsBetween(from, to, by).map((date): Point => found.get(date) ?? { date, invoiced_cents: 0, paid_cents: 0 });
  const say = (cents: number | bigint | null) => (cents === null ? 'too large to add up' : formatMoney(cents, currency));
  return (
    <Bars
      label={`Invoiced and paid, in ${currency}`}
      data={data}
      x={({ date }) => (by === 'month' ? formatMonth(date) : by === 'week' ? `Week of ${formatDay(date)}` : formatDay(date))}
      tick={({ date }) => (by === 'month' ? formatMonth(date).split(' ')[0] ?? '' : formatShortDay(date))}
      axis={(value) => formatRoughly(value, currency)}
      series={[
        { key: 'invoiced', name: 'Invoiced', color: chartColors.soft, value: ({ invoiced_cents }) => toPlottable(invoiced_cents ?? 0, currency), text: ({ invoiced_cents }) => say(invoiced_cents) },
        { key: 'paid', name: 'Paid', color: chartColors.strong, value: ({ paid_cents }) => toPlottable(paid_cents ?? 0, currency), text: ({ paid_cents }) => say(paid_cents) },
      ]}
    />
  );
}
