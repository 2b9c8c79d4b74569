import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { Suspense, lazy, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { type Schemas, post } from '../api/client.ts';
import { useAction, useGet, useList } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { formatMoney } from '../lib/money.ts';
import { BalancePanel } from '../credits/balance.tsx';
import { CreditNotes } from '../credits/notes.tsx';
import { Emails } from '../emails/emails.tsx';
import { Items } from '../items/items.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyId } from '../ui/copy_id.tsx';
import { notice } from '../ui/notice.tsx';
import { Columns, PageTitle } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Unknown } from '../ui/unknown.tsx';
import { AboutUser } from './about_user.tsx';
import { Details } from './details.tsx';
import { PaymentMethodDialog } from './payment_method_dialog.tsx';
import { RecordUsageDialog } from './record_usage_dialog.tsx';
import { SubscribeDialog } from './subscribe_dialog.tsx';
import { Subscriptions } from './subscriptions.tsx';
import { Timeline } from './timeline.tsx';
import { UsageCharts } from './usage_charts.tsx';

const DetailsDialog = lazy(() => import('./details_dialog.tsx').then(({ DetailsDialog: Dialog }) => ({ default: Dialog })));

/** A customer's story: what they are on, what they use, and all that happened, on one page. */
export default function UserPage() {
  const { id = '' } = useParams();
  const user = useGet('/users/{id}', { path: { id } });
  if (user.data) return <Known user={user.data} />;
  if (!user.error) return <Loading lines={8} />;
  return <Unknown what="customer" crumb={['Customers', '/users']} error={user.error} retry={user.refetch}>The link may be mistyped. Ctrl-K finds customers by their address.</Unknown>;
}

type Dialog = 'subscribe' | 'usage' | 'payment_method' | 'details';

function Known({ user }: { user: Schemas['User'] }) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const may = useMay();
  const mayEdit = may('write') && user.anonymized_at === null;
  const subscriptions = useList('/subscriptions', { query: { user_id: user.id, limit: 100 } });
  const invoices = useList('/invoices/{user_id}', { path: { user_id: user.id }, query: { limit: 100 } });
  const credits = useList('/users/{id}/credits', { path: { id: user.id }, query: { limit: 100 } });
  const notes = useList('/credit_notes', { query: { user_id: user.id, limit: 100 } });
  const currencies = useCurrencies(subscriptions.rows, invoices.rows);
  return (
    <>
      <PageTitle title={user.email} crumb={['Customers', '/users']} badge={user.anonymized_at && <StatusBadge status="anonymized" />} actions={may('write') && <Actions user={user} open={setDialog} />}>
        <CopyId id={user.id} />
      </PageTitle>
      <Columns
        sideFirst
        side={
          <>
            <AboutUser user={user} change={may('write') ? () => setDialog('payment_method') : undefined} />
            <Subscriptions list={subscriptions} subscribe={may('write') ? () => setDialog('subscribe') : undefined} />
            <Details user={user} change={mayEdit ? () => setDialog('details') : undefined} />
            <BalancePanel user={user} credits={credits} currencies={currencies} mayGive={may('write')} />
            <Items user={user} currencies={currencies} subscriptions={(subscriptions.rows ?? []).filter(({ status }) => status !== 'canceled')} mayWrite={may('write')} />
            <CreditNotes notes={notes.rows} />
            <Emails userId={user.id} />
          </>
        }
      >
        <UsageCharts userId={user.id} subscriptions={subscriptions.rows} record={may('write') ? () => setDialog('usage') : undefined} />
        <Timeline userId={user.id} subscriptions={subscriptions} invoices={invoices} credits={credits} notes={notes} />
      </Columns>
      <SubscribeDialog user={user} opened={dialog === 'subscribe'} close={close} taken={(subscriptions.rows ?? []).filter(({ status }) => status !== 'canceled').map(({ plan_code }) => plan_code)} />
      <RecordUsageDialog user={user} opened={dialog === 'usage'} close={close} subscriptions={subscriptions.rows ?? []} />
      <Suspense>{mayEdit && <DetailsDialog user={user} opened={dialog === 'details'} close={close} />}</Suspense>
      <PaymentMethodDialog user={user} opened={dialog === 'payment_method'} close={close} />
    </>
  );
}

/** Those in which the customer is billed, the one of the live plans first. */
function useCurrencies(subscriptions: Schemas['Subscription'][] | undefined, invoices: Schemas['Invoice'][] | undefined): string[] {
  const plans = useGet('/plans', {});
  const live = (subscriptions ?? []).filter(({ status }) => status !== 'canceled').map(({ plan_code }) => plans.data?.find(({ code }) => code === plan_code)?.currency);
  return [...new Set([...live, ...(invoices ?? []).map(({ currency }) => currency)])].filter((currency) => currency !== undefined);
}

function Actions({ user, open }: { user: Schemas['User']; open: (dialog: Dialog) => void }) {
  const generate = useGenerate(user);
  const anonymize = useAnonymize(user);
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => open('usage')}>Record usage</Menu.Item>
          <Menu.Item component={Link} to={`/users/${user.id}/usage`}>Correct usage</Menu.Item>
          <Menu.Item onClick={generate}>Generate invoice</Menu.Item>
          <Menu.Item onClick={() => open('payment_method')}>Change payment method</Menu.Item>
          {user.anonymized_at === null && (
            <>
              <Menu.Item onClick={() => open('details')}>Edit details</Menu.Item>
              <Menu.Item color="red" onClick={anonymize}>Anonymize</Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Button onClick={() => open('subscribe')}>Subscribe</Button>
    </>
  );
}

function useAnonymize(user: Schemas['User']) {
  const ask = useConfirm();
  const anonymize = useAction((_: null, key) => post('/users/{id}/anonymize', { path: { id: user.id } }, key));
  return () =>
    ask({
      title: `Forget who ${user.email} is?`,
      body: 'Address, name, phone, tax id, external id, notes and payment method are cleared for good: this cannot be undone. Documents that are issued stay as they are, and so do the amounts. It is refused while a subscription is live.',
      confirm: 'Anonymize',
      danger: true,
      run: async () => {
        await anonymize.mutateAsync(null);
        notice('What named the customer is cleared');
      },
    });
}

function useGenerate(user: Schemas['User']) {
  const ask = useConfirm();
  const navigate = useNavigate();
  const generate = useAction((_: null, key) => post('/invoices/generate/{user_id}', { path: { user_id: user.id } }, key));
  const run = async () => {
    const invoice = await generate.mutateAsync(null);
    notice(
      invoice.generated.length === 0
        ? `Nothing new to bill. Invoice ${invoice.number} is the newest`
        : `Invoice ${invoice.number} over ${formatMoney(invoice.amount_cents, invoice.currency)} was issued`,
    );
    void navigate(`/invoices/${user.id}/${invoice.id}`);
  };
  return () =>
    ask({
      title: 'Generate an invoice now?',
      body: `It bills ${user.email} for everything that has come together and was not billed yet, the current period included. Payment is then attempted. Nothing is billed twice: what comes later is on the next invoice.`,
      confirm: 'Generate invoice',
      run,
    });
}
