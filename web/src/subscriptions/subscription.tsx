import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { type Schemas } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { formatCount } from '../lib/money.ts';
import { sayInterval } from '../lib/plan.ts';
import { sayOverrides, saySeats } from '../lib/terms.ts';
import { addDays, dayOf } from '../lib/time.ts';
import { CopyId } from '../ui/copy_id.tsx';
import { History } from '../ui/history.tsx';
import { Money } from '../ui/money.tsx';
import { Columns, Facts, PageTitle, Panel } from '../ui/page.tsx';
import { ErrorState, Loading } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Day, Period } from '../ui/time.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { UserLabel } from '../ui/user_label.tsx';
import { CancelDialog } from './cancel_dialog.tsx';
import { Discounts } from './discounts.tsx';
import { PauseDialog } from './pause_dialog.tsx';
import { Pending } from './pending.tsx';
import { PlanDialog } from './plan_dialog.tsx';
import { PriceDialog } from './price_dialog.tsx';
import { SeatsDialog } from './seats_dialog.tsx';
import classes from './subscriptions.module.css';
import { TermsTable } from './terms_table.tsx';
import { TimeBar } from './time_bar.tsx';

type Subscription = Schemas['Subscription'];

/** The whole life of a subscription: what held, holds and will hold, and all that can be done about it. */
export default function SubscriptionPage() {
  const { id = '' } = useParams();
  const subscription = useGet('/subscriptions/{id}', { path: { id } }, { every: 15_000 });
  if (subscription.data) return <Known key={id} subscription={subscription.data} />;
  if (!subscription.error) return <Loading lines={8} />;
  return <Unknown what="subscription" crumb={['Subscriptions', '/subscriptions']} error={subscription.error} retry={subscription.refetch} />;
}

type Dialog = 'plan' | 'seats' | 'price' | 'pause' | 'cancel';

function Known({ subscription }: { subscription: Subscription }) {
  const { id, user_id, plan_code, quantity, status, version } = subscription;
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const may = useMay();
  const plan = useGet('/plans/{code}', { path: { code: plan_code } });
  const held = useGet('/plans/{code}/versions/{version}', { path: { code: plan_code, version } });
  const name = plan.data?.name ?? plan_code;
  return (
    <>
      <PageTitle title={`${name}${saySeats(quantity)}`} crumb={['Subscriptions', '/subscriptions']} badge={<StatusBadge status={status} />} actions={status !== 'canceled' && may('write') && <Actions subscription={subscription} open={setDialog} />}>
        <span className={classes.title}>
          <UserLabel id={user_id} link /> <CopyId id={id} short />
        </span>
      </PageTitle>
      <Life subscription={subscription} version={held.data} />
      {status !== 'canceled' && (
        <>
          <PlanDialog subscription={subscription} opened={dialog === 'plan'} close={close} />
          <SeatsDialog subscription={subscription} opened={dialog === 'seats'} close={close} />
          <PriceDialog subscription={subscription} opened={dialog === 'price'} close={close} />
          <PauseDialog subscription={subscription} opened={dialog === 'pause'} close={close} />
          <CancelDialog subscription={subscription} name={name} opened={dialog === 'cancel'} close={close} />
        </>
      )}
    </>
  );
}

function Actions({ subscription: { paused_from }, open }: { subscription: Subscription; open: (dialog: Dialog) => void }) {
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => open('seats')}>Change seats</Menu.Item>
          <Menu.Item onClick={() => open('price')}>Special price</Menu.Item>
          {paused_from === null && <Menu.Item onClick={() => open('pause')}>Pause</Menu.Item>}
          <Menu.Item onClick={() => open('cancel')}>Cancel</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button onClick={() => open('plan')}>Change plan</Button>
    </>
  );
}

function Life({ subscription, version }: { subscription: Subscription; version: Schemas['PlanVersion'] | undefined }) {
  const path = { id: subscription.id };
  const today = dayOf(useClock().now);
  const terms = useGet('/subscriptions/{id}/terms', { path });
  const periods = useGet('/subscriptions/{id}/periods', { path });
  const pauses = useGet('/subscriptions/{id}/pauses', { path });
  const error = terms.error ?? periods.error ?? pauses.error;
  const facts = terms.data && periods.data && pauses.data && { subscription, terms: terms.data, periods: periods.data, pauses: pauses.data, today };
  const currency = version?.currency ?? 'USD';
  return (
    <>
      {facts && <Pending facts={facts} />}
      <Columns side={<><About subscription={subscription} version={version} /><Discounts subscription={subscription} currency={currency} /><History of={subscription.id} /></>}>
        {facts ? (
          <>
            <TimeBar facts={facts} />
            <TermsTable terms={facts.terms} currency={currency} today={today} />
          </>
        ) : (
          <Panel title="What holds on which day">{error ? <ErrorState error={error} retry={() => Promise.all([terms.refetch(), periods.refetch(), pauses.refetch()])} /> : <Loading lines={5} />}</Panel>
        )}
      </Columns>
    </>
  );
}

function About({ subscription, version }: { subscription: Subscription; version: Schemas['PlanVersion'] | undefined }) {
  const { user_id, plan_code, quantity, overrides, started_on, anchor_day, status, current_period_start, current_period_end, waiting_cents, metadata } = subscription;
  const facts: [string, React.ReactNode][] = [
    ['Customer', <UserLabel id={user_id} link />],
    ['Plan', <><Link to={`/plans/${plan_code}`}>{plan_code}</Link> v{subscription.version}</>],
    ['Seats', formatCount(quantity)],
  ];
  if (version) facts.push(['Price', <><Money cents={overrides?.amount_cents ?? version.amount_cents} currency={version.currency} /> {quantity === 1 ? '' : 'each, '}{sayInterval(version.interval, version.interval_count)}, {version.bill_in === 'advance' ? 'in advance' : 'at the end'}</>]);
  if (overrides) facts.push(['Special price', sayOverrides(overrides, version?.currency ?? 'USD')]);
  facts.push([status === 'scheduled' ? 'Begins' : 'Began', <Day day={started_on} />]);
  facts.push([status === 'canceled' ? 'Last day' : status === 'trialing' ? 'Trial' : 'Period', status === 'canceled' ? <Day day={addDays(current_period_end, -1)} /> : <Period start={current_period_start} end={current_period_end} />]);
  if (anchor_day !== null) facts.push(['Periods begin on day', String(anchor_day)]);
  if (waiting_cents !== 0) facts.push(['Owed, not billed yet', <Money cents={waiting_cents} currency={version?.currency ?? 'USD'} />]);
  for (const [key, value] of Object.entries(metadata)) facts.push([key, value]);
  return (
    <Panel title="Subscription" aside={<Link to={`/invoices?user_id=${user_id}`}>Invoices</Link>}>
      <Facts facts={facts} />
    </Panel>
  );
}
