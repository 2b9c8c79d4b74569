import { Link } from 'react-router';
import { useGet } from '../api/queries.ts';
import { formatCount } from '../lib/money.ts';
import { Panel } from '../ui/page.tsx';
import { Exactly } from '../ui/time.tsx';

const looked = 100; // the newest that wait: enough to know

/** That the payment provider does not answer; nothing where it does. */
export function Provider() {
  const pending = useGet('/payments', { query: { status: 'pending', limit: looked } }, { every: 15_000 });
  const unanswered = pending.data?.filter(({ failure_code }) => failure_code === 'unreachable') ?? [];
  const oldest = unanswered.at(-1);
  if (!oldest) return null;
  const count = unanswered.length === 1 ? 'One payment waits' : `${formatCount(unanswered.length)}${unanswered.length === looked ? ' or more' : ''} payments wait`;
  return (
    <Panel title="The payment provider does not answer" aside={<Link to="/payments?status=pending">Payments that wait</Link>}>
      {count} for it, the first since <Exactly at={oldest.created_at} />. It is asked again and again, and charges nothing twice.
    </Panel>
  );
}
