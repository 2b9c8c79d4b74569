import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { sayPlan, sayTrial } from '../lib/plan.ts';
import { CouponField } from '../ui/coupon_field.tsx';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import { ErrorNote } from '../ui/states.tsx';
import classes from './users.module.css';

type SubscribeDialogProps = { user: Schemas['User']; opened: boolean; close: () => void; /** plans that the customer is on already */ taken: string[] };

export function SubscribeDialog({ user, opened, close, taken }: SubscribeDialogProps) {
  const [code, setCode] = useState<string | null>(null);
  const [coupon, setCoupon] = useState('');
  const plans = useGet('/plans', {}, { enabled: opened });
  const plan = plans.data?.find((one) => one.code === code);
  useEffect(() => {
    if (!opened) return;
    setCode(null);
    setCoupon('');
  }, [opened]);
  const subscribe = useAction((body: Schemas['NewSubscription'], key) => post('/subscriptions', { body }, key));
  const run = async () => {
    if (!plan) return;
    await subscribe.mutateAsync({ user_id: user.id, plan_code: plan.code, ...(coupon.trim() === '' ? {} : { coupon: coupon.trim() }) });
    notice(`${user.email} is on ${plan.name} now`);
  };
  return (
    <FormDialog title={`Subscribe ${user.email}`} opened={opened} close={close} submit="Subscribe" values={[code, coupon]} incomplete={!plan} run={run}>
      {(at) => (
        <>
          <Select
            label="Plan"
            placeholder={plans.isPending ? 'Loading the plans…' : 'Choose a plan'}
            data={(plans.data ?? []).filter(({ active }) => active).map((one) => ({ value: one.code, label: `${one.name} (${one.code})`, disabled: taken.includes(one.code) }))}
            value={code}
            onChange={setCode}
            error={at('/plan_code')}
            nothingFoundMessage="No plan is called so"
            searchable
            required
            data-autofocus
          />
          <ErrorNote error={plans.error} />
          <CouponField coupon={coupon} set={setCoupon} plan={code} currency={plan?.currency} enabled={opened} description="It holds from the first period on." error={at('/coupon')} />
          {plan && (
            <p className={classes.line}>
              {sayPlan(plan)}. {plan.trial_days === 0 ? `The first period starts today, and its base fee is billed ${plan.bill_in === 'advance' ? 'at once' : 'at its end'}.` : `It starts with a free trial of ${sayTrial(plan.trial_days)}.`}
            </p>
          )}
        </>
      )}
    </FormDialog>
  );
}
