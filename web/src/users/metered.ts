import type { Schemas } from '../api/client.ts';
import type { Int } from '../lib/int.ts';
import { type Day, addDays } from '../lib/time.ts';

/** A metric over the time that is of interest for it. */
export type Metered = {
  metric: string;
  /** The plan that charges it; null when none of the user's does. */
  plan: string | null;
  included: Int | null;
  start: Day;
  end: Day;
  /** In a trial. */
  free: boolean;
};

type Plan = Pick<Schemas['Plan'], 'code' | 'name'> & { charges: { metric: string; included: Int }[] };
type Subscription = Pick<Schemas['Subscription'], 'plan_code' | 'status' | 'current_period_start' | 'current_period_end'>;

/** What there is to draw: each charge of a live subscription over its current period, and what else was used in the last 30 days. */
export function meteredOf(subscriptions: Subscription[], plans: Plan[], usage: { metric: string; day: Day }[], today: Day): Metered[] {
  const charged = subscriptions
    .filter(({ status }) => status !== 'canceled')
    .flatMap(({ plan_code, status, current_period_start: start, current_period_end: end }) => {
      const plan = plans.find(({ code }) => code === plan_code);
      return (plan?.charges ?? []).map(({ metric, included }) => ({ metric, plan: plan?.name ?? plan_code, included, start, end, free: status === 'trialing' }));
    });
  const covered = new Set(charged.map(({ metric }) => metric));
  const month = addDays(today, -29);
  const others = [...new Set(usage.filter(({ metric, day }) => !covered.has(metric) && day >= month).map(({ metric }) => metric))].sort();
  return [...charged, ...others.map((metric) => ({ metric, plan: null, included: null, start: month, end: addDays(today, 1), free: false }))];
}
