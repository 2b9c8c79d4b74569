import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { type List, useGet } from '../api/queries.ts';
import { saySeats, sayTerm } from '../lib/terms.ts';
import { addDays } from '../lib/time.ts';
import { CancelDialog } from '../subscriptions/cancel_dialog.tsx';
import { Panel } from '../ui/page.tsx';
import { Empty, ErrorState, Loading } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Day, Period } from '../ui/time.tsx';
import classes from './users.module.css';

type Subscription = Schemas['Subscription'];

/** What the customer is on; the live ones first. */
export function Subscriptions({ list, subscribe }: { list: List<Subscription>; /** none where nobody may be subscribed */ subscribe?: () => void }) {
  const { rows, query } = list;
  const sorted = rows && [...rows.filter(({ status }) => status !== 'canceled'), ...rows.filter(({ status }) => status === 'canceled')];
  return (
    <Panel title="Subscriptions">
      {!sorted && (query.error ? <ErrorState error={query.error} retry={query.refetch} /> : <Loading lines={3} />)}
      {sorted?.length === 0 && (
        <Empty title="On no plan" action={subscribe && <Button variant="default" onClick={subscribe}>Subscribe</Button>}>
          A subscription to a plan is what gets billed.
        </Empty>
      )}
      {sorted?.map((subscription) => <One key={subscription.id} subscription={subscription} mayCancel={subscribe !== undefined} />)}
    </Panel>
  );
}

function One({ subscription, mayCancel }: { subscription: Subscription; mayCancel: boolean }) {
  const [canceling, setCanceling] = useState(false);
  const plans = useGet('/plans', {});
  const { plan_code, status, current_period_start, current_period_end, cancel_at_period_end, canceled_at, billing_error, pending, paused_from, paused_until } = subscription;
  const name = plans.data?.find(({ code }) => code === plan_code)?.name ?? plan_code;
  return (
    <div className={classes.subscription}>
      <div className={classes.head}>
        <Link to={`/subscriptions/${subscription.id}`}>{name}{saySeats(subscription.quantity)}</Link>
        <StatusBadge status={status} />
      </div>
      {canceled_at && status === 'canceled' ? (
        <p className={classes.line}>
          Canceled <Day day={canceled_at.slice(0, 10)} />
        </p>
      ) : (
        <p className={classes.line}>
          {status === 'trialing' ? 'Trial ' : status === 'scheduled' ? 'First period ' : ''}
          <Period start={current_period_start} end={current_period_end} />
        </p>
      )}
      {cancel_at_period_end && status !== 'canceled' && <p className={classes.line}>Ends with this period</p>}
      {pending && <p className={classes.line}>From <Day day={pending.at} />: {sayTerm(pending)}</p>}
      {paused_from && <p className={classes.line}>{status === 'paused' ? 'Paused since' : 'Paused from'} <Day day={paused_from} />{paused_until && <> up to <Day day={addDays(paused_until, -1)} /></>}</p>}
      {billing_error && <p className={classes.bad}>Could not be billed, and is tried again every hour: {billing_error}</p>}
      {status !== 'canceled' && mayCancel && (
        <div className={classes.buttons}>
          <Button component={Link} to={`/subscriptions/${subscription.id}`} variant="default" size="xs" aria-label={`Change the subscription to ${name}`}>
            Change…
          </Button>
          <Button variant="default" size="xs" onClick={() => setCanceling(true)} aria-label={`Cancel the subscription to ${name}`}>
            Cancel…
          </Button>
        </div>
      )}
      <CancelDialog subscription={subscription} name={name} opened={canceling} close={() => setCanceling(false)} />
    </div>
  );
}
