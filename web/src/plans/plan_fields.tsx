import { Autocomplete, Select, TextInput } from '@mantine/core';
import type { At } from './charge_fields.tsx';
import { type Interval, type PlanFields, codeOf } from './form.ts';
import classes from './plans.module.css';

// The usual ones are offered; any other ISO 4217 code can be typed.
const currencies = ['USD', 'EUR', 'GBP', 'AUD', 'BRL', 'CAD', 'CHF', 'CNY', 'INR', 'JPY', 'KWD', 'MXN', 'NOK', 'PLN', 'SEK', 'SGD', 'ZAR'];
const intervals: { value: Interval; label: string }[] = [{ value: 'day', label: 'Days' }, { value: 'week', label: 'Weeks' }, { value: 'month', label: 'Months' }, { value: 'year', label: 'Years' }];

type PlanFieldsProps = { fields: PlanFields; at: At; set: (changes: Partial<PlanFields>) => void };

/** What a plan is but for its charges. */
export function PlanFieldsEditor({ fields, at, set }: PlanFieldsProps) {
  const order = { inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[] };
  return (
    <div className={classes.plan}>
      <TextInput {...order} className={classes.wide} label="Name" placeholder="Pro" maxLength={200} value={fields.name} onChange={(event) => set({ name: event.currentTarget.value })} error={at('/name')} autoFocus />
      <TextInput {...order} className={classes.wide} label="Code" placeholder="pro" maxLength={64} value={codeOf(fields)} onChange={(event) => set({ code: event.currentTarget.value })} error={at('/code')} description="Names the plan in the API, for ever." required />
      <TextInput {...order} label="Price" placeholder="49.00" inputMode="decimal" value={fields.amount} onChange={(event) => set({ amount: event.currentTarget.value })} error={at('/amount_cents')} description="Billed at the end." required />
      <Autocomplete {...order} label="Currency" data={currencies} maxLength={3} value={fields.currency} onChange={(currency) => set({ currency: currency.toUpperCase() })} error={at('/currency')} required />
      <TextInput {...order} label="Billed every" inputMode="numeric" value={fields.interval_count} onChange={(event) => set({ interval_count: event.currentTarget.value })} error={at('/interval_count')} required />
      <Select {...order} label="Interval" data={intervals} allowDeselect={false} value={fields.interval} onChange={(interval) => interval && set({ interval: interval as Interval })} error={at('/interval')} required />
      <TextInput {...order} className={classes.wide} label="Trial, in days" placeholder="0" inputMode="numeric" value={fields.trial_days} onChange={(event) => set({ trial_days: event.currentTarget.value })} error={at('/trial_days')} description="Base fee and usage are free." />
    </div>
  );
}
