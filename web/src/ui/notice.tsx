import { CloseButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useEffect, useSyncExternalStore } from 'react';
import classes from './notice.module.css';

type Notice = { id: number; text: string };

let notices: Notice[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: Notice[]) {
  notices = next;
  for (const tell of listeners) tell();
}

/** Says that something was done. What went wrong is said where it was tried (ErrorNote), not here. */
export function notice(text: string) {
  change([...notices.slice(-2), { id: ++lastId, text }]);
}

const close = (id: number) => change(notices.filter((one) => one.id !== id));

const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

/** Where notices appear; the shell has one. */
export function Notices() {
  const all = useSyncExternalStore(subscribe, () => notices);
  return (
    <div className={classes.notices} role="status">
      {all.map((one) => (
        <Card key={one.id} notice={one} />
      ))}
    </div>
  );
}

function Card({ notice: { id, text } }: { notice: Notice }) {
  useEffect(() => {
    const timer = setTimeout(() => close(id), 6_000);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <div className={classes.notice}>
      <IconCheck size={16} className={classes.icon} aria-hidden />
      <span>{text}</span>
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => close(id)} />
    </div>
  );
}
