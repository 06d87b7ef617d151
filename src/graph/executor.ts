import { DeviceError, GradweaveError, MemoryError } from '../errors.ts';
import { BufferUsage, MapMode } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Kernel } from '../gpu/kernels.ts';
import type { LinkedBinding, LinkOptions } from '../gpu/link.ts';
import type { Profiler } from '../gpu/profiler.ts';
import { type Node, ownerOf } from './graph.ts';
import type { Dispatch, Ref } from './op.ts';
import type { Plan } from './plan.ts';
import { storageOf } from './tensor.ts';

/** A dispatch with everything that encoding it takes. */
export interface BoundDispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

/** A dispatch whose kernel is compiled; what it binds may still change. */
export interface Compiled {
  readonly dispatch: Pick<Dispatch, 'label' | 'grid'>;
  readonly kernel: Kernel;
  readonly bindings: readonly LinkedBinding<Ref>[];
}

/** Finds the memory of external tensors, parameters, and buffers by name. */
export interface Resources {
  /** For parameters, moments, inputs; undefined where it is none of them. */
  external(ref: Ref): GPUBufferBinding | undefined;
  /** The environment's buffers and the program's own, by binding name. */
  readonly named: Readonly<Record<string, GPUBuffer | GPUBufferBinding>>;
}

/** The memory of a plan's tensors, and where each binding points. */
export class Arena {
  readonly #engine: Gpu;
  readonly #plan: Plan;
  readonly #resources: Resources;
  readonly #banks: readonly GPUBuffer[];

  /** @throws MemoryError where a tensor, or a bank of them, is more than this device allows. */
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

  /** Where a reference points. */
  resolve(wanted: Ref): GPUBufferBinding {
    if (wanted.kind === 'packed') return this.#range(wanted.nodes);
    const ref = wanted.kind === 'tensor' ? { ...wanted, node: ownerOf(wanted.node) } : wanted;
    const external = this.#resources.external(ref);
    if (external) return external;
    if (ref.kind === 'program') return this.named(ref.name);
    if (ref.kind === 'tensor') {
      const place = this.#plan.placement.places.get(ownerOf(ref.node));
      const buffer = place && this.#banks[place.bank];
      if (place && buffer) {
        return { buffer, offset: place.offset, size: storageOf(ref.node.spec.shape).bytes };
      }
    }
    const name = ref.kind === 'tensor' ? ref.node.name : ref.first.name;
    throw new GradweaveError(`executor: ${name} has no memory in this plan`);
  }

  /** Tensors that the planner has placed side by side, as one binding. */
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

  /** Compiles kernels, all at once, for what their names are bound to now. */
  compile(
    dispatches: readonly Dispatch[],
    options: LinkOptions<Ref> = {},
  ): Promise<readonly Compiled[]> {
    const bytesOf = (name: string, resource: Ref | undefined): number => {
      const { buffer, offset = 0, size = buffer.size - offset } = this.#locate(name, resource);
      return size;
    };
    return Promise.all(
      dispatches.map(async (dispatch) => {
        const { label, parts } = dispatch;
        const { kernel, linked } = await this.#engine.kernels.compile(label, parts, {
          bytesOf,
          ...options,
        });
        return { dispatch, kernel, bindings: linked.bindings };
      }),
    );
  }

  /** Binds compiled kernels to what their names stand for now. */
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
   * Compiles kernels, all at once, and makes their bind groups.
   *
   * @throws ShaderError; MemoryError where there was no memory for a buffer that was made before.
   */
  async bind(
    dispatches: readonly Dispatch[],
    options: LinkOptions<Ref> = {},
  ): Promise<BoundDispatch[]> {
    const compiled = await this.compile(dispatches, options);
    await this.#engine.buffers.settle();
    return this.bound(compiled);
  }

  /** Reads a tensor's storage back. It must be kept by the plan. */
  async read(node: Node): Promise<Float32Array> {
    const { buffer, offset } = this.resolve({ kind: 'tensor', node });
    const { bytes } = storageOf(node.spec.shape);
    return new Float32Array(await readBuffer(this.#engine, buffer, bytes, offset));
  }

  destroy(): void {
    for (const bank of this.#banks) this.#engine.buffers.free(bank);
  }
}

function checkBindings({ placement }: Plan, most: number): void {
  for (const node of placement.places.keys()) {
    const { bytes } = storageOf(node.spec.shape);
    if (bytes <= most) continue;
    throw new MemoryError(
      `${node.name} [${node.spec.shape.join(', ')}] needs ${bytes} bytes in one binding; this device allows ${most}. Use a smaller batch or layer, or make the engine with limits { maxStorageBufferBindingSize, maxBufferSize } where the adapter has more`,
    );
  }
}

/** Puts dispatches into a pass, in order. */
export function encode(pass: GPUComputePassEncoder, dispatches: readonly BoundDispatch[]): void {
  for (const { pipeline, bindGroup, grid } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(grid[0], grid[1], grid[2]);
  }
}

/** Puts dispatches into passes of their own, each timed. */
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
 * @throws DeviceLostError where the device is gone.
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
    // Copied before it is known that there was memory: what is read is as it was at the call.
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
    // A lost device rejects the map before its own promise is settled.
    await engine.blameLoss(error);
    throw error;
  } finally {
    buffers.free(staging);
  }
}
