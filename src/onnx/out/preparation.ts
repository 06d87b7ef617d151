import { isColumnScale, type Normalization } from '../../data/standardise.ts';
import { TYPES } from '../format/model.ts';
import type { Form } from './value.ts';
import type { GraphWriter } from './writer.ts';

/** What is done to the inputs before the model, inside of the graph. */
export interface Preparation {
  /** Whether the inputs are bytes, of which x is byte / 255. */
  readonly bytes: boolean;
  readonly normalize: Normalization | null;
  /** Whether images come as [channels, height, width]. */
  readonly channelsFirst: boolean;
}

/** A value and the order in which it is. */
interface Ordered {
  readonly name: string;
  readonly form: Form;
}

/** (x − mean) / deviation of each column or channel; a column with deviation 0 becomes 0. */
function standardised(
  x: Ordered,
  sample: readonly number[],
  normalize: Normalization,
  writer: GraphWriter,
): Ordered {
  if (!isColumnScale(normalize)) {
    const centred = writer.add('Sub', [x.name, writer.number(normalize[0])]);
    return { ...x, name: writer.add('Div', [centred, writer.number(normalize[1])]) };
  }
  const { mean, deviation } = normalize;
  const channels = sample[sample.length - 1];
  const isEach = [mean, deviation].some(({ length }) => length !== channels);
  // Numbers of each pixel are in the model's order.
  const of =
    isEach && x.form === 'channels'
      ? { name: writer.add('Transpose', [x.name], { perm: [0, 2, 3, 1] }), form: 'plain' as const }
      : x;
  const all = (values: readonly number[]): string => {
    const shape = of.form === 'channels' ? [channels, 1, 1] : [channels];
    return writer.floats(values, values.length === channels ? shape : sample);
  };
  const centred = writer.add('Sub', [of.name, all(mean)]);
  const factors = deviation.map((by) => (by > 0 ? 1 / by : 0));
  return {
    form: of.form,
    name: deviation.every((by) => by > 0)
      ? writer.add('Div', [centred, all(deviation)])
      : writer.add('Mul', [centred, all(factors)]),
  };
}

/** The prepared inputs. `sample` is the model's input shape. */
export function prepare(
  input: string,
  sample: readonly number[],
  { bytes, normalize, channelsFirst }: Preparation,
  writer: GraphWriter,
): Ordered {
  const floats = bytes
    ? writer.add('Div', [writer.add('Cast', [input], { to: TYPES.float }), writer.number(255)])
    : input;
  const x: Ordered = { name: floats, form: channelsFirst ? 'channels' : 'plain' };
  return normalize ? standardised(x, sample, normalize, writer) : x;
}
