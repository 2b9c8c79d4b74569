import { type ReactNode, createContext, useContext, useEffect, useMemo, useState } from 'react';
import { useGet } from './queries.ts';

export type Clock = { now: Date; simulated: boolean };

const Now = createContext<Clock>({ now: new Date(), simulated: false });

/** Asks for the server's time and lets it go on, once for all of the page: a list has a thousand dates. */
export function ClockProvider({ children }: { children: ReactNode }) {
  const { data, dataUpdatedAt } = useGet('/clock', {}, { every: 60_000 });
  const [browserNow, tick] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  const simulated = data?.simulated ?? false;
  const passed = simulated ? 0 : Math.max(0, browserNow - dataUpdatedAt);
  const at = data ? Date.parse(data.now) + passed : browserNow;
  const clock = useMemo(() => ({ now: new Date(at), simulated }), [at, simulated]);
  return <Now value={clock}>{children}</Now>;
}

/** The time that billing goes by: the server's, which is not the browser's and with a simulated clock stands still. */
export const useClock = () => useContext(Now);
