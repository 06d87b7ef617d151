import { checkFunction, checkKeys } from '../check.ts';
import { OptionError } from '../errors.ts';
import { checkJson, checkRecord } from './check-record.ts';
import { joined } from './join.ts';
import {
  type Facts,
  finite,
  type LogRecord,
  numbersOf,
  type StepsRecord,
  timeOf,
} from './records.ts';
import { eventsOf } from './tensorboard.ts';

/**
 * Appends bytes to the file with a name, which begins empty. It is called in order, and not awaited: what it returns is not
 * looked at.
 */
export type Append = (file: string, bytes: Uint8Array) => unknown;

/** @throws OptionError unless it is a function. */
export function checkAppend(what: string, given: unknown): asserts given is Append {
  if (given === undefined) {
    throw new OptionError(`${what} needs the option append: a function (file, bytes)`);
  }
  checkFunction('append', given);
}

/** What {@link RunFiles} writes beside the records. */
export interface RunFilesOptions {
  /** Stores the bytes. */
  readonly append: Append;
  /** For `run.json`, beside the options: the command, versions, what you like. Default none. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

const encoded = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const lines = (all: readonly unknown[]): Uint8Array =>
  encoded(all.map((one) => `${JSON.stringify(one)}\n`).join(''));

/**
 * Turns the records of a run into files:
 *
 * - `run.json`: when it began, its options, and what else is known of it
 * - `steps.jsonl`: a line for each step
 * - `epochs.jsonl`: a line for each epoch
 * - `epochs.csv`: the same as a table; its columns are those of the first epoch
 * - `events.out.tfevents.TIME.gradweave`: all of it for TensorBoard, with histograms and images
 * - `end.json`: when and how it ended
 */
export class RunFiles {
  readonly #append: Append;
  readonly #facts: Readonly<Record<string, unknown>>;
  #events = '';
  #columns: readonly string[] | undefined;

  /** @throws OptionError if an option is invalid. */
  constructor(options: RunFilesOptions) {
    checkKeys('RunFiles', options, ['append', 'facts']);
    const { append, facts = {} } = options;
    checkAppend('RunFiles', append);
    checkJson('facts', facts);
    this.#append = append;
    this.#facts = facts;
  }

  /**
   * Writes what is known now. The first record of a run is `start`, the last is `end`.
   *
   * @throws OptionError if it is not a record, or the first is not `start`.
   */
  add(record: LogRecord): void {
    checkRecord(record);
    if (record.type !== 'start' && this.#events === '') {
      throw new OptionError(
        `add(): a record of type ${record.type} was given first; begin with start`,
      );
    }
    switch (record.type) {
      case 'start': {
        const { time, options } = record;
        this.#events = `events.out.tfevents.${String(Math.floor(time)).padStart(10, '0')}.gradweave`;
        this.#json('run.json', { format: 1, started: isoOf(time), ...this.#facts, options });
        break;
      }
      case 'steps':
        this.#append('steps.jsonl', lines(record.loss.map((_, i) => stepLine(record, i))));
        break;
      case 'epoch': {
        const { record: epoch, ...more } = record;
        const numbers = numbersOf(epoch);
        const { ended, restored } = epoch;
        const line = {
          epoch: epoch.epoch,
          step: more.step,
          ...numbers,
          time: more.time,
          ...(ended ? { ended: ended.by } : {}),
          ...(restored ? { restored } : {}),
        };
        this.#append('epochs.jsonl', lines([line]));
        this.#row({ epoch: epoch.epoch, step: more.step, ...numbers, time: more.time });
        break;
      }
      case 'end': {
        const { time, state, facts } = record;
        this.#json('end.json', { ended: isoOf(time), state, ...facts });
        break;
      }
    }
    this.#append(this.#events, joined(eventsOf(record)));
  }

  #json(file: string, value: unknown): void {
    this.#append(file, encoded(`${JSON.stringify(value, null, 2)}\n`));
  }

  /** A row of `epochs.csv` (RFC 4180). */
  #row(row: Readonly<Record<string, number | null>>): void {
    if (!this.#columns) {
      this.#columns = Object.keys(row);
      this.#append('epochs.csv', encoded(`${this.#columns.map(csvCell).join(',')}\n`));
    }
    const cells = this.#columns.map((name) => row[name] ?? '');
    this.#append('epochs.csv', encoded(`${cells.join(',')}\n`));
  }
}

const isoOf = (time: number): string => new Date(1000 * time).toISOString();

/** Names of your own metrics may have commas. */
const csvCell = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

function stepLine(record: StepsRecord, i: number): Facts {
  const { first, epoch, loss, accuracy, learningRate } = record;
  return {
    step: first + i,
    epoch,
    loss: finite(loss[i]),
    ...(accuracy ? { accuracy: finite(accuracy[i]) } : {}),
    ...(learningRate ? { learning_rate: finite(learningRate[i]) } : {}),
    time: timeOf(record, i),
  };
}
