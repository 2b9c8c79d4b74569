import { Group, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { formatCount } from '../lib/money.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

const digits = /^[1-9][0-9]{0,17}$/;

/** Sends events once more, from one number to another. */
export function ReplayDialog({ endpoint: { id, next_sequence }, opened, close }: { endpoint: Schemas['WebhookEndpoint']; opened: boolean; close: () => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  useEffect(() => {
    if (!opened) return;
    setFrom('');
    setTo('');
  }, [opened]);
  const replay = useAction((body: Schemas['WebhookReplay'], key) => post('/webhook_endpoints/{id}/replay', { path: { id }, body }, key), ({ deliveries }) => notice(`${formatCount(deliveries)} events are sent once more`));
  const good = digits.test(from) && (to === '' || digits.test(to));
  const body = { from_sequence: Number(from), ...(to === '' ? {} : { to_sequence: Number(to) }) };
  return (
    <FormDialog title="Send events once more" opened={opened} close={close} submit="Replay" values={[from, to]} incomplete={!good} run={() => replay.mutateAsync(body)}>
      {(at) => (
        <Group gap="md" grow align="flex-start">
          <TextInput label="From number" description={`The next new one is ${formatCount(next_sequence)}.`} inputMode="numeric" value={from} onChange={(event) => setFrom(event.currentTarget.value.trim())} error={at('/from_sequence')} required data-autofocus />
          <TextInput label="To number" description="Included; empty for the newest." inputMode="numeric" value={to} onChange={(event) => setTo(event.currentTarget.value.trim())} error={at('/to_sequence')} />
        </Group>
      )}
    </FormDialog>
  );
}
