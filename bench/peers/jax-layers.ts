/** Layers in jax-js. Functions consume their arguments, like the library's. */
import { type Device, lax, nn, numpy as np } from '@jax-js/jax';
import { build, type LayerBuilders, type LayerSpec } from '../../src/bench/networks/index.ts';
import { drawer, fanIn, type Initial, unit } from './batches.ts';

/** A parameter's shape and initial values. */
interface Parameter {
  readonly shape: number[];
  readonly initial: Initial;
}

/** A layer: its parameters, and how it computes. */
interface Built {
  readonly parameters: readonly Parameter[];
  /** @param masks one for each dropout, taken from the front; none in evaluation */
  apply(x: np.Array, own: np.Array[], masks: np.Array[]): np.Array;
}

/** A layer without parameters. */
const pure = (apply: (x: np.Array) => np.Array): Built => ({ parameters: [], apply });

const product = (inputs: number, outputs: number): readonly Parameter[] => [
  { shape: [inputs, outputs], initial: fanIn(inputs) },
  { shape: [outputs], initial: fanIn(inputs) },
];

const linear = (x: np.Array, w: np.Array, b: np.Array): np.Array => np.matmul(x, w).add(b);

const LAYERS: LayerBuilders<Built> = {
  linear: ({ inputs, outputs }) => ({
    parameters: product(inputs, outputs),
    apply: (x, [w, b]) => linear(x, w, b),
  }),
  relu: () => pure((x) => nn.relu(x)),
  gelu: () => pure((x) => nn.gelu(x, { approximate: false })),
  dropout: () => ({
    parameters: [],
    apply: (x, _, masks) => {
      const mask = masks.shift();
      return mask ? x.mul(mask) : x;
    },
  }),
  conv: ({ inputs, outputs, kernel, padding }) => ({
    parameters: [
      { shape: [outputs, inputs, kernel, kernel], initial: fanIn(inputs * kernel ** 2) },
      { shape: [outputs, 1, 1], initial: fanIn(inputs * kernel ** 2) },
    ],
    apply: (x, [w, b]) => conv(x, w, padding).add(b),
  }),
  maxPool: ({ size }) =>
    pure((x) => {
      const [count, channels, height, width] = x.shape;
      const windows = [count, channels, height / size, size, width / size, size];
      return np.max(x.reshape(windows), [3, 5]);
    }),
  flatten: () => pure((x) => x.reshape([x.shape[0], -1])),
  embedding: ({ count, width }) => ({
    parameters: [{ shape: [count, width], initial: unit }],
    apply: (x, [table]) => np.take(table, x, 0),
  }),
  positions: ({ length, width }) => ({
    parameters: [{ shape: [length, width], initial: unit }],
    apply: (x, [table]) => x.add(table),
  }),
  norm: ({ width }) => ({
    parameters: [
      { shape: [width], initial: { value: 1 } },
      { shape: [width], initial: { value: 0 } },
    ],
    apply: (x, [w, b]) => nn.standardize(x, -1).mul(w).add(b),
  }),
  attention: ({ width, heads }) => ({
    parameters: [...product(width, 3 * width), ...product(width, width)],
    apply: (x, [wAll, bAll, w, b]) => {
      const [batch, time] = x.shape;
      const split = np.split(linear(x, wAll, bAll), 3, -1);
      const [q, k, v] = split.map((part) => part.reshape([batch, time, heads, width / heads]));
      const attended = nn.dotProductAttention(q, k, v, { isCausal: true });
      return linear(attended.reshape([batch, time, width]), w, b);
    },
  }),
  residual: ({ layers }) => {
    const inner = sequence(layers);
    return { ...inner, apply: (x, own, masks) => inner.apply(x.ref, own, masks).add(x) };
  },
};

/** The first layer's input may be flat. */
function conv(x: np.Array, w: np.Array, padding: number): np.Array {
  const image = x.ndim === 4 ? x : square(x);
  return lax.convGeneralDilated(
    image,
    w,
    [1, 1],
    [
      [padding, padding],
      [padding, padding],
    ],
  );
}

function square(x: np.Array): np.Array {
  const [count, pixels] = x.shape;
  const side = Math.sqrt(pixels);
  return x.reshape([count, 1, side, side]);
}

/** Layers one after another. */
function sequence(layers: readonly LayerSpec[]): Built {
  const all = layers.map((layer) => build(LAYERS, layer));
  return {
    parameters: all.flatMap(({ parameters }) => parameters),
    apply: (x, own, masks) => {
      let at = 0;
      let y = x;
      for (const { parameters, apply } of all) {
        y = apply(y, own.slice(at, at + parameters.length), masks);
        at += parameters.length;
      }
      return y;
    },
  };
}

/** A network: its first parameters, and its outputs [rows, classes]. */
export interface Network {
  parameters(device: Device): np.Array[];
  outputs(parameters: np.Array[], x: np.Array, masks: np.Array[]): np.Array;
}

export function networkOf(layers: readonly LayerSpec[]): Network {
  const { parameters, apply } = sequence(layers);
  return {
    parameters: (device) => {
      const draw = drawer();
      return parameters.map(({ shape, initial }) => {
        const count = shape.reduce((product, size) => product * size, 1);
        return np.array(draw(count, initial), { shape, device });
      });
    },
    outputs: (own, x, masks) => {
      const y = apply(x, own, [...masks]);
      return y.reshape([-1, y.shape[y.ndim - 1]]);
    },
  };
}
