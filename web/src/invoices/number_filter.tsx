import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useClock } from '../api/clock.tsx';
import { completeNumber, isInvoiceNumber } from '../lib/invoice_number.ts';

/** Finds an invoice by its number: a whole one as soon as it is typed or pasted, one that is cut short with Enter or on leaving the field. */
export function NumberFilter({ number, set }: { number: string; set: (number: string | null) => void }) {
  const [typed, setTyped] = useState(number);
  const { now } = useClock();
  const sent = useRef(number);
  // The address changes by other means than typing, too: by "Clear filters", or by going back.
  useEffect(() => {
    if (number === sent.current) return;
    sent.current = number;
    setTyped(number);
  }, [number]);
  const take = (text: string) => {
    if (text === number) return;
    sent.current = text;
    set(text || null);
  };
  const soon = useDebouncedCallback(take, 200);
  const finish = () => {
    const text = completeNumber(typed, now.getUTCFullYear());
    soon.cancel();
    setTyped(text);
    take(text);
  };
  return (
    <TextInput
      type="search"
      size="xs"
      radius="xl"
      w="10rem"
      aria-label="Number"
      placeholder="Number"
      leftSection={<IconSearch size={14} aria-hidden />}
      maxLength={40}
      value={typed}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        soon.cancel();
        if (text.trim() === '' || isInvoiceNumber(text.trim())) soon(text.trim());
      }}
      onKeyDown={(event) => event.key === 'Enter' && finish()}
      onBlur={finish}
    />
  );
}
