import { gemmContender, LAYOUTS, type Layout } from '../../bench/gemm.ts';
import { peakContenders } from '../../bench/peak.ts';
import {
  BATCH,
  encodeCost,
  STEP_FLOP_PER_SAMPLE,
  type StepVariant,
  stepContender,
} from '../../bench/step.ts';
import { race, type Timing } from '../../bench/stopwatch.ts';
import type { ImageDataset } from '../../data/dataset.ts';
import { OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { KernelFamily } from '../../gpu/family.ts';
import { openDataset, openEngine } from './data.ts';
import type { Emit, Task } from './task.ts';

/** What `bench` measured. Times in milliseconds. */
export interface BenchResults {
  readonly date: string;
  readonly adapter: Engine['adapter'];
  /** GFLOP/s of multiply-adds in registers. */
  readonly peak: number;
  readonly steps: readonly {
    readonly variant: StepVariant;
    readonly time: Timing;
    readonly samplesPerSecond: number;
    readonly shareOfPeak: number;
    readonly dispatches: number;
    readonly firstStep: number;
    readonly encodeMicroseconds: number;
    /** Test accuracy after the epoch that was trained before the timing. */
    readonly accuracy: number | null;
  }[];
  readonly gemm: readonly {
    readonly family: KernelFamily;
    readonly layout: Layout;
    readonly n: number;
    readonly time: Timing;
    readonly gflops: number;
    readonly shareOfPeak: number;
  }[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const spread = ({ median, least, most }: Timing): string =>
  `${median.toFixed(3)} (${least.toFixed(3)}–${most.toFixed(3)})`;

async function measurePeak(engine: Engine, rounds: number): Promise<number> {
  const contenders = await peakContenders(engine);
  try {
    const times = await race(engine, contenders, rounds);
    const speeds = contenders.map(
      ({ name, flop }) => flop / ((times.get(name)?.median ?? 1) * 1e6),
    );
    return Math.max(...speeds);
  } finally {
    for (const contender of contenders) contender.destroy();
  }
}

function variants(engine: Engine): StepVariant[] {
  const all: StepVariant[] = engine.families.flatMap((family) =>
    (['mse', 'cross_entropy'] as const).flatMap((loss) =>
      (['sgd', 'adam'] as const).map((optimizer) => ({
        plan: 'fused' as const,
        family,
        loss,
        optimizer,
      })),
    ),
  );
  return [...all, { plan: 'plain', family: 'portable', loss: 'cross_entropy', optimizer: 'adam' }];
}

async function benchSteps(
  engine: Engine,
  dataset: ImageDataset,
  peak: number,
  rounds: number,
  emit: Emit,
): Promise<BenchResults['steps']> {
  const contenders = [];
  for (const variant of variants(engine)) {
    contenders.push({ variant, ...(await stepContender(engine, dataset, variant)) });
  }
  const results: BenchResults['steps'][number][] = [];
  try {
    const times = await race(engine, contenders, rounds);
    for (const contender of contenders) {
      const time = times.get(contender.name);
      if (!time) continue;
      // A step that is timed has to be a step that learns.
      contender.trainer.reset();
      await contender.trainer.fit({ epochs: 1, validate: false });
      const { accuracy } = await contender.trainer.evaluate();
      const shareOfPeak = (STEP_FLOP_PER_SAMPLE * BATCH) / (time.median * 1e6) / peak;
      const result = {
        variant: contender.variant,
        time,
        samplesPerSecond: (1000 * BATCH) / time.median,
        shareOfPeak,
        dispatches: contender.trainer.dispatchesPerStep,
        firstStep: contender.firstStep,
        encodeMicroseconds: encodeCost(contender),
        accuracy,
      };
      results.push(result);
      emit({
        type: 'row',
        table: 'training step, 784–128–64–10, batch 100',
        cells: {
          contender: contender.name,
          'ms/step': spread(time),
          'samples/s': Math.round(result.samplesPerSecond).toLocaleString('en'),
          'of peak': percent(shareOfPeak),
          dispatches: String(result.dispatches),
          'first step, ms': result.firstStep.toFixed(0),
          'encode, µs': result.encodeMicroseconds.toFixed(1),
          'accuracy, 1 epoch': percent(accuracy ?? 0),
        },
        ok: (accuracy ?? 0) > 0.5,
      });
    }
    return results;
  } finally {
    for (const { trainer } of contenders) trainer.destroy();
  }
}

async function benchGemm(
  engine: Engine,
  peak: number,
  rounds: number,
  sizes: readonly number[],
  emit: Emit,
): Promise<BenchResults['gemm']> {
  const { families } = engine;
  const results: BenchResults['gemm'][number][] = [];
  for (const n of sizes) {
    for (const layout of Object.keys(LAYOUTS) as Layout[]) {
      const contenders = await Promise.all(
        families.map((family) => gemmContender(engine, family, layout, n)),
      );
      const times = await race(engine, contenders, rounds);
      for (const [i, family] of families.entries()) {
        const time = times.get(contenders[i].name);
        if (!time) continue;
        const gflops = (2 * n ** 3) / (time.median * 1e6);
        results.push({ family, layout, n, time, gflops, shareOfPeak: gflops / peak });
        emit({
          type: 'row',
          table: 'GEMM',
          cells: {
            kernel: contenders[i].name,
            ms: spread(time),
            'GFLOP/s': gflops.toFixed(1),
            'of peak': percent(gflops / peak),
          },
          ok: true,
        });
      }
      for (const contender of contenders) contender.destroy();
    }
  }
  return results;
}

/** Times training steps and products against the adapter's arithmetic peak. */
export const bench: Task = async (options, emit) => {
  const rounds = Number(options.get('rounds') ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new OptionError(
      `rounds=${options.get('rounds')} was given; it must be a positive integer`,
    );
  }
  const sizes = (options.get('sizes') ?? '256,512,1024').split(',').map(Number);
  if (!sizes.every((n) => Number.isInteger(n) && n > 0)) {
    throw new OptionError(`sizes=${options.get('sizes')} was given; use positive integers`);
  }
  const engine = await openEngine(emit);
  try {
    const dataset = await openDataset(options, emit);
    const before = await measurePeak(engine, rounds);
    const steps = await benchSteps(engine, dataset, before, rounds, emit);
    const gemm = await benchGemm(engine, before, rounds, sizes, emit);
    const after = await measurePeak(engine, rounds);
    emit({
      type: 'note',
      text: `Arithmetic peak: ${before.toFixed(1)} GFLOP/s before, ${after.toFixed(1)} after`,
    });
    const results: BenchResults = {
      date: new Date().toISOString(),
      adapter: engine.adapter,
      peak: before,
      steps,
      gemm,
    };
    return results;
  } finally {
    engine.destroy();
  }
};
