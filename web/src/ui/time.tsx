import { useClock } from '../api/clock.tsx';
import { formatDay, formatExactly, formatInstant, formatPeriod, formatRelative } from '../lib/time.ts';

/** A UTC day. */
export function Day({ day }: { day: string }) {
  return <time dateTime={day}>{formatDay(day)}</time>;
}

/** A half-open period, said with its last day. */
export function Period({ start, end }: { start: string; end: string }) {
  return <span className="number" style={{ whiteSpace: 'nowrap' }}>{formatPeriod(start, end)}</span>;
}

type InstantProps = {
  at: string;
  /** In real time, as what the processes tell of themselves is, also where billing goes by a simulated clock. */
  real?: boolean;
};

/** When something was or will be: "3 hours ago", with the exact time as title. */
export function Instant({ at, real = false }: InstantProps) {
  const { now } = useClock();
  return (
    <time dateTime={at} title={formatExactly(at)} style={{ whiteSpace: 'nowrap' }}>
      {formatRelative(at, real ? new Date() : now)}
    </time>
  );
}

/** The date and time itself, in UTC and said so: whoever reads it is anywhere. `zone={false}` where a column's head says it, for as long as there is a head. */
export function Exactly({ at, zone = true }: { at: string; zone?: boolean }) {
  return (
    <time dateTime={at} title={formatExactly(at)} style={{ whiteSpace: 'nowrap' }}>
      {formatInstant(at)}
      {zone ? ' UTC' : <span className="zone"> UTC</span>}
    </time>
  );
}
