import classes from './choice.module.css';

type ChoiceProps<T extends string> = { label: string; value: T; options: [T, string][]; onChange: (value: T) => void };

/** A few options side by side, one of them chosen. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <div role="group" aria-label={label} className={classes.choice}>
      {options.map(([option, text]) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
          {text}
        </button>
      ))}
    </div>
  );
}
