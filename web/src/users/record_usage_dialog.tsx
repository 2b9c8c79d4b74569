import { Autocomplete, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useAction, useGet } from '../api/queries.ts';
import { parseInteger } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

type RecordUsageDialogProps = { user: Schemas['User']; opened: boolean; close: () => void; subscriptions: Schemas['Subscription'][] };

const blank = { metric: '', quantity: '', at: '', event_id: '' };

export function RecordUsageDialog({ user, opened, close, subscriptions }: RecordUsageDialogProps) {
  const [fields, setFields] = useState(blank);
  const set = (name: keyof typeof blank) => (value: string) => setFields((before) => ({ ...before, [name]: value }));
  const { now } = useClock();
  const plans = useGet('/plans', {}, { enabled: opened });
  const live = new Set(subscriptions.filter(({ status }) => status !== 'canceled').map(({ plan_code }) => plan_code));
  const metrics = [...new Set(plans.data?.filter(({ code }) => live.has(code)).flatMap(({ charges }) => charges.map(({ metric }) => metric)))];
  const only = metrics.length === 1 ? metrics[0] : undefined;
  useEffect(() => {
    if (opened) setFields(blank);
  }, [opened]);
  useEffect(() => {
    if (opened && only) setFields((before) => (before.metric === '' ? { ...before, metric: only } : before)); // what was typed meanwhile stays
  }, [opened, only]);

  const quantity = parseInteger(fields.quantity);
  const record = useAction((body: Schemas['NewUsageEvent'], key) => post('/usage', { body }, key));
  const run = async () => {
    if (quantity === null) return;
    await record.mutateAsync({
      user_id: user.id,
      metric: fields.metric.trim(),
      quantity,
      ...(fields.at === '' ? {} : { at: `${fields.at}${fields.at.length === 16 ? ':00' : ''}Z` }),
      ...(fields.event_id.trim() === '' ? {} : { event_id: fields.event_id.trim() }),
    });
    notice(`${formatCount(quantity)} ${fields.metric.trim()} recorded`);
  };

  return (
    <FormDialog title={`Record usage of ${user.email}`} opened={opened} close={close} submit="Record usage" values={fields} incomplete={fields.metric.trim() === '' || quantity === null} run={run}>
      {(at) => (
        <>
          <Autocomplete
            label="Metric"
            placeholder="api_calls"
            data={metrics}
            value={fields.metric}
            onChange={set('metric')}
            description={metrics.length > 0 ? 'Those that a plan of this customer charges are offered; any other is recorded and bills nothing.' : 'No plan of this customer charges one: it is recorded and bills nothing.'}
            error={at('/metric')}
            required
            data-autofocus
          />
          <TextInput
            label="Quantity"
            inputMode="numeric"
            placeholder="1,000"
            value={fields.quantity}
            onChange={(event) => set('quantity')(event.currentTarget.value)}
            error={at('/quantity') ?? (fields.quantity.trim() !== '' && quantity === null ? 'A whole number' : undefined)}
            required
          />
          <TextInput
            label="When, in UTC"
            type="datetime-local"
            max={now.toISOString().slice(0, 16)}
            value={fields.at}
            onChange={(event) => set('at')(event.currentTarget.value)}
            description="Now, unless you say otherwise. It counts in the period that holds it."
            error={at('/at')}
          />
          <TextInput
            label="Event id"
            placeholder="optional"
            value={fields.event_id}
            onChange={(event) => set('event_id')(event.currentTarget.value)}
            description="The same id counts once for this customer, however often it is sent."
            error={at('/event_id')}
          />
        </>
      )}
    </FormDialog>
  );
}
