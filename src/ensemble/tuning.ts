import type { Gpu } from '../gpu/gpu.ts';
import { tunePlan } from '../graph/tuner.ts';
import { MOST_LAYERS, type NetworkProgram } from './program.ts';

/** The key of a product among the engine's tunings. One network is tuned as a trainer's. */
const keyOf = (product: string, networks: number): string =>
  networks === 1 ? product : `${product}, ${networks} networks`;

/** The kernels that are known to be fast for so many networks; else those of one network. */
export function tuningFor(gpu: Gpu, networks: number): ReadonlyMap<string, string> {
  const known = new Map(gpu.tunings);
  const end = keyOf('', networks);
  const own = [...known].filter(([key]) => end !== '' && key.endsWith(end));
  return new Map([
    ...known,
    ...own.map(([key, name]) => [key.slice(0, -end.length), name] as const),
  ]);
}

/**
 * Times the likeliest kernels of each product, each with all networks in its grid. All of them give the same bits. The engine
 * keeps the result.
 *
 * @param budget milliseconds
 * @returns whether something was found
 */
export async function tuneNetworks(
  gpu: Gpu,
  program: NetworkProgram,
  networks: number,
  budget: number,
): Promise<boolean> {
  const dispatches = program.plan.dispatches.map((dispatch) => {
    const { tunable } = dispatch;
    if (!tunable) return dispatch;
    const options = tunable.options.filter(({ grid }) => grid[2] * networks <= MOST_LAYERS);
    return { ...dispatch, tunable: { ...tunable, options } };
  });
  const known = { has: (key: string) => gpu.tunings.has(keyOf(key, networks)) };
  const found = await tunePlan(gpu, program, { dispatches }, { budget, known });
  gpu.tunings.add([...found].map(([key, name]) => [keyOf(key, networks), name] as const));
  return found.size > 0;
}
