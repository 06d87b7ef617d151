/**
 * Checks that nothing grows: `npm run soak [-- --steps N --engines N]`. Trains for a long time with everything
 * on (dropout, progress, evaluation, inference, checkpoints), then creates and destroys engines. Runs in Node
 * with the package `webgpu`: on a software adapter, GPU memory is memory of this process.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { driverEnvironment, findWebgpu } from '../../src/cli/child-runtime.ts';
import { builtInGarments } from '../../src/data/garments.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { paceGpu } from '../../src/runtime/pace.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { installRuntimes } from '../run/runtimes.ts';

/** Bytes that an engine may leak beyond a bare device: allocators round. */
const MOST_LEFT = 8 * 1024;
/** Allowed growth between the first and the last part of a run. */
const MOST = 0.05;

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200000' },
    engines: { type: 'string', default: '1000' },
    inside: { type: 'boolean', default: false },
  },
});

if (!values.inside) {
  installRuntimes();
  // The Vulkan loader reads its environment when a process starts.
  const given = [...process.execArgv, '--expose-gc', ...process.argv.slice(1), '--inside'];
  const { env } = await driverEnvironment('auto', undefined, console.error);
  process.exit(spawnSync(process.execPath, given, { env, stdio: 'inherit' }).status ?? 1);
}

const { create, globals } = await import(findWebgpu());
Object.assign(globalThis, globals);
const gpu: GPU = create([]);
paceGpu();

interface Sample {
  readonly heap: number;
  readonly resident: number;
  readonly buffers: number;
  readonly bytes: number;
}

function sample({ buffers }: Engine): Sample {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const { liveCount, liveBytes } = buffers;
  return { heap: heapUsed, resident: rss, buffers: liveCount, bytes: liveBytes };
}

const median = (list: readonly number[]): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const problems: string[] = [];
function expect(what: string, first: number, last: number, most: number): void {
  const change = last / first - 1;
  const text = `${what}: ${first.toPrecision(4)} → ${last.toPrecision(4)} (${(100 * change).toFixed(1)}%)`;
  console.log(text);
  if (!(change <= most)) problems.push(text);
}

async function trainLong(steps: number): Promise<void> {
  const engine = await Engine.create({ gpu });
  const trainer = await Trainer.create(engine, {
    model: mlp([28, 28], [784, 16, 10], { dropout: 0.2 }),
    dataset: builtInGarments({ train: 32_000, test: 100 }),
    loss: 'cross_entropy',
    optimizer: adam(),
    batchSize: 32,
  });
  const inference = await trainer.inference({ batch: 4 });
  const epochs = Math.ceil(steps / trainer.stepsPerEpoch);
  const seconds: number[] = [];
  const samples: Sample[] = [];
  const tenth = Math.ceil(epochs / 10);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const [record] = (await trainer.fit({ epochs: 1, watch: true, onProgress: () => {} })).slice(
      -1,
    );
    seconds.push(record.seconds);
    if (!Number.isFinite(record.train.loss)) problems.push(`epoch ${epoch}: ${record.train.loss}`);
    if (epoch % tenth !== 0) continue;
    restore(trainer, await checkpointOf(trainer));
    await inference.predict(new Float32Array(4 * 784));
    samples.push(sample(engine));
    const { heap, resident, buffers } = samples[samples.length - 1];
    console.log(
      `step ${trainer.step}: train loss ${record.train.loss.toFixed(4)}, ${buffers} buffers\n` +
        `  heap ${(heap / 2 ** 20).toFixed(1)} MiB, process ${(resident / 2 ** 20).toFixed(0)} MiB`,
    );
  }
  // The first tenth warms up.
  const [, first] = samples;
  const last = samples[samples.length - 1];
  expect('buffers', first.buffers, last.buffers, 0);
  expect('bytes of buffers', first.bytes, last.bytes, 0);
  expect('heap', first.heap, last.heap, MOST);
  expect('process', first.resident, last.resident, MOST);
  const part = (from: number): number => median(seconds.slice(from * tenth, (from + 1) * tenth));
  expect('seconds per epoch', part(1), part(9) || part(8), MOST);
  inference.destroy();
  trainer.destroy();
  if (engine.buffers.liveCount !== 0) problems.push(`${engine.buffers.liveCount} buffers are left`);
  engine.destroy();
}

/** Growth of the process in bytes for each, after a warm-up. */
async function growth(count: number, makeOne: () => Promise<void>): Promise<number> {
  const resident = (): number => {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  };
  let before = 0;
  for (let i = 0; i < count; i++) {
    if (i === Math.floor(count / 10)) before = resident();
    await makeOne();
  }
  return (resident() - before) / (count - Math.floor(count / 10));
}

/** Engines leak no more than bare devices. */
async function makeMany(count: number): Promise<void> {
  const makeDevice = async (): Promise<void> => {
    const adapter = await gpu.requestAdapter();
    const device = adapter && (await adapter.requestDevice(Engine.requirements(adapter)));
    device?.createBuffer({ size: 2 ** 20, usage: GPUBufferUsage.STORAGE });
    device?.destroy();
  };
  const makeEngine = async (): Promise<void> => {
    const engine = await Engine.create({ gpu });
    engine.buffers.allocate('some', 2 ** 20, GPUBufferUsage.STORAGE);
    engine.destroy();
    if (engine.buffers.liveCount !== 0) problems.push('an engine left a buffer');
  };
  // The allocator's pools grow the first time.
  await growth(count, makeDevice);
  await growth(count, makeEngine);
  const bare = await growth(count, makeDevice);
  const engines = await growth(count, makeEngine);
  const text = `${count} engines leak ${(engines / 1024).toFixed(1)} KiB each, bare devices ${(bare / 1024).toFixed(1)} KiB`;
  console.log(text);
  if (engines > bare + MOST_LEFT) problems.push(text);
}

await trainLong(Number(values.steps));
await makeMany(Number(values.engines));
for (const problem of problems) console.log(`✘ ${problem}`);
console.log(problems.length === 0 ? 'nothing grows' : `${problems.length} problems`);
// The package's threads would keep the process running.
process.exit(problems.length === 0 ? 0 : 1);
