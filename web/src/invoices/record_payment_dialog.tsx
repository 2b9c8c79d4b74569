import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useAction } from '../api/queries.ts';
import { formatMoney, parseMoney, toMajor } from '../lib/money.ts';
import { dayOf } from '../lib/time.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import classes from './invoices.module.css';

type Props = { invoice: Schemas['InvoiceDetail']; opened: boolean; close: () => void };

/** Records money that came in some other way: a bank transfer, cash, a check. */
export function RecordPaymentDialog({ invoice: { id, user_id, number, due_cents, currency }, opened, close }: Props) {
  const today = dayOf(useClock().now);
  const [fields, setFields] = useState({ amount: '', received_on: '', reference: '' });
  const set = (changes: Partial<typeof fields>) => setFields((before) => ({ ...before, ...changes }));
  const due = toMajor(due_cents, currency);
  useEffect(() => {
    if (opened) setFields({ amount: due, received_on: '', reference: '' });
  }, [opened]); // what is due may change meanwhile: the amount that is typed does not
  const cents = parseMoney(fields.amount, currency);
  const wrong = fields.amount.trim() !== '' && (cents === null || cents === 0n);
  const record = useAction((body: Schemas['NewPayment'], key) => post('/invoices/{user_id}/{invoice_id}/payments', { path: { user_id, invoice_id: id }, body }, key), (payment) => {
    const beyond = BigInt(payment.overpaid_cents) === 0n ? '' : `; ${formatMoney(payment.overpaid_cents, currency)} of it went to the balance`;
    notice(`${formatMoney(payment.amount_cents, currency)} recorded${beyond}`);
  });
  const body = cents === null || cents === 0n ? null : { amount_cents: cents, ...(fields.received_on !== '' && { received_on: fields.received_on }), ...(fields.reference.trim() !== '' && { reference: fields.reference.trim() }) };
  return (
    <FormDialog title={`Record a payment of ${number}`} opened={opened} close={close} submit="Record payment" values={fields} incomplete={!body} run={() => (body ? record.mutateAsync(body) : Promise.resolve())}>
      {(at) => (
        <>
          <TextInput label={`Amount, ${currency}`} inputMode="decimal" value={fields.amount} onChange={(event) => set({ amount: event.currentTarget.value })} error={at('/amount_cents') ?? (wrong ? 'An amount such as 10 or 10.50' : undefined)} required data-autofocus />
          <TextInput type="date" label="Received on" max={today} value={fields.received_on} onChange={(event) => set({ received_on: event.currentTarget.value })} description="Empty: today." error={at('/received_on')} />
          <TextInput label="Reference" placeholder="optional" maxLength={255} value={fields.reference} onChange={(event) => set({ reference: event.currentTarget.value })} description="What came with it, such as what a bank transfer says." error={at('/reference')} />
          {body && <p className={classes.line} role="status">{sayWhatItPays(BigInt(due_cents), body.amount_cents, currency)}</p>}
        </>
      )}
    </FormDialog>
  );
}

function sayWhatItPays(due: bigint, amount: bigint, currency: string): string {
  if (amount < due) return `It pays a part: ${formatMoney(due - amount, currency)} stays due.`;
  return amount === due ? 'It pays all that is due.' : `It pays all that is due; ${formatMoney(amount - due, currency)} beyond it becomes balance.`;
}
