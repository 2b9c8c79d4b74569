import { useEffect, useState } from 'react';
import type { Question } from './confirm.tsx';
import { FormDialog } from './form_dialog.tsx';

export default function ConfirmDialog({ question, opened, close }: { question: Question; opened: boolean; close: () => void }) {
  const { title, body, confirm, danger, run } = question;
  // What had the focus is noted when a dialog opens, not when it comes open: the first one would not give it back.
  const [there, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return (
    <FormDialog title={title} opened={opened && there} close={close} submit={confirm} cancel="Keep as it is" danger={danger} run={run}>
      {() => <div>{body}</div>}
    </FormDialog>
  );
}
