import { Radio, Select, Stack, TextInput, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { reasons } from '../lib/credit.ts';
import { describeLine } from '../lib/explain.ts';
import { formatMoney } from '../lib/money.ts';
import { leftOf, refundable } from '../lib/note.ts';
import { capital } from '../lib/words.ts';
import type { At } from '../ui/fields.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
import { type CreditFields, blankCredit, readCredit } from './credit_form.ts';
import classes from './credits.module.css';
import { CreditPreview } from './credit_preview.tsx';

type Invoice = Schemas['InvoiceDetail'];
type PartProps = { invoice: Invoice; fields: CreditFields; set: (changes: Partial<CreditFields>) => void; at: At };

const offered = Object.entries(reasons).map(([value, words]) => ({ value, label: capital(words) }));

/** Credits an invoice by hand: all that is left of it, an amount, or its lines. */
export function CreditDialog({ invoice, opened, close }: { invoice: Invoice; opened: boolean; close: () => void }) {
  const navigate = useNavigate();
  const [fields, setFields] = useState(blankCredit);
  const set = (changes: Partial<CreditFields>) => setFields((before) => ({ ...before, ...changes }));
  useEffect(() => {
    if (opened) setFields(blankCredit);
  }, [opened]);
  const { body, amounts, wrong } = readCredit(fields, invoice);
  const back = refundable(invoice.payments);
  const create = useAction((note: Schemas['NewCreditNote'], key) => post('/credit_notes', { body: note }, key));
  const run = async () => {
    if (!body) return;
    const note = await create.mutateAsync(body);
    notice(`Credit note ${note.number} over ${formatMoney(note.amount_cents, note.currency)} was issued`);
    void navigate(`/credit_notes/${note.id}`);
  };
  return (
    <FormDialog title={`Credit invoice ${invoice.number}`} opened={opened} close={close} submit="Issue credit note" wide values={fields} incomplete={!body} run={run}>
      {(said) => {
        const at = (pointer: string) => wrong.get(pointer) ?? said(pointer);
        return (
          <>
            <What invoice={invoice} fields={fields} set={set} at={at} />
            <div className={classes.pair}>
              <Select label="Reason" data={offered} value={fields.reason} onChange={(reason) => reason && set({ reason: reason as CreditFields['reason'] })} error={at('/reason')} allowDeselect={false} />
              <Textarea label="Memo" placeholder="optional; printed on the note" autosize minRows={1} maxRows={4} maxLength={1000} value={fields.memo} onChange={(event) => set({ memo: event.currentTarget.value })} error={at('/memo')} />
            </div>
            {back > 0n && (
              <Radio.Group label="What is beyond the due goes" value={fields.to} onChange={(to) => set({ to: to as CreditFields['to'] })} error={at('/credit_to')}>
                <Stack gap="xs" mt="xs">
                  <Radio value="balance" label="To the customer’s balance" />
                  <Radio value="refund" label="Back to the card" description={`Up to ${formatMoney(back, invoice.currency)}; what cannot go back becomes balance.`} />
                </Stack>
              </Radio.Group>
            )}
            <CreditPreview invoice={invoice} amounts={amounts} back={fields.to === 'refund' ? back : 0n} />
          </>
        );
      }}
    </FormDialog>
  );
}

function What({ invoice, fields, set, at }: PartProps) {
  const { currency, lines } = invoice;
  const left = lines.reduce((sum, line) => sum + leftOf(line), 0n);
  const onTop = invoice.taxes.some(({ inclusive }) => !inclusive);
  return (
    <>
      <Radio.Group label="What is credited" value={fields.what} onChange={(what) => set({ what: what as CreditFields['what'] })}>
        <Stack gap="xs" mt="xs">
          <Radio value="all" label={`All that is left, ${formatMoney(left, currency)}${onTop ? ' and its tax' : ''}`} data-autofocus />
          <Radio value="amount" label="An amount, spread over the lines" />
          <Radio value="lines" label="Amounts for lines" />
        </Stack>
      </Radio.Group>
      {fields.what === 'amount' && (
        <TextInput label={`Amount, ${currency}${onTop ? ', before tax' : ''}`} inputMode="decimal" placeholder="5.00" value={fields.amount} onChange={(event) => set({ amount: event.currentTarget.value })} error={at('/amount_cents')} required />
      )}
      <Lines invoice={invoice} fields={fields} set={set} at={at} />
    </>
  );
}

/** Each line with what is left of it, and where one says so, what is to be credited. */
function Lines({ invoice, fields, set, at }: PartProps) {
  const { currency } = invoice;
  return (
    <div className={classes.scroller} role="region" aria-label="Lines, and what is left of each" tabIndex={0}>
      <table className={classes.credit}>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Amount</th>
            <th scope="col">Left</th>
            {fields.what === 'lines' && <th scope="col">Credit, {currency}</th>}
          </tr>
        </thead>
        <tbody>
          {invoice.lines.map((line, index) => {
            const words = describeLine(line, invoice, currency);
            const left = leftOf(line);
            return (
              <tr key={line.id}>
                <th scope="row">{words}</th>
                <td>{formatMoney(line.amount_cents, currency)}</td>
                <td>{formatMoney(left, currency)}</td>
                {fields.what === 'lines' && (
                  <td>
                    {left > 0n && <TextInput size="xs" aria-label={`Credit of ${words}`} inputMode="decimal" placeholder="0" value={fields.lines[line.id] ?? ''} onChange={(event) => set({ lines: { ...fields.lines, [line.id]: event.currentTarget.value } })} error={at(`/line ${index}`)} />}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
