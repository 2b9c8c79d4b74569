import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import classes from './unfold.module.css';

/** A list of things that are told in a line each. */
export function Unfolds({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul className={classes.list} aria-label={label}>
      {children}
    </ul>
  );
}

type UnfoldProps = {
  /** The line: a name, what is to be known of it, and at the right a picture or a figure. */
  name: ReactNode;
  words?: ReactNode;
  aside?: ReactNode;
  /** Whether it is unfolded to begin with. */
  open?: boolean;
  /** All of it, drawn only while it is unfolded. */
  children: () => ReactNode;
};

/** A line that unfolds to all there is to say. */
export function Unfold({ name, words, aside, open = false, children }: UnfoldProps) {
  const [chosen, choose] = useState<boolean | null>(null);
  const id = useId();
  const shown = chosen ?? open;
  return (
    <li className={classes.item}>
      <button type="button" className={classes.head} aria-expanded={shown} aria-controls={id} onClick={() => choose(!shown)}>
        <IconChevronRight size={16} aria-hidden data-open={shown || undefined} />
        <span className={classes.name}>{name}</span>
        <span className={classes.words}>{words}</span>
        {aside && <span className={classes.aside}>{aside}</span>}
      </button>
      <div id={id} hidden={!shown} className={classes.body}>
        {shown && children()}
      </div>
    </li>
  );
}
