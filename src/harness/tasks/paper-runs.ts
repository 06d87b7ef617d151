import { hostOf } from '../../bench/host.ts';
import type { ImageDataset } from '../../data/dataset.ts';
import { MemoryError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { Evaluation } from '../../train/evaluator.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import type { Trainer } from '../../train/trainer.ts';
import type { ImageJob } from './image-job.ts';
import type { ImageSettings } from './image-settings.ts';
import type { LastingEngine } from './lasting-engine.ts';
import { LastingEnsemble } from './lasting-ensemble.ts';
import { createEnsemble } from './many.ts';
import { runEnsemble } from './run-ensemble.ts';
import type { Emit } from './task.ts';
import { trainWith } from './train.ts';

/** The network of the first seed, after its training. */
export interface FirstNetwork {
  predict(samples: Parameters<Trainer['predict']>[0]): Promise<Float32Array>;
  evaluate(): Promise<Evaluation>;
}

/** One training run of a model. */
export interface SeedRun {
  readonly seed: number;
  /** Seconds are this run's share of those of all runs that were trained at once. */
  readonly history: readonly EpochRecord[];
  readonly test: Metrics;
  readonly seconds: number;
  /** Runs that were trained at once; absent if it was alone. */
  readonly together?: number;
}

/** The runs of a model with all its seeds, and what is shown of the first one. */
export interface SeedRuns<Shown> {
  readonly runs: readonly SeedRun[];
  readonly shown: Shown;
}

/**
 * Trains a model with some seeds: one alone, several in the same dispatches. Each network has the bits of its run alone.
 *
 * @param settings of each seed; they differ in the seed alone
 * @param show what to keep of the first one
 */
export async function trainSeeds<Shown>(
  lasting: LastingEngine,
  dataset: ImageDataset,
  settings: readonly ImageSettings[],
  emit: Emit,
  show: (network: FirstNetwork) => Promise<Shown>,
): Promise<SeedRuns<Shown>> {
  const job: ImageJob = { data: 'images', settings: settings[0], dataset };
  if (settings.length === 1) {
    return trainWith(lasting, job, emit, async (trainer, { history, test, seconds }) => ({
      runs: [{ seed: settings[0].seed, history, test, seconds }],
      shown: await show(trainer),
    }));
  }
  return together(lasting, job, settings, emit, show);
}

/** Trains several seeds at once; in two halves if the device has not enough memory for all. */
async function together<Shown>(
  lasting: LastingEngine,
  job: ImageJob,
  settings: readonly ImageSettings[],
  emit: Emit,
  show: (network: FirstNetwork) => Promise<Shown>,
): Promise<SeedRuns<Shown>> {
  const count = settings.length;
  let many: LastingEnsemble;
  try {
    many = await LastingEnsemble.create(lasting.current, {
      make: (engine) => createEnsemble(engine, job, settings),
      renew: lasting.renew,
    });
  } catch (error) {
    if (!(error instanceof MemoryError) || count === 1) throw error;
    const half = Math.ceil(count / 2);
    const first = await together(lasting, job, settings.slice(0, half), emit, show);
    const rest = await together(lasting, job, settings.slice(half), emit, async () => null);
    return { runs: [...first.runs, ...rest.runs], shown: first.shown };
  }
  try {
    await runEnsemble(many, job, emit);
    return await many.during(async (ensemble) => {
      const evaluations = await ensemble.evaluate();
      const runs = ensemble.members.map(({ run, history }): SeedRun => {
        const { loss, accuracy } = evaluations[run];
        const own = history.map((record) => ({ ...record, seconds: record.seconds / count }));
        const seconds = own.reduce((sum, record) => sum + record.seconds, 0);
        const { seed } = settings[run];
        return { seed, history: own, test: { loss, accuracy }, seconds, together: count };
      });
      const shown = await show({
        predict: (samples) => ensemble.predict(samples, { runs: [0] }),
        evaluate: async () => evaluations[0],
      });
      return { runs, shown };
    });
  } finally {
    many.destroy();
  }
}

/** What was made, or the stored value of the same unit from an earlier start of the command. */
export type Once = <T>(title: string, epochs: number, make: () => Promise<T>) => Promise<T>;

/** Lets the command keep what is done. A unit is a model with all its seeds. */
export function onceFor({ adapter }: Engine, dataset: ImageDataset, emit: Emit): Once {
  const host = hostOf();
  const { vendor, architecture, device, description } = adapter;
  const place = [dataset.name, dataset.train.count, vendor, architecture, device, description];
  return async (title, epochs, make) => {
    const run = JSON.stringify({ unit: title, epochs, place });
    const kept = await host?.({ kind: 'kept', run });
    if (kept) {
      emit({ type: 'note', text: `${title}: already done by an earlier start` });
      return kept as Awaited<ReturnType<typeof make>>;
    }
    const value = await make();
    await host?.({ kind: 'keep', run, value });
    return value;
  };
}
