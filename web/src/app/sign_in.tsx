import { Button, PasswordInput, Stack } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { ApiError, request } from '../api/client.ts';
import { apiKey } from '../api/key.ts';
import { ErrorNote } from '../ui/states.tsx';
import { Logo } from './logo.tsx';
import classes from './sign_in.module.css';

/** Takes the key when it can read. */
async function tryKey(key: string) {
  try {
    await request('GET', '/clock', { key });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) throw new Error('The server does not know this key, or it was revoked.');
    if (error instanceof ApiError && error.status === 403) throw new Error('This key may only record usage. The admin UI needs one with the scope read, write or admin.');
    throw error;
  }
  apiKey.set(key);
}

export default function SignIn() {
  const [key, setKey] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [running, setRunning] = useState(false);
  useEffect(() => {
    document.title = 'Sign in · Billing';
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setRunning(true);
    setError(null);
    await tryKey(key.trim()).catch(setError);
    setRunning(false);
  };

  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <Logo />
          <h1 className={classes.title}>Sign in with an API key</h1>
          <PasswordInput
            label="API key"
            description="It is kept in this tab only, until you sign out or close it."
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            autoComplete="off"
            autoFocus
            required
          />
          <ErrorNote error={error} />
          <Button type="submit" loading={running} disabled={key.trim() === ''}>
            Sign in
          </Button>
          <p className={classes.hint}>
            No key at hand? On the server: <code>billing keys create --name me --scope admin</code>
          </p>
        </Stack>
      </form>
    </main>
  );
}
