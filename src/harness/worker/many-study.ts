import type { Ensemble } from '../../ensemble/ensemble.ts';
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

/** What networks that were trained at once end in. */
export interface ManyStudy {
  /** Of their means. */
  readonly outcome: TrainOutcome;
  /** The network with the lowest test loss: its run, and a trainer that has it. */
  readonly best: { readonly run: number; readonly trainer: Trainer; readonly job: Job };
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

/** The run whose last test loss is the lowest; the first one if none was tested. */
function bestOf(ensemble: Ensemble): number {
  const lossOf = (history: readonly EpochRecord[]): number => {
    const { test } = history.at(-1) ?? {};
    return test && Number.isFinite(test.loss) ? test.loss : Infinity;
  };
  const [best] = [...ensemble.members].sort((a, b) => lossOf(a.history) - lossOf(b.history));
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
    const { history, seconds, trained } = await runEnsemble(ensemble, job, emit, {
      gate,
      onPause,
      onEpoch: ({ records }) => {
        emit({ type: 'networks', records: records as ReadonlyMap<number, EpochRecord> });
      },
    });
    const run = bestOf(ensemble);
    const snapshot = await ensemble.snapshot(run);
    const evaluations = history.length === 0 ? await ensemble.evaluate() : [];
    const { dispatchesPerStep } = ensemble;
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
      },
      best: { run, trainer, job: own },
    };
  } finally {
    ensemble.destroy();
  }
}
