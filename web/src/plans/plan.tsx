import { Button, Switch } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { type Schemas, patch } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { modelNames, modelWords, sayCharge } from '../lib/charge.ts';
import { sayInterval, sayTrial } from '../lib/plan.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { Money } from '../ui/money.tsx';
import { notice } from '../ui/notice.tsx';
import { Columns, Facts, PageTitle, Panel } from '../ui/page.tsx';
import { Empty, ErrorNote, ErrorState, Loading } from '../ui/states.tsx';
import { Sold } from '../ui/status.tsx';
import { Instant } from '../ui/time.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { Migrations } from './migrations.tsx';
import classes from './plans.module.css';
import { PricePreview } from './price_preview.tsx';
import { usePreview } from './use_preview.ts';
import { Versions } from './versions.tsx';

type Plan = Schemas['Plan'];

/** What a plan costs, in words, in a table and as a curve, and whether it is for sale. */
export default function PlanPage() {
  const { code = '' } = useParams();
  const plan = useGet('/plans/{code}', { path: { code } });
  if (plan.data) return <Known key={code} plan={plan.data} />;
  if (!plan.error) return <Loading lines={8} />;
  return <Unknown what="plan" crumb={['Plans', '/plans']} error={plan.error} retry={plan.refetch} />;
}

function Known({ plan }: { plan: Plan }) {
  const { name, code, active, amount_cents, currency, interval, interval_count, trial_days, bill_in, minimum_cents, version, created_at, charges } = plan;
  const may = useMay();
  const versions = useGet('/plans/{code}/versions', { path: { code } });
  const subscriptions = (
    <Button component={Link} to={`/subscriptions?plan_code=${encodeURIComponent(code)}`} variant="default">
      Its subscriptions
    </Button>
  );
  return (
    <>
      <PageTitle title={name} crumb={['Plans', '/plans']} badge={<Sold active={active} />} actions={subscriptions}>
        <span className={classes.code}>{code}</span>
      </PageTitle>
      <Columns
        wide
        side={
          <>
            <Panel title="Plan" aside={<SoldSwitch plan={plan} />}>
              <Facts
                facts={[
                  ['Price', <><Money cents={amount_cents} currency={currency} /> {sayInterval(interval, interval_count)}</>],
                  ['Trial', Number(trial_days) === 0 ? 'None' : sayTrial(trial_days)],
                  ['Base fee is billed', bill_in === 'advance' ? 'In advance' : 'At the period’s end'],
                  ...(BigInt(minimum_cents) === 0n ? [] : ([['Minimum of a period', <Money cents={minimum_cents} currency={currency} />]] as [string, React.ReactNode][])),
                  ['Newest version', `v${version}`],
                  ['Created', <Instant at={created_at} />],
                ]}
              />
            </Panel>
            {versions.data && <Migrations versions={versions.data} mayWrite={may('write')} />}
          </>
        }
      >
        <Panel title="What it costs as usage grows" flush={charges.length > 0}>
          <Prices plan={plan} />
        </Panel>
        {versions.error && <ErrorState error={versions.error} retry={versions.refetch} />}
        {versions.data && <Versions versions={versions.data} mayWrite={may('write')} />}
      </Columns>
    </>
  );
}

function Prices({ plan: { amount_cents, currency, interval, interval_count, trial_days, active, charges } }: { plan: Plan }) {
  const { preview, stale, error, refetch } = usePreview({ amount_cents, currency, interval, interval_count: Number(interval_count), trial_days: Number(trial_days), active, charges });
  if (charges.length === 0) return <Empty title="Usage costs nothing">This plan has no charges beside its price.</Empty>;
  const words = new Map(charges.map((charge) => [charge.metric, { is: sayCharge(charge, currency), model: `${modelNames[charge.model]}. ${modelWords[charge.model]}` }]));
  if (preview) return <><ErrorNote error={error} /><PricePreview preview={preview} stale={stale} words={words} /></>;
  return error ? <ErrorState error={error} retry={refetch} /> : <div className={classes.body}><Loading /></div>;
}

function SoldSwitch({ plan: { code, name, active } }: { plan: Plan }) {
  const ask = useConfirm();
  const may = useMay();
  const change = useAction((next: boolean) => patch('/plans/{code}', { path: { code }, body: { active: next } }), (plan) => {
    notice(plan.active ? `${plan.name} is for sale again` : `${plan.name} is no longer for sale`);
  });
  const question = active
    ? { title: `Stop selling ${name}?`, confirm: 'Stop selling', danger: true, body: 'Nobody can be subscribed to it any more. The subscriptions that it has go on and are billed as before. You can sell it again at any time.' }
    : { title: `Sell ${name} again?`, confirm: 'Sell it', body: 'Customers can be subscribed to it again, at the prices that it has always had.' };
  return <Switch label="For sale" labelPosition="left" checked={active} disabled={!may('write')} onChange={() => ask({ ...question, run: () => change.mutateAsync(!active) })} />;
}
