import { checkChoice, describe, isArray, isObject } from '../../check.ts';
import { checkedVocabulary } from '../../data/characters.ts';
import { areOfShape } from '../../data/host.ts';
import { checkColumnScale, checkPixelScale } from '../../data/standardise.ts';
import { OptionError } from '../../errors.ts';
import { checkLoss, checkLossFits } from '../../nn/losses.ts';
import { rowsOf } from '../../nn/model.ts';
import type { ImageForm, ModelDescription } from './saved-model.ts';

/** The most pixels of an image on one axis, and its most channels. */
const MOST_PIXELS = 2 ** 16;

/**
 * Checks that what a file says of a model fits it.
 *
 * @param what whose options they are, for messages
 * @throws OptionError
 */
export function checkDescription(what: string, given: ModelDescription): void {
  const { model, image, normalize, vocabulary, target = 'label', loss, classes, metadata } = given;
  checkChoice(`${what}: target`, target, ['label', 'input', 'value']);
  if (image !== undefined) checkImage(what, image, model.inputShape);
  if (normalize !== undefined && normalize !== null) {
    // Of images: of all numbers, or of each channel.
    if (image && !isObject(normalize)) checkPixelScale(normalize);
    else checkColumnScale(normalize, image ? [image.channels] : model.inputShape);
  }
  if (vocabulary !== undefined) checkedVocabulary(`${what}: vocabulary`, vocabulary);
  const { width } = rowsOf(model, target);
  if (loss !== undefined) {
    checkLoss(loss);
    checkLossFits(loss, target, width);
  }
  if (given.training !== undefined && !isObject(given.training)) {
    throw new OptionError(
      `${what}: training ${describe(given.training)} was given; use plain JSON`,
    );
  }
  if (metadata !== undefined) checkTexts(what, metadata);
  if (classes === undefined) return;
  // A single logit has a no and a yes.
  const count = width === 1 ? 2 : width;
  const isNames = isArray(classes) && [...classes].every((name) => typeof name === 'string');
  if (isNames && classes.length === count) return;
  throw new OptionError(
    `${what}: classes ${describe(classes)} was given; use ${count} names, one for each class of the model's outputs`,
  );
}

function checkTexts(what: string, metadata: unknown): void {
  if (isObject(metadata) && Object.values(metadata).every((text) => typeof text === 'string'))
    return;
  throw new OptionError(`${what}: metadata ${describe(metadata)} was given; use texts by name`);
}

function checkImage(what: string, image: ImageForm, input: readonly number[]): void {
  const { height, width, channels, crop }: Partial<ImageForm> = isObject(image) ? image : {};
  const isSize = (size: unknown, most: number): size is number =>
    Number.isInteger(size) && Number(size) >= 1 && Number(size) <= most;
  const isWhole =
    isSize(height, MOST_PIXELS) && isSize(width, MOST_PIXELS) && isSize(channels, MOST_PIXELS);
  const isPart = (part: unknown): boolean =>
    isWhole &&
    isArray(part) &&
    part.length === 2 &&
    isSize(part[0], height) &&
    isSize(part[1], width);
  if (!isWhole || (crop !== undefined && !isPart(crop))) {
    throw new OptionError(
      `${what}: image ${describe(image)} was given; use { height, width, channels }, and crop: [rows, columns] for a part`,
    );
  }
  const [rows, columns] = crop ?? [height, width];
  if (areOfShape({ height: rows, width: columns, channels }, input)) return;
  throw new OptionError(
    `${what}: images of ${rows}×${columns}×${channels} were given; the model takes samples of [${input.join(', ')}]`,
  );
}
