import { Button } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { periodsOf, sayOff, sayPeriods, sayRedemptions } from '../lib/coupon.ts';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { useFilters } from '../ui/filters.ts';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import { CouponStatus } from './coupon_status.tsx';
import { NewCoupon } from './new_coupon.tsx';

type Coupon = Schemas['Coupon'];

const columns: Column<Coupon>[] = [
  { id: 'code', header: 'Code', cell: ({ code }) => code },
  { id: 'off', header: 'Takes', cell: (row) => `${sayOff(row)}, ${sayPeriods(periodsOf(row.duration))}`, grow: true, line: true },
  { id: 'name', header: 'Name', cell: ({ name }) => name, hide: 'laptop' },
  { id: 'redemptions', header: 'Redeemed', cell: (row) => <><span className="zone">Redeemed </span>{sayRedemptions(row)}</>, align: 'right' },
  { id: 'redeem_by', header: 'Last day', cell: ({ redeem_by }) => redeem_by && <Day day={redeem_by} />, hide: 'tablet' },
  { id: 'status', header: 'Status', cell: (row) => <CouponStatus coupon={row} /> },
];

const href = ({ code }: Coupon) => `/coupons/${code}`;

/** What can be taken off what subscriptions owe. `new=1` in the URL opens the form. */
export default function Coupons() {
  const { filters, set } = useFilters('new');
  const list = useList('/coupons', {});
  const may = useMay();
  const create = may('write') && <Button onClick={() => set({ new: '1' })}>New coupon</Button>;
  return (
    <>
      <PageTitle title="Coupons" actions={create} />
      <Panel flush>
        <DataTable
          label="Coupons"
          list={list}
          columns={columns}
          rowId={({ code }) => code}
          href={href}
          empty={
            <Empty title="No coupons yet" action={create}>
              A coupon takes a percentage or an amount off what a subscription owes, for some of its periods or all.
            </Empty>
          }
        />
      </Panel>
      <NewCoupon opened={filters.new === '1' && may('write')} close={() => set({ new: null }, { replace: true })} />
    </>
  );
}
