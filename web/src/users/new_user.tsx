import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

export function NewUser({ opened, close }: { opened: boolean; close: () => void }) {
  const navigate = useNavigate();
  const [email, setEmail] = useState('');
  useEffect(() => {
    if (opened) setEmail('');
  }, [opened]);
  const create = useAction((body: { email: string }, key) => post('/users', { body }, key));
  const run = async () => {
    const user = await create.mutateAsync({ email: email.trim() }).catch((error: unknown) => {
      if (error instanceof ApiError && error.type === 'email_taken') throw new Error(`${email.trim()} is a customer already: Ctrl-K finds them.`);
      throw error;
    });
    notice(`${user.email} is a customer now`);
    setTimeout(() => void navigate(`/users/${user.id}`)); // once the dialog has left the URL
  };
  return (
    <FormDialog title="New customer" opened={opened} close={close} submit="Create customer" values={email.trim()} incomplete={email.trim() === ''} run={run}>
      {(at) => (
        <TextInput
          label="E-mail address"
          type="email"
          placeholder="demo@example.com"
          description="Whoever is billed. A plan and a way to pay come next."
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={at('/email')}
          data-autofocus
          required
        />
      )}
    </FormDialog>
  );
}
