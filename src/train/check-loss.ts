import { NonFiniteError } from '../errors.ts';
import { STEP_RING, type Sums } from './records.ts';
import type { Session } from './session.ts';
import { stepSums } from './tally.ts';

/** The first of some steps whose loss is not finite; undefined if there is none, or it is no longer known. */
export async function badStep(
  session: Session,
  from: number,
  to: number,
): Promise<number | undefined> {
  const known = Math.max(from, to - STEP_RING + 1);
  const sums: readonly Sums[] = await stepSums(session, known, to);
  const at = sums.findIndex(({ loss }) => !Number.isFinite(loss));
  return at < 0 || (at === 0 && known > from) ? undefined : known + at;
}

/**
 * Checks an epoch's loss only.
 *
 * @param from the first step of the epoch in this call of `fit`
 * @throws NonFiniteError if the loss is not finite, with the first step that made it so
 */
export async function checkLoss(
  session: Session,
  { loss }: Sums,
  from: number,
  to: number,
): Promise<void> {
  if (Number.isFinite(loss)) return;
  const step = (await badStep(session, from, to)) ?? to - 1;
  throw new NonFiniteError(
    `the loss of step ${step} is not finite. Use a smaller learning rate; fit({ watch: true }) finds the first tensor`,
    step,
  );
}
