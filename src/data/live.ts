import { checkFlag, checkInteger, checkKeys, describe } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import type { Numbers } from './arrays.ts';
import { notFinite, rowsOf } from './rows.ts';

/** What a {@link LiveSet} holds. */
export interface LiveSetOptions {
  /** Samples that there is room for; each one more takes the place of the oldest. */
  readonly capacity: number;
  /** Numbers of a sample. */
  readonly inputs: number;
  /** Numbers of a sample's target. Give these or `classes`. */
  readonly outputs?: number;
  /** How many classes there are, for samples with a label. */
  readonly classes?: number;
  /** Whether each sample has a weight. Default false. */
  readonly weighted?: boolean;
}

/**
 * Samples that come while a model is trained on them: a ring of the last ones. It is given as a split. What is
 * pushed is on the GPU before the next steps are submitted; steps that were submitted see what was there. An
 * epoch has as many samples as there are when it begins.
 *
 * @example
 * const memory = liveSet({ capacity: 10_000, inputs: 4, outputs: 2 });
 * memory.push([0.1, 0.2, 0.3, 0.4], [1, 0]);
 * const trainer = await Trainer.create(engine, { model, dataset: { train: memory }, loss: 'mse', optimizer });
 * memory.push([0.2, 0.2, 0.3, 0.4], [0, 1]); // at any time
 */
export class LiveSet {
  readonly capacity: number;
  /** Numbers of a sample. */
  readonly columns: number;
  /** Numbers of a target; 0 if samples have labels. */
  readonly outputs: number;
  /** 0 if samples have targets. */
  readonly classes: number;
  /** What is held, sample by sample, in places that are filled one after the other. To be read alone. */
  readonly inputs: Float64Array;
  /** Undefined if samples have labels. */
  readonly targets: Float64Array | undefined;
  /** Undefined if samples have targets. */
  readonly labels: Uint32Array | undefined;
  /** Undefined if samples have none. */
  readonly weights: Float64Array | undefined;
  readonly #watchers = new Set<(slot: number) => void>();
  #pushed = 0;

  /** @throws OptionError */
  constructor(options: LiveSetOptions) {
    checkKeys('liveSet()', options, ['capacity', 'inputs', 'outputs', 'classes', 'weighted']);
    const { capacity, inputs, outputs, classes, weighted } = options;
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
    this.capacity = capacity;
    this.columns = inputs;
    this.outputs = outputs ?? 0;
    this.classes = classes ?? 0;
    this.inputs = new Float64Array(capacity * inputs);
    this.targets = outputs === undefined ? undefined : new Float64Array(capacity * outputs);
    this.labels = outputs === undefined ? new Uint32Array(capacity) : undefined;
    this.weights = weighted ? new Float64Array(capacity) : undefined;
  }

  /** Samples that are there. */
  get count(): number {
    return Math.min(this.#pushed, this.capacity);
  }

  /**
   * Adds a sample, in the place of the oldest if there is no room.
   *
   * @param inputs its numbers
   * @param target its class, or the numbers of its target; one may stand alone
   * @param weight default 1
   * @throws DataError, OptionError for what is no such sample; nothing is changed then.
   */
  push(inputs: Numbers, target: number | Numbers, weight?: number): void {
    const { targets, labels, weights } = this;
    const row = checked('push(): inputs', inputs, this.columns);
    const wanted = targets
      ? checked('push(): target', typeof target === 'number' ? [target] : target, this.outputs)
      : undefined;
    if (
      labels &&
      !(Number.isInteger(target) && Number(target) >= 0 && Number(target) < this.classes)
    ) {
      throw new DataError(
        `push(): label ${describe(target)} was given; it is an integer from 0 to ${this.classes - 1}`,
      );
    }
    if (weight !== undefined && !weights) {
      throw new OptionError('push(): a weight was given; make the live set with weighted: true');
    }
    const [factor] = checked('push(): weight', [weight ?? 1], 1);
    const slot = this.#pushed++ % this.capacity;
    this.inputs.set(row, slot * this.columns);
    if (wanted) targets?.set(wanted, slot * this.outputs);
    if (labels) labels[slot] = Number(target);
    if (weights) weights[slot] = factor;
    for (const watcher of this.#watchers) watcher(slot);
  }

  /**
   * Hears of each sample that is pushed, by its place.
   *
   * @internal
   * @returns ends it
   */
  watch(watcher: (slot: number) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** Samples that come while a model is trained on them, see {@link LiveSet}. @throws OptionError */
export const liveSet = (options: LiveSetOptions): LiveSet => new LiveSet(options);

/** One sample's numbers, finite in float32. */
function checked(what: string, given: Numbers, columns: number): Float64Array {
  const { count, read } = rowsOf(what, given, columns);
  const row = new Float64Array(columns);
  if (count !== 1) {
    throw new DataError(
      `${what}: ${describe(given)} was given; push one sample, of ${columns} numbers, at a time`,
    );
  }
  read(Uint32Array.of(0), row);
  const bad = row.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (bad >= 0) throw notFinite(what, row[bad], 0, bad);
  return row;
}
