import { Ensemble, type EnsembleRun, type Spread, spreadOf } from '../../ensemble/ensemble.ts';
import type { Engine } from '../../gpu/engine.ts';
import { EnsembleRecorder } from '../../log/ensemble-recorder.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import { type Job, learningOf, openJob } from './job.ts';
import { LastingEngine } from './lasting-engine.ts';
import { LastingEnsemble } from './lasting-ensemble.ts';
import type { ManyRun } from './many-runs.ts';
import { rateOptions } from './rate-options.ts';
import { runEnsemble } from './run-ensemble.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Emit } from './task.ts';

/** One network's end. */
export interface ManyNetwork {
  readonly own: ManyRun['own'];
  readonly seed: number;
  /** `stopped`: ended for the lack of a lower test loss. */
  readonly state: 'training' | 'stopped' | 'diverged';
  readonly history: readonly EpochRecord[];
  readonly test: Metrics;
  /** The epoch whose weights it has, if those of the best one were to be kept. */
  readonly kept?: number;
}

/** Networks that differ in their seeds alone. */
export interface ManyGroup {
  readonly own: ManyRun['own'];
  readonly networks: number;
  /** Networks whose loss is not finite; they do not count. */
  readonly diverged: number;
  /** Null if all have diverged. */
  readonly loss: Spread | null;
  /** Null without classes, too. */
  readonly accuracy: Spread | null;
}

/** The outcome of several networks. */
export interface ManyOutcome {
  readonly title: string;
  readonly loss: Settings['loss'];
  readonly networks: readonly ManyNetwork[];
  readonly groups: readonly ManyGroup[];
  /** Of the network that was trained longest. */
  readonly epochs: number;
  /** Seconds of training, without evaluation. */
  readonly seconds: number;
  /** Of all networks together. */
  readonly samplesPerSecond: number;
  readonly dispatchesPerStep: number;
}

/** Trains several networks in the same dispatches. */
export async function trainMany(runs: readonly ManyRun[], emit: Emit): Promise<ManyOutcome> {
  const settings = runs.map(({ options }) => settingsOf(options));
  const lasting = await LastingEngine.open(emit);
  try {
    const job = await openJob(runs[0].options, settings[0], emit);
    const many = await LastingEnsemble.create(lasting.current, {
      make: (engine) => createEnsemble(engine, job, settings),
      renew: lasting.renew,
    });
    try {
      return await outcomeOf(many, runs, job, emit);
    } finally {
      many.destroy();
    }
  } finally {
    lasting.destroy();
  }
}

/**
 * Creates the ensemble of some runs.
 *
 * @param job the data, and the settings of the first run
 * @param settings of each run
 */
export function createEnsemble(
  engine: Engine,
  job: Job,
  settings: readonly Settings[],
): Promise<Ensemble> {
  const { loss, batchSize, plan, family, tuneBudget } = job.settings;
  return Ensemble.create(engine, {
    ...learningOf(job),
    ...rateOptions(job),
    loss,
    batchSize,
    plan,
    ...(family ? { family } : {}),
    ...(tuneBudget === undefined ? {} : { tuneBudget }),
    runs: settings.map((own): EnsembleRun => {
      const { model } = learningOf({ ...job, settings: own } as Job);
      return { seed: own.seed, optimizer: own.optimizer, model };
    }),
  });
}

async function outcomeOf(
  many: LastingEnsemble,
  runs: readonly ManyRun[],
  job: Job,
  emit: Emit,
): Promise<ManyOutcome> {
  const { title, loss, epochs } = job.settings;
  const recorder = runs[0].options.has('log')
    ? new EnsembleRecorder(many.current, (run, record) => emit({ type: 'log', run, record }))
    : undefined;
  recorder?.start({ epochs });
  const {
    seconds,
    trained,
    history: means,
    kept,
  } = await runEnsemble(many, job, emit, { recorder });
  const evaluations = await many.during(async (ensemble) => {
    recorder?.follow(ensemble);
    await recorder?.images();
    return ensemble.evaluate();
  });
  const { members, dispatchesPerStep } = many.current;
  const networks = members.map(({ run, state, history }): ManyNetwork => {
    const { loss: own, accuracy } = evaluations[run];
    const { own: values, seed } = runs[run];
    const epoch = kept.get(run);
    const test = { loss: own, accuracy };
    return { own: values, seed, state, history, test, ...(epoch ? { kept: epoch } : {}) };
  });
  return {
    title,
    loss,
    networks,
    groups: groupsOf(networks),
    epochs: means.length,
    seconds,
    samplesPerSecond: seconds > 0 ? trained / seconds : 0,
    dispatchesPerStep,
  };
}

/** The networks by what they have of their own but the seed. */
export function groupsOf(networks: readonly ManyNetwork[]): ManyGroup[] {
  const groups = new Map<string, ManyNetwork[]>();
  for (const network of networks) {
    const key = JSON.stringify(network.own);
    groups.set(key, [...(groups.get(key) ?? []), network]);
  }
  return [...groups.values()].map((group): ManyGroup => {
    const finite = group.filter(
      ({ state, test }) => state !== 'diverged' && Number.isFinite(test.loss),
    );
    const accuracies = finite.flatMap(({ test }) => test.accuracy ?? []);
    return {
      own: group[0].own,
      networks: group.length,
      diverged: group.length - finite.length,
      loss: finite.length > 0 ? spreadOf(finite.map(({ test }) => test.loss)) : null,
      accuracy: accuracies.length > 0 ? spreadOf(accuracies) : null,
    };
  });
}
