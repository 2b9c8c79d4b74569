import type { Schemas } from '../api/client.ts';
import { linesOfAddress } from '../lib/address.ts';
import { Panel } from './page.tsx';
import classes from './parties.module.css';

type Buyer = Schemas['Buyer'];
type Seller = Schemas['Seller'];

const untaxed: Record<Schemas['TaxStatus'], string> = { taxable: '', exempt: 'Exempt from tax', reverse_charge: 'Reverse charge' };

/** Who a document is from, and for whom, as they were when it was issued. */
export function Parties({ buyer, seller }: { buyer: Buyer; seller: Seller }) {
  const from = linesOf(seller);
  return (
    <Panel title="Buyer and seller" aside="As they were">
      <div className={classes.parties}>
        <Party heading="Billed to" lines={[...linesOf(buyer), untaxed[buyer.tax_status]]} />
        <Party heading="From" lines={from.length > 0 ? from : ['No seller was set']} />
      </div>
    </Panel>
  );
}

function linesOf({ name, address, email, tax_id }: Buyer | Seller): string[] {
  return [name, ...linesOfAddress(address), email, tax_id && `Tax ID ${tax_id}`].filter((line): line is string => Boolean(line));
}

function Party({ heading, lines }: { heading: string; lines: string[] }) {
  return (
    <div>
      <h3>{heading}</h3>
      {lines.filter(Boolean).map((line, index) => <p key={index}>{line}</p>)}
    </div>
  );
}
