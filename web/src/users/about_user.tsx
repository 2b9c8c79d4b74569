import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import type { List } from '../api/queries.ts';
import { sum } from '../lib/int.ts';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { Facts } from '../ui/page.tsx';
import { Day, Instant } from '../ui/time.tsx';
import classes from './users.module.css';

type Invoice = Schemas['Invoice'];

/** The sum of some invoices, a currency each. */
function Sums({ invoices }: { invoices: Invoice[] }) {
  const currencies = [...new Set(invoices.map(({ currency }) => currency))].sort();
  if (currencies.length === 0) return <>Nothing</>;
  return currencies.map((currency) => (
    <div key={currency}>
      <Money cents={sum(invoices.filter((one) => one.currency === currency).map((one) => one.amount_cents))} currency={currency} />
    </div>
  ));
}

type AboutUserProps = { user: Schemas['User']; invoices: List<Invoice>; change: () => void };

export function AboutUser({ user, invoices, change }: AboutUserProps) {
  const rows = invoices.rows;
  const open = rows?.filter(({ status }) => status === 'open');
  const next = open?.map(({ next_attempt_at }) => next_attempt_at).filter((at) => at !== null).sort()[0];
  const since = invoices.query.hasNextPage ? ' (newest 100)' : '';
  return (
    <Panel title="Account" aside={<Anchor component={Link} size="sm" to={`/invoices?user_id=${user.id}`}>Invoices</Anchor>}>
      <Facts
        facts={[
          [`Open${since}`, open ? <Sums invoices={open} /> : '…'],
          [`Paid${since}`, rows ? <Sums invoices={rows.filter(({ status }) => status === 'paid')} /> : '…'],
          ['Payment method', user.payment_method ?? <span className={classes.quiet}>none on file</span>],
          ['User since', <Day day={user.created_at.slice(0, 10)} />],
          ...(next ? ([['Next payment attempt', <Instant at={next} />]] as [string, React.ReactNode][]) : []),
        ]}
      />
      <div className={classes.buttons}>
        <Button variant="default" size="xs" onClick={change}>
          Change payment method
        </Button>
      </div>
    </Panel>
  );
}
