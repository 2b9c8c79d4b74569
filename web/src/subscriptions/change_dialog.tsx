import { TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { formatDay } from '../lib/time.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import { ForeseenPanel } from './foreseen.tsx';
import classes from './subscriptions.module.css';
import { useForeseen } from './use_foreseen.ts';
import { type When, WhenFields, readWhen, today } from './when_fields.tsx';

type Subscription = Schemas['Subscription'];
/** What a change names, but for its day. */
export type Named = Pick<Schemas['SubscriptionChange'], 'plan_code' | 'version' | 'quantity' | 'overrides'>;

type ChangeDialogProps = {
  title: string;
  subscription: Subscription;
  opened: boolean;
  close: () => void;
  submit: string;
  /** What is in the fields; null while something is missing. */
  named: Named | null;
  /** What to do while something is. */
  hint: string;
  cuts?: boolean;
  /** It must be said why. */
  reasoned?: boolean;
  children: (at: (pointer: string) => string | undefined) => ReactNode;
};

/** A change of any kind: what, from when, why, and what it costs, which is seen before one confirms. */
export function ChangeDialog({ title, subscription, opened, close, submit, named, hint, cuts = false, reasoned = false, children }: ChangeDialogProps) {
  const [when, setWhen] = useState<When>(today);
  const [reason, setReason] = useState('');
  useEffect(() => {
    if (!opened) return;
    setWhen(today);
    setReason('');
  }, [opened]);
  const on = readWhen(cuts && when.at !== 'period_end' ? { ...when, at: 'now' } : when);
  const why = reason.trim();
  const body = named && on && { ...named, ...on, ...(why === '' ? {} : { reason: why }) };
  const foreseen = useForeseen(subscription, opened && body ? { action: 'change', ...body } : null);
  const change = useAction((wanted: Schemas['SubscriptionChange'], key) => post('/subscriptions/{id}/change', { path: { id: subscription.id }, body: wanted }, key), (after) => {
    const { pending } = after;
    notice(pending && pending.at !== subscription.pending?.at ? `Changed from ${formatDay(pending.at)} on` : 'The subscription is changed');
  });
  return (
    <FormDialog title={title} opened={opened} close={close} submit={submit} wide values={body} incomplete={!body || (reasoned && why === '') || foreseen.error !== null} run={() => (body ? change.mutateAsync(body) : Promise.resolve())}>
      {(at) => (
        <>
          <div className={classes.change}>
            <div className={classes.fields}>
              {children(at)}
              <TextInput label="Reason" placeholder={reasoned ? 'Agreed with sales' : 'optional'} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} description="Shown with the term, and on invoice lines." error={at('/reason')} required={reasoned} />
            </div>
            <WhenFields subscription={subscription} when={when} set={setWhen} error={at('/at')} cuts={cuts} />
          </div>
          <ForeseenPanel foreseen={foreseen} hint={body ? undefined : named ? 'Say from which day.' : hint} />
        </>
      )}
    </FormDialog>
  );
}
