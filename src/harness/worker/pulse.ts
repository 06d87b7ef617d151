import type { Graph, Node } from '../../graph/graph.ts';
import { fromStorage, sizeOf } from '../../graph/tensor.ts';
import { type Histogram, histogramOf } from '../../log/histogram.ts';
import { buildLayers } from '../../nn/layer-outputs.ts';
import { Sequential } from '../../nn/layers.ts';
import type { Model } from '../../nn/model.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { gradients } from '../../ops/gradients.ts';
import { isParameter } from '../../ops/sources.ts';
import { runSteps } from '../../train/loop.ts';
import { networkGraph } from '../../train/network.ts';
import { Session } from '../../train/session.ts';
import type { SessionGraph } from '../../train/session-options.ts';
import type { Trainer } from '../../train/trainer.ts';
import { type Watched, watchedIn } from './watched-layers.ts';

/** What is seen of a layer with weights. */
export interface LayerPulse {
  /** As in its parameters' names: `1`. */
  readonly name: string;
  /** As `linear 784→128`. */
  readonly kind: string;
  /** Of its outputs, after the activation if one follows. */
  readonly activations: Histogram | undefined;
  /** Of the gradients of its weights: of the mean loss of the probe batch. */
  readonly gradients: Histogram | undefined;
  /** Units whose outputs are 0 for the whole probe batch, and how many there are; of layers with a ReLU. */
  readonly dead?: { readonly count: number; readonly of: number };
  /** ‖w‖ = √Σ w², of its weights without biases. */
  readonly norm: number;
  /**
   * ‖wₜ − wₛ‖ / ((t − s) · ‖wₜ‖): the movement a step since the look before, at step s, relative to the weights' norm; the ratio
   * of update to weight that Goodfellow et al. name (Deep Learning, section 8.2), taken over t − s steps. By the triangle inequality
   * it is at most the mean ratio of these steps. Undefined at the first look, and if there was no step since.
   */
  readonly movement?: number;
}

/** A look into a network while it trains. */
export interface PulseReading {
  /** Steps that were submitted before the look. */
  readonly step: number;
  readonly epochs: number;
  /** Samples of the probe batch: the first ones of the training split, always the same, without dropout and augmentation. */
  readonly samples: number;
  /** Steps since the look before; 0 at the first. */
  readonly since: number;
  /** The learning rate of the next step: the optimizer's, times the schedule's factor. */
  readonly rate: number;
  /** Whether the adapter computes on the CPU: looks cost more there. */
  readonly software: boolean;
  readonly layers: readonly LayerPulse[];
}

/** Most numbers of activations that a look copies from the GPU, and most samples. */
const MOST_NUMBERS = 1_000_000;
const MOST_SAMPLES = 256;

/** Most layers that are watched. */
const MOST_LAYERS = 24;

/** As many samples as fit, a power of two; fewer if there are fewer. */
export function probeSize(numbersEach: number, samples: number): number {
  const fits = 2 ** Math.floor(Math.log2(Math.max(1, MOST_NUMBERS / numbersEach)));
  return Math.max(1, Math.min(MOST_SAMPLES, fits, samples));
}

/** The share of channels that are 0 everywhere: of numbers in rows whose last dimension are the units. */
export function deadUnits(values: Float32Array, units: number): { count: number; of: number } {
  const alive = new Uint8Array(units);
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) alive[i % units] = 1;
  return { count: units - alive.reduce((sum, one) => sum + one, 0), of: units };
}

export const normOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum);
};

/** See {@link LayerPulse.movement}. */
export function movementOf(
  now: Float32Array,
  before: Float32Array,
  steps: number,
): number | undefined {
  const norm = normOf(now);
  if (steps < 1 || norm === 0 || before.length !== now.length) return undefined;
  let sum = 0;
  for (let i = 0; i < now.length; i++) sum += (now[i] - before[i]) ** 2;
  return Math.sqrt(sum) / (steps * norm);
}

interface Nodes {
  readonly outputs: ReadonlyMap<string, Node>;
  readonly slopes: ReadonlyMap<string, Node>;
}

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

/**
 * Looks into a network beside its training. It computes with the plain plan in memory of its own, on the weights of the moment, and
 * writes nothing that training reads: a run has the same bits with it and without.
 */
export class Pulse {
  readonly #trainer: Trainer;
  readonly #session: Session;
  readonly #of: Session;
  readonly #watched: readonly Watched[];
  readonly #nodes: Nodes;
  readonly #samples: number;
  #before:
    | { readonly step: number; readonly weights: ReadonlyMap<string, Float32Array> }
    | undefined;

  private constructor(
    trainer: Trainer,
    session: Session,
    watched: readonly Watched[],
    nodes: Nodes,
    samples: number,
  ) {
    this.#trainer = trainer;
    this.#session = session;
    this.#of = trainer.session;
    this.#watched = watched;
    this.#nodes = nodes;
    this.#samples = samples;
  }

  /**
   * @returns undefined for a model that is no Sequential: its layers are not known
   * @throws MemoryError if the device has no memory for all tensors of the plain plan
   */
  static async create(trainer: Trainer): Promise<Pulse | undefined> {
    const { options, session } = trainer;
    const { model } = options;
    if (!(model instanceof Sequential)) return undefined;
    const watched = watchedIn(model).slice(0, MOST_LAYERS);
    const { split, key, family } = session.options;
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
      const { rows, hits } = networkGraph(
        graph,
        network,
        options.loss,
        batch,
        false,
        split.sources,
      );
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
    const plain = await Session.create(session.gpu, {
      plan: 'plain',
      build,
      store: session.store,
      split,
      batch,
      key,
      order: { kind: 'sequential' },
      ...(family ? { family } : {}),
    });
    return new Pulse(trainer, plain, watched, nodes, batch);
  }

  /** Whether it is of this trainer, which still has the same kernels, data and device. */
  fits(trainer: Trainer): boolean {
    return trainer === this.#trainer && trainer.session === this.#of;
  }

  async look(): Promise<PulseReading> {
    const trainer = this.#trainer;
    const { step } = trainer;
    const reading = trainer.parameters();
    this.#session.seek(0);
    await runSteps(this.#session.gpu, this.#session, 0, 1, { chunk: 1 });
    const weights = new Map<string, Float32Array>();
    for (const [name, { data }] of await reading) weights.set(name, Float32Array.from(data));
    const before = this.#before;
    const since = before ? step - before.step : 0;
    const layers: LayerPulse[] = [];
    for (const watched of this.#watched) layers.push(await this.#layer(watched, weights, since));
    if (since > 0 || !before) this.#before = { step, weights };
    const rate = await trainer.learningRate();
    const epochs = step / trainer.stepsPerEpoch;
    const { software } = trainer.engine.adapter;
    return { step, epochs, samples: this.#samples, since, rate, software, layers };
  }

  async #layer(
    { name, kind, weight, rectified }: Watched,
    weights: ReadonlyMap<string, Float32Array>,
    since: number,
  ): Promise<LayerPulse> {
    const output = this.#nodes.outputs.get(name);
    const values = output && (await this.#read(output));
    const slope = this.#nodes.slopes.get(weight);
    const now = weights.get(weight) ?? new Float32Array();
    const before = this.#before?.weights.get(weight);
    const movement = before && movementOf(now, before, since);
    return {
      name,
      kind,
      activations: values && histogramOf(values),
      gradients: slope && histogramOf(await this.#read(slope)),
      ...(rectified && values ? { dead: deadUnits(values, output.spec.shape.at(-1) ?? 1) } : {}),
      norm: normOf(now),
      ...(movement === undefined ? {} : { movement }),
    };
  }

  async #read(node: Node): Promise<Float32Array> {
    const { shape } = node.spec;
    const stored = await this.#session.read(node);
    return fromStorage(shape, stored, new Float32Array(sizeOf(shape)));
  }

  destroy(): void {
    this.#session.destroy();
  }
}
