import { GradweaveError } from '../errors.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Node, ownerOf } from '../graph/graph.ts';
import type { Ref } from '../graph/op.ts';
import { type Placement, place } from '../graph/placement.ts';
import type { Plan } from '../graph/plan.ts';
import { storageOf } from '../graph/tensor.ts';
import { type Located, mostBytesOf, strideFor } from './located.ts';

export interface NetworkMemoryOptions {
  readonly networks: number;
  /** Tensors that are read after a step. */
  readonly keep: readonly Node[];
  /** Finds parameters and states. */
  readonly external: (ref: Ref) => Located | undefined;
  /** Buffers by name. */
  readonly named: Readonly<Record<string, Located>>;
}

/** The memory of a plan's tensors, of all networks. */
export class NetworkMemory {
  readonly #gpu: Gpu;
  readonly #options: NetworkMemoryOptions;
  readonly #placement: Placement;
  readonly #banks: readonly { readonly buffer: GPUBuffer; readonly stride: number }[];
  readonly #values = new Map<Float32Array, GPUBuffer>();

  constructor(gpu: Gpu, plan: Plan, options: NetworkMemoryOptions) {
    this.#gpu = gpu;
    this.#options = options;
    const { networks, keep } = options;
    const most = mostBytesOf(gpu, networks);
    // Two bindings of one dispatch may not lie in one buffer if it writes one of them: the networks' tensors alternate there.
    // So the tick is always a dispatch of its own. As a workgroup of tiled/updates it would read losses and slopes in one range,
    // and tiled/rows writes them through two bindings, whose ranges then overlap. Eight bindings leave no room for a ninth.
    const apart = plan.dispatches.map((dispatch) => ({
      ...dispatch,
      parts: dispatch.parts.filter(({ bindings }) => !('beside' in bindings)),
      reads: [...dispatch.reads, ...dispatch.writes],
    }));
    this.#placement = place(apart, keep, most);
    this.#banks = this.#placement.banks.map((bytes, i) => {
      const stride = strideFor(bytes);
      const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
      return {
        buffer: gpu.buffers.allocate(`arena bank ${i}`, networks * stride, usage),
        stride,
      };
    });
  }

  /** Where the memory of a binding is; without a resource, that of its name. */
  locate(name: string, resource: Ref | undefined): Located {
    if (resource === undefined) return this.#named(name);
    if (resource.kind === 'packed') {
      const [first, last] = [resource.nodes[0], resource.nodes[resource.nodes.length - 1]];
      const [begin, end] = [first, last].map((node) => this.tensor(node));
      return { ...begin, size: end.offset + end.size - begin.offset };
    }
    if (resource.kind === 'program') return this.#program(resource);
    const owned =
      resource.kind === 'tensor' ? { ...resource, node: ownerOf(resource.node) } : resource;
    const external = this.#options.external(owned);
    if (external) return external;
    if (resource.kind === 'tensor') return this.tensor(resource.node);
    throw new GradweaveError(`ensemble: ${resource.first.name} has no memory`);
  }

  tensor(node: Node): Located {
    const found = this.#placement.places.get(ownerOf(node));
    const bank = found && this.#banks[found.bank];
    if (!bank) throw new GradweaveError(`ensemble: ${node.name} has no memory`);
    return { ...bank, offset: found.offset, size: storageOf(node.spec).bytes };
  }

  #named(name: string): Located {
    const located = this.#options.named[name];
    if (!located) throw new GradweaveError(`ensemble: no buffer was given for "${name}"`);
    return located;
  }

  #program({ name, values }: Ref & { readonly kind: 'program' }): Located {
    if (!values) return this.#named(name);
    const buffer =
      this.#values.get(values) ??
      this.#gpu.buffers.allocate(name, values.byteLength, BufferUsage.STORAGE, values);
    this.#values.set(values, buffer);
    return { buffer, offset: 0, size: buffer.size };
  }

  destroy(): void {
    for (const { buffer } of this.#banks) this.#gpu.buffers.free(buffer);
    for (const buffer of this.#values.values()) this.#gpu.buffers.free(buffer);
  }
}
