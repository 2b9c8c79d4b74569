import { Checkbox, Radio, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useClock } from '../api/clock.tsx';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { formatCount, formatMoney } from '../lib/money.ts';
import { sayInterval } from '../lib/plan.ts';
import { dayOf } from '../lib/time.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import classes from './versions.module.css';

type Props = { versions: Schemas['PlanVersion'][]; opened: boolean; close: () => void };

/** From which versions to which one, and when. */
export function MigrationDialog({ versions, opened, close }: Props) {
  const code = versions[0]?.plan_code ?? '';
  const newest = String(versions[0]?.version ?? 1);
  const [fields, setFields] = useState({ to: newest, from: [] as string[], at: 'period_end', day: '', keep: true });
  const set = (changes: Partial<typeof fields>) => setFields((before) => ({ ...before, ...changes }));
  const today = dayOf(useClock().now);
  useEffect(() => {
    if (opened) setFields({ to: newest, from: [], at: 'period_end', day: '', keep: true });
  }, [opened, newest]);
  const others = versions.map(({ version }) => String(version)).filter((version) => version !== fields.to);
  const from = fields.from.filter((version) => others.includes(version));
  const migrate = useAction((body: Schemas['NewPlanMigration'], key) => post('/plans/{code}/migrations', { path: { code }, body }, key), ({ matched }) => {
    notice(matched === 0 ? 'No subscription has anything to change' : `${formatCount(matched)} ${matched === 1 ? 'subscription is' : 'subscriptions are'} being taken to v${fields.to}`);
  });
  const at = fields.at === 'day' ? fields.day : 'period_end';
  const body = { to_version: Number(fields.to), at, keep_overrides: fields.keep, ...(from.length === 0 ? {} : { from_versions: from.map(Number) }) };
  return (
    <FormDialog title="Migrate subscriptions" opened={opened} close={close} submit="Start migration" values={body} incomplete={at === ''} run={() => migrate.mutateAsync(body)}>
      {(error) => (
        <>
          <Select label="To" data={versions.map((one) => ({ value: String(one.version), label: `v${one.version}, ${formatMoney(one.amount_cents, one.currency)} ${sayInterval(one.interval, one.interval_count)}` }))} value={fields.to} onChange={(to) => to && set({ to })} allowDeselect={false} error={error('/to_version')} data-autofocus />
          <Checkbox.Group label="Those on" value={from} onChange={(chosen) => set({ from: chosen })} description="None chosen: on any other version." error={error('/from_versions')}>
            <Stack gap="xs" mt="xs">{others.map((version) => <Checkbox key={version} value={version} label={`v${version}`} />)}</Stack>
          </Checkbox.Group>
          <Radio.Group label="From" value={fields.at} onChange={(chosen) => set({ at: chosen })}>
            <Stack gap="xs" mt="xs">
              <Radio value="period_end" label="Each subscription’s next period" />
              <Radio value="day" label="A day, the same for all" />
            </Stack>
          </Radio.Group>
          {fields.at === 'day' && <TextInput type="date" label="Day" value={fields.day} placeholder={today} onChange={(event) => set({ day: event.currentTarget.value })} error={error('/at')} required />}
          <Switch label="Customers keep their special prices" checked={fields.keep} onChange={(event) => set({ keep: event.currentTarget.checked })} />
          <p className={classes.line}>Each is changed once, whatever happens meanwhile; one that may not be changed is told here, with why.</p>
        </>
      )}
    </FormDialog>
  );
}
