import { isObject } from '../check.ts';
import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Dispatch, type Op, type Ref, ref } from '../graph/op.ts';
import { asMatrix, same, sizeOf, spec, storageOf } from '../graph/tensor.ts';
import { checkLabels, type Ignored, labelPart } from './one_hot.ts';
import { outputParts, rowGrid } from './rows.ts';
import { scale } from './scale.ts';

/** What a loss computes with: the key of its {@link Formula}. Copies do not have it. */
export const FORMULA = Symbol.for('gradweave.loss');

/** A loss: its name, its options, and how it computes. What `mse()`, `huber()` and the like return. */
export interface Loss {
  /** The loss's name, such as `huber`. */
  readonly kind: string;
  /** @internal */
  readonly [FORMULA]: Formula;
}

/** The form of `predict`'s answers. */
export type AnswerForm = 'output' | 'class' | 'probability';

/** How a loss computes. */
export interface Formula {
  /** What a row is compared with: its class, or a value for each output, which are one-hot for a class. */
  readonly target: 'class' | 'values';
  /** Declare `beginLoss`, and what value and slope call, see shaders/loss. */
  readonly parts: readonly Part<Ref>[];
  /** Declares `lossOfRow`. */
  readonly value: Part<Ref>;
  /** Declares `gradientOfRow`. */
  readonly slope: Part<Ref>;
  /** Operations per output, of the value and of the slope. */
  readonly flop: { readonly value: number; readonly slope: number };
  /** Whether it depends only on outputs − target. Default false: it has no gradient towards its target. */
  readonly isOfDifference?: boolean;
  /** Whether the softmax of the outputs are probabilities of classes. Default false. */
  readonly isSoftmax?: boolean;
  /**
   * Makes classes or probabilities of outputs that are neither numbers nor logits for a softmax. Undefined: as usual.
   *
   * @throws OptionError if a model of so many outputs does not have them
   */
  answer?(
    as: AnswerForm,
    width: number,
    target: string | undefined,
  ): ((outputs: Float32Array) => Float32Array | Uint32Array) | undefined;
  /** @throws OptionError if a model of so many outputs does not suit it */
  checkOutputs?(outputs: number): void;
  /** Whether its parts bind a buffer. Default false. */
  readonly isBound?: boolean;
  /** The rows that do not count. Default: all count. */
  readonly ignored?: Ignored | undefined;
  /** The rows' weights, if they are not all equal. */
  readonly weights?: RowWeights;
}

/** The weights of a batch's rows in the mean loss, which depend on their labels. */
export interface RowWeights {
  /** What the loss reads, as losses of a mean over all valid rows, computed before it. */
  node(labels: Node, classes: number): Node;
  /** How the loss reads it. */
  part(node: Node): Part<Ref>;
  /** How the tick reads the sum of the weights, and the rows that count. */
  totals(node: Node): Part<Ref>;
}

/** What a loss without options is, for its message. */
export const MEAN = '. It is the mean over all outputs';

/** Makes a loss. @param options shown beside its name, and part of a checkpoint */
export const makeLoss = <O extends object>(kind: string, options: O, formula: Formula): Loss & O =>
  Object.freeze(Object.defineProperty({ kind, ...options }, FORMULA, { value: formula })) as Loss &
    O;

/** The formula of a loss that is given as a value. */
export const formulaOf = (loss: Loss | string | undefined): Formula | undefined =>
  typeof loss === 'object' ? loss[FORMULA] : undefined;

/** Whether the outputs that were trained with a loss are logits for a softmax. */
export const isSoftmax = (loss: Loss | string | undefined): boolean =>
  loss === 'cross_entropy' || formulaOf(loss)?.isSoftmax === true;

/** Whether a value is what {@link makeLoss} returns. */
export const isLoss = (given: unknown): given is Loss => isObject(given) && FORMULA in given;

/** A loss without options of its parts, whose value is a mean over the outputs of `elementLoss`. */
export const ofElements = (
  parts: readonly Part<Ref>[],
  more: Partial<Formula> & Pick<Formula, 'flop'>,
): Formula => ({
  target: 'values',
  parts: [use(wgsl.lossNoBegin), ...parts],
  value: use(wgsl.lossElements),
  slope: use(wgsl.lossElementsGradient),
  ...more,
});

export interface LossAttributes {
  readonly loss: Loss;
}

/** The shader part that reads a target from memory. */
export function targetPart(target: Node): Part<Ref> {
  return use(wgsl.targetMatrix, {
    constants: { TARGET_COLUMN4_COUNT: storageOf(target.spec).columns4 },
    bindings: { expected: ref(target) },
  });
}

/** The parts of a node's loss with its value, its slope, or both, but without its target. */
export const lossParts = (
  { attributes: { loss }, inputs }: Node<LossAttributes>,
  more: readonly Part<Ref>[],
): Part<Ref>[] => {
  const { parts, weights } = loss[FORMULA];
  return [...parts, ...more, ...(weights ? [weights.part(inputs[inputs.length - 1])] : [])];
};

/** A kernel of a loss whose target is in memory. */
function kernel(
  node: Node<LossAttributes>,
  which: 'value' | 'slope',
  own: readonly Part<Ref>[],
): Dispatch {
  const [outputs, target] = node.inputs;
  const formula = node.attributes.loss[FORMULA];
  return {
    label: node.name,
    parts: [
      ...own,
      ...outputParts(outputs),
      ...lossParts(node, [formula[which]]),
      formula.target === 'class' ? labelPart(target) : targetPart(target),
    ],
    grid: rowGrid(outputs, 64),
    flop: formula.flop[which] * sizeOf(outputs.spec.shape),
  };
}

/** The loss of each row of outputs [batch, C] or [batch, …, C] against a target: [rows]. The third input are the rows' weights. */
export const lossRowsOp: Op<LossAttributes> = {
  name: 'lossRows',
  residence: 'computed',
  loss: true,
  infer: ([outputs, target], { loss: { kind, [FORMULA]: formula } }) => {
    const [batch] = asMatrix(`the outputs of ${kind}`, outputs);
    if (formula.target === 'class') checkLabels(target, batch);
    else same(`outputs and target of ${kind}`, outputs, target);
    return spec([batch]);
  },
  gradient: ({ attributes, inputs: [outputs, target, ...made], graph }, dy, [, wantTarget]) => {
    const { kind, [FORMULA]: formula } = attributes.loss;
    if (wantTarget && !formula.isOfDifference) {
      throw new ShapeError(`${kind} has no gradient towards its target`);
    }
    const inputs = [outputs, target, dy, ...made];
    const slope = graph.add(lossGradientOp, inputs, attributes, `${kind} gradient`);
    return [slope, wantTarget ? scale(slope, -1) : null, null];
  },
  dispatch: (node) =>
    kernel(node, 'value', [use(wgsl.lossRowLosses, { bindings: { losses: ref(node) } })]),
};

/** The gradient of {@link lossRowsOp} from outputs, target, the gradient of the rows, and the rows' weights. */
export const lossGradientOp: Op<LossAttributes> = {
  name: 'lossGradient',
  residence: 'computed',
  loss: true,
  infer: ([outputs]) => outputs,
  dispatch: (node) =>
    kernel(node, 'slope', [
      use(wgsl.lossRowGradients, { bindings: { rowGradient: ref(node.inputs[2]) } }),
      use(wgsl.lossGradient, { bindings: { outputGradient: ref(node) } }),
    ]),
};

/**
 * The loss of each row of outputs [batch, C], or [batch, …, C] with as many dimensions of rows: [rows].
 *
 * @param target [rows] u32 for a loss of classes, else as the outputs
 */
export function lossRows(loss: Loss, outputs: Node, target: Node): Node {
  const { weights } = loss[FORMULA];
  const made = weights?.node(target, storageOf(outputs.spec).columns);
  const inputs = [outputs, target, ...(made ? [made] : [])];
  return graphOf(`${loss.kind}()`, outputs).add(lossRowsOp, inputs, { loss }, loss.kind);
}
