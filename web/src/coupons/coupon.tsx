import { Button, Switch, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { type Schemas, patch } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { periodsOf, sayOff, sayPeriods, sayRedemptions, sayScope } from '../lib/coupon.ts';
import { formatCount } from '../lib/money.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { FormDialog } from '../ui/form_dialog.tsx';
import { History } from '../ui/history.tsx';
import { notice } from '../ui/notice.tsx';
import { Columns, Facts, PageTitle, Panel } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { CouponStatus } from './coupon_status.tsx';

type Coupon = Schemas['Coupon'];

/** What a coupon takes off, of what, and how often it was redeemed. */
export default function CouponPage() {
  const { code = '' } = useParams();
  const coupon = useGet('/coupons/{code}', { path: { code } });
  if (coupon.data) return <Known key={code} coupon={coupon.data} />;
  if (!coupon.error) return <Loading lines={8} />;
  return <Unknown what="coupon" crumb={['Coupons', '/coupons']} error={coupon.error} retry={coupon.refetch} />;
}

function Known({ coupon }: { coupon: Coupon }) {
  const { code, name, applies_to, duration, redeem_by, max_per_user, created_at } = coupon;
  const [renaming, setRenaming] = useState(false);
  const may = useMay();
  return (
    <>
      <PageTitle title={code} crumb={['Coupons', '/coupons']} badge={<CouponStatus coupon={coupon} />} actions={may('write') && <Button variant="default" onClick={() => setRenaming(true)}>{name === null ? 'Name it' : 'Rename'}</Button>}>
        {name ?? `${sayOff(coupon)}, ${sayPeriods(periodsOf(duration))}`}
      </PageTitle>
      <Columns side={<History of={code} />}>
        <Panel title="Coupon" aside={<ActiveSwitch coupon={coupon} />}>
          <Facts
            facts={[
              ['Takes', sayOff(coupon)],
              ['For how long', sayPeriods(periodsOf(duration))],
              ['Of what', sayScope(applies_to)],
              ['Redeemed', sayRedemptions(coupon)],
              ['By one customer at most', max_per_user === null ? 'any number' : formatCount(max_per_user)],
              ['Last day to redeem it', redeem_by === null ? 'none' : <Day day={redeem_by} />],
              ['Created', <Day day={created_at.slice(0, 10)} />],
            ]}
          />
        </Panel>
      </Columns>
      <RenameDialog coupon={coupon} opened={renaming} close={() => setRenaming(false)} />
    </>
  );
}

function ActiveSwitch({ coupon: { code, active } }: { coupon: Coupon }) {
  const ask = useConfirm();
  const may = useMay();
  const change = useAction((next: boolean) => patch('/coupons/{code}', { path: { code }, body: { active: next } }), (coupon) => {
    notice(coupon.active ? `${code} can be redeemed again` : `${code} can no longer be redeemed`);
  });
  const question = active
    ? { title: `Deactivate ${code}?`, confirm: 'Deactivate', danger: true, body: 'It cannot be redeemed any more. Subscriptions that have it keep it. You can activate it again at any time.' }
    : { title: `Activate ${code} again?`, confirm: 'Activate', body: 'It can be redeemed again, as far as its limits go.' };
  return <Switch label="Can be redeemed" labelPosition="left" checked={active} disabled={!may('write')} onChange={() => ask({ ...question, run: () => change.mutateAsync(!active) })} />;
}

function RenameDialog({ coupon, opened, close }: { coupon: Coupon; opened: boolean; close: () => void }) {
  const [name, setName] = useState('');
  useEffect(() => {
    if (opened) setName(coupon.name ?? '');
  }, [opened, coupon.name]);
  const rename = useAction((body: { name: string | null }) => patch('/coupons/{code}', { path: { code: coupon.code }, body }), () => notice('The coupon is renamed'));
  return (
    <FormDialog title={`Name of ${coupon.code}`} opened={opened} close={close} submit="Save name" values={name} run={() => rename.mutateAsync({ name: name.trim() || null })}>
      {(at) => <TextInput label="Name" description="For you: customers see the code. Empty for none." maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} error={at('/name')} data-autofocus />}
    </FormDialog>
  );
}
