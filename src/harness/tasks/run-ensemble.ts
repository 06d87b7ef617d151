import type { Ensemble, EnsembleEpoch } from '../../ensemble/ensemble.ts';
import type { EpochRecord, Metrics } from '../../train/history.ts';
import { Gate } from '../gate.ts';
import { type Job, samplesOf } from './job.ts';
import { ManyStopping } from './many-stopping.ts';
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
  /** Called after an epoch and what ends with it, between two calls of `fit`; awaited. */
  readonly onEpoch?: (epoch: EnsembleEpoch) => unknown;
  /** Of networks that go on: see `ManyStopping.open`. */
  readonly kept?: ReadonlyMap<number, number>;
  /** The means of the epochs before. */
  readonly before?: readonly EpochRecord[];
}

/** What an ensemble's run ended in. */
export interface EnsembleOutcome {
  /** The means of each epoch, over the networks that were trained in it. */
  readonly history: readonly EpochRecord[];
  /** Of training, without evaluation. */
  readonly seconds: number;
  /** Samples that went through a network. */
  readonly trained: number;
  /** The runs whose networks ended for the lack of a lower test loss. */
  readonly stopped: ReadonlySet<number>;
  /** The epoch whose weights a network has, by run, if those of the best ones were to be kept. */
  readonly kept: ReadonlyMap<number, number>;
}

/** Trains an ensemble to the end, or until the gate closes, and reports the means of each epoch. */
export async function runEnsemble(
  ensemble: Ensemble,
  job: Job,
  emit: Emit,
  { gate = new Gate(), onPause, onEpoch, kept: had, before = [] }: EnsembleControl = {},
): Promise<EnsembleOutcome> {
  const { title, loss, epochs } = job.settings;
  const history: EpochRecord[] = [...before];
  const stopping = await ManyStopping.open(ensemble, job.settings, had);
  const reporting = reportSteps(ensemble, job, emit);
  const take = async (report: EnsembleEpoch): Promise<void> => {
    const all = [...report.records.values()] as readonly EpochRecord[];
    const tests = all.flatMap(({ test }) => test ?? []);
    const [{ seconds }] = all;
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
  };
  const epoch = async (signal: AbortSignal): Promise<void> => {
    let report: EnsembleEpoch | undefined;
    reporting.begin();
    await ensemble.fit({
      epochs: 1,
      signal,
      onEpoch: (made) => {
        report = made as EnsembleEpoch;
      },
    });
    if (!report) return;
    // While `fit` runs, no network can be left out.
    await stopping.take(report.records as ReadonlyMap<number, EpochRecord>);
    await take({ ...report, active: ensemble.active });
  };
  try {
    await gate.through(
      async (signal) => {
        while (history.length < epochs && ensemble.active > 0) await epoch(signal);
      },
      () => onPause?.(),
    );
  } finally {
    reporting.end();
  }
  const kept = await stopping.restore();
  const seconds = history.reduce((sum, one) => sum + one.seconds, 0);
  const all = ensemble.members.reduce((sum, { history: own }) => sum + own.length, 0);
  const trained = all * samplesOf(job);
  return { history, seconds, trained, stopped: stopping.ended, kept };
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
