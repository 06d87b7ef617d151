import { Ensemble } from '../../ensemble/ensemble.ts';
import type { BenchContext } from '../context.ts';
import { encoded } from '../device.ts';
import { familiesToRace } from '../families.ts';
import { modelOf } from '../networks/ours.ts';
import type { ManyResult } from '../results.ts';
import { optimizerOf, PAPER_STEP, stepsOf, trainerOf } from '../step.ts';
import { race } from '../stopwatch.ts';
import { shown } from '../text.ts';

/** Networks that are trained at once. */
const COUNTS = [1, 8, 64];
const SAMPLE_MS = 500;

/** Measures steps of several networks in the same dispatches, beside a trainer's. */
export async function benchMany(context: BenchContext): Promise<ManyResult[]> {
  const { engine, data, rounds } = context;
  const results: ManyResult[] = [];
  for (const family of familiesToRace(engine)) {
    const trainer = await trainerOf(engine, data, { plan: 'fused', family }, PAPER_STEP);
    const ensembles: Ensemble[] = [];
    try {
      for (const count of COUNTS) {
        ensembles.push(
          await Ensemble.create(engine, {
            model: modelOf(PAPER_STEP.network.layers, data),
            dataset: data.dataset,
            loss: PAPER_STEP.loss,
            optimizer: optimizerOf(PAPER_STEP),
            batchSize: PAPER_STEP.batch,
            normalize: PAPER_STEP.normalize,
            family,
            runs: Array.from({ length: count }, (_, seed) => ({ seed })),
          }),
        );
      }
      const contenders = ensembles.map(({ session }, i) =>
        encoded(engine, String(COUNTS[i]), (encoder, count) => session.encode(encoder, count)),
      );
      const alone = stepsOf(engine, trainer, 'alone');
      const [single, ...times] = await race([alone, ...contenders], {
        rounds,
        sampleMs: SAMPLE_MS,
      });
      const networks = COUNTS.map((count, i) => ({ count, time: times[i] }));
      results.push({ family, single, networks });
      for (const { count, time } of networks) {
        context.row(
          'training step of several networks at once, 784–128–64–10, batch 100',
          {
            family,
            networks: String(count),
            'ms/step': shown(time),
            'ms each': (time.median / count).toFixed(3),
            '× alone': (time.median / single.median).toFixed(2),
          },
          true,
        );
      }
    } finally {
      trainer.destroy();
      for (const ensemble of ensembles) ensemble.destroy();
    }
  }
  return results;
}
