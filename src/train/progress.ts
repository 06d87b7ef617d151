import type { Metrics } from './history.ts';
import type { LoopOptions } from './loop.ts';
import type { Complete } from './options.ts';
import type { Sums } from './records.ts';

/** Where training is, a few times a second. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  /** Steps of this epoch that were submitted. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Of the epoch so far; null until the first numbers are back. */
  readonly metrics: Metrics | null;
  /** Of the samples between the last two numbers that came back: for curves. */
  readonly recent: Metrics | null;
  /** Steps that were submitted and are not known to be done. */
  readonly inFlight: number;
  /**
   * Of steps known to be done since this call of `fit` began the epoch, by the clock on the wall. Before
   * there are any: the last epoch's, 0 in the first.
   */
  readonly samplesPerSecond: number;
}

/** Turns chunks and sums into {@link Progress}. */
export class ProgressWatch {
  readonly callbacks: Pick<LoopOptions, 'onChunk' | 'onSums'>;

  constructor(
    report: ((progress: Progress) => unknown) | undefined,
    epoch: number,
    begun: number,
    steps: number,
    { batchSize, target }: Complete,
    samples: number,
    speedBefore: number,
  ) {
    const metricsOf = ({ loss, hits, count }: Omit<Sums, 'mislabelled'>): Metrics => ({
      loss: loss / count,
      accuracy: target === 'label' ? hits / count : null,
    });
    let metrics: Metrics | null = null;
    let recent: Metrics | null = null;
    // Of an epoch that was begun before, nobody knows here what it had summed up to.
    let before: Omit<Sums, 'mislabelled'> | null =
      begun === 0 ? { loss: 0, hits: 0, count: 0 } : null;
    const start = performance.now();
    this.callbacks = report
      ? {
          onSums: (sums) => {
            if (sums.count > 0) metrics = metricsOf(sums);
            if (before && sums.count > before.count) {
              const { loss, hits, count } = before;
              recent = metricsOf({
                loss: sums.loss - loss,
                hits: sums.hits - hits,
                count: sums.count - count,
              });
            }
            before = sums;
          },
          onChunk: (done, inFlight) => {
            const finished = begun + done - inFlight;
            const seen = Math.min(samples, finished * batchSize) - begun * batchSize;
            const speed = seen / ((performance.now() - start) / 1000);
            const samplesPerSecond = seen > 0 ? speed : speedBefore;
            const step = begun + done;
            return report({
              epoch: epoch + 1,
              step,
              steps,
              metrics,
              recent,
              inFlight,
              samplesPerSecond,
            });
          },
        }
      : {};
  }
}
