import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { FormPage } from '../ui/form_page.tsx';
import { Panel } from '../ui/page.tsx';
import { useSend } from '../ui/use_send.ts';
import { Charges } from './charges.tsx';
import { type PlanBody, type PlanFields, readPlan } from './form.ts';
import { PlanFieldsEditor } from './plan_fields.tsx';
import { Preview } from './preview_panel.tsx';
import { refusalsOf, usePreview } from './use_preview.ts';

type PlanFormProps = {
  title: string;
  crumb: [string, string];
  fields: PlanFields;
  set: (changes: Partial<PlanFields>) => void;
  /** Of a plan that is there already. */
  version?: boolean;
  note: string;
  /** What is said to a key that may only read. */
  readOnly: string;
  submit: string;
  other?: ReactNode;
  create: { mutate: (body: PlanBody) => void; isPending: boolean; error: Error | null };
};

/** A plan, or a version of one, is written here, and what it would charge is seen while it is. */
export function PlanForm({ title, crumb, fields, set, version = false, note, readOnly, submit, other, create }: PlanFormProps) {
  const read = readPlan(fields);
  const may = useMay();
  const previewed = usePreview(read.body);
  const whole = read.body?.code ? read.body : null;
  const sending = useSend(whole, create);
  const refused = new Map([...refusalsOf(previewed.error), ...refusalsOf(sending.error), ...read.wrong]);
  if (sending.error instanceof ApiError && sending.error.type === 'plan_exists') refused.set('/code', sending.error.message);
  const at = (pointer: string) => refused.get(pointer);
  return (
    <FormPage title={title} crumb={crumb} side={<Preview previewed={previewed} read={read} />} note={may('write') ? note : readOnly} submit={submit} other={other} incomplete={!whole || !may('write')} sending={sending}>
      <Panel title={version ? 'Version' : 'Plan'}>
        <PlanFieldsEditor fields={fields} at={at} set={set} version={version} />
      </Panel>
      <Charges charges={fields.charges} currency={fields.currency} at={at} set={(charges) => set({ charges })} />
    </FormPage>
  );
}
