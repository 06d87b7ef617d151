import type { ByteSplit, Images } from '../../data/dataset.ts';
import { OptionError } from '../../errors.ts';
import type { Inference } from '../../infer/inference.ts';
import { type LayerOutputs, layerOutputs } from '../../nn/layer-outputs.ts';
import { Sequential } from '../../nn/layers.ts';
import type { StateTensor } from '../../nn/state.ts';
import { copyOf, type Subject } from './subject.ts';
import { unitWeights, type WeightPictures } from './unit-weights.ts';

/** A unit that is looked at. */
export interface UnitWish {
  /** The layer's name: `1`. */
  readonly layer: string;
  /** From 0. */
  readonly unit: number;
  /** An image, in bytes, whose value is wanted, too. */
  readonly image?: Uint8Array;
}

/** A test image and what a unit answers to it: its value, or the largest of its map. */
export interface Excited {
  /** From 0. */
  readonly index: number;
  readonly label: number;
  readonly value: number;
}

/** What there is to see of a unit. */
export interface UnitFacts {
  readonly epochs: number;
  readonly weights: WeightPictures | undefined;
  /** The unit's answer to the image of the wish: [height, width], or a single value. */
  readonly answer:
    | { readonly data: Float32Array; readonly height: number; readonly width: number }
    | undefined;
  /** The test images with the largest values, the largest first. */
  readonly most: readonly Excited[];
  /** Test images that were looked through. */
  readonly count: number;
  /** Mean of all values, and the share of images that excite the unit at all (above 0). */
  readonly mean: number;
  readonly active: number;
}

/** Images that are shown. */
const SHOWN = 24;

/** Numbers of a layer's outputs that are read back at once. */
const NUMBERS = 2 ** 22;

/** A layer's answers to the whole test split, with the weights of a moment. */
interface Answers {
  readonly epochs: number;
  readonly parameters: ReadonlyMap<string, StateTensor>;
  readonly outputs: LayerOutputs;
  readonly inference: Inference;
  /** [count, units]: each unit's value, or the largest of its map. */
  readonly peaks: Float32Array;
}

/** A layer that is asked for, and its answers; undefined if another one was asked for meanwhile. */
interface Wanted {
  readonly of: Subject;
  readonly layer: string;
  readonly epochs: number;
  readonly made: Promise<Answers | undefined>;
}

/** Looks for what excites units most. */
export class UnitStudy {
  /** The latest layer, whose other units are then found at once. */
  #wanted: Wanted | undefined;

  /**
   * What a unit's weights are, and which test images excite it most, with the weights of the moment: a run goes on meanwhile.
   *
   * @returns undefined if another layer, or another network, was asked for meanwhile
   * @throws OptionError if the network has no such unit, or does not learn from images
   */
  async look(subject: Subject, { layer, unit, image }: UnitWish): Promise<UnitFacts | undefined> {
    const { job, model } = subject;
    if (job.data !== 'images' || !(model instanceof Sequential)) {
      throw new OptionError('this network has no units that see images');
    }
    const { test } = job.dataset;
    const answers = await this.#answersOf(subject, model, layer, test);
    if (!answers) return undefined;
    const { outputs, inference, peaks, parameters, epochs } = answers;
    const [{ shape }] = outputs.parts;
    const units = unitsIn(shape);
    if (!(unit >= 0 && unit < units)) {
      throw new OptionError(`unit ${unit + 1} was given; layer ${layer} has ${units}`);
    }
    const own = Float32Array.from({ length: test.count }, (_, i) => peaks[i * units + unit]);
    const row = image && (await inference.predict(sized(test, image, 1)));
    const [height, width] = shape.length === 3 ? shape : [1, 1];
    const part = (_: unknown, i: number): number => row?.[i * units + unit] ?? 0;
    return {
      epochs,
      weights: unitWeights(model, parameters, layer, unit),
      answer: row && { data: Float32Array.from({ length: height * width }, part), height, width },
      most: strongest(own, SHOWN).map((index) => ({
        ...{ index, label: Number(test.labels[index]), value: own[index] },
      })),
      count: test.count,
      mean: own.reduce((sum, value) => sum + value, 0) / own.length,
      active: own.reduce((sum, value) => sum + Number(value > 0), 0) / own.length,
    };
  }

  #answersOf(
    subject: Subject,
    model: Sequential,
    layer: string,
    test: ByteSplit,
  ): Promise<Answers | undefined> {
    const { epochs } = subject;
    const kept = this.#wanted;
    if (kept?.of === subject && kept.layer === layer && kept.epochs === epochs) return kept.made;
    this.drop();
    const made = this.#make(subject, layerOutputs(model, [layer]), test, () => {
      return this.#wanted?.made !== made;
    });
    this.#wanted = { of: subject, layer, epochs, made };
    made.catch(() => {
      if (this.#wanted?.made === made) this.#wanted = undefined;
    });
    return made;
  }

  async #make(
    subject: Subject,
    outputs: LayerOutputs,
    test: ByteSplit,
    isOver: () => boolean,
  ): Promise<Answers | undefined> {
    const { epochs } = subject;
    const [{ size, shape }] = outputs.parts;
    const units = unitsIn(shape);
    const parameters = await subject.parameters();
    const chunk = Math.max(1, Math.min(1000, Math.floor(NUMBERS / size)));
    const inference = await copyOf(subject, Math.min(100, chunk), outputs, parameters);
    const peaks = new Float32Array(test.count * units);
    const pixels = test.images.length / test.count;
    try {
      for (let first = 0; first < test.count; first += chunk) {
        const count = Math.min(chunk, test.count - first);
        const images = test.images.subarray(first * pixels, (first + count) * pixels);
        const rows = await inference.predict(sized(test, images, count));
        peaks.set(peaksOf(rows, count, units), first * units);
        if (isOver()) {
          inference.destroy();
          return undefined;
        }
      }
    } catch (error) {
      inference.destroy();
      throw error;
    }
    return { epochs, parameters, outputs, inference, peaks };
  }

  /** Frees what it keeps for the next question. */
  drop(): void {
    this.#wanted?.made.then((answers) => answers?.inference.destroy()).catch(() => {});
    this.#wanted = undefined;
  }
}

/** Channels are last. */
const unitsIn = (shape: readonly number[]): number => shape.at(-1) ?? 0;

/** Images of a split's form. */
function sized(
  { height, width, channels = 1 }: ByteSplit,
  images: Uint8Array,
  count: number,
): Images {
  return { images, count, height, width, channels };
}

/** @returns [count, units]: the largest value of each unit's map in rows of [count, places, units] */
export function peaksOf(rows: Float32Array, count: number, units: number): Float32Array {
  const peaks = new Float32Array(count * units).fill(-Infinity);
  const size = rows.length / count;
  for (let image = 0; image < count; image++) {
    for (let at = 0; at < size; at++) {
      const to = image * units + (at % units);
      const value = rows[image * size + at];
      if (value > peaks[to]) peaks[to] = value;
    }
  }
  return peaks;
}

/** The places of the largest values, the largest first; of equal ones the first. */
export function strongest(values: ArrayLike<number>, count: number): number[] {
  return Array.from(values, (_, i) => i)
    .sort((a, b) => values[b] - values[a] || a - b)
    .slice(0, count);
}
