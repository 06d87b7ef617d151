import { type Node, sourceOf } from '../../graph/graph.ts';
import { isOf } from '../../graph/op.ts';
import type { FusionView } from '../../graph/planner.ts';
import { type Activation, activationGradientOp, activationOp } from '../../ops/activation.ts';
import { addBiasOp, columnSumsOp } from '../../ops/bias.ts';
import { type DropoutAttributes, dropoutOp } from '../../ops/dropout.ts';
import { type FeatureAttributes, featuresOp } from '../../ops/features.ts';
import { matmulOp } from '../../ops/matmul.ts';
import { type UpdateAttributes, updateOp } from '../../ops/update.ts';
import { type LossFusion, lossFusions } from '../loss.ts';

/** The forward pass of a layer: H = dropout(activation(X · W + b)). Activation and dropout are optional. */
export interface DenseLayer {
  readonly weight: Node;
  readonly bias: Node;
  readonly input: Node;
  /** The tensor that the next layer or the loss reads. */
  readonly output: Node;
  readonly activated: Node<Activation> | undefined;
  readonly dropped: Node<DropoutAttributes> | undefined;
  readonly nodes: readonly Node[];
}

/** A layer and how a step trains it. */
export interface TrainedLayer extends DenseLayer {
  /** The gradient of X · W + b. */
  readonly slope: Node;
  /** The nodes that compute it, itself included, from the next layer's slope, or from the loss. */
  readonly back: readonly Node[];
  /** The update of the weight. */
  readonly step: Node<UpdateAttributes>;
  /** The gradients of weight and bias and their updates. */
  readonly updates: readonly Node[];
}

/** The training of a multilayer perceptron, from the batch's images to the updates. */
export interface TrainedNetwork {
  readonly images: Node<FeatureAttributes>;
  readonly layers: readonly TrainedLayer[];
  readonly loss: LossFusion;
}

/** Every loss of the graph whose network consists of dense layers on images. */
export function trainedNetworks(view: FusionView): TrainedNetwork[] {
  return lossFusions(view).flatMap((loss) => {
    const layers: DenseLayer[] = [];
    let end: Node = loss.outputs;
    for (let layer = layerTo(end); layer; layer = layerTo(end)) {
      layers.unshift(layer);
      end = layer.input;
    }
    const trained = isOf(end, featuresOp) ? train(layers, loss, view) : undefined;
    return isOf(end, featuresOp) && trained ? [{ images: end, layers: trained, loss }] : [];
  });
}

function layerTo(output: Node): DenseLayer | undefined {
  const dropped = isOf(output, dropoutOp) ? output : undefined;
  const below = dropped ? sourceOf(dropped.inputs[0]) : output;
  const activated = isOf(below, activationOp) ? below : undefined;
  const biased = activated ? sourceOf(activated.inputs[0]) : below;
  if (!isOf(biased, addBiasOp)) return undefined;
  const [product, bias] = biased.inputs;
  if (!isOf(product, matmulOp) || product.attributes.transposeA || product.attributes.transposeB) {
    return undefined;
  }
  const [input, weight] = product.inputs;
  const nodes = [product, biased, ...(activated ? [activated] : []), ...(dropped ? [dropped] : [])];
  return { weight, bias, input: sourceOf(input), output, activated, dropped, nodes };
}

/** Finds the slopes, from the loss back, and each layer's update; undefined if one is missing. */
function train(
  layers: readonly DenseLayer[],
  loss: LossFusion,
  view: FusionView,
): TrainedLayer[] | undefined {
  const trained: TrainedLayer[] = [];
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i];
    if (layer.activated?.attributes.from === 'input') {
      view.decline(
        layer.activated,
        'not in the plan of three dispatches: its gradient needs its input',
      );
      return undefined;
    }
    const next: TrainedLayer | undefined = trained[0];
    const back = next ? backTo(layer, next, view) : fromLoss(layer, loss, view);
    const slope = back?.[back.length - 1];
    const update = slope && updatesOf(layer, slope, view);
    if (!back || !slope || !update) return undefined;
    trained.unshift({ ...layer, slope, back, ...update });
  }
  return trained;
}

function fromLoss({ activated, dropped }: DenseLayer, loss: LossFusion, view: FusionView) {
  if (!loss.gradient || dropped) return undefined;
  if (!activated) return [loss.gradient];
  const slope = view
    .consumers(loss.gradient)
    .find((node) => isOf(node, activationGradientOp) && node.inputs[1] === activated);
  return slope && [slope];
}

function backTo({ activated, dropped }: DenseLayer, next: TrainedLayer, view: FusionView) {
  const product = view
    .consumers(next.slope)
    .find((node) => isOf(node, matmulOp) && node.inputs[1] === next.weight);
  if (!isOf(product, matmulOp) || product.attributes.transposeA || !product.attributes.transposeB) {
    return undefined;
  }
  const [reader] = view.consumers(product);
  const masked = isOf(reader, dropoutOp) ? reader : undefined;
  if (masked?.attributes.layer !== dropped?.attributes.layer) return undefined;
  const slope = masked ? view.consumers(masked)[0] : reader;
  if (!activated || !isOf(slope, activationGradientOp) || slope.inputs[1] !== activated) {
    return undefined;
  }
  return masked ? [product, masked, slope] : [product, slope];
}

function updatesOf({ input, weight, bias }: DenseLayer, slope: Node, view: FusionView) {
  const readers = view.consumers(slope);
  const gradient = readers.find(
    (node) =>
      isOf(node, matmulOp) &&
      node.attributes.transposeA &&
      !node.attributes.transposeB &&
      sourceOf(node.inputs[0]) === input,
  );
  const sums = readers.find((node) => isOf(node, columnSumsOp));
  const own = gradient && stepOf(gradient, view);
  const ofBias = sums && stepOf(sums, view);
  if (gradient && !own) {
    view.decline(gradient, 'not in the plan of three dispatches: its gradient must be in memory');
  }
  if (!own || !ofBias) return undefined;
  const { step } = own;
  if (step.inputs[0] !== weight || ofBias.step.inputs[0] !== bias) return undefined;
  if (ofBias.step.attributes.rule !== step.attributes.rule) return undefined;
  return { step, updates: [...own.nodes, ...ofBias.nodes] };
}

/** The update that alone reads a gradient, and the nodes from the gradient to it. */
function stepOf(
  gradient: Node,
  view: FusionView,
): { readonly step: Node<UpdateAttributes>; readonly nodes: readonly Node[] } | undefined {
  const nodes = [gradient];
  for (
    let [next, ...others] = view.consumers(gradient);
    next;
    [next, ...others] = view.consumers(next)
  ) {
    if (others.length > 0) return undefined;
    nodes.push(next);
    if (isOf(next, updateOp)) return { step: next, nodes };
    if (!next.op.updating) return undefined;
  }
  return undefined;
}
