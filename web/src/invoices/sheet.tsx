import { useUserOf } from '../api/users.ts';
import type { Schemas } from '../api/client.ts';
import { describeLine, explainLine } from '../lib/explain.ts';
import { formatMoney, formatPrice } from '../lib/money.ts';
import { dayOf, formatDay, formatPeriod } from '../lib/time.ts';
import classes from './invoices.module.css';
import { usePageMargins } from './page_margins.ts';

type Invoice = Schemas['InvoiceDetail'];

const stamps: Partial<Record<Invoice['status'], string>> = { paid: 'Paid', void: 'Void' };

/** The invoice as paper: what the printer gets instead of the page. */
export function Sheet({ invoice }: { invoice: Invoice }) {
  const { data: user } = useUserOf(invoice.user_id);
  const { currency, status } = invoice;
  usePageMargins(`Invoice ${invoice.number}`);
  return (
    <article className={classes.sheet} aria-hidden>
      <header>
        <h1>Invoice</h1>
        <p>{invoice.number}</p>
        {stamps[status] && <strong className={classes.stamp}>{stamps[status]}</strong>}
      </header>
      <dl>
        <div><dt>Bill to</dt><dd>{user?.email ?? invoice.user_id}</dd></div>
        <div><dt>Issued</dt><dd>{formatDay(dayOf(invoice.created_at))}</dd></div>
        <div><dt>Period</dt><dd>{formatPeriod(invoice.period_start, invoice.period_end)}</dd></div>
        {invoice.paid_at && <div><dt>Paid</dt><dd>{formatDay(dayOf(invoice.paid_at))}</dd></div>}
      </dl>
      <table>
        <thead>
          <tr><th>Description</th><th>Amount</th></tr>
        </thead>
        <tbody>
          {invoice.lines.map((line) => (
            <tr key={line.id}>
              <td>
                {describeLine(line, invoice, currency)}
                {explainLine(line, currency).rows.map(({ words, sum, amount }, index) => (
                  <small key={index}>
                    {words}: {sum && `${sum} = `}
                    {formatPrice(amount, currency)}
                  </small>
                ))}
              </td>
              <td>{formatMoney(line.amount_cents, currency)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr><th scope="row">Total</th><td>{formatMoney(invoice.amount_cents, currency)}</td></tr>
        </tfoot>
      </table>
    </article>
  );
}
