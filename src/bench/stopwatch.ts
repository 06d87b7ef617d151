/** Several timings of one thing. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly samples: number;
}

/** Sums up samples; the median of an even number is the mean of the middle two. */
export function timingOf(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const middle = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return {
    median: (middle[0] + middle[1]) / 2,
    least: sorted[0],
    most: sorted[sorted.length - 1],
    samples: sorted.length,
  };
}

/** Something that can be repeated and timed. */
export interface Contender {
  readonly name: string;
  /** Repetitions of a sample, and one sample as warm-up; default is what takes long enough. */
  readonly perSample?: number;
  /**
   * Does `count` repetitions and waits until the device has done them.
   *
   * @returns milliseconds that they took
   */
  run(count: number): Promise<number>;
}

/** Milliseconds that some work takes. */
export async function clocked(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export interface RaceOptions {
  readonly rounds: number;
  /** About how long a sample takes: so long that what a sample costs by itself does not show. */
  readonly sampleMs: number;
  readonly onRound?: (round: number) => void;
}

/** A sample is so many repetitions; never more, whatever a clock that stands still says. */
const MOST = 100_000;

/** Repetitions that make a sample, when one takes `rough` milliseconds. */
export function repetitions(rough: number, sampleMs: number): number {
  return Math.max(1, Math.min(MOST, Math.round(sampleMs / Math.max(rough, 1e-3))));
}

/**
 * Times contenders against each other: in turn, so that a machine that slows down slows all, and
 * after a warm-up that also finds how many repetitions make a sample. The warm-up is dropped.
 *
 * @returns milliseconds a repetition, for each contender in their order
 */
export async function race(
  contenders: readonly Contender[],
  { rounds, sampleMs, onRound }: RaceOptions,
): Promise<Timing[]> {
  const counts: number[] = [];
  for (const contender of contenders) {
    await contender.run(1);
    if (contender.perSample !== undefined) {
      counts.push(contender.perSample);
      continue;
    }
    // A quarter of a sample, so that ramps (clocks, chunks that grow) are behind when it counts.
    const few = repetitions((await contender.run(2)) / 2, sampleMs / 4);
    counts.push(repetitions((await contender.run(few)) / few, sampleMs));
  }
  const samples: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      samples[i].push((await contender.run(counts[i])) / counts[i]);
    }
    onRound?.(round + 1);
  }
  return samples.map(timingOf);
}
