import { sayPlan } from '../lib/plan.ts';
import { Panel } from '../ui/page.tsx';
import { ErrorNote } from '../ui/states.tsx';
import type { Read } from './form.ts';
import classes from './plans.module.css';
import { PricePreview } from './price_preview.tsx';
import { type Previewed, refusalsOf } from './use_preview.ts';

/** What the plan at hand would charge, or why that cannot be said. */
export function Preview({ previewed: { preview, stale, error }, read: { body, wrong } }: { previewed: Previewed; read: Read }) {
  const refusals = [...refusalsOf(error).values()];
  const refused = refusals.length > 0;
  const hint = body === null ? (wrong.size > 0 ? 'Something cannot be read: see the marked fields.' : 'Appears once all that is needed is there.') : refused ? `It cannot be as it is: ${[...new Set(refusals)].join('; ')}.` : '';
  return (
    <Panel title="What it would charge" flush={preview !== undefined && preview.charges.length > 0}>
      <div className={classes.body}>
        {hint && <p className={classes.line} role="status">{hint}</p>}
        {!refused && <ErrorNote error={error} />}
        {body && preview && !stale && <p className={classes.line}>{sayPlan(body)}.</p>}
      </div>
      {preview && <PricePreview preview={preview} stale={stale} />}
    </Panel>
  );
}
