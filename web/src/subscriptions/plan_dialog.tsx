import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { formatMoney } from '../lib/money.ts';
import { sayInterval, sayPlan } from '../lib/plan.ts';
import { ErrorNote } from '../ui/states.tsx';
import { ChangeDialog } from './change_dialog.tsx';
import classes from './subscriptions.module.css';

type Props = { subscription: Schemas['Subscription']; opened: boolean; close: () => void };

/** To another plan, or to another version of the same. */
export function PlanDialog({ subscription, opened, close }: Props) {
  const [code, setCode] = useState<string | null>(null);
  const [version, setVersion] = useState<string | null>(null);
  useEffect(() => {
    if (!opened) return;
    setCode(null);
    setVersion(null);
  }, [opened]);
  const plans = useGet('/plans', {}, { enabled: opened });
  const current = plans.data?.find((one) => one.code === subscription.plan_code);
  const plan = plans.data?.find((one) => one.code === code);
  const versions = useGet('/plans/{code}/versions', { path: { code: code ?? '' } }, { enabled: opened && code !== null });
  const chosen = versions.data?.find((one) => String(one.version) === version) ?? versions.data?.[0];
  const offered = (plans.data ?? []).filter(({ active, currency }) => active && (!current || currency === current.currency));
  const same = code === subscription.plan_code && chosen?.version === subscription.version;
  const named = !plan || !chosen || same ? null : { plan_code: plan.code, ...(version === null ? {} : { version: Number(version) }) };
  const before = current && { interval: current.interval, interval_count: current.interval_count };
  const cuts = chosen !== undefined && before !== undefined && (chosen.interval !== before.interval || chosen.interval_count !== before.interval_count);
  return (
    <ChangeDialog title="Change plan" subscription={subscription} opened={opened} close={close} submit="Change plan" named={named} cuts={cuts} hint={same ? 'It is on that version already.' : 'Choose a plan, and see what the change costs.'}>
      {(at) => (
        <>
          <Select
            label="Plan"
            placeholder={plans.isPending ? 'Loading the plans…' : 'Choose a plan'}
            data={offered.map((one) => ({ value: one.code, label: one.name === one.code ? one.code : `${one.name} (${one.code})` }))}
            value={code}
            onChange={(next) => {
              setCode(next);
              setVersion(null);
            }}
            error={at('/plan_code')}
            nothingFoundMessage="No plan in this currency is called so"
            searchable
            withScrollArea={false}
            styles={{ options: { maxHeight: 220, overflowY: 'auto' } }}
            required
            data-autofocus
          />
          <ErrorNote error={plans.error ?? versions.error} />
          {versions.data && versions.data.length > 1 && (
            <Select label="Version" data={versions.data.map((one) => ({ value: String(one.version), label: `v${one.version}, ${formatMoney(one.amount_cents, one.currency)} ${sayInterval(one.interval, one.interval_count)}` }))} value={version ?? String(versions.data[0]!.version)} onChange={setVersion} allowDeselect={false} error={at('/version')} />
          )}
          {chosen && <p className={classes.line}>{sayPlan(chosen)}, billed {chosen.bill_in === 'advance' ? 'in advance' : 'at the period’s end'}.{subscription.overrides && code !== subscription.plan_code ? ' The special price ends with the plan.' : ''}{cuts ? ' Its periods have another length: from today, or from the next one.' : ''}</p>}
        </>
      )}
    </ChangeDialog>
  );
}
