import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { parseInteger } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import { ChangeDialog } from './change_dialog.tsx';

type Props = { subscription: Schemas['Subscription']; opened: boolean; close: () => void };

export function SeatsDialog({ subscription, opened, close }: Props) {
  const [text, setText] = useState('');
  useEffect(() => {
    if (opened) setText(formatCount(subscription.quantity));
  }, [opened, subscription.quantity]);
  const quantity = parseInteger(text);
  const wrong = text.trim() !== '' && (quantity === null || quantity < 1 || quantity > 1_000_000);
  const same = quantity === subscription.quantity;
  return (
    <ChangeDialog title="Change seats" subscription={subscription} opened={opened} close={close} submit="Change seats" named={quantity === null || wrong || same ? null : { quantity: Number(quantity) }} hint="Type another number, and see what the change costs.">
      {(at) => (
        <TextInput label="Seats" inputMode="numeric" value={text} onChange={(event) => setText(event.currentTarget.value)} description="The base fee is multiplied by them; usage is not." error={at('/quantity') ?? (wrong ? 'A whole number from 1 to 1,000,000' : undefined)} required data-autofocus />
      )}
    </ChangeDialog>
  );
}
