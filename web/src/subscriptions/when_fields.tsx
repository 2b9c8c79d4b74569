import { Radio, Stack, TextInput } from '@mantine/core';
import { formatDay } from '../lib/time.ts';
import type { Schemas } from '../api/client.ts';
import classes from './subscriptions.module.css';

type Subscription = Schemas['Subscription'];
export type When = { at: 'now' | 'period_start' | 'period_end' | 'day'; day: string; invoice: 'next' | 'now' };
export const today: When = { at: 'now', day: '', invoice: 'next' };

/** The members of a change's body; null while the day is not typed. */
export function readWhen({ at, day, invoice }: When): { at: string; invoice: 'next' | 'now' } | null {
  return at === 'day' ? (day === '' ? null : { at: day, invoice }) : { at, invoice };
}

type WhenProps = { subscription: Subscription; when: When; set: (when: When) => void; error?: string; /** to another interval: only now, or at the period's end */ cuts?: boolean };

/** From which day a change holds, and when it is billed. */
export function WhenFields({ subscription: { current_period_start, current_period_end, status, started_on }, when, set, error, cuts = false }: WhenProps) {
  return (
    <div className={classes.when}>
      <Radio.Group label="From" value={when.at} onChange={(at) => set({ ...when, at: at as When['at'] })}>
        <Stack gap="xs" mt="xs">
          <Radio value="now" label={status === 'scheduled' ? `Its start, ${formatDay(started_on)}` : 'Today'} />
          <Radio value="period_start" disabled={cuts} label={`The period’s start, ${formatDay(current_period_start)}`} description="As if it had always been so in this period." />
          <Radio value="period_end" label={`The next period, ${formatDay(current_period_end)}`} />
          <Radio value="day" disabled={cuts} label="Another day" />
        </Stack>
      </Radio.Group>
      {when.at === 'day' && <TextInput type="date" label="Day" value={when.day} onChange={(event) => set({ ...when, day: event.currentTarget.value })} error={error} required />}
      <Radio.Group label="What days paid in advance cost more is billed" value={when.invoice} onChange={(invoice) => set({ ...when, invoice: invoice as When['invoice'] })}>
        <Stack gap="xs" mt="xs">
          <Radio value="next" label="On the next invoice" />
          <Radio value="now" label="At once" />
        </Stack>
      </Radio.Group>
    </div>
  );
}
