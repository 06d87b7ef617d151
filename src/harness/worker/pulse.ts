import { waitFor } from '../../gpu/wait.ts';
import type { Node } from '../../graph/graph.ts';
import { fromStorage, sizeOf } from '../../graph/tensor.ts';
import { histogramOf } from '../../log/histogram.ts';
import { runSteps } from '../../train/loop.ts';
import type { Pace } from '../../train/session-options.ts';
import type { Trainer } from '../../train/trainer.ts';
import { openProbe, type Probe } from './probe.ts';
import { deadUnits, movementOf, normOf } from './pulse-numbers.ts';
import type { LayerPulse, PulseReading } from './pulse-reading.ts';
import type { Watched } from './watched-layers.ts';

type Values = ReadonlyMap<string, Float32Array>;

/**
 * Looks into a network beside its training. It computes in memory of its own, on the weights of the moment, and writes nothing
 * that training reads: a run has the same bits with it and without.
 */
export class Pulse {
  readonly #trainer: Trainer;
  readonly #probe: Probe;
  #before: { readonly step: number; readonly weights: Values } | undefined;

  private constructor(trainer: Trainer, probe: Probe) {
    this.#trainer = trainer;
    this.#probe = probe;
  }

  /**
   * @param pace compiles the kernels in turn. Default: all at once
   * @returns undefined for a model whose layers are not known
   * @throws as {@link openProbe}
   */
  static async create(trainer: Trainer, pace?: Pace): Promise<Pulse | undefined> {
    const probe = await openProbe(trainer, { pace });
    return probe && new Pulse(trainer, probe);
  }

  async look(): Promise<PulseReading> {
    const trainer = this.#trainer;
    const { session, watched: all, samples, outputs, slopes } = this.#probe;
    const { gpu } = session;
    const { step } = trainer;
    const asked = performance.now();
    // The GPU does first what it was given before.
    const free = waitFor(gpu, gpu.device.queue.onSubmittedWorkDone()).then(() => performance.now());
    const reading = trainer.parameters();
    session.seek(0);
    const [begun] = await Promise.all([free, runSteps(gpu, session, 0, 1, { chunk: 1 })]);
    const computing = performance.now() - Math.max(asked, begun);
    const [parameters, seen, sloped, rate] = await Promise.all([
      reading,
      this.#read(outputs),
      this.#read(slopes),
      trainer.learningRate(),
    ]);
    const counting = performance.now();
    const weights = new Map(
      [...parameters].map(([name, { data }]) => [name, Float32Array.from(data)]),
    );
    const before = this.#before;
    const since = before ? step - before.step : 0;
    const layers = all.map((watched): LayerPulse => {
      const now = weights.get(watched.weight) ?? new Float32Array();
      const then = before?.weights.get(watched.weight);
      const movement = then && movementOf(now, then, since);
      return {
        ...this.#layer(watched, seen, sloped),
        norm: normOf(now),
        ...(movement === undefined ? {} : { movement }),
      };
    });
    if (since > 0 || !before) this.#before = { step, weights };
    const epochs = step / trainer.stepsPerEpoch;
    const cost = computing + performance.now() - counting;
    return { step, epochs, samples, since, rate, cost, layers };
  }

  #layer(
    { name, kind, weight, rectified }: Watched,
    seen: Values,
    slopes: Values,
  ): Omit<LayerPulse, 'norm'> {
    const values = seen.get(name);
    const slope = slopes.get(weight);
    const units = this.#probe.outputs.get(name)?.spec.shape.at(-1) ?? 1;
    return {
      name,
      kind,
      activations: values && histogramOf(values),
      gradients: slope && histogramOf(slope),
      ...(rectified && values ? { dead: deadUnits(values, units) } : {}),
    };
  }

  /** All at once: else each would wait for the steps that are submitted meanwhile. */
  async #read(nodes: ReadonlyMap<string, Node>): Promise<Values> {
    const read = async ([name, node]: [string, Node]): Promise<[string, Float32Array]> => {
      const { shape } = node.spec;
      const stored = await this.#probe.session.read(node);
      return [name, fromStorage(shape, stored, new Float32Array(sizeOf(shape)))];
    };
    return new Map(await Promise.all([...nodes].map(read)));
  }

  destroy(): void {
    this.#probe.session.destroy();
  }
}
