import { bindingCount, type Part, scoped, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Node, ownerOf, sourceOf } from '../graph/graph.ts';
import { isOf, type Ref, ref, type Storing } from '../graph/op.ts';
import type { Fusion, FusionView } from '../graph/planner.ts';
import { describe } from '../graph/tensor.ts';
import { gemmDispatch } from '../ops/gemm/dispatch.ts';
import { elementParts, savedPart, trimFor } from '../ops/map.ts';
import { matmulOp } from '../ops/matmul.ts';
import { packedStore, packOp } from '../ops/pack.ts';
import { factorsOf } from './operand.ts';

/** WebGPU's default for the storage buffers of a kernel. */
const MOST_BOUND = 8;

/** Whether a dispatch of these parts would bind too many buffers. Then it declines the node. */
export function bindsTooMany(view: FusionView, node: Node, parts: Parts): boolean {
  const tooMany = bindingCount(parts) > MOST_BOUND;
  if (tooMany) view.decline(node, `its dispatch would bind more than ${MOST_BOUND} buffers`);
  return tooMany;
}

type Parts<R = Ref> = readonly Part<R>[];

const SAME: Parts = elementParts(use(wgsl.elementSame));

/** The element that also writes what it gets. */
const keptParts = (node: Node): Parts =>
  elementParts(use(wgsl.elementKeep, { bindings: { kept: ref(node) } }));

/** Two elements as one. */
export const chained = <R>(before: Parts<R>, after: Parts<R>): Parts<R> => [
  use(wgsl.elementThen),
  ...scoped('before', before),
  ...scoped('after', after),
];

/**
 * Element ops in the store of the product, or of the row op, before them, forward and backward: each op of a chain reads
 * the one before. So a layer's bias, activation and dropout are computed where its product is, and their gradients
 * where the gradient's product is. What others read, too, is also written to memory.
 */
export function fuseElements(view: FusionView): Fusion[] {
  const fusions: Fusion[] = [];
  const groups = new Map<Node, readonly Node[]>();
  const read = new Set<Node>();
  const isStored = (node: Node): boolean => view.isRead(node) || read.has(node);
  const readersOf = (node: Node): Node[] =>
    view.kept(node)
      ? []
      : view.consumers(node).filter((reader) => view.isOpen(reader) && !groups.has(reader));
  // From the last product to the first: the gradients decide which tensors of the forward pass are read.
  for (const head of view.open.toReversed()) {
    const begun = begin(head, view);
    if (!begun || groups.has(head)) continue;
    const { storing, gathered } = begun;
    const chain: Node[] = [head];
    for (;;) {
      const last = chain[chain.length - 1];
      const readers = readersOf(last);
      const [next, ...others] = readers.filter((reader) => follows(reader, last));
      if (!next || others.length > 0 || dependsOn(next, chain, groups)) break;
      if (readers.length > 1) read.add(last);
      const longer = [...chain, next];
      if (bindsTooMany(view, next, [...storing.parts, ...storeOf(longer, view, isStored)])) break;
      chain.push(next);
    }
    const last = chain[chain.length - 1];
    const [packed, ...others] = readersOf(last);
    const isPacked = isOf(packed, packOp) && others.length === 0 && !isStored(last);
    if (chain.length === 1 && !gathered && !isPacked) continue;
    const store = storeOf(chain, view, isStored, isPacked);
    const parts = [...storing.parts, ...store];
    const made = isPacked ? [...chain, packed] : chain;
    const covers = gathered && view.isOpen(gathered) ? [gathered, ...made] : made;
    fusions.unshift({ covers, dispatch: storing.dispatch(store) });
    // Each dispatch gathers samples for itself.
    for (const node of made) groups.set(node, made);
    for (const bound of parts.flatMap(({ bindings }) => Object.values(bindings))) {
      if (bound.kind === 'tensor') read.add(ownerOf(bound.node));
    }
  }
  return fusions;
}

/** The kernel of a node that gives its elements to a store, and the batch of samples that it gathers itself. */
function begin(
  head: Node,
  view: FusionView,
): { readonly storing: Storing; readonly gathered: Node | null } | undefined {
  const product = factorsOf(head, view);
  if (!product) {
    const storing = head.op.storing?.(head);
    return storing && { storing, gathered: null };
  }
  const { factors, gathered } = product;
  return {
    gathered,
    storing: {
      parts: [...factors.a.parts, ...factors.b.parts],
      dispatch: (store) => gemmDispatch(view.choice, { label: labelOf(head), ...factors, store }),
    },
  };
}

const labelOf = (node: Node): string => {
  const { inputs, name } = node;
  if (!isOf(node, matmulOp)) return `${name} ${inputs[1].name}`;
  return `${node.attributes.transposeB ? 'backward' : 'forward'} ${inputs[1].name}`;
};

/** Whether a node computes each element from that of another one, its first input, or its second if they commute. */
function follows({ op, inputs, spec }: Node, last: Node): boolean {
  const own = inputs.map(sourceOf).map((input) => input === last);
  const at = own.indexOf(true);
  return (
    op.element !== undefined &&
    at === own.lastIndexOf(true) &&
    at <= (op.commutes ? 1 : 0) &&
    describe(spec) === describe(last.spec)
  );
}

/**
 * Whether an input of a node, besides the chain's last one, is computed from the chain, or in a dispatch that is: each
 * would wait for the other.
 */
function dependsOn(
  { inputs }: Node,
  chain: readonly Node[],
  groups: ReadonlyMap<Node, readonly Node[]>,
): boolean {
  const seen = new Set<Node>(chain);
  const reaches = (node: Node): boolean => {
    if (seen.has(node)) return chain.includes(node);
    seen.add(node);
    return (groups.get(node) ?? [node]).some(({ inputs }) => inputs.some(reaches));
  };
  const last = chain[chain.length - 1];
  return inputs.some((input) => sourceOf(input) !== last && reaches(input));
}

/**
 * The parts that store what a chain makes of its product.
 *
 * @param isStored whether another dispatch reads a tensor on the way, such as the input of a GELU
 */
function storeOf(
  chain: readonly Node[],
  view: FusionView,
  isStored: (node: Node) => boolean,
  isPacked = false,
): Parts {
  const last = chain[chain.length - 1];
  const own: Parts[] = chain.map(() => []);
  for (let i = 1; i < chain.length; i++) {
    const mask = chain[i - 1];
    const node = turned(chain[i], mask);
    const { op } = node;
    const twin = twinOf(mask, node, view);
    if (twin && op.isZeroAtZero?.(node) && mask.op.unmasked && !isStored(mask)) {
      own[i - 1] = mask.op.unmasked(mask);
      own[i] = op.element?.(node, savedPart(twin)) ?? [];
    } else {
      own[i] = op.element?.(node, twin?.op.restored?.(twin)) ?? [];
    }
  }
  const elements = chain.flatMap((node, i) => [
    ...(i > 0 ? [own[i]] : []),
    ...(node !== last && isStored(node) ? [keptParts(node)] : []),
  ]);
  return [
    isPacked ? packedStore(last.spec) : use(wgsl.storeElement, { bindings: { result: ref(last) } }),
    ...(elements.length > 0 ? elements.reduce((before, after) => chained(before, after)) : SAME),
    trimFor(last.spec),
  ];
}

/** A node with the input first that the chain computes. */
const turned = (node: Node, before: Node): Node =>
  sourceOf(node.inputs[0]) === before ? node : { ...node, inputs: node.inputs.toReversed() };

/**
 * The mask of the forward pass behind the tensor that a gradient reads, if the gradient went through the same mask:
 * where the mask's output does not tell its input, the gradient is 0.
 */
const twinOf = (mask: Node, { inputs: [, saved] }: Node, view: FusionView): Node | undefined =>
  saved && mask.op.restored
    ? view
        .consumers(ownerOf(saved))
        .find(({ op, attributes }) => op === mask.op && attributes === mask.attributes)
    : undefined;
