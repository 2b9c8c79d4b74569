import { useCallback, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';

/** `replace`: not a step of its own in the browser's history, as what changes while one types. */
type SetOptions = { replace?: boolean };

/** A list's filter, kept in the URL: it survives a reload, goes back and forth, and can be sent to a colleague. */
export function useFilters<Name extends string>(...names: Name[]) {
  const [parameters, setParameters] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, parameters.get(name) ?? ''])) as Record<Name, string>;
  const set = useCallback(
    (changes: Partial<Record<Name, string | null>>, { replace = false }: SetOptions = {}) => {
      const before = new URLSearchParams(window.location.search); // not the one rendered: a change just before this one may not be yet
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(changes) as [string, string | null][]) {
        if (value) after.set(name, value);
        else after.delete(name);
      }
      if (after.toString() !== before.toString()) setParameters(after, { replace });
    },
    [setParameters],
  );
  return { filters, set, any: names.some((name) => filters[name] !== '') };
}

/** What a field says whose value is kept elsewhere: for as long as one is in it, only what is typed. */
export function useTyped(kept: string) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(kept);
  useEffect(() => {
    if (document.activeElement !== field.current) setTyped(kept);
  }, [kept]);
  return { field, typed, setTyped };
}
