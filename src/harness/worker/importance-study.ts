import type { Inference } from '../../infer/inference.ts';
import { shuffleOf } from '../../random/permute.ts';
import { widthOf } from '../own/encode.ts';
import type { TableData } from '../own/table.ts';
import { copyOf, type Subject } from './subject.ts';

/** What {@link ImportanceStudy.column} is compared with. */
export interface ImportanceStart {
  /** Its name for later calls. */
  readonly id: number;
  readonly epochs: number;
  /** Held-out rows that are used. */
  readonly rows: number;
  /** The error with all columns as they are: of classes, the share of rows that are wrong; of numbers, the root of the mean squared error, in the target's units. */
  readonly error: number;
  readonly repeats: number;
}

/** By how much the error grows if a column's values change places among the rows. */
export interface ColumnImportance {
  /** Mean over the repeats. */
  readonly mean: number;
  /** Standard deviation over the repeats. */
  readonly deviation: number;
}

/** How often a column's values change places. */
const REPEATS = 5;
/** Most rows that are used: the standard error of a share is below half a percent. */
const MOST_ROWS = 10_000;
/** Most rows, and most numbers, that are computed at once, so that a run's steps come in between. */
const [ROWS_AT_ONCE, NUMBERS_AT_ONCE] = [1024, 2 ** 18];
/** Chooses the rows, and their orders. */
const KEY = [2, 0] as const;

/** A look at some rows, with weights of a moment. */
interface Look {
  readonly id: number;
  readonly inference: Inference;
  readonly table: TableData;
  /** The held-out rows that are used. */
  readonly rows: Uint32Array;
  readonly error: number;
}

/**
 * Which columns matter to a network: permutation importance (Breiman 2001, section 10; Fisher, Rudin and Dominici 2019). The values
 * of one column change places among the held-out rows, so that they tell nothing of the target any more; the importance is by how
 * much the error grows. All inputs that a category makes change places together.
 */
export class ImportanceStudy {
  #look: Look | undefined;
  /** Counts the looks: what is asked of an earlier one has no answer. */
  #last = 0;

  /** @returns undefined if another look began meanwhile */
  async begin(subject: Subject, table: TableData): Promise<ImportanceStart | undefined> {
    this.drop();
    const id = this.#last;
    const { test, inputs } = table;
    const { epochs } = subject;
    const parameters = await subject.parameters();
    const batch = Math.max(1, Math.min(ROWS_AT_ONCE, Math.floor(NUMBERS_AT_ONCE / inputs.length)));
    const inference = await copyOf(subject, Math.min(batch, test.count), subject.model, parameters);
    const rows = rowsOf(test.count);
    const look = { id, inference, table, rows };
    let error: number | undefined;
    try {
      error = await this.#errorOf(look);
    } finally {
      if (error === undefined) inference.destroy();
    }
    if (error === undefined) return undefined;
    this.#look = { ...look, error };
    return { ...{ id, epochs, error }, rows: rows.length, repeats: REPEATS };
  }

  /**
   * @param id of a look
   * @param index of a column
   * @returns undefined if another look began meanwhile
   */
  async column(id: number, index: number): Promise<ColumnImportance | undefined> {
    const look = this.#look;
    if (look?.id !== id) return undefined;
    const grown: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const order = shuffleOf(look.rows.length, index * REPEATS + repeat, KEY);
      const error = await this.#errorOf(look, { index, order });
      if (error === undefined) return undefined;
      grown.push(error - look.error);
    }
    if (index === look.table.columns.length - 1) this.drop();
    const mean = grown.reduce((a, b) => a + b, 0) / REPEATS;
    const squares = grown.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / REPEATS) };
  }

  /** Frees what it keeps. */
  drop(): void {
    this.#last++;
    this.#look?.inference.destroy();
    this.#look = undefined;
  }

  /** @returns undefined if another look began meanwhile */
  async #errorOf(
    { id, inference, table, rows }: Omit<Look, 'error'>,
    moved?: { readonly index: number; readonly order: (row: number) => number },
  ): Promise<number | undefined> {
    const { columns, inputs, test } = table;
    const width = inputs.length;
    const before = columns.slice(0, moved?.index ?? 0);
    const from = before.reduce((sum, column) => sum + widthOf(column), 0);
    const to = moved ? from + widthOf(columns[moved.index]) : from;
    let sum = 0;
    try {
      for (let first = 0; first < rows.length; first += inference.batch) {
        const count = Math.min(inference.batch, rows.length - first);
        const part = new Float32Array(count * width);
        for (let i = 0; i < count; i++) {
          const own = rows[first + i] * width;
          part.set(test.inputs.subarray(own, own + width), i * width);
          if (!moved) continue;
          const other = rows[moved.order(first + i)] * width;
          part.set(test.inputs.subarray(other + from, other + to), i * width + from);
        }
        const outputs = await inference.predict(part);
        if (id !== this.#last) return undefined;
        sum += errorIn(table, rows.subarray(first, first + count), outputs);
      }
    } catch (error) {
      // It was dropped meanwhile.
      if (id !== this.#last) return undefined;
      throw error;
    }
    const mean = sum / rows.length;
    return table.classes ? mean : Math.sqrt(mean);
  }
}

/** The rows that are used: all, or so many by chance, always the same. */
function rowsOf(count: number): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  if (count <= MOST_ROWS) return all;
  const order = shuffleOf(count, 2 ** 31, KEY);
  return all
    .subarray(0, MOST_ROWS)
    .map((i) => order(i))
    .sort();
}

/** The sum over some rows: of classes, of those that are wrong; of numbers, of their squared errors in the target's units. */
function errorIn(
  { classes, scale, test, heldOut }: TableData,
  rows: Uint32Array,
  outputs: Float32Array,
): number {
  const { deviation, mean } = scale ?? { deviation: 1, mean: 0 };
  const width = classes?.length ?? 1;
  let sum = 0;
  rows.forEach((row, i) => {
    const own = outputs.subarray(i * width, (i + 1) * width);
    if (classes) sum += own.indexOf(Math.max(...own)) === test.labels?.[row] ? 0 : 1;
    else sum += (own[0] * deviation + mean - (heldOut.targets?.[row] ?? 0)) ** 2;
  });
  return sum;
}
