import { sizeOf } from '../../graph/tensor.ts';
import { concat } from '../../nn/functional.ts';
import { flatten, unflatten } from '../../nn/layers.ts';
import type { ReadNode } from '../format/read-model.ts';
import type { Form } from '../out/value.ts';
import { mustBe, numberOf, numbersOf } from './attributes.ts';
import { checkMade, type Network } from './network.ts';
import { Constant, Missing, Tensor, type Value } from './values.ts';
import { importGlobalAveragePool } from './windows.ts';

const CHANNELS_LAST = { channelsLast: true } as const;

/** A sample as a vector, in the order of the file. */
function vectorOf(x: Tensor, node: ReadNode, network: Network): Tensor {
  const { shape } = x.symbol;
  if (shape.length === 1) return x;
  if (x.form === 'plain') return network.apply(x, flatten(CHANNELS_LAST), node, 'plain');
  // A sequence is turned as an image of one row.
  const image =
    x.form === 'line'
      ? network.apply(x, unflatten([1, ...shape], CHANNELS_LAST), node, 'plain')
      : x;
  return network.apply(image, flatten(), node, 'plain');
}

/** A value in a shape of the file: what reads it says whether its channels are first. */
function reshaped(x: Tensor, to: readonly number[], node: ReadNode, network: Network): Tensor {
  const { shape } = x.symbol;
  if (`${to}` === `${x.shape}`) return x;
  if (sizeOf(to) !== sizeOf(shape)) {
    throw new Missing(`${node.op} of [${x.shape.join(', ')}] to [${to.join(', ')}]`);
  }
  if (to.length === 1) return vectorOf(x, node, network);
  const form = network.formOf(node.outputs[0], to.length + 1);
  if (form === 'plain') {
    const rows = x.form === 'plain' ? x : vectorOf(x, node, network);
    return network.apply(rows, unflatten(to, CHANNELS_LAST), node, form);
  }
  const [channels, ...sizes] = to;
  const own = [...sizes, channels];
  // Channels that stay first: only the pixels are counted in another way.
  const isKept = x.form === 'plain' ? channels === 1 : x.shape[0] === channels;
  if (isKept) return network.apply(x, unflatten(own, CHANNELS_LAST), node, form);
  const vector = vectorOf(x, node, network);
  const image = form === 'line' ? [1, ...own] : own;
  const made = network.apply(vector, unflatten(image), node, form);
  return form === 'line' ? network.apply(made, unflatten(own, CHANNELS_LAST), node, form) : made;
}

/** Sizes, and −1 for the one that the others leave. */
function sizesOf(x: Tensor, given: readonly number[], node: ReadNode): readonly number[] {
  const [batch, ...sizes] = given;
  const own = x.shape;
  const copied = sizes.map((size, i) => (size === 0 ? (own[i] ?? NaN) : size));
  const known = copied.filter((size) => size !== -1).reduce((all, size) => all * size, 1);
  const left = sizeOf(own) / known;
  const to = copied.map((size) => (size === -1 ? left : size));
  const isBatch = batch === 0 || batch === -1 || batch === 1 || Number.isNaN(batch);
  if (isBatch && to.length > 0 && to.every((size) => Number.isInteger(size) && size > 0)) return to;
  throw new Missing(
    `${node.op} of [batch, ${own.join(', ')}] to [${given.join(', ')}], which does not keep the batch`,
  );
}

export function importReshape(node: ReadNode, network: Network): Value {
  const value = network.input(node, 0);
  const shape = network.constant(node, 1);
  const given = shape ? Array.from(shape.values) : numbersOf(node, 'shape');
  if (!given || given.length > 8) throw new Missing('Reshape without a shape');
  if (value instanceof Constant) return foldedReshape(value, given, node);
  const x = network.tensor(node, 0);
  return reshaped(x, sizesOf(x, given, node), node, network);
}

function foldedReshape(value: Constant, given: readonly number[], node: ReadNode): Constant {
  const copied = given.map((size, i) => (size === 0 ? (value.shape[i] ?? NaN) : size));
  const known = copied.filter((size) => size !== -1).reduce((all, size) => all * size, 1);
  const shape = copied.map((size) => (size === -1 ? value.values.length / known : size));
  if (sizeOf(shape) === value.values.length && shape.every(Number.isInteger)) {
    return new Constant(value.origin, shape, value.values);
  }
  throw new Missing(`${node.op} of a constant to [${given.join(', ')}]`);
}

export function importFlatten(node: ReadNode, network: Network): Tensor {
  mustBe(node, 'axis', 1);
  return vectorOf(network.tensor(node, 0), node, network);
}

/** The axes of Squeeze and Unsqueeze: an attribute, or an input from opset 13 on. */
function axesOf(node: ReadNode, network: Network, rank: number): readonly number[] | undefined {
  const given = network.constant(node, 1);
  const axes = given ? Array.from(given.values) : numbersOf(node, 'axes');
  return axes?.map((axis) => (axis < 0 ? axis + rank : axis));
}

export function importSqueeze(node: ReadNode, network: Network): Value {
  const value = network.input(node, 0);
  const isConstant = value instanceof Constant;
  const shape = isConstant ? value.shape : [0, ...network.tensor(node, 0).shape];
  const axes =
    axesOf(node, network, shape.length) ?? [...shape.keys()].filter((i) => shape[i] === 1);
  if (axes.some((axis) => shape[axis] !== 1)) throw new Missing(`Squeeze of [${shape}] by ${axes}`);
  const to = shape.filter((_, i) => !axes.includes(i));
  if (isConstant) return new Constant(value.origin, to, value.values);
  return reshaped(network.tensor(node, 0), to.slice(1), node, network);
}

export function importUnsqueeze(node: ReadNode, network: Network): Value {
  const value = network.input(node, 0);
  const isConstant = value instanceof Constant;
  const shape = isConstant ? value.shape : [0, ...network.tensor(node, 0).shape];
  const more = (network.constant(node, 1)?.values ?? numbersOf(node, 'axes') ?? []).length;
  const rank = shape.length + more;
  const axes = axesOf(node, network, rank) ?? [];
  if (rank > 8 || (!isConstant && axes.includes(0))) throw new Missing(`Unsqueeze by ${axes}`);
  const rest = [...shape];
  const to = Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : (rest.shift() ?? 1)));
  if (isConstant) return new Constant(value.origin, to, value.values);
  return reshaped(network.tensor(node, 0), to.slice(1), node, network);
}

/** Orders of dimensions that lead from one form to another. */
const TURNS: Readonly<Record<string, readonly [from: Form, to: Form]>> = {
  '0,2,3,1': ['channels', 'plain'],
  '0,3,1,2': ['plain', 'channels'],
};

export function importTranspose(node: ReadNode, network: Network): Value {
  const value = network.input(node, 0);
  const rank =
    value instanceof Constant ? value.shape.length : network.tensor(node, 0).shape.length + 1;
  const order = numbersOf(node, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (value instanceof Constant) return foldedTranspose(value, order, network);
  const x = network.tensor(node, 0);
  if (order.every((from, to) => from === to)) return x;
  const [from, to] = TURNS[`${order}`] ?? [];
  if (to && x.form === from) return new Tensor(x.symbol, to);
  if (`${order}` === '0,2,1' && rank === 3) {
    return new Tensor(x.symbol, x.form === 'line' ? 'plain' : 'line');
  }
  throw new Missing(`Transpose of [batch, ${x.shape.join(', ')}] to the order ${order.join(', ')}`);
}

function foldedTranspose(value: Constant, order: readonly number[], network: Network): Constant {
  const { shape, values, origin, isTurned } = value;
  const isOrder = [...order].sort().every((axis, i) => axis === i) && order.length === shape.length;
  if (!isOrder) throw new Missing(`Transpose of a constant to the order ${order.join(', ')}`);
  network.spend(values.length);
  const to = order.map((axis) => shape[axis]);
  const steps = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const moved = new Float32Array(values.length);
  const at = to.map(() => 0);
  for (let i = 0; i < moved.length; i++) {
    moved[i] = values[at.reduce((sum, index, axis) => sum + index * steps[order[axis]], 0)];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      at[axis] = (at[axis] + 1) % to[axis];
      if (at[axis] > 0) break;
    }
  }
  return new Constant(origin, to, moved, shape.length === 2 && `${order}` === '1,0' && !isTurned);
}

/** The mean of images or of sequences for each channel, or of rows, which no layer computes. */
export function importReduceMean(node: ReadNode, network: Network): Tensor {
  const x = network.tensor(node, 0);
  const rank = x.shape.length + 1;
  const axes = [...(axesOf(node, network, rank) ?? [])].sort();
  const wanted = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  if (x.form === 'plain' || `${axes}` !== `${wanted}`) {
    throw new Missing(`ReduceMean of [batch, ${x.shape.join(', ')}] over ${axes.join(', ')}`);
  }
  const pooled = importGlobalAveragePool(node, network);
  return numberOf(node, 'keepdims', 1) === 1 ? pooled : vectorOf(pooled, node, network);
}

/** The sizes of a value, of which the batch's is not known. */
export function importShape(node: ReadNode, network: Network): Constant {
  const value = network.input(node, 0);
  if (value instanceof Constant)
    return new Constant(value.origin, [value.shape.length], value.shape);
  const { shape } = network.tensor(node, 0);
  const sizes = [NaN, ...shape];
  const from = numberOf(node, 'start', 0);
  const end = node.attributes.has('end') ? numberOf(node, 'end', 0) : sizes.length;
  const taken = sizes.slice(from, end);
  return new Constant('', [taken.length], taken);
}

const isShort = (one: Value): one is Constant =>
  one instanceof Constant && one.shape.length <= 1 && one.values.length <= 16;

/** Sizes of a list of sizes. */
export function importSizes(node: ReadNode, network: Network): Constant | undefined {
  const all = node.inputs.map((_, i) => network.input(node, i));
  if (all.length === 0 || !all.every(isShort)) return undefined;
  const [list, ...rest] = all.map(({ values }) => Array.from(values));
  let taken: readonly number[] | undefined;
  if (node.op === 'Concat') taken = [...list, ...rest.flat()];
  else if (node.op === 'Gather') taken = rest[0]?.map((i) => list[i < 0 ? i + list.length : i]);
  else if (node.op === 'Slice' && (rest[3]?.[0] ?? 1) === 1)
    taken = list.slice(...rest.slice(0, 2).flat());
  if (!taken || taken.length > 16 || taken.includes(undefined as never)) {
    throw new Missing(`${node.op} of sizes`);
  }
  const isScalar = node.op === 'Gather' && all[1].shape.length === 0;
  return new Constant('', isScalar ? [] : [taken.length], taken);
}

export function importConcat(node: ReadNode, network: Network): Value {
  const sizes = importSizes(node, network);
  if (sizes) return sizes;
  const all = node.inputs.map((_, i) => network.tensor(node, i));
  const axis = numberOf(node, 'axis', 1);
  if (all.some(({ symbol }) => symbol.shape.length !== 1) || (axis !== 1 && axis !== -1)) {
    throw new Missing(`Concat of other values than vectors, with axis ${axis}`);
  }
  const made = concat(all.map(({ symbol }) => symbol));
  checkMade(made.shape, all[0].symbol.shape);
  return new Tensor(made, 'plain');
}
