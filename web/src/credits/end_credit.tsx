import { type Schemas, remove } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { useAction } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { lives } from '../lib/credit.ts';
import { formatMoney } from '../lib/money.ts';
import { dayOf } from '../lib/time.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { notice } from '../ui/notice.tsx';
import classes from './credits.module.css';

/** Ends what is left of a credit; nothing where nothing is, or where one may not. */
export function EndCredit({ credit }: { credit: Schemas['Credit'] }) {
  const ask = useConfirm();
  const may = useMay();
  const today = dayOf(useClock().now);
  const end = useAction((_: null) => remove('/users/{id}/credits/{credit_id}', { path: { id: credit.user_id, credit_id: credit.id } }));
  if (!lives(credit, today) || !may('write')) return null;
  const left = formatMoney(credit.left_cents, credit.currency);
  const askToEnd = () =>
    ask({
      title: `End ${left} of credit?`,
      body: 'What is left of it pays no invoice any more. What it paid so far stays paid.',
      confirm: 'End credit',
      danger: true,
      run: async () => {
        await end.mutateAsync(null);
        notice(`${left} of credit ended`);
      },
    });
  return <button type="button" className={classes.end} onClick={askToEnd} aria-label={`End the credit of ${left}`}>End…</button>;
}
