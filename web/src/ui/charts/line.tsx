import type { ReactNode } from 'react';
import { type Point, areaPath, axisTicks, linePath, percent } from '../../lib/scale.ts';
import classes from './charts.module.css';
import { chartColors } from './colors.ts';
import { ChartFrame } from './frame.tsx';

type Shape = 'straight' | 'stepAfter' | 'stepBefore';

type LineProps = {
  points: Point[];
  /** Up to where the horizontal axis goes, which may be beyond the last point: from 0. */
  end: number;
  shape?: Shape;
  /** Whether y counts things: then its axis has whole numbers only. */
  whole?: boolean;
  sayY: (value: number) => string;
  steps: { x: number; text: string }[];
  /** A line across, such as what is included. */
  limit?: { y: number; text: string };
  /** What is said of the point that one points at. */
  tip: (index: number) => ReactNode;
  height?: number;
};

/** A value as it grows: the line, what is below it, and the exact numbers when one points at it. */
export function Line({ points, end, shape = 'straight', whole, sayY, steps, limit, tip, height = 160 }: LineProps) {
  const most = Math.max(0, ...points.map(({ y }) => y), (limit?.y ?? 0) * 1.08); // a limit at the very top would have no room for its words
  const ticks = axisTicks(Math.min(0, ...points.map(({ y }) => y)), most, { whole });
  const low = ticks[0] ?? 0;
  const high = ticks.at(-1) ?? 1;
  const placed = points.map(({ x, y }) => ({ x: percent(x, 0, end), y: percent(y, low, high) }));
  return (
    <ChartFrame
      height={height}
      ticks={ticks}
      sayTick={sayY}
      steps={steps.map(({ x, text }) => ({ at: percent(x, 0, end), text }))}
      nearest={(at) => nearestOf(placed, at)}
      tip={(index) => (placed[index] ? { at: placed[index].x, content: tip(index) } : null)}
      mark={(index) =>
        placed[index] && (
          <>
            <div className={classes.cursor} style={{ left: `${placed[index].x}%` }} />
            <div className={classes.dot} style={{ left: `${placed[index].x}%`, top: `${100 - placed[index].y}%`, background: chartColors.strong }} />
          </>
        )
      }
    >
      <Drawing placed={placed} shape={shape} zero={percent(0, low, high)} />
      {limit && (
        <div className={classes.limit} style={{ bottom: `${percent(limit.y, low, high)}%` }}>
          <span>{limit.text}</span>
        </div>
      )}
    </ChartFrame>
  );
}

function nearestOf(points: Point[], at: number): number | null {
  const distances = points.map(({ x }) => Math.abs(x - at));
  return points.length === 0 ? null : distances.indexOf(Math.min(...distances));
}

function Drawing({ placed, shape, zero }: { placed: Point[]; shape: Shape; zero: number }) {
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
      <path d={areaPath(placed, shape, zero)} fill={chartColors.strong} fillOpacity={0.14} />
      <path d={linePath(placed, shape)} fill="none" stroke={chartColors.strong} strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

/** A line in a row of a table: the shape only, 60 pixels wide. The numbers are beside it. */
export function Sparkline({ points, end, shape = 'straight' }: { points: Point[]; end: number; shape?: Shape }) {
  const most = Math.max(0, ...points.map(({ y }) => y));
  const placed = points.map(({ x, y }) => ({ x: percent(x, 0, end), y: percent(y, 0, most) }));
  return (
    <svg className={classes.spark} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
      {most > 0 && <path d={areaPath(placed, shape, 0)} fill={chartColors.strong} fillOpacity={0.14} />}
      <path d={most > 0 ? linePath(placed, shape) : 'M0 100L100 100'} fill="none" stroke={most > 0 ? chartColors.strong : 'var(--mantine-color-default-border)'} strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
