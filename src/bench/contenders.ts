import type { Trainer } from '../train/trainer.ts';
import type { BenchContext } from './context.ts';
import type { Host } from './host.ts';
import type { Peer, StepSpec } from './peer.ts';
import type { StepResult } from './results.ts';
import { nameOf, stepsOf, trainerOf, type Way } from './step.ts';
import { type Contender, clocked } from './stopwatch.ts';

/** A training loop, ours or another's, that can be timed, counted and tested. */
export interface StepContender extends Contender {
  readonly kind: StepResult['kind'];
  readonly spec: StepSpec;
  /** Steps trained so far. */
  readonly steps: number;
  readonly firstStep: number;
  /** See {@link StepResult.gpuBytes}. */
  readonly gpuBytes: number | null;
  /** Only for ours. */
  readonly trainer?: Trainer;
  accuracy(): Promise<number>;
  dispose(): Promise<void>;
}

interface Loop {
  run(count: number): Promise<number>;
  accuracy(): Promise<number>;
  dispose(): void | Promise<void>;
  readonly trainer?: Trainer;
}

/** Steps after which memory use has peaked: more than the 10 steps between two waits for the queue. */
const SETTLE_STEPS = 12;

/** Creates a loop, runs its first steps, and counts its steps. */
async function started(
  { memory }: BenchContext,
  facts: Pick<StepContender, 'name' | 'kind' | 'spec'> & { readonly gpu: boolean },
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
  const { run, accuracy, dispose, trainer } = loop;
  await run(SETTLE_STEPS);
  steps = 1 + SETTLE_STEPS;
  return {
    ...known,
    ...(trainer ? { trainer } : {}),
    firstStep,
    gpuBytes: gpu ? memory.peak - before + shared : null,
    get steps() {
      return steps;
    },
    run: async (count) => {
      const elapsed = await run(count);
      steps += count;
      return elapsed;
    },
    accuracy,
    dispose: async () => dispose(),
  };
}

/** One of our ways to train. */
export function ourContender(
  context: BenchContext,
  way: Way,
  spec: StepSpec,
): Promise<StepContender> {
  const { engine, dataset } = context;
  const facts = { name: nameOf(way), kind: 'ours', spec, gpu: true } as const;
  return started(context, facts, 0, async () => {
    const trainer = await trainerOf(engine, dataset, way, spec);
    return {
      trainer,
      run: stepsOf(engine, trainer, facts.name).run,
      accuracy: async () => (await trainer.evaluate()).accuracy ?? 0,
      dispose: () => trainer.destroy(),
    };
  });
}

/** A library in the same page. @param shared bytes of its data, which all its contenders share */
export function peerContender(
  context: BenchContext,
  peer: Peer,
  spec: StepSpec,
  shared: number,
): Promise<StepContender> {
  const facts = { name: peer.name, kind: 'peer', spec, gpu: peer.device === 'gpu' } as const;
  return started(context, facts, shared, async () => {
    const step = await peer.step(spec, context.dataset);
    return {
      run: (count) => clocked(() => step.run(count)),
      accuracy: () => step.accuracy(),
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
  spec: StepSpec,
): Promise<StepContender> {
  const facts = { name: `PyTorch ${mode}`, kind: 'program', spec, gpu: false } as const;
  const { loss, optimizer, learningRate } = spec;
  return started(context, facts, 0, async () => {
    const made = { kind: 'pytorch', do: 'make', mode, loss, optimizer, learningRate } as const;
    const id = (await host(made)) as number;
    return {
      run: async (steps) => (await host({ kind: 'pytorch', do: 'run', id, steps })) as number,
      accuracy: async () => (await host({ kind: 'pytorch', do: 'accuracy', id })) as number,
      dispose: () => {},
    };
  });
}
