/** Several timings of one thing. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly samples: number;
}

/** Summarises samples. The median of an even number is the mean of the middle two. */
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
  /** Repetitions in a sample; default: as many as take long enough. */
  readonly perSample?: number;
  /** Most samples, for a slow one; default: one in each round. */
  readonly mostSamples?: number;
  /**
   * Does `count` repetitions and waits until the device has done them.
   *
   * @returns milliseconds for all of them
   */
  run(count: number): Promise<number>;
}

/** Milliseconds of some work. */
export async function clocked(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export interface RaceOptions {
  readonly rounds: number;
  /** About how long a sample takes: long enough that its fixed cost does not matter. */
  readonly sampleMs: number;
  readonly onRound?: (round: number) => void;
}

/** The most repetitions in a sample, in case the clock does not advance. */
const MOST = 100_000;

/** Repetitions in a sample, if one takes about `rough` milliseconds. */
export function repetitions(rough: number, sampleMs: number): number {
  return Math.max(1, Math.min(MOST, Math.round(sampleMs / Math.max(rough, 1e-3))));
}

/**
 * Times contenders against each other: in turn, so that a machine that slows down affects all, and
 * after a warm-up that also finds how many repetitions a sample needs. The warm-up is dropped.
 *
 * @returns milliseconds for each repetition, for each contender in order
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
    // A quarter of a sample, so that ramps (clock speeds, growing chunks) are over before it counts.
    const few = repetitions((await contender.run(2)) / 2, sampleMs / 4);
    counts.push(repetitions((await contender.run(few)) / few, sampleMs));
  }
  const samples: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      if (round >= (contender.mostSamples ?? rounds)) continue;
      samples[i].push((await contender.run(counts[i])) / counts[i]);
    }
    onRound?.(round + 1);
  }
  return samples.map(timingOf);
}
