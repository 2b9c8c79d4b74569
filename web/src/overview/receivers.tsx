import { Link } from 'react-router';
import { useGet } from '../api/queries.ts';
import { Panel } from '../ui/page.tsx';
import { Exactly } from '../ui/time.tsx';
import { EndpointStatus } from '../webhooks/endpoint_status.tsx';
import classes from './overview.module.css';

/** Receivers of webhooks that nothing reaches; nothing where all is well. */
export function Receivers() {
  const endpoints = useGet('/webhook_endpoints', { query: { limit: 100 } }, { every: 15_000 });
  const bad = endpoints.data?.filter(({ status, failing_since }) => status === 'disabled' || (status === 'active' && failing_since !== null)) ?? [];
  if (bad.length === 0) return null;
  return (
    <Panel title="Webhooks do not arrive" aside={<Link to="/webhooks">Webhooks</Link>} flush>
      <ul className={classes.list} style={{ marginTop: '0.5rem' }}>
        {bad.map((endpoint) => (
          <li key={endpoint.id}>
            <Link to={`/webhooks/${endpoint.id}`} className={classes.row} data-two>
              <span className={classes.who}>
                <span className={classes.address}>{endpoint.description ? `${endpoint.description}, ${endpoint.url}` : endpoint.url}</span>
                <span className={classes.when}>{endpoint.disabled_at ? endpoint.disabled_reason : <>nothing has succeeded since <Exactly at={endpoint.failing_since!} /></>}</span>
              </span>
              <EndpointStatus endpoint={endpoint} />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
