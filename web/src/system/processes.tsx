import type { Schemas } from '../api/client.ts';
import { Count } from '../ui/money.tsx';
import { Panel } from '../ui/page.tsx';
import { Instant } from '../ui/time.tsx';
import classes from './system.module.css';

const roles: Record<Schemas['ProcessState']['role'], string> = { serve: 'serves the API', work: 'works', schedule: 'schedules', run: 'serves, works and schedules' };

export function Processes({ workers, redis }: { workers: Schemas['ProcessState'][]; redis: 'ok' | 'down' }) {
  return (
    <Panel title="Processes" flush>
      {workers.length === 0 ? (
        <p className={classes.fine}>{redis === 'down' ? 'Not known while Redis is away: it is where the processes announce themselves.' : 'None has announced itself in the last seconds.'}</p>
      ) : (
        <div className={classes.scroller} role="region" aria-label="Processes" tabIndex={0}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">What it does</th>
                <th scope="col">Host, process</th>
                <th scope="col" data-align="right">Under way</th>
                <th scope="col">Seen</th>
              </tr>
            </thead>
            <tbody>
              {workers.map(({ name, role, host, pid, in_flight, seen_at }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{roles[role]}</td>
                  <td>{`${host}, ${pid}`}</td>
                  <td data-align="right"><Count value={in_flight} /></td>
                  <td><Instant at={seen_at} real /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
