/** Calls of WebGPU while it was watched. */
export interface GpuCounts {
  dispatches: number;
  submits: number;
  /** `writeBuffer` and `writeTexture`. */
  writes: number;
  /** `mapAsync`, and buffers that are created mapped. */
  maps: number;
  bindGroups: number;
  buffers: number;
}

/** Where WebGPU's classes are: `globalThis`, or a test's object. */
export type GpuClasses = Readonly<Record<string, { prototype: object } | undefined>>;

type Method = (this: unknown, ...given: readonly unknown[]) => unknown;

/** Calls `before` in front of a method; returns a function that undoes this. */
function hook(
  classes: GpuClasses,
  name: string,
  method: string,
  watch: (self: unknown, given: readonly unknown[], result: unknown) => void,
): () => void {
  const prototype = classes[name]?.prototype;
  const own = prototype && Object.getOwnPropertyDescriptor(prototype, method);
  if (!prototype || typeof own?.value !== 'function') return () => {};
  const original: Method = own.value;
  const watched: Method = function (...given) {
    const result = original.apply(this, [...given]);
    watch(this, given, result);
    return result;
  };
  Object.defineProperty(prototype, method, { ...own, value: watched });
  return () => Object.defineProperty(prototype, method, own);
}

const globalClasses = globalThis as unknown as GpuClasses;

/** Counts until {@link GpuWatch.stop}, which restores everything. */
export interface GpuWatch {
  readonly counts: Readonly<GpuCounts>;
  stop(): GpuCounts;
}

/**
 * Counts the WebGPU calls of any library, ours or another's, by hooks on the prototypes of the classes.
 * The hooks cost some nanoseconds for each call, so nothing is timed meanwhile.
 */
export function watchGpu(classes: GpuClasses = globalClasses): GpuWatch {
  const counts: GpuCounts = {
    dispatches: 0,
    submits: 0,
    writes: 0,
    maps: 0,
    bindGroups: 0,
    buffers: 0,
  };
  const count = (name: string, method: string, what: keyof GpuCounts): (() => void) =>
    hook(classes, name, method, () => {
      counts[what]++;
    });
  const undo = [
    count('GPUComputePassEncoder', 'dispatchWorkgroups', 'dispatches'),
    count('GPUComputePassEncoder', 'dispatchWorkgroupsIndirect', 'dispatches'),
    count('GPUQueue', 'submit', 'submits'),
    count('GPUQueue', 'writeBuffer', 'writes'),
    count('GPUQueue', 'writeTexture', 'writes'),
    count('GPUBuffer', 'mapAsync', 'maps'),
    count('GPUDevice', 'createBindGroup', 'bindGroups'),
    hook(classes, 'GPUDevice', 'createBuffer', (_, given) => {
      counts.buffers++;
      const [descriptor] = given as readonly [GPUBufferDescriptor];
      if (descriptor.mappedAtCreation) counts.maps++;
    }),
  ];
  return {
    counts,
    stop: () => {
      for (const restore of undo) restore();
      return { ...counts };
    },
  };
}

/** Bytes in GPU buffers. */
export interface MemoryWatch {
  readonly live: number;
  /** The peak of live bytes since the last {@link restart}. */
  readonly peak: number;
  /** Resets the peak to the bytes that are live now. */
  restart(): void;
  stop(): void;
}

/**
 * Sums up the buffers that are created and destroyed from now on. Buffers left to the garbage collector
 * count as live, because nothing shows when they are freed.
 */
export function watchMemory(classes: GpuClasses = globalClasses): MemoryWatch {
  const sizes = new WeakMap<object, number>();
  let live = 0;
  let peak = 0;
  const undo = [
    hook(classes, 'GPUDevice', 'createBuffer', (_, given, buffer) => {
      const [{ size }] = given as readonly [GPUBufferDescriptor];
      if (typeof buffer !== 'object' || buffer === null) return;
      sizes.set(buffer, size);
      live += size;
      peak = Math.max(peak, live);
    }),
    hook(classes, 'GPUBuffer', 'destroy', (self) => {
      const buffer = self as object;
      live -= sizes.get(buffer) ?? 0;
      sizes.delete(buffer);
    }),
  ];
  return {
    get live() {
      return live;
    },
    get peak() {
      return peak;
    },
    restart: () => {
      peak = live;
    },
    stop: () => {
      for (const restore of undo) restore();
    },
  };
}
