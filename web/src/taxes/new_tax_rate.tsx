import { Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ApiError, type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { suggestCode } from '../lib/code.ts';
import { countries } from '../lib/countries.ts';
import { formatPercent, parsePercent } from '../lib/percent.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

const blank = { name: '', percent: '', country: null as string | null, code: null as string | null };

export function NewTaxRate({ opened, close }: { opened: boolean; close: () => void }) {
  const [fields, setFields] = useState(blank);
  const set = (changes: Partial<typeof blank>) => setFields((before) => ({ ...before, ...changes }));
  useEffect(() => {
    if (opened) setFields(blank);
  }, [opened]);
  const percent = parsePercent(fields.percent);
  const code = (fields.code ?? suggestCode([fields.country, fields.name].filter(Boolean).join(' '))).trim();
  const name = fields.name.trim();
  const create = useAction((body: Schemas['NewTaxRate'], key) => post('/tax_rates', { body }, key), (rate) => notice(`Documents are taxed by ${rate.name}, ${formatPercent(rate.percent)}, from now on`));
  const run = async () => {
    if (percent === null) return;
    await create.mutateAsync({ code, name, percent, ...(fields.country === null ? {} : { country: fields.country }) }).catch((error: unknown) => {
      throw error instanceof ApiError && error.type === 'tax_rate_exists' ? new Error(`There is a rate with the code ${code} already: rates never change, so give this one another code.`) : error;
    });
  };
  return (
    <FormDialog title="New tax rate" opened={opened} close={close} submit="Create tax rate" values={fields} incomplete={name === '' || percent === null || code === ''} run={run}>
      {(at) => (
        <>
          <TextInput label="Name" placeholder="VAT" description="As documents say it." maxLength={100} value={fields.name} onChange={(event) => set({ name: event.currentTarget.value })} error={at('/name')} required data-autofocus />
          <TextInput label="Percent" placeholder="19" inputMode="decimal" value={fields.percent} onChange={(event) => set({ percent: event.currentTarget.value })} error={at('/percent') ?? (fields.percent.trim() !== '' && percent === null ? 'From 0 to 100, such as 19 or 6.25' : undefined)} required />
          <Select label="For customers in" placeholder="Countries without a rate of their own" data={countries} value={fields.country} onChange={(country) => set({ country })} error={at('/country')} nothingFoundMessage="No country is called so" searchable clearable />
          <TextInput label="Code" placeholder="de-vat" description="Names the rate in the API, for ever." maxLength={64} value={code} onChange={(event) => set({ code: event.currentTarget.value })} error={at('/code')} required />
        </>
      )}
    </FormDialog>
  );
}
