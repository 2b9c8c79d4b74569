import type { Schemas } from '../api/client.ts';
import { formatPercent } from '../lib/percent.ts';
import { noteSums } from '../lib/note.ts';
import { Sums } from '../ui/sums.tsx';
import classes from './credits.module.css';

type PreviewProps = { invoice: Schemas['InvoiceDetail']; /** of each line */ amounts: Map<string, bigint>; /** what may go back to the card */ back: bigint };

/** What the note comes to, and where it goes, before one issues it. */
export function CreditPreview({ invoice, amounts, back }: PreviewProps) {
  const { lines, taxes, included, total, applied, beyond } = noteSums(invoice, amounts);
  const toCard = beyond < back ? beyond : back;
  if (amounts.size === 0) return <p className={classes.quiet} role="status">Say what is to be credited.</p>;
  return (
    <div className={classes.preview} role="status">
      <Sums
        label="What the note comes to"
        currency={invoice.currency}
        sums={[
          ...(taxes.length === 0 ? [] : [{ words: 'Credited', cents: lines }]),
          ...taxes.map(({ name, percent, tax }) => ({ words: `${name} ${formatPercent(percent)}`, cents: tax })),
          { words: 'Total credited', cents: total, total: true },
          ...(included === 0n ? [] : [{ words: 'Tax that it includes', cents: included, quiet: true }]),
          ...(applied === 0n ? [] : [{ words: 'Off what is due', cents: applied }]),
          ...(toCard === 0n ? [] : [{ words: 'Back to the card', cents: toCard }]),
          ...(beyond === toCard ? [] : [{ words: 'To the customer’s balance', cents: beyond - toCard }]),
        ]}
      />
    </div>
  );
}
