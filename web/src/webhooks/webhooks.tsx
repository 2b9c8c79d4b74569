import { Button } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data_table.tsx';
import { useFilters } from '../ui/filters.ts';
import { Count } from '../ui/money.tsx';
import { PageTitle, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { EndpointStatus } from './endpoint_status.tsx';
import { NewEndpoint } from './new_endpoint.tsx';
import { sayTypes } from './say_types.ts';

type Endpoint = Schemas['WebhookEndpoint'];

const columns: Column<Endpoint>[] = [
  { id: 'url', header: 'Sent to', cell: ({ url, description }) => description ?? url, grow: true, line: true },
  { id: 'address', header: 'URL', cell: ({ url, description }) => description && url, line: true },
  { id: 'types', header: 'What', cell: ({ types }) => sayTypes(types), hide: 'tablet' },
  { id: 'waiting', header: 'Waiting', cell: ({ waiting }) => <><span className="zone">Waiting </span><Count value={waiting} /></>, align: 'right' },
  { id: 'status', header: 'Status', cell: (row) => <EndpointStatus endpoint={row} /> },
];

const href = ({ id }: Endpoint) => `/webhooks/${id}`;

/** Who is told of what happens. `new=1` in the URL opens the form. */
export default function Webhooks() {
  const { filters, set } = useFilters('new');
  const list = useList('/webhook_endpoints', {}, { every: 5_000 });
  const may = useMay();
  const create = may('admin') && <Button onClick={() => set({ new: '1' })}>New endpoint</Button>;
  return (
    <>
      <PageTitle title="Webhooks" actions={create} />
      <Panel flush>
        <DataTable
          label="Webhook endpoints"
          list={list}
          columns={columns}
          rowId={({ id }) => id}
          href={href}
          empty={
            <Empty title="Nobody is told yet" action={create}>
              Your application hears of every invoice, payment and subscription as soon as something happens to it: give the URL at which it wants to be told.
            </Empty>
          }
        />
      </Panel>
      <NewEndpoint opened={filters.new === '1' && may('admin')} close={() => set({ new: null }, { replace: true })} />
    </>
  );
}
