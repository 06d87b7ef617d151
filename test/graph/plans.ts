import * as assert from 'uvu/assert';
import { FUSION_RULES, type PlanKind } from '../../src/fusion/index.ts';
import type { KernelFamily } from '../../src/gpu/family.ts';
import { link } from '../../src/gpu/link.ts';
import { liveNodes, type Node, ownerOf } from '../../src/graph/graph.ts';
import type { Ref } from '../../src/graph/op.ts';
import type { Plan } from '../../src/graph/plan.ts';
import { planGraph } from '../../src/graph/planner.ts';
import { familyNamed } from './families.ts';

/** Plans with a limit on buffers that is high enough. */
export function planOf(
  kind: PlanKind,
  targets: readonly Node[],
  keep: readonly Node[],
  family: KernelFamily = 'portable',
): Plan {
  const { kernels, ranging } = familyNamed(family);
  return planGraph(targets, {
    kind,
    rules: [...ranging, ...FUSION_RULES],
    keep,
    maxBufferSize: 2 ** 28,
    choice: kernels,
  });
}

/** The tensors among references, with aliases resolved. */
export const tensors = (refs: readonly Ref[]): Node[] =>
  refs.flatMap((ref) => (ref.kind === 'tensor' ? [ownerOf(ref.node)] : []));

/** The tensors that a plan writes to memory. */
export const written = (plan: Plan): Set<Node> =>
  new Set(plan.dispatches.flatMap(({ writes }) => tensors(writes)));

/** Checks everything that must be true of any plan. */
export function assertSound(plan: Plan, targets: readonly Node[], keep: readonly Node[]): void {
  const made = new Set<Node>();
  const stepped = new Set<Node>();
  const covered: Node[] = [];
  for (const { label, parts, grid, covers, reads, writes } of plan.dispatches) {
    for (const node of tensors(reads)) {
      assert.ok(made.has(node) || node.op.residence === 'external', `${label}: ${node.name}`);
      assert.not(stepped.has(node), `${label} reads ${node.name} after its update`);
    }
    for (const node of tensors(writes)) {
      assert.not(made.has(node), `${node.name} is written twice`);
      made.add(node);
    }
    for (const ref of writes) {
      if (ref.kind === 'parameters') stepped.add(ref.first).add(ref.last);
    }
    covered.push(...covers);
    const { bindings } = link(parts, { unroll: false });
    assert.ok(bindings.length <= 8, `${label} has ${bindings.length} bindings`);
    assert.ok(grid.every((side) => Number.isInteger(side) && side >= 1 && side <= 65535));
  }
  const ids = (nodes: readonly Node[]): string[] => nodes.map(({ id, name }) => `${id} ${name}`);
  const live = liveNodes([...targets, ...keep]).filter(({ op }) => op.dispatch !== undefined);
  // Several products may gather the same images.
  const once = covered.filter(
    (node, i) => node.op.name !== 'features' || covered.indexOf(node) === i,
  );
  assert.equal(ids(once).sort(), ids(live).sort());
  for (const node of keep) assert.ok(made.has(ownerOf(node)), `${node.name} is not kept`);
}
