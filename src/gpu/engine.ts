import { AdapterError, DeviceError, DeviceLostError, OptionError } from '../errors.ts';
import { Buffers } from './buffers.ts';
import { familiesOf, familyOf, isSoftware, type KernelFamily } from './family.ts';
import { Kernels } from './kernels.ts';
import { type TuningStorage, Tunings } from './tunings.ts';

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
  /** Where to look for WebGPU. Default `navigator.gpu`. */
  readonly gpu?: GPU;
  /** Where tunings of kernels are kept from one visit to the next. Default nowhere. */
  readonly tuningStorage?: TuningStorage;
  /** Prefer kernels that compile fast over fast kernels: for runs of a few steps. Default false. */
  readonly quick?: boolean;
}

/** How long after a call on a lost device failed the device may take to say that it is lost. */
const LOSS_MS = 1000;

/** Who the adapter says it is. */
export interface AdapterInfo {
  /** `nvidia`, `apple`, …; like the next three as in WebGPU's `GPUAdapterInfo`, empty where not told. */
  readonly vendor: string;
  /** The family of GPUs, e.g. `ampere`. */
  readonly architecture: string;
  /** The vendor's identifier of the GPU; browsers often keep it to themselves. */
  readonly device: string;
  /** What the driver says in words; often empty. */
  readonly description: string;
  /** The adapter runs on the CPU (WebGPU's fallback adapter, or a known software driver's name). */
  readonly software: boolean;
}

/** Used where the adapter has them. */
const WANTED = ['timestamp-query', 'subgroups'] as const;

function describeAdapter(info: GPUAdapterInfo): AdapterInfo {
  const { vendor, architecture, device, description } = info;
  return { vendor, architecture, device, description, software: isSoftware(info) };
}

/**
 * A WebGPU device with its buffers and kernels. All that gradweave makes hangs on an engine; several
 * engines, on one device or on many, live side by side.
 */
export class Engine {
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
  readonly #owned: boolean;
  #fault: DeviceLostError | DeviceError | undefined;

  private constructor(
    device: GPUDevice,
    adapter: AdapterInfo,
    owned: boolean,
    { family, tuningStorage, quick = false }: EngineOptions,
  ) {
    this.device = device;
    this.adapter = adapter;
    this.buffers = new Buffers(device);
    this.kernels = new Kernels(device);
    const { vendor, architecture, device: model, description } = adapter;
    this.tunings = new Tunings([vendor, architecture, model, description], tuningStorage);
    this.families = familiesOf(device);
    this.family = familyOf(this.families, family);
    this.timestamps = device.features.has('timestamp-query');
    this.quick = quick;
    this.#owned = owned;
    if (owned) {
      // On a device of the caller's, errors are the caller's to hear of.
      device.addEventListener('uncapturederror', ({ error }) => {
        this.#fault ??= new DeviceError(`WebGPU reported an error: ${error.message}`);
      });
    }
    device.lost.then((info) => {
      this.#fault = new DeviceLostError(
        `the GPU device was lost (${info.reason || 'unknown reason'}): ${info.message.replace(/\.$/, '') || 'no message'}. Make a new engine and load the last checkpoint`,
      );
    });
  }

  /**
   * Asks for an adapter, of compatibility mode where there is no other, and a device with default limits,
   * and timestamps where the adapter has them.
   *
   * @throws AdapterError where there is no WebGPU, no adapter, or the device is refused.
   * @throws OptionError where a limit is beyond the adapter's, or the device cannot run the family.
   */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    const gpu = options.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
    if (!gpu) {
      throw new AdapterError(
        'this runtime has no WebGPU (navigator.gpu is missing). Use a current Chrome, Edge, Firefox or Safari over HTTPS or http://localhost, or pass { gpu }',
      );
    }
    const wanted = { powerPreference: options.powerPreference ?? 'high-performance' };
    const adapter =
      (await gpu.requestAdapter(wanted)) ??
      // Where there is OpenGL ES alone: fewer invocations a workgroup, which portable kernels do with.
      (await gpu.requestAdapter({ ...wanted, featureLevel: 'compatibility' }));
    if (!adapter) {
      throw new AdapterError(
        'WebGPU found no adapter. Check chrome://gpu; headless Chrome without a GPU needs --enable-unsafe-webgpu --use-webgpu-adapter=swiftshader',
      );
    }
    const limits = options.limits ?? {};
    for (const [name, value] of Object.entries(limits)) {
      const most = Object.entries(allLimits(adapter.limits)).find(([key]) => key === name)?.[1];
      if (most === undefined || value > most) {
        throw new OptionError(
          `limit ${name} = ${value} was asked for; this adapter ${most === undefined ? 'has no such limit' : `allows at most ${most}`}`,
        );
      }
    }
    const wishes = { label: 'gradweave', ...Engine.requirements(adapter), requiredLimits: limits };
    const device = await adapter.requestDevice(wishes).catch((error: unknown) => {
      throw new AdapterError(`the adapter gave no device: ${String(error)}`);
    });
    try {
      return new Engine(device, describeAdapter(adapter.info), true, options);
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
      const soon = new Promise((resolve) => setTimeout(resolve, LOSS_MS));
      await Promise.race([this.device.lost, soon]);
    }
    this.assertAlive();
  }

  /**
   * Says whether the engine can go on, for apps that wait: everything else asks by itself.
   *
   * @throws DeviceLostError where the device is gone; DeviceError where it reported an error.
   */
  assertAlive(): void {
    if (this.#fault) throw this.#fault;
  }

  /**
   * Destroys every buffer that this engine made, and the device unless it was adopted. Destroy trainers
   * first: they are of no use after.
   */
  destroy(): void {
    this.buffers.freeAll();
    if (this.#owned) this.device.destroy();
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
