import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef } from 'react';
import { useFocusNext } from '../ui/focus_next.ts';
import { Panel } from '../ui/page.tsx';
import { ChargeEditor } from './charge_fields.tsx';
import { type ChargeFields, blankCharge } from './form.ts';
import classes from './plans.module.css';

const mostCharges = 100;

type ChargesProps = { charges: ChargeFields[]; currency: string; at: (pointer: string) => string | undefined; set: (charges: ChargeFields[]) => void };

/** All charges of a plan, to add to and take from. */
export function Charges({ charges, currency, at, set }: ChargesProps) {
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
