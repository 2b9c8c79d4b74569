import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import classes from './form_page.module.css';
import { Columns, PageTitle } from './page.tsx';
import { useRefusedFocus } from './refused_focus.ts';
import { ErrorNote } from './states.tsx';

type FormPageProps = {
  title: string;
  crumb?: [string, string];
  /** Below the title: what this is, in a line. */
  about?: ReactNode;
  /** Beside the form: what comes of it. */
  side: ReactNode;
  /** What there is to know before one sends it. */
  note: ReactNode;
  /** The button's words: the deed itself. */
  submit: string;
  /** Another button, before it. */
  other?: ReactNode;
  incomplete: boolean;
  sending: { send: () => void; running: boolean; error: Error | null };
  children: ReactNode;
};

/** A form that is a page, with what comes of it in sight while one writes. */
export function FormPage({ title, crumb, about, side, note, submit, other, incomplete, sending: { send, running, error }, children }: FormPageProps) {
  const form = useRefusedFocus(error);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  return (
    <>
      <PageTitle title={title} crumb={crumb}>{about}</PageTitle>
      <form ref={form} onSubmit={onSubmit}>
        <Columns side={side} wide follows>
          {children}
          <ErrorNote error={error} />
          <div className={classes.send}>
            <p>{note}</p>
            {other}
            <Button type="submit" loading={running} disabled={incomplete}>
              {submit}
            </Button>
          </div>
        </Columns>
      </form>
    </>
  );
}
