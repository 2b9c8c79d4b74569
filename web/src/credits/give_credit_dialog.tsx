import { Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useClock } from '../api/clock.tsx';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { formatMoney, parseMoney } from '../lib/money.ts';
import { addDays, dayOf } from '../lib/time.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

const blank = { amount: '', currency: 'USD', until: '', reason: '' };

type Props = { user: Schemas['User']; currencies: string[]; opened: boolean; close: () => void };

export function GiveCreditDialog({ user, currencies, opened, close }: Props) {
  const offered = currencies.length > 0 ? currencies : ['USD'];
  const first = offered[0] ?? 'USD';
  const [fields, setFields] = useState(blank);
  const set = (changes: Partial<typeof blank>) => setFields((before) => ({ ...before, ...changes }));
  const { now } = useClock();
  useEffect(() => {
    if (opened) setFields({ ...blank, currency: first });
  }, [opened, first]);
  const cents = parseMoney(fields.amount, fields.currency);
  const wrong = fields.amount.trim() !== '' && (cents === null || cents === 0n);
  const give = useAction((body: Schemas['NewCredit'], key) => post('/users/{id}/credits', { path: { id: user.id }, body }, key), ({ amount_cents, currency }) => {
    notice(`${user.email} has ${formatMoney(amount_cents, currency)} more in the balance`);
  });
  const body = cents === null ? null : { amount_cents: cents, currency: fields.currency, reason: fields.reason.trim(), ...(fields.until === '' ? {} : { expires_on: addDays(fields.until, 1) }) };
  return (
    <FormDialog title={`Give ${user.email} credit`} opened={opened} close={close} submit="Give credit" values={fields} incomplete={!body || wrong || fields.reason.trim() === ''} run={() => (body ? give.mutateAsync(body) : Promise.resolve())}>
      {(at) => (
        <>
          <TextInput label={`Amount, ${fields.currency}`} inputMode="decimal" placeholder="10.00" value={fields.amount} onChange={(event) => set({ amount: event.currentTarget.value })} error={at('/amount_cents') ?? (wrong ? 'An amount such as 10 or 10.50' : undefined)} description="It pays open invoices at once, oldest first, and then new ones." required data-autofocus />
          {offered.length > 1 && <Select label="Currency" data={offered} value={fields.currency} onChange={(currency) => currency && set({ currency })} allowDeselect={false} error={at('/currency')} />}
          <TextInput label="Reason" placeholder="Sorry for the outage" maxLength={500} value={fields.reason} onChange={(event) => set({ reason: event.currentTarget.value })} error={at('/reason')} required />
          <TextInput type="date" label="Last day on which it can be used" min={dayOf(now)} value={fields.until} onChange={(event) => set({ until: event.currentTarget.value })} description="Empty: for good." error={at('/expires_on')} />
        </>
      )}
    </FormDialog>
  );
}
