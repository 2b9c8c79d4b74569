import { Button, Skeleton, Stack } from '@mantine/core';
import { IconAlertTriangle, IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import classes from './states.module.css';

/** Nothing here (yet): what it is, and what to do next. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.state}>
      <IconInbox className={classes.icon} aria-hidden />
      <p className={classes.title}>{title}</p>
      {children && <p className={classes.text}>{children}</p>}
      {action}
    </div>
  );
}

/** What went wrong, in the server's words, and a way on. */
export function ErrorState({ error, retry, title = 'This could not be loaded' }: { error: unknown; retry?: () => unknown; title?: string }) {
  return (
    <div className={classes.state} role="alert">
      <IconAlertTriangle className={classes.icon} data-bad aria-hidden />
      <p className={classes.title}>{title}</p>
      <p className={classes.text}>{messageOf(error)}</p>
      {error instanceof ApiError && error.requestId && <p className={classes.fine}>Request {error.requestId}</p>}
      {retry && (
        <Button variant="default" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** For a form or a dialog: one line, in place. */
export function ErrorNote({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p className={classes.note} role="alert">
      {messageOf(error)}
    </p>
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : 'Something unexpected happened.';
}

/** Quiet lines in the place of what is coming. */
export function Loading({ lines = 6, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <Stack gap="sm" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={14} width={`${92 - ((index * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}
