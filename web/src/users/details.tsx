import { Button } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import { linesOfAddress } from '../lib/address.ts';
import { Facts, Panel } from '../ui/page.tsx';
import { Day } from '../ui/time.tsx';
import classes from './users.module.css';

const taxStatuses: Record<Schemas['TaxStatus'], string> = { taxable: 'Taxable', exempt: 'Exempt from tax', reverse_charge: 'Reverse charge' };

/** Who the customer is: what is known, and nothing of what is not. */
export function Details({ user, change }: { user: Schemas['User']; /** none where it may not be changed */ change?: () => void }) {
  const { name, external_id, phone, address, tax_id, tax_status, language, collection, net_days, metadata, anonymized_at } = user;
  const some = (title: string, value: React.ReactNode): [string, React.ReactNode][] => (value ? [[title, value]] : []);
  const lines = linesOfAddress(address);
  return (
    <Panel title="Details">
      <Facts
        facts={[
          ...some('Name', name),
          ...some('Anonymized', anonymized_at && <Day day={anonymized_at.slice(0, 10)} />),
          ...some('External id', external_id),
          ...some('Phone', phone),
          ...some('Address', lines.length > 0 && lines.map((line, index) => <div key={index}>{line}</div>)),
          ...some('Tax id', tax_id),
          ['Tax', taxStatuses[tax_status]],
          ['Collection', collection === 'manual' ? `By invoice, ${net_days} ${net_days === 1 ? 'day' : 'days'}` : 'Automatic'],
          ['Language', language],
          ...Object.entries(metadata),
        ]}
      />
      {change && (
        <div className={classes.buttons}>
          <Button variant="default" size="xs" onClick={change}>
            Edit details…
          </Button>
        </div>
      )}
    </Panel>
  );
}
