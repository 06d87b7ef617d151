import type { Insides, TestFacts, Units } from '../../insides.ts';
import type { UnitFacts } from '../../worker/unit-study.ts';
import { className } from '../class-names.ts';
import { byId, make } from '../dom.ts';
import { percent, whole } from '../numbers.ts';
import { language, say } from '../words/words.ts';
import { classText } from './class-bars.ts';
import { bytesOf, drawImage } from './pictures.ts';
import { drawSigned } from './signed-pictures.ts';

/** The network whose units are looked at. */
export interface UnitNetwork {
  readonly insides: Insides;
  readonly test: TestFacts;
}

/** What was found out about a unit. */
export interface FoundUnit {
  readonly facts: UnitFacts;
  /** The test images that excite it most, one after the other. */
  readonly images: Uint8Array;
}

/** The image whose answer is shown: a test image, or the visitor's own. */
export interface ChosenImage {
  readonly image: Uint8Array;
  /** What it is. */
  readonly title: () => string;
}

const DIGITS = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 } as const;

const value = (number: number): string =>
  number.toLocaleString(language(), DIGITS).replace('-', '−');

/**
 * Draws a unit: its weights, what it answers to the chosen image, and the test images that excite it most.
 *
 * @param chosen the image that was asked for; undefined if none was
 */
export function drawUnit(
  found: FoundUnit,
  layer: Units,
  { insides, test }: UnitNetwork,
  chosen: ChosenImage | undefined,
): void {
  drawWeights(found.facts, layer, insides);
  drawAnswer(found.facts, layer, test, chosen);
  drawMost(found, layer, test);
}

/** Hides what was drawn of an earlier network. */
export function clearUnit(): void {
  byId('unit-weights').hidden = true;
  byId('unit-map-figure').hidden = true;
  byId('unit-most').replaceChildren();
}

function drawWeights({ weights }: UnitFacts, layer: Units, { kernels }: Insides): void {
  const text = byId('unit-weights-text');
  const canvas = byId('unit-weights', HTMLCanvasElement);
  canvas.hidden = !weights;
  if (!weights) {
    text.textContent = say('It has no weights of its own.');
    return;
  }
  const grid = drawSigned(canvas, weights, byId('unit-dialog').clientWidth - 60);
  const { count, width, height, bias } = weights;
  // Whether it sees the image, in colour.
  const isRgb = kernels.some(({ name, rgb }) => rgb && name === `${weights.layer}.weight`);
  const parts = [
    weights.layer === layer.name
      ? say('Its weights.')
      : say('The weights of layer {layer}, which it follows.', { layer: weights.layer }),
    height === 1 && width > 1
      ? say('A cell for each of {count} inputs, line by line.', { count: whole(width) })
      : '',
    isRgb
      ? say('One picture for red, one for green, one for blue.')
      : count > 1
        ? say('A picture for each of {count} input channels.', { count: whole(count) })
        : '',
    grid.columns * grid.rows < count
      ? say('The first {shown} of {count} are shown.', {
          shown: whole(grid.columns * grid.rows),
          count: whole(count),
        })
      : '',
    say('Positive weights are blue, negative ones red.'),
    bias === undefined ? '' : say('Bias {bias}.', { bias: value(bias) }),
  ];
  text.textContent = parts.filter((part) => part !== '').join(' ');
}

function drawAnswer(
  { answer }: UnitFacts,
  layer: Units,
  test: TestFacts,
  chosen: ChosenImage | undefined,
): void {
  byId('unit-map-figure').hidden = !answer || !chosen;
  if (!answer || !chosen) return;
  const most = answer.data.reduce((a, b) => Math.max(a, b), -Infinity);
  const values = { image: chosen.title(), value: value(most) };
  byId('unit-map-text').textContent = layer.mapped
    ? say('{image}. What the unit makes of it: at most {value}.', values)
    : say('{image}. The unit’s value: {value}.', values);
  const picture = byId('unit-image', HTMLCanvasElement);
  drawImage(picture, chosen.image, test);
  picture.setAttribute('aria-label', chosen.title());
  const canvas = byId('unit-map', HTMLCanvasElement);
  canvas.hidden = !layer.mapped;
  if (layer.mapped) drawSigned(canvas, { ...answer, count: 1 }, 280);
}

function drawMost({ facts, images }: FoundUnit, layer: Units, test: TestFacts): void {
  const values = { count: whole(facts.count), mean: value(facts.mean) };
  const of = layer.mapped
    ? say('Of {count} test images, by the largest value of the map. Mean {mean}.', values)
    : say('Of {count} test images, by the value of the unit. Mean {mean}.', values);
  byId('unit-most-text').textContent =
    `${of} ${say('{share} of the images give a value above 0.', { share: percent(facts.active) })}`;
  const size = bytesOf(test);
  byId('unit-most').replaceChildren(
    ...facts.most.map(({ index, label, value: own }, i) => {
      const picture = make('canvas', { class: 'picture', role: 'img' });
      drawImage(picture, images.subarray(i * size, (i + 1) * size), test);
      const name = className(test.classes, label);
      const number = whole(index + 1);
      picture.setAttribute('aria-label', say('Test image {number}: {name}', { number, name }));
      return make('li', {}, picture, make('strong', {}, value(own)), classText(name));
    }),
  );
}
