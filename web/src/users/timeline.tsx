import { Button } from '@mantine/core';
import { IconCreditCard, IconFileInvoice, IconHistory, IconRefresh, IconUser } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { sayActor, sayEvent } from '../lib/audit.ts';
import { dayOf, formatDay } from '../lib/time.ts';
import { Choice } from '../ui/choice.tsx';
import { useFilters } from '../ui/filters.ts';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { Empty, ErrorNote, ErrorState, Loading } from '../ui/states.tsx';
import { Instant } from '../ui/time.tsx';
import classes from './users.module.css';

type Event = Schemas['AuditEvent'];
type Known = { subscriptions: Schemas['Subscription'][]; invoices: Schemas['Invoice'][]; payments: Schemas['Payment'][] };

const icons: Record<string, typeof IconUser> = { user: IconUser, subscription: IconRefresh, invoice: IconFileInvoice, payment: IconCreditCard };
type Kind = 'all' | 'subscription' | 'invoice' | 'payment';
const kinds: [Kind, string][] = [['all', 'Everything'], ['subscription', 'Subscriptions'], ['invoice', 'Invoices'], ['payment', 'Payments']];

type TimelineProps = { userId: string; subscriptions: Schemas['Subscription'][]; invoices: Schemas['Invoice'][] };

/** All that happened to this user, newest first: the audit, with the amounts of the invoices and payments that it is about. */
export function Timeline({ userId, subscriptions, invoices }: TimelineProps) {
  const { filters, set } = useFilters('show');
  const show = kinds.find(([kind]) => kind === filters.show)?.[0] ?? 'all';
  const { rows, query } = useList('/audit', { query: { user_id: userId, limit: 100 } });
  const payments = useList('/payments', { query: { user_id: userId, limit: 100 } });
  const shown = rows?.filter((event) => isTelling(event, payments.rows ?? []) && (show === 'all' || event.entity === show));
  return (
    <Panel title="Timeline" flush aside={<Choice label="Show" value={show} options={kinds} onChange={(kind) => set({ show: kind === 'all' ? null : kind })} />}>
      {!shown && (query.error ? <ErrorState error={query.error} retry={query.refetch} /> : <div className={classes.more}><Loading /></div>)}
      {shown?.length === 0 && <Empty title="Nothing of this kind yet">What happens to the user appears here by itself.</Empty>}
      {shown && <Days events={shown} known={{ subscriptions, invoices, payments: payments.rows ?? [] }} />}
      {query.hasNextPage && (
        <div className={classes.more}>
          {query.isFetchNextPageError && <ErrorNote error={query.error} />}
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load older
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** That a payment was started says nothing once its outcome is there. */
function isTelling({ action, entity_id }: Event, payments: Schemas['Payment'][]): boolean {
  return action !== 'payment.started' || payments.some(({ id, status }) => id === entity_id && status === 'pending');
}

function Days({ events, known }: { events: Event[]; known: Known }) {
  const days = Map.groupBy(events, ({ at }) => dayOf(at));
  return (
    <ul className={classes.days}>
      {[...days].map(([day, some]) => (
        <li key={day}>
          <h3>{formatDay(day)}</h3>
          <ul className={classes.events}>
            {some.map((event) => (
              <EventLine key={event.id} event={event} known={known} />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function EventLine({ event, known }: { event: Event; known: Known }) {
  const Icon = icons[event.entity] ?? IconHistory;
  const { text, tone } = sayEvent(event);
  const actor = sayActor(event.actor);
  return (
    <li className={classes.event} data-tone={tone}>
      <Icon aria-hidden />
      <p>
        {text}
        {details(event, known)} {actor && <small>by {actor}</small>}
      </p>
      <Instant at={event.at} />
    </li>
  );
}

/** The thing that an event is about, and its amount. */
function details({ entity, entity_id }: Event, { subscriptions, invoices, payments }: Known): ReactNode {
  if (entity === 'subscription') {
    const found = subscriptions.find(({ id }) => id === entity_id);
    return found && <>: <Link to={`/plans/${found.plan_code}`}>{found.plan_code}</Link></>;
  }
  const payment = entity === 'payment' ? payments.find(({ id }) => id === entity_id) : undefined;
  const invoice = invoices.find(({ id }) => id === (payment?.invoice_id ?? entity_id));
  const amount = payment ?? invoice;
  return (
    <>
      {amount && <>: <Money cents={amount.amount_cents} currency={amount.currency} /></>}
      {invoice && <> on <Link to={`/invoices/${invoice.user_id}/${invoice.id}`}>{invoice.number}</Link></>}
      {payment?.failure_code && <> ({payment.failure_code.replaceAll('_', ' ')})</>}
    </>
  );
}
