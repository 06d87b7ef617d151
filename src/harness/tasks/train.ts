import type { ImageDataset } from '../../data/dataset.ts';
import type { Engine } from '../../gpu/engine.ts';
import { cosineRate } from '../../nn/schedules.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import { type Progress, Trainer, type TrainerOptions } from '../../train/trainer.ts';
import { Gate } from '../gate.ts';
import { openDataset } from './data.ts';
import { LastingEngine } from './lasting-engine.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Emit, Task } from './task.ts';

/** The outcome of a training run. */
export interface TrainOutcome {
  readonly title: string;
  readonly loss: Settings['loss'];
  readonly history: readonly EpochRecord[];
  readonly test: Metrics;
  /** Seconds of training, without evaluation. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly dispatchesPerStep: number;
}

const REPORT_MS = 200;
/** On a software adapter the faster kernels take seconds to compile: about as long as these steps. */
const WARM_STEPS = 200;

/** Reports progress a few times a second, with the remaining time. */
function reporter(trainer: Trainer, settings: Settings, emit: Emit): (progress: Progress) => void {
  let last = 0;
  return ({ epoch, step, steps, metrics, recent, inFlight, samplesPerSecond }) => {
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
      recent,
      samplesPerSecond,
      inFlight,
      gpuBytes: trainer.engine.buffers.liveBytes,
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

/** Starts with kernels that compile fast if the others take seconds. */
export function withWarmStart(
  { adapter }: Engine,
  { train }: ImageDataset,
  settings: Settings,
): Settings {
  // A step of convolutions is long: its faster kernels are worth the wait from the first step on.
  if (!adapter.software || !settings.widths) return settings;
  // A run that ends before the faster kernels are ready does not need them.
  const steps = settings.epochs * Math.ceil(train.count / settings.batchSize);
  return { warmSteps: steps > WARM_STEPS ? WARM_STEPS : Infinity, ...settings };
}

/** Creates the trainer of a run. */
export function createTrainer(
  engine: Engine,
  dataset: ImageDataset,
  settings: Settings,
): Promise<Trainer> {
  const { height, width, count } = dataset.train;
  const totalSteps = settings.epochs * Math.ceil(count / settings.batchSize);
  return Trainer.create(engine, {
    model: settings.model([height, width]),
    ...(settings.schedule === 'cosine' ? { schedule: cosineRate({ totalSteps }) } : {}),
    ...(settings.augment ? { augment: settings.augment } : {}),
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
}

/** Lets a caller pause a run and look into it. */
export interface RunControl {
  readonly gate?: Gate;
  readonly onPause?: () => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Replaces a lost engine. Default: the run ends. */
  readonly renew?: () => Promise<Engine>;
}

/** Trains to the end or until the gate closes. */
export async function runTrainer(
  trainer: Trainer,
  dataset: ImageDataset,
  settings: Settings,
  emit: Emit,
  { gate = new Gate(), onPause, onProgress, renew }: RunControl = {},
): Promise<TrainOutcome> {
  const { title, epochs, loss: lossName } = settings;
  const report = reporter(trainer, settings, emit);
  const fit = async (signal: AbortSignal): Promise<void> => {
    await trainer.fit({
      epochs: epochs - trainer.history.length,
      signal,
      ...(renew ? { renew } : {}),
      onProgress: (progress) => {
        report(progress);
        onProgress?.(progress);
      },
      onEpoch: (record) => emit({ type: 'epoch', title, loss: lossName, epochs, record }),
    });
  };
  await gate.through(fit, () => onPause?.());
  const { history } = trainer;
  const { loss, accuracy } = history.at(-1)?.test ?? (await trainer.evaluate());
  const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
  return {
    title,
    loss: settings.loss,
    history: [...history],
    test: { loss, accuracy },
    seconds,
    samplesPerSecond: seconds > 0 ? (history.length * dataset.train.count) / seconds : 0,
    dispatchesPerStep: trainer.dispatchesPerStep,
  };
}

/** Trains to the end; hands the trainer to `use` before it is destroyed. */
export async function trainWith<T>(
  lasting: LastingEngine,
  dataset: ImageDataset,
  settings: Settings,
  emit: Emit,
  use: (trainer: Trainer, outcome: TrainOutcome) => Promise<T>,
): Promise<T> {
  const trainer = await lasting.during((engine) => createTrainer(engine, dataset, settings));
  try {
    const { renew } = lasting;
    return await use(trainer, await runTrainer(trainer, dataset, settings, emit, { renew }));
  } finally {
    trainer.destroy();
  }
}

/** Trains one network. */
export const train: Task = async (options, emit) => {
  const settings = settingsOf(options);
  const lasting = await LastingEngine.open(emit);
  try {
    const dataset = await openDataset(options, emit);
    const warmed = withWarmStart(lasting.current, dataset, settings);
    const outcome = async (_: Trainer, made: TrainOutcome): Promise<TrainOutcome> => made;
    return await trainWith(lasting, dataset, warmed, emit, outcome);
  } finally {
    lasting.destroy();
  }
};
