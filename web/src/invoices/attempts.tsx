import type { Schemas } from '../api/client.ts';
import { sayFailure } from '../lib/collection.ts';
import { CopyId } from '../ui/copy_id.tsx';
import { Panel } from '../ui/page.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Instant } from '../ui/time.tsx';
import classes from './invoices.module.css';

/** Every attempt to collect, newest first. */
export function Attempts({ payments }: { payments: Schemas['Payment'][] }) {
  return (
    <Panel title="Payment attempts" flush>
      {payments.length === 0 ? (
        <p className={classes.none}>None yet.</p>
      ) : (
        <ol className={classes.attempts}>
          {payments.map((payment) => (
            <li key={payment.id}>
              <StatusBadge status={payment.status} />
              <span>
                {sayFailure(payment.failure_code)} <small>{payment.kind === 'manual' ? 'by hand' : 'by itself'}, by {payment.provider}</small>
              </span>
              <CopyId id={payment.attempt_key} short />
              <Instant at={payment.attempted_at} exact />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
