import { Ensemble, type EnsembleRun } from '../ensemble/ensemble.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import { dropout, linear, relu, Sequential } from '../nn/layers.ts';
import { adam } from '../nn/optimizers.ts';
import { cosineRate } from '../nn/schedules.ts';
import { Trainer, type TrainerOptions } from '../train/trainer.ts';
import type { OpReport } from './verify.ts';

/** Its name among the ops. */
export const NETWORKS_AT_ONCE = 'networks at once';

const [SAMPLES, COLUMNS, CLASSES, EPOCHS] = [100, 20, 5, 3];

const model = (rate: number): Sequential =>
  new Sequential(
    [COLUMNS],
    [
      ...[linear(COLUMNS, 24), relu(), dropout(rate)],
      ...[linear(24, 12), relu(), dropout(rate), linear(12, CLASSES)],
    ],
  );

/** Networks that differ in all kinds of numbers. */
const RUNS: readonly EnsembleRun[] = [0.1, 0.2, 0.3].map((rate, i) => ({
  seed: i,
  model: model(rate),
  optimizer: adam({ learningRate: 0.01 * (i + 1) }),
  schedule: cosineRate({ totalSteps: 9 + 2 * i }),
}));

/**
 * Trains several networks in the same dispatches, and each of them alone: their parameters must be equal bit for bit. The bound is
 * 0, and a difference counts as a million bounds.
 */
export async function verifyNetworks(engine: Engine, plan: PlanKind): Promise<OpReport> {
  const inputs = Float32Array.from({ length: SAMPLES * COLUMNS }, (_, i) => Math.sin(1 + i * i));
  const labels = Uint8Array.from({ length: SAMPLES }, (_, i) => (7 * i) % CLASSES);
  const options: Omit<TrainerOptions, 'model' | 'optimizer'> = {
    dataset: { train: { inputs, labels } },
    loss: 'cross_entropy',
    batchSize: 16,
    plan,
  };
  let error = 0;
  let first: string | undefined;
  const ensemble = await Ensemble.create(engine, { ...options, runs: RUNS });
  try {
    await ensemble.fit({ epochs: EPOCHS });
    for (const [i, run] of RUNS.entries()) {
      const trainer = await Trainer.create(engine, { ...options, ...run } as TrainerOptions);
      try {
        await trainer.fit({ epochs: EPOCHS });
        const alone = await trainer.parameters();
        for (const [name, { data }] of await ensemble.parameters(i)) {
          const other = alone.get(name)?.data;
          const at = data.findIndex((value, k) => !Object.is(value, other?.[k]));
          if (at < 0) continue;
          error = Math.max(error, Math.abs(data[at] - (other?.[at] ?? 0)));
          first ??= `network ${i}, ${name}: ${data[at]} at ${at}, alone ${other?.[at]}`;
        }
      } finally {
        trainer.destroy();
      }
    }
  } finally {
    ensemble.destroy();
  }
  const share = first === undefined ? 0 : 1e6;
  const report = { op: NETWORKS_AT_ONCE, plan, cases: RUNS.length, error, share, tightness: 0 };
  return { ...report, nearest: { error, bound: 0 }, ...(first === undefined ? {} : { first }) };
}
