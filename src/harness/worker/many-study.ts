import type { Engine } from '../../gpu/engine.ts';
import type { EpochRecord } from '../../train/history.ts';
import type { Trainer } from '../../train/trainer.ts';
import { readWeights } from '../../train/weights.ts';
import type { Gate } from '../gate.ts';
import type { Job } from '../tasks/job.ts';
import { LastingEnsemble } from '../tasks/lasting-ensemble.ts';
import { createEnsemble } from '../tasks/many.ts';
import { putCopies } from '../tasks/many-copies.ts';
import { type EnsembleOutcome, runEnsemble } from '../tasks/run-ensemble.ts';
import { createTrainer, type TrainOutcome } from '../tasks/run-trainer.ts';
import type { Settings } from '../tasks/settings.ts';
import type { LabEvent } from './lab-event.ts';
import { bestOf, leftOf, type ManyLeft } from './many-left.ts';
import type { ManyState, NetworkEnds } from './many-state.ts';
import { extended } from './more-epochs.ts';

/** What networks that were trained at once trained at once end in. */
export interface ManyStudy {
  /** Of their means. */
  readonly outcome: TrainOutcome;
  /** The network with the lowest test loss: its run, and a trainer that has it. */
  readonly best: {
    readonly run: number;
    readonly trainer: Trainer;
    readonly job: Job;
    /** The epoch whose weights it has, if they are those of its best one and others came after it. */
    readonly kept: number | undefined;
  };
  /** Undefined if none can go on: all have ended, or their state takes more than a GiB. */
  readonly state: ManyState | undefined;
  readonly ends: NetworkEnds;
}

export interface ManyWish {
  readonly job: Job;
  /** Of each run. */
  readonly settings: readonly Settings[];
  /** Weights to start all networks from, as safetensors. Default: each has its own. */
  readonly from?: Uint8Array | undefined;
  /** Networks that go on. */
  readonly before?: ManyState;
  readonly gate: Gate;
  /** Replaces a lost engine. */
  readonly renew: () => Promise<Engine>;
  /** Called when the networks are compiled, on each device. */
  readonly onReady: () => void;
  readonly onPause: () => void;
  /** Called before an error, with what is left of the networks. */
  readonly onLeft: (left: ManyLeft) => Promise<void>;
}

/** A wish for more epochs of networks. A schedule that is made for so many epochs begins anew after them. */
export function longerMany(
  before: ManyState,
  epochs: number,
): Pick<ManyWish, 'job' | 'settings' | 'before'> {
  const goal = before.history.length + epochs;
  const { job } = before;
  return {
    job: { ...job, settings: extended(job.settings, goal) } as Job,
    settings: before.settings.map((own) => extended(own, goal)),
    before,
  };
}

/** What networks can go on from. */
function stateOf(
  { current: { active, members }, copies }: LastingEnsemble,
  { job, settings }: ManyWish,
  { history, kept }: EnsembleOutcome,
  early: ReadonlySet<number>,
): ManyState | undefined {
  if (active === 0 || !copies) return undefined;
  const going = new Set(members.flatMap(({ run, state }) => (state === 'training' ? [run] : [])));
  return { job, settings, copies, history, ends: { early, kept, going } };
}

/**
 * Trains several networks at once, and leaves the best one in a trainer, to look into it.
 *
 * @param open has the device that they begin on
 */
export async function studyMany(
  open: () => Promise<Engine>,
  wish: ManyWish,
  emit: (event: LabEvent) => void,
): Promise<ManyStudy> {
  const { job, settings, from, before, gate, renew, onReady, onPause, onLeft } = wish;
  const means = [...(before?.history ?? [])];
  let many: LastingEnsemble | undefined;
  let outcome: EnsembleOutcome | undefined;
  try {
    many = await LastingEnsemble.create(await open(), {
      make: async (opened) => {
        const ensemble = await createEnsemble(opened, job, settings);
        onReady();
        return ensemble;
      },
      prepare: (ensemble) => {
        if (before) putCopies(ensemble, before.copies);
        if (!from) return;
        for (const { run, options } of ensemble.members) {
          ensemble.load(run, readWeights(from, options.model));
        }
      },
      renew,
    });
    outcome = await runEnsemble(many, job, emit, {
      gate,
      onPause,
      ...(before ? { before: before.history, kept: before.ends.kept } : {}),
      onEpoch: ({ records }, record) => {
        means.push(record);
        emit({ type: 'networks', records: records as ReadonlyMap<number, EpochRecord> });
      },
    });
    return await studyOf(many, wish, outcome);
  } catch (error) {
    const left = leftOf(many?.copies, wish, means, outcome?.kept);
    if (left) await onLeft(left);
    throw error;
  } finally {
    many?.destroy();
  }
}

/** What networks that were trained end in. */
async function studyOf(
  many: LastingEnsemble,
  wish: ManyWish,
  outcome: EnsembleOutcome,
): Promise<ManyStudy> {
  const { job, settings, before } = wish;
  const { history, seconds, trained, stopped, kept } = outcome;
  const { run, snapshot, evaluations } = await many.during(async (ensemble) => {
    const best = bestOf(ensemble.members, kept);
    return {
      run: best,
      snapshot: await ensemble.snapshot(best),
      evaluations: history.length === 0 ? await ensemble.evaluate() : [],
    };
  });
  const { dispatchesPerStep, active } = many.current;
  const early = new Set([...(before?.ends.early ?? []), ...stopped]);
  const isEarly = active === 0 && stopped.size > 0;
  const state = stateOf(many, wish, outcome, early);
  const own: Job = { ...job, settings: settings[run] } as Job;
  const trainer = await many.release(async (opened) => {
    const made = await createTrainer(opened, own);
    made.resume(snapshot);
    return made;
  });
  const { title, loss } = job.settings;
  return {
    outcome: {
      ...{ title, loss, history, seconds, dispatchesPerStep },
      test: history.at(-1)?.test ?? evaluations[run] ?? { loss: NaN, accuracy: null },
      samplesPerSecond: seconds > 0 ? trained / seconds : 0,
      ...(isEarly ? { early: true } : {}),
    },
    best: { run, trainer, job: own, kept: kept.get(run) },
    state,
    ends: state?.ends ?? { early, kept, going: new Set() },
  };
}
