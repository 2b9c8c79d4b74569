import { IconCircle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useMay } from '../api/session.ts';
import { Panel } from '../ui/page.tsx';
import classes from './overview.module.css';

/** The way to the first invoice, for as long as there is none. */
export function FirstSteps({ stats: { users, subscriptions, invoices } }: { stats: Schemas['Stats'] }) {
  const { simulated } = useClock();
  const hasUser = users !== 0;
  const hasSubscription = Object.values(subscriptions).some((count) => count !== 0);
  const may = useMay();
  if (!may('write') || invoices.open !== 0 || invoices.paid !== 0 || invoices.void !== 0) return null;
  return (
    <Panel title="Welcome. Three steps to the first invoice">
      <ol className={classes.steps}>
        <FirstStep done={hasUser} title={<Link to="/users?new=1">Create a customer</Link>}>
          Whoever is billed. All it takes is an e-mail address.
        </FirstStep>
        <FirstStep done={hasSubscription} title={hasUser ? <Link to="/users">Subscribe the customer to a plan</Link> : 'Subscribe the customer to a plan'}>
          On the customer's page. A few <Link to="/plans">plans</Link> are there to begin with; yours take a minute.
        </FirstStep>
        <FirstStep done={false} title="Record some usage, and generate the invoice">
          Both on the customer's page. At each period's end it happens automatically
          {simulated ? <>; with this simulated clock you can <Link to="/system">let a month pass</Link>.</> : '.'}
        </FirstStep>
      </ol>
    </Panel>
  );
}

function FirstStep({ done, title, children }: { done: boolean; title: ReactNode; children: ReactNode }) {
  const Icon = done ? IconCircleCheck : IconCircle;
  return (
    <li data-done={done || undefined}>
      <Icon stroke={1.6} aria-label={done ? 'Done' : 'To do'} />
      <div>
        <strong>{title}</strong>
        <p>{children}</p>
      </div>
    </li>
  );
}
