import { Button, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Schemas, patch } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { fieldOrder } from '../ui/fields.ts';
import { notice } from '../ui/notice.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorNote, ErrorState, Loading } from '../ui/states.tsx';
import { useSend } from '../ui/use_send.ts';
import classes from './emails.module.css';
import { kinds } from './words.ts';

/** Which mails customers get, and where they change their card. */
export function EmailSettings() {
  const settings = useGet('/settings/emails', {});
  return (
    <Panel title="E-mails to customers">
      {settings.data ? <Known settings={settings.data} /> : settings.error ? <ErrorState error={settings.error} retry={settings.refetch} /> : <Loading lines={6} />}
    </Panel>
  );
}

function Known({ settings }: { settings: Schemas['EmailSettings'] }) {
  const [on, setOn] = useState(settings.kinds);
  const [url, setUrl] = useState(settings.payment_url ?? '');
  const body = { kinds: on, payment_url: url.trim() || null };
  const change = useAction((wished: typeof body) => patch('/settings/emails', { body: wished }), () => notice('Saved: it holds for mails from now on'));
  const sending = useSend(body, change);
  const same = JSON.stringify(body) === JSON.stringify({ kinds: settings.kinds, payment_url: settings.payment_url });
  return (
    <>
      {!settings.sends && <p className={classes.quiet} style={{ marginBottom: '1rem' }}>No mail is sent: there is no mail server. Set BILLING_SMTP_URL and BILLING_MAIL_FROM where billing is started.</p>}
      <div className={classes.switches} role="group" aria-label="Kinds of mail">
        {kinds.map(([kind, words, when]) => (
          <Switch key={kind} label={words} description={when} checked={on[kind]} onChange={(event) => setOn({ ...on, [kind]: event.currentTarget.checked })} />
        ))}
      </div>
      <TextInput
        {...fieldOrder}
        type="url"
        label="Where customers change their card"
        description="A page of yours; {user_id}, {external_id} and {invoice_id} are filled in. Mails that ask for a card link to it."
        placeholder="https://app.example.com/billing?customer={external_id}"
        maxLength={500}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={sending.at('/payment_url')}
      />
      <ErrorNote error={sending.error} />
      <div className={classes.foot}>
        <Button disabled={same} loading={sending.running} onClick={sending.send}>
          Save e-mails
        </Button>
      </div>
    </>
  );
}
