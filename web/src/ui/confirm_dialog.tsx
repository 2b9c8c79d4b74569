import type { Question } from './confirm.tsx';
import { FormDialog } from './form_dialog.tsx';

export default function ConfirmDialog({ question, opened, close }: { question: Question; opened: boolean; close: () => void }) {
  const { title, body, confirm, danger, run } = question;
  return (
    <FormDialog title={title} opened={opened} close={close} submit={confirm} cancel="Keep as it is" danger={danger} run={run}>
      {() => <div>{body}</div>}
    </FormDialog>
  );
}
