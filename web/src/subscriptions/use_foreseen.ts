import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Schemas, request } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { asked } from '../api/queries.ts';
import { parseJson, toJson } from '../lib/int.ts';
import { type Day, daysBetween, dayOf } from '../lib/time.ts';

type Subscription = Schemas['Subscription'];
type Change = Schemas['PreviewChange'];
type Preview = Schemas['InvoicePreview'];

export type Foreseen = {
  /** What is made at once. */
  now: Preview | undefined;
  /** What the end of the period brings beside that. */
  then: Preview | undefined;
  /** The same without the change. */
  otherwise: Preview | undefined;
  /** The day that `then` is of. */
  day: Day;
  /** Whether it is of what was asked before. */
  stale: boolean;
  /** Why it cannot be as it is. */
  error: Error | null;
};

const ask = async (body: string, signal: AbortSignal) => (await request('POST', '/invoices/preview', { body: parseJson(body), signal })).body as Preview;

function useAsked(body: string | null) {
  const [settled] = useDebouncedValue(body ?? '', 250);
  const [last, setLast] = useState<Preview>();
  const query = useQuery<Preview>({
    queryKey: [asked, settled],
    queryFn: ({ signal }) => ask(settled, signal),
    enabled: settled !== '',
    retry: false,
    staleTime: 0,
    gcTime: 0, // the same question has another answer tomorrow, or after another change
  });
  if (query.data && query.data !== last) setLast(query.data);
  const current = body !== null && settled === body;
  return { data: query.data ?? last, stale: !current || !query.data, error: current ? query.error : null };
}

/** What of a preview another one does not have already: both tell the same documents in the same order. */
function beyond(whole: Preview | undefined, first: Preview | undefined): Preview | undefined {
  if (!whole || !first) return undefined;
  const total_cents = Object.fromEntries(Object.entries(whole.total_cents).map(([currency, cents]) => [currency, BigInt(cents) - BigInt(first.total_cents[currency] ?? 0)]));
  return { invoices: whole.invoices.slice(first.invoices.length), credit_notes: whole.credit_notes.slice(first.credit_notes.length), total_cents };
}

const furthest = 366;

/** What a change would be billed by, at once and at the end of the subscription's current period; null is one that is incomplete. Nothing is changed. */
export function useForeseen({ id, user_id, current_period_end }: Subscription, change: Omit<Change, 'subscription_id'> | null): Foreseen {
  const today = dayOf(useClock().now);
  const end = daysBetween(today, current_period_end);
  const at = end < 0 || end > furthest ? 'period_end' : current_period_end;
  const body = (when: string, changes: Change[]) => toJson({ user_id, at: when, changes });
  const changes = change && [{ ...change, subscription_id: id }];
  const now = useAsked(changes && body('now', changes));
  const then = useAsked(changes && body(at, changes));
  const otherwise = useAsked(changes && toJson({ user_id, at }));
  return {
    now: now.data,
    then: beyond(then.data, now.data),
    otherwise: otherwise.data,
    day: current_period_end,
    stale: now.stale || then.stale || otherwise.stale,
    error: now.error ?? then.error,
  };
}
