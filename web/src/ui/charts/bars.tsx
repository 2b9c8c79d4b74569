import { axisTicks, percent } from '../../lib/scale.ts';
import classes from './charts.module.css';
import { ChartFrame, ChartTable, ChartTip, Legend } from './frame.tsx';

type BarsProps<T> = {
  /** What the chart says, for those who do not see it; the numbers are in a table beside it. */
  label: string;
  data: T[];
  x: (row: T) => string;
  /** `x`, short, for the axis. */
  tick: (row: T) => string;
  series: { key: string; name: string; color: string; value: (row: T) => number; text: (row: T) => string }[];
  axis: (value: number) => string;
  height?: number;
};

const filled = 78; // per cent of a step's width; the rest is between the groups

/** Bars over time: a group at each step, and the exact numbers when one points at it. */
export function Bars<T extends object>({ label, data, x, tick, series, axis, height = 190 }: BarsProps<T>) {
  const values = data.flatMap((row) => series.map(({ value }) => value(row)));
  const ticks = axisTicks(Math.min(0, ...values), Math.max(0, ...values));
  const low = ticks[0] ?? 0;
  const high = ticks.at(-1) ?? 1;
  const step = 100 / Math.max(1, data.length);
  const width = filled / series.length;
  return (
    <figure className={classes.figure}>
      <ChartFrame
        height={height}
        ticks={ticks}
        sayTick={axis}
        steps={data.map((row, index) => ({ at: (index + 0.5) * step, text: tick(row) }))}
        nearest={(at) => (data.length === 0 ? null : Math.min(data.length - 1, Math.max(0, Math.floor(at / step))))}
        mark={(index) => <div className={classes.group} data-at style={{ left: `${index * step}%`, width: `${step}%` }} />}
        tip={(index) => {
          const row = data[index];
          return row ? { at: (index + 0.5) * step, content: <ChartTip title={x(row)} values={series.map(({ name, color, text }) => ({ name, color, text: text(row) }))} /> } : null;
        }}
      >
        {data.map((row, index) => (
          <div key={x(row)} className={classes.group} style={{ left: `${index * step}%`, width: `${step}%` }}>
            {series.map(({ key, color, value }, nth) => {
              const ends = [percent(0, low, high), percent(value(row), low, high)];
              const bottom = Math.min(...ends);
              return (
                <div
                  key={key}
                  className={classes.bar}
                  data-none={value(row) === 0 || undefined}
                  style={{ background: color, left: `calc(${(100 - filled) / 2 + nth * width}% + ${nth === 0 ? 0 : 1}px)`, width: `calc(${width}% - 1px)`, bottom: `${bottom}%`, height: `${Math.max(...ends) - bottom}%` }}
                />
              );
            })}
          </div>
        ))}
      </ChartFrame>
      <ChartTable label={label} head={series.map(({ name }) => name)} rows={data.map((row) => [x(row), ...series.map(({ text }) => text(row))])} />
      {series.length > 1 && <Legend series={series} />}
    </figure>
  );
}
