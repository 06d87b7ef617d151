import { checkChoice, checkFile, checkKeys, describe, listed } from '../../check.ts';
import type { Normalization } from '../../data/standardise.ts';
import { DataError, OptionError, ShapeError } from '../../errors.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { model as functional, type Symbolic } from '../../nn/functional.ts';
import { isShape } from '../../nn/layers/parameters.ts';
import { Sequential } from '../../nn/layers.ts';
import type { Model } from '../../nn/model.ts';
import type { StateTensor } from '../../nn/state.ts';
import { TYPES, typeName } from '../format/model.ts';
import { type ReadNode, type ReadValue, readModel } from '../format/read-model.ts';
import type { Form } from '../out/value.ts';
import { Network } from './network.ts';
import { OPERATORS } from './operators.ts';
import { takePreparation } from './preparation.ts';
import { Elements, Missing, Tensor } from './values.ts';

/** Options of {@link fromOnnx}. */
export interface FromOnnxOptions {
  /**
   * The shape of a sample in the engine's order, [height, width, channels] for images, if the file leaves sizes open. Default: the
   * file's.
   */
  readonly inputShape?: readonly number[];
  /**
   * The order of the file's images: `NCHW` as PyTorch's, [batch, channels, height, width], or `NHWC`. Default: what reads them says;
   * if nothing does, as files of {@link toOnnx} say, else `NHWC` for up to four channels there, and `NCHW` otherwise.
   */
  readonly layout?: 'NHWC' | 'NCHW';
}

/** What {@link fromOnnx} makes of a file. */
export interface ImportedModel {
  /**
   * The network. It is a {@link Sequential} if its layers follow one another and its weights have PyTorch's names of one, else as
   * by {@link model}. Images are [height, width, channels], whatever their order in the file.
   */
  readonly model: Model;
  /** The weights by their names in the model, for `trainer.load()` or `Inference.create()`. */
  readonly parameters: Map<string, StateTensor>;
  /** What the file's graph standardises its inputs with, for the trainer's `normalize`. The model does not do it. */
  readonly normalize: Normalization | null;
  /** Whether the file's inputs are bytes: the model gets byte / 255, as from a data set of images. */
  readonly bytes: boolean;
  /** The file's metadata by their keys. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * A network that was made elsewhere as a model, to train it further here: from a file of `torch.onnx.export`, or of {@link toOnnx}.
 * A dropout is left out, as files have none.
 *
 * @param bytes the whole file, with its numbers inside
 * @throws DataError if the file is damaged, has its numbers in another file, or needs what no layer does: the message lists all
 *   of it; OptionError if an option is invalid
 * @example
 * const { model, parameters, normalize } = fromOnnx(new Uint8Array(await file.arrayBuffer()));
 * const trainer = await Trainer.create(engine, { model, normalize, dataset, loss: 'cross_entropy', optimizer: adam() });
 * trainer.load(parameters);
 */
export function fromOnnx(bytes: Uint8Array, options: FromOnnxOptions = {}): ImportedModel {
  checkFile('fromOnnx()', bytes);
  checkKeys('fromOnnx()', options, ['inputShape', 'layout']);
  if (options.layout !== undefined) {
    checkChoice('fromOnnx(): layout', options.layout, ['NHWC', 'NCHW']);
  }
  const file = readModel(bytes);
  const [input, output] = [only('input', file.inputs), only('output', file.outputs)];
  const nodes = needed(file.nodes, output.name);
  const network = new Network({ ...file, nodes }, bytes.length);
  const { form, sample } = sampleOf(input, file.metadata, options, network);
  const isBytes = input.type === TYPES.uint8;
  const channels = sample[sample.length - 1];
  const { name, normalize } = takePreparation(input.name, channels, form, isBytes, network);
  let end: Symbolic | undefined;
  const made = named('the network', () =>
    functional(sample, (x) => {
      network.set(name, new Tensor(x, form));
      end = readNodes(nodes, output.name, network);
      return end;
    }),
  );
  const { metadata } = file;
  const { parameters } = network;
  return {
    model: listOf(network, end, made) ?? made,
    parameters,
    normalize,
    bytes: isBytes,
    metadata,
  };
}

/** What a layer refuses is the file's fault. @throws DataError that names its part */
function named<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OptionError || error instanceof ShapeError)) throw error;
    throw new DataError(`The ONNX file's ${what}: ${error.message}`);
  }
}

const show = (name: string): string => JSON.stringify(name.slice(0, 60));

function only(what: string, all: readonly ReadValue[]): ReadValue {
  if (all.length === 1) return all[0];
  const names = all.map(({ name }) => show(name));
  throw new DataError(
    `The ONNX file has ${all.length === 0 ? `no ${what}` : `the ${what}s ${listed(names)}`}; fromOnnx() takes networks of one.`,
  );
}

/** The nodes that the output needs, in their order. */
function needed(nodes: readonly ReadNode[], output: string): readonly ReadNode[] {
  const names = new Set([output]);
  return [...nodes]
    .reverse()
    .filter(({ inputs, outputs }) => {
      if (!outputs.some((one) => names.has(one))) return false;
      for (const one of inputs) names.add(one);
      return true;
    })
    .reverse();
}

/** Sizes of a sample at most: each of them, and their product. */
const [MOST_SIZE, MOST_NUMBERS] = [2 ** 20, 2 ** 26];

/** An image has at most so many channels, if what reads it does not say which dimension they are. */
const MOST_CHANNELS = 4;

/** The order of the inputs in the file. */
function formOf(
  name: string,
  sizes: readonly number[],
  layout: string | undefined,
  { layout: asked }: FromOnnxOptions,
  network: Network,
): Form {
  if (sizes.length !== 3) return network.formOf(name, sizes.length + 1);
  if (asked !== undefined) return asked === 'NHWC' ? 'plain' : 'channels';
  const said = network.saidOf(name);
  if (said !== undefined) return said === 'last' ? 'plain' : 'channels';
  if (layout === 'NHWC' || layout === 'NCHW') return layout === 'NHWC' ? 'plain' : 'channels';
  return sizes[2] <= MOST_CHANNELS && sizes[0] > MOST_CHANNELS ? 'plain' : 'channels';
}

/** The shape of a sample in the engine's order, and the order in the file. */
function sampleOf(
  { name, shape, type }: ReadValue,
  metadata: ReadonlyMap<string, string>,
  options: FromOnnxOptions,
  network: Network,
): { readonly form: Form; readonly sample: readonly number[] } {
  const given: unknown = options.inputShape;
  if (given !== undefined && !isShape(given)) {
    throw new OptionError(
      `fromOnnx(): inputShape ${describe(given)} was given; use a list of sizes, as [28, 28]`,
    );
  }
  if (type === TYPES.string || type === 0) {
    throw new DataError(
      `The ONNX file's input ${show(name)} is of ${typeName(type)}; it must be numbers.`,
    );
  }
  const [, ...sizes] = shape ?? [-1, ...(given ?? []).map(() => -1)];
  const form = formOf(name, sizes, metadata.get('layout'), options, network);
  const own = form === 'plain' ? sizes : [...sizes.slice(1), sizes[0]];
  const sample = given ?? own;
  if (
    given &&
    (given.length !== own.length || own.some((size, i) => size > 0 && size !== given[i]))
  ) {
    throw new OptionError(
      `fromOnnx(): inputShape [${given.join(', ')}] was given; the file says [${own.map((size) => (size > 0 ? size : '?')).join(', ')}]`,
    );
  }
  if (!isShape(sample) || sample.length === 0) {
    throw new OptionError(
      `fromOnnx(): the file leaves sizes of its input open, [${own.map((size) => (size > 0 ? size : '?')).join(', ')}]; give them: { inputShape: [28, 28] }`,
    );
  }
  if (sizeOf(sample) > MOST_NUMBERS || sample.some((size) => size > MOST_SIZE)) {
    throw new DataError(
      `The ONNX file takes samples of [${sample.join(', ')}]; fromOnnx() takes up to 2²⁶ numbers.`,
    );
  }
  return { form, sample };
}

/** Reads all nodes. @returns the output @throws DataError that lists all that no layer does */
function readNodes(nodes: readonly ReadNode[], output: string, network: Network): Symbolic {
  const missing = new Map<string, number>();
  const lack = (text: string): void => {
    missing.set(text, (missing.get(text) ?? 0) + 1);
  };
  const tried = <T>(what: string, work: () => T): T | undefined => {
    try {
      return named(what, work);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      lack(error.message);
      return undefined;
    }
  };
  for (const node of nodes) {
    if (network.isCovered(node)) continue;
    const importer = node.domain === '' ? OPERATORS.get(node.op) : undefined;
    if (!importer) lack(node.domain === '' ? node.op : `${node.op} of ${node.domain}`);
    const value =
      importer && !network.isLost(node)
        ? tried(`${node.op} ${show(node.name)}`, () => importer(node, network))
        : undefined;
    if (value) network.set(node.outputs[0], value);
    else network.lose(node);
  }
  const end = missing.size > 0 ? undefined : network.find(output);
  const last = end instanceof Elements ? tried('output', () => network.resolve(output, end)) : end;
  if (missing.size > 0) throw new DataError(missingText(missing));
  if (last instanceof Tensor) return last.symbol;
  throw new DataError(`The ONNX file's output ${show(output)} does not depend on its input.`);
}

function missingText(missing: ReadonlyMap<string, number>): string {
  const all = [...missing].map(([text, count]) => (count > 1 ? `${text} (${count} times)` : text));
  return `The ONNX file needs what there is no layer for: ${cut(all.join('; '))}. Operators that are read are ${[...OPERATORS.keys()].sort().join(', ')}.`;
}

const cut = (text: string): string => (text.length > 1000 ? `${text.slice(0, 999)}…` : text);

/** The network as a list of layers, if they follow one another and their names are those of one. */
function listOf(
  { applied }: Network,
  end: Symbolic | undefined,
  { inputShape }: Model,
): Sequential | undefined {
  const layers = applied.map(({ layer }) => layer);
  const follows = applied.every(({ from }, i) => i === 0 || from === applied[i - 1].to);
  const isList =
    follows &&
    layers.length > 0 &&
    applied[applied.length - 1].to === end &&
    new Set(layers).size === layers.length &&
    layers.every(({ name }) => !name?.includes('.'));
  return isList ? new Sequential(inputShape, layers) : undefined;
}
