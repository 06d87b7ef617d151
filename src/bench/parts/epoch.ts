import { runSteps } from '../../train/loop.ts';
import { epochSums } from '../../train/tally.ts';
import { type BenchContext, percent } from '../context.ts';
import { sampleOf } from '../data.ts';
import { familiesToRace } from '../families.ts';
import { trainingFlop } from '../flop.ts';
import { watchGpu } from '../hooks.ts';
import { gflopsOf } from '../peak.ts';
import type { EpochResult } from '../results.ts';
import { PAPER_STEP, trainerOf } from '../step.ts';
import { clocked, race } from '../stopwatch.ts';
import { shown } from '../text.ts';

/** Measures whole epochs of Model 2 with `fit`, and counts the loop's WebGPU calls. */
export async function benchEpochs(context: BenchContext): Promise<EpochResult[]> {
  const { engine, data, peak, rounds } = context;
  const trainers = [];
  const results: EpochResult[] = [];
  try {
    for (const family of familiesToRace(engine)) {
      const trainer = await trainerOf(engine, data, { plan: 'fused', family }, PAPER_STEP);
      trainers.push({ family, trainer });
    }
    const contenders = trainers.map(({ family, trainer }) => ({
      name: `gradweave ${family}`,
      perSample: 1,
      run: (epochs: number) => clocked(() => trainer.fit({ epochs, validate: false })),
    }));
    const [peakTime, ...times] = await race([peak, ...contenders], { rounds, sampleMs: 500 });
    const flop = trainingFlop(PAPER_STEP.network.layers, sampleOf(data)) * data.dataset.train.count;
    for (const [i, { family, trainer }] of trainers.entries()) {
      const steps = trainer.stepsPerEpoch;
      const epoch = trainer.step / steps;
      const watch = watchGpu();
      await runSteps(engine, trainer.session, epoch, steps, { chunk: 'auto' });
      const loop = watch.stop();
      const after = watchGpu();
      await epochSums(trainer.session, epoch);
      const end = after.stop();
      const shareOfPeak = gflopsOf(flop, times[i]) / gflopsOf(peak.flop, peakTime);
      results.push({ family, steps, time: times[i], shareOfPeak, loop, end });
      context.row(
        'epoch of Model 2 (Adam, cross-entropy)',
        {
          contender: contenders[i].name,
          'ms/epoch': shown(times[i]),
          'of peak': percent(shareOfPeak),
          dispatches: String(loop.dispatches),
          submits: String(loop.submits),
          'writes in the loop': String(loop.writes),
          'maps in the loop': String(loop.maps),
          'buffers made': String(loop.buffers),
          'maps at the end': String(end.maps),
        },
        loop.writes + loop.maps + loop.buffers + loop.bindGroups === 0,
      );
    }
    return results;
  } finally {
    for (const { trainer } of trainers) trainer.destroy();
  }
}
