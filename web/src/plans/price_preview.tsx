import { AreaChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import type { Schemas } from '../api/client.ts';
import { formatCount, formatCountRoughly, formatMoney, formatRoughly, toPlottable } from '../lib/money.ts';
import { ChartTip } from '../ui/bars.tsx';
import chart from '../ui/chart.module.css';
import { chartColors } from '../ui/chart_colors.ts';
import { Count, Money } from '../ui/money.tsx';
import classes from './plans.module.css';
import { sayHow, tellingPoints } from './points.ts';

type ChargePreview = Schemas['ChargePreview'];

/** What each charge comes to as usage grows: a curve, and the quantities at which the price changes. */
export function PricePreview({ preview: { charges, currency }, stale }: { preview: Schemas['PlanPreview']; stale: boolean }) {
  return (
    <div className={classes.preview} data-stale={stale || undefined} aria-busy={stale}>
      {charges.map((charge) => (
        <section key={charge.metric} className={classes.charge}>
          <h3>{charge.metric}</h3>
          <CostCurve charge={charge} currency={currency} />
          <PriceTable charge={charge} currency={currency} />
        </section>
      ))}
    </div>
  );
}

function CostCurve({ charge: { points }, currency }: { charge: ChargePreview; currency: string }) {
  const data = points.map((point) => ({ point, x: Number(point.quantity), y: toPlottable(point.amount_cents, currency) }));
  // A package costs the same from its first unit to its last; between the points of other models the cost rises evenly.
  const steps = points[0]?.explanation.model === 'package';
  return (
    <figure className={chart.figure} aria-hidden>
      <AreaChart
        h={190}
        data={data}
        dataKey="x"
        series={[{ name: 'y', color: chartColors.strong }]}
        curveType={steps ? 'stepBefore' : 'linear'}
        strokeWidth={1.5}
        fillOpacity={0.14}
        withDots={false}
        gridAxis="x"
        tickLine="none"
        strokeDasharray="0"
        valueFormatter={(value) => formatRoughly(value, currency)}
        xAxisProps={{ type: 'number', domain: [0, 'dataMax'], tickFormatter: formatCountRoughly, tickCount: 6, minTickGap: 28, tickMargin: 8 }}
        yAxisProps={{ width: 'auto', tickCount: 4 }}
        areaProps={{ isAnimationActive: false }}
        areaChartProps={{ accessibilityLayer: false, margin: { top: 8, right: 12 } }}
        tooltipAnimationDuration={0}
        tooltipProps={{
          content: ({ active, payload }) => {
            const at = payload?.[0]?.payload as (typeof data)[number] | undefined;
            if (!active || !at) return null;
            return <ChartTip title={`${formatCount(at.point.quantity)} used`} values={[{ name: 'Costs', color: chartColors.strong, text: formatMoney(at.point.amount_cents, currency) }]} />;
          },
        }}
      />
    </figure>
  );
}

function PriceTable({ charge: { metric, points }, currency }: { charge: ChargePreview; currency: string }) {
  return (
    <div className={classes.scroller}>
      <table className={classes.prices} aria-label={`What ${metric} costs`}>
        <thead>
          <tr>
            <th scope="col">Used in a period</th>
            <th scope="col">Costs</th>
            <th scope="col" data-how>How</th>
          </tr>
        </thead>
        <tbody>
          {tellingPoints(points).map((point) => (
            <tr key={String(point.quantity)}>
              <th scope="row"><Count value={point.quantity} /></th>
              <td><Money cents={point.amount_cents} currency={currency} /></td>
              <td data-how>{sayHow(point, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
