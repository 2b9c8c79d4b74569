import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { formatCount } from '../lib/money.ts';
import { sayOverrides } from '../lib/terms.ts';
import { type Day, formatDay, formatPeriod } from '../lib/time.ts';
import { Panel } from '../ui/page.tsx';
import classes from './subscriptions.module.css';

type Terms = Schemas['SubscriptionTerm'][];

/** Every term, the newest last, as they follow one another. */
export function TermsTable({ terms, currency, today }: { terms: Terms; currency: string; today: Day }) {
  return (
    <Panel title="Terms" aside="A change holds from its day on" flush>
      <div className={classes.scroller}>
        <table className={classes.terms} aria-label="Terms">
          <thead>
            <tr>
              <th scope="col">Days</th>
              <th scope="col">Plan</th>
              <th scope="col">Seats</th>
              <th scope="col">Special price</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {terms.map(({ from, until, plan_code, version, quantity, overrides, reason }) => (
              <tr key={from} data-now={(from <= today && (until === null || today < until)) || undefined}>
                <th scope="row">
                  {until === null ? `from ${formatDay(from)} on` : formatPeriod(from, until)}
                  {from > today && <small>to come</small>}
                </th>
                <td><Link to={`/plans/${plan_code}`}>{plan_code}</Link> v{version}</td>
                <td>{formatCount(quantity)}</td>
                <td>{sayOverrides(overrides, currency)}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
