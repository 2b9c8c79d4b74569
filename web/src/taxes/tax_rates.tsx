import { Button } from '@mantine/core';
import { type Schemas, patch } from '../api/client.ts';
import { useAction, useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { nameOfCountry } from '../lib/countries.ts';
import { formatPercent } from '../lib/percent.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { useFilters } from '../ui/filters.ts';
import { notice } from '../ui/notice.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Day } from '../ui/time.tsx';
import { NewTaxRate } from './new_tax_rate.tsx';

type TaxRate = Schemas['TaxRate'];

const columns: Column<TaxRate>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name, grow: true },
  { id: 'percent', header: 'Rate', cell: ({ percent }) => formatPercent(percent), align: 'right' },
  { id: 'country', header: 'For customers in', cell: ({ country }) => (country === null ? 'Countries without a rate' : nameOfCountry(country)) },
  { id: 'status', header: 'Status', cell: ({ active }) => <StatusBadge status={active ? 'active' : 'retired'} /> },
  { id: 'code', header: 'Code', cell: ({ code }) => code, hide: 'phone' },
  { id: 'created_at', header: 'Since', cell: (row) => <Day day={row.created_at.slice(0, 10)} />, hide: 'tablet' },
  { id: 'switch', header: <span className="sr-only">Switch on or off</span>, cell: (row) => <OnOff rate={row} />, align: 'right', line: true },
];

/** By what documents are taxed. `new=1` in the URL opens the form. */
export default function TaxRates() {
  const { filters, set } = useFilters('new');
  const list = useList('/tax_rates', {});
  const may = useMay();
  const create = may('write') && <Button onClick={() => set({ new: '1' })}>New tax rate</Button>;
  return (
    <>
      <PageTitle title="Tax rates" actions={create}>
        Documents are taxed by the active rates of the customer’s country, or else by those without one.
      </PageTitle>
      <Panel flush>
        <DataTable
          label="Tax rates"
          list={list}
          columns={columns}
          rowId={({ code }) => code}
          empty={
            <Empty title="No tax rates yet" action={create}>
              Until there is one, nothing is taxed.
            </Empty>
          }
        />
      </Panel>
      <NewTaxRate opened={filters.new === '1' && may('write')} close={() => set({ new: null }, { replace: true })} />
    </>
  );
}

function OnOff({ rate: { code, name, active } }: { rate: TaxRate }) {
  const ask = useConfirm();
  const may = useMay();
  const change = useAction((next: boolean) => patch('/tax_rates/{code}', { path: { code }, body: { active: next } }), (rate) => {
    notice(rate.active ? `${rate.name} taxes documents again` : `${rate.name} taxes no more documents`);
  });
  if (!may('write')) return null;
  const question = active
    ? { title: `Stop taxing by ${name}?`, confirm: 'Deactivate', danger: true, body: 'Documents from now on are made without it. Those that are issued keep it. You can switch it on again.' }
    : { title: `Tax by ${name} again?`, confirm: 'Activate', body: 'Documents from now on are taxed by it.' };
  return (
    <Button size="compact-xs" variant="default" onClick={() => ask({ ...question, run: () => change.mutateAsync(!active) })} aria-label={`${question.confirm} ${code}`}>
      {question.confirm}…
    </Button>
  );
}
