import type { EpochRecord } from '../../train/history.ts';
import { Stopper } from '../../train/stop.ts';
import type { Settings } from './settings.ts';

/** What early stopping knows of the epochs of a run that goes on. */
export interface Counted {
  /** The epochs that count, oldest first: for a `Stopper` that has seen none. */
  readonly history: readonly EpochRecord[];
  /** Whether the last epoch was the end of the patience: then none of them count but the best one whose weights are kept. */
  readonly anew: boolean;
}

/**
 * What early stopping counts of the epochs before a run goes on: all of them, so that it ends where one longer run does. After each
 * end of the patience it counts anew.
 *
 * @param kept whether the weights of the best epoch are kept, so that it stays the one to beat
 */
export function countedOf(
  history: readonly EpochRecord[],
  { patience = Infinity }: Pick<Settings, 'patience'>,
  kept: boolean,
): Counted {
  let counted: EpochRecord[] = [];
  let stopper = new Stopper({ on: 'test.loss', patience });
  let anew = false;
  for (const record of history) {
    counted.push(record);
    anew = stopper.take(record).ended !== undefined;
    if (!anew) continue;
    const { epoch } = stopper.best;
    counted = kept ? counted.filter((one) => one.epoch === epoch) : [];
    stopper = new Stopper({ on: 'test.loss', patience });
    for (const best of counted) stopper.take(best);
  }
  return { history: counted, anew };
}
