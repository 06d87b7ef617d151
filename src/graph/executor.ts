import { DeviceError, GradweaveError, MemoryError } from '../errors.ts';
import { BufferUsage, MapMode } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Kernel } from '../gpu/kernels.ts';
import { type Linked, type LinkedBinding, type LinkOptions, link } from '../gpu/link.ts';
import type { Profiler } from '../gpu/profiler.ts';
import { type Node, ownerOf } from './graph.ts';
import type { Dispatch, Ref } from './op.ts';
import type { Plan } from './plan.ts';
import { storageOf } from './tensor.ts';

/** A dispatch, ready to be encoded. */
export interface BoundDispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

/** A dispatch whose kernel is compiled; its buffers may still change. */
export interface Compiled {
  readonly dispatch: Pick<Dispatch, 'label' | 'grid'>;
  readonly kernel: Kernel;
  readonly bindings: readonly LinkedBinding<Ref>[];
}

/** Finds the memory of external tensors, parameters, and buffers by name. */
export interface Resources {
  /** For parameters, moments and inputs; undefined for all others. */
  external(ref: Ref): GPUBufferBinding | undefined;
  /** Buffers of the environment and of the program, by binding name. */
  readonly named: Readonly<Record<string, GPUBuffer | GPUBufferBinding>>;
}

/** The memory of a plan's tensors. Finds the buffer of each binding. */
export class Arena {
  readonly #engine: Gpu;
  readonly #plan: Plan;
  readonly #resources: Resources;
  readonly #banks: readonly GPUBuffer[];
  readonly #values = new Map<Float32Array, GPUBuffer>();

  /** @throws MemoryError if a tensor or a bank of tensors is larger than this device allows */
  constructor(engine: Gpu, plan: Plan, resources: Resources) {
    checkBindings(plan, engine.device.limits.maxStorageBufferBindingSize);
    this.#engine = engine;
    this.#plan = plan;
    this.#resources = resources;
    this.#banks = plan.placement.banks.map((bytes, i) =>
      engine.buffers.allocate(
        `arena bank ${i}`,
        bytes,
        BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST,
      ),
    );
  }

  /** The buffer of a reference. */
  resolve(wanted: Ref): GPUBufferBinding {
    if (wanted.kind === 'packed') return this.#range(wanted.nodes);
    const ref = wanted.kind === 'tensor' ? { ...wanted, node: ownerOf(wanted.node) } : wanted;
    const external = this.#resources.external(ref);
    if (external) return external;
    if (ref.kind === 'program') return this.#program(ref);
    if (ref.kind === 'tensor') {
      const place = this.#plan.placement.places.get(ownerOf(ref.node));
      const buffer = place && this.#banks[place.bank];
      if (place && buffer) {
        return { buffer, offset: place.offset, size: storageOf(ref.node.spec).bytes };
      }
    }
    const name = ref.kind === 'tensor' ? ref.node.name : ref.first.name;
    throw new GradweaveError(`executor: ${name} has no memory in this plan`);
  }

  #program({ name, values }: Ref & { readonly kind: 'program' }): GPUBufferBinding {
    if (!values) return this.named(name);
    const { buffers } = this.#engine;
    const buffer =
      this.#values.get(values) ??
      buffers.allocate(name, values.byteLength, BufferUsage.STORAGE, values);
    this.#values.set(values, buffer);
    return { buffer };
  }

  /** One binding for tensors that lie side by side. */
  #range(nodes: readonly Node[]): GPUBufferBinding {
    const [first, last] = [nodes[0], nodes[nodes.length - 1]].map((node) =>
      this.resolve({ kind: 'tensor', node }),
    );
    const { buffer, offset = 0 } = first;
    return { buffer, offset, size: (last.offset ?? 0) + (last.size ?? 0) - offset };
  }

  named(name: string): GPUBufferBinding {
    const given = this.#resources.named[name];
    if (!given) throw new GradweaveError(`executor: no buffer was given for "${name}"`);
    return 'buffer' in given ? given : { buffer: given };
  }

  #locate(name: string, resource: Ref | undefined): GPUBufferBinding {
    return resource === undefined ? this.named(name) : this.resolve(resource);
  }

  readonly #bytesOf = (name: string, resource: Ref | undefined): number => {
    const { buffer, offset = 0, size = buffer.size - offset } = this.#locate(name, resource);
    return size;
  };

  /** Links a kernel as {@link compile} does. */
  link({ parts }: Dispatch, options: LinkOptions<Ref> = {}): Linked<Ref> {
    return link(parts, { bytesOf: this.#bytesOf, ...options });
  }

  /** Compiles kernels at the same time, for the sizes of the buffers that they bind now. */
  compile(
    dispatches: readonly Dispatch[],
    options: LinkOptions<Ref> = {},
  ): Promise<readonly Compiled[]> {
    return Promise.all(
      dispatches.map(async (dispatch) => {
        const linked = this.link(dispatch, options);
        const kernel = await this.#engine.kernels.build(dispatch.label, linked);
        return { dispatch, kernel, bindings: linked.bindings };
      }),
    );
  }

  /** Makes the bind groups of compiled kernels. */
  bound(compiled: readonly Compiled[]): BoundDispatch[] {
    return compiled.map(({ dispatch: { label, grid }, kernel, bindings }) => {
      const bindGroup = this.#engine.device.createBindGroup({
        label,
        layout: kernel.layout,
        entries: bindings.map(({ name, resource }, binding) => ({
          binding,
          resource: this.#locate(name, resource),
        })),
      });
      return { label, pipeline: kernel.pipeline, bindGroup, grid };
    });
  }

  /**
   * Compiles kernels at the same time and makes their bind groups.
   *
   * @throws ShaderError; MemoryError if the device had no memory for a buffer that was made before
   */
  async bind(
    dispatches: readonly Dispatch[],
    options: LinkOptions<Ref> = {},
  ): Promise<BoundDispatch[]> {
    const compiled = await this.compile(dispatches, options);
    await this.#engine.buffers.settle();
    return this.bound(compiled);
  }

  /** Reads back a tensor's storage. The plan must keep the tensor. */
  async read(node: Node): Promise<Float32Array> {
    const { buffer, offset } = this.resolve({ kind: 'tensor', node });
    const { bytes } = storageOf(node.spec);
    return new Float32Array(await readBuffer(this.#engine, buffer, bytes, offset));
  }

  destroy(): void {
    for (const buffer of [...this.#banks, ...this.#values.values()]) {
      this.#engine.buffers.free(buffer);
    }
  }
}

function checkBindings({ placement }: Plan, most: number): void {
  for (const node of placement.places.keys()) {
    const { bytes } = storageOf(node.spec);
    if (bytes <= most) continue;
    throw new MemoryError(
      `${node.name} [${node.spec.shape.join(', ')}] needs ${bytes} bytes in one binding; this device allows ${most}. Use a smaller batch or layer, or raise the engine's limits { maxStorageBufferBindingSize, maxBufferSize } if the adapter allows`,
    );
  }
}

/** Encodes dispatches into a pass, in order. */
export function encode(pass: GPUComputePassEncoder, dispatches: readonly BoundDispatch[]): void {
  for (const { pipeline, bindGroup, grid } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(grid[0], grid[1], grid[2]);
  }
}

/** Encodes each dispatch into its own pass, and times it. */
export function encodeTimed(
  encoder: GPUCommandEncoder,
  dispatches: readonly BoundDispatch[],
  profiler: Profiler,
): void {
  for (const dispatch of dispatches) {
    const pass = profiler.begin(encoder);
    encode(pass, [dispatch]);
    pass.end();
  }
}

/**
 * Copies a buffer's bytes to the CPU.
 *
 * @throws DeviceLostError if the device is lost
 */
export async function readBuffer(
  engine: Gpu,
  buffer: GPUBuffer,
  bytes: number,
  offset = 0,
): Promise<ArrayBuffer> {
  engine.assertAlive();
  const { buffers, device } = engine;
  const staging = buffers.allocate('readback', bytes, BufferUsage.COPY_DST | BufferUsage.MAP_READ);
  try {
    // Copied before the allocation is known to succeed, so that the contents are those at the call.
    device.pushErrorScope('validation');
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, offset, staging, 0, Math.ceil(bytes / 4) * 4);
    device.queue.submit([encoder.finish()]);
    const mapping = staging.mapAsync(MapMode.READ);
    const [invalid, failure] = await Promise.all([
      device.popErrorScope().catch(() => null),
      mapping.catch((error: unknown) => error),
    ]);
    if (failure) await buffers.settle();
    if (invalid) throw new DeviceError(`a buffer could not be read back: ${invalid.message}`);
    if (failure) throw failure;
    engine.assertAlive();
    return staging.getMappedRange().slice(0, bytes);
  } catch (error) {
    // A lost device rejects the mapping before its `lost` promise settles.
    await engine.blameLoss(error);
    throw error;
  } finally {
    buffers.free(staging);
  }
}
