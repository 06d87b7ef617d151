import type { Workspace } from '../gpu/workspace.ts';
import type { Graph } from '../graph/graph.ts';
import { updatesEvery } from '../nn/accumulation.ts';
import { isParameter } from '../ops/sources.ts';
import { type Every, METHOD } from '../ops/update.ts';
import { keyOf } from '../random/domains.ts';
import { trainingGraph } from '../train/network.ts';
import type { ResolvedOptions } from '../train/options.ts';
import { tuneBudgetOf } from '../train/rig.ts';
import type { Splits } from '../train/splits.ts';
import { differenceOf, type ResolvedRuns } from './options.ts';
import { NetworkSession } from './session.ts';
import { NetworkStore } from './store.ts';

const everyOf = ({ accumulate }: ResolvedOptions): Every | undefined =>
  accumulate === 1 ? undefined : updatesEvery(accumulate);

/** The session that trains the networks of some runs. It makes the store of their parameters. */
export function trainingSession(
  workspace: Workspace,
  runs: ResolvedRuns,
  split: Splits['train'],
  store: (graph: Graph) => NetworkStore,
): Promise<NetworkSession> {
  const { options, firsts, variants } = runs;
  const [first] = options;
  const every = everyOf(first);
  return NetworkSession.create(workspace, {
    plan: first.plan,
    family: first.family,
    runs: options.map(({ seed, optimizer }, i) => ({
      key: keyOf(seed),
      variant: variants[i],
      rule: optimizer,
    })),
    variants: firsts.map((run) => {
      const { loss, batchSize, optimizer, schedule } = options[run];
      return {
        build: (graph) =>
          trainingGraph(
            graph,
            { ...options[run], every },
            loss,
            batchSize,
            optimizer,
            split.sources,
          ),
        rule: optimizer,
        schedule,
        every,
      };
    }),
    differs: (variant) => differenceOf(runs, variant),
    store,
    tuneBudget: tuneBudgetOf(workspace, first),
    split,
    batch: first.batchSize,
    order: first.order,
  });
}

/** Memory for the parameters of a graph and the optimizer's states, of several networks. */
export function storeFor(
  workspace: Workspace,
  first: ResolvedOptions,
  networks: number,
  graph: Graph,
): NetworkStore {
  const every = everyOf(first);
  const { states } = first.optimizer[METHOD];
  const loose = first.model.parameters.filter(({ state }) => state);
  return new NetworkStore(
    workspace,
    networks,
    graph.nodes.filter(isParameter),
    every ? [...states, every.state] : states,
    new Set(loose.map(({ name }) => name)),
  );
}
