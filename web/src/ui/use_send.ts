import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { toJson } from '../lib/int.ts';

type Action<B> = { mutate: (body: B) => void; isPending: boolean; error: Error | null };

/** Sends what a form comes to, null while that is incomplete; what was refused is forgotten once it is something else. */
export function useSend<B>(body: B | null, { mutate, isPending, error }: Action<B>) {
  const [tried, setTried] = useState('');
  const send = () => {
    if (body === null || isPending) return;
    setTried(toJson(body));
    mutate(body);
  };
  const refused = body !== null && tried === toJson(body) ? error : null;
  /** What the server said about a member of the body. */
  const at = (pointer: string) => (refused instanceof ApiError ? refused.at(pointer) : undefined);
  return { send, running: isPending, error: refused, at };
}
