import { Link, useParams } from 'react-router';
import { type Schemas, locationOf } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { sayReason } from '../lib/credit.ts';
import { isZero } from '../lib/decimal.ts';
import { explainOwed, localized } from '../lib/explain.ts';
import { formatMoney, formatPrice } from '../lib/money.ts';
import { capital } from '../lib/words.ts';
import { CopyId } from '../ui/copy_id.tsx';
import { History } from '../ui/history.tsx';
import { Money } from '../ui/money.tsx';
import { Columns, Facts, PageTitle, Panel } from '../ui/page.tsx';
import { Parties } from '../ui/parties.tsx';
import { PdfButton } from '../ui/pdf_button.tsx';
import { Loading } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Sums, sumsOf } from '../ui/sums.tsx';
import { Exactly } from '../ui/time.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { UserLabel } from '../ui/user_label.tsx';
import classes from './credits.module.css';

type Note = Schemas['CreditNote'];

/** What was taken off an invoice, why, and where it went. */
export default function CreditNotePage() {
  const { id = '' } = useParams();
  const note = useGet('/credit_notes/{id}', { path: { id } });
  if (note.data) return <Known note={note.data} />;
  if (!note.error) return <Loading lines={8} />;
  return <Unknown what="credit note" crumb={['Credit notes', '/credit_notes']} error={note.error} retry={note.refetch} />;
}

const kinds: Record<Note['kind'], string> = { correction: 'Correction: less is owed than was billed', goodwill: 'Goodwill: it was owed, and is forgiven' };

/** "$5.00 is on its way back to the card" */
function sayRefund({ refund, currency }: Note): string[] {
  if (refund === null) return [];
  const back = formatMoney(BigInt(refund.amount_cents) - BigInt(refund.failed_cents), currency);
  const gone = BigInt(refund.amount_cents) === BigInt(refund.failed_cents) ? [] : [refund.status === 'pending' ? `${back} is on its way back to the card` : `${back} went back to the card`];
  return [...gone, ...(BigInt(refund.failed_cents) === 0n ? [] : [`${formatMoney(refund.failed_cents, currency)} could not go back to the card and became balance`])];
}

function sayWhere(note: Note): string {
  const { applied_cents, to_balance_cents, currency } = note;
  const parts = [
    ...(applied_cents === 0 ? [] : [`${formatMoney(applied_cents, currency)} came off what was due on the invoice`]),
    ...sayRefund(note),
    ...(to_balance_cents === 0 ? [] : [`${formatMoney(to_balance_cents, currency)} went to the customer’s balance`]),
  ];
  return `${parts.join(', ')}.`;
}

function Known({ note }: { note: Note }) {
  const invoice = useGet('/invoices/{user_id}/{invoice_id}', { path: { user_id: note.user_id, invoice_id: note.invoice_id } });
  const { currency, number, memo } = note;
  return (
    <>
      <PageTitle title={`Credit note ${number}`} crumb={['Credit notes', '/credit_notes']} actions={<PdfButton location={locationOf('/credit_notes/{id}.pdf', { path: { id: note.id } })} name={number} />}>
        {sayWhere(note)}
      </PageTitle>
      <Columns
        side={
          <>
            <Panel title="Credit note">
              <Facts
                facts={[
                  ['Amount', <strong className={classes.amount}><Money cents={note.amount_cents} currency={currency} /></strong>],
                  ['Customer', <UserLabel id={note.user_id} link />],
                  ['Credits', <Link to={`/invoices/${note.user_id}/${note.invoice_id}`}>{invoice.data?.number ?? 'its invoice'}</Link>],
                  ['Kind', kinds[note.kind]],
                ...(note.kind === 'goodwill' ? ([['Reason', capital(sayReason(note.reason))]] as [string, React.ReactNode][]) : []),
                  ['Issued', <Exactly at={note.created_at} />],
                  ...(note.applied_cents === 0 ? [] : ([['Off what was due', <Money cents={note.applied_cents} currency={currency} />]] as [string, React.ReactNode][])),
                  ...(note.refund === null ? [] : ([['Back to the card', <><Money cents={note.refund.amount_cents} currency={currency} /> <StatusBadge status={note.refund.status} /></>]] as [string, React.ReactNode][])),
                  ...(note.to_balance_cents === 0 ? [] : ([['To the balance', <Money cents={note.to_balance_cents} currency={currency} />]] as [string, React.ReactNode][])),
                  ...(memo === null ? [] : ([['Memo', memo]] as [string, React.ReactNode][])),
                  ['Id', <CopyId id={note.id} short />],
                ]}
              />
            </Panel>
            <Parties buyer={note.buyer} seller={note.seller} />
            <History of={note.id} />
          </>
        }
      >
        <Panel title="Lines" flush>
          <ul className={classes.lines} aria-label="Lines">
            {note.lines.map((line) => <Line key={line.id} line={line} currency={currency} />)}
          </ul>
          <Sums label="What it comes to" currency={currency} sums={sumsOf(note, 'Total credited')} />
        </Panel>
      </Columns>
    </>
  );
}

/** A line, and for a correction what is owed now in place of what was billed. */
function Line({ line: { description, amount_cents, explanation }, currency }: { line: Note['lines'][number]; currency: string }) {
  const now = explanation && explainOwed(explanation, currency);
  return (
    <li>
      <div>
        <span>{localized(description, currency)}</span>
        <Money cents={amount_cents} currency={currency} />
      </div>
      {now && (
        <>
          <p>What is owed now. {now.intro}</p>
          <table className={classes.why}>
            <caption className="sr-only">What is owed now of {description}</caption>
            <tbody>
              {now.rows.filter(({ amount }) => !isZero(amount) || now.rows.length === 1).map(({ words, sum, amount }, index) => (
                <tr key={index}>
                  <th scope="row">{words}</th>
                  <td>{sum}</td>
                  <td>{formatPrice(amount, currency)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">Owed</th>
                <td />
                <td>{formatPrice(now.owed, currency)}</td>
              </tr>
            </tfoot>
          </table>
        </>
      )}
    </li>
  );
}
