import { bindingCount, type Part, scoped, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Node, ownerOf } from '../graph/graph.ts';
import { type Ref, ref } from '../graph/op.ts';
import type { Fusion, FusionView } from '../graph/planner.ts';
import { gemmDispatch } from '../ops/gemm/dispatch.ts';
import { elementParts, savedPart, trimFor } from '../ops/map.ts';
import { loadB, matmulOp, sizesOf, type Transposed } from '../ops/matmul.ts';
import { packedStore, packOp } from '../ops/pack.ts';
import { isA, operandA } from './operand.ts';

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
 * Element ops in the store of the product before them, forward and backward: each op of a chain is the only reader of
 * the one before. So a layer's bias, activation and dropout are computed where its product is, and their gradients
 * where the gradient's product is.
 */
export function fuseElements(view: FusionView): Fusion[] {
  const fusions: Fusion[] = [];
  const covered = new Set<Node>();
  const read = new Set<Node>();
  const isStored = (node: Node): boolean => view.isRead(node) || read.has(node);
  const readerOf = (node: Node): Node | undefined => {
    if (view.kept(node)) return undefined;
    const [reader, ...others] = view
      .consumers(node)
      .filter((reader) => view.isOpen(reader) && !covered.has(reader));
    return others.length === 0 ? reader : undefined;
  };
  // From the last product to the first: the gradients decide which tensors of the forward pass are read.
  for (const product of view.open.toReversed()) {
    if (!isA(product, matmulOp)) continue;
    const { parts: loads, gathered } = operandA(product, view);
    const before = [...loads, loadB(product.inputs[1], product.attributes.transposeB)];
    const chain: Node[] = [product];
    for (let next = readerOf(product); next && follows(next, chain); next = readerOf(next)) {
      const longer = [...chain, next];
      if (bindsTooMany(view, next, [...before, ...storeOf(longer, view, isStored)])) break;
      chain.push(next);
    }
    const last = chain[chain.length - 1];
    const packed = readerOf(last);
    const isPacked = isA(packed, packOp) && !isStored(last);
    if (chain.length === 1 && !gathered && !isPacked) continue;
    const parts = [...before, ...storeOf(chain, view, isStored, isPacked)];
    const covers = [
      ...(gathered && view.isOpen(gathered) ? [gathered] : []),
      ...chain,
      ...(isPacked ? [packed] : []),
    ];
    const dispatch = { label: labelOf(product), ...sizesOf(product), parts };
    fusions.unshift({ covers, dispatch: gemmDispatch(view.choice, dispatch) });
    for (const node of covers) covered.add(node);
    for (const bound of parts.flatMap(({ bindings }) => Object.values(bindings))) {
      if (bound.kind === 'tensor') read.add(ownerOf(bound.node));
    }
  }
  return fusions;
}

const labelOf = ({ inputs, attributes }: Node<Transposed>): string =>
  `${attributes.transposeB ? 'backward' : 'forward'} ${inputs[1].name}`;

/** Whether a node computes each element from that of the chain's last node. */
function follows({ op, inputs, spec }: Node, chain: readonly Node[]): boolean {
  const last = chain[chain.length - 1];
  const [own, ...others] = inputs.map(ownerOf);
  return (
    op.element !== undefined &&
    own === last &&
    !others.includes(last) &&
    `${spec.shape}` === `${last.spec.shape}`
  );
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
    const [mask, node] = [chain[i - 1], chain[i]];
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
    isPacked
      ? packedStore(last.spec.shape)
      : use(wgsl.storeElement, { bindings: { result: ref(last) } }),
    ...(elements.length > 0 ? elements.reduce((before, after) => chained(before, after)) : SAME),
    trimFor(last.spec.shape),
  ];
}

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
