import {
  ourContender,
  peerContender,
  pytorchContender,
  pytorchModes,
  type Recipe,
  type StepContender,
} from './contenders.ts';
import { type BenchContext, percent } from './context.ts';
import { type BenchData, sampleOf } from './data.ts';
import { trainingFlop } from './flop.ts';
import { type GpuCounts, watchGpu } from './hooks.ts';
import { hostOf } from './host.ts';
import { gflopsOf } from './peak.ts';
import type { Peer, Proof, StepSpec } from './peer.ts';
import type { StepResult } from './results.ts';
import { encodeCost, recordCost, waysOf } from './step.ts';
import { race, repetitions, type Timing } from './stopwatch.ts';
import { shown } from './text.ts';

const SAMPLE_MS = 500;
/** Libraries wait for their device every 10 steps. A sample must contain several such waits. */
const PEER_SAMPLE_MS = 1000;

const COUNT_STEPS = 20;
/** A slow contender's calls are counted over fewer. */
const COUNT_MS = 10_000;

/** The others, with their data uploaded. */
export interface Others {
  /** Bytes of the data of each library. */
  readonly shared: ReadonlyMap<Peer, number>;
  /** PyTorch's ways to train. */
  readonly modes: readonly string[];
  /** Reports what one of them cannot do, or does in another way. */
  lacks(text: string): void;
}

/** Uploads data to the libraries, measures, and frees the data. */
export async function withOthers<T>(
  context: BenchContext,
  spec: StepSpec,
  data: BenchData,
  lacks: (text: string) => void,
  measure: (others: Others) => Promise<T>,
): Promise<T> {
  const modes = await pytorchModes(hostOf());
  const shared = new Map<Peer, number>();
  try {
    for (const peer of context.peers) {
      const before = context.memory.live;
      context.note(`Uploading the data to ${peer.name} ${peer.version}`);
      await peer.prepare(spec, data);
      shared.set(peer, context.memory.live - before);
    }
    return await measure({ shared, modes, lacks });
  } finally {
    for (const peer of shared.keys()) await peer.forget();
  }
}

/** Trains a contender until it should have learned something, and tests it. */
async function learn(
  contender: StepContender,
  { milliseconds, steps }: Proof,
  perEpoch: number,
): Promise<StepResult['learned']> {
  const affordable = Math.max(steps, repetitions(contender.stepMs, milliseconds));
  const more = Math.min(affordable, perEpoch) - contender.steps;
  if (more > 0) await contender.run(more);
  return { steps: contender.steps, ...(await contender.evaluate()) };
}

/** Whether it has learned. */
export const isProven = (
  { measure, bound }: Proof,
  { loss = Infinity, accuracy }: StepResult['learned'],
): boolean => (measure === 'loss' ? loss < bound : accuracy >= bound);

async function countsOf(contender: StepContender): Promise<GpuCounts | null> {
  if (contender.gpuBytes === null) return null;
  await contender.run(1);
  const steps = Math.min(COUNT_STEPS, repetitions(contender.stepMs, COUNT_MS));
  const watch = watchGpu();
  try {
    await contender.run(steps);
  } finally {
    watch.stop();
  }
  const entries = Object.entries(watch.counts).map(([name, count]) => [name, count / steps]);
  return Object.fromEntries(entries) as GpuCounts;
}

async function everyone(
  context: BenchContext,
  recipe: Recipe,
  { shared, modes, lacks }: Others,
): Promise<StepContender[]> {
  const { spec } = recipe;
  const contenders: StepContender[] = [];
  const attempt = async (name: string, make: () => Promise<StepContender>): Promise<void> => {
    // A slow one takes a minute to start.
    context.note(`Starting ${name}`);
    try {
      contenders.push(await make());
    } catch (error) {
      lacks(
        `${name} cannot train ${spec.network.title} with ${spec.optimizer} and ${spec.loss}: ${String(error)}`,
      );
    }
  };
  // Ours must work. What others cannot do is reported.
  for (const way of waysOf(context.engine, spec)) {
    contenders.push(await ourContender(context, way, recipe));
  }
  for (const [peer, bytes] of shared) {
    await attempt(peer.name, () => peerContender(context, peer, recipe, bytes));
    for (const text of peer.instead(spec)) lacks(`${peer.name}: ${text}`);
  }
  const host = hostOf();
  for (const mode of host ? modes : []) {
    if (host) await attempt(`PyTorch ${mode}`, () => pytorchContender(context, host, mode, recipe));
  }
  return contenders;
}

/** What a contender has learned, as text. */
const proofText = ({ measure }: Proof, { steps, accuracy, loss = 0 }: StepResult['learned']) =>
  `${measure === 'loss' ? loss.toFixed(2) : percent(accuracy)} after ${steps} steps`;

/** A contender's cells, and its table. */
export function stepCells(
  spec: StepSpec,
  result: StepResult,
): { table: string; cells: Record<string, string> } {
  const { counts, learned, encode } = result;
  const whole = (n: number | undefined) => (n === undefined ? '–' : String(Number(n.toFixed(2))));
  return {
    table: `training step of ${spec.network.title}, batch ${spec.batch}: ${result.optimizer}, ${result.loss} loss`,
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
      [`test ${spec.proof.measure}`]: proofText(spec.proof, learned),
    },
  };
}

/** Only contenders that learn are timed: other times mean nothing. */
function report(context: BenchContext, spec: StepSpec, result: StepResult): boolean {
  const ok = isProven(spec.proof, result.learned);
  const { table, cells } = stepCells(spec, result);
  context.row(table, cells, ok);
  return ok;
}

/**
 * Measures steps of one recipe: one race of all contenders.
 *
 * @param onMemory called when much memory is in use
 */
export async function raceRecipe(
  context: BenchContext,
  recipe: Recipe,
  others: Others,
  onMemory: () => void,
): Promise<StepResult[]> {
  const { engine, peak, rounds } = context;
  const { spec, data } = recipe;
  const contenders = await everyone(context, recipe, others);
  const results: StepResult[] = [];
  try {
    const sampleMs = others.shared.size + others.modes.length > 0 ? PEER_SAMPLE_MS : SAMPLE_MS;
    // A race of all contenders takes minutes.
    context.note(
      `Measuring ${spec.network.title}, ${spec.optimizer}, ${spec.loss}: ${contenders.map(({ name }) => name).join(', ')}`,
    );
    const [peakTime, ...times] = await race([peak, ...contenders], { rounds, sampleMs });
    const gflops = gflopsOf(peak.flop, peakTime);
    onMemory();
    const flop = trainingFlop(spec.network.layers, sampleOf(data)) * spec.batch;
    const perEpoch = contenders[0].trainer?.stepsPerEpoch ?? Infinity;
    for (const [i, contender] of contenders.entries()) {
      const time: Timing = times[i];
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
        learned: await learn(contender, spec.proof, perEpoch),
        ...(contender.trainer
          ? {
              encode: {
                ours: encodeCost(contender.trainer),
                withWebGpu: recordCost(engine, contender.trainer),
              },
            }
          : {}),
      };
      if (report(context, spec, result)) results.push(result);
    }
    return results;
  } finally {
    for (const contender of contenders) await contender.dispose();
  }
}
