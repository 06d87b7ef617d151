import { type Node, ownerOf } from './graph.ts';
import { align } from './parameters.ts';
import type { PlannedDispatch } from './plan.ts';
import { storageOf } from './tensor.ts';

/** Where a tensor lies in the arena. */
export interface Place {
  readonly bank: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Places for all tensors of a plan, by lifetime. */
export interface Placement {
  readonly places: ReadonlyMap<Node, Place>;
  /** Bytes of each bank. */
  readonly banks: readonly number[];
}

interface Lifetime {
  readonly node: Node;
  readonly bytes: number;
  /** Index of the dispatch that writes it, and of the last that reads it. */
  readonly first: number;
  last: number;
}

/**
 * Puts tensors that are not alive at the same time in the same memory.
 *
 * The arena is a few banks, a buffer each: WebGPU forbids a dispatch to read and write one buffer
 * through different bindings, so what a dispatch writes goes to a bank that it does not read.
 *
 * @param keep tensors that are read after the last dispatch
 * @param mostBytes size that no bank may pass
 */
export function place(
  dispatches: readonly PlannedDispatch[],
  keep: readonly Node[],
  mostBytes: number,
): Placement {
  const lives = new Map<Node, Lifetime>();
  dispatches.forEach((dispatch, at) => {
    for (const ref of dispatch.writes) {
      if (ref.kind !== 'tensor') continue;
      const node = ownerOf(ref.node);
      const bytes = align(storageOf(node.spec.shape).bytes);
      lives.set(node, { node, bytes, first: at, last: at });
    }
    for (const ref of dispatch.reads) {
      if (ref.kind !== 'tensor') continue;
      const life = lives.get(ownerOf(ref.node));
      if (life) life.last = at;
    }
  });
  for (const node of keep) {
    const life = lives.get(ownerOf(node));
    if (life) life.last = dispatches.length;
  }

  const places = new Map<Node, Place>();
  const banks: number[] = [];
  const placed: Lifetime[] = [];
  for (const life of lives.values()) {
    const read = new Set(
      dispatches[life.first].reads.flatMap((ref) =>
        ref.kind === 'tensor' ? [places.get(ownerOf(ref.node))?.bank] : [],
      ),
    );
    const neighbours = placed.filter(
      (other) => other.last >= life.first && life.last >= other.first,
    );
    let bank = 0;
    let offset = 0;
    for (; ; bank++) {
      if (read.has(bank)) continue;
      offset = firstGap(
        neighbours.flatMap((other) => {
          const found = places.get(other.node);
          return found?.bank === bank ? [found] : [];
        }),
        life.bytes,
      );
      if (offset === 0 || offset + life.bytes <= mostBytes) break;
    }
    places.set(life.node, { bank, offset, bytes: life.bytes });
    banks[bank] = Math.max(banks[bank] ?? 0, offset + life.bytes);
    placed.push(life);
  }
  return { places, banks: Array.from(banks, (bytes) => bytes ?? 0) };
}

/** The lowest offset at which `bytes` fit between places that must not be touched. */
function firstGap(taken: readonly Place[], bytes: number): number {
  let offset = 0;
  for (const other of [...taken].sort((a, b) => a.offset - b.offset)) {
    if (offset + bytes <= other.offset) break;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}
