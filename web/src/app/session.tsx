import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense, lazy, useEffect } from 'react';
import { get } from '../api/client.ts';
import { WhoProvider, session, useAsked } from '../api/session.ts';

const SignIn = lazy(() => import('./sign_in.tsx'));

const me = { queryKey: ['/me'], queryFn: ({ signal }: { signal: AbortSignal }) => get('/me', {}, signal) };

/** The UI for whoever is signed in, or the sign-in in its place once the server has asked for a key. The URL stays, so that one comes back to where one was. */
export function Session({ children }: { children: ReactNode }) {
  const asked = useAsked();
  const client = useQueryClient();
  const { data, failureCount } = useQuery({ ...me, enabled: !asked });
  useEffect(() => {
    if (!asked) return;
    client.clear(); // what one key has read is not for the next one
    // Whoever signs in in another tab is signed in here, too.
    const look = () => void (document.visibilityState === 'visible' && get('/me', {}).then(() => session.began(session.key()), () => undefined));
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [asked, client]);
  if (asked) {
    return (
      <Suspense>
        <SignIn />
      </Suspense>
    );
  }
  // What may be done decides what is shown; while the server is away nobody waits for that.
  return data || failureCount > 0 ? <WhoProvider value={data ?? null}>{children}</WhoProvider> : null;
}
