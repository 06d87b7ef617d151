import type { PlanKind } from '../../fusion/index.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { buildLayers } from '../../nn/layer-outputs.ts';
import { Sequential } from '../../nn/layers.ts';
import type { Model } from '../../nn/model.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { gradients } from '../../ops/gradients.ts';
import { isParameter } from '../../ops/sources.ts';
import { networkGraph } from '../../train/network.ts';
import { Session } from '../../train/session.ts';
import type { Pace, SessionGraph } from '../../train/session-options.ts';
import type { Trainer } from '../../train/trainer.ts';
import { probeSize } from './pulse-numbers.ts';
import { type Watched, watchedIn } from './watched-layers.ts';

/** What computes a network's activations and gradients for a probe batch, on its weights of the moment. */
export interface Probe {
  /** In memory of its own. */
  readonly session: Session;
  readonly watched: readonly Watched[];
  /** By the name of the layer. */
  readonly outputs: ReadonlyMap<string, Node>;
  /** Of the mean loss, by the name of the weight. */
  readonly slopes: ReadonlyMap<string, Node>;
  /** Samples of the batch: the first ones of the training split. */
  readonly samples: number;
}

/** Most layers that are watched. */
const MOST_LAYERS = 24;

/** The model, which tells of its layers' outputs when it is built. */
function telling(model: Sequential, tell: (outputs: ReadonlyMap<string, Node>) => void): Model {
  const { kind, inputShape, outputShape, parameters } = model;
  return {
    ...{ kind, inputShape, outputShape, parameters },
    build: (x) => {
      const made = buildLayers(model, x);
      tell(made);
      return [...made.values()].at(-1) ?? x;
    },
  };
}

/** How a probe is opened. */
export interface ProbeOptions {
  /** Compiles its kernels in turn. Default: all at once. */
  readonly pace?: Pace | undefined;
  /** Default fused. */
  readonly plan?: PlanKind;
}

/**
 * Opens a probe beside a trainer, of which it writes nothing. Its kernels are those that compile fastest. On two threads of
 * SwiftShader and for the paper's Model 2, ten of them take 0.4 to 0.6 s of CPU time to compile and 0.03 s a look; the 24 of
 * the plain plan took 0.7 to 0.9 s, and 0.5 s a look.
 *
 * @returns undefined for a model that is no Sequential: its layers are not known
 * @throws MemoryError if the device has no memory for its tensors; what the pace throws
 */
export async function openProbe(
  trainer: Trainer,
  { pace, plan = 'fused' }: ProbeOptions = {},
): Promise<Probe | undefined> {
  const { options, session } = trainer;
  const { model } = options;
  if (!(model instanceof Sequential)) return undefined;
  const watched = watchedIn(model).slice(0, MOST_LAYERS);
  const { split, key } = session.options;
  const numbers = watched.reduce((sum, { size }) => sum + size, 0);
  const batch = probeSize(numbers, split.count);
  const nodes = { outputs: new Map<string, Node>(), slopes: new Map<string, Node>() };
  const build = (graph: Graph): SessionGraph => {
    let made: ReadonlyMap<string, Node> = new Map();
    const network = {
      ...options,
      model: telling(model, (all) => {
        made = all;
      }),
    };
    const { rows, hits } = networkGraph(graph, network, options.loss, batch, false, split.sources);
    const wanted = new Set(watched.map(({ weight }) => weight));
    const weights = graph.nodes.filter((node) => isParameter(node) && wanted.has(node.name));
    for (const [parameter, slope] of gradients(batchMean(rows), weights)) {
      nodes.slopes.set(parameter.name, slope);
    }
    for (const { name, seen } of watched) {
      const node = made.get(seen);
      if (node) nodes.outputs.set(name, node);
    }
    const keep = [
      ...new Set([
        rows,
        ...(hits ? [hits] : []),
        ...nodes.outputs.values(),
        ...nodes.slopes.values(),
      ]),
    ];
    return { rows, hits, targets: keep, keep };
  };
  const own = await Session.create(session.gpu, {
    plan,
    family: 'portable',
    quick: true,
    ...(pace ? { pace } : {}),
    build,
    store: session.store,
    split,
    batch,
    key,
    order: { kind: 'sequential' },
  });
  return { session: own, watched, ...nodes, samples: batch };
}
