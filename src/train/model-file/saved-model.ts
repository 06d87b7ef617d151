import type { Normalization } from '../../data/standardise.ts';
import type { LossKind, TargetKind } from '../../nn/losses.ts';
import type { Model } from '../../nn/model.ts';
import type { StateTensor } from '../../nn/state.ts';
import type { Loss } from '../../ops/loss.ts';

/** The images that a model takes: bytes, which become byte / 255 before they are standardised. */
export interface ImageForm {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** [rows, columns] of the part in the middle that the model sees. Default all. */
  readonly crop?: readonly [rows: number, columns: number];
}

/** What a file of a model says, but for the parameters. */
export interface ModelDescription {
  readonly model: Model;
  /** Its samples, if they are images; undefined: numbers, or tokens. */
  readonly image?: ImageForm | undefined;
  /** How samples are standardised. Default null: not at all. */
  readonly normalize?: Normalization | null | undefined;
  /** The character of each token, for models of text. */
  readonly vocabulary?: readonly string[] | undefined;
  /** What the outputs learned. Default `label`. */
  readonly target?: TargetKind | undefined;
  /** The loss that they were trained with. Undefined if it is unknown, or one of the caller's own. */
  readonly loss?: Loss | LossKind | undefined;
  /** The name of each class. */
  readonly classes?: readonly string[] | undefined;
  /** What is known of the training, for people: plain JSON. */
  readonly training?: object | undefined;
  /** Further texts of the file by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What `readModel` finds in a file; `saveModel` takes it. */
export interface SavedModel extends ModelDescription {
  /** In PyTorch's layout, by name. */
  readonly parameters: ReadonlyMap<string, StateTensor>;
  /** The version of the package that wrote the file. */
  readonly writer: string;
}
