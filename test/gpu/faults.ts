/** What {@link failAt} lets fail. */
export type Fault = 'buffer' | 'pipeline';

/** A fault that was put in. */
export interface Injected {
  /** Calls of that kind so far. */
  readonly calls: number;
  undo(): void;
}

type Create = (this: unknown, descriptor: never) => unknown;

/**
 * Lets a device run out of memory as WebGPU says that it does: the `at`th buffer is an invalid one and an
 * error for the scope, or a RangeError where it was to be mapped; the `at`th pipeline is rejected as
 * internal error. No adapter runs out when a test wants it to.
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
  /** An object of the device's that is not valid, of which nobody is told. */
  const invalid = (size: number): GPUBuffer => {
    own.pushErrorScope.call(device, 'validation');
    const buffer = own.createBuffer.call(device, {
      size: 16,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE,
    });
    void own.popErrorScope.call(device);
    // It is as large as it was to be.
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
 * WebGPU as it is, but for devices that {@link lose} can take away. What a page can do to a device itself,
 * `destroy()`, is an end and no loss.
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

/** Takes a device of {@link losable} away, as a driver's crash does. */
export function lose(device: GPUDevice): void {
  losing.add(device);
  device.destroy();
}
