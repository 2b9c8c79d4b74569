import { Button, Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { type Schemas, patch, post, remove } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { formatCount } from '../lib/money.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyId } from '../ui/copy_id.tsx';
import { FormDialog } from '../ui/form_dialog.tsx';
import { History } from '../ui/history.tsx';
import { notice } from '../ui/notice.tsx';
import { Columns, Facts, PageTitle, Panel } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';
import { Exactly, Instant } from '../ui/time.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { Deliveries } from './deliveries.tsx';
import { EndpointFieldsForm, blankEndpoint } from './endpoint_fields.tsx';
import { EndpointStatus } from './endpoint_status.tsx';
import { ReplayDialog } from './replay_dialog.tsx';
import { readTypes, sayTypes } from './say_types.ts';
import { SecretDialog } from './secret_dialog.tsx';

type Endpoint = Schemas['WebhookEndpoint'];

/** Where events are sent, how it stands, and what was sent. */
export default function EndpointPage() {
  const { id = '' } = useParams();
  const endpoint = useGet('/webhook_endpoints/{id}', { path: { id } }, { every: 3_000 });
  if (endpoint.data) return <Known key={id} endpoint={endpoint.data} />;
  if (!endpoint.error) return <Loading lines={8} />;
  return <Unknown what="webhook endpoint" crumb={['Webhooks', '/webhooks']} error={endpoint.error} retry={endpoint.refetch} />;
}

function Known({ endpoint }: { endpoint: Endpoint }) {
  const [editing, setEditing] = useState(false);
  const [replaying, setReplaying] = useState(false);
  const may = useMay();
  const test = useAction((_: null, key) => post('/webhook_endpoints/{id}/test', { path: { id: endpoint.id } }, key), () => notice('A test is on its way'));
  return (
    <>
      <PageTitle
        title={endpoint.description ?? new URL(endpoint.url).host}
        crumb={['Webhooks', '/webhooks']}
        badge={<EndpointStatus endpoint={endpoint} />}
        actions={
          <>
            {may('admin') && <Button variant="default" onClick={() => setEditing(true)}>Change</Button>}
            {may('write') && <Button variant="default" onClick={() => setReplaying(true)}>Replay</Button>}
            {may('write') && <Button loading={test.isPending} onClick={() => test.mutate(null)}>Send a test</Button>}
          </>
        }
      >
        {endpoint.url}
      </PageTitle>
      <Columns side={<History of={endpoint.id} />}>
        <Trouble endpoint={endpoint} />
        <Panel title="Endpoint" aside={<ActiveSwitch endpoint={endpoint} />}>
          <Facts
            facts={[
              ['Sent', sayTypes(endpoint.types)],
              ['Next event', `number ${formatCount(endpoint.next_sequence)}`],
              ['Waiting', endpoint.waiting === 0 ? 'nothing' : `${formatCount(endpoint.waiting)} events`],
              ['Secret', <Secret endpoint={endpoint} />],
              ['Added', <Instant at={endpoint.created_at} real />],
              ['Id', <CopyId id={endpoint.id} short />],
              ...(may('admin') ? [['No longer wanted', <DeleteButton id={endpoint.id} />] as [string, ReactNode]] : []),
            ]}
          />
        </Panel>
        <Deliveries endpoint={endpoint} />
      </Columns>
      <ChangeDialog endpoint={endpoint} opened={editing} close={() => setEditing(false)} />
      <ReplayDialog endpoint={endpoint} opened={replaying} close={() => setReplaying(false)} />
    </>
  );
}

/** Why nothing arrives, and what one can do. */
function Trouble({ endpoint: { id, status, disabled_at, disabled_reason, failing_since, hold_until } }: { endpoint: Endpoint }) {
  const may = useMay();
  const on = useAction((_: null) => patch('/webhook_endpoints/{id}', { path: { id }, body: { active: true } }), () => notice('It is sent to again, from where it stopped'));
  if (status === 'disabled' && disabled_at) {
    return (
      <Panel title="Disabled" aside={may('admin') && <Button size="xs" loading={on.isPending} onClick={() => on.mutate(null)}>Send again</Button>}>
        Since <Exactly at={disabled_at} /> nothing is sent: {disabled_reason}. Nothing is lost by it: once it is sent to again, it goes on where it stopped.
      </Panel>
    );
  }
  if (status === 'inactive' || failing_since === null) return null;
  return (
    <Panel title="Failing">
      Nothing has succeeded since <Exactly at={failing_since} />. {hold_until ? <>It is tried again <Instant at={hold_until} real />. </> : 'It is tried again and again. '}
      After five days of this it is disabled.
    </Panel>
  );
}

function ActiveSwitch({ endpoint: { id, active } }: { endpoint: Endpoint }) {
  const ask = useConfirm();
  const may = useMay();
  const change = useAction((next: boolean) => patch('/webhook_endpoints/{id}', { path: { id }, body: { active: next } }), (now) => notice(now.active ? 'Events are sent again' : 'No events are sent'));
  const question = active
    ? { title: 'Send no more events?', confirm: 'Stop sending', danger: true, body: 'What happens meanwhile is kept. When you switch it on again, it is sent from where it stopped.' }
    : { title: 'Send events again?', confirm: 'Send events', body: 'From where it stopped: nothing is left out.' };
  return <Switch label="Events are sent" labelPosition="left" checked={active} disabled={!may('admin')} onChange={() => ask({ ...question, run: () => change.mutateAsync(!active) })} />;
}

function Secret({ endpoint: { id, previous_secret_until } }: { endpoint: Endpoint }) {
  const [secret, setSecret] = useState<string | null>(null);
  const ask = useConfirm();
  const may = useMay();
  const rotate = useAction((_: null, key) => post('/webhook_endpoints/{id}/rotate_secret', { path: { id } }, key), (answer) => setSecret(answer.secret));
  if (!may('admin')) return previous_secret_until ? 'was changed' : 'is set';
  const askToRotate = () => ask({ title: 'Make a new secret?', confirm: 'Make a new secret', body: 'The one before goes on signing for 24 hours beside it: time to give your application the new one.', run: () => rotate.mutateAsync(null) });
  return (
    <>
      {previous_secret_until && <>two of them until <Exactly at={previous_secret_until} />. </>}
      <Button size="compact-sm" variant="default" onClick={askToRotate}>New secret…</Button>
      <SecretDialog secret={secret} close={() => setSecret(null)} />
    </>
  );
}

function DeleteButton({ id }: { id: string }) {
  const ask = useConfirm();
  const navigate = useNavigate();
  const client = useQueryClient();
  const askToDelete = () =>
    ask({
      title: 'Delete this endpoint?',
      confirm: 'Delete endpoint',
      danger: true,
      body: 'Nothing is sent to it any more, and what was sent is forgotten. This cannot be undone.',
      run: async () => {
        await remove('/webhook_endpoints/{id}', { path: { id } });
        notice('The endpoint is deleted');
        void navigate('/webhooks');
        void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === null }); // not of what is gone
      },
    });
  return <Button size="compact-sm" variant="default" onClick={askToDelete}>Delete endpoint…</Button>;
}

function ChangeDialog({ endpoint, opened, close }: { endpoint: Endpoint; opened: boolean; close: () => void }) {
  const [fields, setFields] = useState(blankEndpoint);
  const { id, url, types, description } = endpoint;
  const typed = types?.join(', ') ?? '';
  useEffect(() => {
    if (opened) setFields({ url, types: typed, description: description ?? '' });
  }, [opened, url, typed, description]);
  const change = useAction((body: Schemas['WebhookEndpointPatch']) => patch('/webhook_endpoints/{id}', { path: { id }, body }), () => notice('The endpoint is changed'));
  const body = { url: fields.url.trim(), types: readTypes(fields.types), description: fields.description.trim() || null };
  return (
    <FormDialog title="Change the endpoint" opened={opened} close={close} submit="Save" values={fields} incomplete={body.url === ''} run={() => change.mutateAsync(body)}>
      {(at) => <EndpointFieldsForm fields={fields} set={(changes) => setFields((before) => ({ ...before, ...changes }))} at={at} />}
    </FormDialog>
  );
}
