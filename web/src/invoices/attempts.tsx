import type { Schemas } from '../api/client.ts';
import { sayFailure, sayKind } from '../lib/collection.ts';
import { CopyId } from '../ui/copy_id.tsx';
import { Panel } from '../ui/page.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Exactly } from '../ui/time.tsx';
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
                {sayFailure(payment.failure_code)} <small>{sayKind(payment.kind)}, via {payment.provider}</small>
              </span>
              <CopyId id={payment.attempt_key} short />
              <Exactly at={payment.attempted_at} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
