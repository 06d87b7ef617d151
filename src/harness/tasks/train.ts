import { Recorder } from '../../log/recorder.ts';
import type { LogRecord } from '../../log/records.ts';
import type { EpochRecord } from '../../train/history.ts';
import type { Trainer } from '../../train/trainer.ts';
import { Gate } from '../gate.ts';
import { type Job, openJob } from './job.ts';
import { begin, type Keeping, keepCheckpoint, keepingOf, keepModel } from './keeping.ts';
import { LastingEngine } from './lasting-engine.ts';
import { trainMany } from './many.ts';
import { runsOf } from './many-runs.ts';
import {
  createTrainer,
  type RunControl,
  runTrainer,
  type TrainOutcome,
  withWarmStart,
} from './run-trainer.ts';
import { settingsOf } from './settings.ts';
import type { Emit, Task } from './task.ts';

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
        await begin(trainer, keeping, job);
        return {
          gate,
          // A run that was stopped is resumed from where it is.
          onEnd: async () => {
            if (keeping.every && gate.state === 'stopped') await keepCheckpoint(trainer, keeping);
          },
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
  if (keeping.every && gate.state !== 'stopped') await keepCheckpoint(trainer, keeping);
  if (keeping.model) await keepModel(trainer, job);
  const { step, stepsPerEpoch } = trainer;
  const epoch = trainer.history.length;
  // Asked after the last epoch, there is nothing to continue.
  if (gate.state !== 'stopped' || made.early || epoch >= job.settings.epochs) return made;
  return { ...made, stopped: { epoch, step: step - epoch * stepsPerEpoch, steps: stepsPerEpoch } };
}
