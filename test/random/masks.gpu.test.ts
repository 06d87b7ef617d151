import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostImages } from '../../src/data/host.ts';
import { ResidentSplit } from '../../src/data/resident.ts';
import type { PlanKind } from '../../src/fusion/index.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { ParameterStore } from '../../src/graph/store.ts';
import { fromStorage, sizeOf } from '../../src/graph/tensor.ts';
import { activation } from '../../src/ops/activation.ts';
import { RELU } from '../../src/ops/activations.ts';
import { addBias } from '../../src/ops/bias.ts';
import { dropout } from '../../src/ops/dropout.ts';
import { pixels } from '../../src/ops/features.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';
import { oneHot } from '../../src/ops/one_hot.ts';
import { isParameter, labels, parameter } from '../../src/ops/sources.ts';
import { keyOf } from '../../src/random/domains.ts';
import { dropoutRate, keptElements } from '../../src/random/dropout.ts';
import { Session } from '../../src/train/session.ts';
import { withSharedEngine } from '../gpu/helpers.ts';

const BATCH = 7;
const WIDTHS = [4, 13, 10] as const;
const RATES = [0.2, 0.5] as const;

/** Two layers whose outputs are positive if dropout keeps them. */
function build(graph: Graph) {
  let x = pixels(graph, [BATCH, WIDTHS[0]]);
  const dropped = RATES.map((rate, i) => {
    const weight = parameter(graph, `${i}.weight`, [WIDTHS[i], WIDTHS[i + 1]]);
    const bias = parameter(graph, `${i}.bias`, [WIDTHS[i + 1]]);
    x = dropout(activation(RELU, addBias(matmul(x, weight), bias)), rate);
    return x;
  });
  const rows = meanSquaredError(x, oneHot(labels(graph, BATCH), WIDTHS[2]));
  return { rows, hits: null, targets: [rows, ...dropped], keep: [rows, ...dropped] };
}

/** The layers' outputs at each of the steps. */
async function outputs(engine: Engine, plan: PlanKind, seed: number, steps: readonly number[]) {
  const count = 3 * BATCH;
  const images = new Uint8Array(count * WIDTHS[0]).fill(255);
  const split = new ResidentSplit(
    engine,
    hostImages({ images, count, height: 1, width: WIDTHS[0] }),
  );
  const session = await Session.create(engine, {
    plan,
    build,
    store: (graph) => new ParameterStore(engine, graph.nodes.filter(isParameter), []),
    split,
    batch: BATCH,
    key: keyOf(seed),
    order: { kind: 'shuffled' },
  });
  for (const name of session.store.names) {
    session.store.write(name, new Float32Array(sizeOf(session.store.shapeOf(name))).fill(1));
  }
  const found: Float32Array[][] = [];
  let at = -1;
  for (const step of steps) {
    // The GPU's clock advances to the next step; other steps need a seek.
    if (step !== at) session.seek(step);
    at = step + 1;
    const encoder = engine.device.createCommandEncoder();
    session.encode(encoder, 1);
    engine.device.queue.submit([encoder.finish()]);
    const layers: Float32Array[] = [];
    for (const node of session.graph.keep.slice(1)) {
      const { shape } = node.spec;
      layers.push(fromStorage(shape, await session.read(node), new Float32Array(sizeOf(shape))));
    }
    found.push(layers);
  }
  session.destroy();
  session.store.destroy();
  split.destroy();
  return found;
}

const maskOf = (values: Float32Array): number[] =>
  [...values].map((value) => (value === 0 ? 0 : 1));

for (const plan of ['plain', 'fused'] as const) {
  for (const seed of [1, 2 ** 33 + 5]) {
    test(`masks of the ${plan} plan with seed ${seed} equal keptElements, layer by layer`, () =>
      withSharedEngine(async (engine) => {
        const steps = [0, 1, 2, 3, 70_000, 70_001];
        const found = await outputs(engine, plan, seed, steps);
        steps.forEach((step, i) => {
          RATES.forEach((rate, layer) => {
            const { threshold } = dropoutRate(rate);
            const kept = keptElements(
              BATCH,
              WIDTHS[layer + 1],
              threshold,
              layer,
              step,
              keyOf(seed),
            );
            assert.equal(maskOf(found[i][layer]), [...kept], `layer ${layer}, step ${step}`);
          });
        });
      }));
  }

  test(`the ${plan} plan divides kept elements by 1 − p`, () =>
    withSharedEngine(async (engine) => {
      const [[first, second]] = await outputs(engine, plan, 3, [0]);
      // Four pixels of 1, weights and biases of 1: each element of the first layer was 5.
      const expected = 5 / (1 - RATES[0]);
      for (const value of first) {
        assert.ok(value === 0 || Math.abs(value / expected - 1) <= 3e-7, `${value}`);
      }
      for (let row = 0; row < BATCH; row++) {
        const kept = first.subarray(13 * row, 13 * row + 13).reduce((sum, x) => sum + x, 1);
        for (const value of second.subarray(10 * row, 10 * row + 10)) {
          assert.ok(value === 0 || Math.abs(value / (2 * kept) - 1) <= 1e-6, `${value}`);
        }
      }
    }));
}

test.run();
