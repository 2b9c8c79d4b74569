import { useEffect, useRef } from 'react';

/** For a form: once it was refused, the focus is on the first field that is marked, or else on the button, which was disabled meanwhile. */
export function useRefusedFocus(error: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [type="submit"]')?.focus();
  }, [error]);
  return form;
}
