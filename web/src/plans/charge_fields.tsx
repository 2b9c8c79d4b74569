import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconTrash, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import { modelNames, modelWords } from '../lib/charge.ts';
import { type Int, parseInteger, sum } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import { Choice } from '../ui/choice.tsx';
import { type ChargeFields, type Model, type TierFields, blankTier } from './form.ts';
import { type At, fieldOrder } from '../ui/fields.ts';
import { useFocusNext } from '../ui/focus_next.ts';
import classes from './plans.module.css';

type Field = { label: string; value: string; set: (value: string) => void; error: string | undefined; placeholder?: string; description?: string; required?: boolean };

function Field({ label, value, set, error, placeholder, description, required }: Field) {
  return <TextInput label={label} value={value} onChange={(event) => set(event.currentTarget.value)} error={error} placeholder={placeholder} description={description} required={required} {...fieldOrder} />;
}

const models = Object.entries(modelNames) as [Model, string][];

type ChargeEditorProps = { charge: ChargeFields; currency: string; at: At; set: (changes: Partial<ChargeFields>) => void; remove: () => void };

/** One charge: its metric, its model, and the prices that the model takes. */
export function ChargeEditor({ charge, currency, at, set, remove }: ChargeEditorProps) {
  const { metric, model, included, unit_price, package_size, package_price, tiers } = charge;
  return (
    <section className={classes.editor} data-charge aria-label={`Charge for ${metric || 'a metric'}`}>
      <div className={classes.editorHead}>
        <Choice label="Model" value={model} options={models} onChange={(chosen) => set({ model: chosen })} />
        <Button variant="subtle" color="gray" size="compact-sm" leftSection={<IconTrash size={15} aria-hidden />} onClick={remove} data-remove-charge>
          Remove charge
        </Button>
      </div>
      <p className={classes.line}>{modelWords[model]}</p>
      <div className={classes.fields}>
        <Field label="Metric" value={metric} set={(value) => set({ metric: value })} error={at('/metric') ?? at('')} placeholder="api_calls" required />
        <Field label="Included units" value={included} set={(value) => set({ included: value })} error={at('/included')} placeholder="0" />
        {model === 'per_unit' && <Field label={`Price each, ${currency}`} value={unit_price} set={(value) => set({ unit_price: value })} error={at('/unit_price')} placeholder="0.001" required />}
        {model === 'package' && (
          <>
            <Field label="Units in a package" value={package_size} set={(value) => set({ package_size: value })} error={at('/package_size')} placeholder="1,000" required />
            <Field label={`Price a package, ${currency}`} value={package_price} set={(value) => set({ package_price: value })} error={at('/package_price')} placeholder="2.50" required />
          </>
        )}
      </div>
      {(model === 'graduated' || model === 'volume') && <Tiers tiers={tiers} model={model} included={parseInteger(included) ?? 0} currency={currency} at={(pointer) => at(`/tiers${pointer}`)} set={(next) => set({ tiers: next })} />}
    </section>
  );
}

const mostTiers = 100;

/** Tiers count what is beyond the included units. */
function boundName(model: 'graduated' | 'volume', included: Int): string {
  const beyond = BigInt(included) > 0n ? ' beyond the included' : '';
  return model === 'graduated' ? `Up to unit${beyond}` : `Up to a quantity${beyond || ' of'}`;
}

/** With included units: from where to where a tier goes, as a person counts who counts all that is used. */
function sayTier(tiers: TierFields[], index: number, included: Int, model: 'graduated' | 'volume'): string {
  const [before, bound] = [index === 0 ? 0 : parseInteger(tiers[index - 1]?.up_to ?? ''), parseInteger(tiers[index]?.up_to ?? '')];
  const last = index === tiers.length - 1;
  if (BigInt(included) <= 0n || before === null || (!last && (bound === null || BigInt(bound) <= BigInt(before)))) return '';
  const from = formatCount(sum([included, before, 1]));
  if (last) return `${from} and more, used in all`;
  return model === 'graduated' ? `${from} to ${formatCount(sum([included, bound ?? 0]))}, used in all` : `Up to ${formatCount(sum([included, bound ?? 0]))}, used in all`;
}

type TiersProps = { tiers: TierFields[]; included: Int; model: 'graduated' | 'volume'; currency: string; at: At; set: (tiers: TierFields[]) => void };

/** The last tier has no bound, so a new one comes before it. */
function Tiers({ tiers, included, model, currency, at, set }: TiersProps) {
  const problem = at('');
  const box = useRef<HTMLDivElement>(null);
  const focus = useFocusNext(box);
  const add = () => {
    set(tiers.toSpliced(-1, 0, blankTier()));
    focus((all) => [...all.querySelectorAll<HTMLElement>('[data-tier]')].at(-2)?.querySelector('input'));
  };
  const remove = (index: number) => {
    set(tiers.filter((_, nth) => nth !== index));
    focus((all) => all.querySelectorAll<HTMLElement>('[data-remove-tier]')[Math.min(index, tiers.length - 2)] ?? all.querySelector<HTMLElement>('[data-add-tier]'));
  };
  return (
    <div ref={box} className={classes.tiers} role="group" aria-label="Tiers">
      <div className={`${classes.tier} ${classes.tierHead}`} aria-hidden>
        <span>{boundName(model, included)}</span>
        <span>Price each, {currency}</span>
        <span>And once, {currency}</span>
      </div>
      {tiers.map((tier, index) => (
        <Tier
          key={tier.key}
          tier={tier}
          number={index + 1}
          last={index === tiers.length - 1}
          meaning={sayTier(tiers, index, included, model)}
          at={(pointer) => at(`/${index}${pointer}`)}
          set={(changes) => set(tiers.map((one) => (one === tier ? { ...tier, ...changes } : one)))}
          remove={tiers.length > 1 ? () => remove(index) : undefined}
        />
      ))}
      {problem && <p className={classes.problem} role="alert">{problem}</p>}
      <div>
        <Button variant="default" size="compact-sm" leftSection={<IconPlus size={15} aria-hidden />} disabled={tiers.length >= mostTiers} onClick={add} data-add-tier>
          Add a tier
        </Button>
      </div>
    </div>
  );
}

type TierProps = { tier: TierFields; number: number; last: boolean; /** what its bound means in all */ meaning: string; at: At; set: (changes: Partial<TierFields>) => void; remove?: () => void };

function Tier({ tier: { up_to, unit_price, flat_price }, number, last, meaning, at, set, remove }: TierProps) {
  const field = (name: keyof Omit<TierFields, 'key'>, label: string, value: string, placeholder: string) => (
    <TextInput aria-label={`Tier ${number}: ${label}`} value={value} placeholder={placeholder} error={at(`/${name}`)} onChange={(event) => set({ [name]: event.currentTarget.value })} />
  );
  return (
    <div className={classes.tier} data-tier>
      {last ? <span className={classes.beyond}>{number === 1 ? 'Any quantity' : 'And beyond'}</span> : field('up_to', 'up to', up_to, '1,000')}
      {field('unit_price', 'price each', unit_price, '0.01')}
      {field('flat_price', 'price once', flat_price, '0')}
      {remove && (
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Remove tier ${number}`} onClick={remove} data-remove-tier>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      )}
      {meaning && <p className={classes.meaning}>{meaning}</p>}
    </div>
  );
}
