import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useClock } from '../api/clock.tsx';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { addDays, dayOf, formatDay } from '../lib/time.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import { ForeseenPanel } from './foreseen.tsx';
import classes from './subscriptions.module.css';
import { useForeseen } from './use_foreseen.ts';

type Props = { subscription: Schemas['Subscription']; opened: boolean; close: () => void };

export function PauseDialog({ subscription, opened, close }: Props) {
  const [until, setUntil] = useState('');
  useEffect(() => {
    if (opened) setUntil('');
  }, [opened]);
  const day = dayOf(useClock().now);
  const body = until === '' ? {} : { until };
  const foreseen = useForeseen(subscription, opened ? { action: 'pause', ...body } : null);
  const pause = useAction((wanted: Schemas['Pause'], key) => post('/subscriptions/{id}/pause', { path: { id: subscription.id }, body: wanted }, key), ({ paused_from }) => {
    notice(paused_from ? `Paused from ${formatDay(paused_from)} on` : 'Paused');
  });
  return (
    <FormDialog title="Pause" opened={opened} close={close} submit="Pause" wide values={body} incomplete={foreseen.error !== null} run={() => pause.mutateAsync(body)}>
      {(at) => (
        <>
          <p className={classes.line}>It begins tomorrow, {formatDay(addDays(day, 1))}: today is used. Paused days owe no base fee; usage on them is billed as ever.</p>
          <TextInput type="date" label="First day that is not paused" min={addDays(day, 2)} value={until} onChange={(event) => setUntil(event.currentTarget.value)} description="Empty: until it is resumed." error={at('/until')} data-autofocus />
          <ForeseenPanel foreseen={foreseen} />
        </>
      )}
    </FormDialog>
  );
}
