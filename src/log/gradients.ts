import type { Graph, Node } from '../graph/graph.ts';
import { fromStorage, sizeOf } from '../graph/tensor.ts';
import { batchMean } from '../ops/batch_mean.ts';
import { gradients } from '../ops/gradients.ts';
import { isParameter } from '../ops/sources.ts';
import { runSteps } from '../train/loop.ts';
import { networkGraph } from '../train/network.ts';
import { Session } from '../train/session.ts';
import type { SessionGraph } from '../train/session-options.ts';
import type { Trainer } from '../train/trainer.ts';

/**
 * Computes gradients beside a run, with the plain plan. Its graph ends at the gradients: it has no update and no running
 * statistics, so that nothing of the run changes.
 */
export class GradientProbe {
  readonly #session: Session;
  readonly #of: Session;
  readonly #slopes: ReadonlyMap<string, Node>;

  private constructor(session: Session, of: Session, slopes: ReadonlyMap<string, Node>) {
    this.#session = session;
    this.#of = of;
    this.#slopes = slopes;
  }

  /** @throws MemoryError if the device has no memory for all tensors of the plain plan. */
  static async create(trainer: Trainer): Promise<GradientProbe> {
    const { options, session } = trainer;
    const { split, batch, key, order, family } = session.options;
    const slopes = new Map<string, Node>();
    const build = (graph: Graph): SessionGraph => {
      const { rows, hits } = networkGraph(graph, options, options.loss, batch, true, split.sources);
      const trained = graph.nodes.filter(
        (node) => isParameter(node) && !options.frozen.includes(node.name),
      );
      for (const [parameter, slope] of gradients(batchMean(rows), trained)) {
        slopes.set(parameter.name, slope);
      }
      const keep = [rows, ...(hits ? [hits] : []), ...slopes.values()];
      return { rows, hits, targets: keep, keep };
    };
    const plain = await Session.create(session.gpu, {
      plan: 'plain',
      build,
      store: session.store,
      split,
      batch,
      key,
      order,
      ...(family ? { family } : {}),
    });
    return new GradientProbe(plain, session, slopes);
  }

  /** Whether the trainer still has the data and the device of the probe. */
  fits(trainer: Trainer): boolean {
    return trainer.session === this.#of;
  }

  /** The gradients of the batch that a step would take, by parameter, before clipping. */
  async at(step: number): Promise<Map<string, Float32Array>> {
    const { timetable } = this.#of;
    this.#session.seek(step, timetable.origin);
    await runSteps(this.#session.gpu, this.#session, timetable.epochOf(step), 1, { chunk: 1 });
    const found = new Map<string, Float32Array>();
    for (const [name, node] of this.#slopes) {
      const { shape } = node.spec;
      const stored = await this.#session.read(node);
      found.set(name, fromStorage(shape, stored, new Float32Array(sizeOf(shape))));
    }
    return found;
  }

  destroy(): void {
    this.#session.destroy();
  }
}
