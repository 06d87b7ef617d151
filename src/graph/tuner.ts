import type { Gpu } from '../gpu/gpu.ts';
import { waitFor } from '../gpu/wait.ts';
import { type Arena, type BoundDispatch, encode } from './executor.ts';
import type { Dispatch, KernelOption } from './op.ts';
import type { Plan } from './plan.ts';

export interface TuneOptions {
  /** Milliseconds after which no other kernel is tried; compiling counts. */
  readonly budget: number;
  /** Kernels that are already known, by key. */
  readonly known: { has(key: string): boolean };
}

/** How many kernels are tried for a product, the model's favourites first. */
const TRIED = 4;
/** A sample takes about this long in milliseconds, so that a submit's own cost does not show. */
const SAMPLE = 4;
const ROUNDS = 3;
/** A kernel must be this much faster than the model's favourite to take its place. */
const GAIN = 0.95;

/**
 * Confirms the model's choice of kernels: times those that may serve each product of a plan, the
 * largest products first, on the plan's own buffers. Their contents are not kept: tune before
 * anything is written.
 *
 * All kernels that are tried give the same bits, so a tuned run is the run that was not.
 *
 * @returns the fastest kernel's name by the product's key, for every product that was reached
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
  // One alone has beaten nobody.
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

/** Milliseconds a repetition, from the submit to its end. */
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
