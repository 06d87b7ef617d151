import type { ImageDataset } from '../../data/dataset.ts';
import type { Engine } from '../../gpu/engine.ts';
import { mlp } from '../../nn/mlp.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import { type Progress, Trainer, type TrainerOptions } from '../../train/trainer.ts';
import { openDataset, openEngine } from './data.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Emit, Task } from './task.ts';

/** What a training run gives. */
export interface TrainOutcome {
  readonly title: string;
  readonly loss: Settings['loss'];
  readonly history: readonly EpochRecord[];
  readonly test: Metrics;
  /** Seconds of training, without the evaluations. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly dispatchesPerStep: number;
}

const REPORT_MS = 200;
/** On a software adapter the better kernels take seconds to compile; about as long as these steps. */
const WARM_STEPS = 200;

/** Passes on progress a few times a second, with the time that is left. */
function reporter(settings: Settings, emit: Emit): (progress: Progress) => void {
  let last = 0;
  return ({ epoch, step, steps, metrics, samplesPerSecond }) => {
    const now = performance.now();
    if (now - last < REPORT_MS) return;
    last = now;
    const left = (settings.epochs - epoch) * steps + steps - step;
    emit({
      type: 'progress',
      title: settings.title,
      epoch,
      epochs: settings.epochs,
      step,
      steps,
      loss: metrics?.loss ?? null,
      accuracy: metrics?.accuracy ?? null,
      samplesPerSecond,
      secondsLeft: (left * settings.batchSize) / samplesPerSecond,
    });
  };
}

/** How a trainer chooses its kernels. */
function kernelOptions(
  engine: Engine,
  { family, tuneBudget, warmSteps = 0 }: Settings,
): Pick<TrainerOptions, 'family' | 'tuneBudget' | 'start'> {
  const warm = warmSteps > 0 && (family ?? engine.family) !== 'portable';
  return {
    ...(family ? { family } : {}),
    ...(tuneBudget === undefined ? {} : { tuneBudget }),
    ...(warm ? { start: { family: 'portable', steps: warmSteps } } : {}),
  };
}

/** Trains to the end; hands the trainer to `use` before it is destroyed. */
export async function trainWith<T>(
  engine: Engine,
  dataset: ImageDataset,
  settings: Settings,
  emit: Emit,
  use: (trainer: Trainer, outcome: TrainOutcome) => Promise<T>,
): Promise<T> {
  const { height, width } = dataset.train;
  const trainer = await Trainer.create(engine, {
    model: mlp([height, width], settings.widths, settings.mlp),
    dataset,
    loss: settings.loss,
    target: settings.target,
    optimizer: settings.optimizer,
    batchSize: settings.batchSize,
    seed: settings.seed,
    normalize: settings.normalize,
    plan: settings.plan,
    ...kernelOptions(engine, settings),
  });
  try {
    const history = await trainer.fit({
      epochs: settings.epochs,
      onProgress: reporter(settings, emit),
      onEpoch: (record) =>
        emit({ type: 'epoch', title: settings.title, epochs: settings.epochs, record }),
    });
    const { loss, accuracy } = history[history.length - 1].test ?? (await trainer.evaluate());
    const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
    return await use(trainer, {
      title: settings.title,
      loss: settings.loss,
      history,
      test: { loss, accuracy },
      seconds,
      samplesPerSecond: (settings.epochs * dataset.train.count) / seconds,
      dispatchesPerStep: trainer.dispatchesPerStep,
    });
  } finally {
    trainer.destroy();
  }
}

/** Trains one network. */
export const train: Task = async (options, emit) => {
  const settings = settingsOf(options);
  const engine = await openEngine(emit);
  try {
    const dataset = await openDataset(options, emit);
    const warmSteps = engine.adapter.software ? WARM_STEPS : 0;
    const warmed = { warmSteps, ...settings };
    return await trainWith(engine, dataset, warmed, emit, async (_, outcome) => outcome);
  } finally {
    engine.destroy();
  }
};
