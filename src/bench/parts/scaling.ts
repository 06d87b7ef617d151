import type { BenchContext } from '../context.ts';
import { sampleOf } from '../data.ts';
import { familiesToRace } from '../families.ts';
import { trainingFlop } from '../flop.ts';
import { perceptron } from '../networks/index.ts';
import { gflopsOf } from '../peak.ts';
import type { ScalingResult } from '../results.ts';
import { PAPER_STEP, stepsOf, trainerOf } from '../step.ts';
import { race } from '../stopwatch.ts';
import { shown } from '../text.ts';

const WIDTHS = [512, 1024, 2048];
const SAMPLE_MS = 500;

/** Measures steps of 784–W–W–10: does an operation take longer in a wide network than in a narrow one? */
export async function benchScaling(context: BenchContext): Promise<ScalingResult[]> {
  const { engine, data, rounds } = context;
  const results: ScalingResult[] = [];
  for (const family of familiesToRace(engine)) {
    const specs = WIDTHS.map((width) => ({
      ...PAPER_STEP,
      network: perceptron([784, width, width, 10], 0.2),
    }));
    const trainers = [];
    try {
      for (const spec of specs) {
        trainers.push(await trainerOf(engine, data, { plan: 'fused', family }, spec));
      }
      const contenders = trainers.map((trainer, i) => stepsOf(engine, trainer, String(WIDTHS[i])));
      const times = await race(contenders, { rounds, sampleMs: SAMPLE_MS });
      const widths = specs.map((spec, i) => ({
        width: WIDTHS[i],
        flop: trainingFlop(spec.network.layers, sampleOf(data)) * spec.batch,
        time: times[i],
      }));
      const cost = widths.map(({ flop, time }) => time.median / flop);
      const ratio = cost[cost.length - 1] / cost[0];
      results.push({ family, widths, ratio });
      for (const [i, { width, flop, time }] of widths.entries()) {
        context.row(
          'training step by width, 784–W–W–10, batch 100, Adam, cross-entropy',
          {
            contender: `gradweave ${family}`,
            W: String(width),
            'ms/step': shown(time),
            'GFLOP/s': gflopsOf(flop, time).toFixed(1),
            'time/FLOP vs narrowest': (cost[i] / cost[0]).toFixed(2),
          },
          true,
        );
      }
    } finally {
      for (const trainer of trainers) trainer.destroy();
    }
  }
  return results;
}
