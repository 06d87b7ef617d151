import { type Part, use } from '../gpu/link.ts';
import type { ShaderFile } from '../gpu/shader-file.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { same, sizeOf, storageOf } from '../graph/tensor.ts';
import { linearGrid } from './map.ts';

/** What an optimizer computes with: the key of its {@link Method}. Copies of an optimizer keep it. */
export const METHOD = Symbol.for('gradweave.optimizer');

/** The state of a parameter that holds the sum of its gradients. No optimizer's state can have this name. */
export const ACCUMULATED = 'accumulated-gradient';

/** The state that `averaged` adds: the moving average of a parameter. */
export const AVERAGE = 'average';

/** The most states: WebGPU allows eight storage buffers, and the kernels need three. */
export const MOST_STATES = 5;

/** An optimizer: its name, its hyper-parameters, and how it computes. What `sgd()`, `adam()` and the like return. */
export interface OptimizerRule {
  /** The optimizer's name, such as `adam`. */
  readonly kind: string;
  /** Default learning rate of the steps. */
  readonly learningRate: number;
  /** @internal */
  readonly [METHOD]: Method;
}

/** How an optimizer computes. */
export interface Method {
  /** Makes the optimizer with other options, checked. */
  readonly make: (options: never) => OptimizerRule;
  /** The names of its states. It keeps each for every element of a parameter, from 0 on. */
  readonly states: readonly string[];
  /** Those of the states that `averaged` has added to an optimizer of the caller's. Default none. */
  readonly added?: readonly string[];
  /**
   * Declares `beginOptimize` and `optimize`, see shaders/optimizer. They read the states by their names, and the numbers
   * as `clock.optimizer`.
   */
  readonly part: Part<never>;
  /** At most 16 numbers for the GPU, for the step after `step` others. */
  readonly numbers: (step: number) => readonly number[];
  /** Declares `prepare`, with which the tick computes those numbers that depend on the step. Default: none do. */
  readonly prepare?: Part<never>;
  /** Operations per element. */
  readonly flop: number;
  /** Links `part` for a group of parameters, see groups.ts. */
  readonly group?: readonly Part<never>[];
  /** With groups: the same optimizer for parameters of these names. */
  readonly resolve?: (names: readonly string[]) => OptimizerRule;
  /** With groups: the optimizer of a parameter's group; undefined if it is in none. */
  readonly of?: (name: string) => OptimizerRule | undefined;
}

type Parts = readonly Part<never>[];

/** Updates after every so many batches. */
export interface Every {
  readonly batches: number;
  /** The state of each parameter that it needs. */
  readonly state: string;
  /** An optimizer's parts that update only then. */
  optimizer(parts: Parts): Parts;
  /** What the tick prepares, by the number of updates instead of batches. */
  prepare(parts: Parts): Parts;
  /** The means of the gradients since the last update, by parameter. */
  accumulate(slopes: ReadonlyMap<Node, Node>): ReadonlyMap<Node, Node>;
}

/**
 * The shader parts that update the parameters from `first` to `last`, which lie side by side.
 *
 * @param gradient an op of the gradient that the same dispatch computes, see {@link Op.updating}
 */
export function optimizerParts(
  { rule, every }: UpdateAttributes,
  first: Node,
  last: Node,
  gradient?: Node,
): readonly Part<Ref>[] {
  const { states, added = [], part, group = [part] } = rule[METHOD];
  const step = every ? every.optimizer(group) : group;
  return [
    use(wgsl.optimizerParameters, {
      bindings: { parameters: { kind: 'parameters', first, last } },
    }),
    ...states.map((state): Part<Ref> => {
      const bindings = { optimizerState: { kind: 'state', state, first, last } } as const;
      // A caller's states may have any name.
      const own = part.file.given && !added.includes(state) ? `state_${state}` : state;
      const names = [new Map([['optimizerState', own]])];
      return { ...use(wgsl.optimizerState, { bindings }), names };
    }),
    ...(gradient?.op.updating?.(gradient, first, last, step) ?? step),
  ];
}

/** What a step multiplies gradients by: the factor in a tensor, and the kernel that does it. */
export interface Clipping {
  /** (norm, factor), see norm.ts. */
  readonly by: Node;
  readonly file: ShaderFile<'optimizer/update_clipped'>;
}

export interface UpdateAttributes {
  readonly rule: OptimizerRule;
  /** The kernel of a step that multiplies the gradient by the factor in its third input. */
  readonly clipped?: Clipping['file'];
  /** Default: after every batch. */
  readonly every?: Every | undefined;
}

export const updateOp: Op<UpdateAttributes> = {
  name: 'update',
  residence: 'effect',
  infer: ([w, g]) => {
    same('a parameter and its gradient', w, g);
    return w;
  },
  dispatch: (node) => {
    const [w, g, by] = node.inputs;
    const { paddedRows, columns4 } = storageOf(w.spec);
    const { grid, width } = linearGrid(paddedRows * columns4);
    const { rule, clipped } = node.attributes;
    const constants = { COUNT4: paddedRows * columns4, GRID_WIDTH: width };
    const gradient = ref(g);
    return {
      label: node.name,
      parts: [
        clipped
          ? use(clipped, { constants, bindings: { gradient, clipping: ref(by) } })
          : use(wgsl.optimizerUpdate, { constants, bindings: { gradient } }),
        ...optimizerParts(node.attributes, w, w),
      ],
      grid,
      flop: updateFlop(rule) * sizeOf(w.spec.shape),
    };
  },
};

/** Operations per element of an optimizer's step. */
export const updateFlop = (rule: OptimizerRule): number => rule[METHOD].flop;

/** One optimizer step: updates a parameter in place from its gradient. */
export function update(
  parameter: Node,
  gradient: Node,
  rule: OptimizerRule,
  {
    clipping,
    every,
  }: { readonly clipping?: Clipping | undefined; readonly every?: Every | undefined } = {},
): Node {
  return parameter.graph.add(
    updateOp,
    [parameter, gradient, ...(clipping ? [clipping.by] : [])],
    { rule, every, ...(clipping ? { clipped: clipping.file } : {}) },
    `update ${parameter.name}`,
  );
}
