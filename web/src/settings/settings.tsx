import { TextInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { type Schemas, patch } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { EmailSettings } from '../emails/email_settings.tsx';
import mails from '../emails/emails.module.css';
import { addressFieldsOf, readAddress } from '../lib/address.ts';
import { AddressFields } from '../ui/address_fields.tsx';
import classes from '../ui/fields.module.css';
import { fieldOrder } from '../ui/fields.ts';
import { FormPage } from '../ui/form_page.tsx';
import { History } from '../ui/history.tsx';
import { notice } from '../ui/notice.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty, ErrorState, Loading } from '../ui/states.tsx';
import { useSend } from '../ui/use_send.ts';
import { InvoiceHead } from './invoice_head.tsx';
import { LogoField } from './logo_field.tsx';

type Settings = Schemas['Settings'];

/** Who sends the documents, and how they will look. */
export default function SettingsPage() {
  const may = useMay();
  const settings = useGet('/settings', {}, { enabled: may('admin') });
  if (settings.data) {
    return (
      <>
        <Seller settings={settings.data} />
        <div className={mails.below}>
          <EmailSettings />
        </div>
      </>
    );
  }
  return (
    <>
      <PageTitle title="Settings" />
      {!may('admin') ? <Empty title="Your key may not see them">Whoever signs in with a key of scope admin sees and changes the seller.</Empty> : settings.error ? <ErrorState error={settings.error} retry={settings.refetch} /> : <Loading lines={8} />}
    </>
  );
}

const textOf = (text: string) => text.trim() || null;

function Seller({ settings }: { settings: Settings }) {
  const [fields, setFields] = useState(() => fieldsOf(settings));
  const set = (changes: Partial<typeof fields>) => setFields((before) => ({ ...before, ...changes }));
  const body = bodyOf(fields);
  const change = useAction((seller: typeof body) => patch('/settings', { body: seller }), () => notice('Documents have this seller from now on'));
  const sending = useSend(body, change);
  const { at } = sending;
  const field = (name: 'name' | 'tax_id' | 'email', label: string, most: number, description?: string, type?: string) => (
    <TextInput {...fieldOrder} type={type} className={name === 'name' ? classes.wide : undefined} label={label} description={description} maxLength={most} value={fields[name]} onChange={(event) => set({ [name]: event.currentTarget.value })} error={at(`/${name}`)} />
  );
  const same = JSON.stringify(body) === JSON.stringify(bodyOf(fieldsOf(settings)));
  return (
    <FormPage
      title="Settings"
      about="Who sends the invoices and credit notes."
      side={
        <>
          <InvoiceHead seller={body} />
          <History of="seller" />
        </>
      }
      note="It holds for documents from now on; those that are issued keep the seller as it was."
      submit="Save seller"
      incomplete={same}
      sending={sending}
    >
      <Panel title="Seller">
        <div className={classes.fields}>
          {field('name', 'Name', 200)}
          <AddressFields address={fields.address} set={(address) => set({ address })} at={at} />
          {field('tax_id', 'Tax id', 100, 'Such as DE123456789.')}
          {field('email', 'E-mail address', 254, 'Where questions go.', 'email')}
        </div>
      </Panel>
      <Panel title="On each page">
        <div className={classes.fields}>
          <div className={classes.wide}><LogoField logo={fields.logo} set={(logo) => set({ logo })} error={at('/logo')} /></div>
          <Textarea {...fieldOrder} className={classes.wide} label="Footer" description="Bank account, register, whoever represents the company; up to 6 lines are printed." autosize minRows={2} maxRows={6} maxLength={1000} value={fields.footer} onChange={(event) => set({ footer: event.currentTarget.value })} error={at('/footer')} />
        </div>
      </Panel>
    </FormPage>
  );
}

function fieldsOf({ name, address, tax_id, email, footer, logo }: Settings) {
  return { name: name ?? '', address: addressFieldsOf(address), tax_id: tax_id ?? '', email: email ?? '', footer: footer ?? '', logo };
}

function bodyOf({ name, address, tax_id, email, footer, logo }: ReturnType<typeof fieldsOf>) {
  return { name: textOf(name), address: readAddress(address), tax_id: textOf(tax_id), email: textOf(email), footer: textOf(footer), logo };
}
