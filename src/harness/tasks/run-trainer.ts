import type { Engine } from '../../gpu/engine.ts';
import type { Recorder } from '../../log/recorder.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import { type Progress, Trainer, type TrainerOptions } from '../../train/trainer.ts';
import { Gate } from '../gate.ts';
import { type Job, learningOf, samplesOf } from './job.ts';
import { lastingly } from './lasting-trainer.ts';
import { rateOptions } from './rate-options.ts';
import type { Settings } from './settings.ts';
import { type Before, Stopping } from './stopping.ts';
import type { Emit } from './task.ts';
import { write } from './text.ts';

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
  /** What the network wrote at the end, if it learns from a text. */
  readonly written?: string;
  /** Absent if it was not ended by the lack of a lower test loss. */
  readonly early?: true;
  /** The epoch whose weights the network has, if those of the best one were to be kept. */
  readonly kept?: number;
  /** Where the run stands, if it was asked to stop. */
  readonly stopped?: { readonly epoch: number; readonly step: number; readonly steps: number };
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
  { precision, family, tuneBudget, warmSteps = 0 }: Settings,
): Pick<TrainerOptions, 'precision' | 'family' | 'tuneBudget' | 'start'> {
  const warm = warmSteps > 0 && (family ?? engine.family) !== 'portable';
  return {
    ...(precision ? { precision } : {}),
    ...(family ? { family } : {}),
    ...(tuneBudget === undefined ? {} : { tuneBudget }),
    ...(warm ? { start: { family: 'portable', steps: warmSteps } } : {}),
  };
}

/** Starts with kernels that compile fast if the others take seconds. */
export function withWarmStart({ adapter }: Engine, job: Job): Job {
  // A step of convolutions or of attention is long: its faster kernels are worth the wait from the first step on.
  if (!adapter.software || job.data !== 'images' || !job.settings.widths) return job;
  const { epochs, batchSize, precision } = job.settings;
  // The first kernels are in full precision.
  if (precision === 'mixed') return job;
  // A run that ends before the faster kernels are ready does not need them.
  const steps = epochs * Math.ceil(samplesOf(job) / batchSize);
  const warmSteps = steps > WARM_STEPS ? WARM_STEPS : Infinity;
  return { ...job, settings: { warmSteps, ...job.settings } };
}

/**
 * Creates the trainer of a run.
 *
 * @param rate the schedule of its learning rate. Default that of its settings
 */
export function createTrainer(
  engine: Engine,
  job: Job,
  rate: Pick<TrainerOptions, 'schedule'> = rateOptions(job),
): Promise<Trainer> {
  const { settings } = job;
  return Trainer.create(engine, {
    ...learningOf(job),
    ...rate,
    loss: settings.loss,
    optimizer: settings.optimizer,
    batchSize: settings.batchSize,
    seed: settings.seed,
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
  /** Called after each epoch, which it delays. */
  readonly onEpoch?: (record: EpochRecord) => Promise<void>;
  /** Called at the end, before the weights of the best epoch are put back, if that is wanted. */
  readonly onEnd?: () => Promise<void>;
  /** For a run that goes on. */
  readonly before?: Before;
  /** Keeps the run's log. Default: there is none. */
  readonly recorder?: Recorder | undefined;
}

/** Trains to the end or until the gate closes. */
export async function runTrainer(
  trainer: Trainer,
  job: Job,
  emit: Emit,
  {
    gate = new Gate(),
    before,
    onPause,
    onProgress,
    onEpoch,
    onEnd,
    renew,
    recorder,
  }: RunControl = {},
): Promise<TrainOutcome> {
  const { settings } = job;
  const { title, epochs, loss: lossName } = settings;
  const writing = async (epoch: number): Promise<string> => {
    if (job.data !== 'text') return '';
    const text = await write(trainer, job);
    if (text !== '') emit({ type: 'written', title, epoch, epochs, text });
    return text;
  };
  const report = reporter(trainer, settings, emit);
  const stopping = await Stopping.open(trainer, settings, before);
  const fit = async (signal: AbortSignal): Promise<void> => {
    await trainer.fit({
      epochs: epochs - trainer.history.length,
      signal,
      ...(renew ? { renew } : {}),
      onProgress: (progress) => {
        report(progress);
        recorder?.progress();
        onProgress?.(progress);
      },
      onEpoch: async (record) => {
        await recorder?.epoch(record);
        emit({ type: 'epoch', title, loss: lossName, epochs, record });
        await stopping.take(record);
        const each = job.data === 'text' && job.settings.writing.each;
        if (each && record.epoch < epochs) await writing(record.epoch);
        await onEpoch?.(record);
      },
      until: () => stopping.isOver,
    });
  };
  // A run that resumes can have done all. Of others, `fit` says what is wrong with the epochs.
  const isDone = trainer.history.length > 0 && trainer.history.length === epochs;
  if (!isDone) await gate.through(fit, () => onPause?.());
  const { history } = trainer;
  const isOver = stopping.isOver || history.length >= epochs;
  await onEnd?.();
  const lasting = <T>(work: () => Promise<T>): Promise<T> => lastingly(trainer, work, renew);
  const kept = await lasting(() => stopping.restore());
  if (settings.keepsBest && kept === undefined && stopping.best > 0) {
    const text = `The best epoch, ${stopping.best}, was before the run was resumed: the weights are those of the last epoch.`;
    emit({ type: 'note', text });
  }
  const last = kept === undefined ? history.at(-1) : history[kept - 1];
  const { loss, accuracy } = last?.test ?? (await lasting(() => trainer.evaluate()));
  // A run that was stopped ends at once.
  const written = isOver ? await lasting(() => writing(history.length)) : '';
  const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
  return {
    title,
    loss: settings.loss,
    history: [...history],
    test: { loss, accuracy },
    seconds,
    samplesPerSecond: seconds > 0 ? (history.length * samplesOf(job)) / seconds : 0,
    dispatchesPerStep: trainer.dispatchesPerStep,
    ...(written === '' ? {} : { written }),
    ...(stopping.isOver && history.length < epochs ? { early: true } : {}),
    ...(kept === undefined ? {} : { kept }),
  };
}
