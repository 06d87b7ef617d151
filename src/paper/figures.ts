import { type Context, chartTitle, className, type Figure, standingGroups } from './context.ts';
import { autoencoderFigure, modelFigure } from './curves.ts';
import { count, percent } from './format.ts';
import { heatMap, shareOf } from './heatmap.ts';
import { outputChart, pictureGrid } from './images.ts';
import { ANKLE_BOOT } from './table.ts';

/** One test image of each class above the autoencoder's output; undefined if there is none. */
export function reconstructionFigure(context: Context): Figure | undefined {
  const items = context.results.reconstructions;
  if (items.length === 0) return undefined;
  const title = 'One test image of each class, and the autoencoder’s output';
  const names = items.map((item) => className(context, item.label));
  const alt = `Test images above, the autoencoder's outputs below: ${names.join(', ')}.`;
  const svg = pictureGrid({
    title: chartTitle(context, title),
    description: alt,
    columns: names,
    rows: [
      { name: 'input', pictures: items.map((item) => item.pixels) },
      { name: 'output', pictures: items.map((item) => item.output.map((value) => value * 255)) },
    ],
  });
  return { file: 'reconstructions.svg', alt: chartTitle(context, alt), svg };
}

/** The confusion matrix; undefined if there is none. */
export function confusionFigure(context: Context): Figure | undefined {
  const { confusion } = context.results;
  if (confusion.length === 0) return undefined;
  const names = confusion.map((_, index) => className(context, index));
  const found = confusion.map((row, i) => `${names[i]} ${percent(shareOf(row, i), 1)}`);
  const alt = `Confusion matrix of Model 2. Share of each class that was classified correctly: ${found.join(', ')}.`;
  const title = 'Confusion matrix · Model 2 · cross-entropy · test images';
  const svg = heatMap({
    title: chartTitle(context, title),
    description: alt,
    names,
    counts: confusion,
  });
  return { file: 'confusion.svg', alt: chartTitle(context, alt), svg };
}

/** The paper's Figure 3: an Ankle boot and the ten outputs; undefined if there are no outputs. */
export function bootFigure(context: Context): Figure | undefined {
  const { index, pixels, outputs, predicted } = context.results.ankleBoot;
  if (outputs.length === 0) return undefined;
  const name = className(context, ANKLE_BOOT);
  const bars = outputs.map((value, i) => ({ name: className(context, i), value }));
  const alt = `Test image ${index}, of the class ${name}, and the network's ${count(outputs.length, 'output')}; the largest is ${className(context, predicted)}.`;
  const svg = outputChart({
    title: chartTitle(context, `${name}: the outputs of Model 2`),
    description: alt,
    pixels,
    caption: [`predicted: ${className(context, predicted)}`, `test image ${index}, true: ${name}`],
    bars,
    chosen: predicted,
  });
  return { file: 'ankle-boot.svg', alt: chartTitle(context, alt), svg };
}

/** All figures, in the order of the report. */
export function figuresOf(context: Context): Figure[] {
  const list = standingGroups(context).map((group) => modelFigure(context, group));
  const [autoencoder] = context.autoencoders;
  return [
    ...list,
    confusionFigure(context) ?? [],
    bootFigure(context) ?? [],
    autoencoder ? autoencoderFigure(context, autoencoder) : [],
    reconstructionFigure(context) ?? [],
  ].flat();
}
