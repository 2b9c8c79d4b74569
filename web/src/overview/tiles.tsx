import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import type { Int } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import { Money } from '../ui/money.tsx';
import classes from './overview.module.css';

type Amounts = Schemas['StatsAmounts'];

type TileProps = { title: string; to?: string; amounts: Amounts[]; of: (amounts: Amounts) => Int | null; children?: ReactNode };

/** One sum a currency, never added up across currencies; those without any are left out as long as one has some. */
function Tile({ title, to, amounts, of, children }: TileProps) {
  const some = amounts.filter((one) => of(one) !== 0);
  const shown = some.length > 0 ? some : amounts.slice(0, 1);
  const inside = (
    <>
      <h2>{title}</h2>
      {shown.length === 0 && <p className={classes.figure}>–</p>}
      {shown.map((one) => (
        <p key={one.currency} className={classes.figure}>
          <Money cents={of(one)} currency={one.currency} />
        </p>
      ))}
      {children}
    </>
  );
  return to ? (
    <Link to={to} className={classes.tile}>
      {inside}
    </Link>
  ) : (
    <div className={classes.tile}>{inside}</div>
  );
}

const invoicesOf = (count: Int) => (BigInt(count) === 1n ? '1 invoice' : `${formatCount(count)} invoices`);

export function MoneyTiles({ amounts, invoices }: { amounts: Amounts[]; invoices: Schemas['Stats']['invoices'] }) {
  return (
    <div className={classes.money}>
      <Tile title="Monthly recurring revenue" amounts={amounts} of={(one) => one.mrr_cents}>
        <p className={classes.note}>Base fees, brought to a month</p>
      </Tile>
      <Tile title="Paid in the last 30 days" amounts={amounts} of={(one) => one.paid_30d_cents} />
      <Tile title="Open" to="/invoices?status=open" amounts={amounts} of={(one) => one.open_cents}>
        <p className={classes.note}>{invoicesOf(invoices.open)}, uncollected ones included</p>
      </Tile>
      {invoices.overdue !== 0 && (
        <Tile title="Overdue" to="/invoices?overdue=true" amounts={amounts} of={(one) => one.overdue_cents}>
          <p className={classes.note} data-bad>
            {invoicesOf(invoices.overdue)}: the day to pay by has passed
          </p>
        </Tile>
      )}
      <Tile title="Uncollected" to="/invoices?collection=uncollected" amounts={amounts} of={(one) => one.uncollected_cents}>
        <p className={classes.note} data-bad={invoices.uncollected !== 0 || undefined}>
          {invoices.uncollected === 0 ? 'Nothing has been given up' : `${invoicesOf(invoices.uncollected)}, not tried again`}
        </p>
      </Tile>
    </div>
  );
}

export function SubscriptionTiles({ stats: { users, subscriptions } }: { stats: Schemas['Stats'] }) {
  return (
    <div className={classes.counts}>
      <CountLink to="/users" name="Customers" count={users} />
      <CountLink to="/subscriptions?status=active" name="Active" count={subscriptions.active} />
      <CountLink to="/subscriptions?status=trialing" name="Trialing" count={subscriptions.trialing} />
      <CountLink to="/subscriptions?status=past_due" name="Past due" count={subscriptions.past_due} bad={subscriptions.past_due !== 0} />
      {subscriptions.paused !== 0 && <CountLink to="/subscriptions?status=paused" name="Paused" count={subscriptions.paused} />}
      <CountLink to="/subscriptions?status=canceled" name="Canceled" count={subscriptions.canceled} />
    </div>
  );
}

function CountLink({ to, name, count, bad = false }: { to: string; name: string; count: Int; bad?: boolean }) {
  return (
    <Link to={to} className={classes.count} data-bad={bad || undefined}>
      <span>{name}</span>
      <strong>{formatCount(count)}</strong>
    </Link>
  );
}
