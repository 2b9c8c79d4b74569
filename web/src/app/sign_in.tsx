import { Button, PasswordInput, Stack } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { ApiError, request } from '../api/client.ts';
import { session, standsAlone } from '../api/session.ts';
import { ErrorNote } from '../ui/states.tsx';
import { Logo } from './logo.tsx';
import classes from './sign_in.module.css';

/** Exchanges the key for a session; on an origin of its own it is tried, and kept. */
async function signIn(key: string) {
  try {
    if (standsAlone) await request('GET', '/me', { key });
    else await request('POST', '/session', { body: { key } });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) throw new Error('The server does not know this key, or it was revoked.');
    if (error instanceof ApiError && error.status === 403) throw new Error('This key may only record usage. The admin UI needs one with the scope read, write or admin.');
    throw error;
  }
  session.began(standsAlone ? key : null);
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
    await signIn(key.trim()).catch(setError);
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
            description={standsAlone ? 'It is kept in this tab only, until you sign out or close it.' : 'For every tab of this browser, until you sign out, close the browser, or are idle for 12 hours. No page can read it.'}
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
          <div className={classes.hint}>
            <p>No key at hand? On the server, with its settings in the environment:</p>
            <pre tabIndex={0} aria-label="Make a key">
              DATABASE_URL=postgresql://… \{'\n'}
              {'  '}billing keys create --name me --scope admin
            </pre>
            <p>
              Where it was started with <code>billing up</code>, in the same directory: <code>billing keys --data-dir .data create --name me --scope admin</code>
            </p>
          </div>
        </Stack>
      </form>
    </main>
  );
}
