import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import type { Buffers } from '../../src/gpu/buffers.ts';
import { Engine, type EngineOptions } from '../../src/gpu/engine.ts';
import { runs } from '../run/device.ts';

/** Portable kernels that compile fast: SwiftShader takes a third of the time for them. test/verify runs every family. */
export const QUICK = { family: 'portable', quick: true } as const;

/**
 * Runs a test on a new engine and a new device, which are destroyed in the end. Fails if WebGPU reported an uncaptured
 * error, or if the test left a buffer.
 */
export async function withDevice(
  work: (engine: Engine) => Promise<void>,
  options?: EngineOptions,
): Promise<void> {
  if (await isRefused(options)) return;
  const engine = await Engine.create(options);
  try {
    await checked(engine, work);
  } finally {
    engine.destroy();
  }
}

/** The same with a new engine on the device that the tests of a page share, see {@link anotherEngine}. */
export async function withEngine(
  work: (engine: Engine) => Promise<void>,
  options: SharedOptions = {},
): Promise<void> {
  if (await isRefused(options)) return;
  const engine = await anotherEngine(options);
  try {
    await checked(engine, work);
    forgetChanges(engine.device);
  } catch (error) {
    await endShared();
    throw error;
  } finally {
    engine.destroy();
  }
}

/** The same with {@link QUICK}: of kernels only the results matter. */
export const withQuickEngine = (work: (engine: Engine) => Promise<void>): Promise<void> =>
  withEngine(work, QUICK);

/** If the device cannot run a family, checks only that it is refused. */
async function isRefused({ family }: EngineOptions = {}): Promise<boolean> {
  if (family === undefined || runs(family)) return false;
  await rejects(Engine.create({ family }), OptionError, `family ${family} was given`);
  return true;
}

declare global {
  /** The device of the tests of a page, and what keeps its pipelines: WebGPU finds a pipeline again that still exists. */
  var gradweaveShared:
    | { readonly device: Promise<GPUDevice>; readonly kept: unknown[] }
    | undefined;
}

const shared = new Map<string, Promise<Engine>>();

const create = Engine.create.bind(Engine);

const QUICK_KEY = JSON.stringify(QUICK);

/** An engine on the device of the page's earlier files, or on a new one. */
async function sharedEngine(options: SharedOptions): Promise<Engine> {
  const known = globalThis.gradweaveShared;
  if (known === undefined) {
    const engine = create(options);
    globalThis.gradweaveShared = { device: engine.then(({ device }) => device), kept: [engine] };
    return engine;
  }
  const engine = Engine.adopt(await known.device, options);
  known.kept.push(engine);
  return engine;
}

/**
 * A new engine on the device that the tests of a page share: it knows nothing of them, and what they have compiled is
 * found again. The caller destroys it; the device stays.
 *
 * @param options default {@link QUICK}
 */
export async function anotherEngine(options: SharedOptions = QUICK): Promise<Engine> {
  const kept = shared.get(QUICK_KEY) ?? sharedEngine(QUICK);
  shared.set(QUICK_KEY, kept);
  const engine = Engine.adopt((await kept).device, options);
  globalThis.gradweaveShared?.kept.push(engine);
  return engine;
}

/**
 * Lets the tests of a suite have engines of {@link anotherEngine} where the code that they test makes some by
 * `Engine.create()`.
 */
export function sharesCreated(test: Pick<Test, 'before' | 'after'>): void {
  test.before(() => {
    Engine.create = ({ family = QUICK.family } = {}) => anotherEngine({ ...QUICK, family });
  });
  test.after(() => {
    Engine.create = create;
  });
}

type SharedOptions = Pick<EngineOptions, 'family' | 'quick'>;

/**
 * The same on a device that the tests of a page share, so that common kernels are compiled once; those of a file share an
 * engine, too. After a failed test neither is used again.
 *
 * @param options default {@link QUICK}
 */
export async function withSharedEngine(
  work: (engine: Engine) => Promise<void>,
  options: SharedOptions = QUICK,
): Promise<void> {
  if (await isRefused(options)) return;
  const key = JSON.stringify(options);
  const engine = shared.get(key) ?? sharedEngine(options);
  shared.set(key, engine);
  try {
    await checked(await engine, work);
    forgetChanges((await engine).device);
  } catch (error) {
    await endShared();
    throw error;
  }
}

/** The next test has another device. */
async function endShared(): Promise<void> {
  const device = await globalThis.gradweaveShared?.device;
  shared.clear();
  globalThis.gradweaveShared = undefined;
  device?.destroy();
}

/** Takes away what a test has set on a device: it would hide what a later test changes in its class. */
function forgetChanges(device: GPUDevice): void {
  for (const changed of [device, device.queue]) {
    for (const name of Object.getOwnPropertyNames(changed)) {
      // A later file would meet it.
      assert.ok(Reflect.deleteProperty(changed, name), `${name} was set for good`);
    }
  }
}

export async function checked(
  engine: Engine,
  work: (engine: Engine) => Promise<void>,
): Promise<void> {
  const uncaptured: string[] = [];
  const hear = ({ error }: GPUUncapturedErrorEvent): void => {
    uncaptured.push(error.message);
  };
  engine.device.addEventListener('uncapturederror', hear);
  try {
    await work(engine);
    await settled(engine.device);
    assert.equal(uncaptured, [], 'WebGPU reported errors');
    assert.equal(reportOf(engine.buffers), [], 'buffers are left');
    assert.is(engine.buffers.liveCount, 0);
    assert.is(engine.buffers.liveBytes, 0);
  } finally {
    engine.device.removeEventListener('uncapturederror', hear);
  }
}

/** The live buffers by name, largest first. */
export function reportOf(buffers: Buffers): { name: string; count: number; bytes: number }[] {
  const uses = new Map<string, { name: string; count: number; bytes: number }>();
  for (const { name, buffers: count, bytes } of buffers.memory().byOwner.flatMap((o) => o.byName)) {
    const use = uses.get(name) ?? { name, count: 0, bytes: 0 };
    uses.set(name, { name, count: use.count + count, bytes: use.bytes + bytes });
  }
  return [...uses.values()].sort((a, b) => b.bytes - a.bytes || a.name.localeCompare(b.name));
}

/** Waits until a device is idle and has reported its errors. */
export async function settled(device: GPUDevice): Promise<void> {
  await device.queue.onSubmittedWorkDone();
  // Events come in a later task than the promise.
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** The error that a promise rejects with. Fails if it does not reject. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error(`it was not rejected with an Error, but gave ${String(outcome)}`);
}

type Kind = abstract new (...args: never[]) => Error;

/** Checks that a promise rejects with an error of this class whose message contains these texts. */
export async function rejects(
  promise: Promise<unknown>,
  kind: Kind,
  ...texts: readonly (string | number)[]
): Promise<void> {
  const error = await rejection(promise);
  assert.instance(error, kind, `${error.name}: ${error.message}`);
  for (const text of texts) assert.match(error.message, String(text));
}

/** Reads u32 words back without an engine. */
export async function readWords(device: GPUDevice, buffer: GPUBuffer): Promise<Uint32Array> {
  const staging = device.createBuffer({
    size: buffer.size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return words;
}
