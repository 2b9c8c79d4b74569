import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { sayCharge } from '../lib/charge.ts';
import { sayInterval, sayTrial } from '../lib/plan.ts';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { Day } from '../ui/time.tsx';
import classes from './versions.module.css';

type Version = Schemas['PlanVersion'];
type Row = { name: string; of: (version: Version) => React.ReactNode; /** what it is told to be the same by */ same: (version: Version) => unknown };

const none = <span className={classes.none}>none</span>;

function rowsOf(versions: Version[]): Row[] {
  const metrics = [...new Set(versions.flatMap(({ charges }) => charges.map(({ metric }) => metric)))];
  return [
    { name: 'Price', of: (one) => <><Money cents={one.amount_cents} currency={one.currency} /> {sayInterval(one.interval, one.interval_count)}</>, same: (one) => [one.amount_cents, one.interval, one.interval_count] },
    { name: 'Billed', of: (one) => (one.bill_in === 'advance' ? 'in advance' : 'at the period’s end'), same: (one) => one.bill_in },
    { name: 'Trial', of: (one) => (one.trial_days === 0 ? none : sayTrial(one.trial_days)), same: (one) => one.trial_days },
    { name: 'Minimum', of: (one) => (BigInt(one.minimum_cents) === 0n ? none : <Money cents={one.minimum_cents} currency={one.currency} />), same: (one) => one.minimum_cents },
    ...metrics.map((metric) => {
      const charge = (one: Version) => one.charges.find((each) => each.metric === metric);
      return { name: metric, of: (one: Version) => { const found = charge(one); return found ? sayCharge(found, one.currency) : <span className={classes.none}>not charged</span>; }, same: charge };
    }),
  ];
}

const text = (value: unknown) => JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member)) ?? '';

/** All versions side by side, the newest first; what is another than in the version before is marked. */
export function Versions({ versions, mayWrite }: { versions: Version[]; mayWrite: boolean }) {
  const code = versions[0]?.plan_code ?? '';
  return (
    <Panel title="Versions" flush aside={mayWrite && <Link to={`/plans/${encodeURIComponent(code)}/new_version`}>New version</Link>}>
      <div className={classes.scroller} role="region" aria-label="Versions, a table" tabIndex={0}>
        <table className={classes.versions} aria-label="Versions">
          <thead>
            <tr>
              <td />
              {versions.map(({ version, created_at }) => (
                <th key={version} scope="col">v{version} <small><Day day={created_at.slice(0, 10)} /></small></th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rowsOf(versions).map(({ name, of, same }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {versions.map((version, index) => {
                  const before = versions[index + 1];
                  const changed = before !== undefined && text(same(version)) !== text(same(before));
                  return <td key={version.version} data-changed={changed || undefined}>{of(version)}{changed && <span className="sr-only"> (changed)</span>}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
