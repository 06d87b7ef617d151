import { type Part, scoped, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Node, sourceOf } from '../graph/graph.ts';
import { isOf, type Ref, ref } from '../graph/op.ts';
import type { Fusion, FusionView } from '../graph/planner.ts';
import { sizeOf, storageOf } from '../graph/tensor.ts';
import { batchMeanGradientOp } from '../ops/batch_mean.ts';
import { hitsOp } from '../ops/classify.ts';
import { isOne } from '../ops/constant.ts';
import { bindingsOf, featureParts, featuresOp } from '../ops/features.ts';
import {
  FORMULA,
  type LossAttributes,
  lossGradientOp,
  lossParts,
  lossRowsOp,
  targetPart,
} from '../ops/loss.ts';
import { ignoredPart, labelPart, oneHotOp } from '../ops/one_hot.ts';
import { outputParts, rowGrid } from '../ops/rows.ts';
import { dataLabels, isLabels } from '../ops/sources.ts';
import { weighOp } from '../ops/weigh.ts';

/** Why a loss that reads weights is not fused with more. */
export const NO_ROOM = 'it reads weights, which leaves no binding for the loss';

/** A loss, and the nodes in the same dispatch. */
export interface LossFusion {
  /** The loss of each row, weighted if the samples have weights. */
  readonly rows: Node;
  readonly weighed: boolean;
  /** Whether the loss itself reads a buffer, such as weights of classes. */
  readonly isBound: boolean;
  readonly outputs: Node;
  /** The gradient of the mean loss with respect to the outputs; undefined in evaluation. */
  readonly gradient: Node | undefined;
  readonly hits: Node | undefined;
  /** The classes that are read; undefined if neither the target nor the hits need classes. */
  readonly labels: Node | undefined;
  readonly covers: readonly Node[];
  /** The loss, its slope if there is a gradient, and the reading of the target. */
  readonly parts: readonly Part<Ref>[];
}

/** Every loss of the graph. */
export function lossFusions(view: FusionView): LossFusion[] {
  return view.open.flatMap((node) => (isOf(node, lossRowsOp) ? [lossFusion(node, view)] : []));
}

/**
 * The loss of each row, the hits, and the gradient of the mean loss with respect to the outputs, in one dispatch. It
 * reads labels, one-hot targets and image targets directly from the data set.
 */
export function fuseLoss(view: FusionView): Fusion[] {
  return lossFusions(view).map(
    ({ rows, outputs, gradient, hits, covers, parts }): Fusion => ({
      covers,
      dispatch: {
        label: 'loss',
        parts: [
          use(wgsl.lossRows, { bindings: { losses: ref(rows) } }),
          ...outputParts(outputs),
          ...parts,
          gradient
            ? use(wgsl.lossGradient, { bindings: { outputGradient: ref(gradient) } })
            : use(wgsl.lossNoGradient),
          hits
            ? use(wgsl.metricsWriteHit, { bindings: { hits: ref(hits) } })
            : use(wgsl.metricsWriteNoHit),
        ],
        grid: rowGrid(outputs, 16),
        flop: 8 * sizeOf(outputs.spec.shape),
      },
    }),
  );
}

/** The loss times its samples' weights, if nothing else reads it. */
function weighedOf(rows: Node, view: FusionView): Node | undefined {
  const [reader, ...others] = view.consumers(rows);
  return isOf(reader, weighOp) && others.length === 0 && !view.kept(rows) ? reader : undefined;
}

/** A loss and its slope times the weight of the row. */
const weighedParts = (value: Part<Ref>, slope: Part<Ref> | undefined): Part<Ref>[] => [
  use(wgsl.lossWeighed),
  ...(slope ? [use<'loss/weighed_gradient', Ref>(wgsl.lossWeighedGradient)] : []),
  ...scoped('plain', slope ? [value, slope] : [value]),
];

function lossFusion(plainRows: Node<LossAttributes>, view: FusionView): LossFusion {
  const { loss } = plainRows.attributes;
  const formula = loss[FORMULA];
  const [outputs, target] = plainRows.inputs.map(sourceOf);
  const weighed = weighedOf(plainRows, view);
  const rows = weighed ?? plainRows;
  const readers = view.consumers(outputs);
  const gradient = readers.find(
    (reader) =>
      isOf(reader, lossGradientOp) &&
      reader.attributes.loss === loss &&
      sourceOf(reader.inputs[1]) === target &&
      ofMean(reader.inputs[2], view, weighed !== undefined),
  );
  const classes = isOf(target, oneHotOp) ? target.inputs[0] : target;
  const { isBound = false } = formula;
  let hits: Node | undefined = readers.find(
    (reader) =>
      isOf(reader, hitsOp) &&
      sameLabels(reader.inputs[1], target) &&
      reader.attributes.ignored === formula.ignored,
  );
  if (hits && weighed && isBound) {
    view.decline(hits, NO_ROOM);
    hits = undefined;
  }
  const covers: Node[] = [plainRows];
  if (weighed) covers.push(weighed);
  if (gradient) {
    // The inputs of the row weights: the mean's gradient, and the samples' weights.
    const made: Node[] = [];
    for (let node = gradient.inputs[2]; node; node = node.inputs[0]) made.unshift(node);
    covers.push(...made, gradient);
  }
  if (hits) covers.push(hits);
  const slope = gradient && formula.slope;
  const parts = lossParts(
    plainRows,
    weighed ? weighedParts(formula.value, slope) : [formula.value, ...(slope ? [slope] : [])],
  );

  if (hits) parts.push(ignoredPart(formula.ignored));

  // Nodes that only covered nodes read need not be in memory.
  const covered = new Set(covers);
  const within = (node: Node): boolean =>
    !view.kept(node) && view.consumers(node).every((reader) => covered.has(reader));
  // In the dispatch of the head, one binding is left for the target.
  const isGathered = isOf(target, featuresOp) && bindingsOf(target.attributes) <= 1;
  if (formula.target === 'values') {
    if (isOf(target, oneHotOp) && within(target)) {
      covers.push(target);
      covered.add(target);
      parts.push(use(wgsl.targetOneHot));
    } else if (isGathered) {
      parts.push(
        use(wgsl.targetFeatures, {
          constants: { TARGET_COLUMN4_COUNT: storageOf(target.spec).columns4 },
        }),
        ...featureParts(target.attributes),
      );
      if (within(target)) covers.push(target);
    } else {
      parts.push(targetPart(target));
    }
  }
  const labels = hits || formula.target === 'class' || covered.has(target) ? classes : undefined;
  if (labels) {
    parts.push(...(isLabels(labels) ? dataLabels(labels) : [labelPart(labels)]));
    if (isLabels(labels) && within(labels)) covers.push(labels);
  }
  return {
    rows,
    weighed: weighed !== undefined,
    isBound,
    outputs,
    gradient,
    hits,
    labels,
    covers,
    parts,
  };
}

/**
 * Whether row weights are the gradient of the mean loss, with one reader.
 *
 * @param weighed whether they must also be multiplied by the samples' weights
 */
function ofMean(weights: Node, view: FusionView, weighed = false): boolean {
  if (weighed) {
    return (
      isOf(weights, weighOp) &&
      view.consumers(weights).length === 1 &&
      !view.kept(weights) &&
      ofMean(weights.inputs[0], view)
    );
  }
  return (
    isOf(weights, batchMeanGradientOp) &&
    isOne(weights.inputs[0]) &&
    view.consumers(weights).length === 1 &&
    view.consumers(weights.inputs[0]).length === 1 &&
    !view.kept(weights) &&
    !view.kept(weights.inputs[0])
  );
}

function sameLabels(labels: Node, target: Node): boolean {
  return labels === target || (isOf(target, oneHotOp) && target.inputs[0] === labels);
}
