import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import classes from './chart.module.css';

// Recharts itself, and only these parts of it: it is on the first page, and @mantine/charts brings 20 kB more along.

type Series = { key: string; name: string; color: string };
type BarsProps<T> = {
  /** What the chart says, for those who do not see it; the numbers are in a table beside it. */
  label: string;
  data: T[];
  x: (row: T) => string;
  /** `x`, short, for the axis. */
  tick: (row: T) => string;
  series: (Series & { value: (row: T) => number; text: (row: T) => string })[];
  axis: (value: number) => string;
  height?: number;
};

const tickText = { fill: 'var(--mantine-color-dimmed)', fontSize: 12 };

/** Bars over time: a group at each step, and the exact numbers when one points at it. */
export function Bars<T extends object>({ label, data, x, tick, series, axis, height = 220 }: BarsProps<T>) {
  const rows = data.map((row) => ({ row, x: x(row), tick: tick(row), ...Object.fromEntries(series.map(({ key, value }) => [key, value(row)])) }));
  return (
    <figure className={classes.figure}>
      <div aria-hidden>
        <BarChart responsive data={rows} style={{ width: '100%', height }} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false} barGap={2} barCategoryGap="22%">
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="tick" tickLine={false} axisLine={false} interval="equidistantPreserveStart" minTickGap={24} tickMargin={8} tick={tickText} />
          <YAxis width="auto" tickLine={false} axisLine={false} tickCount={4} tickFormatter={axis} tick={tickText} />
          <Tooltip
            cursor={{ className: classes.cursor }}
            isAnimationActive={false}
            content={({ active, payload }) => {
              const at = payload?.[0]?.payload as { row: T; x: string } | undefined;
              return active && at ? <ChartTip title={at.x} values={series.map(({ name, color, text }) => ({ name, color, text: text(at.row) }))} /> : null;
            }}
          />
          {series.map(({ key, color }) => (
            <Bar key={key} dataKey={key} fill={color} radius={[3, 3, 0, 0]} maxBarSize={28} isAnimationActive={false} />
          ))}
        </BarChart>
      </div>
      <ChartTable label={label} head={series.map(({ name }) => name)} rows={data.map((row) => [x(row), ...series.map(({ text }) => text(row))])} />
      {series.length > 1 && <Legend series={series} />}
    </figure>
  );
}

export function ChartTip({ title, values }: { title: string; values: { name: string; color: string; text: string }[] }) {
  return (
    <div className={classes.tip}>
      <strong>{title}</strong>
      {values.map(({ name, color, text }) => (
        <div key={name}>
          <i style={{ background: color }} />
          {name}
          <b className="number">{text}</b>
        </div>
      ))}
    </div>
  );
}

export function Legend({ series }: { series: Series[] }) {
  return (
    <div className={classes.legend} aria-hidden>
      {series.map(({ key, name, color }) => (
        <span key={key}>
          <i style={{ background: color }} />
          {name}
        </span>
      ))}
    </div>
  );
}

/** The chart's numbers, for a screen reader. */
export function ChartTable({ label, head, rows }: { label: string; head: string[]; rows: string[][] }) {
  return (
    <table className="sr-only">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([when, ...values]) => (
          <tr key={when}>
            <th scope="row">{when}</th>
            {values.map((value, index) => (
              <td key={index}>{value}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
