import { Button } from '@mantine/core';
import { type Schemas, post, remove } from '../api/client.ts';
import { useAction, useGet } from '../api/queries.ts';
import { sayMethod } from '../lib/method.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { notice } from '../ui/notice.tsx';
import { StatusBadge } from '../ui/status.tsx';
import classes from './users.module.css';

type Method = Schemas['PaymentMethod'];

/** What the provider has of the customer's; where it says no more than a token, or cannot be asked, that token. */
export function PaymentMethods({ user, mayChange }: { user: Schemas['User']; mayChange: boolean }) {
  const { data, error } = useGet('/users/{id}/payment_methods', { path: { id: user.id } });
  if (!data?.length) {
    const none = <span className={classes.quiet}>none on file</span>;
    return <>{user.payment_method ?? none}{error && <span className={classes.quiet}>; the provider does not say more</span>}</>;
  }
  return (
    <ul className={classes.methods} aria-label="Payment methods">
      {[...data].sort((a, b) => Number(b.default) - Number(a.default)).map((method) => <One key={method.payment_method} user={user} method={method} alone={data.length === 1} mayChange={mayChange} />)}
    </ul>
  );
}

type OneProps = { user: Schemas['User']; method: Method; alone: boolean; mayChange: boolean };

function One({ user: { id, email }, method, alone, mayChange }: OneProps) {
  const ask = useConfirm();
  const words = sayMethod(method);
  const charge = useAction((_: null, key) => post('/users/{id}/payment_methods', { path: { id }, body: { payment_method: method.payment_method } }, key));
  const drop = useAction((_: null) => remove('/users/{id}/payment_methods/{method}', { path: { id, method: method.payment_method } }));
  const askToCharge = () =>
    ask({
      title: `Charge ${words} from now on?`,
      body: 'What is open and charged by itself is charged to it at once.',
      confirm: 'Charge this one',
      run: async () => {
        await charge.mutateAsync(null);
        notice(`${email} is charged by ${words} now`);
      },
    });
  const askToRemove = () =>
    ask({
      title: `Remove ${words}?`,
      body: method.default ? 'It is charged no more, and the customer has no payment method then.' : 'It is charged no more.',
      confirm: 'Remove it',
      danger: true,
      run: async () => {
        await drop.mutateAsync(null);
        notice(`${words} is removed`);
      },
    });
  return (
    <li>
      <span>{words}</span>
      {method.default && !alone && <StatusBadge status="in_use" />}
      {mayChange && method.type !== 'stub' && (
        <span className={classes.methodButtons}>
          {!method.default && <Button variant="default" size="compact-xs" onClick={askToCharge}>Charge this one…<span className="sr-only"> {words}</span></Button>}
          <Button variant="default" size="compact-xs" onClick={askToRemove}>Remove…<span className="sr-only"> {words}</span></Button>
        </span>
      )}
    </li>
  );
}
