import type { Node } from '../../graph/graph.ts';
import { type AttentionAttributes, sizesOf } from '../../ops/attention.ts';
import { TYPES } from '../format/model.ts';
import type { Context } from './context.ts';

/** The rows of a table at tokens. Those of the graph's input are integers already. */
export function exportEmbed(node: Node, context: Context): void {
  const [tokens, table] = node.inputs;
  const { writer } = context;
  const numbers = context.of(tokens);
  const integers = context.isToken(tokens)
    ? numbers
    : writer.add('Cast', [numbers], { to: TYPES.int64 });
  context.set(node, writer.add('Gather', [context.of(table), integers]));
}

export function exportAddPositions(node: Node, context: Context): void {
  const [x, table] = node.inputs;
  const { writer } = context;
  const [, time] = node.spec.shape;
  let positions = context.of(table);
  if (time < table.spec.shape[0]) {
    const bounds = [[0], [time], [0]].map((one) => writer.integers(one));
    positions = writer.add('Slice', [positions, ...bounds]);
  }
  context.set(node, writer.add('Add', [context.of(x), positions]));
}

/** softmax(q · kᵀ / √head, of earlier positions alone) · v for each head, of queries, keys and values side by side. */
export function exportAttention(node: Node<AttentionAttributes>, context: Context): void {
  const [qkv] = node.inputs;
  const { time, heads, head, width, scale } = sizesOf(qkv.spec, node.attributes.heads);
  const { writer } = context;
  const thirds = writer.split(
    'Split',
    [context.of(qkv), writer.integers([width, width, width])],
    3,
    { axis: 2 },
  );
  const ofHeads = writer.integers([0, time, heads, head]);
  const [q, k, v] = thirds.map((third, i) =>
    writer.add('Transpose', [writer.add('Reshape', [third, ofHeads])], {
      perm: i === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3],
    }),
  );
  const products = writer.add('Mul', [writer.add('MatMul', [q, k]), writer.number(scale)]);
  // −∞ above the diagonal. It is made when the graph is loaded: a table of it would grow with the square of the length.
  const full = writer.add('ConstantOfShape', [writer.integers([time, time])], {
    value: { type: 'float', shape: [1], values: Float32Array.of(-Infinity) },
  });
  const mask = writer.add('Trilu', [full, writer.integers([1], [])], { upper: 1 });
  const shares = writer.add('Softmax', [writer.add('Add', [products, mask])], { axis: -1 });
  const found = writer.add('Transpose', [writer.add('MatMul', [shares, v])], {
    perm: [0, 2, 1, 3],
  });
  const joined = writer.add('Reshape', [found, writer.integers([0, time, width])]);
  context.set(node as Node, joined);
}
