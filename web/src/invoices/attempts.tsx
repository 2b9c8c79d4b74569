import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useState } from 'react';
import { useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { sayDecline, sayFailure, sayKind } from '../lib/collection.ts';
import { sayDispute } from '../lib/dispute.ts';
import { formatMoney } from '../lib/money.ts';
import { formatDay } from '../lib/time.ts';
import { small } from '../lib/words.ts';
import { ResolveDialog } from '../payments/resolve_dialog.tsx';
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

/** What came of it, or what it waits for; why an operator ended it. */
function sayState({ failure_code, decline, resolution }: Payment): string {
  return [small(sayFailure(failure_code)), sayDecline(decline), resolution ? `“${resolution}”` : ''].filter(Boolean).map((part) => `, ${part}`).join('');
}

/** Why it is not over, where there is no link to say it. */
const waitsFor: Record<string, string> = {
  unreachable: 'What became of it is not known: the provider is asked until it answers.',
  processing: 'The provider has it, for seconds or for days, and is asked what came of it.',
};

/** One of unknown outcome: where its customer has to go, and how it is ended by hand. */
function Waiting({ payment }: { payment: Payment }) {
  const [resolving, setResolving] = useState(false);
  const may = useMay();
  if (payment.status !== 'pending' || payment.failure_code === null) return null;
  return (
    <div className={classes.waiting}>
      {waitsFor[payment.failure_code]}
      {payment.next_action_url && (
        <span>
          Link for the customer: <CopyId id={payment.next_action_url} what="the link" />
        </span>
      )}
      {may('admin') && (
        <Button variant="default" size="compact-xs" onClick={() => setResolving(true)}>
          Say what came of it
        </Button>
      )}
      <ResolveDialog payment={payment} opened={resolving} close={() => setResolving(false)} />
    </div>
  );
}

/** What the customer's bank says against it: nothing where it says nothing, as most banks do. */
function Disputed({ payment: { id, currency, amount_cents } }: { payment: Payment }) {
  const disputes = useGet('/disputes', { query: { payment_id: id } });
  return disputes.data?.filter(({ payment_id }) => payment_id === id).map((dispute) => (
    <div key={dispute.id} className={classes.waiting}>
      <span>
        {sayDispute(dispute)}.{BigInt(dispute.amount_cents) !== BigInt(amount_cents) && ` It is about ${formatMoney(dispute.amount_cents, currency)}.`}
      </span>
      <CopyId id={dispute.provider_reference} what="the provider’s name of the dispute" />
    </div>
  ));
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
                <Money cents={payment.kind === 'refund' ? -BigInt(payment.amount_cents) : payment.amount_cents} currency={payment.currency} />{sayState(payment)} <small>{sayHow(payment)}{payment.credit_note_id && <>, by <Link to={`/credit_notes/${payment.credit_note_id}`}>its credit note</Link></>}</small>
              </span>
              <CopyId id={payment.attempt_key} short />
              <Exactly at={payment.attempted_at} />
              <Waiting payment={payment} />
              {payment.status === 'succeeded' && payment.kind !== 'refund' && payment.kind !== 'recorded' && <Disputed payment={payment} />}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
