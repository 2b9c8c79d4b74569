import { useCallback, useEffect, useState } from 'react';
import { type PlanFields, blankPlan, renumber } from './form.ts';

const item = 'billing-new-plan';

/** What was written and not created yet. It is there again after a reload, for as long as the tab is. */
function kept(): PlanFields | null {
  try {
    const fields = JSON.parse(sessionStorage.getItem(item) ?? 'null') as PlanFields | null;
    return fields && renumber({ ...blankPlan, ...fields });
  } catch {
    return null;
  }
}

/** Forgets it: it was created, or is to begin anew. */
export const dropDraft = () => sessionStorage.removeItem(item);

/** The fields of a plan that is being written. While there is anything, closing the tab asks first. */
export function useDraft() {
  const [draft, setDraft] = useState<PlanFields | null>(kept);
  const written = draft !== null;
  useEffect(() => {
    if (!written) return;
    const ask = (event: BeforeUnloadEvent) => {
      if (sessionStorage.getItem(item) !== null) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [written]);
  const set = useCallback((changes: Partial<PlanFields>) => {
    setDraft((before) => {
      const next = { ...(before ?? blankPlan), ...changes };
      sessionStorage.setItem(item, JSON.stringify(next));
      return next;
    });
  }, []);
  const startOver = () => {
    dropDraft();
    setDraft(null);
  };
  return { fields: draft ?? blankPlan, written, set, startOver };
}
