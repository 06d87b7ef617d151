import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PlanKind } from '../../src/fusion/index.ts';
import type { KernelFamily } from '../../src/gpu/family.ts';
import type { Graph, Node } from '../../src/graph/graph.ts';
import { activation } from '../../src/ops/activation.ts';
import { ACTIVATIONS } from '../../src/ops/activation-reference.ts';
import { RELU } from '../../src/ops/activations.ts';
import { add } from '../../src/ops/add.ts';
import { batchMean } from '../../src/ops/batch_mean.ts';
import { addBias, columnSums } from '../../src/ops/bias.ts';
import { argmax, hits } from '../../src/ops/classify.ts';
import { dropout } from '../../src/ops/dropout.ts';
import { gradients } from '../../src/ops/gradients.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';
import { oneHot } from '../../src/ops/one_hot.ts';
import { scale } from '../../src/ops/scale.ts';
import { softmaxCrossEntropy } from '../../src/ops/softmax_cross_entropy.ts';
import { input, labels, parameter } from '../../src/ops/sources.ts';
import { update } from '../../src/ops/update.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { runTrial } from '../../src/verify/run-trial.ts';
import type { Trial } from '../../src/verify/trial.ts';
import { UPDATE_RULES } from '../../src/verify/trials/updates.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { runs } from '../run/device.ts';
import { THOROUGH } from '../run/thorough.ts';

/*
 * Any op, with any shape, layout and numbers. At the ends of float32's range these rules hold:
 *
 * - ±0 are 0; the sign of a 0 is unspecified.
 * - Numbers and results below 2⁻¹²⁶ may be treated as 0.
 * - If a result, or an intermediate sum or product, may exceed the largest float, the result is unspecified.
 * - The same holds for elements that depend on NaN or infinities, and only for these: NaN and infinities do not
 *   spread to other rows, columns or the padding.
 *
 * The reference's bounds express this, so an element within its bounds is right.
 */

/** Numbers at the ends of float32's range, infinities and NaN. */
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  2 ** -149,
  -1e-40,
  2 ** -126,
  -(2 ** -126),
  1e-30,
  -1e-20,
  1e10,
  -1e19,
  2e19,
  3.4e38,
  -3.4e38,
  16_777_217,
  Infinity,
  -Infinity,
  NaN,
] as const;

const FINITE = SPECIAL.filter(Number.isFinite);

/** The contents of a tensor: random numbers of a size, and special ones in some places. */
interface Fill {
  readonly seed: number;
  readonly magnitude: number;
  readonly special: readonly { readonly at: number; readonly value: number }[];
}

const fills = (values: readonly number[]): fc.Arbitrary<Fill> =>
  fc.record({
    seed: fc.nat(1000),
    magnitude: fc.constantFrom(1, 1e-3, 100),
    special: fc.array(fc.record({ at: fc.nat(9999), value: fc.constantFrom(...values) }), {
      maxLength: 6,
    }),
  });

function filled({ seed, magnitude, special }: Fill, size: number): Float64Array {
  const random = new RandomStream([seed, 5]);
  const values = Float64Array.from({ length: size }, () => magnitude * random.signed());
  for (const { at, value } of special) values[at % size] = value;
  return values;
}

/** A scalar function of a tensor whose gradient differs in every element. */
const weighed = (x: Node): Node =>
  batchMean(meanSquaredError(x, input(x.graph, 'weights', x.spec.shape)));

/** An op on [m, n], or also on k. */
type Build = (graph: Graph, m: number, n: number, k: number) => readonly Node[];

const withGradients = (y: Node, parameters: readonly Node[]): readonly Node[] => [
  y,
  ...gradients(weighed(y), parameters).values(),
];

const loss =
  (rows: (x: Node, classes: Node, n: number) => Node): Build =>
  (graph, m, n) => {
    const x = parameter(graph, 'x', [m, n]);
    const classes = labels(graph, m);
    const made = rows(x, classes, n);
    const mean = batchMean(made);
    return [made, mean, ...gradients(mean, [x]).values(), hits(x, classes)];
  };

const OPS: Readonly<Record<string, Build>> = {
  ...Object.fromEntries(
    [false, true].flatMap((transposeA) =>
      [false, true].map((transposeB): [string, Build] => [
        `matmul ${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'}`,
        (graph, m, n, k) => {
          const a = parameter(graph, 'a', transposeA ? [k, m] : [m, k]);
          const b = parameter(graph, 'b', transposeB ? [n, k] : [k, n]);
          return withGradients(matmul(a, b, { transposeA, transposeB }), [a, b]);
        },
      ]),
    ),
  ),
  linear: (graph, m, n, k) => {
    const x = parameter(graph, 'x', [m, k]);
    const w = parameter(graph, 'w', [k, n]);
    const b = parameter(graph, 'b', [n]);
    return withGradients(dropout(activation(RELU, addBias(matmul(x, w), b)), 0.3), [x, w, b]);
  },
  addBias: (graph, m, n) => {
    const x = parameter(graph, 'x', [m, n]);
    const b = parameter(graph, 'b', [n]);
    return withGradients(addBias(x, b), [x, b]);
  },
  add: (graph, m, n) => {
    const [x, y] = ['x', 'y'].map((name) => parameter(graph, name, [m, n]));
    return withGradients(add(x, y), [x, y]);
  },
  scale: (graph, m, n) => {
    const x = parameter(graph, 'x', [m, n]);
    return withGradients(scale(x, -0.3), [x]);
  },
  dropout: (graph, m, n) => {
    const x = parameter(graph, 'x', [m, n]);
    return withGradients(dropout(x, 0.4), [x]);
  },
  ...Object.fromEntries(
    ACTIVATIONS.map((f): [string, Build] => [
      f.name,
      (graph, m, n) => {
        const x = parameter(graph, 'x', [m, n]);
        return withGradients(activation(f, x), [x]);
      },
    ]),
  ),
  columnSums: (graph, m, n) => [columnSums(input(graph, 'x', [m, n]))],
  argmax: (graph, m, n) => [argmax(input(graph, 'x', [m, n]))],
  meanSquaredError: loss((x, classes, n) => meanSquaredError(x, oneHot(classes, n))),
  softmaxCrossEntropy: loss(softmaxCrossEntropy),
  ...Object.fromEntries(
    UPDATE_RULES.map(([name, rule]): [string, Build] => [
      name,
      (graph, m, n) => [update(parameter(graph, 'w', [m, n]), input(graph, 'g', [m, n]), rule)],
    ]),
  ),
};

interface Case {
  readonly op: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly step: number;
  readonly fill: Fill;
  readonly plan: PlanKind;
}

/** Small shapes, and some that are larger than a tile. */
const sizes = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: fc.integer({ min: 10, max: 70 }) },
);

const cases = (values: readonly number[]): fc.Arbitrary<Case> =>
  fc.record({
    op: fc.constantFrom(...Object.keys(OPS)),
    m: sizes,
    n: sizes,
    k: sizes,
    step: fc.constantFrom(0, 3),
    fill: fills(values),
    plan: fc.constantFrom<PlanKind>('fused', 'plain'),
  });

function trialOf({ op, m, n, k, step, fill }: Case): Trial {
  return {
    op,
    label: `${op} ${m}×${n}×${k}`,
    batch: m,
    classes: n,
    step,
    build: (graph) => OPS[op](graph, m, n, k),
    fill: (tensor, size) =>
      filled({ ...fill, seed: fill.seed + (tensor.codePointAt(0) ?? 0) }, size),
  };
}

/** Runs with a seed. The first counterexample is shrunk and printed. */
async function hold(
  family: KernelFamily,
  values: readonly number[],
  numRuns: number,
  seed: number,
): Promise<void> {
  let elements = 0;
  await withSharedEngine(
    async (engine) => {
      const property = fc.asyncProperty(cases(values), async (one) => {
        for (const { tensor, share, promised, first } of await runTrial(
          engine,
          trialOf(one),
          one.plan,
        )) {
          assert.ok(share <= 1, `${tensor}: ${first ?? share}`);
          elements += promised;
        }
      });
      await fc.assert(property, { numRuns, seed, includeErrorInReport: true });
    },
    { family, quick: true },
  );
  assert.ok(elements > numRuns / 2, `${elements} tensors' worth of elements in ${numRuns} runs`);
}

const FAMILIES: readonly KernelFamily[] = THOROUGH ? ['portable', 'quad', 'tiled'] : ['portable'];

for (const family of FAMILIES.filter(runs)) {
  const count = THOROUGH ? (family === 'portable' ? 600 : 100) : 15;
  test(`${family} kernels: any op on finite numbers is within its bounds, up to the ends of float32`, () =>
    hold(family, FINITE, count, 1));
  test(`${family} kernels: NaN and infinities do not spread to other elements`, () =>
    hold(family, SPECIAL, count, 2));
}

test('a NaN beside the padding does not enter it', () =>
  withSharedEngine(
    async (engine) => {
      const fill = { seed: 1, magnitude: 1, special: [{ at: 0, value: NaN }] };
      for (const op of ['matmul NN', 'linear']) {
        for (const plan of ['plain', 'fused'] as const) {
          const trial = trialOf({ op, m: 3, n: 5, k: 6, step: 0, fill, plan });
          for (const { tensor, share, first } of await runTrial(engine, trial, plan)) {
            assert.ok(share <= 1, `${op}, ${plan}: ${tensor}: ${first ?? share}`);
          }
        }
      }
    },
    { family: 'portable', quick: true },
  ));

test.run();
