import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense, lazy, useEffect } from 'react';
import { useApiKey } from '../api/key.ts';

const SignIn = lazy(() => import('./sign_in.tsx'));

/** The UI, or the sign-in in its place once the server has asked for a key. The URL stays, so that one comes back to where one was. */
export function Session({ children }: { children: ReactNode }) {
  const { key, asked } = useApiKey();
  const client = useQueryClient();
  useEffect(() => {
    if (asked) client.clear(); // what one key has read is not for the next one
  }, [asked, client]);
  return asked ? (
    <Suspense>
      <SignIn />
    </Suspense>
  ) : (
    <div key={key} style={{ display: 'contents' }}>
      {children}
    </div>
  );
}
