import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import { post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { notice } from '../ui/notice.tsx';
import { dropDraft, useDraft } from './draft.ts';
import type { PlanBody } from './form.ts';
import { PlanForm } from './plan_form.tsx';

/** A new plan. What was written is kept until it is created. */
export default function NewPlan() {
  const { fields, written, set, startOver } = useDraft();
  const navigate = useNavigate();
  const create = useAction(({ code = '', ...plan }: PlanBody, key) => post('/plans', { body: { ...plan, code } }, key), (plan) => {
    dropDraft();
    notice(`${plan.name} can be subscribed to now`);
    void navigate(`/plans/${plan.code}`);
  });
  return (
    <PlanForm
      title="New plan"
      crumb={['Plans', '/plans']}
      fields={fields}
      set={set}
      note="A plan's prices never change under those who pay them: to sell at another price, make a new version of it."
      readOnly="Your key may only read: what a plan would charge can be tried here, but not created."
      submit="Create plan"
      other={written && (
        <Button variant="subtle" onClick={startOver}>
          Start over
        </Button>
      )}
      create={create}
    />
  );
}
