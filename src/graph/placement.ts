import { type Node, ownerOf } from './graph.ts';
import type { Ref } from './op.ts';
import { align } from './parameters.ts';
import { type PlannedDispatch, packsOf } from './planned-dispatch.ts';
import { storageOf } from './tensor.ts';

/** A tensor's place in the arena. */
export interface Place {
  readonly bank: number;
  readonly offset: number;
  readonly bytes: number;
}

/** The places of all tensors of a plan. */
export interface Placement {
  readonly places: ReadonlyMap<Node, Place>;
  /** Bytes of each bank. */
  readonly banks: readonly number[];
}

/** A tensor, or several that lie side by side. */
interface Lifetime {
  readonly nodes: readonly Node[];
  readonly bytes: number;
  /** Index of the first dispatch that writes it, and of the last that reads it. */
  readonly first: number;
  last: number;
}

const bytesOf = (node: Node): number => align(storageOf(node.spec).bytes);

/**
 * Lets tensors that are not alive at the same time share memory.
 *
 * The arena has a few banks, each a buffer. WebGPU forbids a dispatch to read and write one buffer through
 * different bindings, so a dispatch writes to other banks than it reads from.
 *
 * @param keep tensors that are read after the last dispatch
 * @param mostBytes the largest size of a bank
 */
export function place(
  dispatches: readonly PlannedDispatch[],
  keep: readonly Node[],
  mostBytes: number,
): Placement {
  const lives = new Map<Node, Lifetime>();
  const groups = new Map(
    dispatches
      .flatMap(packsOf)
      .map((nodes) => nodes.map(ownerOf))
      .flatMap((nodes) => nodes.map((node) => [node, nodes] as const)),
  );
  dispatches.forEach((dispatch, at) => {
    for (const ref of dispatch.writes) {
      if (ref.kind !== 'tensor') continue;
      const node = ownerOf(ref.node);
      if (lives.has(node)) continue;
      const nodes = groups.get(node) ?? [node];
      const bytes = nodes.reduce((sum, one) => sum + bytesOf(one), 0);
      const life = { nodes, bytes, first: at, last: at };
      for (const one of nodes) lives.set(one, life);
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

  const apart = conflicts(dispatches, lives);
  const places = new Map<Node, Place>();
  const banks: number[] = [];
  const placed: Lifetime[] = [];
  for (const life of new Set(lives.values())) {
    const taken = new Set(
      [...(apart.get(life) ?? [])].map((other) => places.get(other.nodes[0])?.bank),
    );
    const neighbours = placed.filter(
      (other) => other.last >= life.first && life.last >= other.first,
    );
    let bank = 0;
    let offset = 0;
    for (; ; bank++) {
      if (taken.has(bank)) continue;
      offset = firstGap(
        neighbours.flatMap((other) => {
          const found = places.get(other.nodes[0]);
          return found?.bank === bank ? [{ ...found, bytes: other.bytes }] : [];
        }),
        life.bytes,
      );
      if (offset === 0 || offset + life.bytes <= mostBytes) break;
    }
    let at = offset;
    for (const node of life.nodes) {
      places.set(node, { bank, offset: at, bytes: bytesOf(node) });
      at += bytesOf(node);
    }
    banks[bank] = Math.max(banks[bank] ?? 0, offset + life.bytes);
    placed.push(life);
  }
  return { places, banks: Array.from(banks, (bytes) => bytes ?? 0) };
}

/** For each tensor, those that must be in another bank: one dispatch writes the one and reads the other. */
function conflicts(
  dispatches: readonly PlannedDispatch[],
  lives: ReadonlyMap<Node, Lifetime>,
): Map<Lifetime, Set<Lifetime>> {
  const apart = new Map<Lifetime, Set<Lifetime>>();
  const lifeOf = (ref: Ref) => (ref.kind === 'tensor' ? lives.get(ownerOf(ref.node)) : undefined);
  const note = (a: Lifetime, b: Lifetime): void => {
    apart.set(a, (apart.get(a) ?? new Set()).add(b));
  };
  for (const { writes, reads } of dispatches) {
    for (const written of writes.map(lifeOf)) {
      for (const read of reads.map(lifeOf)) {
        if (!written || !read || written === read) continue;
        note(written, read);
        note(read, written);
      }
    }
  }
  return apart;
}

/** The lowest offset at which `bytes` fit between occupied places. */
function firstGap(taken: readonly Place[], bytes: number): number {
  let offset = 0;
  for (const other of [...taken].sort((a, b) => a.offset - b.offset)) {
    if (offset + bytes <= other.offset) break;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}
