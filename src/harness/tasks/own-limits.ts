/** What data of the user's own allow, in the command's words: the engine knows no options of a command line. */
import { GradweaveError, OptionError } from '../../errors.ts';
import type { ImageSettings } from './image-settings.ts';

/**
 * Checks that a batch is no larger than the data.
 *
 * @param samples to train on
 * @param given whether it was asked for; otherwise it is the network's own
 * @throws OptionError if it is
 */
export function checkBatch(batchSize: number, samples: number, given: boolean): void {
  if (batchSize <= samples) return;
  const are = samples === 1 ? 'is 1 sample' : `are ${samples} samples`;
  throw new OptionError(
    given
      ? `--batch-size ${batchSize} was given; there ${are} to train on. Give at most ${samples}, or leave it out`
      : `batches of this network have ${batchSize} samples; there ${are} to train on. Give a smaller --batch-size, at most ${samples}`,
  );
}

/**
 * Checks that a network can learn from images of a size.
 *
 * @throws OptionError if they are too small for its layers, or for how it changes training images
 */
export function checkSize(
  { augment, model, title, widths }: ImageSettings,
  { height, width }: { readonly height: number; readonly width: number },
): void {
  const size = `${height} × ${width}`;
  const shift = augment && 'shift' in augment ? Number(augment.shift) : 0;
  if (Math.min(height, width) <= shift) {
    throw new OptionError(
      `${title} shifts training images by up to ${shift} pixels; these have ${size}. Use --augment none, or give larger ones`,
    );
  }
  // The widths of a perceptron follow the images.
  if (widths) return;
  try {
    model([height, width], 2);
  } catch (error) {
    if (!(error instanceof GradweaveError)) throw error;
    throw new OptionError(
      `${title} cannot learn from images of ${size}: ${error.message}. Give larger ones, or use --model 2`,
      { cause: error },
    );
  }
}
