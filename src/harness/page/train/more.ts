import { SCHEDULE_FACTS, type ScheduleName } from '../../tasks/schedule-facts.ts';
import { usualValues } from '../../tasks/usual-values.ts';
import type { LabOutcome } from '../../worker/lab.ts';
import { byId } from '../dom.ts';
import { canGoOn, type RunRecord } from '../notebook/run-store.ts';
import type { Remote } from '../remote.ts';

/** Most epochs that a run is given at once. */
const MOST = 10_000;

/** What can be done with the latest run when it has ended: give it more epochs, and use its model. */
export class MoreEpochs {
  readonly #count = byId('more-count', HTMLInputElement);
  readonly #button = byId('more', HTMLButtonElement);
  readonly #use = byId('use', HTMLButtonElement);

  /**
   * @param go called to give the latest run more epochs
   * @param use called to show what its model can be used with
   */
  constructor(go: () => void, use: () => void) {
    this.#button.addEventListener('click', go);
    this.#use.addEventListener('click', use);
  }

  /** How many; 5 if the field has no such number. */
  get count(): number {
    const count = Number(this.#count.value);
    return Number.isInteger(count) && count >= 1 && count <= MOST ? count : 5;
  }

  /** @param latest what was trained last, if nothing is trained now */
  show(latest: readonly RunRecord[]): void {
    this.#button.disabled = latest.length !== 1 || !canGoOn(latest[0]);
    this.#use.disabled = !latest.some(({ weights }) => weights);
  }
}

/** Asks the worker to give a run more epochs, and notes in its record how. */
export async function giveMore(
  remote: Remote,
  run: RunRecord,
  epochs: number,
  anew: () => boolean,
): Promise<LabOutcome> {
  const outcome = await remote.call('more', [
    {
      ...{ key: run.key, query: run.query, epochs },
      ...{ history: run.history, kept: run.kept, sha256: run.dataset?.sha256 },
      weights: run.weights?.bytes,
    },
  ]);
  const query = new URLSearchParams(run.query);
  const model = query.get('model') ?? '2';
  const schedule = (query.get('schedule') ?? usualValues(model).schedule) as ScheduleName;
  // Then one run of all epochs is the same.
  if (!anew() && !SCHEDULE_FACTS[schedule].ends && !query.has('keep') && !query.has('patience')) {
    query.set('epochs', String(run.epochs));
    run.query = query.toString();
  } else run.more = [...(run.more ?? []), { epochs, anew: anew() }];
  return outcome;
}
