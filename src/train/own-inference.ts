import { checkFlag, checkKeys } from '../check.ts';
import { type ColumnScale, isColumnScale } from '../data/standardise.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';
import { Inference, type InferenceOptions } from '../infer/inference.ts';
import { type ParameterSpec, storedShape } from '../nn/layers/parameters.ts';
import { checkModel, type Model } from '../nn/model.ts';
import type { WeightsChoice } from './averages.ts';
import { checkWeights } from './check-weights.ts';
import type { Run } from './run.ts';

/** Options of {@link Trainer.inference}. */
export type OwnInferenceOptions = Pick<InferenceOptions, 'batch' | 'input' | 'signal'> & {
  /**
   * Another model of the same samples, whose parameters the trainer's model has by name: see {@link layerOutputs}, or some of its
   * layers. Default: the trainer's model.
   */
  readonly model?: Model;
  readonly normalize?: boolean;
  /** `average`: the averages of the weights, always the current ones. Default `last`, the weights themselves. */
  readonly weights?: WeightsChoice;
};

const refuseChanges = (): never => {
  throw new OptionError(
    "this inference has the averages of a trainer's weights, which only its steps change; load into the trainer, or leave out weights: 'average'",
  );
};

/** The scale of each channel, for all columns. */
const forColumns = ({ mean, deviation }: ColumnScale, columns: number): ColumnScale => {
  const each = (list: readonly number[]): number[] =>
    Array.from({ length: columns }, (_, column) => list[column % list.length]);
  return { mean: each(mean), deviation: each(deviation) };
};

/** @throws OptionError unless a trainer's model has a model's parameters; ShapeError unless both take the same samples. */
function checkParts(given: unknown, own: Model): asserts given is Model {
  checkModel('inference(): model', given);
  if (`${given.inputShape}` !== `${own.inputShape}`) {
    throw new ShapeError(
      `inference(): the model takes samples of [${given.inputShape.join(', ')}]; the trainer's are [${own.inputShape.join(', ')}]`,
    );
  }
  const form = (spec: ParameterSpec | undefined): string =>
    spec ? `[${spec.shape.join(', ')}], stored as [${storedShape(spec).join(', ')}]` : 'none';
  for (const spec of given.parameters) {
    const found = form(own.parameters.find(({ name }) => name === spec.name));
    if (found === form(spec)) continue;
    throw new OptionError(
      `inference(): the model's ${spec.name} is ${form(spec)}; the trainer's is ${found}. Use layers of the trainer's model by their places in it, as layerOutputs() does`,
    );
  }
}

/** An inference of the run's parameters; see `Trainer.inference`. */
export function inferenceOf(run: Run, options: OwnInferenceOptions): Promise<Inference> {
  checkKeys('inference()', options, ['batch', 'input', 'model', 'normalize', 'signal', 'weights']);
  const {
    normalize: wanted = true,
    weights = 'last',
    model = run.options.model,
    ...rest
  } = options;
  checkFlag('normalize', wanted);
  const { family, loss, normalize, optimizer } = run.options;
  checkWeights(weights, optimizer);
  const isOwn = model === run.options.model;
  if (!isOwn) checkParts(model, run.options.model);
  // What the outputs of another model are is unknown.
  const target = isOwn ? run.options.target : 'value';
  const all = { model, ...(isOwn ? { loss } : {}), ...(family ? { family } : {}), ...rest };
  const { lifetime: owner, activity, changed } = run;
  const isAverage = weights === 'average';
  const store = isAverage ? run.rig.averages() : run.store;
  const changes = isAverage ? refuseChanges : run.changes;
  const shared = { store, target, owner, activity, changes, changed };
  const { engine } = run.workspace;
  // It takes numbers, and a model may see channels as columns.
  const columns = sizeOf(model.inputShape);
  const scale = isColumnScale(normalize) ? forColumns(normalize, columns) : normalize;
  return Inference.create(engine, { ...all, normalize: wanted ? scale : null }, shared);
}
