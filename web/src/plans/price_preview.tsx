import type { Schemas } from '../api/client.ts';
import { formatCount, formatCountRoughly, formatMoney, formatRoughly, toPlottable } from '../lib/money.ts';
import { axisTicks } from '../lib/scale.ts';
import { chartColors } from '../ui/charts/colors.ts';
import { ChartTip } from '../ui/charts/frame.tsx';
import { Line, Sparkline } from '../ui/charts/line.tsx';
import { Count, Money } from '../ui/money.tsx';
import { Unfold, Unfolds } from '../ui/unfold.tsx';
import classes from './plans.module.css';
import { sayHow, tellingPoints } from './points.ts';

type ChargePreview = Schemas['ChargePreview'];

type PricePreviewProps = { preview: Schemas['PlanPreview']; stale: boolean; /** what each charge is, and what its model does, by its metric */ words?: Map<string, { is: string; model: string }> };

const fewCharges = 3; // so many are unfolded at once; with more one says which

/** What each charge comes to as usage grows: a line each, unfolded a curve and the quantities at which the price changes. */
export function PricePreview({ preview: { charges, currency }, stale, words }: PricePreviewProps) {
  return (
    <div className={classes.preview} data-stale={stale || undefined} aria-busy={stale}>
      <Unfolds label="What usage costs">
        {charges.map((charge) => (
          <Unfold key={charge.metric} name={charge.metric} words={words?.get(charge.metric)?.is} aside={<Spark charge={charge} currency={currency} />} open={charges.length <= fewCharges}>
            {() => (
              <>
                {words && <p className={classes.line}>{words.get(charge.metric)?.model}</p>}
                <CostCurve charge={charge} currency={currency} />
                <PriceTable charge={charge} currency={currency} />
              </>
            )}
          </Unfold>
        ))}
      </Unfolds>
    </div>
  );
}

/** A package costs the same from its first unit to its last; between the points of other models the cost rises evenly. */
const shapeOf = ({ points }: ChargePreview) => (points[0]?.explanation.model === 'package' ? 'stepBefore' : 'straight');
const plotted = ({ points }: ChargePreview, currency: string) => points.map((point) => ({ x: Number(point.quantity), y: toPlottable(point.amount_cents, currency) }));

function Spark({ charge, currency }: { charge: ChargePreview; currency: string }) {
  const points = plotted(charge, currency);
  return <Sparkline points={points} end={points.at(-1)?.x ?? 1} shape={shapeOf(charge)} />;
}

function CostCurve({ charge, currency }: { charge: ChargePreview; currency: string }) {
  const points = plotted(charge, currency);
  const end = points.at(-1)?.x ?? 1;
  return (
    <figure className={classes.figure} aria-hidden>
      <Line
        points={points}
        end={end}
        shape={shapeOf(charge)}
        sayY={(value) => formatRoughly(value, currency)}
        steps={axisTicks(0, end, { whole: true, most: 5 }).filter((x) => x <= end).map((x) => ({ x, text: formatCountRoughly(x) }))}
        tip={(index) => {
          const point = charge.points[index];
          return point && <ChartTip title={`${formatCount(point.quantity)} used`} values={[{ name: 'Costs', color: chartColors.strong, text: formatMoney(point.amount_cents, currency) }]} />;
        }}
      />
    </figure>
  );
}

function PriceTable({ charge: { metric, points }, currency }: { charge: ChargePreview; currency: string }) {
  return (
    <div className={classes.scroller} role="region" aria-label={`What ${metric} costs, a table`} tabIndex={0}>
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
