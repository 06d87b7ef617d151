import {
  checkChoice,
  checkFlag,
  checkInteger,
  checkKeys,
  describe,
  isA,
  isObject,
  looksLike,
} from '../check.ts';
import { AdapterError, DeviceLostError, OptionError } from '../errors.ts';
import { abortable } from './abortable.ts';
import { type AdapterInfo, describeAdapter } from './adapter-info.ts';
import { Buffers, type EngineMemory } from './buffers.ts';
import { BufferUsage } from './constants.ts';
import {
  checkFamily,
  FAMILIES,
  familiesOf,
  familyNow,
  familyOf,
  type KernelFamily,
  type OldKernelFamily,
} from './family.ts';
import { preload } from './gemm/families.ts';
import type { Gpu } from './gpu.ts';
import { Kernels } from './kernels.ts';
import { Lifetime } from './lifetime.ts';
import { submitChecked } from './submit.ts';
import { type TuningStorage, Tunings } from './tunings.ts';
import { words } from './upload.ts';

/** How to choose an adapter and a device. */
export interface EngineOptions {
  /** Passed to `requestAdapter`. Default `high-performance`. */
  readonly powerPreference?: 'low-power' | 'high-performance';
  /**
   * Limits above WebGPU's defaults, such as `maxBufferSize` for large models. The adapter must allow each.
   * Default none.
   */
  readonly limits?: Readonly<Record<string, number>>;
  /** The family of kernels. Default: the one that suits the device, which is `tiled` on GPUs. */
  readonly family?: KernelFamily | OldKernelFamily;
  /** WebGPU's entry point. Default `navigator.gpu`; in Node, the package `webgpu`. */
  readonly gpu?: GPU;
  /** Keeps tunings of kernels from one visit to the next, as `localStorage` does. Default: not kept. */
  readonly tuningStorage?: TuningStorage;
  /** Prefer kernels that compile fast over kernels that run fast, for runs of a few steps. Default false. */
  readonly quick?: boolean;
  /** Ends the creation: it rejects with the signal's reason, and the device is destroyed. Default none. */
  readonly signal?: AbortSignal;
}

const ADOPTED = ['family', 'quick', 'tuningStorage'];

async function gpuOf({ gpu }: EngineOptions): Promise<GPU> {
  const found = gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  if (found) return found;
  const { findGpu } = await import('./find-gpu.ts');
  return findGpu();
}

/** If the request for an adapter fails: the number of tries, and the milliseconds between them. */
const ASKS = 8;
const ASK_MS = 250;

/** While Chrome restarts its GPU process, requests fail with "A valid external Instance reference no longer exists." */
async function askAdapter(gpu: GPU, options: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
  for (let asked = 1; ; asked++) {
    try {
      return await gpu.requestAdapter(options);
    } catch (error) {
      if (asked === ASKS) throw new AdapterError(`WebGPU refused an adapter: ${String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
  }
}

/** After a call failed on a lost device: milliseconds until the device reports the loss at the latest. */
const LOSS_MS = 1000;

/** Features that are used if the adapter has them. */
const WANTED = ['timestamp-query', 'subgroups'] as const;

/**
 * A WebGPU device with its buffers and kernels. Trainers and inferences are made on an engine. Several engines
 * can exist at the same time, on one device or on several.
 *
 * An error affects only the object that caused it: if WebGPU refuses a trainer's submit, that trainer's call
 * rejects, and the engine and all other objects continue to work. Only the loss or the destruction of its device
 * ends an engine. Errors of your own calls on {@link device} are `uncapturederror` events, as usual.
 */
export class Engine implements Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  /** @internal */
  readonly buffers: Buffers;
  /** @internal */
  readonly kernels: Kernels;
  /** The fastest kernels that were found on this adapter. */
  readonly tunings: Tunings;
  /** The family of kernels in use. */
  readonly family: KernelFamily;
  /** All families that the device can run. */
  readonly families: readonly KernelFamily[];
  /** Whether kernels that compile fast are preferred over kernels that run fast. */
  readonly quick: boolean;
  /** Whether the device can time dispatches. */
  readonly timestamps: boolean;
  /** @internal */
  readonly lifetime: Lifetime;
  /**
   * The GPU and the adapter of the device. If Node's garbage collector frees them before the device, the
   * process crashes.
   *
   * @internal
   */
  readonly lives: readonly unknown[];
  readonly #owned: boolean;
  readonly #uploads: Buffers;
  readonly #counts = new Map<string, number>();
  #lost: DeviceLostError | undefined;

  private constructor(
    device: GPUDevice,
    adapter: AdapterInfo,
    owned: boolean,
    { family, tuningStorage, quick = false }: EngineOptions,
    lives: readonly unknown[] = [],
  ) {
    this.lives = lives;
    this.device = device;
    this.adapter = adapter;
    this.buffers = new Buffers(device);
    this.#uploads = this.buffers.part('uploads');
    this.kernels = new Kernels(device, (error) => this.blameLoss(error));
    const { vendor, architecture, device: model, description } = adapter;
    this.tunings = new Tunings([vendor, architecture, model, description], tuningStorage);
    this.families = Object.freeze(familiesOf(device));
    this.family = familyOf(this.families, family);
    preload(this.family);
    this.timestamps = device.features.has('timestamp-query');
    this.quick = quick;
    this.#owned = owned;
    this.lifetime = new Lifetime('engine', () => this.buffers.freeAll());
    device.lost.then(({ reason, message }) => {
      if (reason === 'destroyed') {
        this.lifetime.end('the GPU device of this engine was destroyed; make a new engine');
        return;
      }
      this.#lost = new DeviceLostError(
        `the GPU device was lost (${reason || 'unknown reason'}): ${message.replace(/\.$/, '') || 'no message'}. Make a new engine and load the last checkpoint`,
      );
      // A trainer that resumes on another device must not end with this engine.
      this.lifetime.release();
    });
    Object.freeze(this);
  }

  /**
   * Requests an adapter (in compatibility mode if there is no other) and a device with default limits, and with
   * timestamps if the adapter has them.
   *
   * @throws AdapterError if there is no WebGPU or no adapter, or the device is refused
   * @throws OptionError if the adapter does not allow a limit, or the device cannot run the family
   * @throws the signal's reason
   */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    checkOptions('Engine.create()', options, [
      ...ADOPTED,
      'powerPreference',
      'limits',
      'gpu',
      'signal',
    ]);
    return abortable(options, () => Engine.#create(options));
  }

  static async #create(options: EngineOptions): Promise<Engine> {
    const gpu = await gpuOf(options);
    const wanted = { powerPreference: options.powerPreference ?? 'high-performance' };
    const adapter =
      (await askAdapter(gpu, wanted)) ??
      // With OpenGL ES only: fewer invocations in a workgroup, but enough for portable kernels.
      (await askAdapter(gpu, { ...wanted, featureLevel: 'compatibility' }));
    if (!adapter) {
      const { noAdapter } = await import('./find-gpu.ts');
      throw noAdapter();
    }
    // While the device is made.
    const { info: adapterInfo, features, limits: allowed } = adapter;
    const [likely] = adapterInfo
      ? familiesOf({ adapterInfo, features, limits: allowed })
      : FAMILIES;
    preload(familyNow(options.family ?? likely));
    const limits = options.limits ?? {};
    for (const [name, value] of Object.entries(limits)) {
      const most: unknown = Reflect.get(adapter.limits, name);
      const known = typeof most === 'number';
      if (!known || !Number.isSafeInteger(value) || value < 0 || value > most) {
        throw new OptionError(
          `limit ${describe(name)} = ${describe(value)} was given; this adapter ${known ? `allows integers up to ${most}` : 'has no such limit'}`,
        );
      }
    }
    const wishes = { label: 'gradweave', ...Engine.requirements(adapter), requiredLimits: limits };
    const device = await adapter.requestDevice(wishes).catch((error: unknown) => {
      throw new AdapterError(`the adapter gave no device: ${String(error)}`);
    });
    try {
      return new Engine(device, describeAdapter(adapter.info), true, options, [gpu, adapter]);
    } catch (error) {
      device.destroy();
      throw error;
    }
  }

  /**
   * What an engine can use of a device that you request yourself:
   * `adapter.requestDevice(Engine.requirements(adapter))`, with your own requirements added. An engine works
   * without them too.
   *
   * @returns those of two features that the adapter has: `timestamp-query` for profiles, and `subgroups`, which
   *   some kernels use. No limits: WebGPU's defaults are enough, unless models or data sets are large
   * @throws OptionError if it is not a GPUAdapter
   */
  static requirements(adapter: GPUAdapter): {
    readonly requiredFeatures: ('timestamp-query' | 'subgroups')[];
    readonly requiredLimits: Record<string, number>;
  } {
    if (!looksLike(adapter, { requestDevice: 'function', features: 'object' })) {
      throw new OptionError(
        `requirements() takes a GPUAdapter; ${describe(adapter)} was given. Ask for one: await navigator.gpu.requestAdapter()`,
      );
    }
    return {
      requiredFeatures: WANTED.filter((feature) => adapter.features.has(feature)),
      requiredLimits: {},
    };
  }

  /**
   * Makes an engine on your device. It does not change the device, and {@link destroy} does not destroy it.
   * Handling the device's `uncapturederror` events is up to you.
   *
   * @param options see {@link EngineOptions}
   * @throws OptionError if it is not a GPUDevice, or the device cannot run the family
   */
  static adopt(
    device: GPUDevice,
    options: Pick<EngineOptions, 'family' | 'quick' | 'tuningStorage'> = {},
  ): Engine {
    if (!looksLike(device, { createBuffer: 'function', limits: 'object', queue: 'object' })) {
      throw new OptionError(
        `Engine.adopt() takes a GPUDevice; ${describe(device)} was given. Ask for one: await adapter.requestDevice()`,
      );
    }
    checkOptions('Engine.adopt()', options, ADOPTED);
    return new Engine(device, describeAdapter(device.adapterInfo), false, options);
  }

  /**
   * For a call that failed: checks whether the device is lost, which it may report only after calls have failed.
   *
   * @internal
   * @throws DeviceLostError if the device is lost
   */
  async blameLoss(error: unknown): Promise<void> {
    // Pipelines and queues fail with an OperationError, mappings with an AbortError.
    if (error instanceof DOMException && /^(Operation|Abort)Error$/.test(error.name)) {
      // Chrome's message if its GPU process has crashed: the loss is certain, but a busy Chrome reports it late.
      const wait = /Instance/.test(error.message) ? 10 * LOSS_MS : LOSS_MS;
      const soon = new Promise((resolve) => setTimeout(resolve, wait));
      await Promise.race([this.device.lost, soon]);
    }
    this.assertAlive();
  }

  /** @internal */
  until<T>(waited: T | PromiseLike<T>): Promise<T> {
    return this.lifetime.until(waited);
  }

  /**
   * Throws if the engine can no longer be used. For apps that wait; all other calls check this themselves.
   *
   * @throws DestroyedError if the engine or its device was destroyed; DeviceLostError if the device is lost
   */
  assertAlive(): void {
    this.lifetime.assert();
    if (this.#lost) throw this.#lost;
  }

  /**
   * Copies numbers to a buffer on the GPU, to use as inputs, targets, labels or weights. Float and plain arrays
   * become f32, signed integers i32, and unsigned integers u32, so labels may be a `Uint8Array`.
   *
   * @param options `usage`: usages of the buffer besides `STORAGE`, `COPY_SRC` and `COPY_DST`
   * @returns a buffer that is destroyed with the engine, or earlier by {@link free}
   * @throws OptionError if it is not an array of numbers; DataError if a number is beyond float32; MemoryError if
   *   it is larger than the device allows. If the GPU has no memory left, the first call that reads the buffer
   *   rejects.
   * @example
   * const labels = engine.upload(Uint8Array.of(0, 2, 1));
   */
  upload(array: ArrayLike<number>, options: { readonly usage?: number } = {}): GPUBuffer {
    this.assertAlive();
    checkKeys('upload()', options, ['usage']);
    const { usage = 0 } = options;
    checkInteger('upload(): usage', usage, 0, 2 ** 32 - 1);
    const { STORAGE, COPY_SRC, COPY_DST } = BufferUsage;
    const contents = words(array);
    const all = STORAGE | COPY_SRC | COPY_DST | usage;
    return this.#uploads.allocate('uploaded', contents.byteLength, all, contents);
  }

  /** Destroys a buffer of {@link upload}; ignores others. Destroy the objects that read it first. */
  free(buffer: GPUBuffer): void {
    this.#uploads.free(buffer);
  }

  /**
   * The GPU memory that buffers hold now, in bytes, by owner and by name. For tests and displays.
   *
   * @example
   * for (const { owner, bytes } of engine.memory().byOwner) console.log(owner, bytes); // trainer 1 51234816
   */
  memory(): EngineMemory {
    return this.buffers.memory();
  }

  /**
   * The name of the next object of a kind on this engine, such as `trainer 1`.
   *
   * @internal
   */
  nameOf(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return `${kind} ${count}`;
  }

  /** @internal */
  submit(encoder: GPUCommandEncoder): Promise<void> {
    return submitChecked(this.device, encoder, 'the engine');
  }

  /**
   * Destroys every trainer and inference on this engine, every buffer that it made, and the device unless it was
   * adopted. Their pending calls reject with a DestroyedError at once. A second call does nothing.
   */
  destroy(): void {
    this.lifetime.end();
    if (this.#owned) this.device.destroy();
  }

  /** Calls {@link destroy} and waits until the memory is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    await this.lifetime.freed;
  }
}

/** @throws OptionError if it is not an Engine */
export function checkEngine(what: string, given: unknown): asserts given is Engine {
  if (isA(given, Engine)) return;
  throw new OptionError(
    `${what} takes an engine first; ${describe(given)} was given. Make one: await Engine.create()`,
  );
}

/** @throws OptionError if it is not a GPUCommandEncoder */
export function checkEncoder(given: unknown): asserts given is GPUCommandEncoder {
  if (looksLike(given, { beginComputePass: 'function', finish: 'function' })) return;
  throw new OptionError(
    `encode() takes a GPUCommandEncoder first; ${describe(given)} was given. Make one: device.createCommandEncoder()`,
  );
}

/** @throws OptionError if an option is unknown or has a wrong value */
function checkOptions(what: string, options: EngineOptions, keys: readonly string[]): void {
  checkKeys(what, options, keys);
  const { powerPreference, limits, family, gpu, tuningStorage, quick } = options;
  if (powerPreference !== undefined) {
    checkChoice('powerPreference', powerPreference, ['low-power', 'high-performance']);
  }
  if (family !== undefined) checkFamily('family', family);
  checkFlag('quick', quick);
  if (gpu !== undefined && !looksLike(gpu, { requestAdapter: 'function' })) {
    throw new OptionError(`gpu: ${describe(gpu)} was given; it is a GPU, as navigator.gpu`);
  }
  if (limits !== undefined && !isObject(limits)) {
    throw new OptionError(
      `limits: ${describe(limits)} was given; they are numbers, as { maxBufferSize }`,
    );
  }
  const storage = { getItem: 'function', setItem: 'function' };
  if (tuningStorage !== undefined && !looksLike(tuningStorage, storage)) {
    throw new OptionError(
      `tuningStorage: ${describe(tuningStorage)} was given; it is like localStorage`,
    );
  }
}
