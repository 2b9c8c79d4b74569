import { Popover } from '@mantine/core';
import { IconCheck, IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import classes from './filter_bar.module.css';

/** The filters of a list, side by side; `clear` takes all of them away. */
export function FilterBar({ any, clear, children }: { any: boolean; clear: () => void; children: ReactNode }) {
  return (
    <div className={classes.bar} role="group" aria-label="Filters">
      {children}
      {any && (
        <button type="button" className={classes.all} onClick={clear}>
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
  const set = value !== undefined;
  return (
    <Popover opened={opened} onChange={setOpened} width={width} position="bottom-start" shadow="md" trapFocus returnFocus transitionProps={{ duration: 100 }}>
      <div className={classes.pill} data-set={set || undefined}>
        <Popover.Target>
          <button type="button" onClick={() => setOpened(!opened)}>
            {!set && <IconPlus size={14} aria-hidden />}
            {label}
            {set && <span className={classes.value}>{value}</span>}
          </button>
        </Popover.Target>
        {set && (
          <Clear label={label} clear={clear} />
        )}
      </div>
      <Popover.Dropdown p={6} aria-label={label}>
        {children(() => setOpened(false))}
      </Popover.Dropdown>
    </Popover>
  );
}

function Clear({ label, clear }: { label: string; clear: () => void }) {
  return (
    <button type="button" className={classes.clear} aria-label={`Clear ${label.toLowerCase()}`} onClick={clear}>
      <IconX size={14} aria-hidden />
    </button>
  );
}

/** A filter that one comes with, by a link; here it can only be cleared. */
export function FixedFilter({ label, value, clear }: { label: string; value: ReactNode; clear: () => void }) {
  return (
    <div className={classes.pill} data-set>
      <span className={classes.fixed}>
        {label}
        <span className={classes.value}>{value}</span>
      </span>
      <Clear label={label} clear={clear} />
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
