import { AreaChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Button } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import { useClock } from '../api/clock.ts';
import { useGet } from '../api/queries.ts';
import type { Int } from '../lib/int.ts';
import { formatCount, formatCountRoughly } from '../lib/money.ts';
import { countTicks, cumulate } from '../lib/series.ts';
import { addDays, dayOf, formatDay, formatPeriod, formatShortDay } from '../lib/time.ts';
import { ChartTable, ChartTip } from '../ui/bars.tsx';
import chart from '../ui/chart.module.css';
import { chartColors } from '../ui/chart_colors.ts';
import { Panel } from '../ui/page.tsx';
import { Empty, ErrorState, Loading } from '../ui/states.tsx';
import { type Metered, meteredOf } from './metered.ts';
import classes from './users.module.css';

type UsageChartsProps = { userId: string; subscriptions: Schemas['Subscription'][] | undefined; record: () => void };

/** For each metric how usage comes together in the current period, with what the plan includes drawn in. */
export function UsageCharts({ userId, subscriptions, record }: UsageChartsProps) {
  const { now } = useClock();
  const today = dayOf(now);
  const plans = useGet('/plans', {});
  const month = addDays(today, -29);
  const from = [month, ...(subscriptions ?? []).filter(({ status }) => status !== 'canceled').map((one) => one.current_period_start)].sort()[0] ?? month;
  const usage = useGet('/usage/{user_id}', { path: { user_id: userId }, query: { from, to: addDays(today, 1) } }, { enabled: subscriptions !== undefined });
  const error = usage.error ?? plans.error;
  const metered = subscriptions && plans.data && usage.data ? meteredOf(subscriptions, plans.data, usage.data, today) : undefined;
  return (
    <Panel title="Usage">
      {!metered && (error ? <ErrorState error={error} retry={() => Promise.all([usage.refetch(), plans.refetch()])} /> : <Loading />)}
      {metered?.length === 0 && (
        <Empty title="No usage in the last 30 days" action={<Button variant="default" onClick={record}>Record usage</Button>}>
          No plan of this user charges for usage either.
        </Empty>
      )}
      {metered?.map((one) => <Chart key={`${one.plan} ${one.metric}`} metered={one} days={usage.data?.filter(({ metric }) => metric === one.metric) ?? []} today={today} />)}
    </Panel>
  );
}

function Chart({ metered: { metric, plan, included, start, end, free }, days, today }: { metered: Metered; days: Schemas['UsageDay'][]; today: string }) {
  const data = cumulate(days, start, end, today).map((one) => ({ ...one, short: formatShortDay(one.day), plotted: one.total === null ? null : Number(one.total) }));
  const total = data.findLast((one) => one.total !== null)?.total ?? 0;
  const points = data.filter((one) => one.total !== null).length;
  const allowance = included === null || BigInt(included) === 0n ? null : Number(included);
  const ticks = countTicks(Math.max(Number(total), (allowance ?? 0) * 1.08)); // a line at the very top would have no room for its words
  return (
    <div className={classes.usage}>
      <div className={classes.usageHead}>
        <h3>{metric}</h3>
        <p>
          <strong className="number">{formatCount(total)}</strong> {sayAllowance(total, included, free)}
        </p>
      </div>
      <figure className={chart.figure} aria-label={`${metric} in the period ${formatPeriod(start, end)}`}>
        <div aria-hidden>
          <AreaChart
            h={180}
            data={data}
            dataKey="short"
            series={[{ name: 'plotted', color: chartColors.strong }]}
            curveType="stepAfter"
            strokeWidth={1.5}
            fillOpacity={0.14}
            withDots={points === 1} // on the period's first day there is no line yet
            connectNulls={false}
            gridAxis="x"
            tickLine="none"
            strokeDasharray="0"
            valueFormatter={formatCountRoughly}
            xAxisProps={{ minTickGap: 28, tickMargin: 8 }}
            yAxisProps={{ width: 'auto', ticks, domain: [0, ticks.at(-1) ?? 1] }}
            areaProps={{ isAnimationActive: false }}
            areaChartProps={{ accessibilityLayer: false, margin: { top: 8 } }}
            referenceLines={allowance === null ? undefined : [{ y: allowance, label: `${formatCountRoughly(allowance)} included`, color: chartColors.line, labelPosition: 'insideBottomRight', strokeDasharray: '4 3' }]}
            tooltipAnimationDuration={0}
            tooltipProps={{
              content: ({ active, payload }) => {
                const at = payload?.[0]?.payload as (typeof data)[number] | undefined;
                if (!active || !at || at.total === null) return null;
                return (
                  <ChartTip
                    title={formatDay(at.day)}
                    values={[
                      { name: 'That day', color: 'transparent', text: formatCount(at.used) },
                      { name: 'In the period', color: chartColors.strong, text: formatCount(at.total) },
                    ]}
                  />
                );
              },
            }}
          />
        </div>
        <ChartTable label={`${metric} by day`} head={['That day', 'In the period']} rows={data.flatMap(({ day, used, total: soFar }) => (soFar === null ? [] : [[formatDay(day), formatCount(used), formatCount(soFar)]]))} />
      </figure>
      <p className={classes.line}>
        {plan === null ? 'Last 30 days. No plan of this user charges it.' : `${plan}, ${formatPeriod(start, end)}`}
      </p>
    </div>
  );
}

function sayAllowance(total: Int, included: Int | null, free: boolean): string {
  if (free) return 'used, free in the trial';
  if (included === null || BigInt(included) === 0n) return 'used';
  const beyond = BigInt(total) - BigInt(included);
  return `of ${formatCount(included)} included${beyond > 0n ? `, ${formatCount(beyond)} beyond` : ''}`;
}
