import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { toJson } from '../lib/int.ts';
import { notice } from '../ui/notice.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { useRefusedFocus } from '../ui/refused_focus.ts';
import { ErrorNote } from '../ui/states.tsx';
import { Charges } from './charges.tsx';
import { dropDraft, useDraft } from './draft.ts';
import { type Read, readPlan } from './form.ts';
import { PlanFieldsEditor } from './plan_fields.tsx';
import classes from './plans.module.css';
import { Preview } from './preview_panel.tsx';
import { refusalsOf, usePreview } from './use_preview.ts';

/** A plan is written here, and what it would charge is seen while it is. */
export default function NewPlan() {
  const { fields, written, set, startOver } = useDraft();
  const read = readPlan(fields);
  const may = useMay();
  const previewed = usePreview(read.body);
  const { create, error } = useCreate(read);
  const form = useRefusedFocus(error);
  const refused = new Map([...refusalsOf(previewed.error), ...refusalsOf(error), ...read.wrong]);
  if (error instanceof ApiError && error.type === 'plan_exists') refused.set('/code', error.message);
  const at = (pointer: string) => refused.get(pointer);
  return (
    <>
      <PageTitle title="New plan" crumb={['Plans', '/plans']} />
      <form ref={form} className={classes.page} onSubmit={create.submit}>
        <div className={classes.column}>
          <Panel title="Plan">
            <PlanFieldsEditor fields={fields} at={at} set={set} />
          </Panel>
          <Charges charges={fields.charges} currency={fields.currency} at={at} set={(charges) => set({ charges })} />
          <ErrorNote error={error} />
          <div className={classes.send}>
            <p>{may('write') ? "A plan's prices never change under those who pay them: to sell at another price, make a new version of it." : 'Your key may only read: what a plan would charge can be tried here, but not created.'}</p>
            {written && (
              <Button variant="subtle" onClick={startOver}>
                Start over
              </Button>
            )}
            <Button type="submit" loading={create.running} disabled={!read.body?.code || !may('write')}>
              Create plan
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

/** Creates what was read; what was refused is forgotten once it is another plan. */
function useCreate({ body }: Read) {
  const navigate = useNavigate();
  const [tried, setTried] = useState('');
  const create = useAction((plan: Schemas['NewPlan'], key) => post('/plans', { body: plan }, key), (plan) => {
    dropDraft();
    notice(`${plan.name} can be subscribed to now`);
    void navigate(`/plans/${plan.code}`);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!body?.code || create.isPending) return;
    setTried(toJson(body));
    create.mutate({ ...body, code: body.code });
  };
  return { create: { submit, running: create.isPending }, error: body && tried === toJson(body) ? create.error : null };
}
