import { runSteps } from '../../train/loop.ts';
import type { Trainer } from '../../train/trainer.ts';
import type { BenchContext } from '../context.ts';
import { type BenchData, imagesOf, sampleOf, textOf } from '../data.ts';
import { trainingFlop } from '../flop.ts';
import { type GpuCounts, watchGpu } from '../hooks.ts';
import type { StepSpec } from '../peer.ts';
import { raceRecipe, withOthers } from '../recipe.ts';
import type { NetworkResult } from '../results.ts';
import { NETWORK_STEPS, type NetworkName, trainerOf } from '../step.ts';
import { benchProducts } from './products.ts';

/** Samples that are tested: a slow library takes a second for few. */
const TESTED = { images: 200, text: 16 } as const;
const LOOP_STEPS = 20;

/** Windows are as long as the network takes. */
function dataOf({ data }: BenchContext, { network: { data: kind, layers } }: StepSpec): BenchData {
  if (kind === 'images') return imagesOf(data, TESTED.images);
  const positions = layers.find((layer) => layer.kind === 'positions');
  return textOf(positions?.length ?? 64, TESTED.text);
}

/** Counts the calls of a loop that submits each step by itself, and the bytes before and after it. */
async function benchLoop(
  { engine, row }: BenchContext,
  title: string,
  trainer: Trainer,
): Promise<NetworkResult['loop']> {
  const { session } = trainer;
  await runSteps(engine, session, 0, 1, { chunk: 1 });
  // Ours alone: what others leave to the garbage collector does not count.
  const before = engine.memory().bytes;
  const watch = watchGpu();
  try {
    await runSteps(engine, session, 0, LOOP_STEPS, { chunk: 1 });
  } finally {
    watch.stop();
  }
  const bytes = [before, engine.memory().bytes] as const;
  const each = (count: number): number => count / LOOP_STEPS;
  const counts: GpuCounts = {
    dispatches: each(watch.counts.dispatches),
    submits: each(watch.counts.submits),
    writes: each(watch.counts.writes),
    maps: each(watch.counts.maps),
    bindGroups: each(watch.counts.bindGroups),
    buffers: each(watch.counts.buffers),
  };
  const others = counts.writes + counts.maps + counts.bindGroups + counts.buffers;
  row(
    `loop of ${LOOP_STEPS} steps of ${title}, for each step`,
    {
      dispatches: String(counts.dispatches),
      submits: String(counts.submits),
      'writes, maps, buffers made': `${counts.writes}, ${counts.maps}, ${counts.buffers}`,
      'bytes of buffers before and after': bytes
        .map((size) => size.toLocaleString('en'))
        .join(', '),
    },
    counts.submits === 1 && others === 0 && bytes[0] === bytes[1],
  );
  return { family: engine.family, steps: LOOP_STEPS, counts, bytes };
}

/**
 * Measures steps of a network: all contenders, what our loop calls, and our products against plain ones.
 *
 * @param onMemory called when much memory is in use
 */
export async function benchNetwork(
  context: BenchContext,
  name: NetworkName,
  onMemory: () => void,
): Promise<NetworkResult> {
  const { engine, note } = context;
  const spec = NETWORK_STEPS[name];
  const { title, layers } = spec.network;
  const data = dataOf(context, spec);
  const notes: string[] = [];
  const lacks = (text: string): void => {
    notes.push(text);
    note(text);
  };
  const steps = await withOthers(context, spec, data, lacks, (others) =>
    raceRecipe(context, { spec, data }, others, onMemory),
  );
  const trainer = await trainerOf(engine, data, { plan: 'fused', family: engine.family }, spec);
  try {
    const sizes = [...trainer.shapes.values()];
    return {
      network: name,
      title,
      batch: spec.batch,
      optimizer: spec.optimizer,
      parameters: sizes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0),
      flop: trainingFlop(layers, sampleOf(data)) * spec.batch,
      bound: spec.proof.bound,
      steps,
      notes,
      loop: await benchLoop(context, title, trainer),
      ...(await benchProducts(context, title, trainer)),
    };
  } finally {
    trainer.destroy();
  }
}
