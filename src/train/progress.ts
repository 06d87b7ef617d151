import type { Metrics } from './history.ts';
import type { Complete } from './options.ts';
import type { Sums } from './records.ts';

/** Where training is, a few times a second. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  /** Steps of this epoch that were submitted. */
  readonly step: number;
  readonly steps: number;
  /** Of the epoch so far; null until the first numbers are back. */
  readonly metrics: Metrics | null;
  readonly samplesPerSecond: number;
}

/** Turns chunks and sums into {@link Progress}. */
export class ProgressWatch {
  readonly callbacks: { onChunk?: (steps: number) => void; onSums?: (sums: Sums) => void };

  constructor(
    report: ((progress: Progress) => void) | undefined,
    epoch: number,
    begun: number,
    steps: number,
    { batchSize, target }: Complete,
    samples: number,
  ) {
    let metrics: Metrics | null = null;
    const start = performance.now();
    this.callbacks = report
      ? {
          onSums: ({ loss, hits, count }) => {
            if (count > 0)
              metrics = { loss: loss / count, accuracy: target === 'label' ? hits / count : null };
          },
          onChunk: (done) => {
            const seen = Math.min(samples, (begun + done) * batchSize) - begun * batchSize;
            const samplesPerSecond = seen / ((performance.now() - start) / 1000);
            report({ epoch: epoch + 1, step: begun + done, steps, metrics, samplesPerSecond });
          },
        }
      : {};
  }
}
