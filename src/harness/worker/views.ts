import type { ImageDataset } from '../../data/dataset.ts';
import type { ImageSettings } from '../tasks/image-settings.ts';
import type { Colours, Way } from './painter.ts';
import type { Subject } from './subject.ts';

/** A picture that is redrawn during training. */
export interface View {
  draw(): Promise<void>;
  /** Shows another image from the next drawing on. */
  see?(image: Uint8Array): void;
  destroy(): void;
}

/** What the user has chosen to look at. */
export interface Look {
  /** Pixels that there are for a canvas on the page. */
  readonly width: number;
  /** The parameter whose weights are shown. Default the first. */
  readonly kernels?: string;
  /** The image whose feature maps are shown, in bytes. Default a black one. */
  readonly image?: Uint8Array;
  /** Whether to show maps of layers inside of blocks. Default false. */
  readonly all?: boolean;
}

/** What a view needs. */
export interface ViewOptions {
  readonly subject: Subject;
  readonly settings: ImageSettings;
  readonly dataset: ImageDataset;
  readonly canvas: OffscreenCanvas;
  readonly colours: Colours;
  readonly way: Way;
  readonly look: Look;
}
