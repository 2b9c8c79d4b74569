import { type PointerEvent, type ReactNode, useState } from 'react';
import { evenly, percent } from '../../lib/scale.ts';
import classes from './charts.module.css';

const mostLabels = 7;

type FrameProps = {
  height: number;
  ticks: number[];
  sayTick: (value: number) => string;
  /** The labels of the horizontal axis: where (0 to 100), and what. */
  steps: { at: number; text: string }[];
  children: ReactNode;
  /** Which thing is nearest to where one points, 0 to 100, and what it says; none where there is nothing. */
  nearest: (at: number) => number | null;
  tip: (index: number) => { at: number; content: ReactNode } | null;
  /** Marks what is pointed at. */
  mark?: (index: number) => ReactNode;
};

/** Axes, grid and what appears when one points: all that charts have in common. Positions are percentages, so it fits any width. */
export function ChartFrame({ height, ticks, sayTick, steps, children, nearest, tip, mark }: FrameProps) {
  const [index, setIndex] = useState<number | null>(null);
  const low = ticks[0] ?? 0;
  const high = ticks.at(-1) ?? 1;
  const point = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setIndex(width === 0 ? null : nearest(((event.clientX - left) / width) * 100));
  };
  const shown = index === null ? null : tip(index);
  return (
    <div className={classes.frame} aria-hidden>
      <div className={classes.values} style={{ height }}>
        {ticks.map((tick) => (
          <span key={tick} style={{ marginBottom: (percent(tick, low, high) / 100) * height }}>{sayTick(tick)}</span>
        ))}
      </div>
      <div className={classes.plot} style={{ height }} onPointerMove={point} onPointerDown={point} onPointerLeave={() => setIndex(null)}>
        {ticks.map((tick) => (
          <div key={tick} className={classes.grid} style={{ bottom: `${percent(tick, low, high)}%` }} />
        ))}
        {index !== null && mark?.(index)}
        {children}
        {shown && (
          <div className={classes.tip} style={shown.at > 50 ? { right: `calc(${100 - shown.at}% + 0.75rem)` } : { left: `calc(${shown.at}% + 0.75rem)` }}>
            {shown.content}
          </div>
        )}
      </div>
      <div className={classes.steps}>
        {evenly(steps.length, mostLabels).map((nth) => {
          const { at, text } = steps[nth] ?? { at: 0, text: '' };
          return (
            <span key={nth} style={{ left: `${at}%` }} data-edge={at > 97 ? 'end' : at < 3 ? 'start' : undefined}>
              {text}
            </span>
          );
        })}
      </div>
    </div>
  );
}

export function ChartTip({ title, values }: { title: string; values: { name: string; color: string; text: string }[] }) {
  return (
    <>
      <strong>{title}</strong>
      {values.map(({ name, color, text }) => (
        <div key={name}>
          <i style={{ background: color }} />
          {name}
          <b className="number">{text}</b>
        </div>
      ))}
    </>
  );
}

export function Legend({ series }: { series: { key: string; name: string; color: string }[] }) {
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
