import type { Node } from '../../graph/graph.ts';
import type { Activation } from '../../ops/activation.ts';
import * as ours from '../../ops/activations.ts';
import { Float } from '../format/model.ts';
import type { GraphWriter } from './writer.ts';

/** A function of each element of a value: the name of the result. */
type Function = (
  x: string,
  writer: GraphWriter,
  constants: Readonly<Record<string, number>>,
) => string;

const operator =
  (op: string, attribute?: readonly [name: string, constant: string]): Function =>
  (x, writer, constants) =>
    writer.add(op, [x], attribute ? { [attribute[0]]: new Float(constants[attribute[1]]) } : {});

/** x · ½ (1 + f). */
const gated = (x: string, f: string, writer: GraphWriter): string => {
  const sum = writer.add('Add', [f, writer.number(1)]);
  return writer.add('Mul', [writer.add('Mul', [x, sum]), writer.number(0.5)]);
};

/** x · Φ(x) = x · ½ (1 + erf(x / √2)): opset 17 has no operator for it, and runtimes know this form. */
const gelu: Function = (x, writer) => {
  const scaled = writer.add('Div', [x, writer.number(Math.SQRT2)]);
  return gated(x, writer.add('Erf', [scaled]), writer);
};

/** x · ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), Hendrycks and Gimpel 2016. */
const geluTanh: Function = (x, writer) => {
  const cube = writer.add('Mul', [writer.add('Mul', [x, x]), x]);
  const more = writer.add('Mul', [cube, writer.number(0.044715)]);
  const inner = writer.add('Mul', [
    writer.add('Add', [x, more]),
    writer.number(Math.sqrt(2 / Math.PI)),
  ]);
  return gated(x, writer.add('Tanh', [inner]), writer);
};

/** From here on the logarithm adds less to x than float32 holds. */
const FAR = 20;

/** log(1 + e^(βx)) / β, and x where βx is above the threshold. */
const softplus: Function = (x, writer, { BETA: beta, THRESHOLD: threshold }) => {
  const by = (op: string, value: string): string =>
    beta === 1 ? value : writer.add(op, [value, writer.number(beta)]);
  const scaled = by('Mul', x);
  const soft = by('Div', writer.add('Softplus', [scaled]));
  if (threshold >= FAR) return soft;
  const above = writer.add('Greater', [scaled, writer.number(threshold)]);
  return writer.add('Where', [above, x, soft]);
};

const silu: Function = (x, writer) => writer.add('Mul', [x, writer.add('Sigmoid', [x])]);

/** By the shader: a caller's function may have any name. */
const FUNCTIONS: ReadonlyMap<Activation['file'], Function> = new Map<Activation['file'], Function>([
  [ours.IDENTITY.file, (x) => x],
  [ours.RELU.file, operator('Relu')],
  [ours.SIGMOID.file, operator('Sigmoid')],
  [ours.TANH.file, operator('Tanh')],
  [ours.SINE.file, operator('Sin')],
  [ours.leakyRelu(0).file, operator('LeakyRelu', ['alpha', 'NEGATIVE_SLOPE'])],
  [ours.elu(0).file, operator('Elu', ['alpha', 'ALPHA'])],
  [ours.GELU.file, gelu],
  [ours.GELU_TANH.file, geluTanh],
  [ours.SILU.file, silu],
  [ours.softplus(1, FAR).file, softplus],
]);

/** What an activation of the engine's becomes; undefined for a caller's. */
export function functionOf({ attributes }: Node<Activation>) {
  const known = FUNCTIONS.get(attributes.file);
  return (
    known && ((x: string, writer: GraphWriter) => known(x, writer, attributes.constants ?? {}))
  );
}
