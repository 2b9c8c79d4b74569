import { type RefObject, useEffect, useRef } from 'react';

/**
 * For lists that one adds to and takes from by button: what was clicked goes away, or what is new appears above it, and the focus should be there.
 * `const next = useFocusNext(box)`: `next((box) => …)` puts it on what is found there once the change is on the screen.
 */
export function useFocusNext<T extends HTMLElement>(box: RefObject<T | null>) {
  const wanted = useRef<((box: T) => HTMLElement | null | undefined) | null>(null);
  useEffect(() => {
    const find = wanted.current;
    if (!find || !box.current) return;
    wanted.current = null;
    find(box.current)?.focus();
  });
  return (find: (box: T) => HTMLElement | null | undefined) => {
    wanted.current = find;
  };
}
