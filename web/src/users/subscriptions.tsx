import { Button, Radio, Stack } from '@mantine/core';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { type Schemas, post } from '../api/client.ts';
import { type List, useAction, useGet } from '../api/queries.ts';
import { addDays, formatDay } from '../lib/time.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';
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
  const { plan_code, status, current_period_start, current_period_end, cancel_at_period_end, canceled_at, billing_error } = subscription;
  const name = plans.data?.find(({ code }) => code === plan_code)?.name ?? plan_code;
  return (
    <div className={classes.subscription}>
      <div className={classes.head}>
        <Link to={`/plans/${plan_code}`}>{name}</Link>
        <StatusBadge status={status} />
      </div>
      {canceled_at && status === 'canceled' ? (
        <p className={classes.line}>
          Canceled <Day day={canceled_at.slice(0, 10)} />
        </p>
      ) : (
        <p className={classes.line}>
          {status === 'trialing' ? 'Trial ' : ''}
          <Period start={current_period_start} end={current_period_end} />
        </p>
      )}
      {cancel_at_period_end && status !== 'canceled' && <p className={classes.line}>Ends with this period</p>}
      {billing_error && <p className={classes.bad}>Could not be billed, and is tried again every hour: {billing_error}</p>}
      {status !== 'canceled' && mayCancel && (
        <div className={classes.buttons}>
          <Button variant="default" size="xs" onClick={() => setCanceling(true)} aria-label={`Cancel the subscription to ${name}`}>
            Cancel…
          </Button>
        </div>
      )}
      <CancelDialog subscription={subscription} name={name} opened={canceling} close={() => setCanceling(false)} />
    </div>
  );
}

type CancelDialogProps = { subscription: Subscription; name: string; opened: boolean; close: () => void };

export function CancelDialog({ subscription: current, name, opened, close }: CancelDialogProps) {
  const asked = useRef(current); // while the dialog fades it goes on saying what it was about
  if (opened) asked.current = current;
  const subscription = asked.current;
  const trial = subscription.status === 'trialing';
  const [chosen, setAt] = useState<'now' | 'period_end'>('period_end');
  const at = subscription.cancel_at_period_end ? 'now' : chosen;
  const lastDay = formatDay(addDays(subscription.current_period_end, -1));
  const cancel = useAction((body: { at: 'now' | 'period_end' }, key) => post('/subscriptions/{id}/cancel', { path: { id: subscription.id }, body }, key));
  const run = async () => {
    await cancel.mutateAsync({ at });
    notice(at === 'now' ? `The subscription to ${name} is canceled` : `The subscription to ${name} ends after ${lastDay}`);
  };
  return (
    <FormDialog title={`Cancel ${name}?`} opened={opened} close={close} values={at} submit={at === 'now' ? 'Cancel now' : 'Cancel at the period’s end'} cancel="Keep as it is" danger run={run}>
      {() => (
        <>
          <Radio.Group value={at} onChange={(value) => setAt(value as typeof chosen)} label="When">
            <Stack gap="sm" mt="xs">
              <Radio
                value="period_end"
                label="At the period’s end"
                disabled={subscription.cancel_at_period_end}
                description={subscription.cancel_at_period_end ? 'This is so already.' : trial ? `The trial runs until ${lastDay}, and nothing is billed.` : `It runs until ${lastDay}, is billed as ever, and no other period follows.`}
              />
              <Radio value="now" label="Now" description={trial ? 'The trial ends today, and nothing is billed.' : 'Today is the last day. The base fee is billed for the days used, usage in full, and the final invoice is made.'} />
            </Stack>
          </Radio.Group>
          <p className={classes.line}>This cannot be undone; the customer can subscribe anew.</p>
        </>
      )}
    </FormDialog>
  );
}
