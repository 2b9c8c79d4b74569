import { QueryClient, keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { toJson } from '../lib/int.ts';
import { ApiError, type GetOptions, type GetPath, type Got, get, getPage, locationOf, newKey } from './client.ts';

export function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal stays one; a server that is away or restarting comes back.
        retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      },
    },
  });
}

type Live = { enabled?: boolean; /** look again every so many milliseconds, while the page is seen */ every?: number };

/** One answer of the API, kept and shared. While other options are fetched the answer to the earlier ones stays. */
export function useGet<P extends GetPath>(path: P, options: GetOptions<P>, { enabled = true, every }: Live = {}) {
  return useQuery<Got<P>>({
    queryKey: [path, options.path ?? null, options.query ?? null],
    queryFn: ({ signal }) => get(path, options, signal),
    enabled,
    refetchInterval: every ?? false,
    placeholderData: options.path === undefined ? keepPreviousData : undefined,
  });
}

type Row<T> = T extends (infer R)[] ? R : never;

/** A list of the API, page by page as its Link header leads. */
export function useList<P extends GetPath>(path: P, options: GetOptions<P>, { enabled = true, every }: Live = {}) {
  const query = useInfiniteQuery({
    queryKey: [path, options.path ?? null, options.query ?? null, 'list'],
    queryFn: ({ pageParam, signal }) => getPage<Row<Got<P>>>(pageParam, signal),
    initialPageParam: locationOf(path, options),
    getNextPageParam: (page) => page.next,
    enabled,
    refetchInterval: every ?? false,
    placeholderData: keepPreviousData,
  });
  usePagesAfterReload(locationOf(path, options), query);
  return { query, rows: query.data?.pages.flatMap((page) => page.rows) };
}

const isReload = () => performance.getEntriesByType('navigation').some((entry) => (entry as PerformanceNavigationTiming).type === 'reload');

/** After a reload as many pages are there as before it. */
function usePagesAfterReload(location: string, { data, hasNextPage, isFetching, fetchNextPage }: Pick<ReturnType<typeof useInfiniteQuery>, 'data' | 'hasNextPage' | 'isFetching' | 'fetchNextPage'>) {
  const item = `pages of ${location}`;
  const [reloaded] = useState(() => ({ item, pages: isReload() ? Number(sessionStorage.getItem(item) ?? 0) : 0 }));
  const pages = (data as { pages: unknown[] } | undefined)?.pages.length ?? 0;
  const missing = reloaded.item === item && pages > 0 && pages < reloaded.pages && hasNextPage && !isFetching;
  useEffect(() => {
    if (missing) void fetchNextPage();
    else if (pages > 1) sessionStorage.setItem(item, String(pages));
    else if (pages === 1) sessionStorage.removeItem(item);
  }, [missing, pages, item, fetchNextPage]);
}

/** All of a list that is short by nature, such as what a customer owes: every page, before anything is said of it. */
export function useAll<P extends GetPath>(path: P, options: GetOptions<P>, { enabled = true, every }: Live = {}) {
  return useQuery<Row<Got<P>>[]>({
    queryKey: [path, options.path ?? null, options.query ?? null, 'all'],
    queryFn: async ({ signal }) => {
      const all: Row<Got<P>>[] = [];
      for (let next: string | null = locationOf(path, options); next !== null; ) {
        const page: { rows: Row<Got<P>>[]; next: string | null } = await getPage<Row<Got<P>>>(next, signal);
        all.push(...page.rows);
        next = page.next;
      }
      return all;
    },
    enabled,
    refetchInterval: every ?? false,
  });
}

/** Loads further pages of a list until what is `missing` has come, or there are none. */
export function useUntilFound(missing: boolean, { query }: List<unknown>) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (missing && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [missing, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
}

export type List<T> = {
  rows: T[] | undefined;
  query: Pick<ReturnType<typeof useInfiniteQuery>, 'error' | 'refetch' | 'hasNextPage' | 'fetchNextPage' | 'isFetchingNextPage' | 'isPlaceholderData' | 'isFetchNextPageError'>;
};

/** What begins the key of a question about a change that is not made: once it is, the question makes no sense any more. */
export const asked = 'asked';

/**
 * Something that changes the server's state. `run` gets the values and an Idempotency-Key, which stays the same when the same values are sent
 * again because no answer came; so a request that did arrive is not done twice. Afterwards everything that is on the screen is read anew.
 */
export function useAction<V, T>(run: (values: V, idempotencyKey: string) => Promise<T>, onDone?: (answer: T, values: V) => void) {
  const client = useQueryClient();
  const unanswered = useRef<{ values: string; key: string } | null>(null);
  return useMutation<T, Error, V>({
    mutationFn: async (values) => {
      const text = toJson(values ?? null);
      const key = unanswered.current?.values === text ? unanswered.current.key : newKey();
      unanswered.current = { values: text, key };
      try {
        const answer = await run(values, key);
        unanswered.current = null;
        return answer;
      } catch (error) {
        if (error instanceof ApiError && error.status !== 0) unanswered.current = null;
        throw error;
      }
    },
    onSuccess: (answer, values) => onDone?.(answer, values),
    onSettled: () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== asked }),
  });
}
