import type { Schemas } from '../api/client.ts';
import { useGet } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { formatDuration } from '../lib/time.ts';
import { Count } from '../ui/money.tsx';
import { Facts, PageTitle, Panel } from '../ui/page.tsx';
import { ErrorState, Loading } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Exactly, Instant } from '../ui/time.tsx';
import { Processes } from './processes.tsx';
import { SimulatedClock } from './simulated_clock.tsx';
import classes from './system.module.css';

/** Is it well, what is it doing, and with a simulated clock the way through time. It looks again every few seconds. */
export default function System() {
  const system = useGet('/system', {}, { every: 5_000 });
  return (
    <>
      <PageTitle title="System">{system.data && `billing ${system.data.version}`}</PageTitle>
      {system.error && <Panel><ErrorState error={system.error} retry={system.refetch} title={system.data ? 'The system does not answer; below is what it said last' : 'The system does not answer'} /></Panel>}
      {!system.data && !system.error && <Loading lines={8} />}
      {system.data && <Known system={system.data} />}
    </>
  );
}

function Known({ system }: { system: Schemas['SystemState'] }) {
  const may = useMay();
  const { clock, postgres, redis, queue, schedule, workers, due } = system;
  return (
    <div className={classes.page}>
      {clock.simulated && may('admin') && <SimulatedClock now={clock.now} />}
      <div className={classes.pair}>
        <Panel title="Readiness">
          <Facts
            facts={[
              ['Serves', <StatusBadge status={postgres === 'down' ? 'unavailable' : redis === 'down' ? 'degraded' : 'ready'} />],
              ['PostgreSQL', <StatusBadge status={postgres} />],
              ['Redis', <StatusBadge status={redis} />],
              ['Clock', clock.simulated ? <>simulated: <Exactly at={clock.now} /></> : 'real time'],
              ['Schedule’s last tick', schedule.last_tick_at ? <Instant at={schedule.last_tick_at} real /> : 'not known'],
            ]}
          />
          {redis === 'down' && <p className={classes.bad}>While Redis is away nothing is lost: PostgreSQL has the truth. Work waits, and this page cannot see the queue and the processes.</p>}
          {postgres === 'down' && <p className={classes.bad}>PostgreSQL cannot be reached: requests are answered with 503, and go on by themselves once it is back.</p>}
        </Panel>
        <Panel title="Queue">
          <Facts
            facts={[
              ['Waiting', <Count value={queue.waiting} />],
              ['Under way', <Count value={queue.in_flight} />],
              ['Oldest', <span className="number">{queue.lag_ms === 0 ? 'none' : formatDuration(Number(queue.lag_ms))}</span>],
            ]}
          />
        </Panel>
      </div>
      <Due due={due} />
      <Processes workers={workers} redis={redis} />
    </div>
  );
}

const jobs: Record<string, string> = {
  bill_users: 'Roll over and bill subscriptions',
  attempt_payments: 'Attempt payments',
  attempt_payment: 'Attempt payments',
};

function Due({ due }: { due: Schemas['DueJob'][] }) {
  return (
    <Panel title="Due work" flush aside="Work waits as rows in PostgreSQL; the queue only rings for it">
      {due.length === 0 ? (
        <p className={classes.fine}>Not known while PostgreSQL is away.</p>
      ) : (
        <div className={classes.scroller} role="region" aria-label="Due work" tabIndex={0}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Job</th>
                <th scope="col">Due now</th>
                <th scope="col">Next</th>
              </tr>
            </thead>
            <tbody>
              {due.map(({ job, oldest_due_at, next_due_at }) => (
                <tr key={job}>
                  <th scope="row">{jobs[job] ?? job.replaceAll('_', ' ')}</th>
                  <td>{oldest_due_at ? <>since <Instant at={oldest_due_at} /></> : <StatusBadge status="ok" label="Nothing" />}</td>
                  <td>{next_due_at ? <Instant at={next_due_at} /> : 'nothing planned'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
