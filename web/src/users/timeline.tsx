import { Button } from '@mantine/core';
import { IconCoins, IconCreditCard, IconFileInvoice, IconGauge, IconHistory, IconReceiptRefund, IconRefresh, IconUser } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { type List, useList, useUntilFound } from '../api/queries.ts';
import { sayBy, sayEvent } from '../lib/audit.ts';
import { sayFailure } from '../lib/collection.ts';
import { saySource } from '../lib/credit.ts';
import { dayOf, formatDay } from '../lib/time.ts';
import { small } from '../lib/words.ts';
import { Choice } from '../ui/choice.tsx';
import { useFilters } from '../ui/filters.ts';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { Empty, ErrorNote, ErrorState, Loading } from '../ui/states.tsx';
import { Instant } from '../ui/time.tsx';
import classes from './users.module.css';

type Event = Schemas['AuditEvent'];
type Known = {
  subscriptions: Map<string, Schemas['Subscription']>;
  invoices: Map<string, Schemas['Invoice']>;
  payments: Map<string, Schemas['Payment']>;
  credits: Map<string, Schemas['Credit']>;
  notes: Map<string, Schemas['CreditNote']>;
};

const byId = <T extends { id: string }>(rows: T[] | undefined) => new Map(rows?.map((row) => [row.id, row]));

const icons: Record<string, typeof IconUser> = { user: IconUser, subscription: IconRefresh, invoice: IconFileInvoice, payment: IconCreditCard, credit: IconCoins, credit_note: IconReceiptRefund, usage_correction: IconGauge };
type Kind = 'all' | 'subscription' | 'invoice' | 'payment' | 'credit';
const kinds: [Kind, string][] = [['all', 'Everything'], ['subscription', 'Subscriptions'], ['invoice', 'Invoices'], ['payment', 'Payments'], ['credit', 'Credits']];
/** Credit notes, what one's balance holds and why, are one thing to whoever looks for them. */
const kindOf = (entity: string) => (entity === 'credit_note' ? 'credit' : entity);

type TimelineProps = { userId: string; subscriptions: List<Schemas['Subscription']>; invoices: List<Schemas['Invoice']>; credits: List<Schemas['Credit']>; notes: List<Schemas['CreditNote']> };

/**
 * All that happened to this customer, newest first: the audit, with the amounts of the invoices and payments that it is about. As many pages of these are
 * loaded as hold what is shown of the audit.
 */
export function Timeline({ userId, subscriptions, invoices, credits, notes }: TimelineProps) {
  const { filters, set } = useFilters('show');
  const show = kinds.find(([kind]) => kind === filters.show)?.[0] ?? 'all';
  const { rows, query } = useList('/audit', { query: { user_id: userId, limit: 100 } });
  const payments = useList('/payments', { query: { user_id: userId, limit: 100 } });
  const lacks = (entity: string, { rows: known }: List<{ id: string }>) => {
    const ids = new Set(known?.map(({ id }) => id));
    return known !== undefined && (rows ?? []).some((event) => event.entity === entity && !ids.has(event.entity_id));
  };
  useUntilFound(lacks('invoice', invoices), invoices);
  useUntilFound(lacks('payment', payments), payments);
  useUntilFound(lacks('subscription', subscriptions), subscriptions);
  useUntilFound(lacks('credit', credits), credits);
  useUntilFound(lacks('credit_note', notes), notes);
  const shown = rows?.filter((event) => isTelling(event, payments.rows ?? []) && (show === 'all' || kindOf(event.entity) === show));
  return (
    <Panel title="Timeline" flush aside={<Choice label="Show" value={show} options={kinds} onChange={(kind) => set({ show: kind === 'all' ? null : kind })} />}>
      {!shown && (query.error ? <ErrorState error={query.error} retry={query.refetch} /> : <div className={classes.more}><Loading /></div>)}
      {shown?.length === 0 && <Empty title="Nothing of this kind yet">What happens to the customer appears here at once.</Empty>}
      {shown && <Days events={shown} known={{ subscriptions: byId(subscriptions.rows), invoices: byId(invoices.rows), payments: byId(payments.rows), credits: byId(credits.rows), notes: byId(notes.rows) }} />}
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
  return (
    <li className={classes.event} data-tone={tone}>
      <Icon aria-hidden />
      <p>
        {text}
        {details(event, known)} <small>{sayBy(event.actor)}</small>
      </p>
      <Instant at={event.at} />
    </li>
  );
}

/** The thing that an event is about, and its amount. */
function details({ action, entity, entity_id, user_id }: Event, { subscriptions, invoices, payments, credits, notes }: Known): ReactNode {
  if (entity === 'subscription') {
    const found = subscriptions.get(entity_id);
    return found && <>: <Link to={`/subscriptions/${found.id}`}>{found.plan_code}</Link></>;
  }
  if (entity === 'usage_correction') return <>: <Link to={`/users/${user_id}/usage`}>see the events</Link></>;
  const note = entity === 'credit_note' ? notes.get(entity_id) : undefined;
  if (note) return <>: <Money cents={note.amount_cents} currency={note.currency} />, <Link to={`/credit_notes/${note.id}`}>{note.number}</Link></>;
  const credit = entity === 'credit' ? credits.get(entity_id) : undefined;
  if (credit) return <>: <Money cents={credit.amount_cents} currency={credit.currency} />{`, ${credit.reason ?? saySource(credit.source)}`}</>;
  const payment = entity === 'payment' ? payments.get(entity_id) : undefined;
  const invoice = invoices.get(payment?.invoice_id ?? entity_id);
  const amount = payment ?? invoice;
  return (
    <>
      {amount && <>: <Money cents={amount.amount_cents} currency={amount.currency} /></>}
      {invoice && <> on <Link to={`/invoices/${invoice.user_id}/${invoice.id}`}>{invoice.number}</Link></>}
      {action === 'payment.failed' && payment?.failure_code && <> ({small(sayFailure(payment.failure_code))})</>}
    </>
  );
}
