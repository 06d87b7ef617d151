import type { ImageDataset } from '../data/dataset.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import type { Node } from '../graph/graph.ts';
import { ParameterStore } from '../graph/store.ts';
import { fromStorage, sizeOf } from '../graph/tensor.ts';
import { inLayout } from '../nn/layers/parameters.ts';
import { batchMean } from '../ops/batch_mean.ts';
import { gradients } from '../ops/gradients.ts';
import { isParameter } from '../ops/sources.ts';
import { networkGraph } from '../train/network.ts';
import { prepare } from '../train/prepare.ts';
import { Session } from '../train/session.ts';
import { placeBoth } from '../train/splits.ts';
import { Trainer, type TrainerOptions } from '../train/trainer.ts';
import { wholeError, worstGradient } from './distance.ts';
import { exactGradients } from './exact.ts';
import { BOUNDS, type Distance, type Distances, distancesOf, worstLoss } from './judge.ts';
import { trainerOptions } from './options.ts';
import type { Trace } from './trace.ts';

/** How a repeated run differs. Relative errors; of gradients as `worstGradient` measures them. */
export interface ParityResult {
  readonly name: string;
  /** Of step 0; from float64 if they are further from PyTorch's float32 ones than its bound. */
  readonly gradient: Distance;
  /** From the float64 run if the trace has one, else from PyTorch's float32 run. */
  readonly distances: Distances;
  /** Of the averages of the weights; null without. It counts as one of the final weights. */
  readonly averageError: number | null;
  /** Of all losses, from PyTorch's float32 run. */
  readonly lossError: number;
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
  readonly testLossExpected: number | null;
  readonly testAccuracyExpected: number | null;
  readonly ok: boolean;
}

async function judgedGradients(
  found: ReadonlyMap<string, Float32Array>,
  trace: Trace,
  options: TrainerOptions<ImageDataset>,
): Promise<Distance> {
  const ours = worstGradient(found, trace.gradients);
  const bound = BOUNDS.gradient;
  // A trace without a float64 run is judged by PyTorch's float32 gradients alone.
  const isJudged = ours > bound && trace.float64 && !trace.tokens;
  const exact = isJudged ? await exactGradients(trace, options) : null;
  const theirs = exact ? worstGradient(trace.gradients, exact) : Infinity;
  // Gradients that are further apart are of other networks.
  return exact && theirs <= BOUNDS.worstGradient
    ? { ours: worstGradient(found, exact), theirs, bound: Math.max(bound, BOUNDS.times * theirs) }
    : { ours, theirs: null, bound };
}

/**
 * Repeats a PyTorch run from its weights and batches, and compares the results.
 *
 * @param text of traces of tokens
 * @throws DataError if the trace needs samples that the data set does not have, or a text that is not given.
 */
export async function runParity(
  engine: Engine,
  trace: Trace,
  dataset: ImageDataset,
  plan: PlanKind,
  text?: string,
): Promise<ParityResult> {
  const options = trainerOptions(trace, dataset, plan, text);
  const gradient = await judgedGradients(await gradientsOf(engine, trace, options), trace, options);
  const trainer = await Trainer.create(engine, options);
  try {
    trainer.load(trace.initial);
    const { accumulate = 1 } = trace;
    const each = await trainer.steps(trace.steps * accumulate);
    // A step's loss is the mean of its batches' losses.
    const losses = Array.from({ length: trace.steps }, (_, step) => {
      const own = each.slice(step * accumulate, (step + 1) * accumulate);
      return own.reduce((sum, loss) => sum + loss, 0) / accumulate;
    });
    const parameters = await trainer.parameters();
    const final = new Map([...parameters].map(([name, { data }]) => [name, data]));
    const test = trace.testLoss === null ? null : await trainer.evaluate();
    const averages =
      trace.averages &&
      new Map([...(await trainer.averages())].map(([name, { data }]) => [name, data]));
    const averageError = averages && trace.averages ? wholeError(averages, trace.averages) : null;
    const distances = distancesOf(
      trace,
      losses,
      test?.loss ?? null,
      Math.max(wholeError(final, trace.final), averageError ?? 0),
    );
    const accuracyOff =
      trace.testAccuracy === null ? 0 : Math.abs((test?.accuracy ?? NaN) - trace.testAccuracy);
    const ok =
      Object.values<Distance | null>({ gradient, ...distances }).every(
        (one) => one === null || one.ours <= one.bound,
      ) && accuracyOff <= BOUNDS.testAccuracy;
    return {
      name: trace.name,
      gradient,
      distances,
      averageError,
      lossError: worstLoss(losses, trace.losses),
      testLoss: test?.loss ?? null,
      testAccuracy: test?.accuracy ?? null,
      testLossExpected: trace.testLoss,
      testAccuracyExpected: trace.testAccuracy,
      ok,
    };
  } finally {
    trainer.destroy();
  }
}

/** The gradients of step 0, the mean of its batches', in PyTorch's layout, kept in memory instead of being consumed by an update. */
async function gradientsOf(
  engine: Engine,
  trace: Trace,
  given: TrainerOptions<ImageDataset>,
): Promise<Map<string, Float32Array>> {
  const options = await prepare(given);
  const { model, plan, loss, order, accumulate, batchSize: batch } = options;
  const trained = model.parameters.filter(({ name }) => trace.gradients.has(name));
  const { train: split, test } = await placeBoth(engine, options);
  let session: Session | undefined;
  try {
    session = await Session.create(engine, {
      plan,
      build: (graph) => {
        const network = networkGraph(graph, options, loss, batch, true, split.sources);
        const wanted = trained.map(
          ({ name }) => graph.nodes.filter(isParameter).find((node) => node.name === name) as Node,
        );
        const slopes = gradients(batchMean(network.rows), wanted);
        const keep = [network.rows, ...(network.hits ? [network.hits] : []), ...slopes.values()];
        return { rows: network.rows, hits: network.hits, targets: keep, keep };
      },
      store: (graph) => new ParameterStore(engine, graph.nodes.filter(isParameter), []),
      split,
      batch,
      key: [0, 0],
      order,
    });
    const { store } = session;
    for (const spec of model.parameters) {
      const { name } = spec;
      const values = trace.initial.get(name);
      // State that the trace lacks does not count in a gradient.
      if (values) store.write(name, inLayout(spec, values, 'into storage'));
    }
    session.seek(0);
    const found = new Map<string, Float32Array>();
    const kept = session.graph.keep.slice(-trained.length);
    for (let batches = 0; batches < accumulate; batches++) {
      const encoder = engine.device.createCommandEncoder();
      session.encode(encoder, 1);
      await engine.submit(encoder);
      for (const [i, spec] of trained.entries()) {
        const { shape } = kept[i].spec;
        const size = sizeOf(shape);
        const own = fromStorage(shape, await session.read(kept[i]), new Float32Array(size));
        const values = inLayout(spec, own, 'out of storage');
        const mean = found.get(spec.name) ?? new Float32Array(size);
        found.set(
          spec.name,
          mean.map((sum, at) => sum + values[at] / accumulate),
        );
      }
    }
    return found;
  } finally {
    session?.destroy();
    session?.store.destroy();
    split.destroy();
    test?.destroy();
  }
}
