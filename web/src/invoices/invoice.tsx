import { Button } from '@mantine/core';
import { Suspense, lazy, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useClock } from '../api/clock.tsx';
import { type Schemas, locationOf, post } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { sayCollection, sayPayNow } from '../lib/collection.ts';
import { formatMoney } from '../lib/money.ts';
import { leftOf } from '../lib/note.ts';
import { CreditNotes } from '../credits/notes.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyId } from '../ui/copy_id.tsx';
import { History } from '../ui/history.tsx';
import { Money } from '../ui/money.tsx';
import { notice } from '../ui/notice.tsx';
import { Columns, Facts, PageTitle, Panel } from '../ui/page.tsx';
import { Parties } from '../ui/parties.tsx';
import { PdfButton } from '../ui/pdf_button.tsx';
import { Loading } from '../ui/states.tsx';
import { InvoiceStatus } from '../ui/status.tsx';
import { Day, Exactly, Instant, Period } from '../ui/time.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { UserLabel } from '../ui/user_label.tsx';
import { Attempts } from './attempts.tsx';
import classes from './invoices.module.css';
import { Lines } from './lines.tsx';

type Invoice = Schemas['InvoiceDetail'];

const CreditDialog = lazy(() => import('../credits/credit_dialog.tsx').then(({ CreditDialog: Dialog }) => ({ default: Dialog })));
const RecordPaymentDialog = lazy(() => import('./record_payment_dialog.tsx').then(({ RecordPaymentDialog: Dialog }) => ({ default: Dialog })));

/** What was billed and why, how its collection goes, and what can be done about it. */
export default function InvoicePage() {
  const { userId = '', invoiceId = '' } = useParams();
  const invoice = useGet('/invoices/{user_id}/{invoice_id}', { path: { user_id: userId, invoice_id: invoiceId } }, { every: 5_000 });
  if (invoice.data) return <Known invoice={invoice.data} />;
  if (!invoice.error) return <Loading lines={8} />;
  return <Unknown what="invoice" crumb={['Invoices', '/invoices']} error={invoice.error} retry={invoice.refetch} />;
}

function Known({ invoice }: { invoice: Invoice }) {
  const { now } = useClock();
  const [dialog, setDialog] = useState<'credit' | 'record' | null>(null);
  const close = () => setDialog(null);
  const notes = useGet('/credit_notes', { query: { invoice_id: invoice.id } });
  return (
    <>
      <PageTitle title={`Invoice ${invoice.number}`} crumb={['Invoices', '/invoices']} badge={<InvoiceStatus invoice={invoice} />} actions={<Actions invoice={invoice} open={setDialog} />}>
        {sayCollection(invoice, invoice.payments.filter(({ kind }) => kind !== 'refund'), now)}
      </PageTitle>
      <Columns side={<><About invoice={invoice} /><Parties buyer={invoice.buyer} seller={invoice.seller} /><History of={invoice.id} /></>}>
        <Lines invoice={invoice} />
        <Attempts payments={invoice.payments} />
        <CreditNotes notes={notes.data} />
      </Columns>
      <Suspense>
        {invoice.status !== 'void' && <CreditDialog invoice={invoice} opened={dialog === 'credit'} close={close} />}
        {invoice.status === 'open' && <RecordPaymentDialog invoice={invoice} opened={dialog === 'record'} close={close} />}
      </Suspense>
    </>
  );
}

function About({ invoice }: { invoice: Invoice }) {
  const facts: [string, React.ReactNode][] = [
    ['Amount', <strong className={classes.amount}><Money cents={invoice.amount_cents} currency={invoice.currency} /></strong>],
    ['Customer', <Link to={`/users/${invoice.user_id}`} className={classes.link}><UserLabel id={invoice.user_id} /></Link>],
    ['Period', <Period start={invoice.period_start} end={invoice.period_end} />],
    ['Issued', <Day day={invoice.created_at.slice(0, 10)} />],
  ];
  if (invoice.status === 'open') facts.push(['Due', <strong className={classes.amount}><Money cents={invoice.due_cents} currency={invoice.currency} /></strong>]);
  if (invoice.due_on) facts.push(['Due on', <Day day={invoice.due_on} />]);
  if (invoice.next_attempt_at) facts.push(['Next payment attempt', <Instant at={invoice.next_attempt_at} />]);
  if (invoice.paid_at) facts.push(['Paid', <Exactly at={invoice.paid_at} />]);
  if (invoice.voided_at) facts.push(['Voided', <Exactly at={invoice.voided_at} />]);
  facts.push(['Id', <CopyId id={invoice.id} short />]);
  return (
    <Panel title="Invoice">
      <Facts facts={facts} />
    </Panel>
  );
}

function Actions({ invoice, open }: { invoice: Invoice; open: (dialog: 'credit' | 'record') => void }) {
  const ask = useConfirm();
  const may = useMay();
  const path = { user_id: invoice.user_id, invoice_id: invoice.id };
  const amount = formatMoney(invoice.due_cents, invoice.currency);
  const pay = useAction((_: null, key) => post('/invoices/{user_id}/{invoice_id}/pay', { path }, key));
  const annul = useAction((_: null, key) => post('/invoices/{user_id}/{invoice_id}/void', { path }, key));
  const waits = invoice.payments.some(({ status, kind, failure_code }) => status === 'pending' && kind !== 'refund' && failure_code !== null);
  const askToPay = () =>
    ask({
      title: waits ? 'Ask the provider again?' : `Charge ${amount} now?`,
      body: waits ? 'It is asked at once what has become of the attempt that waits. Nothing is charged twice.' : sayPayNow(invoice),
      confirm: waits ? 'Ask the provider' : `Charge ${amount}`,
      run: async () => {
        await pay.mutateAsync(null);
        notice(`Invoice ${invoice.number} is paid`);
      },
    });
  const askToVoid = () =>
    ask({
      title: `Void invoice ${invoice.number}?`,
      body: 'It is withdrawn for good and no longer collected. What its lines billed counts as not billed again, and is on the next invoice.',
      confirm: 'Void invoice',
      danger: true,
      run: async () => {
        await annul.mutateAsync(null);
        notice(`Invoice ${invoice.number} is void`);
      },
    });
  return (
    <>
      <PdfButton location={locationOf('/invoices/{user_id}/{invoice_id}.pdf', { path })} name={invoice.number} />
      {invoice.status !== 'void' && may('write') && invoice.lines.some((line) => leftOf(line) > 0n) && <Button variant="default" onClick={() => open('credit')}>Credit…</Button>}
      {invoice.status === 'open' && may('write') && (
        <>
          <Button variant="default" onClick={() => open('record')}>Record a payment…</Button>
          <Button variant="default" onClick={askToVoid}>
            Void
          </Button>
          <Button onClick={askToPay}>{waits ? 'Ask again' : 'Pay now'}</Button>
        </>
      )}
    </>
  );
}
