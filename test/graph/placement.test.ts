import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Graph, type Node, ownerOf } from '../../src/graph/graph.ts';
import { ref } from '../../src/graph/op.ts';
import { type Placement, place } from '../../src/graph/placement.ts';
import type { PlannedDispatch } from '../../src/graph/planned-dispatch.ts';
import { storageOf } from '../../src/graph/tensor.ts';
import { input, reshape } from '../../src/ops/index.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { planOf, tensors } from './plans.ts';
import { NETWORKS, trainingGraph } from './training.ts';

const placement = suite('placement');

/** A dispatch of which only the memory matters. */
const dispatch = (reads: readonly Node[], writes: readonly Node[]): PlannedDispatch => ({
  label: writes.map(({ name }) => name).join(', '),
  parts: [],
  grid: [1, 1, 1],
  flop: 0,
  covers: writes,
  reads: reads.map(ref),
  writes: writes.map(ref),
});

interface Chain {
  readonly dispatches: readonly PlannedDispatch[];
  readonly keep: readonly Node[];
}

/** Dispatches that read some earlier tensors (or none, or aliases of them) and write one to three. */
function randomChain(seed: number): Chain {
  const random = new RandomStream([seed, 9]);
  const graph = new Graph();
  const made: Node[] = [];
  const dispatches: PlannedDispatch[] = [];
  for (let at = 0; at < 3 + random.below(30); at++) {
    const read = Array.from({ length: Math.min(made.length, random.below(4)) }, () => {
      // Mostly recent ones, as in a network.
      const back = random.below(random.below(3) === 0 ? made.length : Math.min(made.length, 4));
      return made[made.length - 1 - back];
    });
    const writes = Array.from({ length: 1 + random.below(3) }, (_, i) =>
      input(graph, `t${at}.${i}`, [1 + random.below(40), 1 + random.below(60), 2]),
    );
    dispatches.push(dispatch([...new Set(read)], writes));
    for (const node of writes) {
      const { rows, columns } = storageOf(node.spec);
      made.push(random.below(3) === 0 ? reshape(node, [rows, columns]) : node);
    }
  }
  return { dispatches, keep: made.filter(() => random.below(8) === 0) };
}

const bytesOf = (node: Node): number => storageOf(node.spec).bytes;

/** Checks everything that must be true of any placement. */
function assertSound({ dispatches, keep }: Chain, { places, banks }: Placement): void {
  const lastRead = new Map<Node, number>(keep.map((node) => [ownerOf(node), Infinity]));
  dispatches.forEach(({ reads }, at) => {
    for (const node of tensors(reads)) lastRead.set(node, Math.max(at, lastRead.get(node) ?? 0));
  });
  const alive: Node[] = [];
  dispatches.forEach(({ label, reads, writes }, at) => {
    const sources = new Set(tensors(reads).map((node) => places.get(node)?.bank));
    for (const node of tensors(writes)) {
      const mine = places.get(node);
      if (!mine) throw new Error(`${node.name} has no place`);
      assert.is(mine.offset % 256, 0, `${node.name} is not aligned`);
      assert.ok(mine.bytes >= bytesOf(node) && mine.offset + mine.bytes <= banks[mine.bank]);
      assert.not(sources.has(mine.bank), `${label} reads and writes bank ${mine.bank}`);
      for (const other of alive) {
        const theirs = places.get(other);
        if (theirs?.bank !== mine.bank || (lastRead.get(other) ?? -1) < at) continue;
        const apart =
          theirs.offset + theirs.bytes <= mine.offset || mine.offset + mine.bytes <= theirs.offset;
        assert.ok(apart, `${node.name} is put over ${other.name}, which is still needed`);
      }
    }
    // The outputs of one dispatch must not overlap, whether they are read later or not.
    const together = tensors(writes).map((node) => places.get(node));
    for (const [i, a] of together.entries()) {
      for (const b of together.slice(i + 1)) {
        if (!a || !b || a.bank !== b.bank) continue;
        assert.ok(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset, label);
      }
    }
    alive.push(...tensors(writes));
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

placement(
  'random chains: nothing alive is overwritten, no bank is read and written at once',
  () => {
    for (let seed = 0; seed < 300; seed++) {
      const chain = randomChain(seed);
      assertSound(chain, place(chain.dispatches, chain.keep, 2 ** 30));
    }
  },
);

placement('random chains in small banks: the same, and no bank exceeds the limit', () => {
  for (let seed = 0; seed < 100; seed++) {
    const chain = randomChain(seed);
    const largest = Math.max(
      ...chain.dispatches.flatMap(({ writes }) => tensors(writes).map(bytesOf)),
    );
    const limit = Math.ceil(largest / 256) * 256;
    const found = place(chain.dispatches, chain.keep, limit);
    assertSound(chain, found);
    assert.ok(
      found.banks.every((bytes) => bytes > 0 && bytes <= limit),
      `${found.banks}`,
    );
    assert.ok(found.banks.length >= place(chain.dispatches, chain.keep, 2 ** 30).banks.length);
  }
});

placement('a tensor larger than the limit gets its own bank', () => {
  const graph = new Graph();
  const nodes = ['a', 'b', 'c'].map((name) => input(graph, name, [64, 64]));
  const { places, banks } = place([dispatch([], nodes)], nodes, 1000);
  assert.equal(
    nodes.map((node) => places.get(node)?.bank),
    [0, 1, 2],
  );
  assert.equal(banks, [16384, 16384, 16384]);
});

placement('a long chain needs the memory of two tensors', () => {
  const graph = new Graph();
  const nodes = Array.from({ length: 50 }, (_, i) => input(graph, `t${i}`, [64, 64]));
  const chain = nodes.map((node, i) => dispatch(nodes.slice(Math.max(0, i - 1), i), [node]));
  const { banks } = place(chain, [], 2 ** 30);
  assert.equal(banks, [16384, 16384]);
});

placement('kept tensors survive to the end, also if kept through an alias', () => {
  const graph = new Graph();
  const nodes = Array.from({ length: 20 }, (_, i) => input(graph, `t${i}`, [8, 8]));
  const chain = nodes.map((node, i) => dispatch(nodes.slice(Math.max(0, i - 1), i), [node]));
  const keep = [reshape(nodes[2], [8, 2, 4]), nodes[3]];
  const found = place(chain, keep, 2 ** 30);
  assertSound({ dispatches: chain, keep }, found);
  assert.ok(sum(found.banks) >= 3 * 256);
});

placement('external tensors and parameters need no place', () => {
  const graph = new Graph();
  const [x, w, y] = ['x', 'w', 'y'].map((name) => input(graph, name, [4, 4]));
  const step: PlannedDispatch = {
    ...dispatch([x], [y]),
    writes: [
      ref(y),
      { kind: 'parameters', first: w, last: w },
      { kind: 'program', name: 'counts' },
    ],
  };
  assert.equal([...place([step], [y, x], 2 ** 30).places.keys()], [y]);
});

placement('the plans of real networks are sound and reuse memory', () => {
  for (const [title, options] of Object.entries(NETWORKS)) {
    const { targets, keep } = trainingGraph(options);
    for (const kind of ['plain', 'fused'] as const) {
      const plan = planOf(kind, targets, keep);
      assertSound({ dispatches: plan.dispatches, keep }, plan.placement);
      const all = [...plan.placement.places.values()].map(({ bytes }) => bytes);
      assert.ok(sum(plan.placement.banks) <= sum(all), title);
      if (kind === 'plain') assert.ok(sum(plan.placement.banks) < sum(all), title);
    }
  }
});

placement.run();
