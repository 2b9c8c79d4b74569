import { Button, Group, Modal, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { ErrorNote } from './states.tsx';

type FormDialogProps = {
  title: string;
  opened: boolean;
  close: () => void;
  /** The button's words: the deed itself. */
  submit: string;
  cancel?: string;
  danger?: boolean;
  /** While it is true the form cannot be sent. */
  incomplete?: boolean;
  /** The deed. When it fails the dialog says why and stays. */
  run: () => Promise<unknown>;
  /** The fields; they get what the server said about a member of the body, by its pointer ("/email"). */
  children: (at: (pointer: string) => string | undefined) => ReactNode;
};

export function FormDialog({ title, opened, close, submit, cancel = 'Cancel', danger = false, incomplete = false, run, children }: FormDialogProps) {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => setError(null), [opened]);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setRunning(true);
    setError(null);
    try {
      await run();
      close();
    } catch (caught) {
      setError(caught);
    } finally {
      setRunning(false);
    }
  };

  return (
    <Modal opened={opened} onClose={() => !running && close()} title={title}>
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="md">
          {children((pointer) => (error instanceof ApiError ? error.at(pointer) : undefined))}
          <ErrorNote error={error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close} disabled={running}>
              {cancel}
            </Button>
            <Button type="submit" color={danger ? 'red.9' : undefined} loading={running} disabled={incomplete}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
