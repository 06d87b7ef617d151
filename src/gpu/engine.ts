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
import { type AdapterInfo, describeAdapter } from './adapter-info.ts';
import { Buffers, type EngineMemory } from './buffers.ts';
import { BufferUsage } from './constants.ts';
import { FAMILIES, familiesOf, familyOf, type KernelFamily } from './family.ts';
import { findGpu, noAdapter } from './find-gpu.ts';
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
   * Limits above WebGPU's defaults, such as `maxBufferSize` for large models. Each must be within
   * the adapter's. Default: none.
   */
  readonly limits?: Readonly<Record<string, number>>;
  /** Default: the one that suits the device, `discrete` on GPUs. */
  readonly family?: KernelFamily;
  /** Where to look for WebGPU. Default `navigator.gpu`, in Node the package `webgpu`. */
  readonly gpu?: GPU;
  /** Where tunings of kernels are kept from one visit to the next. Default nowhere. */
  readonly tuningStorage?: TuningStorage;
  /** Prefer kernels that compile fast over fast kernels: for runs of a few steps. Default false. */
  readonly quick?: boolean;
}

const ADOPTED = ['family', 'quick', 'tuningStorage'];

/** How often, and after how many milliseconds, an adapter is asked for that was refused with an error. */
const ASKS = 8;
const ASK_MS = 250;

/** Chrome refuses while it starts its GPU process anew, with "A valid external Instance reference no longer exists." */
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

/** How long after a call on a lost device failed the device may take to say that it is lost. */
const LOSS_MS = 1000;

/** Used where the adapter has them. */
const WANTED = ['timestamp-query', 'subgroups'] as const;

/**
 * A WebGPU device with its buffers and kernels. All that gradweave makes hangs on an engine; several
 * engines, on one device or on many, live side by side.
 *
 * What fails is the object that it fails for: a trainer whose submit WebGPU refuses rejects, and the engine
 * and all others go on. The engine itself is of no use any more if its device is lost or destroyed, and
 * for nothing else. Errors of your own calls on {@link device} are its `uncapturederror` events, as ever.
 */
export class Engine implements Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  /** @internal */
  readonly buffers: Buffers;
  /** @internal */
  readonly kernels: Kernels;
  /** Which kernels were found the fastest on this adapter. */
  readonly tunings: Tunings;
  /** Which family of kernels suits the device. */
  readonly family: KernelFamily;
  /** All families that the device can run. */
  readonly families: readonly KernelFamily[];
  /** Prefer kernels that compile fast over fast kernels. */
  readonly quick: boolean;
  /** Whether the device can time single dispatches. */
  readonly timestamps: boolean;
  /** @internal */
  readonly lifetime: Lifetime;
  /**
   * What the device lives on. In Node the collector takes the GPU and the adapter from under it, if nobody
   * holds them, and the process dies.
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
    this.kernels = new Kernels(device);
    const { vendor, architecture, device: model, description } = adapter;
    this.tunings = new Tunings([vendor, architecture, model, description], tuningStorage);
    this.families = Object.freeze(familiesOf(device));
    this.family = familyOf(this.families, family);
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
      // What goes on with another device must not end with this one.
      this.lifetime.release();
    });
    Object.freeze(this);
  }

  /**
   * Asks for an adapter, of compatibility mode where there is no other, and a device with default limits,
   * and timestamps where the adapter has them.
   *
   * @throws AdapterError where there is no WebGPU, no adapter, or the device is refused.
   * @throws OptionError where a limit is beyond the adapter's, or the device cannot run the family.
   */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    checkOptions('Engine.create()', options, [...ADOPTED, 'powerPreference', 'limits', 'gpu']);
    const gpu = options.gpu ?? (await findGpu());
    const wanted = { powerPreference: options.powerPreference ?? 'high-performance' };
    const adapter =
      (await askAdapter(gpu, wanted)) ??
      // Where there is OpenGL ES alone: fewer invocations a workgroup, which portable kernels do with.
      (await askAdapter(gpu, { ...wanted, featureLevel: 'compatibility' }));
    if (!adapter) throw noAdapter();
    const limits = options.limits ?? {};
    for (const [name, value] of Object.entries(limits)) {
      const most = Object.entries(allLimits(adapter.limits)).find(([key]) => key === name)?.[1];
      if (most === undefined || !Number.isSafeInteger(value) || value < 0 || value > most) {
        throw new OptionError(
          `limit ${describe(name)} = ${describe(value)} was asked for; this adapter ${most === undefined ? 'has no such limit' : `allows integers up to ${most}`}`,
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
   * What this engine would like of a device that is not made yet; it runs on any. For whoever makes the
   * device: `adapter.requestDevice(Engine.requirements(adapter))`, with more beside it.
   *
   * @returns features that the adapter has: `timestamp-query` for profiles, `subgroups` for adapters
   *   whose kernels use them; no limits: WebGPU's defaults do, unless models or data sets are large
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
   * Works on a device of the caller's. Nothing of the device is changed, and {@link destroy} leaves
   * it alone. WebGPU's errors on it are the caller's to hear of (`uncapturederror`).
   *
   * @param family which kernels; default those that suit the device
   * @throws OptionError where the device cannot run the family.
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
   * For a call that failed: a lost device fails calls before it says that it is lost.
   *
   * @internal
   * @throws DeviceLostError where the device is gone.
   */
  async blameLoss(error: unknown): Promise<void> {
    // OperationError by pipelines and queues, AbortError by buffers that were to be mapped.
    if (error instanceof DOMException && /^(Operation|Abort)Error$/.test(error.name)) {
      // Chrome's words where its GPU process has gone: the loss is certain, and told when it is busy no more.
      const wait = /Instance reference/.test(error.message) ? 10 * LOSS_MS : LOSS_MS;
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
   * Says whether the engine can go on, for apps that wait: everything else asks by itself.
   *
   * @throws DestroyedError if the engine or its device was destroyed; DeviceLostError if the device is lost.
   */
  assertAlive(): void {
    this.lifetime.assert();
    if (this.#lost) throw this.#lost;
  }

  /**
   * Numbers in a buffer on the GPU, to be given as inputs, targets, labels or weights: floats and plain arrays
   * as f32, integers with a sign as i32, all others as u32, so that labels may be a `Uint8Array`.
   *
   * @param options `usage`: what the buffer is for besides `STORAGE`, `COPY_SRC` and `COPY_DST`
   * @returns a buffer that is destroyed with the engine, or before by {@link free}
   * @throws OptionError for what is no array of numbers; DataError for numbers beyond float32; MemoryError
   *   where it is larger than the device allows. One that there is no room for is told by what reads it.
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

  /** Destroys a buffer that {@link upload} made; any other is left as it is. Destroy first what reads it. */
  free(buffer: GPUBuffer): void {
    this.#uploads.free(buffer);
  }

  /**
   * What memory on the GPU is held now, by whom and what for: of buffers, in bytes. For tests and displays.
   *
   * @example
   * for (const { owner, bytes } of engine.memory().byOwner) console.log(owner, bytes); // trainer 1 51234816
   */
  memory(): EngineMemory {
    return this.buffers.memory();
  }

  /**
   * A name for the next object of a kind on this engine: `trainer 1`.
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
   * Destroys every trainer and inference on this engine, every buffer that it made, and the device unless it
   * was adopted. What any of them is doing rejects with a DestroyedError at once. A second call does
   * nothing.
   */
  destroy(): void {
    this.lifetime.end();
    if (this.#owned) this.device.destroy();
  }

  /** {@link destroy}, and waits until the memory is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    await this.lifetime.freed;
  }
}

/** @throws OptionError for what is no engine. */
export function checkEngine(what: string, given: unknown): asserts given is Engine {
  if (isA(given, Engine)) return;
  throw new OptionError(
    `${what} takes an engine first; ${describe(given)} was given. Make one: await Engine.create()`,
  );
}

/** @throws OptionError for what is no command encoder. */
export function checkEncoder(given: unknown): asserts given is GPUCommandEncoder {
  if (looksLike(given, { beginComputePass: 'function', finish: 'function' })) return;
  throw new OptionError(
    `encode() takes a GPUCommandEncoder first; ${describe(given)} was given. Make one: device.createCommandEncoder()`,
  );
}

/** @throws OptionError for unknown options, and values that are none of theirs. */
function checkOptions(what: string, options: EngineOptions, keys: readonly string[]): void {
  checkKeys(what, options, keys);
  const { powerPreference, limits, family, gpu, tuningStorage, quick } = options;
  if (powerPreference !== undefined) {
    checkChoice('powerPreference', powerPreference, ['low-power', 'high-performance']);
  }
  if (family !== undefined) checkChoice('family', family, FAMILIES);
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

/** GPUSupportedLimits keeps its values on the prototype. */
function allLimits(limits: GPUSupportedLimits): Record<string, number> {
  const out: Record<string, number> = {};
  for (const name in limits) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === 'number') out[name] = value;
  }
  return out;
}
