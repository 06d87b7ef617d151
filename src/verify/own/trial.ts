import { checkKeys, describe, isArray, isObject, looksLike } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import { pathOf, storedShape } from '../../nn/layers/parameters.ts';
import type { Layer } from '../../nn/layers.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { FORMULA, isLoss, type Loss, lossRows } from '../../ops/loss.ts';
import type { OptimizerRule } from '../../ops/update.ts';

/** Tensors of a reference, row by row, in float64. */
export type Tensors = readonly Float64Array[];
/** The shapes of an op's inputs. */
export type Shapes = readonly (readonly number[])[];

/** An op of the caller's, and what it must compute. */
export interface OpTrial {
  /** For the report. */
  readonly name: string;
  /** Builds the op from its inputs, float tensors. */
  readonly op: (...inputs: Node[]) => Node;
  /**
   * The shapes of the inputs, a list for each case. Default: one input, of seven shapes that fill no tile. Keep them
   * small: the bounds take time with the square of the number of elements.
   */
  readonly shapes?: readonly Shapes[];
  /**
   * The output, row by row, in float64. The gradients are compared with its central differences, and the bounds are
   * made from it. If it is absent, only the gradients are checked, with differences of the op itself on the GPU.
   */
  readonly reference?: (inputs: Tensors, shapes: Shapes) => ArrayLike<number>;
  /**
   * A bound on the error of each element of the output. Default: what `ulps` roundings of the inputs and of the output
   * can do.
   */
  readonly error?: (inputs: Tensors, shapes: Shapes) => ArrayLike<number>;
  /** Roundings for the default bounds, in units of the last place. Default 16. */
  readonly ulps?: number;
  /** The inputs are uniform in ±magnitude. Default 2 and 10, from shape to shape. */
  readonly magnitude?: number;
  /** The elements of the input with this index, instead of random ones. */
  readonly inputs?: (index: number, size: number) => ArrayLike<number>;
}

/** 1, primes, one off a block of 4, one off a tile of 8, more than one workgroup. */
const SHAPES: readonly Shapes[] = [
  [[1, 1]],
  [[1, 10]],
  [[3, 4]],
  [[4, 5]],
  [[7, 8]],
  [[9, 3]],
  [[13, 31]],
];

/** A layer, and what it must compute. Its parameters are inputs, after x: as `build` gets them, weights [in, out]. */
export interface LayerTrial extends Omit<OpTrial, 'op' | 'shapes'> {
  readonly layer: Layer;
  /** Shapes of x, such as [[4, 5], [9, 5]]: those that the layer takes. */
  readonly shapes: Shapes;
}

/** A loss of outputs against values, and its value for one output x against its target t. */
export interface LossTrial extends Pick<OpTrial, 'name' | 'ulps' | 'magnitude'> {
  readonly loss: Loss;
  readonly reference: (x: number, t: number) => number;
  /** Shapes of the outputs, [samples, outputs]. Default seven that fill no tile. */
  readonly shapes?: Shapes;
}

/** An optimizer, and a step of it for one element: several steps are checked, each from what the GPU had before. */
export interface OptimizerTrial extends Pick<OpTrial, 'name' | 'ulps' | 'magnitude'> {
  readonly optimizer: OptimizerRule;
  /**
   * The element after a step, in float64. It changes `state`, which has the optimizer's states by name.
   *
   * @param step steps done before
   */
  readonly reference: (
    w: number,
    gradient: number,
    state: Record<string, number>,
    step: number,
  ) => number;
  /** Steps to check. Default 5. */
  readonly steps?: number;
}

/** Of several keys only one, so that TypeScript knows the parameters of its reference. */
type Only<T, K extends string> = T & {
  readonly [_ in Exclude<'op' | 'layer' | 'loss' | 'optimizer', K>]?: undefined;
};

/** What {@link verifyOps} checks. */
export type AnyTrial =
  | Only<OpTrial, 'op'>
  | Only<LayerTrial, 'layer'>
  | Only<LossTrial, 'loss'>
  | Only<OptimizerTrial, 'optimizer'>;

/** A trial with its defaults. */
export type CompleteTrial = OpTrial &
  Required<Pick<OpTrial, 'shapes' | 'ulps'>> & {
    /** The names of the inputs after the first, if they are parameters of a layer. */
    readonly own?: readonly string[];
    /** Whether the op is a mean loss, whose gradient training computes in the loss's own kernel. */
    readonly isLoss?: boolean;
  };

/** The prefix of a layer's parameters. */
const LAYER = 'layer';

/** @throws OptionError unless it is a list of shapes */
function checkShapes(what: string, shapes: unknown): asserts shapes is Shapes {
  if (isArray(shapes) && shapes.length > 0 && shapes.every(isShape)) return;
  throw new OptionError(
    `${what}: shapes ${describe(shapes)} was given; use a list of shapes of x, as [[4, 5], [9, 5]]`,
  );
}

/** A layer's trial as one of an op of x and its parameters. */
export function layerTrial({ layer, shapes, ...trial }: LayerTrial, at: number): CompleteTrial {
  const what = `verifyOps(): trials[${at}]`;
  if (!looksLike(layer, { kind: 'string', build: 'function', shape: 'function' })) {
    throw new OptionError(`${what}: layer ${describe(layer)} was given; use a layer`);
  }
  checkShapes(what, shapes);
  const { parameters } = layer;
  return {
    ...checkTrial(
      {
        ...trial,
        op: (x) => layer.build(x, LAYER, true),
        shapes: shapes.map((x) => [x, ...parameters.map((one) => storedShape(one))]),
      },
      at,
    ),
    own: parameters.map(({ name }) => pathOf(LAYER, name)),
  };
}

/** A loss's trial as one of an op of outputs and targets: the mean over the samples. */
export function lossTrial(
  { loss, reference, shapes, ...trial }: LossTrial,
  at: number,
): CompleteTrial {
  const what = `verifyOps(): trials[${at}]`;
  checkKeys(what, trial, ['name', 'ulps', 'magnitude']);
  if (!isLoss(loss) || loss[FORMULA].target !== 'values') {
    throw new OptionError(
      `${what}: loss ${describe(loss)} was given; use a loss of values, such as pointwiseLoss(…)`,
    );
  }
  if (typeof reference !== 'function') {
    throw new OptionError(
      `${what}: reference ${describe(reference)} was given; use (x, t) => the loss of one output`,
    );
  }
  if (shapes !== undefined) checkShapes(what, shapes);
  const pairs = (shapes ?? SHAPES.map(([shape]) => shape)).map((shape) => [shape, shape]);
  return {
    ...checkTrial(
      {
        ...trial,
        op: (x, t) => batchMean(lossRows(loss, x, t)),
        shapes: pairs,
        reference: ([x, t]) => [
          x.reduce((sum, one, i) => sum + reference(one, t[i]), 0) / x.length,
        ],
      },
      at,
    ),
    isLoss: true,
  };
}

/**
 * A reference for an op of each element by itself.
 *
 * @example each((x) => x / (1 + Math.abs(x)))
 */
export const each =
  (value: (...elements: number[]) => number) =>
  (inputs: Tensors): Float64Array =>
    Float64Array.from(inputs[0], (_, i) => value(...inputs.map((tensor) => tensor[i])));

/** @throws OptionError if an option is unknown or has a wrong type */
export function checkTrial(given: OpTrial, at: number): CompleteTrial {
  const what = `verifyOps(): trials[${at}]`;
  checkKeys(what, given, [
    'name',
    'op',
    'shapes',
    'reference',
    'error',
    'ulps',
    'magnitude',
    'inputs',
  ]);
  const { name, op, shapes = SHAPES, ulps = 16, magnitude } = given;
  if (typeof name !== 'string' || name === '') {
    throw new OptionError(`${what}: name ${describe(name)} was given; use a text`);
  }
  if (typeof op !== 'function') {
    throw new OptionError(`${what}: op ${describe(op)} was given; use (x) => node`);
  }
  for (const key of ['reference', 'error', 'inputs'] as const) {
    const value: unknown = given[key];
    if (value !== undefined && typeof value !== 'function') {
      throw new OptionError(`${what}: ${key} ${describe(value)} was given; use a function`);
    }
  }
  if (given.error && !given.reference) {
    throw new OptionError(`${what}: error was given without a reference; give both`);
  }
  for (const [key, value] of Object.entries({ ulps, magnitude: magnitude ?? 1 })) {
    if (typeof value === 'number' && value > 0 && value < 1e30) continue;
    throw new OptionError(`${what}: ${key} ${describe(value)} was given; use a positive number`);
  }
  const isShapes = (one: unknown): boolean => isArray(one) && one.length > 0 && one.every(isShape);
  if (!isArray(shapes) || shapes.length === 0 || !shapes.every(isShapes)) {
    throw new OptionError(
      `${what}: shapes ${describe(shapes)} was given; use a list of lists of shapes, as [[[4, 5]], [[9, 3]]]`,
    );
  }
  return { ...given, shapes, ulps };
}

const isShape = (shape: unknown): boolean =>
  isArray(shape) && shape.every((size) => Number.isInteger(size) && Number(size) > 0);

/** @throws OptionError unless there are trials */
export function checkTrials(options: unknown): asserts options is {
  readonly trials: readonly AnyTrial[];
} {
  const { trials } = isObject(options) ? options : {};
  if (isArray(trials) && trials.length > 0) return;
  throw new OptionError(
    `verifyOps(): trials ${describe(trials)} was given; use a list of { name, op, reference }`,
  );
}
