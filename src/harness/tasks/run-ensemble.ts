import type { EnsembleEpoch } from '../../ensemble/ensemble.ts';
import { DeviceLostError } from '../../errors.ts';
import type { EnsembleRecorder } from '../../log/ensemble-recorder.ts';
import type { EpochRecord } from '../../train/history.ts';
import { Gate } from '../gate.ts';
import { type Job, samplesOf } from './job.ts';
import type { LastingEnsemble } from './lasting-ensemble.ts';
import { networkMeans } from './many-means.ts';
import { reportSteps } from './many-progress.ts';
import { ManyStopping } from './many-stopping.ts';
import type { Emit } from './task.ts';

/** Why `fit` pauses: the networks are copied. */
const KEEP = Symbol('keep');

/** Lets a caller pause a run, and see its networks one by one. */
export interface EnsembleControl {
  readonly gate?: Gate;
  readonly onPause?: () => void;
  /** Called after an epoch and what ends with it, with the means of its networks, between two calls of `fit`; awaited. */
  readonly onEpoch?: (epoch: EnsembleEpoch, means: EpochRecord) => unknown;
  /** Of networks that go on: see `ManyStopping.open`. */
  readonly kept?: ReadonlyMap<number, number>;
  /** The means of the epochs before. */
  readonly before?: readonly EpochRecord[];
  /** Keeps the networks' logs. Default: there are none. */
  readonly recorder?: EnsembleRecorder | undefined;
}

/** What an ensemble's run ended in. */
export interface EnsembleOutcome {
  /** The means of each epoch; a network that has ended counts with its last one. */
  readonly history: readonly EpochRecord[];
  /** Of training, without evaluation; what a lost device has done counts, too. */
  readonly seconds: number;
  /** Samples that went through a network. */
  readonly trained: number;
  /** The runs whose networks ended for the lack of a lower test loss. */
  readonly stopped: ReadonlySet<number>;
  /** The epoch whose weights a network has, by run, if those of the best ones were to be kept. */
  readonly kept: ReadonlyMap<number, number>;
}

/**
 * Trains an ensemble to the end, or until the gate closes, and reports the means of each epoch. If the device is lost, it goes on from
 * the last copy; an epoch that is trained again is not reported again.
 */
export async function runEnsemble(
  lasting: LastingEnsemble,
  job: Job,
  emit: Emit,
  { gate = new Gate(), onPause, onEpoch, kept: had, before = [], recorder }: EnsembleControl = {},
): Promise<EnsembleOutcome> {
  const { title, loss, epochs } = job.settings;
  const history: EpochRecord[] = [...before];
  const stopping = await ManyStopping.open(lasting, job.settings, had);
  /** Seconds of training that are trained again, after the loss of a device. */
  let lost = 0;
  const take = async (report: EnsembleEpoch): Promise<void> => {
    // While `fit` runs, no network can be left out.
    await stopping.take(report.records as ReadonlyMap<number, EpochRecord>);
    const [own] = report.records.values();
    if (report.epoch <= history.length) {
      lost += own.seconds;
      // Some networks may have ended with it.
      recorder?.follow(lasting.current);
      return;
    }
    await recorder?.epoch(report);
    const seconds = own.seconds + lost;
    lost = 0;
    const { last, ...means } = networkMeans(lasting.current.members);
    const record = { epoch: report.epoch, ...means, seconds };
    history.push(record);
    const many = `${title}, means of ${last.length} networks`;
    emit({ type: 'epoch', title: many, loss, epochs, record });
    const records = new Map([...report.records].map(([run, one]) => [run, { ...one, seconds }]));
    await onEpoch?.({ ...report, records, active: lasting.current.active }, record);
  };
  const keep = async (): Promise<void> => {
    await recorder?.steps();
    await lasting.keep();
  };
  await lasting.during(async (ensemble) => {
    recorder?.follow(ensemble);
    const reporting = reportSteps(ensemble, job, emit);
    const train = async (signal: AbortSignal): Promise<void> => {
      while (ensemble.step < epochs * ensemble.stepsPerEpoch && ensemble.active > 0) {
        if (lasting.untilDue <= 0) await keep();
        reporting.begin();
        const begun = performance.now();
        const report = await fitUntilDue(lasting, signal, keep).catch((error: unknown) => {
          reporting.rest();
          if (error instanceof DeviceLostError) lost += (performance.now() - begun) / 1000;
          throw error;
        });
        if (!report) {
          reporting.rest();
          continue;
        }
        reporting.epoch(report);
        await take(report);
      }
    };
    try {
      await gate.through(train, () => onPause?.());
    } finally {
      reporting.end();
    }
    await lasting.settle();
  });
  const kept = await stopping.restore();
  const { members } = lasting.current;
  const seconds = history.reduce((sum, one) => sum + one.seconds, 0);
  const all = members.reduce((sum, { history: own }) => sum + own.length, 0);
  const trained = all * samplesOf(job);
  return { history, seconds, trained, stopped: stopping.ended, kept };
}

/**
 * Trains an epoch, or what is left of it, until it is done or a copy is due.
 *
 * @param keep copies the networks, also if the signal ends the training
 * @returns undefined if the epoch is not done
 */
async function fitUntilDue(
  { current, untilDue }: LastingEnsemble,
  signal: AbortSignal,
  keep: () => Promise<void>,
): Promise<EnsembleEpoch | undefined> {
  let report: EnsembleEpoch | undefined;
  const due = new AbortController();
  const most = 2 ** 31 - 1;
  const timer = untilDue > most ? undefined : setTimeout(() => due.abort(KEEP), untilDue);
  try {
    await current.fit({
      epochs: 1,
      signal: AbortSignal.any([signal, due.signal]),
      onEpoch: (made) => {
        report = made as EnsembleEpoch;
      },
    });
  } catch (error) {
    if (error === KEEP) await keep();
    // The next training says what is wrong with the device.
    else if (signal.aborted) await keep().catch(() => {});
    if (error !== KEEP) throw error;
  } finally {
    clearTimeout(timer);
  }
  return report;
}
