import type { Gpu } from '../gpu/gpu.ts';
import { waitFor } from '../gpu/wait.ts';
import { type BoundDispatch, encode } from './executor.ts';
import type { Dispatch, KernelOption } from './op.ts';
import type { Plan } from './plan.ts';

export interface TuneOptions {
  /** Milliseconds after which no further kernel is tried. Compiling counts. */
  readonly budget: number;
  /** Keys of products that were tuned before. */
  readonly known: { has(key: string): boolean };
}

/** Compiles dispatches, and binds them to the memory of a plan. */
export interface Binder {
  bind(dispatches: readonly Dispatch[]): Promise<readonly BoundDispatch[]>;
}

/** How many kernels are tried for a product, in the cost model's order. */
const TRIED = 4;
/** Milliseconds of work in a sample; at least three times what a submit without work takes. */
const SAMPLE = 4;
const ROUNDS = 3;
/** The most repetitions in a sample, in case the clock does not advance. */
const MOST = 5000;
/** A kernel must take at most this share of the time of the model's first choice to replace it. */
const GAIN = 0.95;

/**
 * Checks the cost model's choice of kernels by timing: runs the candidates for each product of a plan on the
 * plan's buffers, the largest products first. This overwrites the buffers, so tune before writing to them.
 *
 * All candidates give the same bits, so tuning does not change a run's results.
 *
 * @returns the fastest kernel's name by the product's key, for each product that the budget allowed
 */
export async function tunePlan(
  engine: Gpu,
  arena: Binder,
  plan: Pick<Plan, 'dispatches'>,
  { budget, known }: TuneOptions,
): Promise<Map<string, string>> {
  const end = performance.now() + budget;
  const found = new Map<string, string>();
  const idle = await idleTime(engine);
  const products = [...plan.dispatches].sort((a, b) => b.flop - a.flop);
  for (const dispatch of products) {
    const { tunable } = dispatch;
    if (!tunable || tunable.options.length < 2) continue;
    if (found.has(tunable.key) || known.has(tunable.key)) continue;
    if (performance.now() >= end) break;
    const best = await fastest(engine, arena, dispatch, tunable.options, end, idle);
    if (best !== undefined) found.set(tunable.key, best);
  }
  return found;
}

/** A kernel that is timed. */
interface Racer {
  readonly name: string;
  readonly bound: readonly BoundDispatch[];
  /** Repetitions in a sample. */
  readonly count: number;
  /** Milliseconds of a repetition, in its fastest sample. */
  least: number;
}

async function fastest(
  engine: Gpu,
  arena: Binder,
  { label, flop }: Dispatch,
  options: readonly KernelOption[],
  end: number,
  idle: number,
): Promise<string | undefined> {
  const racers: Racer[] = [];
  for (const { name, parts, grid } of options.slice(0, TRIED)) {
    if (performance.now() >= end) break;
    const bound = await arena.bind([{ label: `${label}, ${name}`, parts, grid, flop }]);
    const work = async (count: number): Promise<number> =>
      Math.max(1e-6, ((await time(engine, bound, count)) - idle) / count);
    const once = await work(1);
    // A single repetition of a fast kernel is lost in what a submit takes.
    const rough = once > SAMPLE ? once : await work(16);
    const sample = Math.max(SAMPLE, 3 * idle);
    const count = Math.max(1, Math.min(MOST, Math.round(sample / rough)));
    racers.push({ name, bound, least: Infinity, count });
  }
  // A single candidate has not been compared.
  if (racers.length < 2) return undefined;
  for (let round = 0; round < ROUNDS; round++) {
    for (const racer of racers) {
      const { bound, count } = racer;
      racer.least = Math.min(racer.least, ((await time(engine, bound, count)) - idle) / count);
    }
  }
  const [favourite] = racers;
  return racers.reduce((best, racer) =>
    racer.least < best.least && racer.least < favourite.least * GAIN ? racer : best,
  ).name;
}

/** Milliseconds that a submit takes whose work takes none. */
async function idleTime(engine: Gpu): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) least = Math.min(least, await time(engine, [], 0));
  return least;
}

/** Milliseconds from the submit of so many repetitions until the GPU is done. */
async function time(
  engine: Gpu,
  dispatches: readonly BoundDispatch[],
  count: number,
): Promise<number> {
  const { device } = engine;
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let i = 0; i < count; i++) encode(pass, dispatches);
  pass.end();
  const start = performance.now();
  const done = [engine.submit(encoder), device.queue.onSubmittedWorkDone()];
  await waitFor(engine, Promise.all(done));
  return performance.now() - start;
}
