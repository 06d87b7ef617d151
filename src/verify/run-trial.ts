import { loadFamily, type PlanKind, plan } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import { Graph, liveNodes } from '../graph/graph.ts';
import { isOf } from '../graph/op.ts';
import { trackOp } from '../ops/batch_statistics.ts';
import { type UpdateAttributes, updateOp } from '../ops/update.ts';
import { runReference } from '../reference/run.ts';
import { references } from '../reference/table.ts';
import { compare, compareStored, type Difference } from './compare.ts';
import { runPlan } from './run-plan.ts';
import type { Trial } from './trial.ts';
import { mixedOf, mixedReferences } from './trials/mixed.ts';
import { copyOf, makeWorld } from './world.ts';

/**
 * Runs a trial on the GPU with one of the plans and compares every target, and every parameter and
 * moment that an update changed, with the reference.
 */
export async function runTrial(
  engine: Engine,
  trial: Trial,
  kind: PlanKind,
  seed = 1,
): Promise<Difference[]> {
  const graph = new Graph();
  const targets = trial.build(graph);
  const nodes = liveNodes(targets);
  const { world, classes } = makeWorld(trial, nodes, seed);
  const keep = targets.filter((node) => node.op.residence !== 'effect');
  const mixed = trial.mixed ? mixedOf(targets) : undefined;
  const family = mixed && engine.families.includes('tiled') ? 'tiled' : engine.family;
  const planned = plan(
    kind,
    targets,
    keep,
    { device: engine.device, family: await loadFamily(kind, family) },
    family === 'tiled' && kind === 'fused' ? { staging: mixed?.staging } : {},
  );
  const rule = nodes.find((node) => node.op.name === updateOp.name)?.attributes as
    | UpdateAttributes
    | undefined;

  const rate = { rule: trial.rule ?? rule?.rule, every: rule?.every };
  const run = await runPlan(engine, planned, keep, nodes, world, classes, trial, rate);
  const expected = copyOf(world);
  const reference =
    (await trial.wanted?.(targets)) ??
    runReference(targets, expected, {
      ...references,
      ...(mixed ? mixedReferences(mixed) : {}),
      ...trial.references,
    });

  const found: Difference[] = [];
  for (const node of targets) {
    const value = reference.get(node);
    const stored = run.tensors.get(node);
    if (value && stored) found.push(compareStored(node, stored, value));
  }
  if (rule || nodes.some((node) => isOf(node, trackOp))) {
    for (const [name, got] of run.parameters) {
      const value = expected.tensors.get(name);
      if (value) found.push(compare(name, got, value));
    }
    for (const [kind, state] of run.states) {
      for (const [name, got] of state) {
        const value = expected.moments.get(name)?.[kind];
        if (value) found.push(compare(`${name} ${kind}`, got, value));
      }
    }
  }
  if (trial.fill) return found;
  // With random numbers every element must have a useful bound.
  return found.map((one) =>
    one.promised === 1
      ? one
      : { ...one, share: Infinity, first: one.first ?? 'a bound is not a number' },
  );
}
