import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { sayFailure, sayKind } from '../lib/collection.ts';
import { formatMoney } from '../lib/money.ts';
import { formatDay } from '../lib/time.ts';
import { CopyId } from '../ui/copy_id.tsx';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Exactly } from '../ui/time.tsx';
import classes from './invoices.module.css';

type Payment = Schemas['Payment'];

/** "automatic, via stub"; of what was recorded, when it came and with what. */
function sayHow({ kind, provider, provider_reference, received_on, overpaid_cents, refunded_cents, currency }: Payment): string {
  const beyond = BigInt(overpaid_cents) === 0n ? [] : [`${formatMoney(overpaid_cents, currency)} of it to the balance`];
  const how = kind === 'recorded' ? [sayKind(kind), ...(received_on ? [`received on ${formatDay(received_on)}`] : []), ...(provider_reference ? [`“${provider_reference}”`] : [])] : [sayKind(kind), `via ${provider}`];
  const back = BigInt(refunded_cents) === 0n ? [] : [`${formatMoney(refunded_cents, currency)} of it refunded`];
  return [...how, ...beyond, ...back].join(', ');
}

/** Every attempt to collect, what was recorded, and what was given back, newest first. */
export function Attempts({ payments }: { payments: Payment[] }) {
  return (
    <Panel title="Payments" flush>
      {payments.length === 0 ? (
        <p className={classes.none}>None yet.</p>
      ) : (
        <ol className={classes.attempts}>
          {payments.map((payment) => (
            <li key={payment.id}>
              <StatusBadge status={payment.status} />
              <span>
                <Money cents={payment.kind === 'refund' ? -BigInt(payment.amount_cents) : payment.amount_cents} currency={payment.currency} />{payment.failure_code && `, ${sayFailure(payment.failure_code)}`} <small>{sayHow(payment)}{payment.credit_note_id && <>, by <Link to={`/credit_notes/${payment.credit_note_id}`}>its credit note</Link></>}</small>
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
