import type { RunRecord } from '../notebook/run-store.ts';
import type { Remote } from '../remote.ts';
import type { NextRun } from './next-run.ts';

/** Shows what a run's model can be used with. */
export async function showUse(run: RunRecord, fail: (error: Error) => void): Promise<void> {
  const { openUse } = await import('../use/use-dialog.ts');
  openUse(run, fail);
}

/** Looks for a learning rate of the form's settings, and puts it there. */
export async function showRates(remote: Remote, next: NextRun): Promise<void> {
  const { form } = next;
  if (form.wrong() !== undefined) return;
  const { openRates } = await import('./rate-dialog.ts');
  openRates(
    remote,
    form.query,
    () => next.giveText(),
    (rate) => form.set('lr', rate),
  );
}
