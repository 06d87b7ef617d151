import type { BenchData } from '../../src/bench/data.ts';
import { xorshift } from '../../src/bench/networks/text.ts';
import type { Evaluated, StepSpec } from '../../src/bench/peer.ts';
import type { ImageSplit } from '../../src/data/dataset.ts';
import type { TokenSplit } from '../../src/data/token-split.ts';

/** A batch in the libraries' form: standardised pixels as floats, or tokens, and one-hot labels. */
export interface Batch {
  /** [count, …sample]: one number for each pixel, or for each position. */
  readonly inputs: Float32Array | Int32Array;
  /** [rows, classes]: a row for each sample, or for each position. */
  readonly labels: Float32Array;
  readonly count: number;
}

/** A permutation of the numbers below `count`, the same in every run (Fisher and Yates). */
export function shuffled(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const random = xorshift();
  for (let i = count - 1; i > 0; i--) {
    const j = random.next().value % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function imageBatch(
  split: ImageSplit,
  classes: number,
  { normalize: [mean, deviation] }: StepSpec,
  order: ArrayLike<number>,
): Batch {
  const size = split.height * split.width;
  const count = order.length;
  const inputs = new Float32Array(count * size);
  const labels = new Float32Array(count * classes);
  for (let row = 0; row < count; row++) {
    const sample = order[row];
    for (let i = 0; i < size; i++) {
      inputs[row * size + i] = (split.images[sample * size + i] / 255 - mean) / deviation;
    }
    labels[row * classes + split.labels[sample]] = 1;
  }
  return { inputs, labels, count };
}

/** Windows that do not overlap. */
function textBatch(
  { tokens, length }: TokenSplit,
  classes: number,
  order: ArrayLike<number>,
): Batch {
  const count = order.length;
  const inputs = new Int32Array(count * length);
  const labels = new Float32Array(count * length * classes);
  for (let row = 0; row < count * length; row++) {
    const at = order[Math.floor(row / length)] * length + (row % length);
    inputs[row] = tokens[at];
    labels[row * classes + tokens[at + 1]] = 1;
  }
  return { inputs, labels, count };
}

/** Every full batch of an epoch, shuffled once; made when it is asked for. */
export function* batchesOf(spec: StepSpec, { kind, dataset }: BenchData): Generator<Batch> {
  const { batch } = spec;
  const classes = dataset.classes.length;
  const count =
    kind === 'images'
      ? dataset.train.count
      : Math.floor((dataset.train.tokens.length - 1) / dataset.train.length);
  const order = shuffled(count);
  for (let at = 0; at + batch <= count; at += batch) {
    const some = order.subarray(at, at + batch);
    yield kind === 'images'
      ? imageBatch(dataset.train, classes, spec, some)
      : textBatch(dataset.train, classes, some);
  }
}

/** The whole test split as one batch. */
export function testBatch(spec: StepSpec, { kind, dataset }: BenchData): Batch {
  const classes = dataset.classes.length;
  const all = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);
  if (kind === 'images') return imageBatch(dataset.test, classes, spec, all(dataset.test.count));
  const { tokens, length } = dataset.test;
  return textBatch(dataset.test, classes, all(Math.floor((tokens.length - 1) / length)));
}

/** How initial values are distributed: as PyTorch does, but normal ones are uniform with the same deviation. */
export type Initial = { readonly bound: number } | { readonly value: number };

/** Uniform within ±1/√inputs. */
export const fanIn = (inputs: number): Initial => ({ bound: 1 / Math.sqrt(inputs) });
/** With deviation 1, as an embedding's. */
export const unit: Initial = { bound: Math.sqrt(3) };

/** Draws initial values, the same in every run. */
export function drawer(): (count: number, initial: Initial) => Float32Array {
  const random = xorshift();
  return (count, initial) =>
    'value' in initial
      ? new Float32Array(count).fill(initial.value)
      : Float32Array.from(
          { length: count },
          () => (random.next().value / 2 ** 31 - 1) * initial.bound,
        );
}

/** Loss and the share of rows whose largest output is the labelled class. */
export function judged(
  kind: StepSpec['loss'],
  outputs: ArrayLike<number>,
  labels: Float32Array,
  classes: number,
): Evaluated {
  const rows = labels.length / classes;
  let loss = 0;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const at = row * classes;
    const own = Array.from({ length: classes }, (_, c) => outputs[at + c]);
    const label = labels.subarray(at, at + classes).indexOf(1);
    const most = Math.max(...own);
    if (own.indexOf(most) === label) right++;
    loss +=
      kind === 'mse'
        ? own.reduce((sum, y, c) => sum + (y - Number(c === label)) ** 2, 0) / classes
        : most + Math.log(own.reduce((sum, y) => sum + Math.exp(y - most), 0)) - own[label];
  }
  return { loss: loss / rows, accuracy: right / rows };
}
