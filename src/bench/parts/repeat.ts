import type { BenchContext } from '../context.ts';
import { familiesToRace } from '../families.ts';
import { hashOf } from '../hash.ts';
import type { RepeatResult } from '../results.ts';
import { PAPER_STEP, trainerOf, type Way } from '../step.ts';

const STEPS = 200;

async function weightsAfter({ engine, data }: BenchContext, way: Way): Promise<string> {
  const trainer = await trainerOf(engine, data, way, PAPER_STEP);
  try {
    await trainer.steps(STEPS);
    return await hashOf([...(await trainer.parameters()).values()].map(({ data }) => data));
  } finally {
    trainer.destroy();
  }
}

/** Trains twice from one seed with each family. Both runs must end bit-identically. */
export async function benchRepeats(context: BenchContext): Promise<RepeatResult[]> {
  const results: RepeatResult[] = [];
  for (const family of familiesToRace(context.engine)) {
    const way: Way = { plan: 'fused', family };
    const hashes = [await weightsAfter(context, way), await weightsAfter(context, way)] as const;
    results.push({ family, steps: STEPS, hashes });
    context.row(
      `weights after ${STEPS} steps, twice from one seed`,
      { family, first: hashes[0], second: hashes[1] },
      hashes[0] === hashes[1],
    );
  }
  return results;
}
