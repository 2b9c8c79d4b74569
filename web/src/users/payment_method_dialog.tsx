import { Autocomplete } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, patch } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { sayMethod } from '../lib/method.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

const stubs = ['stub_ok', 'stub_decline', 'stub_decline_2', 'stub_unreachable_2', 'stub_slow_500', 'stub_hard_decline', 'stub_action_required', 'stub_processing_60', 'stub_refund_fails'];

export function PaymentMethodDialog({ user, opened, close }: { user: Schemas['User']; opened: boolean; close: () => void }) {
  const [method, setMethod] = useState('');
  useEffect(() => {
    if (opened) setMethod(user.payment_method ?? '');
  }, [opened, user.payment_method]);
  const known = useGet('/users/{id}/payment_methods', { path: { id: user.id } }, { enabled: opened });
  const real = known.data?.some(({ type }) => type !== 'stub') ?? false;
  const change = useAction((body: { payment_method: string | null }) => patch('/users/{id}', { path: { id: user.id }, body }));
  const says = (token: string) => {
    const method = known.data?.find(({ payment_method }) => payment_method === token);
    return method && method.last4 !== null ? `${sayMethod(method)} (${token})` : token;
  };
  const run = async () => {
    const { payment_method } = await change.mutateAsync({ payment_method: method.trim() || null });
    notice(payment_method === null ? `${user.email} has no payment method on file now` : `${user.email} pays with ${payment_method} now`);
  };
  return (
    <FormDialog title={`How ${user.email} pays`} opened={opened} close={close} values={method.trim()} submit={method.trim() === '' ? 'Clear payment method' : 'Change payment method'} run={run}>
      {(at) => (
        <Autocomplete
          label="Payment method"
          data={real ? (known.data ?? []).map(({ payment_method }) => payment_method) : stubs}
          renderOption={({ option }) => <>{says(option.value)}</>}
          openOnFocus={false}
          value={method}
          onChange={setMethod}
          maxLength={255}
          description={`A token of the payment provider's, never card data; empty for none. ${real ? 'The offered ones are what it has of this customer.' : "The offered ones are the stub provider's: it declines, or cannot be reached, as their names say."}`}
          error={at('/payment_method')}
          data-autofocus
        />
      )}
    </FormDialog>
  );
}
