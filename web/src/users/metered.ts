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

type Charges = { metric: string; included: Int }[];
type Plan = Pick<Schemas['Plan'], 'code' | 'name'>;
type Version = Pick<Schemas['PlanVersion'], 'plan_code' | 'version'> & { charges: Charges };
type Subscription = Pick<Schemas['Subscription'], 'plan_code' | 'version' | 'status' | 'current_period_start' | 'current_period_end'> & { overrides: { charges?: Charges } | null };

/** What a subscription charges today: its own prices, and what these do not replace of its plan's version. */
function chargesOf({ plan_code, version, overrides }: Subscription, versions: Version[]): Charges {
  const own = overrides?.charges ?? [];
  const found = versions.find((one) => one.plan_code === plan_code && one.version === version);
  const metrics = new Set(own.map(({ metric }) => metric));
  return [...(found?.charges ?? []).filter(({ metric }) => !metrics.has(metric)), ...own];
}

/** What there is to draw: each charge of a live subscription over its current period, and what else was used in the last 30 days. */
export function meteredOf(subscriptions: Subscription[], plans: Plan[], versions: Version[], usage: { metric: string; day: Day }[], today: Day): Metered[] {
  const charged = subscriptions
    .filter(({ status }) => status !== 'canceled' && status !== 'scheduled')
    .flatMap((subscription) => {
      const { plan_code, status, current_period_start: start, current_period_end: end } = subscription;
      const plan = plans.find(({ code }) => code === plan_code);
      return chargesOf(subscription, versions).map(({ metric, included }) => ({ metric, plan: plan?.name ?? plan_code, included, start, end, free: status === 'trialing' }));
    });
  const covered = new Set(charged.map(({ metric }) => metric));
  const month = addDays(today, -29);
  const others = [...new Set(usage.filter(({ metric, day }) => !covered.has(metric) && day >= month).map(({ metric }) => metric))].sort();
  return [...charged, ...others.map((metric) => ({ metric, plan: null, included: null, start: month, end: addDays(today, 1), free: false }))];
}
