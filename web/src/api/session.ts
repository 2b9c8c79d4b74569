import { createContext, useContext, useSyncExternalStore } from 'react';
import type { components } from './schema.d.ts';

export type Me = components['schemas']['Me'];
export type Scope = Me['scope'];

/**
 * Who is signed in. The server's own pages have a session: a cookie that no script can read, and that every tab has. On an origin of its own (VITE_API_BASE)
 * there can be no such cookie, so the key itself is kept, for as long as the tab is.
 */
export const standsAlone = Boolean(import.meta.env.VITE_API_BASE);
const item = 'billing-api-key';

let state = { key: standsAlone ? sessionStorage.getItem(item) : null, asked: false };
const listeners = new Set<() => void>();

function change(next: typeof state) {
  state = next;
  if (standsAlone) {
    if (next.key === null) sessionStorage.removeItem(item);
    else sessionStorage.setItem(item, next.key);
  }
  for (const tell of listeners) tell();
}

export const session = {
  /** The key to send with each request; null where the cookie does it. */
  key: () => state.key,
  began: (key: string | null) => change({ key, asked: false }),
  /** The server wants somebody to sign in: nobody has, or what there was has ended. */
  askFor: () => change({ key: null, asked: true }),
};

/** Whether the server has asked for a key. */
export function useAsked(): boolean {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => state.asked,
  );
}

const Who = createContext<Me | null>(null);
export const WhoProvider = Who.Provider;

/** Who uses this page; null while that cannot be known, as the server is away. */
export const useMe = () => useContext(Who);

const reach: Record<Scope, Scope[]> = { read: ['read'], write: ['read', 'write'], admin: ['read', 'write', 'admin'] };

/** `may('write')`: whether to offer it. What is not offered the server refuses as well; while it is away nothing is hidden. */
export function useMay(): (scope: Scope) => boolean {
  const me = useMe();
  return (scope) => me === null || reach[me.scope].includes(scope);
}
