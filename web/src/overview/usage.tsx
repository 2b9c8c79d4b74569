import { useState } from 'react';
import { useClock } from '../api/clock.tsx';
import { useGet } from '../api/queries.ts';
import { formatCount, formatCountRoughly } from '../lib/money.ts';
import { lastSteps, stepsBetween } from '../lib/series.ts';
import { dayOf, formatDay, formatShortDay } from '../lib/time.ts';
import { Bars } from '../ui/charts/bars.tsx';
import { chartColors } from '../ui/charts/colors.ts';
import { Choice } from '../ui/choice.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorState, Loading } from '../ui/states.tsx';
import classes from './overview.module.css';

const atMost = 4; // metrics side by side; the busiest ones

/** What all customers used in the last 30 days, one metric at a time. */
export function Usage() {
  const [chosen, setMetric] = useState<string | null>(null);
  const { now } = useClock();
  const span = lastSteps(dayOf(now), 'day', 30);
  const usage = useGet('/stats/usage', { query: { ...span, by: 'day' } }, { every: 60_000 });
  const metrics = busiest(usage.data ?? []);
  const metric = chosen ?? metrics[0];
  const quantities = new Map(usage.data?.filter((point) => point.metric === metric).map(({ date, quantity }) => [date, quantity]));
  return (
    <Panel
      title="Usage, last 30 days"
      aside={metric && <Choice label="Metric" value={metric} options={metrics.slice(0, atMost).map((one) => [one, one])} onChange={setMetric} />}
    >
      {!usage.data && (usage.error ? <ErrorState error={usage.error} retry={usage.refetch} /> : <Loading />)}
      {usage.data && !metric && <p className={classes.blank}>No usage was recorded in these days.</p>}
      {metric && (
        <Bars
          label={`${metric} by day`}
          data={stepsBetween(span.from, span.to, 'day').map((date) => ({ date, quantity: quantities.has(date) ? (quantities.get(date) ?? null) : 0 }))}
          x={({ date }) => formatDay(date)}
          tick={({ date }) => formatShortDay(date)}
          axis={formatCountRoughly}
          series={[{ key: 'used', name: metric, color: chartColors.strong, value: ({ quantity }) => Number(quantity ?? 0), text: ({ quantity }) => (quantity === null ? 'too large to add up' : formatCount(quantity)) }]}
        />
      )}
    </Panel>
  );
}

function busiest(points: { metric: string; quantity: number | bigint | null }[]): string[] {
  const totals = new Map<string, number>();
  for (const { metric, quantity } of points) totals.set(metric, (totals.get(metric) ?? 0) + Number(quantity ?? Infinity));
  return [...totals].sort(([, a], [, b]) => b - a).map(([metric]) => metric);
}
