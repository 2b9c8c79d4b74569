import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { describeLine, explainLine } from '../lib/explain.ts';
import { formatPrice, toMajor } from '../lib/money.ts';
import { Money, Price } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { type Sum, Sums, sumsOf } from '../ui/sums.tsx';
import classes from './invoices.module.css';

type Invoice = Schemas['InvoiceDetail'];
type Line = Invoice['lines'][number];

/** Each line unfolds to how it came about. */
export function Lines({ invoice }: { invoice: Invoice }) {
  return (
    <Panel title="Lines" aside="Unfold a line to see how it came about" flush>
      <ul className={classes.lines}>
        {invoice.lines.map((line) => (
          <LineItem key={line.id} line={line} words={describeLine(line, invoice, invoice.currency)} currency={invoice.currency} />
        ))}
      </ul>
      <Sums label="What it comes to" currency={invoice.currency} sums={[...sumsOf(invoice, 'Total'), ...settled(invoice)]} />
    </Panel>
  );
}

/** What came off the total, and what is left of it to pay. */
function settled({ status, credited_cents, from_balance_cents, paid_cents, due_cents }: Invoice): Sum[] {
  const parts = [['Credited', credited_cents], ['From the balance', from_balance_cents], ['Paid', paid_cents]] as const;
  return [...parts.filter(([, cents]) => cents !== 0).map(([words, cents]) => ({ words, cents: -BigInt(cents) })), ...(status === 'void' ? [] : [{ words: 'Due', cents: due_cents, total: true }])];
}

function LineItem({ line, words, currency }: { line: Line; words: string; currency: string }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li className={classes.lineItem}>
      <button type="button" className={classes.lineHead} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <IconChevronRight size={16} aria-hidden data-open={open || undefined} />
        <span>{words}</span>
        <Money cents={line.amount_cents} currency={currency} />
      </button>
      <div id={id} hidden={!open}>
        {open && <Explanation line={line} words={words} currency={currency} />}
      </div>
    </li>
  );
}

function Explanation({ line, words: name, currency }: { line: Line; words: string; currency: string }) {
  const { intro, rows } = explainLine(line, currency);
  return (
    <div className={classes.explanation}>
      <p>{intro} {line.subscription_id !== null && <Link to={`/subscriptions/${line.subscription_id}`}>Its subscription</Link>}</p>
      <table>
        <caption className="sr-only">How {name} came about</caption>
        <tbody>
          {rows.map(({ words, sum, amount }, index) => (
            <tr key={index}>
              <th scope="row">{words}</th>
              <td>{sum}</td>
              <td>{formatPrice(amount, currency)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">This line</th>
            <td />
            <td>
              <Price value={toMajor(line.amount_cents, currency)} currency={currency} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
