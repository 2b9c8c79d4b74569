import { Radio, Stack, Switch } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { addDays, formatDay } from '../lib/time.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import { ForeseenPanel } from './foreseen.tsx';
import classes from './subscriptions.module.css';
import { useForeseen } from './use_foreseen.ts';

type CancelDialogProps = { subscription: Schemas['Subscription']; name: string; opened: boolean; close: () => void };

export function CancelDialog({ subscription: current, name, opened, close }: CancelDialogProps) {
  const asked = useRef(current); // while the dialog fades it goes on saying what it was about
  if (opened) asked.current = current;
  const subscription = asked.current;
  const { status, cancel_at_period_end } = subscription;
  const trial = status === 'trialing';
  const [chosen, setAt] = useState<'now' | 'period_end'>('period_end');
  const [prorate, setProrate] = useState(true);
  const [toCard, setToCard] = useState(false);
  useEffect(() => {
    if (!opened) return;
    setAt('period_end');
    setProrate(true);
    setToCard(false);
  }, [opened]);
  const at = cancel_at_period_end || status === 'scheduled' ? 'now' : chosen;
  const lastDay = formatDay(addDays(subscription.current_period_end, -1));
  const body: Schemas['Cancellation'] = at === 'now' ? { at, prorate, credit_to: toCard ? 'refund' : 'balance' } : { at };
  const foreseen = useForeseen(subscription, opened ? { action: 'cancel', ...body } : null);
  const cancel = useAction((wanted: Schemas['Cancellation'], key) => post('/subscriptions/{id}/cancel', { path: { id: subscription.id }, body: wanted }, key));
  const run = async () => {
    await cancel.mutateAsync(body);
    notice(at === 'now' ? `The subscription to ${name} is canceled` : `The subscription to ${name} ends after ${lastDay}`);
  };
  return (
    <FormDialog title={`Cancel ${name}?`} opened={opened} close={close} wide values={body} submit={at === 'now' ? 'Cancel now' : 'Cancel at the period’s end'} cancel="Keep as it is" danger run={run}>
      {() => (
        <>
          <Radio.Group value={at} onChange={(value) => setAt(value as typeof chosen)} label="When">
            <Stack gap="sm" mt="xs">
              <Radio
                value="period_end"
                label="At the period’s end"
                disabled={cancel_at_period_end || status === 'scheduled'}
                description={cancel_at_period_end ? 'This is so already.' : status === 'scheduled' ? 'It has not begun.' : trial ? `The trial runs until ${lastDay}, and nothing is billed.` : `It runs until ${lastDay}, is billed as ever, and no other period follows. Until then it can be taken back.`}
              />
              <Radio value="now" label="Now" description={trial ? 'The trial ends today, and nothing is billed.' : status === 'scheduled' ? 'It never begins, and nothing is billed.' : 'Today is the last day. Usage is billed in full, and the final invoice is made.'} />
            </Stack>
          </Radio.Group>
          {at === 'now' && status !== 'scheduled' && !trial && (
            <Stack gap="sm">
              <Switch label="Prorate the base fee" checked={prorate} onChange={(event) => setProrate(event.currentTarget.checked)} description={prorate ? 'It is owed for the days used.' : 'It is owed for the whole period, as if that had not ended.'} />
              <Switch label="Credit goes back to the card" checked={toCard} onChange={(event) => setToCard(event.currentTarget.checked)} description={toCard ? 'As far as it was paid by card; the rest becomes balance.' : 'What is credited beyond what is due becomes balance.'} />
            </Stack>
          )}
          <ForeseenPanel foreseen={foreseen} />
          {at === 'now' && <p className={classes.line}>This cannot be undone; the customer can subscribe anew.</p>}
        </>
      )}
    </FormDialog>
  );
}
