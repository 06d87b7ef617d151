import type { Engine } from '../../gpu/engine.ts';
import { exponentialRate } from '../../nn/schedules.ts';
import type { Job } from './job.ts';
import { FIRST, LAST, type RateSearch, STEPS, smooth, steepest } from './rate-search.ts';
import { createTrainer } from './run-trainer.ts';

/** Steps between two looks at the losses. */
const CHUNK = 10;

/**
 * Looks for a learning rate with a network of its own, which is gone afterwards.
 *
 * @param job its settings; the learning rate and the schedule do not count
 * @param isOver asked every few steps: whether nobody wants to know any more
 */
export async function findRate(
  engine: Engine,
  job: Job,
  isOver: () => boolean = () => false,
): Promise<RateSearch> {
  const optimizer = { ...job.settings.optimizer, learningRate: FIRST };
  const own = { ...job, settings: { ...job.settings, optimizer } } as Job;
  const schedule = exponentialRate({ gamma: (LAST / FIRST) ** (1 / (STEPS - 1)) });
  const trainer = await createTrainer(engine, own, { schedule });
  try {
    const losses: number[] = [];
    let found = smooth(losses);
    while (losses.length < STEPS && !found.diverged && !isOver()) {
      losses.push(...(await trainer.steps(Math.min(CHUNK, STEPS - losses.length))));
      found = smooth(losses);
    }
    return { ...found, rate: steepest(found.steps) };
  } finally {
    trainer.destroy();
  }
}
