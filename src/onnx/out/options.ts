import {
  checkChoice,
  checkFlag,
  checkFunction,
  checkKeys,
  describe,
  isArray,
  isObject,
} from '../../check.ts';
import { checkColumnScale, checkPixelScale, type Normalization } from '../../data/standardise.ts';
import { OptionError } from '../../errors.ts';
import type { Model } from '../../nn/model.ts';
import type { OwnExporter } from './own-writer.ts';
import type { Preparation } from './preparation.ts';

/** Options of {@link toOnnx}. */
export interface ToOnnxOptions {
  /** The name of the input. Default `input`. */
  readonly input?: string;
  /** The name of the output. Default `output`. */
  readonly output?: string;
  /** The name of the batch dimension, which may have any size. Default `batch`. */
  readonly batch?: string;
  /** Whether the input is bytes (uint8), of which the network gets byte / 255, as from a data set of images. Default false. */
  readonly bytes?: boolean;
  /**
   * What the inputs are standardised with inside of the graph: the trainer's `options.normalize`. Default null: the caller gives
   * them as the network has seen them.
   */
  readonly normalize?: Normalization | null;
  /**
   * The order of the input's images: `NHWC` as the engine's, [batch, height, width, channels], or `NCHW` as PyTorch's,
   * [batch, channels, height, width]. Default `NHWC`.
   */
  readonly layout?: 'NHWC' | 'NCHW';
  /** What is added behind the model, so that the outputs are probabilities. Default none. */
  readonly probabilities?: 'softmax' | 'sigmoid';
  /** The names of the classes, for the file's metadata: a list in JSON by the key `classes`. Default none. */
  readonly classes?: readonly string[];
  /** More texts of the file's metadata by their keys; of images it has the `layout`, too. Default none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What writes your own ops, by the op's name, or by the name of a {@link pointwise} function. Default none. */
  readonly exporters?: Readonly<Record<string, OwnExporter>>;
}

const KEYS: readonly (keyof ToOnnxOptions)[] = [
  'input',
  'output',
  'batch',
  'bytes',
  'normalize',
  'layout',
  'probabilities',
  'classes',
  'metadata',
  'exporters',
];

/** Options, checked and complete. */
export interface Complete {
  readonly input: string;
  readonly output: string;
  readonly batch: string;
  readonly preparation: Preparation;
  readonly probabilities: 'softmax' | 'sigmoid' | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  readonly exporters: Readonly<Record<string, OwnExporter>>;
}

function nameOf(what: string, given: unknown): string {
  if (typeof given === 'string' && given !== '') return given;
  throw new OptionError(`toOnnx(): ${what} ${describe(given)} was given; use a name`);
}

/** @throws OptionError if an option is unknown or invalid */
export function complete(options: ToOnnxOptions, model: Model): Complete {
  checkKeys('toOnnx()', options, KEYS);
  const { bytes = false, normalize = null, layout = 'NHWC', probabilities } = options;
  const { classes, metadata = {}, exporters = {} } = options;
  checkFlag('toOnnx(): bytes', bytes);
  checkChoice('toOnnx(): layout', layout, ['NHWC', 'NCHW']);
  if (layout === 'NCHW' && model.inputShape.length !== 3) {
    throw new OptionError(
      `toOnnx(): layout 'NCHW' was given for samples of shape [${model.inputShape.join(', ')}]; it is for images [height, width, channels]`,
    );
  }
  if (probabilities !== undefined) {
    checkChoice('toOnnx(): probabilities', probabilities, ['softmax', 'sigmoid']);
  }
  const names = {
    input: nameOf('input', options.input ?? 'input'),
    output: nameOf('output', options.output ?? 'output'),
    batch: nameOf('batch', options.batch ?? 'batch'),
  };
  if (names.input === names.output) {
    throw new OptionError(
      `toOnnx(): input and output are both called ${describe(names.input)}; give them two names`,
    );
  }
  checkKeysAreTexts(metadata);
  if (!isObject(exporters)) {
    throw new OptionError(
      `toOnnx(): exporters ${describe(exporters)} was given; they are functions by the names of ops`,
    );
  }
  for (const [name, one] of Object.entries(exporters)) {
    checkFunction(`toOnnx(): exporters.${name}`, one);
  }
  return {
    ...names,
    probabilities,
    preparation: {
      bytes,
      channelsFirst: layout === 'NCHW',
      normalize: isArray(normalize)
        ? checkPixelScale(normalize)
        : normalize && checkColumnScale(normalize, model.inputShape),
    },
    metadata: new Map([
      ...(model.inputShape.length === 3 ? [['layout', layout] as const] : []),
      ...classTexts(classes),
      ...Object.entries(metadata),
    ]),
    exporters: { ...exporters },
  };
}

function checkKeysAreTexts(metadata: unknown): void {
  if (isObject(metadata) && Object.values(metadata).every((text) => typeof text === 'string')) {
    return;
  }
  throw new OptionError(
    `toOnnx(): metadata ${describe(metadata)} was given; they are texts by their keys`,
  );
}

function classTexts(classes: unknown): [string, string][] {
  if (classes === undefined) return [];
  if (isArray(classes) && [...classes].every((text) => typeof text === 'string')) {
    return [['classes', JSON.stringify(classes)]];
  }
  throw new OptionError(
    `toOnnx(): classes ${describe(classes)} was given; use an array of strings, the name of each class`,
  );
}
