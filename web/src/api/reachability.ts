import { useSyncExternalStore } from 'react';

export type Away = { since: Date; why: string };

let away: Away | null = null;
const listeners = new Set<() => void>();

function become(next: Away | null) {
  if (away?.why === next?.why) return;
  away = next && { ...next, since: away?.since ?? next.since };
  for (const listener of listeners) listener();
}

/** What each request tells: null when the server did its work (a refusal is that too), otherwise why it could not. */
export function heard(why: string | null) {
  become(why === null ? null : { since: new Date(), why });
}

/** Since when, and why, the server is away; null while it is there. */
export function useAway(): Away | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => away,
  );
}
