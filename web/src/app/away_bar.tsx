import { useQueryClient } from '@tanstack/react-query';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { request } from '../api/client.ts';
import { useAway } from '../api/reachability.ts';
import { locale } from '../lib/locale.ts';
import classes from './away_bar.module.css';

// The clock on the person's wall: this is not about billing.
const timeOfDay = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });

/** Something small that needs the server and its database. What comes of it is heard in any case. */
export const probe = () => request('GET', '/users?limit=1').catch(() => undefined);

/** Says that what is on the screen is old while the server is away, asks for it every few seconds, and brings all up to date once it is back. */
export function AwayBar() {
  const away = useAway();
  const client = useQueryClient();
  const isAway = away !== null;
  useEffect(() => {
    if (!isAway) return;
    const timer = setInterval(() => void probe(), 3_000);
    return () => {
      clearInterval(timer);
      void client.invalidateQueries();
    };
  }, [isAway, client]);
  if (!away) return null;
  return (
    <div className={classes.bar} role="status">
      <IconPlugConnectedX size={18} aria-hidden />
      <span>
        {away.why} What you see is as it was at {timeOfDay.format(away.since)}; it is asked for again every few seconds.
      </span>
    </div>
  );
}
