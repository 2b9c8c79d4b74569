import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Schemas, remove } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useAction } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { sayOff, sayPeriods } from '../lib/coupon.ts';
import { addDays, dayOf, formatDay } from '../lib/time.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { notice } from '../ui/notice.tsx';
import { Panel } from '../ui/page.tsx';
import { Day } from '../ui/time.tsx';
import { AddDiscountDialog } from './add_discount_dialog.tsx';
import classes from './subscriptions.module.css';

type Subscription = Schemas['Subscription'];
type DiscountsProps = { subscription: Subscription; currency: string };

/** What is taken off what the subscription owes, in the order in which it is. */
export function Discounts({ subscription, currency }: DiscountsProps) {
  const [adding, setAdding] = useState(false);
  const may = useMay();
  const { discounts, status } = subscription;
  const mayChange = may('write') && status !== 'canceled';
  if (discounts.length === 0 && !mayChange) return null;
  return (
    <Panel title="Discounts">
      {discounts.length === 0 && <p className={classes.line}>None: every period owes its full price.</p>}
      {discounts.length > 0 && (
        <ul className={classes.discounts} aria-label="Discounts">
          {discounts.map((discount) => <One key={discount.id} discount={discount} subscription={subscription} currency={currency} mayEnd={mayChange} />)}
        </ul>
      )}
      {mayChange && <Button variant="default" size="xs" mt="sm" onClick={() => setAdding(true)}>Add a coupon…</Button>}
      <AddDiscountDialog subscription={subscription} currency={currency} opened={adding} close={() => setAdding(false)} />
    </Panel>
  );
}

function One({ discount, subscription, currency, mayEnd }: { discount: Schemas['Discount']; mayEnd: boolean } & DiscountsProps) {
  const { id, coupon, periods, added_on, ends_on } = discount;
  const ask = useConfirm();
  const today = dayOf(useClock().now);
  const end = useAction((_: null) => remove('/subscriptions/{id}/discounts/{discount_id}', { path: { id: subscription.id, discount_id: id } }));
  const last = addDays(subscription.current_period_end, -1);
  const ending = ends_on !== null && ends_on <= subscription.current_period_end;
  const askToEnd = () =>
    ask({
      title: `End the discount ${coupon}?`,
      body: `It holds to the end of this period, ${formatDay(last)}. It can be added again, if the coupon allows: a redemption is never given back.`,
      confirm: 'End discount',
      danger: true,
      run: async () => {
        await end.mutateAsync(null);
        notice(`${coupon} ends with this period`);
      },
    });
  return (
    <li>
      <span>
        <Link to={`/coupons/${coupon}`}>{coupon}</Link>: {sayOff({ ...discount, currency })}, {sayPeriods(periods)}
        <small>
          added on <Day day={added_on} />
          {ends_on !== null && <>, {ends_on > today ? 'holds up to' : 'held up to'} <Day day={addDays(ends_on, -1)} /></>}
        </small>
      </span>
      {mayEnd && !ending && <Button variant="default" size="compact-xs" onClick={askToEnd} aria-label={`End the discount ${coupon}`}>End…</Button>}
    </li>
  );
}
