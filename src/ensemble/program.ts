import { OptionError } from '../errors.ts';
import type { Family, PlanKind } from '../fusion/index.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Linked, link } from '../gpu/link.ts';
import type { BoundDispatch } from '../graph/executor.ts';
import type { Node } from '../graph/graph.ts';
import type { Dispatch, Ref } from '../graph/op.ts';
import type { Plan } from '../graph/plan.ts';
import { accessesOf } from '../graph/planned-dispatch.ts';
import { withNetworks } from './axis.ts';
import { type Located, rangeOf } from './located.ts';
import { NetworkMemory } from './memory.ts';
import { type Numbers, varyingOf } from './numbers.ts';

/** WebGPU's limit for a side of a grid. */
export const MOST_LAYERS = 65535;

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
  readonly #memory: NetworkMemory;
  #bound: readonly BoundDispatch[] = [];

  /** @param plans those of the variants, see {@link plansOf} */
  constructor(gpu: Gpu, plans: readonly Plan[], options: NetworkProgramOptions) {
    this.#gpu = gpu;
    this.#options = options;
    this.#plans = plans;
    this.plan = plans[0];
    this.#memory = new NetworkMemory(gpu, this.plan, {
      ...options,
      keep: options.variants[0].keep,
    });
  }

  /**
   * Compiles all kernels and binds them.
   *
   * @throws OptionError if networks differ in more than numbers; ShaderError; MemoryError
   */
  async compile(): Promise<void> {
    const { variants } = this.#options;
    const steps = this.#plans.map(({ dispatches }, i) => [...dispatches, variants[i].tick]);
    const odd = steps.findIndex(({ length }) => length !== steps[0].length);
    if (odd >= 0) throw this.#refusal(odd, `${steps[odd].length} dispatches`);
    this.#bound = await this.#bind(steps[0].map((_, at) => steps.map((step) => step[at])));
  }

  /** Compiles and binds dispatches of the first plan, with a grid for all networks: for a tuner, which times them. */
  async bind(dispatches: readonly Dispatch[]): Promise<readonly BoundDispatch[]> {
    return forNetworks(
      await this.#bind(dispatches.map((dispatch) => [dispatch])),
      this.#options.networks,
    );
  }

  /** @param all each dispatch, in all plans */
  async #bind(all: readonly (readonly Dispatch[])[]): Promise<readonly BoundDispatch[]> {
    const compiled = await Promise.all(
      all.map(async (dispatches) => {
        const [dispatch] = dispatches;
        const linked = this.#linked(dispatches);
        const kernel = await this.#gpu.kernels.build(dispatch.label, linked);
        return { dispatch, linked, kernel };
      }),
    );
    await this.#gpu.buffers.settle();
    return compiled.map(({ dispatch: { label, grid }, linked, kernel }) => ({
      label,
      pipeline: kernel.pipeline,
      grid,
      bindGroup: this.#gpu.device.createBindGroup({
        label,
        layout: kernel.layout,
        entries: linked.bindings.map(({ name, resource }, binding) => ({
          binding,
          resource: rangeOf(this.#memory.locate(name, resource), this.#options.networks),
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
          if (i === 0) sizes.set(name, this.#memory.locate(name, resource).size);
          return sizes.get(name);
        },
      }),
    );
    const varying = varyingOf(all, numbers, (variant, what) =>
      this.#refusal(variant, `${what} in "${first.label}"`),
    );
    const layers = first.grid[2];
    if (networks * layers > MOST_LAYERS) {
      throw new OptionError(
        `runs: ${networks} were given; at most ${Math.floor(MOST_LAYERS / layers)} fit a dispatch`,
      );
    }
    return withNetworks(all[0], {
      networks,
      layers,
      strideOf: ({ name, resource }) => this.#memory.locate(name, resource).stride,
      bytesOf: ({ name, resource }) => this.#memory.locate(name, resource).size,
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
    return forNetworks(this.#bound, active);
  }

  /** The plan of one network and its tick, as a table. */
  explain(): string {
    const { tick } = this.#options.variants[0];
    const closing = { ...tick, covers: [], ...accessesOf(tick) };
    return this.plan.explain([...this.plan.dispatches, closing]);
  }

  /** Where a kept tensor lies. */
  locate(node: Node): Located {
    return this.#memory.tensor(node);
  }

  destroy(): void {
    this.#memory.destroy();
  }
}

const isClock = (resource: Ref): boolean =>
  resource.kind === 'program' && resource.name === 'clock' && !resource.values;

/** Dispatches for the networks in the first slots. */
const forNetworks = (
  dispatches: readonly BoundDispatch[],
  active: number,
): readonly BoundDispatch[] =>
  dispatches.map((bound) => {
    const [x, y, z] = bound.grid;
    return { ...bound, grid: [x, y, z * active] };
  });
