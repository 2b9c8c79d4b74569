import type { Schemas } from '../api/client.ts';
import { useClock } from '../api/clock.tsx';
import { linesOfAddress } from '../lib/address.ts';
import { formatMoney } from '../lib/money.ts';
import { addDays, dayOf, formatDay } from '../lib/time.ts';
import { logoUrl } from './logo.ts';
import classes from './settings.module.css';

type Seller = Pick<Schemas['Settings'], 'name' | 'tax_id' | 'email' | 'footer' | 'logo'> & { address: Parameters<typeof linesOfAddress>[0] };

const buyer = ['A customer', 'The customer’s address', 'customer@example.com'];

/** How an invoice will begin and end: what the PDF's head and foot say of the seller, in their places. */
export function InvoiceHead({ seller: { name, address, tax_id, email, footer, logo } }: { seller: Seller }) {
  const today = dayOf(useClock().now);
  const from = [...linesOfAddress(address), email, tax_id && `Tax ID ${tax_id}`].filter((line): line is string => Boolean(line));
  return (
    <figure className={classes.paper} aria-label="How an invoice begins and ends">
      <div className={classes.top}>
        <p className={classes.title}>Invoice</p>
        {logo ? <img src={logoUrl(logo)} alt={name ?? 'The logo'} /> : name && <p className={classes.name}>{name}</p>}
      </div>
      <dl className={classes.facts}>
        <dt>Number</dt>
        <dd><b>{today.slice(0, 4)}-000001</b></dd>
        <dt>Date of issue</dt>
        <dd>{formatDay(today)}</dd>
        <dt>Period</dt>
        <dd>{formatDay(today)} – {formatDay(addDays(today, 29))}</dd>
      </dl>
      <div className={classes.parties}>
        {(name || from.length > 0) && <Party heading="From" name={name} lines={from} />}
        <Party heading="Bill to" name={buyer[0] ?? null} lines={buyer.slice(1)} quiet />
      </div>
      <p className={classes.sentence}>{formatMoney(4900, 'USD')} due</p>
      <div className={classes.lines} aria-hidden><i /><i /><i /></div>
      <figcaption className={classes.foot}>
        <span>{today.slice(0, 4)}-000001 · {formatMoney(4900, 'USD')} due</span>
        <span>Page 1 of 1</span>
        {footer && <p>{footer}</p>}
      </figcaption>
    </figure>
  );
}

function Party({ heading, name, lines, quiet = false }: { heading: string; name: string | null; lines: string[]; quiet?: boolean }) {
  return (
    <div data-quiet={quiet || undefined}>
      <small>{heading}</small>
      {name && <b>{name}</b>}
      {lines.map((line, index) => <span key={index}>{line}</span>)}
    </div>
  );
}
