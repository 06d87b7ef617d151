import type { Ensemble, EnsembleEpoch } from '../../ensemble/ensemble.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import { Gate } from '../gate.ts';
import { type Job, samplesOf } from './job.ts';
import type { Emit } from './task.ts';

const REPORT_MS = 500;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function meansOf(all: readonly Metrics[]): Metrics {
  const finite = all.filter(({ loss }) => Number.isFinite(loss));
  const accuracies = finite.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]));
  return {
    loss: mean(finite.map(({ loss }) => loss)),
    accuracy: all[0]?.accuracy === null ? null : mean(accuracies),
  };
}

/** Lets a caller pause a run, and see its networks one by one. */
export interface EnsembleControl {
  readonly gate?: Gate;
  readonly onPause?: () => void;
  /** Awaited. */
  readonly onEpoch?: (epoch: EnsembleEpoch) => unknown;
}

/** What an ensemble's run ended in. */
export interface EnsembleOutcome {
  /** The means of each epoch, over the networks that were trained in it. */
  readonly history: readonly EpochRecord[];
  /** Of training, without evaluation. */
  readonly seconds: number;
  /** Samples that went through a network. */
  readonly trained: number;
}

/** Trains an ensemble to the end, or until the gate closes, and reports the means of each epoch. */
export async function runEnsemble(
  ensemble: Ensemble,
  job: Job,
  emit: Emit,
  { gate = new Gate(), onPause, onEpoch }: EnsembleControl = {},
): Promise<EnsembleOutcome> {
  const { title, loss, epochs } = job.settings;
  const history: EpochRecord[] = [];
  let trained = 0;
  const reporting = reportSteps(ensemble, job, emit);
  const take = async (report: EnsembleEpoch): Promise<void> => {
    const all = [...report.records.values()] as readonly EpochRecord[];
    const tests = all.flatMap(({ test }) => test ?? []);
    const [{ seconds }] = all;
    trained += all.length * samplesOf(job);
    const record = {
      epoch: report.epoch,
      train: meansOf(all.map(({ train }) => train)),
      ...(tests.length > 0 ? { test: meansOf(tests) } : {}),
      seconds,
    };
    history.push(record);
    const many = `${title}, means of ${all.length} networks`;
    emit({ type: 'epoch', title: many, loss, epochs, record });
    await onEpoch?.(report);
    reporting.begin();
  };
  try {
    await gate.through(
      async (signal) => {
        reporting.begin();
        await ensemble.fit({ epochs: epochs - history.length, signal, onEpoch: take });
      },
      () => onPause?.(),
    );
  } finally {
    reporting.end();
  }
  return { history, seconds: history.reduce((sum, one) => sum + one.seconds, 0), trained };
}

/** Reports the steps of an epoch a few times: an epoch of many networks is long. */
export function reportSteps(
  ensemble: Ensemble,
  job: Job,
  emit: Emit,
): { begin(): void; end(): void } {
  const { title, epochs } = job.settings;
  const steps = ensemble.stepsPerEpoch;
  let begun = { step: 0, at: 0 };
  const report = (): void => {
    const { step, active } = ensemble;
    const inEpoch = step % steps;
    if (inEpoch === 0 || step === begun.step) return;
    const perStep = (performance.now() - begun.at) / 1000 / (step - begun.step);
    emit({
      type: 'progress',
      title: `${title}, ${active} networks`,
      ...{ epoch: Math.floor(step / steps) + 1, epochs, step: inEpoch, steps },
      ...{ loss: null, accuracy: null, recent: null, inFlight: null },
      samplesPerSecond: (active * samplesOf(job)) / (steps * perStep),
      secondsLeft: (epochs * steps - step) * perStep,
      gpuBytes: ensemble.session.gpu.buffers.liveBytes,
    });
  };
  const timer = setInterval(report, REPORT_MS);
  return {
    begin: () => {
      begun = { step: ensemble.step, at: performance.now() };
    },
    end: () => clearInterval(timer),
  };
}
