import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useAll, useGet } from '../api/queries.ts';
import { sum } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import { CopyId } from '../ui/copy_id.tsx';
import { Money } from '../ui/money.tsx';
import { Facts, Panel } from '../ui/page.tsx';
import { Day, Instant } from '../ui/time.tsx';
import { CardLinkDialog } from './card_link_dialog.tsx';
import { PaymentMethods } from './payment_methods.tsx';
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

/** What is owed, and since when. */
function Open({ invoices, userId }: { invoices: Invoice[]; userId: string }) {
  const oldest = invoices.map(({ created_at }) => created_at).sort()[0];
  return (
    <>
      <Sums invoices={invoices} />
      {oldest && (
        <Link to={`/invoices?user_id=${userId}&status=open`} className={classes.quiet}>
          {invoices.length === 1 ? 'of' : `${formatCount(invoices.length)} invoices, since`} <Day day={oldest.slice(0, 10)} />
        </Link>
      )}
    </>
  );
}

function LastPayment({ payment }: { payment: Schemas['Payment'] | undefined }) {
  if (!payment) return <span className={classes.quiet}>None yet</span>;
  return (
    <>
      <Money cents={payment.amount_cents} currency={payment.currency} />, <Link to={`/invoices/${payment.user_id}/${payment.invoice_id}`} className={classes.quiet}><Day day={payment.created_at.slice(0, 10)} /></Link>
    </>
  );
}

/** How the customer's account stands. Sums are of every open invoice there is, never of a page of them. */
export function AboutUser({ user, change }: { user: Schemas['User']; /** none where it may not be changed */ change?: () => void }) {
  const [making, setMaking] = useState(false);
  const [link, setLink] = useState('');
  const open = useAll('/invoices', { query: { user_id: user.id, status: 'open', limit: 100 } });
  const last = useGet('/payments', { query: { user_id: user.id, status: 'succeeded', limit: 1 } });
  const next = open.data?.map(({ next_attempt_at }) => next_attempt_at).filter((at) => at !== null).sort()[0];
  return (
    <Panel title="Account" aside={<Anchor component={Link} size="sm" to={`/invoices?user_id=${user.id}`}>Invoices</Anchor>}>
      <Facts
        facts={[
          ['Open', open.data ? <Open invoices={open.data} userId={user.id} /> : open.error ? 'not known' : '…'],
          ['Last payment', last.data ? <LastPayment payment={last.data[0]} /> : last.error ? 'not known' : '…'],
          ['Payment method', <PaymentMethods user={user} mayChange={change !== undefined} />],
          ['Customer since', <Day day={user.created_at.slice(0, 10)} />],
          ...(next ? ([['Next payment attempt', <Instant at={next} />]] as [string, React.ReactNode][]) : []),
        ]}
      />
      {change && (
        <div className={classes.buttons}>
          <Button variant="default" size="xs" onClick={change}>
            Change payment method
          </Button>
          <Button variant="default" size="xs" onClick={() => setMaking(true)}>
            Link to enter a card
          </Button>
        </div>
      )}
      {link && (
        <p className={classes.quiet}>
          For the customer: <CopyId id={link} what="the link" />
        </p>
      )}
      <CardLinkDialog user={user} opened={making} close={() => setMaking(false)} made={setLink} />
    </Panel>
  );
}
