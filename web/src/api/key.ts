import { useSyncExternalStore } from 'react';

// The API key lives as long as the tab's session does, and never anywhere else.
const item = 'billing-api-key';

let state = { key: sessionStorage.getItem(item), asked: false };
const listeners = new Set<() => void>();

function change(next: typeof state) {
  state = next;
  if (next.key === null) sessionStorage.removeItem(item);
  else sessionStorage.setItem(item, next.key);
  for (const tell of listeners) tell();
}

export const apiKey = {
  get: () => state.key,
  set: (key: string) => change({ key, asked: false }),
  /** The server wants a key, and has none or one that is no good. */
  askFor: () => change({ key: null, asked: true }),
};

/** Whether there is a key, and whether the server has asked for (another) one. */
export function useApiKey() {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => state,
  );
}
