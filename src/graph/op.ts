import { describe, isA, isArray, isObject, looksLike } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { FamilyKernels, Shares, Staging } from '../gpu/gemm/body.ts';
import type { Part } from '../gpu/link.ts';
import { spec, type TensorSpec } from './tensor.ts';

/** What a binding of a kernel refers to. */
export type Ref =
  /** A node's storage. */
  | { readonly kind: 'tensor'; readonly node: Node }
  /** Parameters that lie side by side, from first to last. */
  | { readonly kind: 'parameters'; readonly first: Node; readonly last: Node }
  /** A state that the optimizer keeps of them, by its name. */
  | { readonly kind: 'state'; readonly state: string; readonly first: Node; readonly last: Node }
  /** Computed tensors that the planner places side by side, each at a multiple of 256 bytes. */
  | { readonly kind: 'packed'; readonly nodes: readonly Node[] }
  /** A buffer of the program, by name, or one of these values, a multiple of 4. */
  | { readonly kind: 'program'; readonly name: string; readonly values?: Float32Array };

/** A reference to a node's storage. */
export const ref = (node: Node): Ref => ({ kind: 'tensor', node });

/** The kernel that a tuner chose for a product, by the product's key. */
export type Tuning = ReadonlyMap<string, string>;

/** What the choice of a kernel depends on, besides the node. */
export interface KernelChoice extends FamilyKernels {
  /** What the kernels are chosen for. Default: a GPU of an unknown vendor. */
  readonly adapter?: GPUAdapterInfo;
  /** Prefer kernels that compile fast, for the first steps of a run. Default false. */
  readonly quick?: boolean;
  readonly tuning?: Tuning;
  /** How workgroup memory holds the operands of a product; undefined: as they are, as without this. */
  readonly staging?: (factors: Factors, label: string) => Staging | undefined;
}

/** One of several kernels for the same dispatch. */
export interface KernelOption {
  readonly name: string;
  readonly parts: readonly Part<Ref>[];
  readonly grid: readonly [number, number, number];
}

/** What ends a step: a dispatch, or the work of a workgroup in the step's last dispatch. */
export interface Closing {
  /** The dispatch, if no other one does it. */
  readonly dispatch: Dispatch;
  /** The losses that it adds, and the hits. */
  readonly rows: Node;
  readonly hits: Node | null;
  /**
   * The parts that declare `tick`, for a workgroup of so many lanes; see shaders/step/tick.wgsl. They lack the functions
   * that read and write memory.
   */
  parts(lanes: number): readonly Part<Ref>[];
}

/** One kernel launch. */
export interface Dispatch {
  /** What it computes, for messages and profiles. */
  readonly label: string;
  readonly parts: readonly Part<Ref>[];
  /** Workgroups in x, y and z. */
  readonly grid: readonly [number, number, number];
  /** Arithmetic operations. A multiply-add counts as two. */
  readonly flop: number;
  /** A dispatch that runs first, and whose results only this one reads; see {@link scratch}. */
  readonly before?: Dispatch;
  /** What it reads and writes, if its bindings do not tell. */
  readonly reads?: readonly Ref[];
  readonly writes?: readonly Ref[];
  /** The same dispatch in a step whose last dispatch also ends the step; undefined if it cannot. See {@link Closing}. */
  readonly closing?: (closing: Closing) => Dispatch | undefined;
  /** Other kernels with bit-identical results, if any. `parts` and `grid` are those of the chosen one. */
  readonly tunable?: {
    readonly key: string;
    readonly chosen: string;
    readonly options: readonly KernelOption[];
  };
}

/** How a product reads a factor. */
export interface Factor {
  /** They declare `rowsA`, `depthA` and `blockA`, or the same of B; see shaders/gemm/gemm.wgsl. */
  readonly parts: readonly Part<Ref>[];
  /** Whether neighbouring blocks in memory are neighbours along k. */
  readonly alongK: boolean;
  /** Whether it is read as bytes, four elements in a load. Default as floats. */
  readonly bytes?: boolean;
}

/** A product C[m,n] = A[m,k] · B[k,n], and how its factors are read. */
export interface Factors {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Factor;
  readonly b: Factor;
  /**
   * How the steps along k are divided, if an element is the sum of several sums: they round less, and keep more cores busy, if
   * there are many steps and few elements. Default: the family's choice.
   */
  readonly shares?: Shares;
}

/** A kernel without its store; see {@link Op.storing}. */
export interface Storing {
  readonly parts: readonly Part<Ref>[];
  /** @param store the parts that store the elements */
  dispatch(store: readonly Part<Ref>[]): Dispatch;
}

/**
 * Where a node's tensor comes from: a kernel computes it, it shares its input's memory, or it comes from
 * outside. An `effect` has no tensor: its kernel updates state.
 */
export type Residence = (typeof RESIDENCES)[number];
/** All of them. */
export const RESIDENCES = ['computed', 'alias', 'external', 'effect'] as const;

/**
 * An operation: shape rule, gradient rule and kernel. `A` is the type of a node's settings. The float64
 * reference is separate, so that apps do not ship it.
 */
export interface Op<A extends object> {
  /** A name in the table of references, or the op has no reference. */
  readonly name: string;
  readonly residence: Residence;
  /** A loss of its first input against its second, or the gradient of one. */
  readonly loss?: boolean;
  /** The shape rule. @throws ShapeError if the inputs do not fit */
  infer(inputs: readonly TensorSpec[], attributes: A): TensorSpec;
  /**
   * The gradient rule: given dL/d(node), builds dL/d(input) for each input, or null for an input without
   * a gradient. `wanted[i]` says whether the i-th is needed.
   */
  gradient?(node: Node<A>, dy: Node, wanted: readonly boolean[]): readonly (Node | null)[];
  /**
   * For an op that computes each element by itself, from that of its first input: the parts that declare
   * `element` and `beginElement`, see shaders/element. Such ops are fused into the product before them.
   *
   * @param saved declares `savedAt`: how the second input is read, if not from its own memory
   */
  element?(node: Node<A>, saved?: Part<Ref>): readonly Part<Ref>[];
  /**
   * For a mask, whose gradient has the same mask: the part that declares `savedAt`, the input at elements that are
   * kept, from the output in memory. So the input need not be in memory.
   */
  restored?(node: Node<A>): Part<Ref>;
  /** For a mask: as `element`, for a gradient that a later op sets to 0 wherever the output is 0. */
  unmasked?(node: Node<A>): readonly Part<Ref>[];
  /** For a gradient: whether it is 0 wherever its second input is 0. */
  isZeroAtZero?(node: Node<A>): boolean;
  /**
   * For an op of a gradient that only an optimizer's step reads: the parts that compute it element by element in the step's
   * dispatch, for the parameters from `first` to `last`.
   *
   * @param step declare `beginOptimize` and `optimize`, as the result does
   */
  updating?(
    node: Node<A>,
    first: Node,
    last: Node,
    step: readonly Part<never>[],
  ): readonly Part<Ref>[];
  /** Whether its two inputs may be exchanged, with the same bits. */
  readonly commutes?: boolean;
  /**
   * For an op whose kernel gives each finished element to `store`, as shaders/gemm do: its parts without the store, and
   * the dispatch with a store. Element ops after it are computed in its store. Undefined for a node that has no such kernel.
   */
  storing?(node: Node<A>): Storing | undefined;
  /** For an op that is a product of matrices. Element ops after it are computed in its store. */
  factors?(node: Node<A>): Factors | undefined;
  /**
   * For a product that is a weight's gradient: A with a row of ones below it, whose rows are padded to a multiple of 4. So the
   * product's last row has the sums of B's columns, the gradient of a bias. Undefined if it cannot.
   */
  onesBelow?(node: Node<A>): Factor | undefined;
  /**
   * For an op whose kernel can compute another node of its first input as well: both nodes and the dispatch.
   *
   * @param others nodes that no dispatch computes yet
   */
  together?(
    node: Node<A>,
    others: readonly Node[],
    choice: KernelChoice,
  ): { readonly covers: readonly Node[]; readonly dispatch: Dispatch } | undefined;
  /** The kernel that computes this node alone. Absent for aliases and external tensors. */
  dispatch?(node: Node<A>, choice: KernelChoice): Dispatch;
}

/** A tensor of the graph: the result of an op on its inputs. */
export interface Node<A extends object = object> {
  /** Unique in its graph. Inputs have lower numbers than the nodes that use them. */
  readonly id: number;
  /** The graph that it belongs to. */
  readonly graph: Graph;
  /** The op that computes it. */
  readonly op: Op<A>;
  /** The op's settings for this node. */
  readonly attributes: A;
  /** The nodes that it is computed from. */
  readonly inputs: readonly Node[];
  /** Its shape and type. */
  readonly spec: TensorSpec;
  /** For messages, plans and files. Not unique. */
  readonly name: string;
}

/** A graph of static shapes, built by calling ops. Nothing is computed before it is planned and run. */
export class Graph {
  readonly #nodes: Node[] = [];
  #dropouts = 0;

  /** All nodes in the order they were added, which is a topological order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /**
   * Adds a node. Ops call this.
   *
   * @throws ShapeError if the op's shape rule refuses the inputs; OptionError if an argument has a wrong type
   */
  add<A extends object>(
    op: Op<A>,
    inputs: readonly Node[],
    attributes: A,
    name: string = op.name,
  ): Node<A> {
    if (!looksLike(op, { name: 'string', residence: 'string', infer: 'function' })) {
      throw new OptionError(`Graph.add() takes an op first; ${describe(op)} was given`);
    }
    if (!isArray(inputs) || !isObject(attributes) || typeof name !== 'string') {
      throw new OptionError(
        `Graph.add(${op.name}) takes nodes, attributes and a name; ${describe(inputs)}, ${describe(attributes)} and ${describe(name)} were given`,
      );
    }
    if (!(RESIDENCES as readonly string[]).includes(op.residence)) {
      throw new OptionError(
        `the op ${op.name}: residence ${describe(op.residence)} was given; use ${RESIDENCES.join(', ')}`,
      );
    }
    for (const input of inputs) checkNode(op.name, input);
    const inferred = op.infer(
      inputs.map((input) => input.spec),
      attributes,
    );
    const node: Node<A> = {
      id: this.#nodes.length,
      graph: this,
      op,
      attributes,
      inputs,
      spec: spec(inferred.shape, inferred.dtype, inferred.rowDims),
      name,
    };
    this.#nodes.push(node as Node);
    return node;
  }

  /** A new number for a dropout layer, so that each layer has different masks. */
  nextDropoutLayer(): number {
    return this.#dropouts++;
  }
}

/** Whether a value is a node of a graph. */
export function isNode(given: unknown): given is Node {
  const { graph, op } = isObject(given) ? given : {};
  return isA(graph, Graph) && isObject(op);
}

/** @throws OptionError if it is not a node of a graph */
export function checkNode(what: string, given: unknown): asserts given is Node {
  if (isNode(given)) return;
  throw new OptionError(`${what}: ${describe(given)} was given; it is a node of a graph`);
}

/** Whether a node has this op. Narrows the type of its attributes. */
export function isOf<A extends object>(node: Node | undefined, op: Op<A>): node is Node<A> {
  return node !== undefined && node.op === (op as Op<object>);
}
