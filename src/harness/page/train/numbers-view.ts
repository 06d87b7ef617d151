import { spreadOf } from '../../../ensemble/spread.ts';
import type { EpochRecord, Metrics } from '../../../train/history.ts';
import type { LearnedNumber } from '../../protocol.ts';
import type { LabEvent } from '../../worker/lab-event.ts';
import { byId } from '../dom.ts';
import type { Measure } from '../measure.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { allSettings } from '../notebook/run-words.ts';
import { meanErrorText } from '../number-error.ts';
import { bytes, duration, loss, percent, spentText, whole } from '../numbers.ts';
import { put, say } from '../words/words.ts';

type ProgressEvent = LabEvent & { type: 'progress' };

/** A run's progress, in epochs. */
export const placeOf = ({ epoch, step, steps }: ProgressEvent): number => epoch - 1 + step / steps;

const TILES = ['epoch', 'loss', 'accuracy', 'test', 'speed', 'left', 'memory', 'flight'] as const;

/** Shows a number, in whatever language is spoken. */
const set = (tile: (typeof TILES)[number], text: () => string): void =>
  put(byId(`n-${tile}`), text);

const NONE = (): string => '–';

const ofAll = (epoch: number, epochs: number): string =>
  say('{epoch} of {epochs}', { epoch, epochs });

type Quality = Readonly<Record<keyof Pick<Metrics, 'loss' | 'accuracy'>, number | null>>;

const mean = (values: readonly number[]): number => spreadOf(values).mean;

const TITLE = 'gradweave';

/** Shows a share of the run, also in the tab's title. */
function progress(share: number): void {
  byId('progress', HTMLProgressElement).value = share;
  document.title = `${Math.floor(100 * share)}% · ${TITLE}`;
}

/** Samples per second; nothing before there is a measurement. */
export const speedText = (samplesPerSecond: number): string =>
  Number.isFinite(samplesPerSecond) && samplesPerSecond > 0 ? whole(samplesPerSecond) : '–';

/** The tiles with a run's numbers, and its bar. */
export class NumbersView {
  /** The latest progress, not yet shown. */
  #latest: ProgressEvent | undefined;
  /** What is learned, if it is a number: the tiles then have its errors. */
  #number: LearnedNumber | undefined;
  #measure: Measure = 'class';

  /** @param number that is learned, if it is known; undefined for classes, which have accuracies */
  learns(measure: Measure, number?: LearnedNumber): void {
    this.#measure = measure;
    this.#number = number;
    byId('numbers').dataset.learns = measure;
  }

  /** Says that the training results are those with dropout, which tests are without, if the run has some. */
  drops(run: Pick<RunRecord, 'query'>): void {
    const { dropout } = Object.fromEntries(allSettings(run));
    const { dataset } = byId('numbers');
    if (Number(dropout) > 0) dataset.dropout = dropout;
    else delete dataset.dropout;
  }

  /** An accuracy, the error of a number, or the loss alone: the mean of several networks. */
  #quality(all: readonly Quality[]): string {
    if (this.#measure === 'loss') return loss(mean(all.map((one) => one.loss ?? Number.NaN)));
    if (this.#number) {
      return meanErrorText(
        all.map((one) => one.loss ?? Number.NaN),
        this.#number,
      );
    }
    const accuracies = all.flatMap(({ accuracy }) => accuracy ?? []);
    return percent(accuracies.length > 0 ? mean(accuracies) : null);
  }

  /** The results of an epoch, on training and on test data. @param records of one network, or of each that counts in the means */
  results(records: readonly EpochRecord[]): void {
    if (records.length === 0) return;
    const [trains, tests] = [
      records.map(({ train }) => train),
      records.flatMap(({ test }) => test ?? []),
    ];
    set('loss', () => loss(mean(trains.map((train) => train.loss))));
    set('accuracy', () => this.#quality(trains));
    set('test', () => (tests.length > 0 ? this.#quality(tests) : NONE()));
  }

  /** The result of weights that are not trained yet. */
  given(test: Metrics, epochs: number): void {
    set('epoch', () => ofAll(0, epochs));
    set('test', () => this.#quality([test]));
  }

  /** Nothing of an earlier run stays. */
  clear(): void {
    this.#latest = undefined;
    put(byId('t-left'), () => say('Time left'));
    for (const tile of TILES) set(tile, NONE);
    byId('progress', HTMLProgressElement).value = 0;
    document.title = TITLE;
  }

  /** Takes progress, to be shown with the next drawing. */
  take(event: ProgressEvent): void {
    this.#latest = event;
  }

  /** @param several whether they are of several networks, of which losses are known after an epoch only */
  draw(several: boolean): void {
    const event = this.#latest;
    this.#latest = undefined;
    if (!event) return;
    set('epoch', () => ofAll(event.epoch, event.epochs));
    if (!several) {
      set('loss', () => loss(event.loss));
      set('accuracy', () => this.#quality([event]));
    }
    set('speed', () => speedText(event.samplesPerSecond));
    set('left', () => duration(event.secondsLeft));
    set('memory', () => bytes(event.gpuBytes));
    set('flight', () => String(event.inFlight ?? '–'));
    progress(placeOf(event) / event.epochs);
  }

  /** Shows a finished epoch; of several networks, {@link results} shows what they have. */
  epoch({ record, epochs }: LabEvent & { type: 'epoch' }, several: boolean): void {
    this.draw(several);
    set('epoch', () => ofAll(record.epoch, epochs));
    if (!several) this.results([record]);
    progress(record.epoch / epochs);
  }

  /** Shows the epoch whose weights are kept, if it is not the last one. */
  kept(record: EpochRecord): void {
    set('epoch', () => say('{epoch}, kept', { epoch: record.epoch }));
    this.results([record]);
  }

  /** Nothing is in flight, whatever was reported last. */
  paused(several: boolean): void {
    this.draw(several);
    set('flight', () => '0');
  }

  /** @param seconds of the whole run; 0 if it did not begin */
  ended(seconds: number): void {
    document.title = TITLE;
    put(byId('t-left'), () => say('Time'));
    set('left', () => spentText(seconds));
    set('flight', NONE);
  }
}
