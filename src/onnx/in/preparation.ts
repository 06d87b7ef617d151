import type { Normalization } from '../../data/standardise.ts';
import type { ReadNode } from '../format/read-model.ts';
import type { Form } from '../out/value.ts';
import type { Network } from './network.ts';
import { Constant } from './values.ts';

/** What the graph does to its inputs before the network: x · scale + shift of each channel. */
interface Affine {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

const OPERATORS = ['Cast', 'Add', 'Sub', 'Mul', 'Div'];

/** The numbers of a constant for each channel; undefined if they are for something else. */
function perChannel(value: unknown, channels: number, form: Form): readonly number[] | undefined {
  if (!(value instanceof Constant)) return undefined;
  const { shape, values } = value;
  if (values.length === 1) return new Array<number>(channels).fill(values[0]);
  const at = form === 'plain' ? shape.length - 1 : shape.length - (form === 'line' ? 2 : 3);
  return values.length === channels && shape[at] === channels ? Array.from(values) : undefined;
}

/** One step more; undefined if it is none of a standardisation. */
function next(
  { scale, shift }: Affine,
  node: ReadNode,
  input: string,
  by: readonly number[],
): Affine | undefined {
  if (node.op === 'Mul' || (node.op === 'Div' && node.inputs[0] === input)) {
    const factor = by.map((one) => (node.op === 'Mul' ? one : 1 / one));
    return {
      scale: scale.map((one, i) => one * factor[i]),
      shift: shift.map((one, i) => one * factor[i]),
    };
  }
  if (node.op === 'Add') return { scale, shift: shift.map((one, i) => one + by[i]) };
  if (node.op === 'Sub' && node.inputs[0] === input) {
    return { scale, shift: shift.map((one, i) => one - by[i]) };
  }
  return undefined;
}

/** A number that was rounded to float32 on its way. */
const short = (x: number): number => Number(x.toPrecision(6));

/**
 * Takes a standardisation off the beginning of a graph, so that the caller's data may have it instead.
 *
 * @param isBytes whether x is byte / 255 of the inputs
 * @returns the value behind it, and what it did
 */
export function takePreparation(
  input: string,
  channels: number,
  form: Form,
  isBytes: boolean,
  network: Network,
): { readonly name: string; readonly normalize: Normalization | null } {
  let affine: Affine = {
    scale: new Array<number>(channels).fill(1),
    shift: new Array<number>(channels).fill(0),
  };
  let name = input;
  for (;;) {
    const node = network.reader(name);
    if (!node || !OPERATORS.includes(node.op) || node.domain !== '') break;
    if (node.op !== 'Cast') {
      const by = perChannel(network.find(node.inputs.find((one) => one !== name)), channels, form);
      const made = by && next(affine, node, name, by);
      if (!made) break;
      affine = made;
    }
    network.cover(node);
    name = node.outputs[0];
  }
  const unit = isBytes ? 255 : 1;
  const scale = affine.scale.map((one) => short(one * unit));
  const deviation = scale.map((one) => (one > 0 ? short(1 / one) : 0));
  const mean = affine.shift.map((one, i) => (scale[i] > 0 ? short(-one / scale[i]) || 0 : 0));
  if (scale.some((one) => !(one >= 0))) return { name: input, normalize: null };
  const [first, by] = [mean[0], deviation[0]];
  const isOne = mean.every((one) => one === first) && deviation.every((one) => one === by);
  if (isOne && first === 0 && by === 1) return { name, normalize: null };
  return { name, normalize: isBytes && isOne && by > 0 ? [first, by] : { mean, deviation } };
}
