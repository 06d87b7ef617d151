import { writesTo } from '../gpu/files.ts';
import type { Node } from './graph.ts';
import { type Dispatch, type Ref, ref as refTo } from './op.ts';
import type { Placement } from './placement.ts';
import { storageOf } from './tensor.ts';

/** A dispatch of a plan and the nodes that it computes. */
export interface PlannedDispatch extends Dispatch {
  /** All nodes that this dispatch stands for; only some are written to memory. */
  readonly covers: readonly Node[];
  readonly reads: readonly Ref[];
  readonly writes: readonly Ref[];
}

/** Dispatches in order, and where their tensors lie. */
export interface Plan {
  readonly kind: 'plain' | 'fused';
  readonly dispatches: readonly PlannedDispatch[];
  readonly placement: Placement;
  /** Rows of the table that {@link explain} prints. */
  rows(): PlanRow[];
  /** A table: dispatch, ops in it, grid, FLOP, bytes read and written. */
  explain(): string;
}

export interface PlanRow {
  readonly dispatch: string;
  readonly ops: string;
  readonly kernel: string;
  readonly grid: string;
  readonly flop: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Groups of tensors that a dispatch binds as one. */
export function packsOf({ parts }: Dispatch): (readonly Node[])[] {
  return parts.flatMap(({ bindings }) =>
    Object.values(bindings).flatMap((ref) => (ref.kind === 'packed' ? [ref.nodes] : [])),
  );
}

/** The tensors that a dispatch's bindings read and write, after what the shaders declare. */
export function accessesOf({ parts }: Dispatch): { reads: Ref[]; writes: Ref[] } {
  const reads: Ref[] = [];
  const writes: Ref[] = [];
  for (const part of parts) {
    for (const [name, ref] of Object.entries(part.bindings)) {
      const tensors = ref.kind === 'packed' ? ref.nodes.map(refTo) : [ref];
      const written = writesTo(part.file, name);
      if (written) writes.push(...tensors);
      // What an optimizer or a counter writes, it reads first.
      if (!written || tensors[0].kind !== 'tensor') reads.push(...tensors);
    }
  }
  return { reads, writes };
}

function bytesOf(ref: Ref): number {
  if (ref.kind === 'tensor') return storageOf(ref.node.spec.shape).bytes;
  if (ref.kind === 'packed') return totalBytes(ref.nodes.map(refTo));
  if (ref.kind === 'program') return 0;
  const parameters = ref.first === ref.last ? [ref.first] : [ref.first, ref.last];
  return parameters.reduce((sum, node) => sum + storageOf(node.spec.shape).bytes, 0);
}

const totalBytes = (refs: readonly Ref[]): number =>
  refs.reduce((sum, ref) => sum + bytesOf(ref), 0);

/** A row of a plan's table. Bytes count each bound tensor once; images are not counted. */
export function planRow(dispatch: PlannedDispatch): PlanRow {
  return {
    dispatch: dispatch.label,
    ops: dispatch.covers.map((node) => node.name).join(' + '),
    kernel: dispatch.tunable?.chosen ?? dispatch.parts[0].name,
    grid: dispatch.grid.join('×'),
    flop: dispatch.flop,
    bytesRead: totalBytes(dispatch.reads),
    bytesWritten: totalBytes(dispatch.writes),
  };
}

/**
 * Formats plan rows as a table with totals.
 *
 * @param declined what was not fused, and why
 */
export function explainRows(
  kind: string,
  rows: readonly PlanRow[],
  declined: readonly string[],
  bankBytes: number,
): string {
  const cells = rows.map((row, i) => [
    String(i + 1),
    row.ops,
    row.kernel,
    row.grid,
    row.flop.toLocaleString('en'),
    row.bytesRead.toLocaleString('en'),
    row.bytesWritten.toLocaleString('en'),
  ]);
  const head = ['#', 'ops', 'kernel', 'grid', 'FLOP', 'bytes read', 'bytes written'];
  const sum = (key: 'flop' | 'bytesRead' | 'bytesWritten'): string =>
    rows.reduce((total, row) => total + row[key], 0).toLocaleString('en');
  const foot = [
    '',
    `${rows.length} dispatches`,
    '',
    '',
    sum('flop'),
    sum('bytesRead'),
    sum('bytesWritten'),
  ];
  const table = [head, ...cells, foot];
  const widths = head.map((_, c) => Math.max(...table.map((row) => row[c].length)));
  const lines = table.map((row) =>
    row
      .map((cell, c) => (c >= 4 ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd(),
  );
  return [
    `${kind} plan, ${bankBytes.toLocaleString('en')} bytes of arena`,
    ...lines,
    ...(declined.length > 0 ? ['Not fused:', ...declined.map((line) => `  ${line}`)] : []),
  ].join('\n');
}
