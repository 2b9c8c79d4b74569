import type { Schemas } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { PageTitle } from '../ui/page.tsx';
import { ErrorState, Loading } from '../ui/states.tsx';
import { Failing } from './failing.tsx';
import { FirstSteps } from './first_steps.tsx';
import { Health } from './health.tsx';
import classes from './overview.module.css';
import { Provider } from './provider.tsx';
import { Receivers } from './receivers.tsx';
import { Revenue } from './revenue.tsx';
import { MoneyTiles, SubscriptionTiles } from './tiles.tsx';
import { Usage } from './usage.tsx';

/** The currency that most is billed in comes first. */
const byWeight = (amounts: Schemas['StatsAmounts'][]) => [...amounts].sort((a, b) => Number(BigInt(b.mrr_cents ?? 0) - BigInt(a.mrr_cents ?? 0)));

/** The state of the billing, at a glance; it keeps itself up to date. */
export default function Overview() {
  const stats = useGet('/stats', {}, { every: 15_000 });
  const amounts = byWeight(stats.data?.amounts ?? []);
  return (
    <>
      <PageTitle title="Overview" />
      {!stats.data && (stats.error ? <ErrorState error={stats.error} retry={stats.refetch} /> : <Loading lines={8} />)}
      {stats.data && (
        <div className={classes.page}>
          <FirstSteps stats={stats.data} />
          <Provider />
          <Receivers />
          <MoneyTiles amounts={amounts} invoices={stats.data.invoices} />
          <SubscriptionTiles stats={stats.data} />
          <div className={classes.pair}>
            <Revenue currencies={amounts.map(({ currency }) => currency)} />
            <Usage />
          </div>
          <div className={classes.pair}>
            <Failing stats={stats.data} />
            <Health stats={stats.data} />
          </div>
        </div>
      )}
    </>
  );
}
