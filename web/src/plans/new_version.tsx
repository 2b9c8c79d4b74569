import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { type Schemas, post } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { notice } from '../ui/notice.tsx';
import { Loading } from '../ui/states.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { type PlanBody, type PlanFields, fieldsOfVersion } from './form.ts';
import { PlanForm } from './plan_form.tsx';

/** A plan's next version, written from the one that is the newest. */
export default function NewVersionPage() {
  const { code = '' } = useParams();
  const plan = useGet('/plans/{code}', { path: { code } });
  const versions = useGet('/plans/{code}/versions', { path: { code } });
  const newest = versions.data?.[0];
  if (plan.data && newest) return <NewVersion key={code} plan={plan.data} newest={newest} />;
  const error = plan.error ?? versions.error;
  if (!error) return <Loading lines={8} />;
  return <Unknown what="plan" crumb={['Plans', '/plans']} error={error} retry={() => Promise.all([plan.refetch(), versions.refetch()])} />;
}

function NewVersion({ plan, newest }: { plan: Schemas['Plan']; newest: Schemas['PlanVersion'] }) {
  const [fields, setFields] = useState<PlanFields>(() => fieldsOfVersion(newest, plan.name));
  const navigate = useNavigate();
  const create = useAction(
    ({ code: _code, name: _name, currency: _currency, active: _active, ...version }: PlanBody, key) => post('/plans/{code}/versions', { path: { code: plan.code }, body: version }, key),
    ({ version }) => {
      notice(`${plan.name} has a version ${version} now`);
      void navigate(`/plans/${plan.code}`);
    },
  );
  return (
    <PlanForm
      title={`Version ${newest.version + 1} of ${plan.name}`}
      crumb={[plan.name, `/plans/${plan.code}`]}
      fields={fields}
      set={(changes) => setFields((before) => ({ ...before, ...changes }))}
      version
      note="New subscriptions take it; live ones stay on theirs until they are changed or migrated. It never changes once it is made."
      readOnly="Your key may only read."
      submit="Create version"
      create={create}
    />
  );
}
