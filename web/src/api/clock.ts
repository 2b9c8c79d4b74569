import { useEffect, useState } from 'react';
import { useGet } from './queries.ts';

/** The time that billing goes by: the server's, which is not the browser's and with a simulated clock stands still. */
export function useClock(): { now: Date; simulated: boolean } {
  const clock = useGet('/clock', {}, { every: 60_000 });
  const [browserNow, tick] = useState(Date.now);
  const simulated = clock.data?.simulated ?? false;
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (!clock.data) return { now: new Date(browserNow), simulated };
  const fetched = Date.parse(clock.data.now);
  const passed = simulated ? 0 : Math.max(0, browserNow - clock.dataUpdatedAt);
  return { now: new Date(fetched + passed), simulated };
}
