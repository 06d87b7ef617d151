import type { Engine } from '../../gpu/engine.ts';
import { Recorder } from '../../log/recorder.ts';
import type { LogRecord } from '../../log/records.ts';
import { cosineRate } from '../../nn/schedules.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import { type Progress, Trainer, type TrainerOptions } from '../../train/trainer.ts';
import { Gate } from '../gate.ts';
import { type Job, learningOf, openJob, samplesOf } from './job.ts';
import { begin, type Keeping, keepCheckpoint, keepingOf, keepModel } from './keeping.ts';
import { LastingEngine } from './lasting-engine.ts';
import { trainMany } from './many.ts';
import { runsOf } from './many-runs.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Emit, Task } from './task.ts';
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

/** Creates the trainer of a run. */
export function createTrainer(engine: Engine, job: Job): Promise<Trainer> {
  const { settings } = job;
  const totalSteps = settings.epochs * Math.ceil(samplesOf(job) / settings.batchSize);
  return Trainer.create(engine, {
    ...learningOf(job),
    ...(settings.schedule === 'cosine' ? { schedule: cosineRate({ totalSteps }) } : {}),
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
  /** Keeps the run's log. Default: there is none. */
  readonly recorder?: Recorder | undefined;
}

/** Trains to the end or until the gate closes. */
export async function runTrainer(
  trainer: Trainer,
  job: Job,
  emit: Emit,
  { gate = new Gate(), onPause, onProgress, onEpoch, renew, recorder }: RunControl = {},
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
        const each = job.data === 'text' && job.settings.writing.each;
        if (each && record.epoch < epochs) await writing(record.epoch);
        await onEpoch?.(record);
      },
    });
  };
  // A run that resumes can have done all. Of others, `fit` says what is wrong with the epochs.
  const isDone = trainer.history.length > 0 && trainer.history.length === epochs;
  if (!isDone) await gate.through(fit, () => onPause?.());
  const { history } = trainer;
  const { loss, accuracy } = history.at(-1)?.test ?? (await trainer.evaluate());
  // A run that was stopped ends at once.
  const written = history.length < epochs ? '' : await writing(epochs);
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
  };
}

/** What the plan says about mixed precision, in its last lines. */
const precisionOf = (trainer: Trainer): string =>
  /^(Mixed|Full) precision[\s\S]*/m.exec(trainer.explain())?.[0] ?? trainer.precision;

/** Trains to the end; hands the trainer to `use` before it is destroyed. */
export async function trainWith<T>(
  lasting: LastingEngine,
  job: Job,
  emit: Emit,
  use: (trainer: Trainer, outcome: TrainOutcome) => Promise<T>,
  prepare: (trainer: Trainer) => Promise<RunControl> = async () => ({}),
): Promise<T> {
  const trainer = await lasting.during((engine) => createTrainer(engine, job));
  if (job.settings.precision === 'mixed') emit({ type: 'note', text: precisionOf(trainer) });
  let recorder: Recorder | undefined;
  try {
    const control = await prepare(trainer);
    recorder = control.recorder;
    const { renew } = lasting;
    recorder?.start({ epochs: job.settings.epochs });
    return await use(trainer, await runTrainer(trainer, job, emit, { renew, ...control }));
  } finally {
    await recorder?.rest();
    trainer.destroy();
  }
}

/** Trains one network, or several in the same dispatches. */
export const train: Task = async (options, emit) => {
  const runs = runsOf(options);
  if (runs.length > 1) return trainMany(runs, emit);
  const [run] = runs;
  const settings = settingsOf(run.options);
  const keeping = keepingOf(options);
  const gate = new Gate();
  globalThis.gradweaveStop = () => gate.stop();
  const lasting = await LastingEngine.open(emit);
  try {
    const job = withWarmStart(lasting.current, await openJob(run.options, settings, emit));
    const looked = { histograms: options.has('log-histograms'), images: true };
    const put = (record: LogRecord): void => emit({ type: 'log', run: 0, record });
    return await trainWith(
      lasting,
      job,
      emit,
      (trainer, made) => ended(trainer, job, made, keeping, gate),
      async (trainer) => {
        await begin(trainer, keeping);
        return {
          gate,
          onEpoch: keeper(trainer, settings.epochs, keeping),
          recorder: options.has('log') ? new Recorder(trainer, looked, put) : undefined,
        };
      },
    );
  } finally {
    globalThis.gradweaveStop = undefined;
    lasting.destroy();
  }
};

/** Keeps a checkpoint of every so many epochs; the last one is kept by {@link ended}. */
const keeper =
  (trainer: Trainer, epochs: number, keeping: Keeping) =>
  async ({ epoch }: EpochRecord): Promise<void> => {
    const { every } = keeping;
    if (every && epoch % every === 0 && epoch < epochs) await keepCheckpoint(trainer, keeping);
  };

/** Keeps what was asked for at the end of a run, or where it was stopped. */
async function ended(
  trainer: Trainer,
  job: Job,
  made: TrainOutcome,
  keeping: Keeping,
  gate: Gate,
): Promise<TrainOutcome> {
  if (keeping.every) await keepCheckpoint(trainer, keeping);
  if (keeping.model) await keepModel(trainer, job);
  const { step, stepsPerEpoch } = trainer;
  const epoch = trainer.history.length;
  // Asked after the last epoch, there is nothing to continue.
  if (gate.state !== 'stopped' || epoch >= job.settings.epochs) return made;
  return { ...made, stopped: { epoch, step: step - epoch * stepsPerEpoch, steps: stepsPerEpoch } };
}
