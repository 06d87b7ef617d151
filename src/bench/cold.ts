import { OptionError } from '../errors.ts';
import { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';
import type { ImagesData } from './data.ts';
import type { Peer } from './peer.ts';
import type { ColdSample } from './results.ts';
import { PAPER_STEP, trainerOf, type Way } from './step.ts';
import { clocked } from './stopwatch.ts';

/** How `gradweave train` starts without a GPU. */
const WARM_STEPS = 200;

/**
 * Our contenders, by their names in `cold=`. `portable` is how a run starts: on kernels that compile
 * fast, while the device's own family compiles in the background.
 */
export const COLD_FAMILIES: readonly KernelFamily[] = ['portable', 'quad'];

/** Milliseconds during which at least one pipeline was compiling. */
function watchCompiling(): { readonly elapsed: () => number; stop(): void } {
  const prototype = GPUDevice.prototype;
  const original = prototype.createComputePipelineAsync;
  let open = 0;
  let since = 0;
  let sum = 0;
  prototype.createComputePipelineAsync = function (descriptor) {
    if (open++ === 0) since = performance.now();
    return original.call(this, descriptor).finally(() => {
      if (--open === 0) sum += performance.now() - since;
    });
  };
  return {
    elapsed: () => sum,
    stop: () => {
      prototype.createComputePipelineAsync = original;
    },
  };
}

async function ours(family: KernelFamily, data: ImagesData): Promise<ColdSample> {
  const compiling = watchCompiling();
  const start = performance.now();
  const engine = await Engine.create();
  try {
    if (!engine.families.includes(family)) {
      throw new OptionError(
        `cold=${family} was given; this device can run ${engine.families.join(', ')}`,
      );
    }
    const made = performance.now();
    const way: Way =
      family === 'portable'
        ? { plan: 'fused', family: engine.family, start: { family, steps: WARM_STEPS } }
        : { plan: 'fused', family };
    const trainer = await trainerOf(engine, data, way, PAPER_STEP);
    const created = performance.now();
    await trainer.steps(1);
    const end = performance.now();
    const parts = {
      engine: made - start,
      create: created - made,
      compile: compiling.elapsed(),
      step: end - created,
    };
    return { contender: `gradweave ${family}`, total: end - start, parts };
  } finally {
    compiling.stop();
    engine.destroy();
  }
}

/**
 * Measures the time from nothing to the end of the first step, once, in a freshly started browser. The data
 * are in memory and the scripts are loaded before the clock starts. Gradweave uploads the whole data set;
 * the others get one batch.
 *
 * @throws OptionError if there is no such contender.
 */
export async function coldStep(
  name: string,
  data: ImagesData,
  peers: readonly Peer[],
): Promise<ColdSample> {
  const family = COLD_FAMILIES.find((one) => one === name);
  if (family) return ours(family, data);
  const peer = peers.find((one) => one.name === name);
  if (!peer) {
    const names = [...COLD_FAMILIES, ...peers.map((one) => one.name)];
    throw new OptionError(`cold=${name} was given; use one of ${names.join(', ')}`);
  }
  const { dataset } = data;
  const { train } = dataset;
  const size = PAPER_STEP.batch * train.height * train.width;
  const images = train.images.subarray(0, size);
  const batch: ImagesData = {
    kind: 'images',
    dataset: { ...dataset, train: { ...train, images, count: PAPER_STEP.batch } },
  };
  const total = await clocked(async () => {
    await peer.init();
    await peer.prepare(PAPER_STEP, batch);
    const step = await peer.step(PAPER_STEP, batch);
    await step.run(1);
  });
  return { contender: name, total };
}
