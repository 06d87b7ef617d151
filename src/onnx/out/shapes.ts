import type { Node } from '../../graph/graph.ts';
import type { ColumnsAttributes } from '../../ops/concat.ts';
import type { TurnAttributes } from '../../ops/turn.ts';
import type { Context } from './context.ts';
import { reshapeTo } from './writer.ts';

/** The same elements in another shape. A vector of each sample is a Flatten, as PyTorch's. */
function reshaped(from: string, isBatch: boolean, shape: readonly number[], context: Context) {
  const { writer } = context;
  if (isBatch && shape.length === 2) return writer.add('Flatten', [from], { axis: 1 });
  return writer.add('Reshape', [from, writer.integers(reshapeTo(isBatch, shape))]);
}

/** Whether a shape is that of images of one row, and the other one that of the sequences that they are. */
const isLine = (image: readonly number[], sequence: readonly number[]): boolean =>
  image.length === 4 && image[1] === 1 && `${[image[0], ...image.slice(2)]}` === `${sequence}`;

export function exportReshape(node: Node, context: Context): void {
  const x = context.value(node.inputs[0]);
  const { shape } = node.spec;
  if (`${shape}` === `${x.shape}`) {
    context.share(node, x);
    return;
  }
  const intoLine = isLine(shape, x.shape);
  if (intoLine || (x.form !== 'plain' && isLine(x.shape, shape))) {
    context.set(node, x.in('line'), 'line');
    return;
  }
  const isBatch = context.isBatch(node);
  const from = x.in(x.isFlat ? x.form : 'plain');
  const channels = shape[3];
  if (isBatch && shape.length === 4 && channels === 1) {
    // Images of one channel are the same with channels first.
    const to = [shape[0], channels, shape[1], shape[2]];
    context.set(node, reshaped(from, true, to, context), 'channels');
    return;
  }
  context.set(node, reshaped(from, isBatch, shape, context));
}

/** Each sample as a matrix [a, b], transposed: images as vectors channel by channel, and back. */
export function exportTurn(node: Node<TurnAttributes>, context: Context): void {
  const x = context.value(node.inputs[0]);
  const { shape } = node.spec;
  const [a, b] = node.attributes.turn;
  const [, height, width, channels] = x.shape;
  if (x.shape.length === 4 && b === channels && a === height * width) {
    context.set(node as Node, reshaped(x.in('channels'), true, shape, context));
    return;
  }
  const to = [shape[0], a, shape[1], shape[2]];
  context.set(node as Node, reshaped(x.in('plain'), true, to, context), 'channels');
}

export function exportConcat(node: Node, context: Context): void {
  const [x, y] = node.inputs.map((input) => context.value(input));
  const axis = x.form === 'plain' ? x.shape.length - 1 : 1;
  const joined = context.writer.add('Concat', [x.in(x.form), y.in(x.form)], { axis });
  context.set(node, joined, x.form);
}

export function exportColumns(node: Node<ColumnsAttributes>, context: Context): void {
  const { first, count } = node.attributes;
  const { writer } = context;
  const bounds = [[first], [first + count], [-1]].map((one) => writer.integers(one));
  const taken = writer.add('Slice', [context.of(node.inputs[0]), ...bounds]);
  context.set(node as Node, taken);
}
