import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ApiError, type Schemas, post } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { toJson } from '../lib/int.ts';
import { notice } from '../ui/notice.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { useRefusedFocus } from '../ui/refused_focus.ts';
import { Empty, ErrorNote, ErrorState, Loading } from '../ui/states.tsx';
import { Charges } from './charges.tsx';
import { type PlanFields, fieldsOfVersion, readPlan } from './form.ts';
import { PlanFieldsEditor } from './plan_fields.tsx';
import classes from './plans.module.css';
import { Preview } from './preview_panel.tsx';
import { refusalsOf, usePreview } from './use_preview.ts';

/** A plan's next version, written from the one that is the newest. */
export default function NewVersionPage() {
  const { code = '' } = useParams();
  const plan = useGet('/plans/{code}', { path: { code } });
  const versions = useGet('/plans/{code}/versions', { path: { code } });
  const newest = versions.data?.[0];
  if (plan.data && newest) return <NewVersion key={code} plan={plan.data} newest={newest} />;
  const error = plan.error ?? versions.error;
  if (!error) return <Loading lines={8} />;
  return (
    <>
      <PageTitle title="New version" crumb={['Plans', '/plans']} />
      {error instanceof ApiError && error.status === 404 ? <Empty title="There is no such plan" action={<Button component={Link} to="/plans">See the plans</Button>}>The link may be mistyped.</Empty> : <ErrorState error={error} retry={() => Promise.all([plan.refetch(), versions.refetch()])} />}
    </>
  );
}

function NewVersion({ plan, newest }: { plan: Schemas['Plan']; newest: Schemas['PlanVersion'] }) {
  const [fields, setFields] = useState<PlanFields>(() => fieldsOfVersion(newest, plan.name));
  const set = (changes: Partial<PlanFields>) => setFields((before) => ({ ...before, ...changes }));
  const read = readPlan(fields);
  const may = useMay();
  const navigate = useNavigate();
  const previewed = usePreview(read.body);
  const [tried, setTried] = useState('');
  const create = useAction((body: Schemas['NewPlanVersion'], key) => post('/plans/{code}/versions', { path: { code: plan.code }, body }, key), ({ version }) => {
    notice(`${plan.name} has a version ${version} now`);
    void navigate(`/plans/${plan.code}`);
  });
  const error = read.body && tried === toJson(read.body) ? create.error : null;
  const form = useRefusedFocus(error);
  const refused = new Map([...refusalsOf(previewed.error), ...refusalsOf(error), ...read.wrong]);
  const at = (pointer: string) => refused.get(pointer);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!read.body || create.isPending) return;
    setTried(toJson(read.body));
    const { code: _code, name: _name, currency: _currency, active: _active, ...version } = read.body;
    create.mutate(version);
  };
  return (
    <>
      <PageTitle title={`Version ${newest.version + 1} of ${plan.name}`} crumb={[plan.name, `/plans/${plan.code}`]} />
      <form ref={form} className={classes.page} onSubmit={submit}>
        <div className={classes.column}>
          <Panel title="Version">
            <PlanFieldsEditor fields={fields} at={at} set={set} version />
          </Panel>
          <Charges charges={fields.charges} currency={fields.currency} at={at} set={(charges) => set({ charges })} />
          <ErrorNote error={error} />
          <div className={classes.send}>
            <p>{may('write') ? 'New subscriptions take it; live ones stay on theirs until they are changed or migrated. It never changes once it is made.' : 'Your key may only read.'}</p>
            <Button type="submit" loading={create.isPending} disabled={!read.body || !may('write')}>
              Create version
            </Button>
          </div>
        </div>
        <div className={classes.side}>
          <Preview previewed={previewed} read={read} />
        </div>
      </form>
    </>
  );
}
