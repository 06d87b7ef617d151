import { DataError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { EpochRecord } from '../../train/history.ts';
import { readWeights } from '../../train/weights.ts';
import type { Job } from '../tasks/job.ts';
import { type Counted, countedOf } from '../tasks/patience.ts';
import { createTrainer } from '../tasks/run-trainer.ts';
import { SCHEDULE_FACTS } from '../tasks/schedule-facts.ts';
import type { Settings } from '../tasks/settings.ts';
import type { Before } from '../tasks/stopping.ts';
import { hashOf } from './job-hash.ts';
import type { Run } from './subject.ts';

/** What a run is given more epochs with. */
export interface MoreWish {
  /** As `train` was given; a worker that still has the run goes on with the state of its optimizer. */
  readonly key: string;
  readonly query: string;
  /** Epochs to add, from 1. An unfinished epoch is the first of them. */
  readonly epochs: number;
  /** For a worker that has the run no more: its epochs so far, its weights, and the SHA-256 of its data. */
  readonly history: readonly EpochRecord[];
  readonly weights: Uint8Array | undefined;
  /** The step that its weights are of, as if all epochs had been trained in one go. Default that of the last epoch. */
  readonly step?: number | undefined;
  readonly sha256: string | undefined;
  /** The epoch whose weights these are, if they are the best one's. */
  readonly kept: number | undefined;
  /** Whether it is of several networks: they go on if the worker still has all of them. Default false. */
  readonly several?: boolean;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Settings of so many epochs more than were done; the schedule's stretches so far began at `origin`. */
export function extended<S extends Settings>(settings: S, goal: number, origin = 0): S {
  const { stretches = [settings.epochs] } = settings;
  const beyond = goal - origin - sum(stretches);
  return { ...settings, epochs: goal, stretches: beyond > 0 ? [...stretches, beyond] : stretches };
}

/**
 * A run that still has its trainer, with more epochs. A schedule that is made for so many epochs begins anew after them: for that the
 * trainer is made again, with the state of the first, which the caller destroys.
 */
export async function longer(run: Run, { epochs }: MoreWish): Promise<Run> {
  const { engine, trainer, job } = run;
  const { settings } = job;
  const { origin } = trainer.state;
  const goal = trainer.history.length + epochs;
  const wider = extended(settings, goal, origin.epoch);
  const more = { ...job, settings: wider } as Job;
  const { length: had } = settings.stretches ?? [settings.epochs];
  const isBegun = wider.stretches?.length === had;
  // Kernels are compiled, and no step is done anew.
  if (isBegun || !SCHEDULE_FACTS[settings.schedule.name].ends) return { ...run, job: more };
  const snapshot = await trainer.snapshot();
  const next = await createTrainer(engine, more);
  next.resume({ ...snapshot, options: next.options });
  return { engine, trainer: next, job: more };
}

/**
 * The epochs that stored weights have gone through: those after them were lost with the tab or the device, and are trained anew.
 * Of the best epoch's weights, which were put back, they are all.
 */
export function historyOf(
  { history, step, kept }: Pick<MoreWish, 'history' | 'step' | 'kept'>,
  stepsPerEpoch: number,
): readonly EpochRecord[] {
  if (step === undefined || kept !== undefined) return history;
  return history.slice(0, Math.floor(step / stepsPerEpoch));
}

/**
 * A run of stored weights, with more epochs: batches and epochs go on where they were, the optimizer and the schedule start anew.
 *
 * @param job its settings, and the data that there are now
 * @throws DataError if there are no weights, or the data are others
 */
export async function fromStored(engine: Engine, job: Job, wish: MoreWish): Promise<Run> {
  const { epochs, weights, sha256 } = wish;
  if (!weights) throw new DataError('the run has no stored weights to go on with; start it again');
  if (sha256 !== undefined && (await hashOf(job)) !== sha256) {
    throw new DataError(
      'the run was trained on other data than there are now; give the page its data, then go on',
    );
  }
  const settingsFor = (done: number) => ({
    ...{ ...job.settings, epochs: done + epochs, stretches: [epochs] },
  });
  const first = { ...job, settings: settingsFor(wish.history.length) } as Job;
  const trainer = await createTrainer(engine, first);
  const history = historyOf(wish, trainer.stepsPerEpoch);
  const { length: done } = history;
  const more = { ...job, settings: settingsFor(done) } as Job;
  trainer.load(readWeights(weights, trainer.options.model));
  const fresh = await trainer.snapshot();
  trainer.resume({ ...fresh, history: [...history], origin: { ...fresh.origin, epoch: done } });
  return { engine, trainer, job: more };
}

/** What the run knows of its epochs so far. Of a best epoch whose weights are no longer here, it knows nothing. */
export function beforeOf({ history, kept }: MoreWish, settings: Settings): Before & Counted {
  const isLost = settings.keepsBest === true && kept === undefined;
  const counted = countedOf(history, settings, kept !== undefined);
  return { ...counted, ...(isLost ? { history: [] } : {}), kept };
}
