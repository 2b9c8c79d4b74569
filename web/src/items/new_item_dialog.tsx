import { Autocomplete, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { formatMoney } from '../lib/money.ts';
import { saySeats } from '../lib/terms.ts';
import { Choice } from '../ui/choice.tsx';
import classes from '../ui/fields.module.css';
import { currencies as usual, fieldOrder } from '../ui/fields.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import { type ItemFields, blankItem, readItem } from './form.ts';

type Props = { user: Schemas['User']; currencies: string[]; subscriptions: Schemas['Subscription'][]; opened: boolean; close: () => void };

/** Charges a customer something once. */
export function NewItemDialog({ user, currencies, subscriptions, opened, close }: Props) {
  const first = currencies[0] ?? 'USD';
  const [fields, setFields] = useState(blankItem);
  const set = (changes: Partial<ItemFields>) => setFields((before) => ({ ...before, ...changes }));
  useEffect(() => {
    if (opened) setFields({ ...blankItem, currency: first });
  }, [opened, first]);
  const { body, wrong } = readItem(fields);
  const create = useAction((item: Schemas['NewItem'], key) => post('/users/{id}/items', { path: { id: user.id }, body: item }, key), ({ amount_cents, currency, invoice_id }) => {
    notice(`${formatMoney(amount_cents, currency)} ${invoice_id === null ? 'will be on the next invoice' : 'is billed on an invoice of its own'}`);
  });
  return (
    <FormDialog title={`Charge ${user.email} once`} opened={opened} close={close} submit={fields.bill === 'now' ? 'Add and bill' : 'Add item'} values={fields} incomplete={!body} run={() => (body ? create.mutateAsync(body) : Promise.resolve())}>
      {(said) => {
        const at = (pointer: string) => wrong.get(pointer) ?? said(pointer);
        const text = (name: 'amount' | 'quantity' | 'unit_price', pointer: string, label: string, placeholder: string) => (
          <TextInput {...fieldOrder} label={label} placeholder={placeholder} inputMode="decimal" value={fields[name]} onChange={(event) => set({ [name]: event.currentTarget.value })} error={at(pointer)} required />
        );
        return (
          <div className={classes.fields}>
            <TextInput {...fieldOrder} className={classes.wide} label="Description" placeholder="Onboarding workshop" description="What the customer reads on the invoice." maxLength={500} value={fields.description} onChange={(event) => set({ description: event.currentTarget.value })} error={at('/description')} required data-autofocus />
            <div className={classes.wide}>
              <Choice label="It costs" value={fields.by} options={[['amount', 'An amount'], ['price', 'A price each']]} onChange={(by) => set({ by })} />
            </div>
            {fields.by === 'price' && text('quantity', '/quantity', 'Quantity', '1')}
            {fields.by === 'price' ? text('unit_price', '/unit_price', 'Price each, before tax', '250.00') : text('amount', '/amount_cents', 'Amount, before tax', '250.00')}
            <Autocomplete {...fieldOrder} label="Currency" data={[...new Set([...currencies, ...usual])]} maxLength={3} value={fields.currency} onChange={(currency) => set({ currency: currency.toUpperCase() })} error={at('/currency')} required />
            {subscriptions.length > 0 && (
              <Select {...fieldOrder} className={fields.by === 'price' ? undefined : classes.wide} label="Of a subscription" placeholder="none" description="A label: it changes nothing of what is billed." data={subscriptions.map(({ id, plan_code, quantity, status }) => ({ value: id, label: `${plan_code}${saySeats(quantity)}, ${status.replaceAll('_', ' ')}` }))} value={fields.subscription} onChange={(subscription) => set({ subscription })} error={at('/subscription_id')} clearable />
            )}
            <Radio.Group className={classes.wide} label="It is billed" value={fields.bill} onChange={(bill) => set({ bill: bill as ItemFields['bill'] })} error={at('/bill')}>
              <Stack gap="xs" mt="xs">
                <Radio value="next" label="On the next invoice of its currency" />
                <Radio value="now" label="Now, on an invoice of its own" />
              </Stack>
            </Radio.Group>
          </div>
        );
      }}
    </FormDialog>
  );
}
