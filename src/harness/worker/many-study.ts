import type { Ensemble, EnsembleMember } from '../../ensemble/ensemble.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { EpochRecord } from '../../train/history.ts';
import type { Trainer } from '../../train/trainer.ts';
import { readWeights } from '../../train/weights.ts';
import type { Gate } from '../gate.ts';
import type { Job } from '../tasks/job.ts';
import { createEnsemble } from '../tasks/many.ts';
import { runEnsemble } from '../tasks/run-ensemble.ts';
import { createTrainer, type TrainOutcome } from '../tasks/run-trainer.ts';
import type { Settings } from '../tasks/settings.ts';
import type { LabEvent } from './lab-event.ts';

/** How networks that were trained at once have ended, by the index of their runs. */
export interface NetworkEnds {
  /** Those that ended for the lack of a lower test loss. */
  readonly early: ReadonlySet<number>;
  /** The epoch whose weights a network has, if those of the best one were to be kept. */
  readonly kept: ReadonlyMap<number, number>;
}

/** What networks that were trained at once end in. */
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
  readonly ends: NetworkEnds;
}

export interface ManyWish {
  readonly job: Job;
  /** Of each run. */
  readonly settings: readonly Settings[];
  /** Weights to start all networks from, as safetensors. */
  readonly from: Uint8Array | undefined;
  readonly gate: Gate;
  /** Called when the networks are compiled. */
  readonly onReady: () => void;
  readonly onPause: () => void;
}

/** The run whose test loss is the lowest, with the weights that it has; the first one if none was tested. */
function bestOf(ensemble: Ensemble, kept: NetworkEnds['kept']): number {
  const lossOf = ({ run, history }: EnsembleMember): number => {
    const { test } = history.at((kept.get(run) ?? 0) - 1) ?? {};
    return test && Number.isFinite(test.loss) ? test.loss : Infinity;
  };
  const [best] = [...ensemble.members].sort((a, b) => lossOf(a) - lossOf(b));
  return best.run;
}

/** Trains several networks at once, and leaves the best one in a trainer, to look into it. */
export async function studyMany(
  engine: Engine,
  { job, settings, from, gate, onReady, onPause }: ManyWish,
  emit: (event: LabEvent) => void,
): Promise<ManyStudy> {
  const ensemble = await createEnsemble(engine, job, settings);
  try {
    if (from) {
      for (const { run, options } of ensemble.members) {
        ensemble.load(run, readWeights(from, options.model));
      }
    }
    onReady();
    const outcome = await runEnsemble(ensemble, job, emit, {
      gate,
      onPause,
      onEpoch: ({ records }) => {
        emit({ type: 'networks', records: records as ReadonlyMap<number, EpochRecord> });
      },
    });
    const { history, seconds, trained, stopped, kept } = outcome;
    const run = bestOf(ensemble, kept);
    const snapshot = await ensemble.snapshot(run);
    const evaluations = history.length === 0 ? await ensemble.evaluate() : [];
    const { dispatchesPerStep, active } = ensemble;
    const isEarly = active === 0 && stopped.size > 0;
    // Its memory is free before the trainer needs some.
    await ensemble[Symbol.asyncDispose]();
    const own: Job = { ...job, settings: settings[run] } as Job;
    const trainer = await createTrainer(engine, own);
    trainer.resume(snapshot);
    const { title, loss } = job.settings;
    return {
      outcome: {
        ...{ title, loss, history, seconds, dispatchesPerStep },
        test: history.at(-1)?.test ?? evaluations[run] ?? { loss: NaN, accuracy: null },
        samplesPerSecond: seconds > 0 ? trained / seconds : 0,
        ...(isEarly ? { early: true } : {}),
      },
      best: { run, trainer, job: own, kept: kept.get(run) },
      ends: { early: stopped, kept },
    };
  } finally {
    ensemble.destroy();
  }
}
