import type { Metrics } from './history.ts';
import type { LoopOptions } from './loop.ts';
import type { ResolvedOptions } from './options.ts';
import { meansOf, type Sums } from './records.ts';

/** The progress of training, a few times a second. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  /** Submitted steps of this epoch. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Mean over the epoch so far; null until the first numbers are read back. */
  readonly metrics: Metrics | null;
  /** Over the samples between the last two numbers that were read back: for curves. */
  readonly recent: Metrics | null;
  /** Submitted steps that are not known to be done. */
  readonly inFlight: number;
  /**
   * Wall-clock speed of the steps known to be done since this call of `fit` began the epoch. Before there are any:
   * the last epoch's speed, 0 in the first epoch.
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
    { batchSize, target }: ResolvedOptions,
    samples: number,
    speedBefore: number,
  ) {
    let metrics: Metrics | null = null;
    let recent: Metrics | null = null;
    // The sums of an epoch that was begun before are not known here.
    let before: Omit<Sums, 'mislabelled'> | null =
      begun === 0 ? { loss: 0, hits: 0, count: 0, weight: 0 } : null;
    const start = performance.now();
    this.callbacks = report
      ? {
          onSums: (sums) => {
            if (sums.count > 0) metrics = meansOf(sums, target);
            if (before && sums.count > before.count) {
              const { loss, hits, count, weight } = before;
              const since = {
                loss: sums.loss - loss,
                hits: sums.hits - hits,
                count: sums.count - count,
                weight: sums.weight - weight,
              };
              recent = meansOf(since, target);
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
