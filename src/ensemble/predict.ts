import { checkKeys, describe, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Graph } from '../graph/graph.ts';
import { ParameterStore } from '../graph/store.ts';
import {
  type Answer,
  type AnswerForm,
  answersOf,
  checkPredict,
  classesOf,
  type Outputs,
} from '../infer/answers.ts';
import { buildModel, rowsOf } from '../nn/model.ts';
import { pixels } from '../ops/features.ts';
import { isParameter } from '../ops/sources.ts';
import type { ResolvedOptions, TrainingData } from '../train/options.ts';
import { type Samples, samplesFor } from '../train/predict-samples.ts';
import { Predictor } from '../train/predictor.ts';
import type { Member } from './member.ts';

/** Options of `Ensemble.predict`. */
export interface EnsemblePredictOptions<As extends AnswerForm = AnswerForm> {
  /**
   * - `output`: the mean of the networks' outputs.
   * - `probability`: the mean of their probabilities, for losses of logits.
   * - `class`: the class with the largest mean probability; of the largest mean output for other losses.
   *
   * Default `output`.
   */
  readonly as?: As;
  /** The indices of the runs that take part. Default all whose loss is finite. */
  readonly runs?: readonly number[];
}

/** Predicts with one network of an ensemble at a time. */
export class EnsemblePredictor {
  readonly #read: (run: number) => Promise<ReadonlyMap<string, Float32Array>>;
  readonly #store: ParameterStore;
  readonly #predictor: Predictor;

  /** @param read a network's parameters in the layout of storage */
  constructor(
    gpu: Gpu,
    options: ResolvedOptions,
    read: (run: number) => Promise<ReadonlyMap<string, Float32Array>>,
  ) {
    const { model, loss, plan, family } = options;
    const graph = new Graph();
    buildModel(model, pixels(graph, [1, ...model.inputShape]), false);
    this.#read = read;
    this.#store = new ParameterStore(gpu, graph.nodes.filter(isParameter), []);
    const network = { ...options, every: undefined };
    this.#predictor = new Predictor(gpu, { network, loss, plan, store: this.#store, family });
  }

  /** The mean of several networks' answers. */
  async predict<As extends AnswerForm>(
    members: readonly Member[],
    samples: Samples<TrainingData>,
    given: EnsemblePredictOptions<As>,
  ): Promise<Answer<As>> {
    checkKeys('predict()', given, ['as', 'runs']);
    const { as = 'output' } = given;
    const { options } = members[0];
    const { model, loss, target } = options;
    const outputs: Outputs = { width: rowsOf(model, target).width, loss, target };
    checkPredict({ as }, outputs);
    const runs = runsOf(given.runs, members);
    const form = as === 'class' ? (hasProbabilities(outputs) ? 'probability' : 'output') : as;
    const host = samplesFor(options, samples, false);
    if (!host) return answersOf(new Float32Array(), outputs, as) as Answer<As>;
    let sums: Float64Array | undefined;
    for (const run of runs) {
      for (const [name, values] of await this.#read(run)) this.#store.write(name, values);
      const answers = answersOf(await this.#predictor.predict(host, false), outputs, form);
      sums ??= new Float64Array(answers.length);
      for (let i = 0; i < answers.length; i++) sums[i] += answers[i];
    }
    const means = Float32Array.from(sums ?? [], (sum) => sum / runs.length);
    if (as !== 'class') return means as Answer<As>;
    if (outputs.width > 1) return classesOf(means, outputs.width) as Answer<As>;
    const least = form === 'probability' ? 0.5 : 0;
    return Uint32Array.from(means, (mean) => Number(mean > least)) as Answer<As>;
  }

  destroy(): void {
    this.#predictor.destroy();
    this.#store.destroy();
  }
}

function hasProbabilities(outputs: Outputs): boolean {
  try {
    checkPredict({ as: 'probability' }, outputs);
    return true;
  } catch {
    return false;
  }
}

/** @throws OptionError unless they are indices of networks */
function runsOf(given: unknown, members: readonly Member[]): readonly number[] {
  const finite = members.filter(({ state }) => state !== 'diverged').map(({ run }) => run);
  const runs = given === undefined ? finite : given;
  const fits = (run: unknown, i: number, all: readonly unknown[]): run is number =>
    typeof run === 'number' && run in members && finite.includes(run) && all.indexOf(run) === i;
  if (isArray(runs) && runs.length > 0 && runs.every(fits)) return runs;
  const odd = isArray(runs) ? runs.find((run, i) => !fits(run, i, runs)) : undefined;
  const why =
    typeof odd === 'number' && odd in members
      ? `, where ${finite.includes(odd) ? `${odd} is twice` : `run ${odd} has diverged`}`
      : odd === undefined
        ? ''
        : `, where ${describe(odd)} is no run`;
  throw new OptionError(
    `predict(): runs ${describe(runs)} was given${why}; use an array of different indices from 0 to ${members.length - 1} whose networks have not diverged, at least one`,
  );
}
