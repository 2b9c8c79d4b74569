import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { EndpointFieldsForm, blankEndpoint } from './endpoint_fields.tsx';
import { readTypes } from './say_types.ts';
import { SecretDialog } from './secret_dialog.tsx';

/** Asks where events are to be sent, and then shows the secret: this once. */
export function NewEndpoint({ opened, close }: { opened: boolean; close: () => void }) {
  const [fields, setFields] = useState(blankEndpoint);
  const [made, setMade] = useState<Schemas['NewlyMadeWebhookEndpoint'] | null>(null);
  const navigate = useNavigate();
  useEffect(() => {
    if (opened) setFields(blankEndpoint);
  }, [opened]);
  const create = useAction((body: Schemas['NewWebhookEndpoint'], key) => post('/webhook_endpoints', { body }, key), setMade);
  const { url, types, description } = fields;
  const body = { url: url.trim(), types: readTypes(types), ...(description.trim() === '' ? {} : { description: description.trim() }) };
  return (
    <>
      <FormDialog title="New webhook endpoint" opened={opened} close={close} submit="Add endpoint" values={fields} incomplete={body.url === ''} run={() => create.mutateAsync(body)}>
        {(at) => <EndpointFieldsForm fields={fields} set={(changes) => setFields((before) => ({ ...before, ...changes }))} at={at} />}
      </FormDialog>
      <SecretDialog
        secret={made?.secret ?? null}
        close={() => {
          const id = made!.id;
          setMade(null);
          void navigate(`/webhooks/${id}`);
        }}
      />
    </>
  );
}
