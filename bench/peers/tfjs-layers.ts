/** Layers in TensorFlow.js. Images are [count, height, width, channels], as its backends want them. */
import * as tf from '@tensorflow/tfjs-core';
import { build, type LayerBuilders, type LayerSpec } from '../../src/bench/networks/index.ts';
import { drawer, fanIn, type Initial, unit } from './batches.ts';

/** A layer: its variables, and how it computes. */
interface Built {
  readonly variables: readonly tf.Variable[];
  apply(x: tf.Tensor, training: boolean): tf.Tensor;
}

/** How a convolution is computed: the wasm backend has no gradient of its weights. */
export type Convolve = (x: tf.Tensor4D, w: tf.Tensor4D, padding: number) => tf.Tensor4D;

const EPSILON = 1e-5;
/** Added to the scores of later positions. */
const MASKED = -1e9;

/** A layer without variables. */
const pure = (apply: Built['apply']): Built => ({ variables: [], apply });

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Builds layers, with initial values that are the same in every run. */
function builders(lookUp: boolean, convolve: Convolve): LayerBuilders<Built> {
  const draw = drawer();
  const variable = (shape: number[], initial: Initial): tf.Variable =>
    tf.variable(tf.tensor(draw(sizeOf(shape), initial), shape));
  const product = (inputs: number, outputs: number) => [
    variable([inputs, outputs], fanIn(inputs)),
    variable([outputs], fanIn(inputs)),
  ];
  const linear = (x: tf.Tensor, w: tf.Variable, b: tf.Variable): tf.Tensor => {
    const [inputs, outputs] = w.shape;
    // A product of matrices; of more dimensions, the library would repeat the weight for each sample.
    const y = tf.add(tf.matMul(tf.reshape(x, [-1, inputs]), w as tf.Tensor2D), b);
    return tf.reshape(y, [...x.shape.slice(0, -1), outputs]);
  };
  const own: LayerBuilders<Built> = {
    linear: ({ inputs, outputs }) => {
      const variables = product(inputs, outputs);
      return { variables, apply: (x) => linear(x, variables[0], variables[1]) };
    },
    relu: () => pure((x) => tf.relu(x)),
    gelu: () => pure((x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))),
    // The library's only dropout draws the mask on the CPU and uploads it.
    dropout: ({ rate }) => pure((x, training) => (training ? tf.dropout(x, rate) : x)),
    conv: ({ inputs, outputs, kernel, padding }) => {
      const variables = [
        variable([kernel, kernel, inputs, outputs], fanIn(inputs * kernel ** 2)),
        variable([outputs], fanIn(inputs * kernel ** 2)),
      ];
      const [w, b] = variables;
      return {
        variables,
        apply: (x) => tf.add(convolve(imageOf(x), w as unknown as tf.Tensor4D, padding), b),
      };
    },
    maxPool: ({ size }) => pure((x) => tf.maxPool(x as tf.Tensor4D, size, size, 'valid')),
    flatten: () => pure((x) => tf.reshape(x, [x.shape[0], -1])),
    embedding: ({ count, width }) => {
      const variables = [variable([count, width], unit)];
      const [table] = variables;
      const apply = (x: tf.Tensor): tf.Tensor => {
        if (lookUp) return tf.gather(table, x as tf.Tensor2D);
        // The wasm backend writes integers, whatever type is asked for.
        const rows = tf.cast(tf.oneHot(tf.reshape(x, [-1]) as tf.Tensor1D, count), 'float32');
        const found = tf.matMul(rows as tf.Tensor2D, table as unknown as tf.Tensor2D);
        return tf.reshape(found, [...x.shape, width]);
      };
      return { variables, apply };
    },
    positions: ({ length, width }) => {
      const variables = [variable([length, width], unit)];
      return { variables, apply: (x) => tf.add(x, variables[0]) };
    },
    norm: ({ width }) => {
      const variables = [variable([width], { value: 1 }), variable([width], { value: 0 })];
      const [w, b] = variables;
      return {
        variables,
        apply: (x) => {
          const { mean, variance } = tf.moments(x, -1, true);
          const normed = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON)));
          return tf.add(tf.mul(normed, w), b);
        },
      };
    },
    attention: ({ width, heads }) => {
      const variables = [...product(width, 3 * width), ...product(width, width)];
      const [wAll, bAll, w, b] = variables;
      return {
        variables,
        apply: (x) => linear(attend(linear(x, wAll, bAll), width, heads), w, b),
      };
    },
    residual: ({ layers }) => {
      const inner = sequence(layers, own);
      return { ...inner, apply: (x, training) => tf.add(x, inner.apply(x, training)) };
    },
  };
  return own;
}

/** Causal self-attention of queries, keys and values side by side. */
function attend(all: tf.Tensor, width: number, heads: number): tf.Tensor {
  const [batch, time] = all.shape;
  const head = width / heads;
  const [q, k, v] = tf
    .split(all, 3, -1)
    .map((part) => tf.transpose(tf.reshape(part, [batch, time, heads, head]), [0, 2, 1, 3]));
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(head));
  const weights = tf.softmax(tf.add(scores, maskOf(time)));
  return tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [batch, time, width]);
}

const masks = new Map<string, tf.Tensor>();

/** [time, time]: 0 up to each position, and far below 0 behind it. Made once for each backend. */
function maskOf(time: number): tf.Tensor {
  const key = `${tf.getBackend()} ${time}`;
  const made =
    masks.get(key) ??
    tf.keep(
      tf.tensor2d(
        Float32Array.from({ length: time * time }, (_, i) =>
          i % time > Math.floor(i / time) ? MASKED : 0,
        ),
        [time, time],
      ),
    );
  masks.set(key, made);
  return made;
}

/** Images may come flat. */
function imageOf(x: tf.Tensor): tf.Tensor4D {
  if (x.rank === 4) return x as tf.Tensor4D;
  const side = Math.sqrt(x.shape[1] ?? 0);
  return tf.reshape(x, [-1, side, side, 1]) as tf.Tensor4D;
}

/** The library's own convolution and gradients. */
const ownConvolve: Convolve = (x, w, padding) => tf.conv2d(x, w, 1, padding);

/**
 * The same with the gradient of the weights as another convolution: of the image with the gradient as its kernel, both with
 * samples as channels.
 */
const otherConvolve: Convolve = (image, weight, padding) => {
  const op = tf.customGrad((...given) => {
    const [x, w, save] = given as unknown as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([x, w]);
    return {
      value: tf.conv2d(x, w, 1, padding),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedX, savedW] = saved as [tf.Tensor4D, tf.Tensor4D];
        const slope = dy as tf.Tensor4D;
        const dx = (): tf.Tensor => tf.conv2dTranspose(slope, savedW, savedX.shape, 1, padding);
        const bySample = tf.transpose(savedX, [3, 1, 2, 0]);
        const kernel = tf.transpose(slope, [1, 2, 0, 3]);
        const dw = tf.transpose(tf.conv2d(bySample, kernel, 1, padding), [1, 2, 0, 3]);
        return [dx(), dw];
      },
    };
  });
  return op(image, weight) as tf.Tensor4D;
};

/** Layers one after another. */
function sequence(layers: readonly LayerSpec[], own: LayerBuilders<Built>): Built {
  const all = layers.map((layer) => build(own, layer));
  return {
    variables: all.flatMap(({ variables }) => variables),
    apply: (x, training) => all.reduce((y, { apply }) => apply(y, training), x),
  };
}

/** A network: its variables, and its outputs [rows, classes]. */
export interface Network {
  readonly variables: readonly tf.Variable[];
  outputs(x: tf.Tensor, training: boolean): tf.Tensor2D;
}

export function networkOf(layers: readonly LayerSpec[], backend: string): Network {
  const complete = backend === 'webgpu';
  const { variables, apply } = sequence(
    layers,
    builders(complete, complete ? ownConvolve : otherConvolve),
  );
  return {
    variables,
    outputs: (x, training) => {
      const y = apply(x, training);
      return tf.reshape(y, [-1, y.shape[y.rank - 1]]) as tf.Tensor2D;
    },
  };
}

/** What a backend lacks for a network, and what is done instead. */
export function insteadOf(layers: readonly LayerSpec[], backend: string): readonly string[] {
  if (backend === 'webgpu') return [];
  const has = (kind: LayerSpec['kind']): boolean => layers.some((layer) => layer.kind === kind);
  return [
    ...(has('conv')
      ? [
          'the wasm backend has no gradient of a convolution by its weights, so it is computed as another convolution',
        ]
      : []),
    ...(has('embedding')
      ? [
          'the wasm backend has no gradient of a look-up of rows, so the embedding is a product with one-hot tokens',
        ]
      : []),
  ];
}
