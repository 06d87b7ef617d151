import { GradweaveError, OptionError } from '../errors.ts';
import { consumersOf, liveNodes, type Node, ownerOf } from './graph.ts';
import type { Dispatch, KernelChoice, Ref } from './op.ts';
import { place } from './placement.ts';
import { type Plan, tableOf } from './plan.ts';
import { accessesOf, type PlannedDispatch } from './planned-dispatch.ts';

/** A dispatch that a fusion rule made, and the nodes that it computes. */
export interface Fusion {
  readonly covers: readonly Node[];
  readonly dispatch: Dispatch;
}

/** What a fusion rule sees of the graph. */
export interface FusionView {
  readonly choice: KernelChoice;
  /** Live nodes that no rule has covered yet, in topological order. */
  readonly open: readonly Node[];
  /** The live nodes that read a node, directly or through an alias. */
  consumers(node: Node): readonly Node[];
  /** Whether the tensor is read after the last dispatch. */
  kept(node: Node): boolean;
  isOpen(node: Node): boolean;
  /** Whether a fused dispatch reads the tensor from memory. */
  isRead(node: Node): boolean;
  /** Records why a node was not fused, for `explain`. */
  decline(node: Node, why: string): void;
}

/** Finds parts of the graph that one dispatch can compute. */
export type FusionRule = (view: FusionView) => readonly Fusion[];

export interface PlanOptions {
  /** `plain`: one dispatch per op. `fused`: `rules` first, then one dispatch for each op that is left. */
  readonly kind: 'plain' | 'fused';
  readonly rules: readonly FusionRule[];
  /** Tensors that are read after the run. */
  readonly keep: readonly Node[];
  readonly choice: KernelChoice;
  /** The largest size of a buffer of the arena, in bytes. */
  readonly maxBufferSize: number;
}

/**
 * Plans the dispatches that compute the targets: applies the fusion rules, orders the dispatches, and gives
 * each tensor a place by its lifetime.
 */
export function planGraph(targets: readonly Node[], options: PlanOptions): Plan {
  const live = liveNodes([...targets, ...options.keep]);
  const declined = new Map<Node, string>();
  const fusions = options.kind === 'fused' ? fuse(live, options, declined) : [];
  const covered = new Set(fusions.flatMap((fusion) => fusion.covers));
  const dispatches: PlannedDispatch[] = fusions.flatMap(({ covers, dispatch }) =>
    planned(covers, dispatch),
  );
  for (const node of live) {
    if (covered.has(node)) continue;
    const { name, residence } = node.op;
    if (node.op.dispatch === undefined) {
      if (residence === 'alias' || residence === 'external') continue;
      throw new OptionError(`the op ${name} has no dispatch; give one: elementDispatch`);
    }
    dispatches.push(...planned([node], node.op.dispatch(node, options.choice)));
  }
  const ordered = schedule(dispatches);
  const placement = place(ordered, options.keep, options.maxBufferSize);
  return {
    kind: options.kind,
    dispatches: ordered,
    placement,
    explain: (step = ordered) =>
      tableOf(
        options.kind,
        step,
        [...declined].map(([node, why]) => `${node.name}: ${why}`),
        placement.banks.reduce((sum, bytes) => sum + bytes, 0),
      ),
  };
}

/** A dispatch, after those that must run before it, which compute no nodes. */
function planned(covers: readonly Node[], dispatch: Dispatch): PlannedDispatch[] {
  const before = dispatch.before ? planned([], dispatch.before) : [];
  return [...before, { ...accessesOf(dispatch), ...dispatch, covers }];
}

function fuse(
  live: readonly Node[],
  { rules, keep, choice }: PlanOptions,
  declined: Map<Node, string>,
): Fusion[] {
  const consumers = consumersOf(live);
  const kept = new Set(keep.map(ownerOf));
  const covered = new Set<Node>();
  const read = new Set<Node>();
  const fusions: Fusion[] = [];
  for (const rule of rules) {
    const found = rule({
      choice,
      open: live.filter((node) => !covered.has(node)),
      consumers: (node) => consumers.get(node) ?? [],
      kept: (node) => kept.has(node),
      isOpen: (node) => !covered.has(node),
      isRead: (node) => read.has(node),
      decline: (node, why) => declined.set(node, why),
    });
    for (const fusion of found) {
      for (const node of fusion.covers) covered.add(node);
      for (const node of accessesOf(fusion.dispatch).reads.flatMap(readNodes)) read.add(node);
      fusions.push(fusion);
    }
  }
  return fusions;
}

/** All parameters of a range: the external nodes from its first to its last. */
function parametersOf({ first, last }: { readonly first: Node; readonly last: Node }): Node[] {
  return first.graph.nodes
    .slice(first.id, last.id + 1)
    .filter((node) => node.op.residence === 'external');
}

/** The tensors that a reference reads. Moments are left out: only the update reads them. */
function readNodes(ref: Ref): Node[] {
  if (ref.kind === 'tensor') return [ownerOf(ref.node)];
  return ref.kind === 'parameters' ? parametersOf(ref) : [];
}

/** Orders dispatches: writers before readers, and readers of a parameter before its update. */
function schedule(dispatches: readonly PlannedDispatch[]): PlannedDispatch[] {
  const writer = new Map<Node, PlannedDispatch>();
  const updaters = new Map<Node, PlannedDispatch>();
  for (const dispatch of dispatches) {
    for (const ref of dispatch.writes) {
      if (ref.kind === 'tensor') writer.set(ownerOf(ref.node), dispatch);
      if (ref.kind === 'parameters') {
        for (const node of parametersOf(ref)) updaters.set(node, dispatch);
      }
    }
  }
  const before = new Map<PlannedDispatch, Set<PlannedDispatch>>(
    dispatches.map((dispatch) => [dispatch, new Set()]),
  );
  for (const dispatch of dispatches) {
    for (const node of dispatch.reads.flatMap(readNodes)) {
      const source = writer.get(node);
      if (source) before.get(dispatch)?.add(source);
      else if (node.op.residence !== 'external') {
        throw new GradweaveError(
          `planner: ${dispatch.label} reads ${node.name}, which none writes`,
        );
      }
      const update = updaters.get(node);
      if (update && update !== dispatch) before.get(update)?.add(dispatch);
    }
  }
  const rank = (dispatch: PlannedDispatch): number =>
    Math.max(...dispatch.covers.map((node) => node.id));
  const waiting = [...dispatches].sort((a, b) => rank(a) - rank(b));
  const ordered: PlannedDispatch[] = [];
  const done = new Set<PlannedDispatch>();
  while (waiting.length > 0) {
    const at = waiting.findIndex((dispatch) =>
      [...(before.get(dispatch) ?? [])].every((other) => done.has(other)),
    );
    if (at < 0) {
      throw new GradweaveError(`planner: ${waiting.map(({ label }) => label)} wait for each other`);
    }
    const [next] = waiting.splice(at, 1);
    ordered.push(next);
    done.add(next);
  }
  return ordered;
}
