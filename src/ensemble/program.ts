import { GradweaveError, MemoryError, OptionError } from '../errors.ts';
import type { Family, PlanKind } from '../fusion/index.ts';
import { plan } from '../fusion/index.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Linked, link } from '../gpu/link.ts';
import type { BoundDispatch } from '../graph/executor.ts';
import { type Node, ownerOf } from '../graph/graph.ts';
import type { Dispatch, Ref } from '../graph/op.ts';
import { type Placement, place } from '../graph/placement.ts';
import type { Plan } from '../graph/plan.ts';
import { accessesOf } from '../graph/planned-dispatch.ts';
import { storageOf } from '../graph/tensor.ts';
import { EPOCH_RING, RECORD_BYTES, STEP_RING } from '../train/records.ts';
import { withNetworks } from './axis.ts';
import { type Located, mostBytesOf, rangeOf, strideFor } from './located.ts';
import { type Numbers, varyingOf } from './numbers.ts';

/**
 * Plans each variant as for one network.
 *
 * @throws MemoryError if a tensor of all networks is too large for one binding, with the most networks that fit
 */
export function plansOf(
  gpu: Gpu,
  variants: readonly Pick<Variant, 'targets' | 'keep'>[],
  { plan: kind, family, networks }: Pick<NetworkProgramOptions, 'plan' | 'family' | 'networks'>,
): readonly Plan[] {
  const { device, tunings, quick } = gpu;
  const plans = variants.map(({ targets, keep }) =>
    plan(kind, targets, keep, { device, family }, { tuning: new Map(tunings), quick }),
  );
  checkLimits(gpu, plans[0], networks);
  return plans;
}

/** One of the plans that networks of one shape have: they differ in constants alone. */
export interface Variant {
  readonly targets: readonly Node[];
  readonly keep: readonly Node[];
  /** The dispatch that ends a step. */
  readonly tick: Dispatch;
}

export interface NetworkProgramOptions {
  readonly plan: PlanKind;
  readonly family: Family;
  readonly networks: number;
  readonly variants: readonly Variant[];
  /** Says how a variant differs from the first one, for errors. */
  readonly differs: (variant: number) => string;
  /** Finds parameters and states. */
  readonly external: (ref: Ref) => Located | undefined;
  /** Buffers by name. */
  readonly named: Readonly<Record<string, Located>>;
  readonly numbers: Numbers;
}

/** A graph that is planned as for one network, with memory and kernels for several. */
export class NetworkProgram {
  readonly plan: Plan;
  readonly #gpu: Gpu;
  readonly #options: NetworkProgramOptions;
  readonly #plans: readonly Plan[];
  readonly #placement: Placement;
  readonly #banks: readonly { readonly buffer: GPUBuffer; readonly stride: number }[];
  readonly #values = new Map<Float32Array, GPUBuffer>();
  #bound: readonly BoundDispatch[] = [];

  /** @param plans those of the variants, see {@link plansOf} */
  constructor(gpu: Gpu, plans: readonly Plan[], options: NetworkProgramOptions) {
    this.#gpu = gpu;
    this.#options = options;
    this.#plans = plans;
    this.plan = plans[0];
    const { networks, variants } = options;
    const most = mostBytesOf(gpu, networks);
    // Two bindings of one dispatch may not lie in one buffer if it writes one of them: the networks' tensors alternate there.
    // Its tick is always a dispatch of its own, so losses need not lie beside other tensors.
    const apart = this.plan.dispatches.map((dispatch) => ({
      ...dispatch,
      parts: dispatch.parts.filter(({ bindings }) => !('beside' in bindings)),
      reads: [...dispatch.reads, ...dispatch.writes],
    }));
    this.#placement = place(apart, variants[0].keep, most);
    this.#banks = this.#placement.banks.map((bytes, i) => {
      const stride = strideFor(bytes);
      const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
      return {
        buffer: gpu.buffers.allocate(`arena bank ${i}`, networks * stride, usage),
        stride,
      };
    });
  }

  #locate(name: string, resource: Ref | undefined): Located {
    if (resource === undefined) return this.#named(name);
    if (resource.kind === 'packed') {
      const [first, last] = [resource.nodes[0], resource.nodes[resource.nodes.length - 1]];
      const [begin, end] = [first, last].map((node) => this.#tensor(node));
      return { ...begin, size: end.offset + end.size - begin.offset };
    }
    if (resource.kind === 'program') return this.#program(resource);
    const owned =
      resource.kind === 'tensor' ? { ...resource, node: ownerOf(resource.node) } : resource;
    const external = this.#options.external(owned);
    if (external) return external;
    if (resource.kind === 'tensor') return this.#tensor(resource.node);
    throw new GradweaveError(`ensemble: ${resource.first.name} has no memory`);
  }

  #tensor(node: Node): Located {
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

  /**
   * Compiles all kernels and binds them.
   *
   * @throws OptionError if networks differ in more than numbers; ShaderError; MemoryError
   */
  async compile(): Promise<void> {
    const { networks, variants } = this.#options;
    const steps = this.#plans.map(({ dispatches }, i) => [...dispatches, variants[i].tick]);
    const odd = steps.findIndex(({ length }) => length !== steps[0].length);
    if (odd >= 0) throw this.#refusal(odd, `${steps[odd].length} dispatches`);
    const compiled = await Promise.all(
      steps[0].map(async (dispatch, at) => {
        const linked = this.#linked(steps.map((step) => step[at]));
        const kernel = await this.#gpu.kernels.build(dispatch.label, linked);
        return { dispatch, linked, kernel };
      }),
    );
    await this.#gpu.buffers.settle();
    this.#bound = compiled.map(({ dispatch: { label, grid }, linked, kernel }) => ({
      label,
      pipeline: kernel.pipeline,
      grid,
      bindGroup: this.#gpu.device.createBindGroup({
        label,
        layout: kernel.layout,
        entries: linked.bindings.map(({ name, resource }, binding) => ({
          binding,
          resource: rangeOf(this.#locate(name, resource), networks),
        })),
      }),
    }));
  }

  /** A dispatch of all plans as one kernel for all networks. */
  #linked(dispatches: readonly Dispatch[]): Linked<Ref> {
    const { networks, numbers, plan: kind } = this.#options;
    const [first] = dispatches;
    const sizes = new Map<string, number>();
    const all = dispatches.map(({ parts }, i) =>
      link(parts, {
        unroll: kind === 'fused',
        bytesOf: (name, resource) => {
          // The nodes of other plans have no memory here, and the same sizes.
          if (i === 0) sizes.set(name, this.#locate(name, resource).size);
          return sizes.get(name);
        },
      }),
    );
    const varying = varyingOf(all, numbers, (variant, what) =>
      this.#refusal(variant, `${what} in "${first.label}"`),
    );
    const layers = first.grid[2];
    if (networks * layers > 65535) {
      throw new OptionError(
        `runs: ${networks} were given; at most ${Math.floor(65535 / layers)} fit a dispatch`,
      );
    }
    return withNetworks(all[0], {
      networks,
      layers,
      strideOf: ({ name, resource }) => this.#locate(name, resource).stride,
      bytesOf: ({ name, resource }) => this.#locate(name, resource).size,
      isClock: ({ name, resource }) =>
        resource === undefined ? name === 'clock' : isClock(resource),
      varying,
      variantAt:
        varying.length > 0
          ? numbers.place(
              'u32',
              dispatches.map((_, i) => i),
            )
          : 0,
      numbers: numbers.room,
      clockStride: numbers.clockStride,
    });
  }

  #refusal(variant: number, what: string): OptionError {
    return new OptionError(
      `${this.#options.differs(variant)}; this changes the kernels (${what}). Runs of an ensemble may differ in numbers, not in what is computed`,
    );
  }

  /** The dispatches of a step for the networks in the first slots; the last one is the tick. */
  step(active: number): readonly BoundDispatch[] {
    return this.#bound.map((bound) => {
      const [x, y, z] = bound.grid;
      return { ...bound, grid: [x, y, z * active] };
    });
  }

  /** The plan of one network and its tick, as a table. */
  explain(): string {
    const { tick } = this.#options.variants[0];
    const closing = { ...tick, covers: [], ...accessesOf(tick) };
    return this.plan.explain([...this.plan.dispatches, closing]);
  }

  /** Where a kept tensor lies. */
  locate(node: Node): Located {
    return this.#tensor(node);
  }

  destroy(): void {
    for (const { buffer } of this.#banks) this.#gpu.buffers.free(buffer);
    for (const buffer of this.#values.values()) this.#gpu.buffers.free(buffer);
  }
}

const isClock = (resource: Ref): boolean =>
  resource.kind === 'program' && resource.name === 'clock' && !resource.values;

/** Bytes of one network that a plan binds at once, at most. */
function largestBinding({ dispatches }: Plan): { readonly name: string; readonly bytes: number } {
  let largest = { name: '', bytes: 0 };
  const note = (name: string, bytes: number): void => {
    if (bytes > largest.bytes) largest = { name, bytes };
  };
  for (const { parts } of dispatches) {
    for (const ref of parts.flatMap(({ bindings }) => Object.values(bindings))) {
      if (ref.kind === 'program') continue;
      const nodes =
        ref.kind === 'tensor'
          ? [ref.node]
          : ref.kind === 'packed'
            ? ref.nodes
            : ref.first.graph.nodes
                .slice(ref.first.id, ref.last.id + 1)
                .filter(({ op }) => op.residence === 'external');
      const bytes = nodes.reduce((sum, { spec }) => sum + strideFor(storageOf(spec).bytes), 0);
      note(nodes[0].name, bytes);
    }
  }
  return largest;
}

/** @throws MemoryError with the most networks that fit */
function checkLimits(gpu: Gpu, planned: Plan, networks: number): void {
  const records = { name: 'the sums of steps', bytes: (STEP_RING + EPOCH_RING) * RECORD_BYTES };
  const bound = largestBinding(planned);
  const { name, bytes } = bound.bytes > records.bytes ? bound : records;
  if (bytes <= mostBytesOf(gpu, networks)) return;
  let fits = networks;
  while (fits > 0 && bytes > mostBytesOf(gpu, fits)) fits--;
  throw new MemoryError(
    `${networks} networks need ${networks * bytes} bytes for ${name} in one binding; this device allows ${mostBytesOf(gpu, 1)}, enough for ${fits}. Train at most ${fits} together, use a smaller batch, or raise the engine's limits { maxStorageBufferBindingSize, maxBufferSize } if the adapter allows`,
  );
}
