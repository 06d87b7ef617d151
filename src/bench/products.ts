import type { Node } from '../graph/graph.ts';
import type { Plan } from '../graph/plan.ts';
import type { PlannedDispatch } from '../graph/planned-dispatch.ts';
import type { ProductSizes } from './gemm.ts';
import type { Layout } from './peer.ts';
import type { ProductResult } from './results.ts';
import { shown } from './text.ts';

/** A product that a step needs. */
export interface NeededProduct extends ProductSizes {
  /** Operations that the step needs of it: of an attention half of them, because positions look back only. */
  readonly flop: number;
}

/** Products of a step that are computed together. */
export interface StepProducts {
  /** As `forward`. */
  readonly what: string;
  readonly products: readonly NeededProduct[];
  /** Their dispatches in the plan, by number. */
  readonly dispatches: readonly number[];
}

const WAYS: Record<Layout, string> = {
  NN: 'forward',
  NT: 'input gradient',
  TN: 'weight gradient',
};

/** How the plain product of the same way has its factors: of a matrix product as it is. */
function layoutOf({ op, attributes }: Node): Layout {
  if (op.name === 'convolveTransposed') return 'NT';
  if (op.name === 'convolveWeights') return 'TN';
  const { transposeA, transposeB } = attributes as { transposeA?: boolean; transposeB?: boolean };
  return transposeA ? 'TN' : transposeB ? 'NT' : 'NN';
}

const kindOf = ({ op }: Node): string =>
  op.name.startsWith('convolve') ? 'convolution' : op.name === 'matmul' ? 'linear' : op.name;

/** A product over each head's positions: forward two, backward five with the scores again, as in FlashAttention. */
function attentionProducts(node: Node): { what: string; products: NeededProduct[] } | undefined {
  const ways = { attention: 'forward', attentionGradient: 'gradient' } as const;
  const what = ways[node.op.name as keyof typeof ways];
  if (!what) return undefined;
  const { heads } = node.attributes as { heads: number };
  const [qkv] = node.op.name === 'attention' ? node.inputs : [node.inputs[1]];
  const [samples, time, all] = qkv.spec.shape;
  const head = all / 3 / heads;
  const m = samples * heads * time;
  const flop = samples * heads * time * (time + 1) * head;
  // Positions by positions, and positions by a head's columns.
  const scores = { layout: 'NT', m, n: time, k: head, flop } as const;
  const values = { layout: 'NN', m, n: head, k: time, flop } as const;
  const products = what === 'forward' ? [scores, values] : [scores, scores, values, values, values];
  return { what: `attention, ${what}`, products };
}

function productsIn({ covers }: PlannedDispatch): Omit<StepProducts, 'dispatches'> | undefined {
  const whats: string[] = [];
  const products: NeededProduct[] = [];
  for (const node of covers) {
    const attention = attentionProducts(node);
    if (attention) {
      whats.push(attention.what);
      products.push(...attention.products);
      continue;
    }
    const factors = node.op.factors?.(node);
    if (!factors) continue;
    const { m, n, k } = factors;
    const layout = layoutOf(node);
    whats.push(`${kindOf(node)}, ${WAYS[layout]}`);
    products.push({ layout, m, n, k, flop: 2 * m * n * k });
  }
  if (products.length === 0) return undefined;
  return { what: [...new Set(whats)].join('; '), products };
}

/** The products of a plan, with the numbers of their dispatches. */
export function productsOf({ dispatches }: Pick<Plan, 'dispatches'>): StepProducts[] {
  return dispatches.flatMap((dispatch, i) => {
    const found = productsIn(dispatch);
    if (!found) return [];
    // A sum in several parts has a dispatch before it, which computes no node.
    const before = dispatches.findIndex(({ parts }) => parts === dispatch.before?.parts);
    return [{ ...found, dispatches: before < 0 ? [i] : [before, i] }];
  });
}

/** Sizes, for comparison. */
export const keyOf = ({ what, products }: Omit<StepProducts, 'dispatches'>): string =>
  [what, ...products.map(({ layout, m, n, k }) => `${layout} ${m} ${n} ${k}`)].join(', ');

/** Products, those of equal sizes once, with how many there are. */
function distinct<P extends ProductSizes>(
  products: readonly P[],
): { readonly product: P; readonly count: number }[] {
  const all = new Map<string, { product: P; count: number }>();
  for (const product of products) {
    const known = all.get(sizeKey(product));
    if (known) known.count++;
    else all.set(sizeKey(product), { product, count: 1 });
  }
  return [...all.values()];
}

const times = (count: number, text: string): string => (count === 1 ? text : `${count} × ${text}`);

/** Products as text. */
export const sizesText = (products: readonly ProductSizes[]): string =>
  distinct(products)
    .map(({ product, count }) => times(count, sizeKey(product)))
    .join(', ');

/** The times of the plain products as text. */
export const plainText = (products: ProductResult['products']): string =>
  distinct(products)
    .map(({ product, count }) => times(count, shown(product.plain)))
    .join(' + ');

/** A product's sizes as text. */
export const sizeKey = ({ layout, m, n, k }: ProductSizes): string => `${m}×${k}×${n} ${layout}`;
