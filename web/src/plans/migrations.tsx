import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Schemas, post } from '../api/client.ts';
import { useAction, useGet, useList } from '../api/queries.ts';
import { formatCount } from '../lib/money.ts';
import { formatDay } from '../lib/time.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { notice } from '../ui/notice.tsx';
import { Panel } from '../ui/page.tsx';
import { ErrorState, Loading } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Instant } from '../ui/time.tsx';
import { MigrationDialog } from './migration_dialog.tsx';
import classes from './versions.module.css';

type Migration = Schemas['PlanMigration'];

/** Jobs that take the plan's subscriptions to another version, each with how far it is. */
export function Migrations({ versions, mayWrite }: { versions: Schemas['PlanVersion'][]; mayWrite: boolean }) {
  const code = versions[0]?.plan_code ?? '';
  const [asking, setAsking] = useState(false);
  const [running, setRunning] = useState(false);
  const { rows, query } = useList('/plans/{code}/migrations', { path: { code } }, { every: running ? 1_000 : 10_000 });
  const now = rows?.some(({ status }) => status === 'running') ?? false;
  if (now !== running) setRunning(now);
  return (
    <Panel title="Migrations" flush aside={mayWrite && versions.length > 1 && <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>Migrate…</Button>}>
      {!rows && (query.error ? <ErrorState error={query.error} retry={query.refetch} /> : <div className={classes.empty}><Loading lines={2} /></div>)}
      {rows?.length === 0 && <p className={classes.empty}>{versions.length > 1 ? 'Live subscriptions stay on their version until they are changed or migrated.' : 'Once there is another version, its subscriptions can be taken to it.'}</p>}
      {rows && rows.length > 0 && (
        <ul className={classes.migrations} aria-label="Migrations">
          {rows.map((one) => <One key={one.id} migration={one} mayStop={mayWrite} />)}
        </ul>
      )}
      <MigrationDialog versions={versions} opened={asking} close={() => setAsking(false)} />
    </Panel>
  );
}

function One({ migration, mayStop }: { migration: Migration; mayStop: boolean }) {
  const ask = useConfirm();
  const { id, plan_code, to_version, from_versions, at, status, matched, changed, failed, created_at } = migration;
  const stop = useAction((_: null, key) => post('/plans/{code}/migrations/{id}/stop', { path: { code: plan_code, id } }, key));
  const askToStop = () =>
    ask({
      title: 'Stop the migration?',
      body: 'What is changed stays changed, what waits stays as it is. Another migration takes up the rest.',
      confirm: 'Stop migration',
      danger: true,
      run: async () => {
        await stop.mutateAsync(null);
        notice('The migration is stopped');
      },
    });
  const done = Number(changed) + Number(failed);
  return (
    <li>
      <div className={classes.head}>
        <span>{from_versions === null ? 'All others' : `v${from_versions.join(', v')}`} to v{to_version}</span>
        <StatusBadge status={status} />
      </div>
      <progress className={classes.bar} value={matched === 0 ? 1 : done} max={Math.max(1, Number(matched))} aria-label={`Migration to v${to_version}`} />
      <p className={classes.line} role="status">
        {matched === 0 ? 'Nothing to change' : `${formatCount(changed)} of ${formatCount(matched)} changed`}{failed === 0 ? '' : `, ${formatCount(failed)} failed`}, {at === 'period_end' ? 'each at its period’s end' : `from ${formatDay(at)} on`}, <Instant at={created_at} />
      </p>
      {failed !== 0 && <Failures code={plan_code} id={id} />}
      {status === 'running' && mayStop && (
        <div className={classes.buttons}>
          <Button size="xs" variant="default" onClick={askToStop}>Stop…</Button>
        </div>
      )}
    </li>
  );
}

/** Those that could not be changed, and why. */
function Failures({ code, id }: { code: string; id: string }) {
  const detail = useGet('/plans/{code}/migrations/{id}', { path: { code, id } });
  return (
    <ul className={classes.failures}>
      {detail.data?.failures.slice(0, 10).map(({ subscription_id, problem }) => (
        <li key={subscription_id}><Link to={`/subscriptions/${subscription_id}`}>…{subscription_id.slice(-8)}</Link>: {problem}</li>
      ))}
    </ul>
  );
}
