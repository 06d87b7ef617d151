import { writesTo } from '../gpu/files.ts';
import type { Node } from './graph.ts';
import { type Dispatch, type Ref, ref as refTo } from './op.ts';
import type { Placement } from './placement.ts';
import { storageOf } from './tensor.ts';

/** A dispatch of a plan, and the nodes that it computes. */
export interface PlannedDispatch extends Dispatch {
  /** All nodes that this dispatch computes. Only some are written to memory. */
  readonly covers: readonly Node[];
  readonly reads: readonly Ref[];
  readonly writes: readonly Ref[];
}

/** Dispatches in order, and the places of their tensors. */
export interface Plan {
  readonly kind: 'plain' | 'fused';
  readonly dispatches: readonly PlannedDispatch[];
  readonly placement: Placement;
  /**
   * A table of the dispatches: workgroups, FLOP, bytes read and written, kernel, and the ops in each.
   *
   * @param after dispatches that run after the plan's, listed last
   */
  explain(after?: readonly Dispatch[]): string;
}

/** Groups of tensors that a dispatch binds as one range. */
export function packsOf({ parts }: Dispatch): (readonly Node[])[] {
  return parts.flatMap(({ bindings }) =>
    Object.values(bindings).flatMap((ref) => (ref.kind === 'packed' ? [ref.nodes] : [])),
  );
}

/** What a dispatch reads and writes, as its shaders declare. */
export function accessesOf({ parts }: Dispatch): { reads: Ref[]; writes: Ref[] } {
  const reads: Ref[] = [];
  const writes: Ref[] = [];
  for (const part of parts) {
    for (const [name, ref] of Object.entries(part.bindings)) {
      const tensors = ref.kind === 'packed' ? ref.nodes.map(refTo) : [ref];
      const written = writesTo(part.file, name);
      if (written) writes.push(...tensors);
      // An optimizer and a counter read first what they write.
      if (!written || tensors[0].kind !== 'tensor') reads.push(...tensors);
    }
  }
  return { reads, writes };
}

function bytesOf(ref: Ref): number {
  if (ref.kind === 'tensor') return storageOf(ref.node.spec).bytes;
  if (ref.kind === 'packed') return totalBytes(ref.nodes.map(refTo));
  if (ref.kind === 'program') return 0;
  const parameters = ref.first === ref.last ? [ref.first] : [ref.first, ref.last];
  return parameters.reduce((sum, node) => sum + storageOf(node.spec).bytes, 0);
}

const totalBytes = (refs: readonly Ref[]): number =>
  refs.reduce((sum, ref) => sum + bytesOf(ref), 0);

/** Wraps a text at spaces to lines of at most 80 characters, each behind a prefix of up to four. */
export const wrap = (prefix: string, text: string): string =>
  text.replace(/(\S{77,}|.{1,76})(?: |$)/g, `${prefix}$1\n`).trimEnd();

/**
 * Formats a plan as a table with totals. Bytes count each bound tensor once; data sets are not counted.
 *
 * @param declined what was not fused, and why
 * @param bytes of the tensors between dispatches
 */
export function tableOf(
  kind: string,
  dispatches: readonly PlannedDispatch[],
  declined: readonly string[],
  bytes: number,
): string {
  const sums = [0, 0, 0];
  const line = (first: string, grid: string, figures: readonly number[], kernel: string): string =>
    [
      first.padEnd(3),
      grid.padEnd(9),
      ...figures.map((figure) => figure.toLocaleString('en').padStart(12)),
      kernel,
    ].join(' ');
  const lines = dispatches.map(
    ({ label, covers, grid, parts, tunable, flop, reads, writes }, i) => {
      const figures = [flop, totalBytes(reads), totalBytes(writes)];
      for (const [k, figure] of figures.entries()) sums[k] += figure;
      const kernel = tunable?.chosen ?? parts[0].name;
      const names = [...covers].sort((a, b) => a.id - b.id).map(({ name }) => name);
      return `${line(`${i + 1}`, grid.join('×'), figures, kernel)}\n${wrap('    ', names.join(' + ') || label)}`;
    },
  );
  return [
    `${kind} plan: ${lines.length} dispatches, ${bytes.toLocaleString('en')} bytes of tensors between them`,
    '#   grid              FLOP   bytes read      written kernel',
    ...lines,
    line('', 'all', sums, '').trimEnd(),
    ...(declined.length > 0 ? ['Not fused:', ...declined.map((text) => wrap('    ', text))] : []),
  ].join('\n');
}
