import { Autocomplete } from '@mantine/core';
import { useClock } from '../api/clock.tsx';
import { useGet } from '../api/queries.ts';
import { periodsOf, sayOff, sayPeriods, stateOf } from '../lib/coupon.ts';
import { dayOf } from '../lib/time.ts';

type CouponFieldProps = {
  coupon: string;
  set: (coupon: string) => void;
  /** For what it is: those that it does not apply to are not offered. */
  plan: string | null;
  currency: string | undefined;
  enabled: boolean;
  description: string;
  error: string | undefined;
  required?: boolean;
};

/** A coupon's code: those that can be redeemed are offered, any other can be typed. */
export function CouponField({ coupon, set, plan, currency, enabled, description, error, required = false }: CouponFieldProps) {
  const today = dayOf(useClock().now);
  const coupons = useGet('/coupons', { query: { limit: 100 } }, { enabled });
  const offered = (coupons.data ?? []).filter((one) => stateOf(one, today) === 'active' && (one.currency === null || one.currency === currency) && (one.applies_to.plans === null || plan === null || one.applies_to.plans.includes(plan)));
  const chosen = offered.find(({ code }) => code.toLowerCase() === coupon.trim().toLowerCase());
  const words = chosen ? `${sayOff(chosen)}, ${sayPeriods(periodsOf(chosen.duration))}. ` : '';
  return <Autocomplete label="Coupon" placeholder={required ? 'WELCOME10' : 'none'} data={offered.map(({ code }) => code)} maxLength={64} value={coupon} onChange={set} description={words + description} error={error} required={required} data-autofocus={required || undefined} />;
}
