import { Radio, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

/** An operator says what came of a payment, or a refund, that nobody knows of. */
export function ResolveDialog({ payment, opened, close }: { payment: Schemas['Payment']; opened: boolean; close: () => void }) {
  const [status, setStatus] = useState<Schemas['PaymentEnd']>('succeeded');
  const [reason, setReason] = useState('');
  useEffect(() => {
    if (opened) setReason('');
  }, [opened]);
  const refund = payment.kind === 'refund';
  const resolve = useAction((body: Schemas['PaymentResolution'], key) => post('/payments/{id}/resolve', { path: { id: payment.id }, body }, key), (ended) => {
    notice(`The ${refund ? 'refund' : 'payment'} has ${ended.status} now`);
  });
  return (
    <FormDialog title={`What came of this ${refund ? 'refund' : 'payment'}?`} opened={opened} close={close} submit="End it so" values={{ status, reason }} incomplete={reason.trim() === ''} run={() => resolve.mutateAsync({ status, reason: reason.trim() })}>
      {(at) => (
        <>
          <p style={{ margin: 0, fontSize: '0.875rem' }}>Look at the books of the provider first: what is said here counts, and the provider is not asked about it any more.</p>
          <Radio.Group label="It has" value={status} onChange={(value) => setStatus(value as Schemas['PaymentEnd'])} error={at('/status')}>
            <Radio value="succeeded" label="Succeeded" description={refund ? 'The customer has the money back.' : 'The money is here: the invoice is paid by it.'} mt="xs" />
            <Radio value="failed" label="Failed" description={refund ? 'It becomes balance of the customer.' : 'Nothing was charged: it counts as declined, and the schedule goes on.'} mt="xs" />
          </Radio.Group>
          <Textarea label="Reason" value={reason} onChange={(event) => setReason(event.currentTarget.value)} maxLength={1000} autosize minRows={2} error={at('/reason')} description="How you know. It is kept with the payment." required data-autofocus />
        </>
      )}
    </FormDialog>
  );
}
