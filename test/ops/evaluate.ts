import * as assert from 'uvu/assert';
import { Graph, type Node } from '../../src/graph/graph.ts';
import { exact, type World } from '../../src/graph/value.ts';
import { runReference } from '../../src/reference/run.ts';

/** A world of given tensors. The number of labels is the batch size. */
export function worldOf(
  tensors: Readonly<Record<string, readonly number[]>>,
  more: Partial<World> = {},
): World {
  const labels = more.labels ?? new Uint8Array();
  return {
    tensors: new Map(
      Object.entries(tensors).map(([name, data]) => [name, exact(Float64Array.from(data))]),
    ),
    moments: new Map(),
    images: new Uint8Array(),
    labels,
    indices: [...labels.keys()],
    count: labels.length,
    step: 0,
    key: [1, 0],
    ...more,
  };
}

/** The elements of a graph's nodes, by the reference. */
export function evaluate(
  build: (graph: Graph) => readonly Node[],
  tensors: Readonly<Record<string, readonly number[]>>,
  more: Partial<World> = {},
): number[][] {
  const targets = build(new Graph());
  const values = runReference(targets, worldOf(tensors, more));
  return targets.map((node) => [...(values.get(node)?.data ?? [])]);
}

/** Equality up to the rounding of float64. */
export function near(found: readonly number[], expected: readonly number[], what = ''): void {
  assert.is(found.length, expected.length, what);
  found.forEach((value, i) => {
    const off = Math.abs(value - expected[i]);
    assert.ok(
      off <= 1e-14 * Math.max(1, Math.abs(expected[i])),
      `${what}[${i}]: ${value}, by hand ${expected[i]}`,
    );
  });
}
