import type { Node } from '../../graph/graph.ts';
import { fromStorage, sizeOf } from '../../graph/tensor.ts';
import { histogramOf } from '../../log/histogram.ts';
import { runSteps } from '../../train/loop.ts';
import type { Session } from '../../train/session.ts';
import type { Trainer } from '../../train/trainer.ts';
import { openProbe, type Probe } from './probe.ts';
import { deadUnits, movementOf, normOf } from './pulse-numbers.ts';
import type { LayerPulse, PulseReading } from './pulse-reading.ts';
import type { Watched } from './watched-layers.ts';

/**
 * Looks into a network beside its training. It computes with the plain plan in memory of its own, on the weights of the moment, and
 * writes nothing that training reads: a run has the same bits with it and without.
 */
export class Pulse {
  readonly #trainer: Trainer;
  readonly #probe: Probe;
  readonly #of: Session;
  #before:
    | { readonly step: number; readonly weights: ReadonlyMap<string, Float32Array> }
    | undefined;

  private constructor(trainer: Trainer, probe: Probe) {
    this.#trainer = trainer;
    this.#probe = probe;
    this.#of = trainer.session;
  }

  /** @returns undefined for a model whose layers are not known. @throws as {@link openProbe} */
  static async create(trainer: Trainer): Promise<Pulse | undefined> {
    const probe = await openProbe(trainer);
    return probe && new Pulse(trainer, probe);
  }

  /** Whether it is of this trainer, which still has the same kernels, data and device. */
  fits(trainer: Trainer): boolean {
    return trainer === this.#trainer && trainer.session === this.#of;
  }

  async look(): Promise<PulseReading> {
    const trainer = this.#trainer;
    const { session, watched: all, samples } = this.#probe;
    const { step } = trainer;
    const reading = trainer.parameters();
    session.seek(0);
    await runSteps(session.gpu, session, 0, 1, { chunk: 1 });
    const weights = new Map<string, Float32Array>();
    for (const [name, { data }] of await reading) weights.set(name, Float32Array.from(data));
    const before = this.#before;
    const since = before ? step - before.step : 0;
    const layers: LayerPulse[] = [];
    for (const watched of all) layers.push(await this.#layer(watched, weights, since));
    if (since > 0 || !before) this.#before = { step, weights };
    const rate = await trainer.learningRate();
    const epochs = step / trainer.stepsPerEpoch;
    const { software } = trainer.engine.adapter;
    return { step, epochs, samples, since, rate, software, layers };
  }

  async #layer(
    { name, kind, weight, rectified }: Watched,
    weights: ReadonlyMap<string, Float32Array>,
    since: number,
  ): Promise<LayerPulse> {
    const output = this.#probe.outputs.get(name);
    const values = output && (await this.#read(output));
    const slope = this.#probe.slopes.get(weight);
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
    const stored = await this.#probe.session.read(node);
    return fromStorage(shape, stored, new Float32Array(sizeOf(shape)));
  }

  destroy(): void {
    this.#probe.session.destroy();
  }
}
