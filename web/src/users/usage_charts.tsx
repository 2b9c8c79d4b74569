import { Button } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from 'react-router';
import { type Schemas, get } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useGet } from '../api/queries.ts';
import type { Int } from '../lib/int.ts';
import { formatCount, formatCountRoughly } from '../lib/money.ts';
import { type UsedSoFar, cumulate } from '../lib/series.ts';
import { addDays, dayOf, formatDay, formatPeriod, formatShortDay } from '../lib/time.ts';
import { chartColors } from '../ui/charts/colors.ts';
import { ChartTable, ChartTip } from '../ui/charts/frame.tsx';
import { Line, Sparkline } from '../ui/charts/line.tsx';
import { Panel } from '../ui/page.tsx';
import { Empty, ErrorState, Loading } from '../ui/states.tsx';
import { Unfold, Unfolds } from '../ui/unfold.tsx';
import { type Metered, meteredOf } from './metered.ts';
import classes from './users.module.css';

type UsageChartsProps = { userId: string; subscriptions: Schemas['Subscription'][] | undefined; /** none where it may not be recorded */ record?: () => void };

const fewMetrics = 2; // so many are drawn at once; with more one says which

/** Each metric in a line, unfolded to how its usage comes together in the current period, with what the plan includes drawn in. */
export function UsageCharts({ userId, subscriptions, record }: UsageChartsProps) {
  const { now } = useClock();
  const today = dayOf(now);
  const plans = useGet('/plans', {});
  const month = addDays(today, -29);
  const from = [month, ...(subscriptions ?? []).filter(({ status }) => status !== 'canceled').map((one) => one.current_period_start)].sort()[0] ?? month;
  const usage = useGet('/usage/{user_id}', { path: { user_id: userId }, query: { from, to: addDays(today, 1) } }, { enabled: subscriptions !== undefined });
  const versions = useVersions(subscriptions);
  const error = usage.error ?? plans.error;
  const metered = subscriptions && plans.data && versions && usage.data ? meteredOf(subscriptions, plans.data, versions, usage.data, today) : undefined;
  const byMetric = Map.groupBy(usage.data ?? [], ({ metric }) => metric);
  return (
    <Panel title="Usage" aside={<Link to={`/users/${userId}/usage`}>Events and corrections</Link>} flush={metered !== undefined && metered.length > 0}>
      {!metered && (error ? <ErrorState error={error} retry={() => Promise.all([usage.refetch(), plans.refetch()])} /> : <Loading />)}
      {metered?.length === 0 && (
        <Empty title="No usage in the last 30 days" action={record && <Button variant="default" onClick={record}>Record usage</Button>}>
          No plan of this customer charges for usage either.
        </Empty>
      )}
      {metered && metered.length > 0 && (
        <div className={classes.usage}>
          <Unfolds label="Usage by metric">
            {metered.map((one) => (
              <Metric key={`${one.plan} ${one.metric}`} metered={one} days={byMetric.get(one.metric) ?? []} today={today} open={metered.length <= fewMetrics} />
            ))}
          </Unfolds>
        </div>
      )}
    </Panel>
  );
}

/** The versions that live subscriptions are on, once all are there. */
function useVersions(subscriptions: Schemas['Subscription'][] | undefined): Schemas['PlanVersion'][] | undefined {
  const wanted = new Map((subscriptions ?? []).filter(({ status }) => status !== 'canceled').map(({ plan_code: code, version }) => [`${code} ${version}`, { code, version }]));
  const answers = useQueries({ queries: [...wanted.values()].map((path) => ({ queryKey: ['/plans/{code}/versions/{version}', path, null], queryFn: ({ signal }: { signal: AbortSignal }) => get('/plans/{code}/versions/{version}', { path }, signal), staleTime: Infinity })) });
  const found = answers.flatMap(({ data }) => data ?? []);
  return found.length === wanted.size ? found : undefined;
}

type MetricProps = { metered: Metered; days: Schemas['UsageDay'][]; today: string; open: boolean };

function Metric({ metered, days, today, open }: MetricProps) {
  const { metric, included, start, end, free } = metered;
  const data = cumulate(days, start, end, today);
  const total = data.findLast((one) => one.total !== null)?.total ?? 0;
  return (
    <Unfold
      name={metric}
      words={<><b className="number">{formatCount(total)}</b> {sayAllowance(total, included, free)}</>}
      aside={<Sparkline points={pointsOf(data)} end={data.length} shape="stepAfter" />}
      open={open && total !== 0}
    >
      {() => <Usage metered={metered} data={data} used={total !== 0} />}
    </Unfold>
  );
}

const pointsOf = (data: UsedSoFar[]) => data.flatMap(({ total }, index) => (total === null ? [] : [{ x: index, y: Number(total) }]));

function Usage({ metered: { metric, plan, included, start, end }, data, used }: { metered: Metered; data: UsedSoFar[]; used: boolean }) {
  const allowance = included === null || BigInt(included) === 0n ? undefined : { y: Number(included), text: `${formatCountRoughly(Number(included))} included` };
  const where = <p className={classes.line}>{plan === null ? 'Last 30 days. No plan of this customer charges it.' : `${plan}, ${formatPeriod(start, end)}`}</p>;
  if (!used) return <><p className={classes.line}>None so far.</p>{where}</>;
  return (
    <>
      <figure className={classes.figure} aria-label={`${metric} in the period ${formatPeriod(start, end)}`}>
        <Line
          points={pointsOf(data)}
          end={data.length}
          shape="stepAfter"
          whole
          sayY={formatCountRoughly}
          steps={data.map(({ day }, index) => ({ x: index, text: formatShortDay(day) }))}
          limit={allowance}
          tip={(index) => {
            const at = data[index];
            if (!at || at.total === null) return null;
            return (
              <ChartTip
                title={formatDay(at.day)}
                values={[
                  { name: 'That day', color: 'transparent', text: formatCount(at.used) },
                  { name: 'In the period', color: chartColors.strong, text: formatCount(at.total) },
                ]}
              />
            );
          }}
        />
        <ChartTable label={`${metric} by day`} head={['That day', 'In the period']} rows={data.flatMap(({ day, used: some, total }) => (total === null ? [] : [[formatDay(day), formatCount(some), formatCount(total)]]))} />
      </figure>
      {where}
    </>
  );
}

function sayAllowance(total: Int, included: Int | null, free: boolean): string {
  if (free) return 'used, free in the trial';
  if (included === null || BigInt(included) === 0n) return 'used';
  const beyond = BigInt(total) - BigInt(included);
  return `of ${formatCount(included)} included${beyond > 0n ? `, ${formatCount(beyond)} beyond` : ''}`;
}
