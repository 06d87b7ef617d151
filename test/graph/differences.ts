import { Graph, type Node } from '../../src/graph/graph.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { exact, type World } from '../../src/graph/value.ts';
import { gradients } from '../../src/ops/gradients.ts';
import { input, parameter } from '../../src/ops/sources.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { runReference } from '../../src/reference/run.ts';

/** A scalar function of parameters, to differentiate. */
export interface Case {
  /** Shapes of the parameters. */
  readonly parameters: readonly (readonly number[])[];
  /** Shapes of tensors that are not differentiated. */
  readonly inputs?: readonly (readonly number[])[];
  /** The loss. */
  readonly build: (parameters: readonly Node[], inputs: readonly Node[], graph: Graph) => Node;
  /** Classes of the rows; their number is the batch size. */
  readonly labels?: readonly number[];
  /** Bytes per row of `pixels`. */
  readonly pixels?: number;
  /** Number of valid rows; default all. */
  readonly count?: number;
  readonly step?: number;
  readonly seed?: number;
}

/** A world whose random values have sizes between 0.1 and 1, away from the kink of a ReLU. */
export function worldOf(
  given: Pick<Case, 'labels' | 'pixels' | 'count' | 'step' | 'seed'>,
  external: readonly Node[],
): World {
  const { labels = [], pixels = 0, count = labels.length, step = 0, seed = 1 } = given;
  const random = new RandomStream([seed, 5]);
  const value = (): number => {
    const x = random.signed();
    return x < 0 ? 0.9 * x - 0.1 : 0.9 * x + 0.1;
  };
  return {
    tensors: new Map(
      external.map(({ name, spec: { shape } }) => [
        name,
        exact(Float64Array.from({ length: sizeOf(shape) }, value)),
      ]),
    ),
    moments: new Map(),
    images: Uint8Array.from({ length: labels.length * pixels }, () => random.below(256)),
    labels: Uint8Array.from(labels),
    indices: labels.map((_, row) => row),
    count,
    step,
    key: [seed, 0],
  };
}

/**
 * The largest difference of any element of any gradient from the central difference quotient
 * (f(x + h) − f(x − h)) / 2h, relative to the largest gradient. The quotient has errors of about h²/6·f‴ and
 * ε·f/h: with h = 2⁻¹⁷, about 1e-11 each.
 */
export function worstDifference(given: Case): number {
  const graph = new Graph();
  const parameters = given.parameters.map((shape, i) => parameter(graph, `p${i}`, shape));
  const inputs = (given.inputs ?? []).map((shape, i) => input(graph, `x${i}`, shape));
  const loss = given.build(parameters, inputs, graph);
  const slopes = gradients(loss, parameters);
  const world = worldOf(given, [...parameters, ...inputs]);
  const values = runReference([...slopes.values()], world);
  const lossOf = (): number => runReference([loss], world).get(loss)?.data[0] ?? Number.NaN;
  const h = 2 ** -17;
  let worst = 0;
  let largest = 1e-3;
  for (const [node, slope] of slopes) {
    const at = world.tensors.get(node.name)?.data;
    const found = values.get(slope)?.data;
    if (!at || !found || found.length !== at.length) return Infinity;
    for (let i = 0; i < at.length; i++) {
      const x = at[i];
      at[i] = x + h;
      const above = lossOf();
      at[i] = x - h;
      const below = lossOf();
      at[i] = x;
      const off = Math.abs(found[i] - (above - below) / (2 * h));
      // In this form NaN is not lost.
      if (!(off <= worst)) worst = off;
      largest = Math.max(largest, Math.abs(found[i]));
    }
  }
  return worst / largest;
}
