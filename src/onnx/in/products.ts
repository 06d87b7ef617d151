import {
  embedding,
  layerNorm,
  linear,
  positionalEmbedding,
  softmax,
  transposed,
  unembedding,
} from '../../nn/layers.ts';
import type { ReadNode } from '../format/read-model.ts';
import { mustBe, numberOf } from './attributes.ts';
import type { Network } from './network.ts';
import { Constant, Missing, type Tensor } from './values.ts';
import { short } from './windows.ts';

/** A value whose last dimension is the columns. @throws Missing if its channels are first */
function rowsOf(node: ReadNode, at: number, network: Network): Tensor {
  const x = network.tensor(node, at);
  if (x.form === 'plain') return x;
  throw new Missing(
    `${node.op} of [${x.shape.join(', ')}] with channels first; only Flatten and convolutions take it`,
  );
}

/** A constant whose numbers are a vector of a width, with ones before it or without. */
const isVector = (one: Constant, width: number): boolean =>
  one.values.length === width && one.shape.at(-1) === width;

/** The bias that alone reads a product, and its node, which is done with it. */
function biasBehind({ outputs: [name] }: ReadNode, width: number, network: Network) {
  const next = network.reader(name);
  if (next?.op !== 'Add' || next.domain !== '') return undefined;
  const bias = network.find(next.inputs.find((one) => one !== name));
  if (!(bias instanceof Constant) || !isVector(bias, width)) return undefined;
  network.cover(next);
  return { node: next, bias };
}

interface Product {
  readonly weight: Constant;
  /** Its numbers as [out, in]. */
  readonly values: ArrayLike<number>;
  readonly inputs: number;
  readonly outputs: number;
}

/** Applies a linear layer, with the bias of the Add that alone reads it. */
function linearOf(node: ReadNode, x: Tensor, product: Product, network: Network, own?: Constant) {
  const { weight, values, inputs, outputs } = product;
  const next = own ? undefined : biasBehind(node, outputs, network);
  const bias = own ?? next?.bias;
  const layer = linear(inputs, outputs, { bias: bias !== undefined });
  const given = bias ? { weight, bias } : { weight };
  const named = node.name === '' && next ? next.node : node;
  const y = network.apply(x, layer, named, 'plain', given, { weight: values });
  if (next) network.set(next.node.outputs[0], y);
  return y;
}

export function importGemm(node: ReadNode, network: Network): Tensor {
  const x = rowsOf(node, 0, network);
  mustBe(node, 'transA', 0);
  mustBe(node, 'alpha', 1);
  mustBe(node, 'beta', 1);
  const weight = network.constant(node, 1);
  const bias = network.constant(node, 2);
  if (weight?.shape.length !== 2) throw new Missing('Gemm without a matrix of constants');
  const [first, second] = weight.shape;
  const turned = numberOf(node, 'transB', 0) === 1;
  const [outputs, inputs] = turned ? [first, second] : [second, first];
  if (bias && !isVector(bias, outputs)) throw new Missing(`Gemm with C [${bias.shape.join(', ')}]`);
  const values = turned ? weight.values : outIn(weight, network);
  return linearOf(node, x, { weight, values, inputs, outputs }, network, bias);
}

/** The numbers of [in, out] as [out, in]. */
function outIn({ values, shape: [inputs, outputs] }: Constant, network: Network): Float32Array {
  network.spend(values.length);
  return transposed(Float32Array.from(values), inputs, outputs);
}

export function importMatMul(node: ReadNode, network: Network): Tensor {
  const x = rowsOf(node, 0, network);
  const weight = network.constant(node, 1);
  if (weight?.shape.length !== 2) throw new Missing('MatMul without a matrix of constants');
  const [inputs, outputs] = weight.shape;
  const table = weight.isTurned ? network.tables.get(weight.origin) : undefined;
  if (table && table.parameters[0].shape[1] === inputs) {
    return network.apply(x, unembedding(table), node, 'plain');
  }
  const product = { weight, values: outIn(weight, network), inputs, outputs };
  return linearOf(node, x, product, network);
}

/** The rows of a table at tokens. */
export function importGather(node: ReadNode, network: Network): Tensor {
  const table = network.constant(node, 0);
  const tokens = network.tensor(node, 1);
  mustBe(node, 'axis', 0);
  if (table?.shape.length !== 2 || tokens.form !== 'plain') throw new Missing('Gather of no table');
  const [count, width] = table.shape;
  const made = network.apply(tokens, embedding(count, width), node, 'plain', { weight: table });
  const { layer } = network.applied[network.applied.length - 1];
  network.tables.set(table.origin, layer);
  return made;
}

/** A learned vector for each position, if a constant is one of those. */
export function importPositions(node: ReadNode, x: Tensor, table: Constant, network: Network) {
  const { shape } = x.symbol;
  const [time, width] = table.shape.slice(-2);
  if (x.form !== 'plain' || shape.length !== 2 || table.values.length !== time * width) return;
  if (shape[0] !== time || shape[1] !== width) return;
  const layer = positionalEmbedding(time, width);
  return network.apply(x, layer, node, 'plain', { weight: table });
}

export function importLayerNormalization(node: ReadNode, network: Network): Tensor {
  const x = rowsOf(node, 0, network);
  const axis = numberOf(node, 'axis', -1);
  const weight = network.constant(node, 1);
  const bias = network.constant(node, 2);
  const width = x.shape[x.shape.length - 1];
  if ((axis !== -1 && axis !== x.shape.length) || !weight || !isVector(weight, width)) {
    throw new Missing('LayerNormalization over other dimensions than the last one');
  }
  const layer = layerNorm(width, { eps: short(numberOf(node, 'epsilon', 1e-5)) });
  const values = bias ? {} : { bias: new Float32Array(width) };
  return network.apply(x, layer, node, 'plain', bias ? { weight, bias } : { weight }, values);
}

/** Along the last dimension; of images with channels first, along the channels. */
export function importSoftmax(node: ReadNode, network: Network): Tensor {
  const x = network.tensor(node, 0);
  const rank = x.shape.length + 1;
  const axis = numberOf(node, 'axis', network.opset < 13 ? 1 : -1);
  const last = x.form === 'plain' ? rank - 1 : 1;
  if ((axis + rank) % rank !== last) throw new Missing(`Softmax with axis ${axis}`);
  return network.apply(x, softmax(), node, x.form);
}
