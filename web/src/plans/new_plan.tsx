import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type FormEvent, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, type Schemas, post } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { toJson } from '../lib/int.ts';
import { sayPlan } from '../lib/plan.ts';
import { useFocusNext } from '../ui/focus_next.ts';
import { notice } from '../ui/notice.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { useRefusedFocus } from '../ui/refused_focus.ts';
import { ErrorNote } from '../ui/states.tsx';
import { ChargeEditor } from './charge_fields.tsx';
import { dropDraft, useDraft } from './draft.ts';
import { type ChargeFields, type Read, blankCharge, readPlan } from './form.ts';
import { PlanFieldsEditor } from './plan_fields.tsx';
import classes from './plans.module.css';
import { PricePreview } from './price_preview.tsx';
import { type Previewed, refusalsOf, usePreview } from './use_preview.ts';

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
            <p>{may('write') ? "A plan's prices never change under those who pay them: to sell at another price, create another plan." : 'Your key may only read: what a plan would charge can be tried here, but not created.'}</p>
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

const mostCharges = 100;

type ChargesProps = { charges: ChargeFields[]; currency: string; at: (pointer: string) => string | undefined; set: (charges: ChargeFields[]) => void };

function Charges({ charges, currency, at, set }: ChargesProps) {
  const box = useRef<HTMLDivElement>(null);
  const focus = useFocusNext(box);
  const add = () => {
    set([...charges, blankCharge()]);
    focus((all) => [...all.querySelectorAll<HTMLElement>('[data-charge]')].at(-1)?.querySelector('input'));
  };
  const remove = (index: number) => {
    set(charges.filter((_, nth) => nth !== index));
    focus((all) => all.querySelectorAll<HTMLElement>('[data-remove-charge]')[Math.min(index, charges.length - 2)] ?? all.querySelector<HTMLElement>('[data-add-charge]'));
  };
  return (
    <Panel title="Charges for usage">
      <div ref={box}>
        {charges.length === 0 && <p className={classes.line}>Without any the plan costs its price, whatever is used.</p>}
        {charges.map((charge, index) => (
          <ChargeEditor
            key={charge.key}
            charge={charge}
            currency={currency}
            at={(pointer) => at(`/charges/${index}${pointer}`)}
            set={(changes) => set(charges.map((one) => (one === charge ? { ...charge, ...changes } : one)))}
            remove={() => remove(index)}
          />
        ))}
        <Button mt={charges.length === 0 ? 0 : 'lg'} variant="default" leftSection={<IconPlus size={16} aria-hidden />} disabled={charges.length >= mostCharges} onClick={add} data-add-charge>
          Add a charge
        </Button>
      </div>
    </Panel>
  );
}

function Preview({ previewed: { preview, stale, error }, read: { body, wrong } }: { previewed: Previewed; read: Read }) {
  const refusals = [...refusalsOf(error).values()];
  const refused = refusals.length > 0;
  const hint = body === null ? (wrong.size > 0 ? 'Something cannot be read: see the marked fields.' : 'Appears once all that is needed is there.') : refused ? `It cannot be as it is: ${[...new Set(refusals)].join('; ')}.` : '';
  return (
    <Panel title="What it would charge" flush={preview !== undefined && preview.charges.length > 0}>
      <div className={classes.body}>
        {hint && <p className={classes.line} role="status">{hint}</p>}
        {!refused && <ErrorNote error={error} />}
        {body && preview && !stale && <p className={classes.line}>{sayPlan(body)}.</p>}
      </div>
      {preview && <PricePreview preview={preview} stale={stale} />}
    </Panel>
  );
}
