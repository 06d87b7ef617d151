import type { Node } from '../../graph/graph.ts';
import type { Activation } from '../../ops/activation.ts';
import type { ConstantAttributes } from '../../ops/constant.ts';
import type { ScaleAttributes } from '../../ops/scale.ts';
import { functionOf } from './activations.ts';
import type { Context } from './context.ts';

/** f(x) of each element, in the order in which x is. A caller's function has none. */
export function exportActivation(node: Node<Activation>, context: Context): void {
  const x = context.value(node.inputs[0]);
  const f = functionOf(node);
  if (f) context.set(node, f(x.in(x.form), context.writer), x.form);
}

/** x + y, in the order in which x is. */
export function exportAdd(node: Node, context: Context): void {
  const [x, y] = node.inputs.map((input) => context.value(input));
  context.set(node, context.writer.add('Add', [x.in(x.form), y.in(x.form)]), x.form);
}

/** x with a vector along the last dimension. */
const withVector = (op: string) => (node: Node, context: Context) => {
  const [x, vector] = node.inputs;
  context.set(node, context.writer.add(op, [context.of(x), context.of(vector)]));
};

export const exportAddBias = withVector('Add');
export const exportScaleColumns = withVector('Mul');

export function exportScale(node: Node<ScaleAttributes>, context: Context): void {
  const x = context.value(node.inputs[0]);
  const { writer } = context;
  const scaled = writer.add('Mul', [x.in(x.form), writer.number(node.attributes.factor)]);
  context.set(node, scaled, x.form);
}

export function exportConstant(node: Node<ConstantAttributes>, context: Context): void {
  context.set(node, context.writer.number(node.attributes.value));
}
