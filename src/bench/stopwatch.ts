import type { Engine } from '../gpu/engine.ts';

/** Several timings of one thing. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly samples: number;
}

/** Sums up samples. */
export function timingOf(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)],
    least: sorted[0],
    most: sorted[sorted.length - 1],
    samples: sorted.length,
  };
}

/** One contender: puts `count` repetitions into an encoder. */
export interface Contender {
  readonly name: string;
  encode(encoder: GPUCommandEncoder, count: number): void;
}

/** A sample takes about this long, so that a submit's own cost does not show. */
const SAMPLE_MS = 60;

async function once(engine: Engine, contender: Contender, count: number): Promise<number> {
  const encoder = engine.device.createCommandEncoder();
  contender.encode(encoder, count);
  const start = performance.now();
  engine.device.queue.submit([encoder.finish()]);
  await engine.device.queue.onSubmittedWorkDone();
  engine.assertAlive();
  return (performance.now() - start) / count;
}

/**
 * Times contenders against each other: in turn, so that a machine that slows down slows all, and
 * after a warm-up that also finds how many repetitions make a sample.
 *
 * @returns milliseconds a repetition, by name
 */
export async function race(
  engine: Engine,
  contenders: readonly Contender[],
  rounds: number,
): Promise<Map<string, Timing>> {
  const counts: number[] = [];
  for (const contender of contenders) {
    await once(engine, contender, 1);
    const rough = await once(engine, contender, 2);
    counts.push(Math.max(1, Math.min(1000, Math.round(SAMPLE_MS / Math.max(rough, 1e-3)))));
  }
  const samples: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      samples[i].push(await once(engine, contender, counts[i]));
    }
  }
  return new Map(contenders.map(({ name }, i) => [name, timingOf(samples[i])]));
}
