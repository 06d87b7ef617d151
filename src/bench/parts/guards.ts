import type { FitOptions } from '../../train/fit-options.ts';
import { type BenchContext, percent } from '../context.ts';
import { PAPER_STEP, trainerOf } from '../step.ts';
import { clocked, race } from '../stopwatch.ts';
import { shown } from '../text.ts';

const WAYS: readonly (readonly [string, Omit<FitOptions, 'epochs'>])[] = [
  ['neither', { keep: false }],
  ['copies to the CPU (the default)', {}],
  ['checks for NaN and infinity', { keep: false, watch: true }],
  ['both', { watch: true }],
];

/** Measures what it costs to keep a run's state for a lost device, and to check for NaN and infinity. */
export async function benchGuards({ engine, data, rounds, row }: BenchContext): Promise<void> {
  const trainer = await trainerOf(
    engine,
    data,
    { plan: 'fused', family: engine.family },
    PAPER_STEP,
  );
  try {
    const contenders = WAYS.map(([name, options]) => ({
      name,
      perSample: 1,
      run: (epochs: number) => clocked(() => trainer.fit({ epochs, validate: false, ...options })),
    }));
    const times = await race(contenders, { rounds, sampleMs: 500 });
    for (const [i, { name }] of contenders.entries()) {
      const cells = {
        guarded: name,
        'ms/epoch': shown(times[i]),
        'extra time': percent(times[i].median / times[0].median - 1),
      };
      row('epoch of Model 2, guarded', cells, true);
    }
  } finally {
    trainer.destroy();
  }
}
