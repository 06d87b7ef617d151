import { parseSafetensors } from '../../../data/safetensors.ts';
import { DataError } from '../../../errors.ts';
import { photosIn } from '../../own/photos.ts';
import { TABLE_KEY, type TableFacts } from '../../own/table-text.ts';
import { KNOWN_SETS } from '../../tasks/known-sets.ts';
import type { RunRecord } from '../notebook/run-store.ts';

/** A layer as a model file describes it; see docs/model-file.md. */
export interface LayerFacts {
  readonly layer: string;
  readonly layers?: readonly LayerFacts[];
  readonly [option: string]: unknown;
}

/** What a model file says of its model. */
export interface ModelFacts {
  readonly model: LayerFacts & { readonly input: readonly number[] };
  readonly input: {
    readonly image?: { readonly height: number; readonly width: number; readonly channels: number };
    /** For all pixels, or by column. */
    readonly normalize?: readonly [number, number] | object;
    readonly vocabulary?: readonly string[];
  };
  readonly output: {
    readonly target?: string;
    readonly loss?: { readonly kind: string };
    readonly classes?: readonly string[];
  };
  /**
   * Whether a photo's light and dark are exchanged for a model of grey images: if its edge is light, since the model learned light on
   * dark; always, as those were that it learned from; or never. Undefined if nobody knows.
   */
  readonly exchanged?: 'if light' | 'always' | 'never';
  /** Of a model that learned from a table. */
  readonly table?: TableFacts;
}

/** The key of the description among a model file's texts. */
const KEY = 'gradweave.model';

/** What a file of `saveModel` says of its model. @throws DataError if it is another file */
export function factsIn(bytes: Uint8Array): ModelFacts {
  const { metadata } = parseSafetensors(bytes);
  const { [KEY]: text, [TABLE_KEY]: table } = metadata;
  if (text === undefined) throw new DataError('the weights have no description of their model');
  // The page's own worker wrote it.
  const facts = {
    ...JSON.parse(text),
    ...(table === undefined ? {} : { table: JSON.parse(table) }),
  };
  const photos = photosIn(metadata);
  return photos ? { ...facts, exchanged: photos.inverted ? 'always' : 'never' } : facts;
}

/** The facts of a run's model: those of its file, and that the sets which the page knows are light on dark. @throws as {@link factsIn} */
export function factsOf(bytes: Uint8Array, dataset: RunRecord['dataset']): ModelFacts {
  const facts = factsIn(bytes);
  const isKnown =
    dataset !== null && (dataset.synthetic || KNOWN_SETS.some(({ name }) => name === dataset.name));
  return isKnown && !facts.exchanged ? { ...facts, exchanged: 'if light' } : facts;
}

/** The shape of one sample as its user gives it: of images with the channels, if there are several. */
export function sampleShape({ model, input }: ModelFacts): readonly number[] {
  const { image } = input;
  if (!image) return model.input;
  const { height, width, channels } = image;
  return channels === 1 ? [height, width] : [height, width, channels];
}

/** Whether outputs become shares of classes by a softmax. */
export const hasLogits = ({ output }: ModelFacts): boolean =>
  output.classes !== undefined && output.loss?.kind === 'cross_entropy';
