import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** A list's filter, kept in the URL: it survives a reload, goes back and forth, and can be sent to a colleague. */
export function useFilters<Name extends string>(...names: Name[]) {
  const [parameters, setParameters] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, parameters.get(name) ?? ''])) as Record<Name, string>;
  const set = useCallback(
    (changes: Partial<Record<Name, string | null>>) =>
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes) as [string, string | null][]) {
            if (value) after.set(name, value);
            else after.delete(name);
          }
          return after;
        },
        { replace: true },
      ),
    [setParameters],
  );
  return { filters, set, any: names.some((name) => filters[name] !== '') };
}
