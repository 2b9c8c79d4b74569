import { Autocomplete, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ApiError, type Schemas, patch } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { AddressFields } from '../ui/address_fields.tsx';
import classes from '../ui/fields.module.css';
import { type At, fieldOrder } from '../ui/fields.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { MetadataFields } from '../ui/metadata_fields.tsx';
import { notice } from '../ui/notice.tsx';
import { type DetailsFields, blankMetadata, detailsFieldsOf, readDetails } from './details_form.ts';

type PartProps = { fields: DetailsFields; set: (changes: Partial<DetailsFields>) => void; at: At };

const taxStatuses = [{ value: 'taxable', label: 'Taxable' }, { value: 'exempt', label: 'Exempt from tax' }, { value: 'reverse_charge', label: 'Reverse charge: the customer owes the tax' }];
const collections = [{ value: 'automatic', label: 'Charged automatically' }, { value: 'manual', label: 'By invoice, paid until a day' }];

/** Changes what is known of a customer. */
export function DetailsDialog({ user, opened, close }: { user: Schemas['User']; opened: boolean; close: () => void }) {
  const [fields, setFields] = useState(() => detailsFieldsOf(user));
  const [before, setBefore] = useState(user);
  const set = (changes: Partial<DetailsFields>) => setFields((now) => ({ ...now, ...changes }));
  useEffect(() => {
    if (!opened) return;
    setFields(detailsFieldsOf(user));
    setBefore(user); // as it was when opened: what is read anew meanwhile is no change of ours
  }, [opened]);
  const { patch: body, wrong } = readDetails(fields, before);
  const change = useAction((changes: Schemas['UserPatch']) => patch('/users/{id}', { path: { id: user.id }, body: changes }), ({ email }) => notice(`What is known of ${email} is changed`));
  const run = () =>
    body
      ? change.mutateAsync(body).catch((error: unknown) => {
          if (error instanceof ApiError && error.type === 'email_taken') throw new ApiError(error.status, error.type, error.message, [{ pointer: '/email', detail: 'Another customer has this address' }]);
          if (error instanceof ApiError && error.type === 'external_id_taken') throw new ApiError(error.status, error.type, error.message, [{ pointer: '/external_id', detail: 'Another customer has this id' }]);
          throw error;
        })
      : Promise.resolve();
  return (
    <FormDialog title={`Details of ${user.email}`} opened={opened} close={close} submit="Save details" wide values={fields} incomplete={!body || Object.keys(body).length === 0} run={run}>
      {(said) => {
        const at = (pointer: string) => wrong.get(pointer) ?? said(pointer);
        return (
          <div className={classes.fields}>
            <Who fields={fields} set={set} at={at} />
            <h3 className={classes.heading}>Address</h3>
            <AddressFields address={fields.address} set={(address) => set({ address })} at={at} />
            <h3 className={classes.heading}>Tax and payment</h3>
            <Terms fields={fields} set={set} at={at} />
            <h3 className={classes.heading}>Notes of your own</h3>
            <MetadataFields members={fields.metadata} set={(metadata) => set({ metadata })} blank={blankMetadata} error={at('/metadata')} />
          </div>
        );
      }}
    </FormDialog>
  );
}

function Who({ fields, set, at }: PartProps) {
  const field = (name: 'name' | 'email' | 'external_id' | 'phone', label: string, most: number, description?: string) => (
    <TextInput {...fieldOrder} label={label} description={description} maxLength={most} required={name === 'email'} value={fields[name]} onChange={(event) => set({ [name]: event.currentTarget.value })} error={at(`/${name}`)} data-autofocus={name === 'name' || undefined} />
  );
  return (
    <>
      {field('name', 'Name', 200, 'A person’s or a company’s, as invoices have it.')}
      {field('email', 'E-mail address', 254)}
      {field('external_id', 'External id', 200, 'What your own systems call the customer.')}
      {field('phone', 'Phone', 50)}
    </>
  );
}

function Terms({ fields, set, at }: PartProps) {
  return (
    <>
      <Select {...fieldOrder} label="Tax status" data={taxStatuses} value={fields.tax_status} onChange={(status) => status && set({ tax_status: status as DetailsFields['tax_status'] })} error={at('/tax_status')} allowDeselect={false} />
      <TextInput {...fieldOrder} label="Tax id" maxLength={100} value={fields.tax_id} onChange={(event) => set({ tax_id: event.currentTarget.value })} error={at('/tax_id')} />
      <Select {...fieldOrder} label="Collection" data={collections} value={fields.collection} onChange={(collection) => collection && set({ collection: collection as DetailsFields['collection'] })} description="Counts from the next invoice on." error={at('/collection')} allowDeselect={false} />
      <TextInput {...fieldOrder} label="Days to pay" inputMode="numeric" value={fields.net_days} onChange={(event) => set({ net_days: event.currentTarget.value })} description="From the invoice to the day that it is due, when paid by invoice." error={at('/net_days')} />
      <Autocomplete {...fieldOrder} label="Language" data={['en', 'de']} maxLength={35} value={fields.language} onChange={(language) => set({ language })} description="Of documents, as far as there is one." error={at('/language')} />
    </>
  );
}
