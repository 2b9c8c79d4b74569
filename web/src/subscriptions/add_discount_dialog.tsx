import { useEffect, useState } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { formatDay } from '../lib/time.ts';
import { CouponField } from '../ui/coupon_field.tsx';
import { FormDialog } from '../ui/form_dialog.tsx';
import { notice } from '../ui/notice.tsx';

type Props = { subscription: Schemas['Subscription']; currency: string; opened: boolean; close: () => void };

/** Redeems a coupon for a subscription. */
export function AddDiscountDialog({ subscription: { id, plan_code, current_period_start }, currency, opened, close }: Props) {
  const [coupon, setCoupon] = useState('');
  useEffect(() => {
    if (opened) setCoupon('');
  }, [opened]);
  const add = useAction((body: Schemas['NewDiscount'], key) => post('/subscriptions/{id}/discounts', { path: { id }, body }, key), (discount) => notice(`${discount.coupon} is redeemed`));
  return (
    <FormDialog title="Add a coupon" opened={opened} close={close} submit="Redeem coupon" values={coupon} incomplete={coupon.trim() === ''} run={() => add.mutateAsync({ coupon: coupon.trim() })}>
      {(at) => <CouponField coupon={coupon} set={setCoupon} plan={plan_code} currency={currency} error={at('/coupon')} enabled={opened} description={`It holds from the current period on, which began on ${formatDay(current_period_start)}, billed or not.`} required />}
    </FormDialog>
  );
}
