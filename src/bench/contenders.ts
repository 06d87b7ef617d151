import type { Trainer } from '../train/trainer.ts';
import type { BenchContext } from './context.ts';
import type { BenchData } from './data.ts';
import type { Host } from './host.ts';
import type { Evaluated, Peer, StepSpec } from './peer.ts';
import type { StepResult } from './results.ts';
import { nameOf, stepsOf, trainerOf, type Way } from './step.ts';
import { type Contender, clocked, repetitions } from './stopwatch.ts';

/** A training loop, ours or another's, that can be timed, counted and tested. */
export interface StepContender extends Contender {
  readonly kind: StepResult['kind'];
  /** Steps trained so far. */
  readonly steps: number;
  readonly firstStep: number;
  /** About how long a step takes. */
  readonly stepMs: number;
  /** See {@link StepResult.gpuBytes}. */
  readonly gpuBytes: number | null;
  /** Only for ours. */
  readonly trainer?: Trainer;
  evaluate(): Promise<Evaluated>;
  dispose(): Promise<void>;
}

interface Loop {
  run(count: number): Promise<number>;
  evaluate(): Promise<Evaluated>;
  dispose(): void | Promise<void>;
  readonly trainer?: Trainer;
}

/** What a contender trains. */
export interface Recipe {
  readonly spec: StepSpec;
  readonly data: BenchData;
}

/** Steps after which memory use has peaked: more than the 10 steps between two waits for the queue. */
const SETTLE_STEPS = 12;
/** A slow contender takes fewer. */
const SETTLE_MS = 30_000;
/** From here on a sample is one step. */
const SLOW_MS = 1000;
/** From here on there are few samples. */
const VERY_SLOW_MS = 10_000;
const FEW_SAMPLES = 3;

/** Creates a loop, runs its first steps, and counts its steps. */
async function started(
  { memory }: BenchContext,
  facts: Pick<StepContender, 'name' | 'kind'> & { readonly gpu: boolean },
  shared: number,
  make: () => Promise<Loop>,
): Promise<StepContender> {
  const { gpu, ...known } = facts;
  memory.restart();
  const before = memory.live;
  let steps = 0;
  let loop: Loop | undefined;
  const firstStep = await clocked(async () => {
    loop = await make();
    await loop.run(1);
  });
  if (!loop) throw new Error(`${facts.name} was not made`);
  const { run, evaluate, dispose, trainer } = loop;
  const second = await run(1);
  const more = Math.min(SETTLE_STEPS - 1, repetitions(second, SETTLE_MS));
  const stepMs = (await run(more)) / more;
  steps = 2 + more;
  return {
    ...known,
    ...(trainer ? { trainer } : {}),
    ...(stepMs >= SLOW_MS ? { perSample: 1 } : {}),
    ...(stepMs >= VERY_SLOW_MS ? { mostSamples: FEW_SAMPLES } : {}),
    firstStep,
    stepMs,
    gpuBytes: gpu ? memory.peak - before + shared : null,
    get steps() {
      return steps;
    },
    run: async (count) => {
      const elapsed = await run(count);
      steps += count;
      return elapsed;
    },
    evaluate,
    dispose: async () => dispose(),
  };
}

/** One of our ways to train. */
export function ourContender(
  context: BenchContext,
  way: Way,
  { spec, data }: Recipe,
): Promise<StepContender> {
  const { engine } = context;
  const facts = { name: nameOf(way), kind: 'ours', gpu: true } as const;
  return started(context, facts, 0, async () => {
    const trainer = await trainerOf(engine, data, way, spec);
    return {
      trainer,
      run: stepsOf(engine, trainer, facts.name).run,
      evaluate: async () => {
        const { loss, accuracy } = await trainer.evaluate();
        return { loss, accuracy: accuracy ?? 0 };
      },
      dispose: () => trainer.destroy(),
    };
  });
}

/** A library in the same page. @param shared bytes of its data, which all its contenders share */
export function peerContender(
  context: BenchContext,
  peer: Peer,
  { spec, data }: Recipe,
  shared: number,
): Promise<StepContender> {
  const facts = { name: peer.name, kind: 'peer', gpu: peer.device === 'gpu' } as const;
  return started(context, facts, shared, async () => {
    const step = await peer.step(spec, data);
    return {
      run: (count) => clocked(() => step.run(count)),
      evaluate: () => step.evaluate(),
      dispose: () => step.dispose(),
    };
  });
}

/** PyTorch's ways to train on this machine; none if it is not installed. */
export async function pytorchModes(host: Host | undefined): Promise<string[]> {
  return ((await host?.({ kind: 'pytorch', do: 'modes' })) ?? []) as string[];
}

/** PyTorch in its own process, which measures its own time. */
export function pytorchContender(
  context: BenchContext,
  host: Host,
  mode: string,
  { spec, data }: Recipe,
): Promise<StepContender> {
  const facts = { name: `PyTorch ${mode}`, kind: 'program', gpu: false } as const;
  return started(context, facts, 0, async () => {
    const { train, test } = data.dataset;
    const text = 'tokens' in train && 'tokens' in test ? textOf(train.tokens, test.tokens) : {};
    const made = { kind: 'pytorch', do: 'make', mode, spec, ...text } as const;
    const id = (await host(made)) as number;
    const tested = 'count' in test ? test.count : 0;
    return {
      run: async (steps) => (await host({ kind: 'pytorch', do: 'run', id, steps })) as number,
      evaluate: async () =>
        (await host({ kind: 'pytorch', do: 'evaluate', id, tested })) as Evaluated,
      dispose: async () => {
        await host({ kind: 'pytorch', do: 'forget', id });
      },
    };
  });
}

const textOf = (train: ArrayLike<number>, test: ArrayLike<number>) => ({
  text: { train: Array.from(train), test: Array.from(test) },
});
