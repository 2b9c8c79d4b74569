import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

type Props = { user: Schemas['User']; opened: boolean; close: () => void; /** takes the link that was made */ made: (url: string) => void };

/** A link where the customer enters a card, at the provider: to be sent, not to be opened here. */
export function CardLinkDialog({ user, opened, close, made }: Props) {
  const [back, setBack] = useState('');
  useEffect(() => {
    if (opened) setBack('');
  }, [opened]);
  const create = useAction((body: Schemas['NewPaymentSetup'], key) => post('/users/{id}/payment_methods/setup', { path: { id: user.id }, body }, key), ({ url }) => {
    made(url);
    notice('The link is made: copy it, and send it to the customer');
  });
  return (
    <FormDialog title={`A link for ${user.email} to enter a card`} opened={opened} close={close} values={back} submit="Make the link" incomplete={back.trim() === ''} run={() => create.mutateAsync({ return_url: back.trim() })}>
      {(at) => (
        <TextInput label="Where the customer comes back to" placeholder="https://example.com/account" value={back} onChange={(event) => setBack(event.currentTarget.value)} maxLength={2000} error={at('/return_url')} description="The card is entered at the payment provider. It becomes the payment method by itself, and pays what is open." required data-autofocus />
      )}
    </FormDialog>
  );
}
