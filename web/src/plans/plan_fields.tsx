import { Autocomplete, Select, TextInput } from '@mantine/core';
import { type At, currencies, fieldOrder } from '../ui/fields.ts';
import { type BillingTime, type Interval, type PlanFields, codeOf } from './form.ts';
import classes from './plans.module.css';

const intervals: { value: Interval; label: string }[] = [{ value: 'day', label: 'Days' }, { value: 'week', label: 'Weeks' }, { value: 'month', label: 'Months' }, { value: 'year', label: 'Years' }];

const times: { value: BillingTime; label: string }[] = [{ value: 'arrears', label: 'At the period’s end' }, { value: 'advance', label: 'In advance' }];

type PlanFieldsProps = { fields: PlanFields; at: At; set: (changes: Partial<PlanFields>) => void; /** for a plan that is there already: name, code and currency stay */ version?: boolean };

/** What a plan is but for its charges. */
export function PlanFieldsEditor({ fields, at, set, version = false }: PlanFieldsProps) {
  return (
    <div className={classes.plan}>
      {!version && (
        <>
          <TextInput {...fieldOrder} className={classes.wide} label="Name" placeholder="Pro" maxLength={200} value={fields.name} onChange={(event) => set({ name: event.currentTarget.value })} error={at('/name')} autoFocus />
          <TextInput {...fieldOrder} className={classes.wide} label="Code" placeholder="pro" maxLength={64} value={codeOf(fields)} onChange={(event) => set({ code: event.currentTarget.value })} error={at('/code')} description="Names the plan in the API, for ever." required />
        </>
      )}
      <TextInput {...fieldOrder} label="Price" placeholder="49.00" inputMode="decimal" value={fields.amount} onChange={(event) => set({ amount: event.currentTarget.value })} error={at('/amount_cents')} description="The base fee." required autoFocus={version} />
      <Autocomplete {...fieldOrder} label="Currency" disabled={version} data={currencies} maxLength={3} value={fields.currency} onChange={(currency) => set({ currency: currency.toUpperCase() })} error={at('/currency')} required />
      <TextInput {...fieldOrder} label="Billed every" inputMode="numeric" value={fields.interval_count} onChange={(event) => set({ interval_count: event.currentTarget.value })} error={at('/interval_count')} required />
      <Select {...fieldOrder} label="Interval" data={intervals} allowDeselect={false} value={fields.interval} onChange={(interval) => interval && set({ interval: interval as Interval })} error={at('/interval')} required />
      <TextInput {...fieldOrder} className={classes.wide} label="Trial, in days" placeholder="0" inputMode="numeric" value={fields.trial_days} onChange={(event) => set({ trial_days: event.currentTarget.value })} error={at('/trial_days')} description="Base fee and usage are free." />
      <Select {...fieldOrder} className={classes.wide} label="Base fee is billed" data={times} allowDeselect={false} value={fields.bill_in} onChange={(time) => time && set({ bill_in: time as BillingTime })} error={at('/bill_in')} />
      <TextInput {...fieldOrder} className={classes.wide} label="Minimum of a period" placeholder="none" inputMode="decimal" value={fields.minimum} onChange={(event) => set({ minimum: event.currentTarget.value })} error={at('/minimum_cents')} description="What base fee and usage come to at least." />
    </div>
  );
}
