import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { toMajor } from '../lib/money.ts';
import { ChargeEditor } from '../plans/charge_fields.tsx';
import { type ChargeFields, blankCharge, chargeFieldsOf, readOverrides } from '../plans/form.ts';
import { Choice } from '../ui/choice.tsx';
import { ChangeDialog } from './change_dialog.tsx';
import classes from './subscriptions.module.css';

type Props = { subscription: Schemas['Subscription']; opened: boolean; close: () => void };

/** Prices of this customer's own: the base fee, and charges that replace the plan's. */
export function PriceDialog({ subscription, opened, close }: Props) {
  const { overrides, plan_code, version } = subscription;
  const [clear, setClear] = useState(false);
  const [amount, setAmount] = useState('');
  const [charges, setCharges] = useState<ChargeFields[]>([]);
  const plan = useGet('/plans/{code}/versions/{version}', { path: { code: plan_code, version } }, { enabled: opened });
  const currency = plan.data?.currency ?? 'USD';
  useEffect(() => {
    if (!opened) return;
    setClear(false);
    setAmount(overrides?.amount_cents === undefined ? '' : toMajor(overrides.amount_cents, currency));
    setCharges((overrides?.charges ?? []).map(chargeFieldsOf));
  }, [opened, overrides, currency]);
  const read = readOverrides(amount, charges, currency);
  const set = (index: number, changes: Partial<ChargeFields>) => setCharges(charges.map((one, nth) => (nth === index ? { ...one, ...changes } : one)));
  return (
    <ChangeDialog title="Special price" subscription={subscription} opened={opened} close={close} submit={clear ? 'End special price' : 'Set special price'} named={clear ? { overrides: null } : read.overrides && { overrides: read.overrides }} hint="Type a price, and see what the change costs." reasoned={!clear}>
      {(at) => (
        <>
          {overrides && <Choice label="What to do" value={clear ? 'end' : 'set'} options={[['set', 'Set prices'], ['end', 'End them']]} onChange={(what) => setClear(what === 'end')} />}
          {clear ? <p className={classes.line}>From then on the plan’s own prices hold.</p> : (
            <>
              <TextInput label={`Base fee of a full period, ${currency}`} inputMode="decimal" placeholder={plan.data ? `${toMajor(plan.data.amount_cents, currency)}, as the plan says` : ''} value={amount} onChange={(event) => setAmount(event.currentTarget.value)} error={at('/overrides/amount_cents') ?? read.wrong.get('/amount_cents')} data-autofocus />
              {charges.map((charge, index) => (
                <ChargeEditor key={charge.key} charge={charge} currency={currency} at={(pointer) => at(`/overrides/charges/${index}${pointer}`) ?? read.wrong.get(`/charges/${index}${pointer}`)} set={(changes) => set(index, changes)} remove={() => setCharges(charges.filter((_, nth) => nth !== index))} />
              ))}
              <div>
                <Button variant="default" size="compact-sm" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setCharges([...charges, blankCharge()])}>
                  Add a charge
                </Button>
              </div>
            </>
          )}
        </>
      )}
    </ChangeDialog>
  );
}
