import type { Schemas } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { stateOf } from '../lib/coupon.ts';
import { dayOf } from '../lib/time.ts';
import { StatusBadge } from '../ui/status.tsx';

/** Whether a coupon can still be redeemed. */
export function CouponStatus({ coupon }: { coupon: Schemas['Coupon'] }) {
  const today = dayOf(useClock().now);
  return <StatusBadge status={stateOf(coupon, today)} />;
}
