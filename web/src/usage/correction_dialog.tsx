import { Autocomplete, Select, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useClock } from '../api/clock.tsx';
import { type Schemas, post } from '../api/client.ts';
import { useAction, useList } from '../api/queries.ts';
import { type Int, parseInteger } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import { dayOf, formatDay, formatInstant } from '../lib/time.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import classes from './usage.module.css';

/** An event that counts wrongly. */
export type Wrong = Pick<Schemas['UsageEntry'], 'metric' | 'event_id' | 'quantity' | 'counts' | 'at' | 'subscription_id'>;

type Props = { userId: string; /** an event, or a day that is to be chosen; null while it is closed */ wrong: Wrong | 'day' | null; metrics: string[]; close: () => void };
type Fields = { metric: string; day: string; quantity: string; subscription: string | null; reason: string };

/** Of an event with an id what it is to count; else how much more or less the day is to have. */
export function CorrectionDialog({ userId, wrong: asked, metrics, close }: Props) {
  const opened = asked !== null;
  const kept = useRef(asked); // while the dialog fades it goes on saying what it was about
  if (opened) kept.current = asked;
  const event = kept.current === 'day' || kept.current === null ? null : kept.current;
  const named = event !== null && event.event_id !== null;
  const today = dayOf(useClock().now);
  const [fields, setFields] = useState<Fields>({ metric: '', day: '', quantity: '', subscription: null, reason: '' });
  const set = (changes: Partial<Fields>) => setFields((before) => ({ ...before, ...changes }));
  const only = metrics.length === 1 ? metrics[0] : '';
  useEffect(() => {
    if (asked === null) return;
    const of = asked === 'day' ? null : asked;
    setFields({ metric: of?.metric ?? only ?? '', day: of ? dayOf(of.at) : today, quantity: of && of.event_id === null ? `-${of.counts}` : '', subscription: of?.subscription_id ?? null, reason: '' });
  }, [asked]);
  const subscriptions = useList('/subscriptions', { query: { user_id: userId, limit: 100 } }, { enabled: opened });
  const quantity = parseInteger(fields.quantity);
  const unreadable = fields.quantity.trim() !== '' && (quantity === null || (named && BigInt(quantity) < 0n));
  const correct = useAction((body: Schemas['NewUsageCorrection'], key) => post('/usage/corrections', { body }, key), ({ delta, metric, at }) => {
    notice(`${formatDay(dayOf(at))} has ${sayDelta(delta)} ${metric} now`);
  });
  const run = () => {
    const common = { user_id: userId, metric: fields.metric.trim(), quantity: quantity ?? 0, reason: fields.reason.trim() };
    if (named && event.event_id !== null) return correct.mutateAsync({ ...common, event_id: event.event_id });
    return correct.mutateAsync({ ...common, at: `${fields.day}T12:00:00Z`, ...(fields.subscription === null ? {} : { subscription_id: fields.subscription }) });
  };
  const incomplete = fields.metric.trim() === '' || fields.day === '' || quantity === null || unreadable || fields.reason.trim() === '';
  return (
    <FormDialog title={named ? `Correct ${event.event_id}` : 'Correct a day'} opened={opened} close={close} submit="Correct" values={fields} incomplete={incomplete} run={run}>
      {(at) => (
        <>
          {event && <p className={classes.line}>{sayEvent(event)}{named ? '' : ' It has no id: its day is corrected instead.'}</p>}
          {!event && <Autocomplete label="Metric" data={metrics} value={fields.metric} onChange={(metric) => set({ metric })} error={at('/metric')} required data-autofocus />}
          {!named && <TextInput type="date" label="Day, in UTC" max={today} value={fields.day} onChange={(change) => set({ day: change.currentTarget.value })} error={at('/at')} required />}
          <TextInput
            label={named ? 'It counts' : 'So many more; with a minus, less'}
            inputMode={named ? 'numeric' : 'text'}
            placeholder={named ? '3,000' : '-27,000'}
            value={fields.quantity}
            onChange={(change) => set({ quantity: change.currentTarget.value })}
            description={named ? '0 takes it back.' : 'No day can fall below zero.'}
            error={at('/quantity') ?? (unreadable ? 'A whole number' : undefined)}
            required
            data-autofocus={event !== null || undefined}
          />
          {!event && (subscriptions.rows ?? []).length > 1 && (
            <Select label="Recorded for" data={(subscriptions.rows ?? []).map((one) => ({ value: one.id, label: `${one.plan_code}, ${one.status.replace('_', ' ')}` }))} placeholder="No subscription in particular" value={fields.subscription} onChange={(subscription) => set({ subscription })} clearable error={at('/subscription_id')} />
          )}
          <TextInput label="Reason" placeholder="Counted in bytes" maxLength={500} value={fields.reason} onChange={(change) => set({ reason: change.currentTarget.value })} error={at('/reason')} required />
          <p className={classes.line}>However old the period, the next run bills or credits the difference.</p>
        </>
      )}
    </FormDialog>
  );
}

const sayDelta = (delta: Int) => (BigInt(delta) < 0n ? `${formatCount(-BigInt(delta))} less` : `${formatCount(delta)} more`);

function sayEvent({ quantity, counts, metric, at }: Wrong): string {
  const was = quantity === counts ? '' : `, and counts ${formatCount(counts)}`;
  return `${formatCount(quantity)} ${metric} were recorded for ${formatInstant(at)} UTC${was}.`;
}
