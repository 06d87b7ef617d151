import type { Gpu } from '../gpu/gpu.ts';
import { waitFor } from '../gpu/wait.ts';
import { type Arena, type BoundDispatch, encode } from './executor.ts';
import type { Dispatch, KernelOption } from './op.ts';
import type { Plan } from './plan.ts';

export interface TuneOptions {
  /** Milliseconds after which no further kernel is tried. Compiling counts. */
  readonly budget: number;
  /** Keys of products that were tuned before. */
  readonly known: { has(key: string): boolean };
}

/** How many kernels are tried for a product, in the cost model's order. */
const TRIED = 4;
/** Milliseconds that a sample takes, long enough to hide the cost of a submit. */
const SAMPLE = 4;
const ROUNDS = 3;
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
  arena: Arena,
  plan: Plan,
  { budget, known }: TuneOptions,
): Promise<Map<string, string>> {
  const end = performance.now() + budget;
  const found = new Map<string, string>();
  const products = [...plan.dispatches].sort((a, b) => b.flop - a.flop);
  for (const dispatch of products) {
    const { tunable } = dispatch;
    if (!tunable || tunable.options.length < 2) continue;
    if (found.has(tunable.key) || known.has(tunable.key)) continue;
    if (performance.now() >= end) break;
    const best = await fastest(engine, arena, dispatch, tunable.options, end);
    if (best !== undefined) found.set(tunable.key, best);
  }
  return found;
}

async function fastest(
  engine: Gpu,
  arena: Arena,
  { label, flop }: Dispatch,
  options: readonly KernelOption[],
  end: number,
): Promise<string | undefined> {
  const racers: { name: string; bound: BoundDispatch; least: number; count: number }[] = [];
  for (const { name, parts, grid } of options.slice(0, TRIED)) {
    if (performance.now() >= end) break;
    const [bound] = await arena.bind([{ label: `${label}, ${name}`, parts, grid, flop }]);
    const once = await time(engine, bound, 1);
    const count = Math.max(1, Math.min(200, Math.round(SAMPLE / Math.max(once, 1e-3))));
    racers.push({ name, bound, least: Infinity, count });
  }
  // A single candidate has not been compared.
  if (racers.length < 2) return undefined;
  for (let round = 0; round < ROUNDS; round++) {
    for (const racer of racers) {
      racer.least = Math.min(racer.least, await time(engine, racer.bound, racer.count));
    }
  }
  const [favourite] = racers;
  return racers.reduce((best, racer) =>
    racer.least < best.least && racer.least < favourite.least * GAIN ? racer : best,
  ).name;
}

/** Milliseconds per repetition, from the submit until the GPU is done. */
async function time(engine: Gpu, bound: BoundDispatch, count: number): Promise<number> {
  const { device } = engine;
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let i = 0; i < count; i++) encode(pass, [bound]);
  pass.end();
  const start = performance.now();
  const done = [engine.submit(encoder), device.queue.onSubmittedWorkDone()];
  await waitFor(engine, Promise.all(done));
  return (performance.now() - start) / count;
}
