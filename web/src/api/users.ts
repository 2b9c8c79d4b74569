import { useQuery } from '@tanstack/react-query';
import { type Schemas, getPage, locationOf } from './client.ts';

type User = Schemas['User'];
type Waiting = { resolve: (user: User | null) => void; reject: (error: unknown) => void };

// What is asked for while a page renders goes out as one request: GET /users?ids=a,b,c.
let waiting = new Map<string, Waiting[]>();
const atOnce = 100;

function load(id: string): Promise<User | null> {
  return new Promise((resolve, reject) => {
    if (waiting.size === 0) setTimeout(flush, 5);
    waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }]);
  });
}

function flush() {
  const all = [...waiting];
  waiting = new Map();
  for (let first = 0; first < all.length; first += atOnce) void fetchSome(all.slice(first, first + atOnce));
}

async function fetchSome(some: [string, Waiting[]][]) {
  try {
    const { rows } = await getPage<User>(locationOf('/users', { query: { ids: some.map(([id]) => id).join(','), limit: atOnce } }));
    const byId = new Map(rows.map((user) => [user.id, user]));
    for (const [id, those] of some) for (const { resolve } of those) resolve(byId.get(id) ?? null);
  } catch (error) {
    for (const [, those] of some) for (const { reject } of those) reject(error);
  }
}

/** A user whose id a list has. Addresses seldom change, so each is asked for once, and again after what is done here. */
export function useUserOf(id: string) {
  return useQuery({ queryKey: ['user of', id], queryFn: () => load(id), staleTime: 600_000 });
}
