import { Button, Group, Modal, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { toJson } from '../lib/int.ts';
import { useRefusedFocus } from './refused_focus.ts';
import { ErrorNote } from './states.tsx';

type FormDialogProps = {
  title: string;
  opened: boolean;
  close: () => void;
  /** The button's words: the deed itself. */
  submit: string;
  cancel?: string;
  danger?: boolean;
  /** Wider than a question needs: for a form with something beside it. */
  wide?: boolean;
  /** What is in the fields: a refusal is about what was sent, and goes once it is something else. */
  values?: unknown;
  /** While it is true the form cannot be sent. */
  incomplete?: boolean;
  /** The deed. When it fails the dialog says why and stays. */
  run: () => Promise<unknown>;
  /** The fields; they get what the server said about a member of the body, by its pointer ("/email"). */
  children: (at: (pointer: string) => string | undefined) => ReactNode;
};

/** The focus goes back to what opened the dialog; where that is gone (an item of a menu, a button of a state that has passed), to the page. */
function keepFocus() {
  if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true });
}

export function FormDialog({ title, opened, close, submit, cancel = 'Cancel', danger = false, wide = false, incomplete = false, values, run, children }: FormDialogProps) {
  const [running, setRunning] = useState(false);
  const [refused, setError] = useState<unknown>(null);
  const [tried, setTried] = useState('');
  const now = toJson(values ?? null);
  const error = tried === now ? refused : null;
  const sent = useRef(false); // once and no more until it is opened anew: a second click finds the button while the dialog fades
  const form = useRefusedFocus(error);
  useEffect(() => {
    if (!opened) return;
    sent.current = false;
    setRunning(false);
    setError(null);
  }, [opened]);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!opened || sent.current) return;
    sent.current = true;
    setRunning(true);
    setTried(now);
    setError(null);
    try {
      await run();
      close();
    } catch (caught) {
      sent.current = false;
      setRunning(false);
      setError(caught);
    }
  };

  const said = new Set<string>(); // by a field, beside which it need not be said again
  const at = (pointer: string) => {
    said.add(pointer);
    return error instanceof ApiError ? error.at(pointer) : undefined;
  };
  const fields = children(at);
  const everyFieldSaysIt = error instanceof ApiError && error.errors.length > 0 && error.errors.every(({ pointer }) => said.has(pointer));
  return (
    <Modal opened={opened} size={wide ? '46rem' : undefined} onClose={() => !running && close()} title={title} closeOnClickOutside={false} onExitTransitionEnd={keepFocus}>
      <form ref={form} onSubmit={(event) => void send(event)}>
        <Stack gap="md">
          {fields}
          {!everyFieldSaysIt && <ErrorNote error={error} />}
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
