import type { ImageDataset } from '../data/dataset.ts';
import { hostImages } from '../data/host.ts';
import { ResidentSplit } from '../data/resident.ts';
import { DataError } from '../errors.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import { ParameterStore } from '../graph/store.ts';
import { fromStorage, sizeOf } from '../graph/tensor.ts';
import { transposed } from '../nn/layers.ts';
import { batchMean } from '../ops/batch_mean.ts';
import { gradients } from '../ops/gradients.ts';
import { isParameter } from '../ops/sources.ts';
import { networkGraph } from '../train/network.ts';
import { Session } from '../train/session.ts';
import { Trainer } from '../train/trainer.ts';
import type { Trace } from './trace.ts';

/**
 * How far a run may differ from PyTorch.
 *
 * Two float32 programs that sum in different orders differ by a few ULP (2⁻²³ ≈ 1.2e-7) for each sum. One
 * forward and backward pass multiplies that by the depth and by the cancellation in the sums: norm-wise it
 * stays below 1e-5. Training then amplifies a difference from step to step, when a ReLU switches or Adam
 * divides a small gradient by its own size. Over 50 steps the loss stays within 1e-4. After that the two
 * runs are two samples of the same training, so only the final results are compared: the test loss to 1%,
 * and the test accuracy to 0.3 points, three images in a thousand.
 */
export const BOUNDS = {
  gradient: 1e-5,
  earlyLoss: 1e-4,
  earlySteps: 50,
  testLoss: 0.01,
  testAccuracy: 0.003,
} as const;

/** {@link BOUNDS} in words. */
export function describeBounds(): string {
  const { gradient, earlyLoss, earlySteps, testLoss, testAccuracy } = BOUNDS;
  return `Bounds: gradients of step 0 ${gradient}, losses of the first ${earlySteps} steps ${earlyLoss}, test loss ${testLoss} (all relative; tensors norm-wise), test accuracy ${100 * testAccuracy} points. Later losses and the final weights are shown but not checked: two float32 runs have diverged by then.`;
}

/** How a repeated run differs. Relative errors; of tensors, the largest norm-wise error. */
export interface ParityResult {
  readonly name: string;
  readonly gradientError: number;
  /** Over the first {@link BOUNDS.earlySteps} steps. */
  readonly earlyLossError: number;
  readonly lossError: number;
  readonly finalError: number;
  readonly testLoss: number;
  readonly testAccuracy: number | null;
  readonly testLossExpected: number;
  readonly testAccuracyExpected: number | null;
  readonly ok: boolean;
}

/** ‖a − b‖ / ‖b‖, in the Euclidean norm. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  if (size === 0) return difference === 0 ? 0 : Infinity;
  return Math.sqrt(difference / size);
}

/** The larger of two errors; NaN counts as the largest. */
const larger = (most: number, error: number): number =>
  Math.max(most, Number.isNaN(error) ? Infinity : error);

function worst(
  got: ReadonlyMap<string, ArrayLike<number>>,
  expected: ReadonlyMap<string, ArrayLike<number>>,
): number {
  let most = 0;
  for (const [name, values] of expected) {
    most = larger(most, relativeError(got.get(name) ?? [], values));
  }
  return most;
}

const worstLoss = (got: readonly number[], expected: readonly number[]): number =>
  expected.reduce((most, loss, i) => larger(most, Math.abs(got[i] - loss) / Math.abs(loss)), 0);

/**
 * Repeats a PyTorch run from its weights and batches, and compares the results.
 *
 * @throws DataError if the trace needs samples that the data set does not have.
 */
export async function runParity(
  engine: Engine,
  trace: Trace,
  dataset: ImageDataset,
  plan: PlanKind,
): Promise<ParityResult> {
  const beyond = trace.indices.find((index) => index >= dataset.train.count);
  if (beyond !== undefined) {
    throw new DataError(
      `${trace.name} uses training image ${beyond}; ${dataset.name} has ${dataset.train.count}. Give the data set that the trace was made with`,
    );
  }
  const gradientError = worst(await gradientsOf(engine, trace, dataset, plan), trace.gradients);
  const trainer = await Trainer.create(engine, {
    model: trace.model,
    dataset,
    loss: trace.loss,
    target: trace.target,
    optimizer: trace.optimizer,
    batchSize: trace.batch,
    normalize: trace.normalize,
    plan,
    order: { kind: 'listed', indices: trace.indices },
  });
  try {
    trainer.load(trace.initial);
    const losses = await trainer.steps(trace.steps);
    const parameters = await trainer.parameters();
    const final = new Map([...parameters].map(([name, { data }]) => [name, data]));
    const test = await trainer.evaluate();
    const early = BOUNDS.earlySteps;
    const earlyLossError = worstLoss(losses.slice(0, early), trace.losses.slice(0, early));
    const accuracyOff =
      trace.testAccuracy === null ? 0 : Math.abs((test.accuracy ?? NaN) - trace.testAccuracy);
    const ok =
      gradientError <= BOUNDS.gradient &&
      earlyLossError <= BOUNDS.earlyLoss &&
      Math.abs(test.loss - trace.testLoss) <= BOUNDS.testLoss * trace.testLoss &&
      accuracyOff <= BOUNDS.testAccuracy;
    return {
      name: trace.name,
      gradientError,
      earlyLossError,
      lossError: worstLoss(losses, trace.losses),
      finalError: worst(final, trace.final),
      testLoss: test.loss,
      testAccuracy: test.accuracy,
      testLossExpected: trace.testLoss,
      testAccuracyExpected: trace.testAccuracy,
      ok,
    };
  } finally {
    trainer.destroy();
  }
}

/** The gradients of step 0 in PyTorch's layout, kept in memory instead of being consumed by an update. */
async function gradientsOf(
  engine: Engine,
  trace: Trace,
  dataset: ImageDataset,
  plan: PlanKind,
): Promise<Map<string, Float32Array>> {
  const { model, target, normalize, batch } = trace;
  const split = new ResidentSplit(engine, hostImages(dataset.train, dataset.train.labels));
  let session: Session | undefined;
  try {
    session = await Session.create(engine, {
      plan,
      build: (graph) => {
        const network = networkGraph(graph, { model, target, normalize }, trace.loss, batch, true);
        const slopes = gradients(batchMean(network.rows), graph.nodes.filter(isParameter));
        const keep = [network.rows, ...(network.hits ? [network.hits] : []), ...slopes.values()];
        return { rows: network.rows, hits: network.hits, targets: keep, keep };
      },
      store: (graph) => new ParameterStore(engine, graph.nodes.filter(isParameter), []),
      split,
      batch,
      key: [0, 0],
      order: { kind: 'listed', indices: trace.indices },
    });
    const { store } = session;
    for (const [name, { shape }] of model.named) {
      const values = trace.initial.get(name) ?? new Float32Array(0);
      store.write(name, shape.length === 2 ? transposed(values, shape[0], shape[1]) : values);
    }
    session.seek(0);
    const encoder = engine.device.createCommandEncoder();
    session.encode(encoder, 1);
    await engine.submit(encoder);
    const found = new Map<string, Float32Array>();
    const kept = session.graph.keep.slice(-model.named.length);
    for (const [i, [name, { shape }]] of model.named.entries()) {
      const node = kept[i];
      const values = fromStorage(
        node.spec.shape,
        await session.read(node),
        new Float32Array(sizeOf(shape)),
      );
      found.set(name, shape.length === 2 ? transposed(values, shape[1], shape[0]) : values);
    }
    return found;
  } finally {
    session?.destroy();
    session?.store.destroy();
    split.destroy();
  }
}
