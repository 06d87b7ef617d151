import type { Node } from '../../graph/graph.ts';
import type { RowNormAttributes } from '../../ops/row_norm.ts';
import type { ColumnScaleAttributes } from '../../ops/standardise_columns.ts';
import { Float } from '../format/model.ts';
import type { Context } from './context.ts';
import type { Form } from './value.ts';

/** The weight and the bias that alone read a norm's result, if they are there, and the last node of them. */
function affineOf(node: Node, context: Context) {
  const scaled = context.follower(node, 'scaleColumns');
  const added = scaled && context.follower(scaled.node, 'addBias');
  return { weight: scaled?.vector, bias: added?.vector, last: added?.node ?? scaled?.node ?? node };
}

/** A vector of a norm, or the same number for each column. */
function vectorOf(
  vector: Node | undefined,
  usual: number,
  width: number,
  context: Context,
): string {
  return vector ? context.of(vector) : context.writer.floats(new Float32Array(width).fill(usual));
}

/** A batch norm with running statistics, which lie in the file as they are. */
export function exportStandardiseColumns(
  node: Node<ColumnScaleAttributes>,
  context: Context,
): void {
  const [x, mean, variance] = node.inputs;
  const { shape } = node.spec;
  const width = shape[shape.length - 1];
  const { weight, bias, last } = affineOf(node as Node, context);
  const forms: readonly Form[] = ['plain', 'line', 'channels'];
  const { form: found } = context.value(x);
  const form = found === 'line' ? found : forms[shape.length - 2];
  const inputs = [
    context.of(x, form),
    vectorOf(weight, 1, width, context),
    vectorOf(bias, 0, width, context),
    context.of(mean),
    context.of(variance),
  ];
  const epsilon = new Float(node.attributes.epsilon);
  context.set(last, context.writer.add('BatchNormalization', inputs, { epsilon }), form);
}

export function exportRowNorm(node: Node<RowNormAttributes>, context: Context): void {
  const { centred, epsilon } = node.attributes;
  const x = context.of(node.inputs[0]);
  const { writer } = context;
  if (centred) {
    const { shape } = node.spec;
    const { weight, bias, last } = affineOf(node as Node, context);
    const scale = vectorOf(weight, 1, shape[shape.length - 1], context);
    const inputs = [x, scale, ...(bias ? [context.of(bias)] : [])];
    const attributes = { axis: -1, epsilon: new Float(epsilon) };
    context.set(last, writer.add('LayerNormalization', inputs, attributes));
    return;
  }
  // RMSNormalization is of opset 23.
  const square = writer.add('Mul', [x, x]);
  const mean = writer.add('ReduceMean', [square], { axes: [-1], keepdims: 1 });
  const root = writer.add('Sqrt', [writer.add('Add', [mean, writer.number(epsilon)])]);
  context.set(node as Node, writer.add('Div', [x, root]));
}

export function exportSoftmax(node: Node, context: Context): void {
  context.set(node, context.writer.add('Softmax', [context.of(node.inputs[0])], { axis: -1 }));
}
