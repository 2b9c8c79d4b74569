import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './copy_id.module.css';

/** An id, whole for the eye where there is room, and for the clipboard. */
export function CopyId({ id, short = false, what = 'the id' }: { id: string; short?: boolean; what?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button type="button" className={classes.id} title={`Copy ${id}`} onClick={() => void copy()}>
      <span className="sr-only">Copy {what} </span>
      <span>{short ? `…${id.slice(-8)}` : id}</span>
      {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      <span role="status" className="sr-only">{copied ? 'Copied' : ''}</span>
    </button>
  );
}
