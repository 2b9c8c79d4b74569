import { Popover } from '@mantine/core';
import { IconCheck, IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import classes from './filter_bar.module.css';

/** The filters of a list, side by side; `clear` takes all of them away. */
export function FilterBar({ any, clear, children }: { any: boolean; clear: () => void; children: ReactNode }) {
  const bar = useRef<HTMLDivElement>(null);
  const clearAll = () => {
    clear();
    bar.current?.querySelector('button')?.focus(); // what was clicked goes away
  };
  return (
    <div ref={bar} className={classes.bar} role="group" aria-label="Filters">
      {children}
      {any && (
        <button type="button" className={classes.all} onClick={clearAll}>
          Clear filters
        </button>
      )}
    </div>
  );
}

type FilterProps = {
  /** "Plan" */
  label: string;
  /** What is chosen, in words; nothing while the filter is not set. */
  value?: ReactNode;
  clear: () => void;
  width?: number;
  /** What one chooses from; `close` once it is chosen. */
  children: (close: () => void) => ReactNode;
};

/** One filter: an offer while it is not set, and a chip that says what it is set to and can be cleared. */
export function Filter({ label, value, clear, width = 240, children }: FilterProps) {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const set = value !== undefined;
  return (
    <Popover opened={opened} onChange={setOpened} width={width} position="bottom-start" shadow="md" trapFocus returnFocus transitionProps={{ duration: 100 }}>
      <div className={classes.pill} data-set={set || undefined}>
        <Popover.Target>
          <button ref={button} type="button" onClick={() => setOpened(!opened)}>
            {!set && <IconPlus size={14} aria-hidden />}
            {label}
            {set && <span className={classes.value}>{value}</span>}
          </button>
        </Popover.Target>
        {set && <Clear label={label} clear={clear} goTo={() => button.current} />}
      </div>
      <Popover.Dropdown p={6} aria-label={label}>
        {children(() => setOpened(false))}
      </Popover.Dropdown>
    </Popover>
  );
}

/** The cross at a chip's end. As it goes away with what it clears, the focus goes elsewhere. */
function Clear({ label, clear, goTo }: { label: string; clear: () => void; goTo: () => HTMLElement | null | undefined }) {
  const run = () => {
    clear();
    goTo()?.focus();
  };
  return (
    <button type="button" className={classes.clear} aria-label={`Clear ${label.toLowerCase()}`} onClick={run}>
      <IconX size={14} aria-hidden />
    </button>
  );
}

/** A filter that one comes with, by a link; here it can only be cleared. */
export function FixedFilter({ label, value, clear }: { label: string; value: ReactNode; clear: () => void }) {
  const pill = useRef<HTMLDivElement>(null);
  return (
    <div ref={pill} className={classes.pill} data-set>
      <span className={classes.fixed}>
        {label}
        <span className={classes.value}>{value}</span>
      </span>
      <Clear label={label} clear={clear} goTo={() => pill.current?.parentElement?.querySelector('button')} />
    </div>
  );
}

type Option = { value: string; text: string };

/** A few things to choose one from. */
export function Options({ options, chosen, choose }: { options: Option[]; chosen: string; choose: (value: string) => void }) {
  return (
    <ul className={classes.options}>
      {options.map(({ value, text }) => (
        <li key={value}>
          <button type="button" className={classes.option} aria-pressed={value === chosen} onClick={() => choose(value)}>
            {text}
            {value === chosen && <IconCheck size={16} aria-hidden />}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function FilterHint({ children }: { children: ReactNode }) {
  return <p className={classes.hint}>{children}</p>;
}
