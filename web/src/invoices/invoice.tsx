import { Button } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useClock } from '../api/clock.tsx';
import { ApiError, type Schemas, locationOf, post } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { sayCollection, sayPayNow } from '../lib/collection.ts';
import { formatMoney } from '../lib/money.ts';
import { CreditNotes } from '../credits/notes.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyId } from '../ui/copy_id.tsx';
import { History } from '../ui/history.tsx';
import { Money } from '../ui/money.tsx';
import { notice } from '../ui/notice.tsx';
import { Facts, PageTitle, Panel } from '../ui/page.tsx';
import { PdfButton } from '../ui/pdf_button.tsx';
import { Empty, ErrorState, Loading } from '../ui/states.tsx';
import { InvoiceStatus } from '../ui/status.tsx';
import { Day, Exactly, Instant, Period } from '../ui/time.tsx';
import { UserLabel } from '../ui/user_label.tsx';
import { Attempts } from './attempts.tsx';
import classes from './invoices.module.css';
import { Lines } from './lines.tsx';

type Invoice = Schemas['InvoiceDetail'];

/** What was billed and why, how its collection goes, and what can be done about it. */
export default function InvoicePage() {
  const { userId = '', invoiceId = '' } = useParams();
  const invoice = useGet('/invoices/{user_id}/{invoice_id}', { path: { user_id: userId, invoice_id: invoiceId } }, { every: 5_000 });
  if (invoice.data) return <Known invoice={invoice.data} />;
  if (!invoice.error) return <Loading lines={8} />;
  return (
    <>
      <PageTitle title="Invoice" crumb={['Invoices', '/invoices']} />
      {invoice.error instanceof ApiError && invoice.error.status === 404 ? (
        <Empty title="There is no such invoice" action={<Button component={Link} to="/invoices">See the invoices</Button>}>The link may be mistyped.</Empty>
      ) : (
        <ErrorState error={invoice.error} retry={invoice.refetch} />
      )}
    </>
  );
}

function Known({ invoice }: { invoice: Invoice }) {
  const { now } = useClock();
  const notes = useGet('/credit_notes', { query: { invoice_id: invoice.id } });
  return (
    <>
      <PageTitle title={`Invoice ${invoice.number}`} crumb={['Invoices', '/invoices']} badge={<InvoiceStatus invoice={invoice} />} actions={<Actions invoice={invoice} />}>
        {sayCollection(invoice, invoice.payments.filter(({ kind }) => kind !== 'refund'), now)}
      </PageTitle>
      <div className={classes.page}>
        <div className={classes.column}>
          <Lines invoice={invoice} />
          <Attempts payments={invoice.payments} />
          <CreditNotes notes={notes.data} />
        </div>
        <div className={classes.column}>
          <About invoice={invoice} />
          <History of={invoice.id} />
        </div>
      </div>
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
  facts.push(...settled(invoice));
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

/** How it came to what is due, where that is not all of it. */
function settled({ currency, amount_cents, credited_cents, from_balance_cents, paid_cents, due_cents }: Invoice): [string, React.ReactNode][] {
  const parts: [string, Schemas['Invoice']['due_cents']][] = [['Credited', credited_cents], ['From the balance', from_balance_cents], ['Paid', paid_cents]];
  const some = parts.filter(([, cents]) => cents !== 0);
  if (some.length === 0 || (some.length === 1 && paid_cents === amount_cents)) return [];
  return [...some, ['Due', due_cents] as const].map(([name, cents]) => [name === 'Paid' ? 'Paid by payments' : name, <Money cents={cents} currency={currency} />]);
}

function Actions({ invoice }: { invoice: Invoice }) {
  const ask = useConfirm();
  const may = useMay();
  const path = { user_id: invoice.user_id, invoice_id: invoice.id };
  const amount = formatMoney(invoice.due_cents, invoice.currency);
  const pay = useAction((_: null, key) => post('/invoices/{user_id}/{invoice_id}/pay', { path }, key));
  const annul = useAction((_: null, key) => post('/invoices/{user_id}/{invoice_id}/void', { path }, key));
  const askToPay = () =>
    ask({
      title: `Charge ${amount} now?`,
      body: sayPayNow(invoice),
      confirm: `Charge ${amount}`,
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
      {invoice.status === 'open' && may('write') && (
        <>
          <Button variant="default" onClick={askToVoid}>
            Void
          </Button>
          <Button onClick={askToPay}>Pay now</Button>
        </>
      )}
    </>
  );
}
