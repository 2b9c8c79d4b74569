import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Schemas, remove } from '../api/client.ts';
import { useAction, useList } from '../api/queries.ts';
import { formatCount, formatMoney, formatPrice } from '../lib/money.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { Money } from '../ui/money.tsx';
import { notice } from '../ui/notice.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { Day } from '../ui/time.tsx';
import classes from './items.module.css';
import { NewItemDialog } from './new_item_dialog.tsx';

type Item = Schemas['Item'];
type ItemsProps = { user: Schemas['User']; /** in which the customer is billed */ currencies: string[]; subscriptions: Schemas['Subscription'][]; mayWrite: boolean };

/** What is charged once, beside any plan: what waits for the next invoice first. Nothing where there is none and none may be added. */
export function Items({ user, currencies, subscriptions, mayWrite }: ItemsProps) {
  const [adding, setAdding] = useState(false);
  const { rows, query } = useList('/users/{id}/items', { path: { id: user.id }, query: { limit: 20 } });
  const sorted = rows && [...rows.filter(({ invoice_id }) => invoice_id === null), ...rows.filter(({ invoice_id }) => invoice_id !== null)];
  if (!mayWrite && !sorted?.length) return null;
  return (
    <Panel title="One-off items">
      <ErrorNote error={query.error} />
      {sorted?.length === 0 && <p className={classes.none}>None.</p>}
      {sorted && sorted.length > 0 && (
        <ul className={classes.items} aria-label="One-off items">
          {sorted.map((item) => <One key={item.id} item={item} mayDelete={mayWrite} />)}
        </ul>
      )}
      <div className={classes.buttons}>
        {mayWrite && <Button variant="default" size="xs" onClick={() => setAdding(true)}>Add an item…</Button>}
        {query.hasNextPage && <Button variant="subtle" size="xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Load older</Button>}
      </div>
      <NewItemDialog user={user} currencies={currencies} subscriptions={subscriptions} opened={adding} close={() => setAdding(false)} />
    </Panel>
  );
}

/** "3 × $250.00"; nothing where the amount itself was given. */
function sayRate({ quantity, unit_price, currency }: Item): string {
  return unit_price === null ? '' : `${formatCount(quantity)} × ${formatPrice(unit_price, currency)}, `;
}

function One({ item, mayDelete }: { item: Item; mayDelete: boolean }) {
  const { id, user_id, description, amount_cents, currency, invoice_id, subscription_id, created_at } = item;
  const ask = useConfirm();
  const drop = useAction((_: null) => remove('/users/{id}/items/{item_id}', { path: { id: user_id, item_id: id } }));
  const askToDelete = () =>
    ask({
      title: 'Delete the item?',
      body: `${description}, ${formatMoney(amount_cents, currency)}: it will never have been owed.`,
      confirm: 'Delete item',
      danger: true,
      run: async () => {
        await drop.mutateAsync(null);
        notice('The item is deleted');
      },
    });
  return (
    <li>
      <span className={classes.words}>
        {description}
        <small>
          {sayRate(item)}<Day day={created_at.slice(0, 10)} />, {invoice_id === null ? 'on the next invoice' : <Link to={`/invoices/${user_id}/${invoice_id}`}>billed</Link>}
          {subscription_id !== null && <>, of <Link to={`/subscriptions/${subscription_id}`}>a subscription</Link></>}
        </small>
      </span>
      <span className={classes.amount}>
        <Money cents={amount_cents} currency={currency} />
        {invoice_id === null && mayDelete && <button type="button" className={classes.delete} onClick={askToDelete} aria-label={`Delete the item ${description}`}>Delete…</button>}
      </span>
    </li>
  );
}
