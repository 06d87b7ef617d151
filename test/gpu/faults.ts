/** The kinds of fault that {@link failAt} injects. */
export type Fault = 'buffer' | 'pipeline';

/** An injected fault. */
export interface Injected {
  /** Calls of this kind so far. */
  readonly calls: number;
  undo(): void;
}

type Create = (this: unknown, descriptor: never) => unknown;

/**
 * Makes a device run out of memory as WebGPU specifies: the `at`th buffer is invalid, with an error in the scope, or
 * a RangeError if it was to be mapped; the `at`th pipeline rejects with an internal error. Real adapters cannot be
 * made to run out of memory on demand.
 *
 * @param at from 0
 */
export function failAt(device: GPUDevice, fault: Fault, at: number): Injected {
  let calls = 0;
  const scopes: { filter: GPUErrorFilter; hit: boolean }[] = [];
  const own = {
    pushErrorScope: device.pushErrorScope,
    popErrorScope: device.popErrorScope,
    createBuffer: device.createBuffer,
    createComputePipelineAsync: device.createComputePipelineAsync,
  };
  /** An invalid object of the device, without an error. */
  const invalid = (size: number): GPUBuffer => {
    own.pushErrorScope.call(device, 'validation');
    const buffer = own.createBuffer.call(device, {
      size: 16,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE,
    });
    void own.popErrorScope.call(device);
    // It has the requested size.
    return Object.defineProperty(buffer, 'size', { value: size });
  };
  const put = (name: keyof typeof own, value: Create | (() => unknown)): void => {
    Object.defineProperty(device, name, { value, configurable: true });
  };
  put('pushErrorScope', (filter: GPUErrorFilter) => {
    scopes.push({ filter, hit: false });
    own.pushErrorScope.call(device, filter);
  });
  put('popErrorScope', async () => {
    const scope = scopes.pop();
    const error = await own.popErrorScope.call(device);
    return scope?.hit ? new GPUOutOfMemoryError('there is none left') : error;
  });
  put('createBuffer', (descriptor: GPUBufferDescriptor) => {
    if (fault !== 'buffer' || calls++ !== at) return own.createBuffer.call(device, descriptor);
    if (descriptor.mappedAtCreation) throw new RangeError('createBuffer failed');
    const scope = scopes.findLast(({ filter }) => filter === 'out-of-memory');
    if (!scope) throw new Error(`nobody would hear of it for buffer ${descriptor.label}`);
    scope.hit = true;
    return invalid(descriptor.size);
  });
  put('createComputePipelineAsync', async (descriptor: GPUComputePipelineDescriptor) => {
    if (fault === 'pipeline' && calls++ === at) {
      throw new GPUPipelineError('there is no memory left', { reason: 'internal' });
    }
    return own.createComputePipelineAsync.call(device, descriptor);
  });
  return {
    get calls() {
      return calls;
    },
    undo: () => {
      for (const name of Object.keys(own)) Reflect.deleteProperty(device, name);
    },
  };
}

const losing = new WeakSet<GPUDevice>();

/**
 * WebGPU with devices that {@link lose} can lose. A page itself can only call `destroy()`, which is not a loss.
 */
export const losable = {
  requestAdapter: async (options?: GPURequestAdapterOptions) => {
    const adapter = await navigator.gpu.requestAdapter(options);
    if (!adapter) return null;
    const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
      const device = await GPUAdapter.prototype.requestDevice.call(adapter, descriptor);
      const lost = device.lost.then((info) =>
        losing.has(device) ? { reason: 'unknown', message: 'it was taken away' } : info,
      );
      return Object.defineProperty(device, 'lost', { value: lost });
    };
    return Object.defineProperty(adapter, 'requestDevice', { value: requestDevice });
  },
} as GPU;

/** Loses a device of {@link losable}, as if the driver had crashed. */
export function lose(device: GPUDevice): void {
  losing.add(device);
  device.destroy();
}
