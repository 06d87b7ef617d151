import { Ensemble, type EnsembleRun, type Spread, spreadOf } from '../../ensemble/ensemble.ts';
import { cosineRate } from '../../nn/schedules.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import { type Job, learningOf, openJob, samplesOf } from './job.ts';
import { LastingEngine } from './lasting-engine.ts';
import { Query } from './query.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Emit } from './task.ts';

/** Most networks of a command. */
const MOST = 4096;

/** Options of which several values may be given: each network has one of each. */
const SEVERAL = ['lr', 'dropout'] as const;

/** One network of several: the values that it has of its own, and all its options. */
export interface ManyRun {
  readonly own: Readonly<Record<string, string>>;
  readonly seed: number;
  /** As of a run of this network alone. */
  readonly options: URLSearchParams;
}

/** `1..10`, or numbers with commas between. */
function seedsOf(query: Query): number[] | undefined {
  const text = query.text('seeds');
  if (text === undefined) return undefined;
  const [, first, last] = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text) ?? [];
  const count = Number(last) - Number(first) + 1;
  const seeds =
    first === undefined
      ? text.split(',').map((part) => (/^\d{1,15}$/.test(part.trim()) ? Number(part) : NaN))
      : Array.from({ length: Math.max(0, Math.min(count, MOST + 1)) }, (_, i) => Number(first) + i);
  const right = seeds.length > 0 && seeds.length <= MOST && !seeds.some(Number.isNaN);
  if (right && new Set(seeds).size === seeds.length) return seeds;
  return query.fail('seeds', `a range as 1..10, or different seeds as 1,2,5; at most ${MOST}`);
}

/**
 * The networks that an address asks for: the product of all seeds, learning rates and dropouts.
 *
 * @param prefix what options' names begin with in messages, see {@link settingsOf}
 * @returns one if nothing is given several times
 * @throws OptionError if seeds are not a range or a list, or another option does not go with several networks
 */
export function runsOf(options: URLSearchParams, prefix = ''): readonly ManyRun[] {
  const query = new Query(options, prefix);
  const seeds = seedsOf(query);
  let runs: Record<string, string>[] = [{}];
  for (const name of SEVERAL) {
    const values = query.text(name)?.split(',') ?? [];
    if (values.length < 2) continue;
    const texts = values.map((value) => value.trim());
    const numbers = texts.map(Number);
    if (new Set(numbers).size < texts.length) query.fail(name, 'different numbers');
    if (name === 'dropout' && numbers.includes(0)) {
      query.fail(
        name,
        'numbers above 0: without dropout it is another network, to be trained by itself',
      );
    }
    runs = runs.flatMap((run) => texts.map((value) => ({ ...run, [name]: value })));
  }
  const several = seeds ?? [query.number('seed', 1)];
  if (runs.length * several.length > MOST) {
    query.fail(seeds ? 'seeds' : 'lr', `of at most ${MOST} networks in all`);
  }
  if (seeds && query.has('seed')) query.fail('seed', 'left out beside seeds');
  if (runs.length * several.length > 1) {
    for (const name of ['tune', 'warm-steps', 'sample', 'prompt', 'temperature']) {
      if (query.has(name)) query.fail(name, 'left out for several networks');
    }
  }
  return runs.flatMap((own) =>
    several.map((seed): ManyRun => {
      const all = new URLSearchParams(options);
      all.delete('seeds');
      for (const [name, value] of Object.entries({ ...own, seed: String(seed) })) {
        all.set(name, value);
      }
      return { own, seed, options: all };
    }),
  );
}

/** One network's end. */
export interface ManyNetwork {
  readonly own: ManyRun['own'];
  readonly seed: number;
  readonly state: 'training' | 'stopped' | 'diverged';
  readonly history: readonly EpochRecord[];
  readonly test: Metrics;
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
    return await lasting.during(async (engine) => {
      const ensemble = await Ensemble.create(engine, {
        ...learningOf(job),
        ...scheduleOf(job),
        loss: settings[0].loss,
        batchSize: settings[0].batchSize,
        plan: settings[0].plan,
        ...(settings[0].family ? { family: settings[0].family } : {}),
        runs: settings.map((own): EnsembleRun => {
          const { model } = learningOf({ ...job, settings: own } as Job);
          return { seed: own.seed, optimizer: own.optimizer, model };
        }),
      });
      try {
        return await outcomeOf(ensemble, runs, job, emit);
      } finally {
        ensemble.destroy();
      }
    });
  } finally {
    lasting.destroy();
  }
}

function scheduleOf(job: Job) {
  const { schedule, epochs, batchSize } = job.settings;
  const totalSteps = epochs * Math.ceil(samplesOf(job) / batchSize);
  return schedule === 'cosine' ? { schedule: cosineRate({ totalSteps }) } : {};
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function meansOf(all: readonly Metrics[]): Metrics {
  const finite = all.filter(({ loss }) => Number.isFinite(loss));
  const accuracies = finite.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]));
  return {
    loss: mean(finite.map(({ loss }) => loss)),
    accuracy: all[0]?.accuracy === null ? null : mean(accuracies),
  };
}

async function outcomeOf(
  ensemble: Ensemble,
  runs: readonly ManyRun[],
  job: Job,
  emit: Emit,
): Promise<ManyOutcome> {
  const { title, loss, epochs } = job.settings;
  let seconds = 0;
  let trained = 0;
  await ensemble.fit({
    epochs,
    onEpoch: ({ epoch, records }) => {
      const all = [...records.values()] as readonly EpochRecord[];
      const tests = all.flatMap(({ test }) => test ?? []);
      seconds += all[0].seconds;
      trained += all.length * samplesOf(job);
      const record = {
        epoch,
        train: meansOf(all.map(({ train }) => train)),
        ...(tests.length > 0 ? { test: meansOf(tests) } : {}),
        seconds: all[0].seconds,
      };
      const many = `${title}, means of ${all.length} networks`;
      emit({ type: 'epoch', title: many, loss, epochs, record });
    },
  });
  const evaluations = await ensemble.evaluate();
  const networks = ensemble.members.map(({ run, state, history }): ManyNetwork => {
    const { loss: own, accuracy } = evaluations[run];
    const { own: values, seed } = runs[run];
    return { own: values, seed, state, history, test: { loss: own, accuracy } };
  });
  return {
    title,
    loss,
    networks,
    groups: groupsOf(networks),
    epochs,
    seconds,
    samplesPerSecond: seconds > 0 ? trained / seconds : 0,
    dispatchesPerStep: ensemble.dispatchesPerStep,
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
