import { type Ref, ref as refTo } from './op.ts';
import type { Placement } from './placement.ts';
import type { PlannedDispatch } from './planned-dispatch.ts';
import { storageOf } from './tensor.ts';

/** Dispatches in order, and the places of their tensors. */
export interface Plan {
  readonly kind: 'plain' | 'fused';
  readonly dispatches: readonly PlannedDispatch[];
  readonly placement: Placement;
  /**
   * A table of the dispatches: workgroups, FLOP, bytes read and written, kernel, and the ops in each.
   *
   * @param step all dispatches of a step, default the plan's
   */
  explain(step?: readonly PlannedDispatch[]): string;
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
