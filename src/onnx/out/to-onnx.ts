import { describe, listed } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { Graph, liveNodes, type Node } from '../../graph/graph.ts';
import { buildModel, checkModel, type Model } from '../../nn/model.ts';
import type { State } from '../../nn/state.ts';
import { input as inputNode, isParameter } from '../../ops/sources.ts';
import { PACKAGE_VERSION } from '../../version.ts';
import type { ValueInfo } from '../format/model.ts';
import { writeModel } from '../format/write-model.ts';
import { Context } from './context.ts';
import { EXPORTERS, REASONS } from './exporters.ts';
import { type Complete, complete, type ToOnnxOptions } from './options.ts';
import { type OwnExporter, ownWriter } from './own-writer.ts';
import { prepare } from './preparation.ts';
import { Value } from './value.ts';
import { checkParameters, writeParameter } from './weights.ts';
import { GraphWriter } from './writer.ts';

/** Its newest operator is LayerNormalization. Runtimes from the middle of 2022 on have it. */
const OPSET = 17;

/**
 * A trained model as an ONNX file: what it computes outside of training, without dropout, and with the running statistics of
 * batch norms. Weights have their names and PyTorch's shapes. The input is float32 [batch, …inputShape], or int64 if only
 * embeddings read it; the output is float32 [batch, …outputShape]. The batch may have any size.
 *
 * @param parameters all of the model's by name, as `trainer.parameters()` or `readWeights()` returns them
 * @returns the file's bytes, of opset 17
 * @throws OptionError if an option is unknown or invalid, a parameter is missing, or an op has no ONNX form; ShapeError for
 *   a wrong number of values; DataError for a value that is not finite
 * @example
 * const { normalize } = trainer.options;
 * const bytes = toOnnx(model, await trainer.parameters(), { bytes: true, normalize, probabilities: 'softmax' });
 */
export function toOnnx(model: Model, parameters: State, options: ToOnnxOptions = {}): Uint8Array {
  checkModel('toOnnx(): the model', model);
  checkParameters(parameters);
  const all = complete(options, model);
  const names = model.parameters.flatMap(({ name }) => [name, `${name}.stored`]);
  const taken = [all.input, all.output].find((name) => names.includes(name));
  if (taken !== undefined) {
    throw new OptionError(`toOnnx(): a parameter is called ${taken}; give the input another name`);
  }
  const graph = new Graph();
  const x = inputNode(graph, all.input, [1, ...model.inputShape]);
  const end = buildModel(model, x, false);
  const nodes = liveNodes([end]);
  const writer = new GraphWriter([...names, all.input, all.output]);
  const context = new Context(writer, nodes);
  const input = writeInput(x, all, model, context);
  for (const node of nodes.filter(isParameter)) writeParameter(node, model, parameters, context);
  for (const node of nodes) if (!context.isDone(node)) writeNode(node, all.exporters, context);
  const output = writer.end(outputOf(end, all, context), all.output);
  return writeModel({
    ...output,
    opset: OPSET,
    producer: { name: 'gradweave', version: PACKAGE_VERSION },
    metadata: all.metadata,
    name: 'gradweave',
    inputs: [input],
    outputs: [{ name: all.output, type: 'float', shape: [all.batch, ...end.spec.shape.slice(1)] }],
  });
}

/** Gives the input its value, prepared. @returns how the file describes it */
function writeInput(
  x: Node,
  { input, batch, preparation }: Complete,
  { inputShape }: Model,
  context: Context,
): ValueInfo {
  const { bytes, normalize, channelsFirst } = preparation;
  if (context.hasTokens && (bytes || normalize)) {
    throw new OptionError(
      'toOnnx(): bytes or normalize was given for a model of tokens; its input is integers as they are',
    );
  }
  const { name, form } = prepare(input, inputShape, preparation, context.writer);
  context.share(x, new Value(context.writer, x.spec.shape, form, name));
  const [height, width, channels] = inputShape;
  return {
    name: input,
    type: context.hasTokens ? 'int64' : bytes ? 'uint8' : 'float',
    shape: [batch, ...(channelsFirst ? [channels, height, width] : inputShape)],
  };
}

/** Writes a node by the caller's exporter, or by ours. @throws OptionError if there is none */
function writeNode(node: Node, own: Readonly<Record<string, OwnExporter>>, context: Context): void {
  const { op, attributes, inputs } = node;
  const isFunction = op.name === 'activation' && 'name' in attributes;
  const name = isFunction ? String(attributes.name) : op.name;
  if (Object.hasOwn(own, name) && own[name] !== undefined) {
    const made: unknown = own[name](
      ownWriter(context.writer),
      inputs.map((input) => context.of(input)),
      node,
    );
    if (typeof made !== 'string') {
      throw new OptionError(
        `toOnnx(): exporters.${name} returned ${describe(made)}; it returns the name of a value, as writer.add() does`,
      );
    }
    context.set(node, made);
    return;
  }
  EXPORTERS.get(op.name)?.(node as Node<never>, context);
  if (context.isDone(node)) return;
  const reason = REASONS.get(op.name);
  if (reason) throw new OptionError(`toOnnx(): the op ${name} has no ONNX form: ${reason}`);
  throw new OptionError(
    `toOnnx(): the op ${name} has no ONNX form here; give one: { exporters: { ${/^\w+$/.test(name) ? name : JSON.stringify(name)}: (writer, [x]) => writer.add('Neg', [x]) } }. Ops with one are ${listed([...EXPORTERS.keys()])}`,
  );
}

/** The name of the outputs, as probabilities if asked. */
function outputOf(end: Node, { probabilities }: Complete, context: Context): string {
  if (!context.isBatch(end)) {
    throw new OptionError('toOnnx(): the outputs do not depend on the input; there is no graph');
  }
  const outputs = context.of(end);
  if (!probabilities) return outputs;
  return probabilities === 'softmax'
    ? context.writer.add('Softmax', [outputs], { axis: -1 })
    : context.writer.add('Sigmoid', [outputs]);
}
