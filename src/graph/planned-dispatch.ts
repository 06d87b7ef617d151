import { writesTo } from '../gpu/files.ts';
import type { Node } from './graph.ts';
import { type Dispatch, type Ref, ref as refTo } from './op.ts';

/** A dispatch of a plan, and the nodes that it computes. */
export interface PlannedDispatch extends Dispatch {
  /** All nodes that this dispatch computes. Only some are written to memory. */
  readonly covers: readonly Node[];
  readonly reads: readonly Ref[];
  readonly writes: readonly Ref[];
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
