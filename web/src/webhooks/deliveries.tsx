import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Schemas, post } from '../api/client.ts';
import { useAction, useGet, useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { formatCount } from '../lib/money.ts';
import { Choice } from '../ui/choice.tsx';
import { useFilters } from '../ui/filters.ts';
import { notice } from '../ui/notice.tsx';
import { Facts, Panel } from '../ui/page.tsx';
import { Empty, ErrorNote, ErrorState, Loading } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Instant } from '../ui/time.tsx';
import { Unfold, Unfolds } from '../ui/unfold.tsx';
import classes from './webhooks.module.css';

type Delivery = Schemas['WebhookDelivery'];
type Status = Delivery['status'];
type Fact = [string, ReactNode];

const statuses: [Status | '', string][] = [['', 'All'], ['pending', 'Waiting'], ['succeeded', 'Succeeded'], ['failed', 'Given up']];

/** What was sent to an endpoint and what came of it, newest first; each unfolds to its request and answer. */
export function Deliveries({ endpoint: { id } }: { endpoint: Schemas['WebhookEndpoint'] }) {
  const { filters, set } = useFilters('status');
  const { rows, query } = useList('/webhook_endpoints/{id}/deliveries', { path: { id }, query: { status: filters.status as Status } }, { every: 3_000 });
  return (
    <Panel title="Deliveries" flush aside={<Choice label="Status" value={filters.status as Status | ''} options={statuses} onChange={(status) => set({ status })} />}>
      {!rows && (query.error ? <ErrorState error={query.error} retry={query.refetch} /> : <div className={classes.none}><Loading lines={4} /></div>)}
      {rows?.length === 0 && <Empty title={filters.status ? 'None of these' : 'Nothing was sent yet'}>{filters.status ? undefined : 'What happens from now on is sent. A test shows whether it arrives.'}</Empty>}
      <Unfolds label="Deliveries">
        {rows?.map((delivery) => (
          <Unfold key={delivery.id} name={<Name delivery={delivery} />} words={<Words delivery={delivery} />} aside={<Came delivery={delivery} />}>
            {() => <Whole delivery={delivery} />}
          </Unfold>
        ))}
      </Unfolds>
      {query.hasNextPage && <div className={classes.none}><Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Load more</Button></div>}
    </Panel>
  );
}

/** The event's type, broken where it has its dot. */
function Name({ delivery: { event, kind } }: { delivery: Delivery }) {
  if (!event) return kind === 'test' ? 'Test' : 'An event of before';
  const dot = event.type.indexOf('.') + 1;
  return <>{event.type.slice(0, dot)}<wbr />{event.type.slice(dot)}</>;
}

function Came({ delivery: { status, attempts } }: { delivery: Delivery }) {
  if (status === 'failed') return <StatusBadge status="given_up" />;
  return <StatusBadge status={status === 'pending' && attempts > 0 ? 'retrying' : status} />;
}

function Words({ delivery: { event, kind, attempts, answer, error, attempted_at, created_at } }: { delivery: Delivery }) {
  const number = event ? `${formatCount(event.sequence)}, ` : '';
  const came = error?.replace(/^it /, '') ?? (answer ? `answered ${answer.status}` : 'not sent yet');
  return <>{number}{kind === 'replay' && 'replayed, '}{came}{attempts > 1 && `, attempt ${formatCount(attempts)}`}, <Instant at={attempted_at ?? created_at} real /></>;
}

function Whole({ delivery }: { delivery: Delivery }) {
  const may = useMay();
  const detail = useGet('/deliveries/{id}', { path: { id: delivery.id } });
  const retry = useAction((_: null, key) => post('/deliveries/{id}/retry', { path: { id: delivery.id } }, key), () => notice('It is sent again'));
  const { attempts, attempted_at, due_at, took_ms, answer, error, event } = delivery;
  return (
    <div className={classes.whole}>
      <Facts
        facts={[
          ['Attempts', formatCount(attempts)],
          ['Last attempt', attempted_at ? <Instant at={attempted_at} real /> : 'none yet'],
          ...(took_ms === null ? [] : [['Took', `${formatCount(took_ms)} ms`] as Fact]),
          ...(due_at ? [['Next attempt', <Instant at={due_at} real />] as Fact] : []),
          ...(error ? [['What is wrong', error] as Fact] : []),
        ]}
      />
      <h3>Request</h3>
      <pre>{`webhook-id: ${event?.id ?? delivery.id}\n\n${bodyOf(detail.data?.request)}`}</pre>
      <ErrorNote error={detail.error} />
      <h3>Answer</h3>
      <pre>{answer ? [answer.status, answer.body].filter(Boolean).join('\n\n') : 'none'}</pre>
      {may('write') && <div><Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate(null)}>Send again</Button><ErrorNote error={retry.error} /></div>}
    </div>
  );
}

/** As it would be sent now: an event says how its object stands. */
function bodyOf(request: string | null | undefined): string {
  if (request === undefined) return '…';
  return request === null ? 'The event is no longer kept.' : JSON.stringify(JSON.parse(request), null, 2);
}
