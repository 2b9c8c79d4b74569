import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { sayPlan, sayTrial } from '../lib/plan.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import { ErrorNote } from '../ui/states.tsx';
import classes from './users.module.css';

type SubscribeDialogProps = { user: Schemas['User']; opened: boolean; close: () => void; /** plans that the customer is on already */ taken: string[] };

export function SubscribeDialog({ user, opened, close, taken }: SubscribeDialogProps) {
  const [code, setCode] = useState<string | null>(null);
  const plans = useGet('/plans', {}, { enabled: opened });
  const plan = plans.data?.find((one) => one.code === code);
  useEffect(() => {
    if (opened) setCode(null);
  }, [opened]);
  const subscribe = useAction((body: { user_id: string; plan_code: string }, key) => post('/subscriptions', { body }, key));
  const run = async () => {
    if (!plan) return;
    await subscribe.mutateAsync({ user_id: user.id, plan_code: plan.code });
    notice(`${user.email} is on ${plan.name} now`);
  };
  return (
    <FormDialog title={`Subscribe ${user.email}`} opened={opened} close={close} submit="Subscribe" values={code} incomplete={!plan} run={run}>
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
