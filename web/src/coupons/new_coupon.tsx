import { Autocomplete, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, type Schemas, post } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useAction, useGet } from '../api/queries.ts';
import { periodsOf, sayOff, sayPeriods, sayScope } from '../lib/coupon.ts';
import { dayOf } from '../lib/time.ts';
import { Choice } from '../ui/choice.tsx';
import classes from '../ui/fields.module.css';
import { type At, currencies, fieldOrder } from '../ui/fields.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import { type CouponFields, blankCoupon, readCoupon } from './form.ts';

const durations = [{ value: 'once', label: 'One period' }, { value: 'periods', label: 'Some periods' }, { value: 'forever', label: 'All periods' }];

export function NewCoupon({ opened, close }: { opened: boolean; close: () => void }) {
  const navigate = useNavigate();
  const [fields, setFields] = useState(blankCoupon);
  const set = (changes: Partial<CouponFields>) => setFields((before) => ({ ...before, ...changes }));
  useEffect(() => {
    if (opened) setFields(blankCoupon);
  }, [opened]);
  const { body, wrong } = readCoupon(fields);
  const create = useAction((coupon: Schemas['NewCoupon'], key) => post('/coupons', { body: coupon }, key));
  const run = async () => {
    if (!body) return;
    const coupon = await create.mutateAsync(body).catch((error: unknown) => {
      throw error instanceof ApiError && error.type === 'coupon_exists' ? new Error(`There is a coupon ${body.code} already: coupons never change, so give this one another code.`) : error;
    });
    notice(`${coupon.code} can be redeemed now`);
    setTimeout(() => void navigate(`/coupons/${coupon.code}`)); // once the dialog has left the URL
  };
  return (
    <FormDialog title="New coupon" opened={opened} close={close} submit="Create coupon" wide values={fields} incomplete={!body} run={run}>
      {(said) => {
        const at = (pointer: string) => wrong.get(pointer) ?? said(pointer);
        return (
          <>
            <div className={classes.fields}>
              <TextInput {...fieldOrder} label="Code" placeholder="WELCOME10" description="What customers are told; in any letter case." maxLength={64} value={fields.code} onChange={(event) => set({ code: event.currentTarget.value })} error={at('/code')} required data-autofocus />
              <TextInput {...fieldOrder} label="Name" placeholder="optional" description="For you; it can be changed." maxLength={200} value={fields.name} onChange={(event) => set({ name: event.currentTarget.value })} error={at('/name')} />
              <Off fields={fields} set={set} at={at} />
              <Select {...fieldOrder} label="For how long" data={durations} value={fields.duration} onChange={(duration) => duration && set({ duration: duration as CouponFields['duration'] })} description="Trials do not count." allowDeselect={false} />
              {fields.duration === 'periods' && <TextInput {...fieldOrder} label="Periods" inputMode="numeric" value={fields.periods} onChange={(event) => set({ periods: event.currentTarget.value })} error={at('/duration')} required />}
              <Scope fields={fields} set={set} at={at} enabled={opened} />
              <Limits fields={fields} set={set} at={at} />
            </div>
            <p className={classes.line} role="status">
              {body ? `${sayOff({ percent: null, amount_cents: null, currency: null, ...body })}, ${sayPeriods(periodsOf(body.duration))}. ${sayScope({ plans: null, items: null, ...body.applies_to })}.` : 'Say what it takes off.'} A coupon never changes once it is made.
            </p>
          </>
        );
      }}
    </FormDialog>
  );
}

type PartProps = { fields: CouponFields; set: (changes: Partial<CouponFields>) => void; at: At };

function Off({ fields, set, at }: PartProps) {
  return (
    <>
      <div className={classes.wide}>
        <Choice label="It takes off" value={fields.kind} options={[['percent', 'A percentage'], ['amount', 'An amount a period']]} onChange={(kind) => set({ kind })} />
      </div>
      {fields.kind === 'percent' ? (
        <TextInput {...fieldOrder} label="Percent off" placeholder="10" inputMode="decimal" value={fields.percent} onChange={(event) => set({ percent: event.currentTarget.value })} error={at('/percent')} required />
      ) : (
        <TextInput {...fieldOrder} label="Amount off" placeholder="5.00" inputMode="decimal" value={fields.amount} onChange={(event) => set({ amount: event.currentTarget.value })} error={at('/amount_cents')} required />
      )}
      {fields.kind === 'amount' && <Autocomplete {...fieldOrder} label="Currency" data={currencies} maxLength={3} value={fields.currency} onChange={(currency) => set({ currency: currency.toUpperCase() })} error={at('/currency')} required />}
    </>
  );
}

function Scope({ fields, set, at, enabled }: PartProps & { enabled: boolean }) {
  const plans = useGet('/plans', {}, { enabled });
  const chosen = (plans.data ?? []).filter(({ code }) => fields.plans.length === 0 || fields.plans.includes(code));
  const metrics = [...new Set(chosen.flatMap(({ charges }) => charges.map(({ metric }) => `usage:${metric}`)))].sort();
  return (
    <>
      <MultiSelect {...fieldOrder} label="Only on the plans" placeholder={fields.plans.length === 0 ? 'All' : undefined} data={(plans.data ?? []).map(({ code }) => code)} value={fields.plans} onChange={(some) => set({ plans: some })} error={at('/applies_to/plans') ?? at('/applies_to')} description="Looked at when it is redeemed." searchable clearable />
      <TagsInput {...fieldOrder} label="Only off" placeholder={fields.items.length === 0 ? 'All of a subscription' : undefined} data={['base', 'usage', ...metrics, 'minimum']} value={fields.items} onChange={(items) => set({ items })} error={at('/applies_to/items')} description="Base, usage (of every metric or one), minimum." clearable />
    </>
  );
}

function Limits({ fields, set, at }: PartProps) {
  const today = dayOf(useClock().now);
  return (
    <>
      <TextInput {...fieldOrder} label="Can be redeemed so often" placeholder="any number" inputMode="numeric" value={fields.max_redemptions} onChange={(event) => set({ max_redemptions: event.currentTarget.value })} error={at('/max_redemptions')} />
      <TextInput {...fieldOrder} label="And by one customer" placeholder="any number" inputMode="numeric" value={fields.max_per_user} onChange={(event) => set({ max_per_user: event.currentTarget.value })} error={at('/max_per_user')} />
      <TextInput {...fieldOrder} type="date" label="Last day to redeem it" min={today} value={fields.redeem_by} onChange={(event) => set({ redeem_by: event.currentTarget.value })} error={at('/redeem_by')} />
    </>
  );
}
