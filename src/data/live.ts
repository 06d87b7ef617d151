import { checkFlag, checkInteger, checkKeys } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Numbers, Rows } from './numbers.ts';
import { indicesOf } from './pieces.ts';
import { checkCount, labelsOf, notFinite, rowsOf } from './rows.ts';

/** The size and the contents of a {@link LiveSet}. */
export interface LiveSetOptions {
  /** Room for so many samples; each further one replaces the oldest. */
  readonly capacity: number;
  /** Numbers of a sample. */
  readonly inputs: number;
  /** Numbers of a sample's target. Give these or `classes`. */
  readonly outputs?: number;
  /** Number of classes, for samples with a label. */
  readonly classes?: number;
  /** A label that samples without a class may have: the `ignoreIndex` of the loss. Default none. */
  readonly ignoreIndex?: number;
  /** Whether each sample has a weight. Default false. */
  readonly weighted?: boolean;
}

/**
 * Samples that are added while a model is trained on them: a ring of the last ones. Give it as a split. Pushed
 * samples are on the GPU before the next steps are submitted; steps that were submitted before do not see them.
 * An epoch covers the samples that are there when it begins.
 *
 * @example
 * const memory = liveSet({ capacity: 10_000, inputs: 4, outputs: 2 });
 * memory.push([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]], [[1, 0], [0, 1]]); // two samples
 * const trainer = await Trainer.create(engine, { model, dataset: { train: memory }, loss: 'mse', optimizer });
 * memory.push([0.2, 0.2, 0.3, 0.4], [0, 1]); // one, at any time
 */
export class LiveSet {
  readonly capacity: number;
  /** Numbers of a sample. */
  readonly columns: number;
  /** Numbers of a target; 0 if samples have labels. */
  readonly outputs: number;
  /** 0 if samples have targets. */
  readonly classes: number;
  /** The label that is not a class; undefined if there is none. */
  readonly ignoreIndex: number | undefined;
  /** The samples, in places that are filled one after another. Read only. */
  readonly inputs: Float64Array;
  /** Undefined if samples have labels. */
  readonly targets: Float64Array | undefined;
  /** Undefined if samples have targets. */
  readonly labels: Uint32Array | undefined;
  /** Undefined if samples have none. */
  readonly weights: Float64Array | undefined;
  readonly #watchers = new Set<(slot: number, count: number) => void>();
  #pushed = 0;

  /** @throws OptionError */
  constructor(options: LiveSetOptions) {
    const known = ['capacity', 'inputs', 'outputs', 'classes', 'ignoreIndex', 'weighted'];
    checkKeys('liveSet()', options, known);
    const { capacity, inputs, outputs, classes, ignoreIndex, weighted } = options;
    checkInteger('liveSet(): capacity', capacity, 1, 2 ** 30);
    checkInteger('liveSet(): inputs', inputs, 1, 2 ** 20);
    checkFlag('liveSet(): weighted', weighted);
    if ((outputs === undefined) === (classes === undefined)) {
      throw new OptionError(
        'liveSet() takes outputs, for targets, or classes, for labels: one of both',
      );
    }
    checkInteger(
      `liveSet(): ${outputs === undefined ? 'classes' : 'outputs'}`,
      outputs ?? classes,
      1,
      2 ** 20,
    );
    if (ignoreIndex !== undefined) {
      checkInteger('liveSet(): ignoreIndex', ignoreIndex, -(2 ** 31), 2 ** 32 - 1);
      if (outputs !== undefined) {
        throw new OptionError('liveSet(): ignoreIndex is a label; it needs classes, not outputs');
      }
    }
    this.capacity = capacity;
    this.columns = inputs;
    this.outputs = outputs ?? 0;
    this.classes = classes ?? 0;
    this.ignoreIndex = ignoreIndex;
    this.inputs = new Float64Array(capacity * inputs);
    this.targets = outputs === undefined ? undefined : new Float64Array(capacity * outputs);
    this.labels = outputs === undefined ? new Uint32Array(capacity) : undefined;
    this.weights = weighted ? new Float64Array(capacity) : undefined;
  }

  /** Samples at present. */
  get count(): number {
    return Math.min(this.#pushed, this.capacity);
  }

  /**
   * Adds samples, one or many. If there is no room, each one replaces the oldest.
   *
   * @param inputs numbers as a data set takes them: one sample behind the other, or an array of samples
   * @param wanted their classes, or the numbers of their targets; of one sample also a single number
   * @param weights a number for each sample; default 1
   * @throws DataError, OptionError if any sample is invalid; nothing is added then.
   * @example
   * memory.push([0.1, 0.2], 1); // one sample of class 1
   * memory.push([[0.1, 0.2], [0.3, 0.4]], [1, 0]); // two
   */
  push(inputs: Rows, wanted: number | Rows, weights?: number | Numbers): void {
    const { capacity, targets, labels, ignoreIndex } = this;
    const ignored = ignoreIndex === undefined ? undefined : ignoreIndex >>> 0;
    const rows = numbersOf('inputs', inputs, this.columns);
    const count = rows.length / this.columns;
    const given = typeof wanted === 'number' ? [wanted] : wanted;
    const added: [Float64Array | Uint32Array | undefined, ArrayLike<number>, number][] = [
      [this.inputs, rows, this.columns],
      targets
        ? [targets, numbersOf('targets', given, this.outputs, count), this.outputs]
        : [labels, labelsOf('push(): labels', given, count, this.classes, { ignored }), 1],
    ];
    if (weights !== undefined || this.weights) {
      if (!this.weights) {
        throw new OptionError('push(): weights were given; make the live set with weighted: true');
      }
      const factors = typeof weights === 'number' ? [weights] : (weights ?? Array(count).fill(1));
      added.push([this.weights, numbersOf('weights', factors, 1, count), 1]);
    }
    const before = this.#pushed;
    this.#pushed += count;
    // Of more than there is room for, the last ones stay.
    for (let done = Math.max(0, count - capacity); done < count; ) {
      const slot = (before + done) % capacity;
      const next = Math.min(count - done, capacity - slot);
      for (const [into, from, each] of added) {
        for (let i = 0; into && i < next * each; i++) into[slot * each + i] = from[done * each + i];
      }
      for (const watcher of this.#watchers) watcher(slot, next);
      done += next;
    }
  }

  /**
   * Calls a function with the places of samples that were pushed: the first, and how many behind one another.
   *
   * @internal
   * @returns ends it
   */
  watch(watcher: (slot: number, count: number) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** Samples that are added while a model is trained on them, see {@link LiveSet}. @throws OptionError */
export const liveSet = (options: LiveSetOptions): LiveSet => new LiveSet(options);

/** Numbers of samples, finite in float32. */
function numbersOf(key: string, given: Rows, columns: number, count?: number): Float64Array {
  const what = `push(): ${key}`;
  const { count: found, read } = rowsOf(what, given, columns);
  checkCount(what, given, found, count ?? found, columns);
  const rows = new Float64Array(found * columns);
  read(indicesOf(found), rows);
  const bad = rows.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (bad >= 0) throw notFinite(what, rows[bad], Math.floor(bad / columns), bad % columns);
  return rows;
}
