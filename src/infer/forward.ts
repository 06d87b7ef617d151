import { isColumnScale, type Normalization } from '../data/standardise.ts';
import { DestroyedError, MemoryError, OptionError } from '../errors.ts';
import { fuseElements } from '../fusion/elements.ts';
import { BufferUsage } from '../gpu/constants.ts';
import { familyOf, type KernelFamily } from '../gpu/family.ts';
import { kernelsOf } from '../gpu/gemm/families.ts';
import type { Workspace } from '../gpu/workspace.ts';
import { Arena, type BoundDispatch, type Compiled } from '../graph/executor.ts';
import { type ExplainOptions, explain } from '../graph/explain.ts';
import { Graph, type Node } from '../graph/graph.ts';
import type { Plan } from '../graph/plan.ts';
import { planGraph } from '../graph/planner.ts';
import { ParameterStore } from '../graph/store.ts';
import { sizeOf } from '../graph/tensor.ts';
import { buildModel } from '../nn/model.ts';
import { type FeatureSource, features } from '../ops/features.ts';
import { PACKED, pack } from '../ops/pack.ts';
import { isParameter } from '../ops/sources.ts';
import { type Standard, standardWords } from '../ops/standard.ts';
import { byLastDimension } from '../ops/view.ts';
import type { InferenceOptions } from './inference-options.ts';
import { refuseBatchStatistics } from './refuse-batch.ts';

/** The standardisation of each column. */
const standardOf =
  (scale: Normalization) =>
  (column: number): Standard =>
    isColumnScale(scale)
      ? {
          mean: scale.mean[column % scale.mean.length],
          deviation: scale.deviation[column % scale.mean.length],
        }
      : { mean: scale[0], deviation: scale[1] };

/** Bind groups for a pair of buffers, by the offsets. */
type Bound = Map<string, BoundDispatch[]>;

/** The program's names of the inputs, and of the numbers that standardise them. */
export const INPUT = 'input';
const STANDARD = 'standard';

/** Means and deviations on the GPU, and neutral ones for inputs that are standardised already. */
interface Standards {
  readonly own: GPUBuffer;
  readonly none: GPUBuffer;
}

/** Where the inputs come from, and its bindings by the program's names. */
export type Source = readonly [FeatureSource, Readonly<Record<string, GPUBufferBinding>>];

/** The forward pass, planned for a device. */
interface Program {
  readonly plan: Plan;
  readonly arena: Arena;
  readonly kernels: readonly Compiled[];
}

/** The kernels of a model's forward pass, and their bindings for pairs of an input and an output buffer. */
export class Forward {
  readonly store: ParameterStore;
  readonly #workspace: Workspace;
  readonly #family: KernelFamily;
  /** What is computed. */
  readonly #result: Node;
  readonly #indices: GPUBuffer;
  readonly #standards: Standards | undefined;
  readonly #named: Record<string, GPUBuffer | GPUBufferBinding>;
  #made: Program | undefined;
  #bound = new WeakMap<GPUBuffer, WeakMap<GPUBuffer, Bound>>();

  /**
   * Builds the graph and allocates; call {@link compile} next.
   *
   * @param given the inputs of each call; default: a buffer with each
   * @param store the parameters; default: new ones
   * @throws MemoryError, ShapeError, OptionError
   */
  constructor(
    workspace: Workspace,
    options: InferenceOptions,
    given?: Source,
    store?: ParameterStore,
  ) {
    const { model, batch, normalize = null } = options;
    this.#family = familyOf(workspace.families, options.family ?? workspace.family);
    const { device, buffers } = workspace;
    const columns = sizeOf(model.inputShape);
    const graph = new Graph();
    const [source, named]: Source = given ?? [{ kind: 'values', name: INPUT }, {}];
    const shape = [batch, ...model.inputShape];
    const samples = features(graph, shape, source, normalize ? STANDARD : undefined);
    this.#result = pack(byLastDimension(buildModel(model, samples, false)));
    refuseBatchStatistics('inference', [this.#result]);

    this.#workspace = workspace;
    this.store = store ?? new ParameterStore(workspace, graph.nodes.filter(isParameter), []);
    const most = device.limits.maxStorageBufferBindingSize;
    if (4 * batch * Math.max(columns, sizeOf(model.outputShape)) > most) {
      throw new MemoryError(
        `a batch of ${batch} samples passes the ${most} bytes that this device binds. Use a smaller batch`,
      );
    }
    const rows = Uint32Array.from({ length: Math.ceil(batch / 4) * 4 }, (_, row) =>
      Math.min(row, batch - 1),
    );
    this.#indices = buffers.allocate('rows', rows.byteLength, BufferUsage.STORAGE, rows);
    const standard = (of: (column: number) => Standard): GPUBuffer => {
      const words = standardWords(shape, of);
      return buffers.allocate(STANDARD, words.byteLength, BufferUsage.STORAGE, words);
    };
    this.#standards = normalize
      ? { own: standard(standardOf(normalize)), none: standard(() => ({ mean: 0, deviation: 1 })) }
      : undefined;
    // A placeholder until buffers are given: kernels only need their sizes.
    const blank = (bytes: number) => ({ buffer: this.#indices, size: bytes });
    this.#named = {
      indices: this.#indices,
      [INPUT]: blank(4 * batch * columns),
      [PACKED]: blank(4 * batch * sizeOf(model.outputShape)),
      ...(this.#standards ? { [STANDARD]: this.#standards.own } : {}),
      ...named,
    };
  }

  /** Loads the family's kernels, plans and compiles. */
  async compile(): Promise<void> {
    const kernels = await kernelsOf(this.#family);
    const { buffers, device, quick, tunings } = this.#workspace;
    this.#workspace.assertAlive();
    const plan = planGraph([this.#result], {
      kind: 'fused',
      rules: [fuseElements],
      keep: [],
      maxBufferSize: device.limits.maxBufferSize,
      choice: {
        ...kernels,
        adapter: device.adapterInfo,
        quick,
        tuning: new Map(tunings),
      },
    });
    const arena = buffers.allOrNone(
      () =>
        new Arena(this.#workspace, plan, {
          external: (ref) => this.store.resolve(ref),
          named: this.#named,
        }),
    );
    this.#made = { plan, arena, kernels: [] };
    this.#made = { plan, arena, kernels: await arena.compile(plan.dispatches) };
  }

  get #program(): Program {
    if (this.#made) return this.#made;
    throw new DestroyedError('this inference was never made');
  }

  /** The plan as a table; see {@link explain}. */
  explain(options: ExplainOptions): string {
    const { plan, arena } = this.#program;
    return explain(plan, arena, options);
  }

  /**
   * The dispatches from one buffer to another. Bind groups are created once for each pair of buffers.
   *
   * @param input undefined if it was given to the constructor
   * @param normalize whether to standardise the inputs
   */
  dispatches(
    input: GPUBufferBinding | undefined,
    output: GPUBufferBinding,
    normalize: boolean,
  ): BoundDispatch[] {
    const from = input?.buffer ?? this.#indices;
    if (from === output.buffer) {
      throw new OptionError('input and output are one buffer, which WebGPU does not bind twice');
    }
    const outputs = this.#bound.get(from) ?? new WeakMap<GPUBuffer, Bound>();
    this.#bound.set(from, outputs);
    const offsets: Bound = outputs.get(output.buffer) ?? new Map();
    outputs.set(output.buffer, offsets);
    const key = `${input?.offset} ${output.offset} ${normalize}`;
    let bound = offsets.get(key);
    if (!bound) {
      if (input) this.#named[INPUT] = input;
      this.#named[PACKED] = output;
      if (this.#standards) this.#named[STANDARD] = this.#standards[normalize ? 'own' : 'none'];
      const { arena, kernels } = this.#program;
      bound = arena.bound(kernels);
      offsets.set(key, bound);
    }
    return bound;
  }

  /** Frees everything but the parameters. */
  destroy(): void {
    this.#made?.arena.destroy();
    const kept: GPUBuffer[] = Object.values(this.#standards ?? {});
    for (const buffer of [this.#indices, ...kept]) this.#workspace.buffers.free(buffer);
    this.#bound = new WeakMap();
  }
}
