import { OptionError } from '../../errors.ts';
import type { TableInsides } from '../insides.ts';
import { putValue, widthOf } from '../own/encode.ts';
import type { TableData } from '../own/table.ts';
import type { Job } from '../tasks/job.ts';
import {
  type ColumnImportance,
  type ImportanceStart,
  ImportanceStudy,
} from './importance-study.ts';
import type { Subject } from './subject.ts';

/** The numbers that a network says of the held-out rows, in the target's own units. */
export interface TestedNumbers {
  /** Epochs that it had been trained for. */
  readonly epochs: number;
  readonly predicted: Float64Array;
  readonly truth: Float64Array;
  /** The rows' numbers in the table, from 1. */
  readonly numbers: Uint32Array;
}

/** A held-out row. */
export interface HeldRow {
  /** Its number in the table, from 1. */
  readonly number: number;
  /** Of each column to learn from: a number, or the place of a category; NaN if it is missing. */
  readonly values: readonly number[];
  /** The number to learn, or the place of its class. */
  readonly truth: number;
}

/** What a network says of one row. */
export interface RowAnswer {
  /** [outputs]; a number in the target's own units. */
  readonly outputs: readonly number[];
  readonly epochs: number;
}

/** What the page can ask for. */
export type TableCalls = Pick<TableStudy, 'answer' | 'column' | 'importance' | 'numbers' | 'rows'>;

/** What the page shows of a run's table; undefined if it has none. */
export function tableIn(job: Job): TableInsides | undefined {
  if (job.data !== 'table') return undefined;
  const { columns, target, classes, scale, test } = job.table;
  return {
    ...{ columns, target, count: test.count },
    ...(classes ? { classes } : {}),
    ...(scale ? { scale } : {}),
  };
}

/** @throws OptionError if the run learns from images or a text */
function tableOf({ job }: Subject): TableData {
  if (job.data === 'table') return job.table;
  throw new OptionError('the network learns from no table; start a run on one');
}

/** Looks at what a network makes of the rows of a table. */
export class TableStudy {
  readonly #current: () => Promise<Subject>;
  readonly #importance = new ImportanceStudy();

  /** @param current the network that is looked into */
  constructor(current: () => Promise<Subject>) {
    this.#current = current;
  }

  /** @throws OptionError if it learns classes */
  async numbers(): Promise<TestedNumbers> {
    const subject = await this.#current();
    const { scale, test, heldOut } = tableOf(subject);
    if (!scale || !heldOut.targets) throw new OptionError('the network learns no number');
    const { epochs } = subject;
    const outputs = await subject.predict(test.inputs);
    const predicted = Float64Array.from(outputs, (y) => y * scale.deviation + scale.mean);
    return { epochs, predicted, truth: heldOut.targets, numbers: heldOut.numbers };
  }

  /** @param indices of held-out rows, from 0; those that are not there are passed over */
  async rows(indices: readonly number[]): Promise<HeldRow[]> {
    const { heldOut, test, columns } = tableOf(await this.#current());
    const truths = heldOut.targets ?? test.labels ?? [];
    return indices
      .filter((index) => index >= 0 && index < test.count)
      .map((index) => ({
        number: heldOut.numbers[index],
        values: [...heldOut.values.subarray(index * columns.length, (index + 1) * columns.length)],
        truth: truths[index],
      }));
  }

  /**
   * What the network says of a row that somebody typed.
   *
   * @param values as of {@link HeldRow.values}
   * @throws OptionError for a wrong number of values, or a category that is not there
   */
  async answer(values: readonly number[]): Promise<RowAnswer> {
    const subject = await this.#current();
    const { columns, inputs, scale } = tableOf(subject);
    if (values.length !== columns.length) {
      throw new OptionError(
        `${values.length} values were given; there are ${columns.length} columns`,
      );
    }
    const row = new Float32Array(inputs.length);
    let at = 0;
    columns.forEach((column, c) => {
      const value = values[c];
      if ('values' in column && !Number.isNaN(value) && column.values[value] === undefined) {
        throw new OptionError(
          `category ${value} of ${column.name} was given; it has ${column.values.length}`,
        );
      }
      putValue(column, value, row, at);
      at += widthOf(column);
    });
    const { epochs } = subject;
    const outputs = await subject.predict(row);
    const { mean, deviation } = scale ?? { mean: 0, deviation: 1 };
    return { outputs: Array.from(outputs, (y) => y * deviation + mean), epochs };
  }

  /** Begins to find out which columns matter, with a copy of the weights of the moment. {@link column} goes on with it. */
  async importance(): Promise<ImportanceStart | undefined> {
    const subject = await this.#current();
    return this.#importance.begin(subject, tableOf(subject));
  }

  /** See {@link ImportanceStudy.column}. */
  column(id: number, index: number): Promise<ColumnImportance | undefined> {
    return this.#importance.column(id, index);
  }

  /** Frees what it keeps on the device. */
  drop(): void {
    this.#importance.drop();
  }
}
