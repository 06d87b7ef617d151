import type { LayerSpec } from './networks/index.ts';

/** Operations of a layer's products for one sample, and the shape after it. */
interface Cost {
  /** Of products with parameters, forward. Each is repeated for the gradient of the weights, and of the input. */
  readonly products: number;
  /** Of products without: their gradients are two products each. */
  readonly pairs: number;
  readonly shape: readonly number[];
}

function costOf(layer: LayerSpec, shape: readonly number[]): Cost {
  const [positions, ...rest] = shape;
  switch (layer.kind) {
    case 'linear': {
      const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const products = 2 * rows * layer.inputs * layer.outputs;
      return { products, pairs: 0, shape: [...shape.slice(0, -1), layer.outputs] };
    }
    case 'conv': {
      const [down, across] = shape.map((size) => size + 2 * layer.padding - layer.kernel + 1);
      const products = 2 * down * across * layer.kernel ** 2 * layer.inputs * layer.outputs;
      return { products, pairs: 0, shape: [down, across, layer.outputs] };
    }
    case 'maxPool': {
      const [down, across] = shape.map((size) => Math.floor(size / layer.size));
      return { products: 0, pairs: 0, shape: [down, across, ...shape.slice(2)] };
    }
    case 'flatten':
      return { products: 0, pairs: 0, shape: [shape.reduce((product, size) => product * size)] };
    case 'embedding':
      return { products: 0, pairs: 0, shape: [positions, layer.width] };
    case 'attention': {
      const { width } = layer;
      const pairs = 2 * positions * (positions + 1) * width;
      return { products: 2 * positions * 4 * width ** 2, pairs, shape: [positions, ...rest] };
    }
    default:
      return { products: 0, pairs: 0, shape };
  }
}

/**
 * Floating point operations of a training step for one sample, without the optimizer: three products for each linear layer and
 * convolution (forward, gradient of the weights, gradient of the input), but two for the first, because the gradient of the
 * images is not computed. An attention's pairs are those of each position with itself and those before it.
 *
 * @param sample its shape
 * @example trainingFlop(perceptron([784, 128, 64, 10], 0.2).layers, [28, 28]) // 454_400
 */
export function trainingFlop(layers: readonly LayerSpec[], sample: readonly number[]): number {
  let flop = 0;
  let shape = sample;
  let learns = false;
  const add = (layer: LayerSpec): void => {
    if (layer.kind === 'residual') {
      for (const inner of layer.layers) add(inner);
      return;
    }
    const cost = costOf(layer, shape);
    flop += (learns ? 3 : 2) * cost.products + 3 * cost.pairs;
    shape = cost.shape;
    learns ||= cost.products > 0 || layer.kind === 'embedding';
  };
  for (const layer of layers) add(layer);
  return flop;
}
