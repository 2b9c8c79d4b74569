import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { formatDuration } from '../lib/time.ts';
import { Count } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Instant } from '../ui/time.tsx';
import classes from './overview.module.css';

/** Whether the work gets done: what is queued, and since when the oldest due row has been waiting. */
export function Health({ stats: { queue, oldest_due_at, payments } }: { stats: Schemas['Stats'] }) {
  return (
    <Panel title="Work" aside={<Link to="/system">System</Link>}>
      <dl className={classes.health}>
        <dt>Oldest due work</dt>
        <dd>{oldest_due_at ? <>waiting since <Instant at={oldest_due_at} /></> : <StatusBadge status="ok" label="Nothing is overdue" />}</dd>
        <dt>Queue</dt>
        <dd>
          <Count value={queue.waiting} /> waiting, <Count value={queue.in_flight} /> under way
        </dd>
        <dt>Oldest in the queue</dt>
        <dd className="number">{queue.lag_ms === 0 ? 'none' : formatDuration(Number(queue.lag_ms))}</dd>
        <dt>Payments under way</dt>
        <dd>
          <Link to="/payments?status=pending"><Count value={payments.pending} /></Link>
        </dd>
        <dt>Succeeded in 30 days</dt>
        <dd>
          <Count value={payments.succeeded_30d} />
        </dd>
        <dt>Failed in 30 days</dt>
        <dd>
          <Count value={payments.failed_30d} /> · <Link to="/payments?status=failed">all failed</Link>
        </dd>
      </dl>
    </Panel>
  );
}
