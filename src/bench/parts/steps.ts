import {
  ourContender,
  peerContender,
  pytorchContender,
  pytorchModes,
  type StepContender,
} from '../contenders.ts';
import { type BenchContext, percent } from '../context.ts';
import { trainingFlop } from '../flop.ts';
import { type GpuCounts, watchGpu } from '../hooks.ts';
import { hostOf } from '../host.ts';
import { gflopsOf } from '../peak.ts';
import type { Peer, StepSpec } from '../peer.ts';
import type { StepResult } from '../results.ts';
import { encodeCost, PAPER_STEP, recipes, recordCost, waysOf } from '../step.ts';
import { race, repetitions, type Timing } from '../stopwatch.ts';
import { shown } from '../text.ts';

const SAMPLE_MS = 500;
/** Libraries wait for their device every 10 steps. A sample must contain several such waits. */
const PEER_SAMPLE_MS = 1000;

/** A contender trains to the end of an epoch, or for this time and at least so many steps. */
const LEARN_MS = 8_000;
const LEARN_STEPS = 100;
/** Least accuracy that counts as learned. Guessing gives 0.1; plain gradient descent reaches half after an epoch. */
const LEARNED = { adam: 0.7, sgd: 0.5 } as const;

const COUNT_STEPS = 20;

/** Trains a contender until it should have learned something, and measures its accuracy. */
async function learn(
  contender: StepContender,
  stepMs: number,
  perEpoch: number,
): Promise<StepResult['learned']> {
  const affordable = Math.max(LEARN_STEPS, repetitions(stepMs, LEARN_MS));
  const more = Math.min(affordable, perEpoch) - contender.steps;
  if (more > 0) await contender.run(more);
  return { steps: contender.steps, accuracy: await contender.accuracy() };
}

async function countsOf(contender: StepContender): Promise<GpuCounts | null> {
  if (contender.gpuBytes === null) return null;
  await contender.run(1);
  const watch = watchGpu();
  try {
    await contender.run(COUNT_STEPS);
  } finally {
    watch.stop();
  }
  const entries = Object.entries(watch.counts).map(([name, count]) => [name, count / COUNT_STEPS]);
  return Object.fromEntries(entries) as GpuCounts;
}

async function everyone(
  context: BenchContext,
  spec: StepSpec,
  shared: ReadonlyMap<Peer, number>,
  modes: readonly string[],
): Promise<StepContender[]> {
  const contenders: StepContender[] = [];
  const attempt = async (name: string, make: () => Promise<StepContender>): Promise<void> => {
    try {
      contenders.push(await make());
    } catch (error) {
      context.note(`${name} cannot train ${spec.loss} with ${spec.optimizer}: ${String(error)}`);
    }
  };
  // Ours must work. What others cannot do is reported.
  for (const way of waysOf(context.engine, spec))
    contenders.push(await ourContender(context, way, spec));
  for (const [peer, bytes] of shared) {
    await attempt(peer.name, () => peerContender(context, peer, spec, bytes));
  }
  const host = hostOf();
  for (const mode of host ? modes : []) {
    if (host) await attempt(mode, () => pytorchContender(context, host, mode, spec));
  }
  return contenders;
}

/** A contender's cells, and its table. */
export function stepCells(result: StepResult): { table: string; cells: Record<string, string> } {
  const { counts, learned, encode } = result;
  const whole = (n: number | undefined) => (n === undefined ? '–' : String(Number(n.toFixed(2))));
  return {
    table: `training step of 784–128–64–10, batch 100: ${result.optimizer}, ${result.loss} loss`,
    cells: {
      contender: result.contender,
      'ms/step': shown(result.time),
      'samples/s': Math.round(result.samplesPerSecond).toLocaleString('en'),
      'of peak': percent(result.shareOfPeak),
      dispatches: whole(counts?.dispatches),
      submits: whole(counts?.submits),
      writes: whole(counts?.writes),
      'first step, ms': result.firstStep.toFixed(0),
      'GPU, MB': result.gpuBytes === null ? '–' : (result.gpuBytes / 1e6).toFixed(0),
      'encode, µs': encode ? `${encode.ours.toFixed(1)} / ${encode.withWebGpu.toFixed(1)}` : '–',
      'test accuracy': `${percent(learned.accuracy)} after ${learned.steps} steps`,
    },
  };
}

function report(context: BenchContext, result: StepResult): boolean {
  const ok = result.learned.accuracy >= LEARNED[result.optimizer];
  const { table, cells } = stepCells(result);
  context.row(table, cells, ok);
  return ok;
}

async function oneRecipe(
  context: BenchContext,
  spec: StepSpec,
  shared: ReadonlyMap<Peer, number>,
  modes: readonly string[],
  onMemory: () => void,
): Promise<StepResult[]> {
  const { engine, dataset, peak, rounds } = context;
  const contenders = await everyone(context, spec, shared, modes);
  const results: StepResult[] = [];
  try {
    const sampleMs = shared.size + modes.length > 0 ? PEER_SAMPLE_MS : SAMPLE_MS;
    // A race of all contenders takes minutes.
    context.note(
      `Measuring ${spec.optimizer}, ${spec.loss}: ${contenders.map(({ name }) => name).join(', ')}`,
    );
    const [peakTime, ...times] = await race([peak, ...contenders], { rounds, sampleMs });
    const gflops = gflopsOf(peak.flop, peakTime);
    onMemory();
    for (const [i, contender] of contenders.entries()) {
      const time: Timing = times[i];
      const flop = trainingFlop(spec.widths) * spec.batch;
      const perEpoch = Math.ceil(dataset.train.count / spec.batch);
      const result: StepResult = {
        contender: contender.name,
        kind: contender.kind,
        loss: spec.loss,
        optimizer: spec.optimizer,
        time,
        samplesPerSecond: (1000 * spec.batch) / time.median,
        shareOfPeak: gflopsOf(flop, time) / gflops,
        firstStep: contender.firstStep,
        counts: await countsOf(contender),
        gpuBytes: contender.gpuBytes,
        learned: await learn(contender, time.median, perEpoch),
        ...(contender.trainer
          ? {
              encode: {
                ours: encodeCost(contender.trainer),
                withWebGpu: recordCost(engine, contender.trainer),
              },
            }
          : {}),
      };
      // Only contenders that learn are timed: other times mean nothing.
      if (report(context, result)) results.push(result);
    }
    return results;
  } finally {
    for (const contender of contenders) await contender.dispose();
  }
}

/**
 * Measures training steps of all contenders, recipe by recipe. Each recipe is one race.
 *
 * @param onMemory called when much memory is in use
 */
export async function benchSteps(
  context: BenchContext,
  onMemory: () => void,
): Promise<StepResult[]> {
  const modes = await pytorchModes(hostOf());
  const shared = new Map<Peer, number>();
  try {
    for (const peer of context.peers) {
      const before = context.memory.live;
      context.note(`Uploading the data to ${peer.name} ${peer.version}`);
      await peer.prepare(PAPER_STEP, context.dataset);
      shared.set(peer, context.memory.live - before);
    }
    const results: StepResult[] = [];
    for (const spec of context.quick ? [PAPER_STEP] : recipes()) {
      results.push(...(await oneRecipe(context, spec, shared, modes, onMemory)));
    }
    return results;
  } finally {
    for (const peer of shared.keys()) await peer.forget();
  }
}
