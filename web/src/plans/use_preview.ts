import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, type Schemas, request } from '../api/client.ts';
import { parseJson, toJson } from '../lib/int.ts';

type Preview = Schemas['PlanPreview'];

export type Previewed = {
  /** The last one that could be had. */
  preview: Preview | undefined;
  /** Whether it is of an earlier plan than the one at hand. */
  stale: boolean;
  /** Why there is none of the plan at hand. */
  error: Error | null;
  refetch: () => unknown;
};

/** What a plan would charge, asked for once the body rests for a moment; null is one that is incomplete. */
export function usePreview(body: Schemas['NewPlanPreview'] | null): Previewed {
  const text = body === null ? '' : toJson(body);
  const [settled] = useDebouncedValue(text, 250);
  const [last, setLast] = useState<Preview>();
  const query = useQuery<Preview>({
    queryKey: ['/plans/preview', settled],
    // Nothing is stored, so there is nothing that an Idempotency-Key would keep from being done twice.
    queryFn: async ({ signal }) => (await request('POST', '/plans/preview', { body: parseJson(settled), signal })).body as Preview,
    enabled: settled !== '',
    staleTime: Infinity,
  });
  if (query.data && query.data !== last) setLast(query.data);
  return { preview: query.data ?? last, stale: text !== settled || !query.data, error: settled === text ? query.error : null, refetch: query.refetch };
}

/** What the server refuses in the body, by pointer. */
export function refusalsOf(error: unknown): Map<string, string> {
  return new Map(error instanceof ApiError ? error.errors.map(({ pointer, detail }) => [pointer, detail]) : []);
}
